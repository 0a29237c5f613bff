// Package process runs child processes that end with their parent: each has a process group of its own, a log file,
// and the kernel's promise to be killed when this process dies, however it dies.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Spec says what to run.
type Spec struct {
	Name string
	Path string
	Args []string
	Env  []string // nil: this process's own
	Dir  string
	Log  string // file that takes both outputs, appended to
}

// Process is one run of a Spec.
type Process struct {
	Spec
	cmd  *exec.Cmd
	done chan struct{}
	err  error
}

// forks are carried out on one thread that never ends: the kernel ties a child's death to the thread that made it,
// and Go ends threads when it likes.
var forks = sync.OnceValue(func() chan<- func() {
	queue := make(chan func())
	go func() {
		runtime.LockOSThread()
		for fork := range queue {
			fork()
		}
	}()
	return queue
})

// Start starts the process.
func Start(spec Spec) (*Process, error) {
	if err := os.MkdirAll(filepath.Dir(spec.Log), 0o755); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(spec.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // the child has its own

	p := &Process{Spec: spec, cmd: exec.Command(spec.Path, spec.Args...), done: make(chan struct{})}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = spec.Env, spec.Dir, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	started := make(chan error)
	forks() <- func() { started <- p.cmd.Start() }
	if err := <-started; err != nil {
		return nil, fmt.Errorf("%s: %w", spec.Name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		p.signal(syscall.SIGKILL) // what it left behind in its group
		close(p.done)
	}()
	return p, nil
}

// Done is closed when the process has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Ended says how the process ended; it may be asked once Done is closed.
func (p *Process) Ended() string {
	if p.err == nil {
		return "exit status 0"
	}
	return p.err.Error()
}

// Pid is the process's id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Kill ends the process and its group at once.
func (p *Process) Kill() { p.signal(syscall.SIGKILL) }

// Stop asks the process to end, kills it when it has not after grace, and waits for its end.
func (p *Process) Stop(grace time.Duration) {
	p.signal(syscall.SIGTERM)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-p.done:
	case <-timer.C:
		p.Kill()
		<-p.done
	}
}

// signal fails only when nobody is left to receive it, which is what was wanted.
func (p *Process) signal(s syscall.Signal) { _ = syscall.Kill(-p.Pid(), s) }

// Tail returns the last lines of the log, for an error message.
func (s Spec) Tail() string {
	text, err := os.ReadFile(s.Log)
	if err != nil {
		return ""
	}
	const most = 2000
	if len(text) > most {
		text = text[len(text)-most:]
	}
	return strings.TrimSpace(string(text))
}
