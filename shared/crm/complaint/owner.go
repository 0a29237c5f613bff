package complaint

import (
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Assign gives the complaint to a person of service, sales or management who is present. A new owner gets no
// new time.
func (c Complaint) Assign(by staff.Actor, to staff.Staff, terms Terms, now time.Time) (Complaint, event.Event, error) {
	return c.change(by, permission.AssignComplaint, event.ComplaintAssigned, terms, now,
		map[string]string{"owner": to.ID}, func(next *Complaint) (string, error) {
			if err := c.suits(to, now); err != nil {
				return "", err
			}
			next.take(by, to.ID, now)
			return c.State, nil
		})
}

func (c Complaint) suits(to staff.Staff, now time.Time) error {
	// the shop's owner answers for a branch without a manager
	here := to.WorksIn(c.Branch) || to.Has(staff.Owner) && staff.ActorOf(to).Sees(c.Branch)
	if here && to.Present(now) &&
		(to.Has(staff.Service) || to.Has(staff.Sales) || to.Has(staff.Manager) || to.Has(staff.Owner)) {
		return nil
	}
	return fault.Faulty(fault.Field{Pointer: "/owner", Text: words.Text{
		Zh: "此人不能接收该网点的投诉。请选择在岗的客服、销售或经理。",
		En: "This person can't take complaints of the branch. Choose somebody of service, sales or management who is present."}})
}

func (c *Complaint) take(by staff.Actor, owner string, now time.Time) {
	if owner == c.Owner {
		return
	}
	c.Owner, c.Owners, c.OwnerAt = owner, append(slices.Clone(c.Owners), owner), now
	if by.ID == owner {
		c.OwnerAt = time.Time{} // the owner knows already
	}
}

// NextOwner chooses the owner of a complaint without one. It rotates fairly over the branch's service staff
// who are available at its next opening. turn is the branch's rotation counter. Without them it is the
// customer's owner, else the person who answers for the branch. ok is false when none is there; the ladder
// then tells manager and owner.
func NextOwner(shop firm.Roster, terms Terms, c Complaint, turn int64, now time.Time) (owner staff.Staff, ok bool) {
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	takes := func(p staff.Staff) bool { return c.suits(p, now) == nil }
	free := slices.DeleteFunc(shop.Available(c.Branch, staff.Service, at), func(p staff.Staff) bool { return !takes(p) })
	if len(free) > 0 {
		return free[int(turn%int64(len(free)))], true
	}
	if p, found := shop.Person(c.Account); found && takes(p) {
		return p, true
	}
	manager, found := shop.Manager(terms.Branch, now)
	return manager, found && takes(manager)
}
