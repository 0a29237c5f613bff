package crm

import (
	"slices"
	"time"
)

// NextOwner chooses who gets a lead: the customer's own person first, then fair rotation over the sales people who are there when the branch is
// next open, leaving out who had it already; nobody there: the branch's manager. turn is the branch's rotation counter. ok is false
// when the lead belongs in the pool: it went through the policy's number of owners, or everybody had it.
func NextOwner(shop Shop, terms Terms, l Lead, turn int64, now time.Time) (owner Staff, ok bool) {
	if len(l.Owners) >= terms.Policy.Lead.MaxOwners {
		return Staff{}, false
	}
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	free := slices.DeleteFunc(shop.Available(l.Branch, Sales, at), func(p Staff) bool { return slices.Contains(l.Owners, p.ID) })
	if i := slices.IndexFunc(free, func(p Staff) bool { return p.ID == l.Preferred }); i >= 0 {
		return free[i], true
	}
	if len(free) > 0 {
		return free[int(turn%int64(len(free)))], true
	}
	manager, found := shop.Person(terms.Branch.Manager)
	return manager, found && manager.Employed(now) && !slices.Contains(l.Owners, manager.ID)
}

// HandOn moves a lead that nobody contacted in time to the next person, or to the pool when there is none.
func (l Lead) HandOn(shop Shop, terms Terms, turn int64, now time.Time) (Lead, Event, error) {
	by := Process("lead")
	next, ok := NextOwner(shop, terms, l, turn, now)
	if !ok {
		return l.change(by, AssignLead, LeadRecycled, terms, now, map[string]string{"reason": "nobody-reacted"}, func(next *Lead) string {
			next.Owner = ""
			return LeadPooled
		})
	}
	return l.change(by, AssignLead, LeadTaken, terms, now, map[string]string{"owner": next.ID}, func(l *Lead) string {
		l.take(next.ID)
		return LeadAssigned
	})
}
