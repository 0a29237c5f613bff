package crm

import (
	"cmp"
	"slices"
	"time"

	"github.com/samber/lo"
)

// holdRoles are the roles of a contact in the order in which a question about a running job concerns them.
var holdRoles = []string{"proofs", "buys", "decides"}

// HoldContact is whom a question about a running job goes to where nobody named him: who approves proofs, else who buys, else who decides, else anybody, of
// those who can be written to. found is false when nobody can.
func HoldContact(contacts []Contact, sms SMSPolicy) (contact Contact, found bool) {
	reached := slices.DeleteFunc(slices.Clone(contacts), func(c Contact) bool {
		_, address, _ := c.AddressFor(sms, "")
		return address == ""
	})
	for _, role := range holdRoles {
		if c, found := lo.Find(reached, func(c Contact) bool { return slices.Contains(c.Roles, role) }); found {
			return c, true
		}
	}
	return lo.Find(reached, func(Contact) bool { return true })
}

// HoldOwner is who sees to it that the question is answered. Everybody of these may write an answer down and look up whom to call: the customer's own person when
// he works in the branch and is there, else who asks, else one of the branch's service and then of its sales people who are there when it is next open, in turn by
// the time of asking, else who answers for the branch. Where there is nobody it is who asks: the manager whom the ladder looks for may be there by then.
func HoldOwner(shop Roster, terms FirmTerms, customer Customer, by Actor, now time.Time) string {
	branch := terms.Branch.ID
	p, found := shop.Person(customer.Owner)
	switch {
	case found && p.WorksIn(branch) && p.Present(now) && Permit(ActorOf(p), AnswerHold) == nil:
		return p.ID
	case Permit(by, AnswerHold) == nil:
		return by.ID
	}
	at, err := terms.Calendar.NextOpen(now)
	if err != nil {
		at = now
	}
	for _, role := range []Role{Service, Sales} {
		if free := shop.Available(branch, role, at); len(free) > 0 {
			return free[now.UnixMilli()%int64(len(free))].ID
		}
	}
	if p, found = shop.Manager(terms.Branch, now); found && Permit(ActorOf(p), AnswerHold) == nil {
		return p.ID
	}
	return by.ID
}

// AddressFor is where a message of his own affairs reaches the contact: his first e-mail address, else his first number to which the shop sends SMS; the number
// first where SMS is preferred (of PreferredChannels; no other value changes anything). Without an address reason says why there is none: ReasonLeft,
// ReasonNoAddress, or why no number takes an SMS.
func (c Contact) AddressFor(sms SMSPolicy, prefers string) (channel, address, reason string) {
	number := ""
	for _, phone := range c.Phones {
		why, takes := sms.Permits(phone.Value)
		if takes {
			number = phone.Value
			break
		}
		reason = cmp.Or(reason, why)
	}
	switch {
	case c.LeftAt != nil:
		return ChannelEmail, "", ReasonLeft
	case number != "" && (prefers == PrefersSMS || len(c.Emails) == 0):
		return ChannelSMS, number, ""
	case len(c.Emails) > 0:
		return ChannelEmail, c.Emails[0].Value, ""
	case reason == "":
		return ChannelEmail, "", ReasonNoAddress
	}
	return ChannelSMS, "", reason
}
