package crm

import (
	"cmp"
	"slices"
	"time"
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
		if c, found := find(reached, func(c Contact) bool { return slices.Contains(c.Roles, role) }); found {
			return c, true
		}
	}
	return find(reached, func(Contact) bool { return true })
}

// HoldOwner is who sees to it that the question is answered: the customer's own person when he works in the branch, is there and may write an answer down,
// else who asks.
func HoldOwner(shop Shop, customer Customer, branch string, by Actor, now time.Time) string {
	p, found := shop.Person(customer.Owner)
	if !found || !p.WorksIn(branch) || !p.Present(now) || Permit(ActorOf(p), AnswerHold) != nil {
		return by.ID
	}
	return p.ID
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
