package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
)

// call is one request to the engine.
type call struct {
	operation string // PutItem
	body      string
}

// has reports whether the call's body holds all these pieces.
func (c call) has(pieces ...string) bool {
	for _, piece := range pieces {
		if !strings.Contains(c.body, piece) {
			return false
		}
	}
	return true
}

// point is a moment in a process's life, known by the request that it makes to the engine.
type point struct {
	name string
	is   func(call) bool
	// the request was carried out and the process does not hear of it; else the tables never see it
	after bool
}

// proxy stands between one kind of process and the engine. It lets everything through, and holds the one request at
// which the process is to be killed: so no binary that ships needs a place to crash at.
type proxy struct {
	*httptest.Server
	engine    atomic.Pointer[url.URL]
	transport *http.Transport
	ledger    *ledger // told of everything; nil: nobody

	mu    sync.Mutex
	armed *trap
}

// trap waits for its point.
type trap struct {
	point
	reached chan call // takes one
}

func newProxy(watch *ledger) *proxy {
	p := &proxy{ledger: watch, transport: &http.Transport{MaxIdleConnsPerHost: 256, DisableCompression: true}}
	p.Server = httptest.NewServer(p)
	return p
}

// stand puts the proxy before an engine; until then it breaks every connection.
func (p *proxy) stand(engine string) error {
	target, err := url.Parse(engine)
	p.engine.Store(target)
	return err
}

// arm has the next request at the point held until the process that made it is gone. reached takes it once it is held.
func (p *proxy) arm(at point) (reached <-chan call) {
	t := &trap{point: at, reached: make(chan call, 1)}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = t
	return t.reached
}

// rearm has a trap wait again, for the request to be repeated that was refused.
func (p *proxy) rearm(t *trap) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed = t
}

// sprung is the trap that the call has gone into, which is then no longer there.
func (p *proxy) sprung(c call) *trap {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.armed
	if t == nil || !t.is(c) {
		return nil
	}
	p.armed = nil
	return t
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c := call{operation, string(body)}
	held := p.sprung(c)
	if held != nil && !held.after {
		held.hold(r.Context(), c)
	}
	if p.ledger != nil {
		p.ledger.asked(c)
	}
	status, header, answer, err := p.forward(r, body)
	if err != nil {
		panic(http.ErrAbortHandler) // the process sees what it would see of the engine: a connection that breaks
	}
	if p.ledger != nil {
		p.ledger.answered(c, status)
	}
	switch {
	case held != nil && status == http.StatusOK:
		held.hold(r.Context(), c)
	case held != nil:
		p.rearm(held)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer) // a process that is gone needs none
}

// hold says that the point is reached and does not return: the connection ends with the process.
func (t *trap) hold(process context.Context, c call) {
	t.reached <- c
	<-process.Done()
	panic(http.ErrAbortHandler)
}

func (p *proxy) forward(r *http.Request, body []byte) (status int, header http.Header, answer []byte, err error) {
	engine := p.engine.Load()
	if engine == nil {
		return 0, nil, nil, http.ErrServerClosed
	}
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host, out.RequestURI = engine.Scheme, engine.Host, engine.Host, ""
	out.Body, out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	response, err := p.transport.RoundTrip(out)
	if err != nil {
		return 0, nil, nil, err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	answer, err = io.ReadAll(response.Body)
	return response.StatusCode, response.Header, answer, err
}
