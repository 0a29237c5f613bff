package notice

import (
	"cmp"
	"context"
	"slices"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
)

// Drawn has the prize draws of forms. It is implemented by *store.Store.
type Drawn interface {
	Draw(ctx context.Context, form string) (draw.Draw, error)
	FormRecord(ctx context.Context, id string) (form.Form, error)
}

// stepWon is the step of the one message that a winner gets.
const stepWon = "won"

// wonAbout is the winner's lead, to which an answer comes back.
func wonAbout(e draw.Entry) string { return "lead/" + e.Lead + "/draw" }

// won tells the next winner of a draw. One who was erased meanwhile is left out.
func (w *Work) won(ctx context.Context, s Step) (Told, error) {
	d, err := w.Drawn.Draw(ctx, s.Event.Record)
	if err != nil {
		return Told{}, err
	}
	next := 1 + slices.IndexFunc(d.Won, func(e draw.Entry) bool { return e.Number == s.After })
	if next >= len(d.Won) {
		return Told{Over: true}, nil
	}
	winner := d.Won[next]
	told := Told{Last: winner.Number}
	who, err := w.winner(ctx, winner)
	if err != nil || who.ID == "" {
		return told, err
	}
	return told, w.tellWinner(ctx, d, winner, who)
}

// winner is the contact of an entry as the letter reaches them; zero of one who is gone.
func (w *Work) winner(ctx context.Context, e draw.Entry) (customer.Contact, error) {
	l, err := w.Wrote.Lead(ctx, e.Lead)
	if err == nil {
		var who customer.Addressee
		if who, err = w.Wrote.Addressee(ctx, e.Customer, e.Contact); err == nil && who.ID != "" {
			return l.Reader(who), nil
		}
	}
	if err != nil && fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return customer.Contact{}, err
}

// tellWinner writes to a winner. Where it is decided that the message goes to nobody, a colleague gets a task to call.
func (w *Work) tellWinner(ctx context.Context, d draw.Draw, winner draw.Entry, who customer.Contact) error {
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	terms, err := shop.Terms(d.Branch)
	if err != nil {
		return err
	}
	f, err := w.Drawn.FormRecord(ctx, d.ID)
	if err != nil {
		return err
	}
	channel, address, _ := who.AddressFor(terms.Policy.SMS, "")
	m := message.Message{Person: winner.Contact, Customer: winner.Customer, About: wonAbout(winner), Step: stepWon,
		Channel: channel, Template: message.TemplateContactWon, Lang: who.Lang, Branch: d.Branch, Policy: terms.Ref,
		Address: address}
	to := Reader{Name: who.Name, Email: address}
	if channel == message.ChannelSMS {
		m.Number, to = address, Reader{Name: who.Name, Phone: address}
	}
	if err := w.send(ctx, m, to, map[string]string{"shop": shop.Name.In(m.Lang),
		"branch": terms.Branch.Name.In(m.Lang), "branch_phone": identity.PhoneWritten(terms.Branch.Phone, m.Lang),
		"title": f.Title.In(m.Lang), "prize": d.Prize.In(m.Lang), "number": draw.Written(winner.Number),
		"fingerprint": d.Hash, "seed": d.Seed}); err != nil {
		return err
	}
	rows, err := w.Wrote.Messages(ctx, []message.Message{m})
	if err != nil || len(rows) == 0 || !rows[0].Unheard() {
		return err
	}
	return w.Wrote.AskToCall(ctx, d.Branch, customer.Call{Contact: who, Customer: winner.Customer, About: winner.Lead,
		Since: d.UpdatedAt, Unsent: cmp.Or(rows[0].Reason, message.StateFailed)})
}
