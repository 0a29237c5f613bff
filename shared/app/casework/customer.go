package casework

import (
	"context"
	"strings"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
)

// Linked is what a customer's link leads to: a complaint, a question from production, or a contact who may complain by
// it. One of the three is there. The link is the right, so no permission is asked: its holder acts as staff.Visitor.
type Linked struct {
	caselink.Link
	Shop      setup.Shop
	Branch    string // of the record
	Complaint *complaint.Complaint
	Hold      *hold.Hold
	Contact   *customer.Contact

	account string // who looks after the contact's customer
}

// Linked finds what a link is about. A link that we did not sign, one whose record is gone and one of a contact who
// has left are the same: NotFound.
func (d Desk) Linked(ctx context.Context, token string) (l Linked, err error) {
	missing := fault.Missing("链接", "link")
	link, ours := caselink.Open(d.Tokens, token)
	if !ours {
		return l, missing
	}
	l.Link = link
	switch kind, _, _ := strings.Cut(link.About, "_"); kind {
	case "cmp":
		c, err := d.Store.Complaint(ctx, link.About)
		if err != nil {
			return l, err
		}
		l.Complaint, l.Branch = &c, c.Branch
	case "hld":
		h, err := d.Store.Hold(ctx, link.About)
		if err != nil {
			return l, err
		}
		l.Hold, l.Branch = &h, h.Branch
	case "con":
		contact, err := d.Store.Contact(ctx, link.About)
		if err != nil {
			return l, err
		}
		c, err := d.Store.Customer(ctx, contact.Customer)
		if err != nil {
			return l, err
		}
		if contact.LeftAt != nil {
			return l, missing
		}
		l.Contact, l.Branch, l.account = &contact, c.Branch, c.Owner
	default:
		return l, missing
	}
	l.Shop, err = d.Store.Shop(ctx)
	return l, err
}

// terms are the calendar and policy by which the linked record lives.
func (l Linked) terms() (setup.Terms, error) { return l.Shop.Terms(l.Branch) }
