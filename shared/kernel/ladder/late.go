package ladder

import (
	"slices"
	"time"

	"afterpress/shared/kernel/calendar"
)

// Outage is a time in which no worker ran: From when a process was to go on, To when a worker took it up. The zero
// Outage is none.
type Outage struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// IsZero reports that a worker ran.
func (o Outage) IsZero() bool { return o == Outage{} }

// grace is the working time by which a rung may always be behind. Nobody notices a quarter of an hour.
const grace = 15 * time.Minute

// Delays reports whether the outage made the rung late: by more than 15 minutes, and by more than a quarter of its
// span. Both are working time. The span runs from start, and the delay begins with the outage at the earliest: what the
// rung waited for before is no part of it.
func (o Outage) Delays(r Rung, start time.Time, cal calendar.Calendar) bool {
	from := o.From
	if r.At.After(from) {
		from = r.At
	}
	return !o.IsZero() && cal.Between(from, o.To) > max(grace, cal.Between(start, r.At)/4)
}

// Late are the rungs that the outage made late. What asks a customer is late as well once the record closes for want of
// their answer. done answers for the keys of rungs that are climbed, or that wait for something else.
func (p Progress) Late(o Outage, start time.Time, cal calendar.Calendar, done func(key string) bool) []Rung {
	var out []Rung
	for _, r := range p.Rungs {
		if !done(p.Key(r)) && (o.Delays(r, start, cal) || p.silences(r, o)) {
			out = append(out, r)
		}
	}
	return out
}

// silences reports whether the outage lasted from a word to the customer until the record closes without their answer.
func (p Progress) silences(r Rung, o Outage) bool {
	asks := r.Do == DoAskCustomer || r.Do == DoRemindCustomer
	return asks && !o.IsZero() && !r.At.After(o.To) && slices.ContainsFunc(p.Rungs, func(end Rung) bool {
		return end.Do == DoCloseUnanswered && !end.At.After(o.To)
	})
}

// keepers are the steps by which an owner finds, or is held to, the deadline of a record.
var keepers = []string{DoAcknowledge, DoAssign, DoTell, DoRemind, DoReassign, DoEscalate, DoTellManager, DoTellOwner,
	DoAskCustomer, DoRemindCustomer, DoAskApprover, DoExpire, DoCloseUnanswered}

// Restarts reports whether the deadline of a record starts again after the outage: a rung that keeps it came late.
// start is that of the record's time. A deadline that was over before the outage does not start again, and neither does
// one whose time began after it.
func (p Progress) Restarts(o Outage, start time.Time, late []Rung) bool {
	return !p.Closed && p.Due.After(o.From) && start.Before(o.To) &&
		slices.ContainsFunc(late, func(r Rung) bool { return slices.Contains(keepers, r.Do) })
}

// successors are the steps that follow a reminder on its ladder and say more than it does. No complaint closes without
// an answer for which its customer was not reminded.
var successors = map[string][]string{
	DoRemind:           {DoRemind, DoReassign, DoEscalate, DoTellManager, DoTellOwner},
	DoRemindCustomer:   {DoRemindCustomer, DoRemind, DoEscalate, DoResume},
	DoRemindCorrection: {DoCheckEffect},
}

// Overtaken reports whether the rung is a reminder whose successor on the ladder is due as well.
func (p Progress) Overtaken(r Rung, now time.Time) bool {
	passed := false
	return slices.ContainsFunc(p.Rungs, func(next Rung) bool {
		same := next.Same(r)
		after := next.At.After(r.At) || passed && next.At.Equal(r.At)
		passed = passed || same
		return !same && after && !next.At.After(now) && slices.Contains(successors[r.Do], next.Do)
	})
}
