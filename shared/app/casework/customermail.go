package casework

import (
	"cmp"
	"context"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"
)

// touch is the letter as a touch, with the doubt about its sender. A person's letter without another doubt proves that
// its mailbox is read.
func (d Desk) touch(ctx context.Context, l app.Letter, cust, contact string) (t customer.Touch, err error) {
	t = l.Touch()
	doubt, err := d.Store.Sender(ctx, cust, contact, t.From)
	t.Sender = cmp.Or(t.Sender, doubt)
	if err != nil || t.Sender != "" || t.Kind != message.MailPerson {
		return t, err
	}
	address, err := identity.Email(t.From)
	if err != nil {
		return t, err
	}
	known, err := d.Store.ReadKnown(ctx, []identity.Claim{{Kind: identity.ClaimEmail, Value: address}})
	if err != nil {
		return t, err
	}
	writer := cmp.Or(known.ByEmail.Contact, contact)
	if err := d.Store.AnsweredContact(ctx, writer, address, message.Reporter(l.Source)); err != nil {
		return t, err
	}
	who, err := d.Store.Addressee(ctx, cust, writer)
	t.Sender = who.Doubt(address)
	return t, err
}

// HearComplaint takes in a person's mail as the customer's word about the complaint. What a machine answered, and a
// letter whose sender is in doubt, stand under the customer and move no clock; the doubt makes a task.
func (d Desk) HearComplaint(ctx context.Context, id string, l app.Letter) error {
	c, err := d.Store.Complaint(ctx, id)
	if err != nil {
		return err
	}
	t, err := d.touch(ctx, l, c.Customer, c.Contact)
	if err != nil {
		return err
	}
	t.Customer, t.Contact, t.Branch, t.About = c.Customer, c.Contact, c.Branch, c.ID
	if t.Kind != message.MailPerson {
		return d.Store.Hear(ctx, t)
	}
	shop, terms, err := d.Store.Terms(ctx, c.Branch)
	if err != nil {
		return err
	}
	if l, err = app.KeepRaw(ctx, d.Office, c.Branch, l, t.Sender != ""); err != nil {
		return err
	}
	if t.Letter = l.Raw; t.Sender != "" {
		if t, err = t.Doubted(c.ID, c.Owner, shop.Roster, terms.Letter(), d.Now()); err != nil {
			return err
		}
		return d.Store.Hear(ctx, t)
	}
	if l, err = app.KeepSent(ctx, d.Office, c.ArtworkPlace(), l); err != nil {
		return err
	}
	_, _, err = d.Store.ReplyComplaint(ctx, id,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			next, r, e, err := c.Reply(staff.Visitor, id, mailed(l), terms.Complaint(), d.Now())
			r.Letter = l.Raw
			return next, r, e, err
		})
	return err
}

// HearHold keeps a mail about a question from production under its customer, with a task for the colleague who reads
// it. A machine's answer makes no task.
func (d Desk) HearHold(ctx context.Context, id string, l app.Letter) error {
	h, err := d.Store.Hold(ctx, id)
	if err != nil {
		return err
	}
	shop, terms, err := d.Store.Terms(ctx, h.Branch)
	if err != nil {
		return err
	}
	t, err := d.touch(ctx, l, h.Customer, h.Contact)
	if err != nil {
		return err
	}
	if t, err = h.Heard(t, shop.Roster, terms.Hold(), d.Now()); err != nil {
		return err
	}
	if t.Kind == message.MailPerson {
		if l, err = app.KeepRaw(ctx, d.Office, h.Branch, l, t.Sender != ""); err != nil {
			return err
		}
		t.Letter = l.Raw
	}
	if t.Kind == message.MailPerson && t.Sender != "" {
		if t, err = t.Doubted(h.ID, h.Owner, shop.Roster, terms.Letter(), d.Now()); err != nil {
			return err
		}
	}
	return d.Store.Hear(ctx, t)
}

// onThePage says what the customer does about files that came with a letter.
var onThePage = words.Text{Zh: "请在投诉页面上传", En: "please add them on the complaint's page"}

// mailed is a letter as a word about a complaint. It always says something: words may stand in the subject alone. Both
// sides read which of its files were not kept.
func mailed(l app.Letter) words.PublicText {
	subject, _ := words.Plain(l.Subject, 200)
	if subject != "" && (!message.Answers(subject) || strings.TrimSpace(l.Text) == "") {
		l.Text = subject + "\n\n" + l.Text
	}
	text, _ := l.Said(complaint.ReplyText, onThePage)
	if !valid.Holds(text, "required,shown") {
		return "[空白邮件 · An empty mail]"
	}
	return words.PublicText(text)
}
