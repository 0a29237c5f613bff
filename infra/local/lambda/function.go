// Package lambda runs a function's binary as AWS Lambda does: through the Runtime API, one invocation at a time per
// process, with a deadline at which the process is killed.
package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"afterpress/infra/local/process"
)

// Spec says which function to run and how.
type Spec struct {
	Name        string
	Binary      string
	Env         map[string]string
	Timeout     time.Duration
	MemoryMB    int                         // told to the function; not enforced
	Processes   int                         // 0: one
	Concurrency int                         // invocations at a time per process; 0: one, as in AWS
	Log         string                      // file for what the function writes
	Report      func(function, what string) // told when a process ends unasked; nil: nobody
}

// Function is a running function.
type Function struct {
	spec         Spec
	queue        chan *invocation
	environments []*environment
	stopped      chan struct{}
}

// Error is what a function, or the end of its process, answered instead of a result. It is not a failure to invoke.
type Error struct {
	Type    string `json:"errorType"` // Go's type name, Runtime.ExitError or Sandbox.Timedout
	Message string `json:"errorMessage"`
}

func (e *Error) Error() string { return e.Type + ": " + e.Message }

// The types of Error that Lambda itself makes.
const (
	Exited   = "Runtime.ExitError"
	TimedOut = "Sandbox.Timedout"
)

// ErrStopped is returned by Invoke when the function is stopped.
var ErrStopped = errors.New("the function is stopped")

// invocation is one event on its way through a process.
type invocation struct {
	id      string
	payload []byte
	done    chan outcome // takes one
	once    sync.Once
}

type outcome struct {
	payload []byte
	err     error
}

func (i *invocation) finish(o outcome) { i.once.Do(func() { i.done <- o }) }

// Start starts the function's processes and returns once each asked for its first event.
func Start(ctx context.Context, spec Spec) (*Function, error) {
	spec.Processes, spec.Concurrency = max(spec.Processes, 1), max(spec.Concurrency, 1)
	if spec.Report == nil {
		spec.Report = func(string, string) {}
	}
	binary, err := filepath.Abs(spec.Binary)
	if err != nil {
		return nil, err
	}
	spec.Binary = binary
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("function %s is not built: %w", spec.Name, err)
	}
	f := &Function{spec: spec, queue: make(chan *invocation), stopped: make(chan struct{})}
	for range spec.Processes {
		env, err := f.open()
		if err != nil {
			f.Stop()
			return nil, err
		}
		f.environments = append(f.environments, env)
	}
	for _, env := range f.environments {
		if err := env.awaitReady(ctx); err != nil {
			f.Stop()
			return nil, err
		}
	}
	return f, nil
}

// Invoke hands the payload to the next process that is free and returns its result or an *Error. While it waits for a
// process it may return ctx's error. An invocation that began runs to its end or its timeout, whatever happens to ctx.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	i := &invocation{id: uuid.NewString(), payload: payload, done: make(chan outcome, 1)}
	select {
	case f.queue <- i:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-f.stopped:
		return nil, ErrStopped
	}
	select {
	case o := <-i.done:
		return o.payload, o.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// giveBack puts an invocation that nobody began back in the queue.
func (f *Function) giveBack(i *invocation) {
	go func() {
		select {
		case f.queue <- i:
		case <-f.stopped:
			i.finish(outcome{err: ErrStopped})
		}
	}()
}

// Kill kills the function's processes, as a crash would; they are started again.
func (f *Function) Kill() {
	for _, env := range f.environments {
		env.keeper.Kill()
	}
}

// Pids lists the ids of the function's processes.
func (f *Function) Pids() []int {
	pids := make([]int, len(f.environments))
	for i, env := range f.environments {
		pids[i] = env.keeper.Pid()
	}
	return pids
}

// Stop ends the function for good. It may be called once.
func (f *Function) Stop() {
	close(f.stopped)
	var group sync.WaitGroup
	for _, env := range f.environments {
		group.Go(env.close)
	}
	group.Wait()
}

// open starts one process with a Runtime API of its own, so that its requests for the next event are known by their
// door.
func (f *Function) open() (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	env := &environment{function: f, ready: make(chan struct{}), running: map[string]*invocation{}}
	env.server = &http.Server{Handler: env.routes(), ConnContext: env.begin}
	go func() { _ = env.server.Serve(listener) }() // until close
	keeper, err := process.Keep(process.Spec{
		Name: f.spec.Name, Path: f.spec.Binary, Env: f.environ(listener.Addr().String()),
		Dir: filepath.Dir(f.spec.Binary), Log: f.spec.Log,
	}, env.ended)
	if err != nil {
		_ = env.server.Close() // nobody has asked it anything
		return nil, err
	}
	env.keeper = keeper
	return env, nil
}

// environ is Lambda's environment, and nothing of this process's own: a function that works only with a developer's
// variables must fail here too.
func (f *Function) environ(api string) []string {
	vars := map[string]string{
		"AWS_ACCESS_KEY_ID":               f.spec.Name, // which is how the local cloud knows whose role it is
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_REGION":                      "us-east-1",
		"AWS_DEFAULT_REGION":              "us-east-1",
		"AWS_EXECUTION_ENV":               "AWS_Lambda_provided.al2023",
		"AWS_LAMBDA_FUNCTION_NAME":        f.spec.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.spec.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_RUNTIME_API":          api,
		"LAMBDA_TASK_ROOT":                filepath.Dir(f.spec.Binary),
		"LANG":                            "en_US.UTF-8",
		"PATH":                            "/usr/local/bin:/usr/bin:/bin",
		"TZ":                              ":UTC",
		"_HANDLER":                        "bootstrap",
	}
	if f.spec.Concurrency > 1 {
		vars["AWS_LAMBDA_MAX_CONCURRENCY"] = strconv.Itoa(f.spec.Concurrency)
	}
	for name, value := range f.spec.Env {
		vars[name] = value
	}
	list := make([]string, 0, len(vars))
	for name, value := range vars {
		list = append(list, name+"="+value)
	}
	return list
}

// decodeError reads what the runtime posts to …/error.
func decodeError(body []byte) *Error {
	var e Error
	if json.Unmarshal(body, &e) != nil || e.Type == "" && e.Message == "" {
		return &Error{Type: "Unknown", Message: string(body)}
	}
	return &e
}
