package casework

import (
	"cmp"
	"context"
	"strings"
	"time"

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
	holder  string // id of the record's contact
}

// Linked finds what a link is about. A link that we did not sign and one whose record is gone are NotFound. So is one
// that opens no more, because of its caselink.Over.
func (d Desk) Linked(ctx context.Context, token string) (Linked, error) {
	link, ours := caselink.Open(d.Tokens, token)
	if !ours {
		return Linked{}, fault.Missing("链接", "link")
	}
	l := Linked{Link: link}
	if err := d.find(ctx, &l); err != nil {
		return l, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return l, err
	}
	l.Shop = shop
	return l, d.entitled(ctx, &l)
}

// find reads the record of a link.
func (d Desk) find(ctx context.Context, l *Linked) error {
	switch kind, _, _ := strings.Cut(l.About, "_"); kind {
	case "cmp":
		c, err := d.Store.Complaint(ctx, l.About)
		l.Complaint, l.Branch, l.holder = &c, c.Branch, c.Contact
		return err
	case "hld":
		h, err := d.Store.Hold(ctx, l.About)
		l.Hold, l.Branch, l.holder = &h, h.Branch, h.Contact
		return err
	case "con":
		contact, err := d.Store.Contact(ctx, l.About)
		if err != nil {
			return err
		}
		c, err := d.Store.Customer(ctx, contact.Customer)
		l.Contact, l.Branch, l.account, l.holder = &contact, c.Branch, c.Owner, contact.ID
		return err
	}
	return fault.Missing("链接", "link")
}

// entitled refuses a link that opens no more. The right of one that opens then names its contact, for the links of its
// pages.
func (d Desk) entitled(ctx context.Context, l *Linked) error {
	if l.holder == "" { // of a complaint without a contact, whom nobody writes to
		return nil
	}
	who := l.Contact
	if who == nil {
		c, err := d.Store.Contact(ctx, l.holder)
		if err != nil {
			return err
		}
		who = &c
	}
	if over := l.Right.Over(d.Tokens, *who); over != "" {
		return over.Refuse()
	}
	l.Right.Contact = cmp.Or(l.Right.Contact, d.Tokens.Mark(who.ID))
	ended, until, err := l.ended()
	if err == nil && caselink.Lapsed(ended, until, d.Now()) {
		err = caselink.OverTime.Refuse()
	}
	return err
}

// ended is when the linked record ended, zero while it is open, and until when its customer may open it again.
func (l Linked) ended() (at, until time.Time, err error) {
	switch {
	case l.Hold != nil && l.Hold.Closed():
		return l.Hold.UpdatedAt, until, nil
	case l.Complaint == nil || !l.Complaint.Closed():
		return at, until, nil
	}
	terms, err := l.terms()
	if err == nil && l.Complaint.JoinedInto == "" {
		until = l.Complaint.ReopenUntil(terms.Complaint())
	}
	return l.Complaint.ClosedAt, until, err
}

// To is a link to another record, or to another use of this one, with the right of this link.
func (l Linked) To(about, job string) caselink.Link {
	return caselink.Link{About: about, Job: job, Right: l.Right}
}

// terms are the calendar and policy by which the linked record lives.
func (l Linked) terms() (setup.Terms, error) { return l.Shop.Terms(l.Branch) }
