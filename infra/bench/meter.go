package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// meter stands before a DynamoDB engine and adds up the units of what goes through, those of writes and those of
// reads: it asks for ReturnConsumedCapacity and reads the answer. The engine counts by AWS's rule, indexes and the
// double price of transactions included (meter_test.go).
type meter struct {
	*httptest.Server
	engine  atomic.Pointer[url.URL]
	mu      sync.Mutex
	units   float64 // of writes
	asked   float64 // of reads
	refused int     // writes whose condition failed: AWS bills them, and the engine does not say how much
	bill    bill
}

// writesOf is the key under which a request carries what it writes.
type writesOf struct{}

func newMeter() *meter {
	m := &meter{}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(m.engine.Load()) },
		ModifyResponse: m.read,
	}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !writes(r) && !asks(r) {
			proxy.ServeHTTP(w, r)
			return
		}
		body, err := askForUnits(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if writes(r) {
			r = r.WithContext(context.WithValue(r.Context(), writesOf{}, writtenBy(body)))
		}
		proxy.ServeHTTP(w, r)
	}))
	return m
}

// stand puts the meter before an engine; until then it answers nothing.
func (m *meter) stand(engine string) error {
	target, err := url.Parse(engine)
	m.engine.Store(target)
	return err
}

// writes reports whether a request changes items.
func writes(r *http.Request) bool {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem":
		return true
	}
	return false
}

// asks reports whether a request reads items.
func asks(r *http.Request) bool {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return operation == "GetItem" || operation == "Query" || operation == "BatchGetItem"
}

// askForUnits changes the request's body, and gives it; local engines do not check the signature over it.
func askForUnits(r *http.Request) ([]byte, error) {
	var in map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return nil, err
	}
	in["ReturnConsumedCapacity"] = json.RawMessage(`"INDEXES"`)
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Del("Accept-Encoding") // the answer is read here
	return body, nil
}

// read adds up the units of an answer.
func (m *meter) read(response *http.Response) error {
	wrote := writes(response.Request)
	if !wrote && !asks(response.Request) {
		return nil
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	m.mu.Lock()
	defer m.mu.Unlock()
	if response.StatusCode != http.StatusOK {
		if wrote {
			m.refused++
		}
		return nil
	}
	tables, err := consumedBy(body)
	units := 0.0
	for _, t := range tables {
		units += t.CapacityUnits
	}
	if wrote {
		m.units += units
		of, _ := response.Request.Context().Value(writesOf{}).([]written)
		m.bill.charge(of, tables)
	} else {
		m.asked += units
	}
	return err
}

// consumed is what the engine says that a request cost one table.
type consumed struct {
	CapacityUnits          float64 // indexes included
	GlobalSecondaryIndexes map[string]struct{ CapacityUnits float64 }
}

// consumedBy reads ConsumedCapacity, which is an object, or a list of one object per table for a transaction.
func consumedBy(answer []byte) (tables []consumed, err error) {
	var out struct{ ConsumedCapacity json.RawMessage }
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, err
	}
	switch {
	case len(out.ConsumedCapacity) == 0:
		return nil, fmt.Errorf("the engine did not say what a request cost: %s", answer)
	case out.ConsumedCapacity[0] == '[':
		err = json.Unmarshal(out.ConsumedCapacity, &tables)
	default:
		tables = make([]consumed, 1)
		err = json.Unmarshal(out.ConsumedCapacity, &tables[0])
	}
	return tables, err
}

// reading is what was counted so far.
func (m *meter) reading() (units float64, refused int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.units, m.refused
}

// reads is how many read units were counted so far.
func (m *meter) reads() float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}
