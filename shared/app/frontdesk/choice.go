package frontdesk

import (
	"context"
	"slices"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// Choices are what a person wants to be sent, behind a link of theirs. The link is the right to see and change them, so
// no permission is asked. They say nothing of who the person is.
type Choices struct {
	Shop    setup.Shop
	Branch  string             // of the customer
	Gate    gate.Gate          // what the person said of messages
	Link    gate.Unsubscribing // that led here
	Address string             // to which the link's channel goes, masked
	Over    caselink.Over      // why the link shows nothing any more; a no by it still counts

	person customer.Contact
}

// Choose is what the page of choices sends.
type Choose struct {
	Seen int64             // version of the gate that the page showed
	Yes  []string          // what is ticked, by gate.Choice.Key; all else of the link's channel is no
	Stop bool              // nothing is to come any more, by any channel
	Text map[string]string // what stands beside each box, in the page's language; a yes is kept with it
}

// Choices finds whose choices a link is about. A link that we did not sign and one whose person is gone are the same:
// NotFound.
func (d Desk) Choices(ctx context.Context, token string) (Choices, error) {
	link, ours := gate.OpenUnsubscribing(d.Tokens, token)
	if !ours {
		return Choices{}, fault.Missing("链接", "link")
	}
	p, err := d.Store.Preferences(ctx, link.Person)
	if err != nil {
		return Choices{}, err
	}
	shop, err := d.Store.Shop(ctx)
	return Choices{Shop: shop, Branch: p.Customer.Branch, Gate: p.Gate, Link: link, person: p.Contact,
		Address: d.maskedAddress(link, p.Contact), Over: link.Right.Over(d.Tokens, p.Contact)}, err
}

// maskedAddress is the address to which a link went, masked. Of a link that does not name it, it is the contact's first
// by that channel.
func (d Desk) maskedAddress(link gate.Unsubscribing, c customer.Contact) string {
	for _, a := range c.Addresses() {
		if a.Channel == link.Channel && (link.Right.Address == "" || d.Tokens.Marks(link.Right.Address, a.Value)) {
			return customer.Masked(a.Value)
		}
	}
	return ""
}

// Choose saves the choices of the page behind a link. stale says that a tick did not count, because the choices were
// changed after the page was drawn. Every no counts. By a link that opens no more only a Stop counts, for its channel.
// The choices that it gives are those before.
func (d Desk) Choose(ctx context.Context, token string, in Choose) (before Choices, stale bool, err error) {
	c, err := d.Choices(ctx, token)
	if err != nil {
		return c, false, err
	}
	chosen := gate.Chosen{Channel: c.Link.Channel, Seen: in.Seen, Yes: map[string]string{}}
	switch {
	case in.Stop && c.Over != "":
		chosen.Stop = []string{c.Link.Channel}
	case in.Stop:
		chosen.Stop = gate.ChoiceChannels
	case c.Over != "":
		return c, false, nil
	}
	for _, key := range in.Yes {
		if !slices.ContainsFunc(gate.Choices, func(c gate.Choice) bool { return c.Key() == key }) {
			return c, false, UnreadChoices
		}
		chosen.Yes[key] = in.Text[key]
	}
	stale, err = d.Store.Choose(ctx, c.person, c.Branch, chosen)
	return c, stale, err
}

// UnreadChoices refuses what the page of choices cannot have sent.
var UnreadChoices = fault.Fail(fault.Unreadable, "无法读取您的选择。请重新打开链接后再保存。",
	"Your choices could not be read. Open the link again and save them there.")

// Unsubscribe takes the no, by one click of a mail program, to what the link's channel brought. It gives the choices
// as they stand then. Doing it again changes nothing.
func (d Desk) Unsubscribe(ctx context.Context, token string) (Choices, error) {
	c, err := d.Choices(ctx, token)
	if err != nil {
		return c, err
	}
	if err := d.Store.WithdrawConsent(ctx, c.person, c.Link.Channel, "one-click", c.Branch, staff.Visitor); err != nil {
		return c, err
	}
	p, err := d.Store.Preferences(ctx, c.Link.Person)
	c.Gate = p.Gate
	return c, err
}
