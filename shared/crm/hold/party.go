package hold

import (
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"

	"github.com/samber/lo"
)

// roles are the roles of a contact in the order in which a question about a running job concerns them.
var roles = []string{"proofs", "buys", "decides"}

// Contact is whom a question about a running job goes to where nobody named him: who approves proofs, else who
// buys, else who decides, else anybody, of those who can be written to. found is false when nobody can.
func Contact(contacts []customer.Contact, sms message.SMSPolicy) (contact customer.Contact, found bool) {
	reached := slices.DeleteFunc(slices.Clone(contacts), func(c customer.Contact) bool {
		_, address, _ := c.AddressFor(sms, "")
		return address == ""
	})
	for _, role := range roles {
		if c, found := lo.Find(reached, func(c customer.Contact) bool { return slices.Contains(c.Roles, role) }); found {
			return c, true
		}
	}
	return lo.Find(reached, func(customer.Contact) bool { return true })
}

// OwnerOf is who sees to it that the question is answered. Everybody of these may write an answer down and look up
// whom to call: the customer's own person when he works in the branch and is there, else who asks, else one of the
// branch's service and then of its sales people who are there when it is next open, in turn by the time of asking,
// else who answers for the branch. Where there is nobody it is who asks: the manager whom the ladder looks for may
// be there by then.
func OwnerOf(shop firm.Roster, terms firm.Terms, c customer.Customer, by staff.Actor, now time.Time) string {
	branch := terms.Branch.ID
	p, found := shop.Person(c.Owner)
	switch {
	case found && p.WorksIn(branch) && p.Present(now) &&
		permission.Permit(staff.ActorOf(p), permission.AnswerHold) == nil:
		return p.ID
	case permission.Permit(by, permission.AnswerHold) == nil:
		return by.ID
	}
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	for _, role := range []staff.Role{staff.Service, staff.Sales} {
		if free := shop.Available(branch, role, at); len(free) > 0 {
			return free[now.UnixMilli()%int64(len(free))].ID
		}
	}
	if p, found = shop.Manager(terms.Branch, now); found &&
		permission.Permit(staff.ActorOf(p), permission.AnswerHold) == nil {
		return p.ID
	}
	return by.ID
}
