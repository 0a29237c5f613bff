package crm

import (
	"slices"
	"time"
)

// NextOwner chooses who gets a lead: the customer's own person first, then fair rotation over the sales people who are there when the branch is
// next open, leaving out who had it already; nobody there: who answers for the branch. turn is the branch's rotation counter. ok is false
// when the lead belongs in the pool: it went through the policy's number of owners, or everybody had it.
func NextOwner(shop Roster, terms LeadTerms, l Lead, turn int64, now time.Time) (owner Staff, ok bool) {
	if len(l.Owners) >= terms.Policy.MaxOwners {
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
	manager, found := shop.Manager(terms.Branch, now)
	return manager, found && !slices.Contains(l.Owners, manager.ID)
}

// passedOn is the rung by which the manager hears that a lead went from one owner to the next. It is a rung of the new state, so that neither a crash
// nor a mail server that is away swallows it.
const passedOn = "passed-on"

// HandOn moves a lead that nobody contacted in time to the next person, or to the pool when there is none. The first owner's is the same step.
func (l Lead) HandOn(shop Roster, terms LeadTerms, turn int64, now time.Time) (Lead, Event, error) {
	by := Process("lead")
	next, ok := NextOwner(shop, terms, l, turn, now)
	if !ok {
		return l.change(by, AssignLead, LeadRecycled, terms, now, map[string]string{"reason": "nobody-reacted"}, func(next *Lead) string {
			next.Owner = ""
			return LeadPooled
		})
	}
	lead, event, err := l.change(by, AssignLead, LeadTaken, terms, now, map[string]string{"owner": next.ID}, func(l *Lead) string {
		l.take(next.ID)
		return LeadAssigned
	})
	if err == nil && len(l.Owners) > 0 {
		lead.Rungs = append(lead.Rungs, Rung{Name: passedOn, Do: DoTellManager, At: now})
		event.Progress.Rungs = lead.Rungs
	}
	return lead, event, err
}
