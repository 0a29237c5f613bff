package lambda

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/lambda/lambdatest"
)

var probe string

func TestMain(m *testing.M) { lambdatest.Main(m, &probe) }

func start(t *testing.T, change func(*Spec)) *Function {
	t.Helper()
	spec := Spec{Name: "probe", Binary: probe, Timeout: time.Minute, MemoryMB: 128,
		Log: filepath.Join(t.TempDir(), "log")}
	if change != nil {
		change(&spec)
	}
	f, err := Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	return f
}

func invoke[T any](t *testing.T, f *Function, what string) T {
	t.Helper()
	payload, err := f.Invoke(t.Context(), []byte(`{"do":"`+what+`"}`))
	if err != nil {
		t.Fatal(err)
	}
	var result T
	if err := json.Unmarshal(payload, &result); err != nil {
		t.Fatal(err)
	}
	return result
}

func wantError(t *testing.T, f *Function, what, kind string) {
	t.Helper()
	_, err := f.Invoke(t.Context(), []byte(`{"do":"`+what+`"}`))
	var e *Error
	if !errors.As(err, &e) || e.Type != kind {
		t.Errorf("%s: %v, want %s", what, err, kind)
	}
}

func TestInvokes(t *testing.T) {
	f := start(t, nil)
	if got := invoke[map[string]string](t, f, "echo"); got["do"] != "echo" {
		t.Errorf("echo: %v", got)
	}
	left := invoke[struct {
		Left  float64
		Known bool
	}](t, f, "deadline")
	if !left.Known || left.Left < 30 || left.Left > 60 {
		t.Errorf("the function was told %+v of a timeout of 60 s", left)
	}
	wantError(t, f, "fail", "errorString")
}

func TestDeathIsAnErrorAndTheProcessComesBack(t *testing.T) {
	said := make(chan string, 10)
	f := start(t, func(s *Spec) { s.Report = func(_, what string) { said <- what } })
	first := invoke[int](t, f, "pid")

	wantError(t, f, "panic", "string") // the runtime reports the panic's value before it ends
	if what := <-said; !strings.Contains(what, "started again") {
		t.Errorf("said %q", what)
	}
	second := invoke[int](t, f, "pid")
	wantError(t, f, "exit", Exited)
	<-said
	third := invoke[int](t, f, "pid")
	f.Kill()
	<-said
	if fourth := invoke[int](t, f, "pid"); first == second || second == third || third == fourth {
		t.Errorf("processes %d, %d, %d, %d", first, second, third, fourth)
	}
}

func TestKilledAtItsTimeout(t *testing.T) {
	f := start(t, nil)
	first := invoke[int](t, f, "pid")
	long := f.spec.Timeout
	// for what hangs alone: what is to answer has the time that a busy machine needs
	f.spec.Timeout = 300 * time.Millisecond
	began := time.Now()
	wantError(t, f, "hang", TimedOut)
	if took := time.Since(began); took < 250*time.Millisecond {
		t.Errorf("killed after %s", took)
	}
	f.spec.Timeout = long
	if second := invoke[int](t, f, "pid"); first == second {
		t.Error("the process that hung still answers")
	}
}

func TestProcessesWorkSideBySide(t *testing.T) {
	for name, shape := range map[string][2]int{"processes": {4, 1}, "one process": {1, 4}} {
		t.Run(name, func(t *testing.T) {
			f := start(t, func(s *Spec) { s.Processes, s.Concurrency = shape[0], shape[1] })
			if len(f.Pids()) != shape[0] {
				t.Errorf("pids %v", f.Pids())
			}
			for range 3 {
				go func() { _, _ = f.Invoke(t.Context(), []byte(`{"do":"hang"}`)) }() // killed at the end
			}
			for range 10 {
				invoke[int](t, f, "pid")
			}
		})
	}
}

func TestNothingOfTheDevelopersEnvironment(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://nowhere")
	f := start(t, func(s *Spec) { s.Env = map[string]string{"STAGE": "test"} })
	env := strings.Join(invoke[[]string](t, f, "environment"), "\n")
	if strings.Contains(env, "HTTP_PROXY") || !strings.Contains(env, "STAGE=test") ||
		!strings.Contains(env, "AWS_LAMBDA_FUNCTION_NAME=probe") {
		t.Error(env)
	}
}

func TestBrokenFunctionSaysWhy(t *testing.T) {
	_, err := Start(t.Context(), Spec{Name: "probe", Binary: probe, Timeout: time.Second,
		Env: map[string]string{"PROBE_BROKEN": "1"}, Log: filepath.Join(t.TempDir(), "log")})
	if err == nil || !strings.Contains(err.Error(), "PROBE_BROKEN is set") {
		t.Errorf("started with %v", err)
	}
}
