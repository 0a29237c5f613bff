package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"afterpress/shared/crm/message"
)

// behind is an engine that counts what reaches it.
func behind(t *testing.T, p *proxy) *atomic.Int64 {
	t.Helper()
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		w.Header().Set("X-Amz-Crc32", "7")
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	if err := p.stand(server.URL); err != nil {
		t.Fatal(err)
	}
	return &calls
}

// write sends a call as a process does, which ctx ends.
func write(ctx context.Context, p *proxy, operation, body string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response.Header.Get("X-Amz-Crc32") + string(text), err
}

func TestAProcessIsHeldAtItsPointAndNowhereElse(t *testing.T) {
	for after, carriedOut := range map[bool]int64{false: 1, true: 2} {
		p := newProxy(nil)
		t.Cleanup(p.Close)
		calls := behind(t, p)
		reached := p.arm(point{after: after,
			is: func(c call) bool { return c.operation == "UpdateItem" && c.has("Events", "REMOVE") }})
		if got, err := write(t.Context(), p, "UpdateItem", "Messages"); got != "7Messages" || err != nil {
			t.Errorf("another call: %q, %v", got, err)
		}
		process, kill := context.WithCancel(t.Context())
		answered := make(chan error, 1)
		go func() {
			_, err := write(process, p, "UpdateItem", "Events REMOVE")
			answered <- err
		}()
		if c := <-reached; c.body != "Events REMOVE" {
			t.Errorf("held %+v", c)
		}
		kill()
		if err := <-answered; err == nil {
			t.Error("the process that was killed heard an answer")
		}
		if n := calls.Load(); n != carriedOut {
			t.Errorf("after %v: the engine had %d calls, not %d", after, n, carriedOut)
		}
		if got, err := write(t.Context(), p, "UpdateItem", "Events REMOVE"); got != "7Events REMOVE" || err != nil {
			t.Errorf("the same call again: %q, %v", got, err)
		}
	}
}

// A request that was refused was not carried out: the process goes on, and is held when it repeats it.
func TestAProcessIsHeldOnceItsRequestIsCarriedOut(t *testing.T) {
	p := newProxy(nil)
	t.Cleanup(p.Close)
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	t.Cleanup(server.Close)
	if err := p.stand(server.URL); err != nil {
		t.Fatal(err)
	}
	reached := p.arm(point{after: true, is: func(c call) bool { return c.operation == "PutItem" }})
	if _, err := write(t.Context(), p, "PutItem", ""); err != nil {
		t.Errorf("the refusal was not heard: %v", err)
	}
	process, kill := context.WithCancel(t.Context())
	answered := make(chan error, 1)
	go func() {
		_, err := write(process, p, "PutItem", "")
		answered <- err
	}()
	<-reached
	kill()
	if err := <-answered; err == nil || calls.Load() != 2 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

func TestWithoutAnEngineConnectionsBreak(t *testing.T) {
	p := newProxy(nil)
	t.Cleanup(p.Close)
	if got, err := write(t.Context(), p, "Query", ""); err == nil {
		t.Errorf("answered %q", got)
	}
}

func TestTheLedgerKnowsWhatIsBeingSent(t *testing.T) {
	row := func(tag, state string) call {
		return call{"PutItem", `{"Item":{"channel":{"S":"email"},"state":{"S":"` + state + `"},"tag":{"S":"` +
			strings.Repeat(tag, 32) + `"}},"TableName":"Messages"}`}
	}
	l := newLedger()
	l.asked(row("a", message.StateClaimed))
	l.answered(row("a", message.StateClaimed), 200)
	l.answered(row("a", message.StateSent), 200) // settled
	l.asked(row("b", message.StateClaimed))
	l.answered(row("b", message.StateClaimed), 400) // somebody was faster
	l.asked(row("c", message.StateClaimed))         // on its way
	l.asked(row("d", message.StateClaimed))
	l.answered(row("d", message.StateClaimed), 200)
	l.answered(row("d", message.StateSent), 500) // not recorded
	l.asked(call{"UpdateItem", "REMOVE"})
	l.doubt()
	l.answered(row("d", message.StateUnknown), 200)
	l.asked(row("e", message.StateClaimed)) // after the kill
	if got := l.doubtful(); len(got) != 2 || !got[strings.Repeat("c", 32)] || !got[strings.Repeat("d", 32)] {
		t.Errorf("doubtful: %v", got)
	}
}
