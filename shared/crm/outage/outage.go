// Package outage judges, for each kind of record with a process, what an outage of the worker took from its owner.
package outage

import (
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
)

// Rule is what holds for one kind of record.
type Rule[R interface{ Progress() ladder.Progress }] struct {
	began func(R) time.Time // when the time began from which the rungs are counted
	// again gives the record its time anew, or leaves it in its version. late are the rungs that came late.
	again func(r R, late []ladder.Rung, o ladder.Outage, terms setup.Terms, now time.Time) (R, event.Event, error)
}

// Leads, Tasks, Holds and Complaints are the rules of their kinds.
var (
	Leads = Rule[lead.Lead]{began: func(l lead.Lead) time.Time { return l.ClockFrom },
		again: func(l lead.Lead, late []ladder.Rung, o ladder.Outage, t setup.Terms, now time.Time) (lead.Lead, event.Event,
			error) {
			return l.Restart(late, o, t.Lead(), now)
		}}
	Tasks = Rule[task.Task]{began: func(t task.Task) time.Time { return t.Since },
		again: func(k task.Task, _ []ladder.Rung, o ladder.Outage, t setup.Terms, now time.Time) (task.Task, event.Event,
			error) {
			return k.Restart(o, t.Task(), now)
		}}
	Holds = Rule[hold.Hold]{began: func(h hold.Hold) time.Time { return h.ClockFrom },
		again: func(h hold.Hold, _ []ladder.Rung, o ladder.Outage, t setup.Terms, now time.Time) (hold.Hold, event.Event,
			error) {
			return h.Restart(o, t.Hold(), now)
		}}
	// Erases have no time anew: the law's days pass whatever runs.
	Erases = Rule[erase.Erase]{began: func(e erase.Erase) time.Time { return e.ClockFrom },
		again: func(e erase.Erase, _ []ladder.Rung, _ ladder.Outage, _ setup.Terms, _ time.Time) (erase.Erase, event.Event,
			error) {
			return e, event.Event{}, nil
		}}
	Complaints = Rule[complaint.Complaint]{began: began, again: restart}
)

// Restart gives the record its time anew where the outage took it from the owner. Any other record comes back in its
// version, with no event. round is that of the process; done answers for the keys of rungs that are climbed, or that
// wait for something else. The error is that of the calendar.
func (k Rule[R]) Restart(r R, round int, o ladder.Outage, done func(key string) bool, terms setup.Terms,
	now time.Time) (R, event.Event, error) {
	p, start := r.Progress(), k.began(r)
	late := p.Late(o, start, terms.Calendar, done)
	if p.Round != round || !p.Restarts(o, start, late) {
		return r, event.Event{}, nil
	}
	return k.again(r, late, o, terms, now)
}

// Overtaken reports whether the outage made the rung a reminder that says less than the next one, which is due as well.
func (k Rule[R]) Overtaken(r R, rung ladder.Rung, o ladder.Outage, terms setup.Terms, now time.Time) bool {
	return o.Delays(rung, k.began(r), terms.Calendar) && r.Progress().Overtaken(rung, now)
}
