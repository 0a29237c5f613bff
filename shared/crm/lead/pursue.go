package lead

import (
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// pursue plans the deadline and the ladder of a lead whose person was reached. They count from the agreed time; where
// none was agreed, from the policy's working time. A rung for a time that has passed comes in opening hours after it.
func (l Lead) pursue(terms Terms) (Lead, error) {
	policy := terms.Policy
	budget := policy.NextStep
	if l.State == StateQualified {
		budget = policy.quoteTime()
	}
	if l.Agreed {
		budget = int64(terms.Calendar.Between(l.ClockFrom, l.Due) / time.Second)
	}
	ends, err := terms.Calendar.Add(l.ClockFrom, calendar.Seconds(budget))
	if err != nil {
		return l, err
	}
	if !l.Agreed {
		l.Due = ends
	}
	opens, err := terms.Calendar.NextOpen(l.Due)
	if err != nil {
		return l, err
	}
	l.Rungs, err = ladder.Plan(policy.pursuit(l.State), l.State, terms.Calendar, l.ClockFrom, budget)
	for i, r := range l.Rungs {
		if l.Agreed && r.Do != ladder.DoAskQuote && !r.At.Before(ends) {
			l.Rungs[i].At = ladder.Later(r.At, opens)
		}
	}
	return l, err
}

// handOver gives a pursued lead to another colleague, who is told. A next step that is still ahead holds; one that
// has passed gets the policy's time anew.
func (l Lead) handOver(by staff.Actor, to string, terms Terms, now time.Time) (Lead, event.Event, error) {
	next := l
	next.Version, next.UpdatedAt = l.Version+1, now
	next.take(to)
	next.wake(l)
	agreed, due, from := l.Agreed, l.Due, l.ClockFrom
	next, err := next.enter(l.State, terms, now)
	if err == nil && due.After(now) {
		next.Agreed, next.Due, next.ClockFrom = agreed, due, from
		next, err = next.plan(terms)
	}
	if err != nil {
		return l, event.Event{}, err
	}
	next.Rungs = slices.DeleteFunc(next.Rungs, func(r ladder.Rung) bool { return r.At.Before(now) })
	if by.ID != to {
		next.Rungs = append(next.Rungs, ladder.Rung{Name: HandedOver, Do: ladder.DoTell, At: now})
	}
	return next, event.NewTransition(event.LeadAssigned, by, l.Progress(), next.Progress(), l.Customer, l.Branch, now,
		map[string]string{"owner": to}), nil
}

// wake begins another round where the process of a dormant lead has ended.
func (l *Lead) wake(before Lead) {
	if before.dormant() && l.Round == before.Round {
		l.Round++
	}
}

// HandedOver is the name of the rung by which a colleague hears that a lead is theirs whose person was reached.
const HandedOver = "handed-over"

// Own reports whether the customer is somebody's own: the shop knew them before the enquiry, and a colleague who works
// here looks after them. Such a lead does not return to the pool by itself.
func (l Lead) Own(of customer.Customer, employed func(staff string) bool) bool {
	return l.Attached && of.Owner != "" && employed(of.Owner)
}

// GiveBack returns a lead to the pool about which nothing happened for the policy's time.
func (l Lead) GiveBack(terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.recycle(staff.Process("lead"), permission.AssignLead, "idle", terms, now)
}

// recycle returns the lead to the pool. One whose person was reached begins a new round: its follow-up starts again
// when a colleague claims it.
func (l Lead) recycle(by staff.Actor, command permission.Action, reason string, terms Terms,
	now time.Time) (Lead, event.Event, error) {
	return l.change(by, command, event.LeadRecycled, terms, now, map[string]string{"reason": reason},
		func(next *Lead) string {
			next.Owner = ""
			if l.Pursued() {
				next.Round, next.Turn, next.Owners = l.Round+1, 0, nil
			}
			return StatePooled
		})
}

// Won closes a lead whose person was reached: the order came.
func (l Lead) Won(by staff.Actor, w Win, terms Terms, now time.Time) (Lead, event.Event, error) {
	return l.change(by, permission.WinLead, event.LeadWon, terms, now, nil, func(next *Lead) string {
		next.Win = &w
		return StateWon
	})
}
