package lead

import (
	"slices"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Replan computes the lead's deadline and ladder anew after a calendar or a policy changed. They count from
// the same start as before. What was agreed with the person stays. A lead whose times stay the same keeps its
// version and has no event. The process knows a climbed rung by its name, so it does not climb that rung
// again. A rung whose new time is past is climbed at once. Where the contact comes later than the person was told,
// they hear the new time.
func (l Lead) Replan(terms Terms, now time.Time) (Lead, event.Event, error) {
	// a lead from before ClockFrom was stored keeps its plan until its next state
	if l.Closed() || l.ClockFrom.IsZero() {
		return l, event.Event{}, nil
	}
	next, err := l.promiseAnew(terms, now)
	if err == nil {
		next, err = next.plan(terms)
	}
	if err != nil {
		return l, event.Event{}, err
	}
	next.Rungs = l.rungs(next.Rungs, now)
	if next.Due.Equal(l.Due) && next.FirstContactDue.Equal(l.FirstContactDue) &&
		slices.EqualFunc(next.Rungs, l.Rungs, ladder.Rung.Same) {
		return l, event.Event{}, nil
	}
	next.Version, next.UpdatedAt, next.Policy = l.Version+1, now, terms.Ref
	told := event.NewTransition(event.LeadReplanned, staff.Process("replan"), l.Progress(), next.Progress(), l.Customer,
		l.Branch, now, map[string]string{"policy": next.Policy})
	return next, told, nil
}

// promiseAnew computes the time of the first contact anew. A promise that stood and comes later now is postponed. One
// that comes earlier still holds.
func (l Lead) promiseAnew(terms Terms, now time.Time) (Lead, error) {
	if l.Round > 1 || l.Pursued() {
		return l, nil
	}
	due, err := terms.Calendar.Add(l.contactFrom(), calendar.Seconds(terms.Policy.FirstContact))
	if l.FirstContactDue.After(now) && due.After(l.FirstContactDue) {
		l.Postponed, l.PostponedAt = l.Postponed+1, now
	}
	l.FirstContactDue = due
	return l, err
}

// rungs is the new ladder of a lead that has an old one. Rungs that no policy planned are carried over. Rungs
// that were left out of the old ladder stay out. A colleague who claimed the lead need not be told of it. A
// colleague who took over a lead whose person was reached need not hear of what had passed before.
// A dormant lead has no plan: only a reply counts.
func (l Lead) rungs(plan []ladder.Rung, now time.Time) []ladder.Rung {
	own := func(r ladder.Rung) bool { return !planned(r) || r.Name == HandedOver }
	tells := slices.ContainsFunc(l.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell })
	passed := func(r ladder.Rung) bool {
		return l.Pursued() && !r.At.After(now) &&
			!slices.ContainsFunc(l.Rungs, func(old ladder.Rung) bool { return old.Name == r.Name })
	}
	var out []ladder.Rung
	for _, r := range plan {
		if !l.dormant() && !passed(r) && (tells || r.Do != ladder.DoTell) {
			out = append(out, r)
		}
	}
	for _, r := range l.Rungs {
		if own(r) {
			out = append(out, r)
		}
	}
	return out
}
