package notice

import (
	"cmp"
	"context"
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
)

// Wrote has what a colleague wrote to a customer. It is implemented by *store.Store.
type Wrote interface {
	Touch(ctx context.Context, cust, id string, at time.Time) (customer.Touch, error)
	Lead(ctx context.Context, id string) (lead.Lead, error)
	// Addressee is a contact as a letter reaches them; zero of one who is gone.
	Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error)
	Messages(ctx context.Context, of []message.Message) ([]message.Message, error)
	// AskToCall opens a task for a colleague, once.
	AskToCall(ctx context.Context, branch string, call customer.Call) error
}

// stepWritten is the step of the one message that a colleague's letter is.
const stepWritten = "written"

// WrittenAbout is what the message of an outgoing touch is about: the record to which an answer comes back.
func WrittenAbout(t customer.Touch) string {
	switch {
	case t.Lead != "":
		return "lead/" + t.Lead + "/" + t.ID
	case strings.HasPrefix(t.About, "cmp_"):
		return "complaint/" + t.About + "/" + t.ID
	case strings.HasPrefix(t.About, "hld_"):
		return "hold/" + t.About + "/" + t.ID
	}
	return "customer/" + t.Customer + "/" + t.ID
}

// written sends what a colleague wrote. A touch or a contact that was erased meanwhile is sent to no address.
func (w *Work) written(ctx context.Context, e event.Event) error {
	t, who, err := w.reader(ctx, e)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return nil
	}
	if err != nil {
		return err
	}
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	terms, err := shop.Terms(t.Branch)
	if err != nil {
		return err
	}
	address, _ := who.Reached(t.SentBy(), terms.Policy.SMS)
	m := message.Message{Person: t.Contact, Customer: t.Customer, About: WrittenAbout(t), Step: stepWritten,
		Channel: t.SentBy(), Template: message.TemplateContactWritten, Lang: who.Lang, Branch: t.Branch, Owner: t.By,
		Policy: terms.Ref, Address: address}
	to := Reader{Name: who.Name, Email: address}
	if m.Channel == message.ChannelSMS {
		m.Number, to = address, Reader{Name: who.Name, Phone: address}
	}
	if err := w.send(ctx, m, to, map[string]string{"shop": shop.Name.In(m.Lang),
		"branch":       terms.Branch.Name.In(m.Lang),
		"branch_phone": identity.PhoneWritten(terms.Branch.Phone, m.Lang), "text": t.Text, "title": t.Subject}); err != nil {
		return err
	}
	return w.unsent(ctx, t, who, m)
}

// unsent tells the colleague who wrote where it is decided that the message goes to nobody: the record says that the
// person was written to.
func (w *Work) unsent(ctx context.Context, t customer.Touch, who customer.Contact, m message.Message) error {
	rows, err := w.Wrote.Messages(ctx, []message.Message{m})
	if err != nil || len(rows) == 0 || !rows[0].Unheard() {
		return err
	}
	return w.Wrote.AskToCall(ctx, t.Branch, customer.Call{Contact: who, Customer: t.Customer, About: t.ID, Since: t.At,
		Owner: t.By, Unsent: cmp.Or(rows[0].Reason, message.StateFailed)})
}

// reader is the touch of the event, and its contact as the letter reaches them.
func (w *Work) reader(ctx context.Context, e event.Event) (customer.Touch, customer.Contact, error) {
	t, err := w.Wrote.Touch(ctx, e.Customer, e.Record, e.At)
	if err != nil {
		return t, customer.Contact{}, err
	}
	who, err := w.Wrote.Addressee(ctx, t.Customer, t.Contact)
	if err != nil || t.Lead == "" {
		return t, who.Written(), err
	}
	l, err := w.Wrote.Lead(ctx, t.Lead)
	return t, l.Reader(who), err
}
