package lambda

import (
	"net/http/httptest"
	"testing"
	"time"
)

func TestAQuestionThatOutlivesItsProcessGetsNoEvent(t *testing.T) {
	f := &Function{spec: Spec{Timeout: time.Minute, Report: func(string, string) {}}, queue: make(chan *invocation),
		stopped: make(chan struct{})}
	e := &environment{function: f, ready: make(chan struct{}), running: map[string]*invocation{}}
	asked := httptest.NewRequest("GET", "/2018-06-01/runtime/invocation/next", nil).WithContext(e.begin(t.Context(), nil))
	e.ended("signal: killed") // before the end of its connection is noticed
	given := &invocation{id: "1", payload: []byte("{}"), done: make(chan outcome, 1)}
	go func() { f.queue <- given }()
	w := httptest.NewRecorder()
	e.next(w, asked)
	if back := <-f.queue; back != given || w.Body.Len() > 0 || len(e.running) > 0 {
		t.Errorf("a process that has ended was given %q; %d are running", w.Body, len(e.running))
	}
}
