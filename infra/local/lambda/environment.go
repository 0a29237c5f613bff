package lambda

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"afterpress/infra/local/process"
)

// environment is one process of a function and the Runtime API that it talks to.
type environment struct {
	function *Function
	server   *http.Server
	keeper   *process.Keeper

	asked sync.Once
	ready chan struct{} // closed when the process first asked for an event

	mu      sync.Mutex
	running map[string]*invocation
	lives   int // how many of its processes have ended
}

type lifeKey struct{}

// begin notes of a connection which process it is of, so that a question which outlives its process gets no event.
func (e *environment) begin(ctx context.Context, _ net.Conn) context.Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	return context.WithValue(ctx, lifeKey{}, e.lives)
}

// run notes that the process which asks is at the invocation; false means that this process has ended.
func (e *environment) run(r *http.Request, i *invocation) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r.Context().Err() != nil || r.Context().Value(lifeKey{}) != e.lives {
		return false
	}
	e.running[i.id] = i
	return true
}

func (e *environment) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", e.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", e.response)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", e.failure)
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", e.initError)
	// A process that asks for SIGTERM registers as an extension first and then waits for an event that never comes.
	mux.HandleFunc("POST /2020-01-01/extension/register", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Lambda-Extension-Identifier", "local")
		_, _ = io.WriteString(w, "{}")
	})
	mux.HandleFunc("GET /2020-01-01/extension/event/next", func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	})
	return mux
}

// next waits for an invocation and hands it over with the deadline at which the process will be killed.
func (e *environment) next(w http.ResponseWriter, r *http.Request) {
	e.asked.Do(func() { close(e.ready) })
	var i *invocation
	select {
	case i = <-e.function.queue:
	case <-r.Context().Done():
		return
	}
	spec := e.function.spec
	deadline := time.Now().Add(spec.Timeout)
	if !e.run(r, i) { // another process takes the event
		e.function.giveBack(i)
		return
	}
	time.AfterFunc(spec.Timeout, func() { e.timeOut(i) })

	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", i.id)
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline.UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:000000000000:function:"+spec.Name)
	_, _ = w.Write(i.payload) // a process that is gone is noticed by its end
}

func (e *environment) timeOut(i *invocation) {
	if e.take(i.id) == nil {
		return // it has answered
	}
	limit := e.function.spec.Timeout.Seconds()
	i.finish(outcome{err: &Error{Type: TimedOut,
		Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", i.id, limit)}})
	e.function.spec.Report(e.function.spec.Name, fmt.Sprintf("ran longer than %g s and is killed", limit))
	e.keeper.Kill()
}

func (e *environment) response(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the process died while it answered: ended settles it
	}
	e.settle(w, r, outcome{payload: body})
}

func (e *environment) failure(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	e.settle(w, r, outcome{err: decodeError(body)})
}

func (e *environment) settle(w http.ResponseWriter, r *http.Request, o outcome) {
	i := e.take(r.PathValue("id"))
	if i == nil {
		http.Error(w, `{"errorType":"InvalidRequestID","errorMessage":"no such invocation"}`, http.StatusBadRequest)
		return
	}
	i.finish(o)
	w.WriteHeader(http.StatusAccepted)
}

func (e *environment) initError(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	e.function.spec.Report(e.function.spec.Name, "could not begin: "+decodeError(body).Error())
	w.WriteHeader(http.StatusAccepted)
}

// take removes a running invocation; nil means that somebody else did.
func (e *environment) take(id string) *invocation {
	e.mu.Lock()
	defer e.mu.Unlock()
	i := e.running[id]
	delete(e.running, id)
	return i
}

// ended fails what the process was at when it ended.
func (e *environment) ended(how string) {
	e.mu.Lock()
	running := e.running
	e.running = map[string]*invocation{}
	e.lives++
	e.mu.Unlock()
	for id, i := range running {
		i.finish(outcome{err: &Error{Type: Exited,
			Message: fmt.Sprintf("RequestId: %s Error: Runtime exited with error: %s", id, how)}})
	}
	select {
	case <-e.function.stopped:
	default:
		e.function.spec.Report(e.function.spec.Name, fmt.Sprintf("ended (%s) and is started again", how))
	}
}

// awaitReady waits for the process's first question; a process that ends before it is an error with its last words.
func (e *environment) awaitReady(ctx context.Context) error {
	name := e.function.spec.Name
	select {
	case <-e.ready:
		return nil
	case <-e.keeper.Done():
		return fmt.Errorf("function %s ended before it was ready:\n%s", name, e.keeper.Tail())
	case <-ctx.Done():
		return fmt.Errorf("function %s is not ready: %w\n%s", name, ctx.Err(), e.keeper.Tail())
	}
}

// close ends the process; what it was at fails.
func (e *environment) close() {
	e.keeper.Stop()
	e.ended("the function was stopped")
	_ = e.server.Close() // nothing is left to lose
}
