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

// roles are a contact's roles, in the order in which a question about a running job concerns them.
var roles = []string{"proofs", "buys", "decides"}

// ContactOf chooses the contact for a question about a running job where the asker named none. It is the
// contact who approves proofs, else who buys, else who decides, else any other. Only contacts with an address
// for messages count. found is false when there is none.
func ContactOf(contacts []customer.Contact, sms message.SMSPolicy) (contact customer.Contact, found bool) {
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

// OwnerOf is the colleague who sees that the question is answered. Each of the candidates below may write an
// answer down and look up which contact to call. The customer's owner comes first, if the owner works in the
// branch and is present. The asker is next. Then come service and after it sales, of those who are there when
// the branch is next open. The time of asking decides between several. Then comes the manager of the branch,
// or the owner of the shop who answers for it. Where there is none, it is the asker even without that right.
// The ladder may find a manager by the time it escalates.
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
