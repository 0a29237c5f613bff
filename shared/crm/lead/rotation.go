package lead

import (
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// NextOwner chooses the next owner of a lead. Only sales who are there when the branch is next open can get
// it. The preferred one comes first, and then they take turns. Colleagues who had the lead in this round are
// left out. Where no sales colleague is left, the lead goes to the manager who answers for the branch. turn
// is the branch's rotation counter. ok is false when the lead belongs in the pool. The lead then went through
// the policy's number of owners, or no owner is left.
func NextOwner(shop firm.Roster, terms Terms, l Lead, turn int64, now time.Time) (owner staff.Staff, ok bool) {
	if len(l.Owners) >= terms.Policy.MaxOwners {
		return staff.Staff{}, false
	}
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	free := slices.DeleteFunc(shop.Available(l.Branch, staff.Sales, at),
		func(p staff.Staff) bool { return slices.Contains(l.Owners, p.ID) })
	if i := slices.IndexFunc(free, func(p staff.Staff) bool { return p.ID == l.Preferred }); i >= 0 {
		return free[i], true
	}
	if len(free) > 0 {
		return free[int(turn%int64(len(free)))], true
	}
	manager, found := shop.Manager(terms.Branch, now)
	return manager, found && !slices.Contains(l.Owners, manager.ID)
}

// PassedOn is the name of the rung by which the manager hears that a lead went from one owner to the next. As
// a rung of the new state it survives a crash, and a mail server that is away.
const PassedOn = "passed-on"

// HandOn moves a lead to its next owner, or to the pool when there is none. It serves a lead that had no
// contact in time, and a new lead that gets its first owner.
func (l Lead) HandOn(shop firm.Roster, terms Terms, turn int64, now time.Time) (Lead, event.Event, error) {
	by := staff.Process("lead")
	next, ok := NextOwner(shop, terms, l, turn, now)
	if !ok {
		return l.change(by, permission.AssignLead, event.LeadRecycled, terms, now,
			map[string]string{"reason": "nobody-reacted"}, func(next *Lead) string {
				next.Owner = ""
				return StatePooled
			})
	}
	lead, e, err := l.change(by, permission.AssignLead, event.LeadAssigned, terms, now,
		map[string]string{"owner": next.ID}, func(l *Lead) string {
			l.take(next.ID)
			return StateAssigned
		})
	if err == nil && len(l.Owners) > 0 {
		lead.Rungs = append(lead.Rungs, ladder.Rung{Name: PassedOn, Do: ladder.DoTellManager, At: now})
		e.Progress.Rungs = lead.Rungs
	}
	return lead, e, err
}

// Former is the last owner (n is 1) or the last but n-1; empty where there were fewer.
func (l Lead) Former(n int) string {
	if len(l.Owners) < n {
		return ""
	}
	return l.Owners[len(l.Owners)-n]
}
