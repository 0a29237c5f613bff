package hold

import (
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Restart gives the time of the question's state anew after an outage that took it from its owner. What the customer
// was asked already is not asked again. A closed question comes back in its version, with no event. The error is that
// of the calendar.
func (h Hold) Restart(o ladder.Outage, terms Terms, now time.Time) (Hold, event.Event, error) {
	if h.Closed() {
		return h, event.Event{}, nil
	}
	next := h
	next.Version, next.UpdatedAt, next.ClockFrom = h.Version+1, now, now
	next, err := next.plan(terms)
	if err != nil {
		return h, event.Event{}, err
	}
	return next, event.NewTransition(event.HoldRestarted, staff.Process("hold"), h.Progress(), next.Progress(), h.Customer,
		h.Branch, now, event.AfterOutage(o, h.Due)), nil
}
