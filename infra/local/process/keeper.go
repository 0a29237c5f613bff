package process

import (
	"sync"
	"time"
)

// Keeper keeps a process running: one that ends is started again.
type Keeper struct {
	spec  Spec
	ended func(how string)
	stop  chan struct{}
	gone  chan struct{}

	mu      sync.Mutex
	current *Process
	paused  bool
	resume  chan struct{}
}

// A process that ends this soon after its start is started again more and more slowly. So a broken one does not eat
// the machine.
const (
	soon      = time.Second
	firstWait = 50 * time.Millisecond
	longest   = 5 * time.Second
)

// Keep starts the process and keeps it running until Stop. After each unasked end it calls ended, before the next
// start.
func Keep(spec Spec, ended func(how string)) (*Keeper, error) {
	p, err := Start(spec)
	if err != nil {
		return nil, err
	}
	k := &Keeper{spec: spec, ended: ended, stop: make(chan struct{}), gone: make(chan struct{}), current: p,
		resume: make(chan struct{}, 1)}
	go k.keep(p)
	return k, nil
}

func (k *Keeper) keep(p *Process) {
	defer close(k.gone)
	wait := firstWait
	for {
		began := time.Now()
		select {
		case <-p.Done():
		case <-k.stop:
			p.Stop(3 * time.Second)
			return
		}
		k.ended(p.Ended())
		if time.Since(began) > soon {
			wait = firstWait
		}
		var ok bool
		if p, ok = k.again(&wait); !ok {
			return
		}
	}
}

// again starts the process anew after wait, as often as it takes; false means that the keeper was stopped.
func (k *Keeper) again(wait *time.Duration) (*Process, bool) {
	for {
		timer := time.NewTimer(*wait)
		*wait = min(2**wait, longest)
		select {
		case <-k.stop:
			timer.Stop()
			return nil, false
		case <-timer.C:
		}
		if !k.awaitResume() {
			return nil, false
		}
		p, err := Start(k.spec)
		if err != nil {
			k.ended(err.Error())
			continue
		}
		k.mu.Lock()
		k.current = p
		k.mu.Unlock()
		return p, true
	}
}

// awaitResume holds a paused process back; false means that the keeper was stopped.
func (k *Keeper) awaitResume() bool {
	for {
		k.mu.Lock()
		paused := k.paused
		k.mu.Unlock()
		if !paused {
			return true
		}
		select {
		case <-k.stop:
			return false
		case <-k.resume:
		}
	}
}

// Kill kills the process; it is started again.
func (k *Keeper) Kill() { k.running().Kill() }

// Pause kills the process and keeps it down until Resume, as in an outage.
func (k *Keeper) Pause() {
	k.mu.Lock()
	k.paused = true
	p := k.current
	k.mu.Unlock()
	p.Kill()
	<-p.Done()
}

// Resume ends a Pause.
func (k *Keeper) Resume() {
	k.mu.Lock()
	k.paused = false
	k.mu.Unlock()
	select {
	case k.resume <- struct{}{}:
	default:
	}
}

// Pid is the id of the running process, or of the one that ran last.
func (k *Keeper) Pid() int { return k.running().Pid() }

// Stop ends the process for good and waits for its end. It may be called once.
func (k *Keeper) Stop() {
	close(k.stop)
	<-k.gone
}

// Done is closed when the process that runs now has ended.
func (k *Keeper) Done() <-chan struct{} { return k.running().Done() }

// Tail returns the last lines of the process's log.
func (k *Keeper) Tail() string { return k.spec.Tail() }

func (k *Keeper) running() *Process {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.current
}
