package lead

import (
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
)

// Follow is the customer after news of a lead. A contact makes the lead's owner the owner of a customer
// without one, and the history grows. changed is false when there is nothing to write. Of many words within
// customer.AskedAgain, one is noted.
func Follow(c customer.Customer, kind event.Type, l Lead, roster firm.Roster, life customer.LifePolicy,
	now time.Time) (next customer.Customer, changed bool) {
	switch kind {
	case event.LeadContacted:
		next, changed = c.Adopt(roster, l.Owner, now)
		changed = changed || c.History.ReachedAt == nil
		next = next.Reached(life, now)
	case event.LeadQualified, event.LeadWon:
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
