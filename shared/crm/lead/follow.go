package lead

import (
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
)

// Follow is what the news of a lead makes of its customer. Who reached a customer that nobody has becomes their own
// person, and the history grows. Changed is false when there is nothing to write: of many words within an hour one
// is noted.
func Follow(c customer.Customer, kind event.Type, l Lead, roster firm.Roster, life customer.LifePolicy,
	now time.Time) (next customer.Customer, changed bool) {
	switch kind {
	case event.LeadContacted:
		next, changed = c.Adopt(roster, l.Owner, now)
		changed = changed || c.History.ReachedAt == nil
		next = next.Reached(life, now)
	case event.LeadQualified:
		changed = c.History.QualifiedAt == nil
		next = c.Qualified(life, now)
	case event.LeadReplied:
		next = c.Heard(life, now)
	default:
		return c, false
	}
	if !changed && next.LifeCycle == c.LifeCycle &&
		now.Before(customer.Latest(c.History.LastTouchAt).Add(customer.AskedAgain)) {
		return c, false
	}
	next.Seq = c.Seq + 1
	return next, true
}
