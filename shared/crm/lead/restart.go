package lead

import (
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

func acknowledges(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge }

// postponed is the rung by which the person hears when we are in touch, after that moved. After an outage, that is
// in opening hours. After a change of calendar it is at once, since a holiday may begin before the next opening. The
// rung outlasts a change of owner, as long as nobody was in touch.
func (l Lead) postponed(cal calendar.Calendar) ([]ladder.Rung, error) {
	if l.Postponed == 0 || l.Round > 1 || l.Pursued() {
		return nil, nil
	}
	rung := ladder.Rung{Name: "postponed-" + strconv.Itoa(l.Postponed), Do: ladder.DoTellPromise, At: l.PostponedAt,
		Once: true}
	var err error
	if !l.PostponedAt.After(l.RestartedAt) {
		rung.At, err = cal.NextOpen(l.RestartedAt)
	}
	return []ladder.Rung{rung}, err
}

// Restart gives the owner's time anew after an outage that took it from them, or from the owner to be; late are the
// rungs that came late. The time that the person was told moves where it passed in the outage, and they hear the new
// one. One that still stands does not move, and one that was missed before stays missed. What was agreed with the
// person stays. So does a lead in the pool, or one that was contacted: no owner's time runs there. Such a lead comes
// back in its version, with no event. The error is that of the calendar.
func (l Lead) Restart(late []ladder.Rung, o ladder.Outage, terms Terms, now time.Time) (Lead, event.Event,
	error) {
	if l.Agreed || l.State != StateNew && l.State != StateAssigned {
		return l, event.Event{}, nil
	}
	next := l
	next.Version, next.UpdatedAt, next.Policy, next.ClockFrom = l.Version+1, now, terms.Ref, now
	var err error
	if due := l.FirstContactDue; l.Round == 1 && due.After(o.From) && !due.After(now) {
		next.RestartedAt = now
		next.FirstContactDue, err = terms.Calendar.Add(now, calendar.Seconds(terms.Policy.FirstContact))
		if !slices.ContainsFunc(late, acknowledges) { // else the acknowledgement names it
			next.Postponed++
			next.PostponedAt = now
		}
	}
	if err == nil {
		next, err = next.plan(terms)
	}
	if err != nil {
		return l, event.Event{}, err
	}
	next.Rungs = l.rungs(next.Rungs, now)
	return next, event.NewTransition(event.LeadRestarted, staff.Process("lead"), l.Progress(), next.Progress(), l.Customer,
		l.Branch, now, event.AfterOutage(o, l.Due)), nil
}
