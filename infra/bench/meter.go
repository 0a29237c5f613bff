package main

import (
	"bytes"
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
}

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
		if err := askForUnits(r); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
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

// askForUnits changes the request's body; local engines do not check the signature over it.
func askForUnits(r *http.Request) error {
	var in map[string]json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	in["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	r.Header.Del("Accept-Encoding") // the answer is read here
	return nil
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
	units, err := unitsOf(body)
	if wrote {
		m.units += units
	} else {
		m.asked += units
	}
	return err
}

// unitsOf reads ConsumedCapacity, which is an object, or a list of one object per table for a transaction.
func unitsOf(answer []byte) (float64, error) {
	var out struct{ ConsumedCapacity json.RawMessage }
	if err := json.Unmarshal(answer, &out); err != nil {
		return 0, err
	}
	type used struct{ CapacityUnits float64 }
	var tables []used
	var one used
	switch {
	case len(out.ConsumedCapacity) == 0:
		return 0, fmt.Errorf("the engine did not say what a request cost: %s", answer)
	case out.ConsumedCapacity[0] == '[':
		if err := json.Unmarshal(out.ConsumedCapacity, &tables); err != nil {
			return 0, err
		}
	default:
		if err := json.Unmarshal(out.ConsumedCapacity, &one); err != nil {
			return 0, err
		}
		tables = append(tables, one)
	}
	var sum float64
	for _, t := range tables {
		sum += t.CapacityUnits
	}
	return sum, nil
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
