package ladder

import "time"

// Duty is what a process knows of its workers. A rung may climb late for many reasons. That no worker ran is proved by
// two times of one moment: when the process was to go on, and when a worker took that up. A timer, an event and a call
// each bring the first; the second is the time of the workflow task. A shop that was closed, a channel that was away,
// tables that did not answer and a change of the past leave no such gap: there the worker is on time, and waits.
type Duty struct {
	Idle   time.Time `json:"idle"`             // since when nothing but a worker is needed to go on
	Outage Outage    `json:"outage,omitzero"`  // by which it woke late; what is due by it is not done yet
	Failed bool      `json:"failed,omitempty"` // the call that was to do it failed for good: the next one knows of it too
}

// Noticed is the least time without a worker that is kept in mind. A worker that has much to do needs seconds.
const Noticed = time.Minute

// Wakes notes that the process goes on now, and should have gone on at a time: zero is none. What it did itself before
// is no outage.
func (d *Duty) Wakes(at, now time.Time) {
	from := Later(at, d.Idle)
	if at.IsZero() || now.Sub(from) < Noticed {
		return
	}
	if d.Outage.IsZero() || from.Before(d.Outage.From) {
		d.Outage.From = from
	}
	d.Outage.To = now
}

// Waits begins a wait. Whatever was due after an outage is done, unless its call failed.
func (d *Duty) Waits(now time.Time) {
	d.Idle = now
	if !d.Failed {
		d.Outage = Outage{}
	}
}

// Woken notes that a wait has ended. An outage before it is over.
func (d *Duty) Woken(at, now time.Time) {
	if d.Outage.To.Before(now) && !d.Failed {
		d.Outage = Outage{}
	}
	d.Wakes(at, now)
}

// Fails notes that a call failed for good. Nothing is done about the outage before it.
func (d *Duty) Fails() { d.Failed = !d.Outage.IsZero() }

// Returns notes that a call returned, which began and ended at these times. The end is zero where the call says none.
func (d *Duty) Returns(began, ended, now time.Time) {
	d.Idle, d.Failed = now, d.Failed && ended.IsZero()
	if from := Later(began, ended); !ended.IsZero() && now.Sub(from) >= Noticed {
		d.Outage = Outage{From: from, To: now} // what came before was seen to by the call
	}
}

// Later is the later one of two times.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Unserved is how long an attempt at a call surely waited for a worker; attempt counts from 1. Each attempt before it
// took at most longest, with the pause after it. What lies beyond is time in which no worker asked for work.
func Unserved(attempt int32, scheduled, started time.Time, longest time.Duration) time.Duration {
	return max(0, started.Sub(scheduled)-time.Duration(attempt-1)*longest)
}
