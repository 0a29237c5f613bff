package task

import (
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Restart gives the policy's time anew after an outage that took it from the owner. A deadline that a person gave
// stays: only that person knows what hangs on it. Such a task comes back in its version, with no event. The error is
// that of the calendar.
func (t Task) Restart(o ladder.Outage, terms Terms, now time.Time) (Task, event.Event, error) {
	if t.Closed() || !t.ByPolicy {
		return t, event.Event{}, nil
	}
	given := slices.ContainsFunc(t.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell })
	next, err := t.next(now).dated(nil, given, terms, now)
	if err != nil {
		return t, event.Event{}, err
	}
	return next, next.event(event.TaskRestarted, staff.Process("task"), t, now, event.AfterOutage(o, t.Due)), nil
}
