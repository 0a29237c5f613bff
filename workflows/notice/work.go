package notice

import (
	"context"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"go.temporal.io/sdk/temporal"
)

// Work tells one person at each call. It has no state of its own.
type Work struct {
	Store  Store
	Wrote  Wrote
	Handed Handed
	Post   Post
	Tokens token.Tokens
	Now    func() time.Time // UTC
	Site   string           // where this API answers: https://…
}

// Store is implemented by *store.Store.
type Store interface {
	// ShopWith is the set-up once it has what the caller knows to be written.
	ShopWith(ctx context.Context, has func(setup.Shop) bool) (setup.Shop, error)
	// Code is the code that was asked for last, of one kind of value; zero where there is none.
	Code(ctx context.Context, contact string, kind identity.ClaimKind) (proof.Code, error)
	Contact(ctx context.Context, id string) (customer.Contact, error)
	// VisitorCode is a code that a visitor asked for; zero where there is none.
	VisitorCode(ctx context.Context, id string) (proof.VisitorCode, error)
	// Claimant is the contact who alone has a phone or an e-mail; found is false where there is none.
	Claimant(ctx context.Context, of identity.Claim) (customer.Customer, customer.Contact, bool, error)
}

// Reader is whom a message reaches, by the one address that its channel has.
type Reader struct{ Name, Email, Phone string }

// Post is implemented by workflows.Post.
type Post interface {
	// Send claims the message, sends it once and records how that ended. again is the time after which to try again,
	// where it was surely not sent; with it an error says that the whole channel is away.
	Send(ctx context.Context, m message.Message, to Reader, values map[string]string) (again time.Duration, err error)
}

// Tell tells the next person of the event. A type that this release does not know waits for the release that does.
func (w *Work) Tell(ctx context.Context, s Step) (Told, error) {
	switch s.Event.Type {
	case event.StaffChanged:
		return w.accountChanged(ctx, s)
	case event.ContactCodeAsked:
		return Told{Over: true}, w.codeAsked(ctx, s.Event)
	case event.VisitorCodeAsked:
		return Told{Over: true}, w.visitorCodeAsked(ctx, s.Event)
	case event.CustomerWritten:
		return Told{Over: true}, w.written(ctx, s.Event)
	case event.ArtworkInfected:
		return Told{Over: true}, w.infected(ctx, s.Event)
	}
	return Told{}, fmt.Errorf("notice: nobody is told of %q by this release", s.Event.Type)
}

// accountChanged tells an owner that somebody's sign-in account changed.
func (w *Work) accountChanged(ctx context.Context, s Step) (Told, error) {
	change, ok := setup.AccountChangeOf(s.Event)
	if !ok {
		return Told{Over: true}, nil
	}
	shop, err := w.Store.ShopWith(ctx, change.In)
	if err != nil {
		return Told{}, err
	}
	owners := change.Readers(shop, w.Now())
	next := slices.IndexFunc(owners, func(p staff.Staff) bool { return p.ID > s.After })
	if next < 0 {
		return Told{Over: true}, nil
	}
	owner := owners[next]
	colleague, _ := shop.Person(change.Staff)
	m := message.Message{Person: owner.ID, Customer: s.Event.Customer, About: About(s.Event), Step: "tell",
		Channel: message.ChannelEmail, Template: message.TemplateAccountChanged, Lang: owner.Lang,
		Branch: s.Event.Branch, Owner: owner.ID}
	values := map[string]string{"staff": owner.Name, "colleague": colleague.Name,
		"author": shop.Who(change.By, owner.Lang), "changes": change.Words().In(owner.Lang),
		"moment": moment(shop, s.Event.Branch, change.At, w.Now(), owner.Lang), "link": w.Site + "/staff/" + change.Staff}
	return Told{Last: owner.ID}, w.send(ctx, m, Reader{Name: owner.Name, Email: owner.Email}, values)
}

// codeAsked sends a code to the value in doubt, while it can be entered. Where a newer one was asked for, that one
// counts.
func (w *Work) codeAsked(ctx context.Context, e event.Event) error {
	code, err := w.Store.Code(ctx, e.Record, identity.ClaimKind(e.Data["which"]))
	if err != nil || code.ID != e.Data[proof.CodeData] || !w.Now().Before(code.Until) {
		return err
	}
	contact, err := w.Store.Contact(ctx, e.Record)
	if err != nil {
		return err
	}
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	terms, err := shop.Terms(e.Branch)
	if err != nil {
		return err
	}
	m := message.Message{Person: contact.ID, Customer: e.Customer, About: "contact/" + contact.ID + "/" + code.ID,
		Template: message.TemplateContactCode, Lang: contact.Lang, Branch: e.Branch, Owner: e.Cause, Policy: terms.Ref}
	return w.sendCode(ctx, m, contact.Name, code.Value, passcode{code.ID, code.Until}, shop, terms)
}

// passcode is a code of which the digits are to be sent.
type passcode struct {
	id    string
	until time.Time
}

// sendCode sends a code to the value, by mail or SMS. m comes without channel and address.
func (w *Work) sendCode(ctx context.Context, m message.Message, name, value string, code passcode, shop setup.Shop,
	terms setup.Terms) error {
	m.Step, m.Channel, m.Address = "code", message.ChannelEmail, value
	to := Reader{Name: name, Email: value}
	if identity.KindOf(value) == identity.ClaimPhone {
		m.Channel, m.Number, to = message.ChannelSMS, value, Reader{Name: name, Phone: value}
	}
	values := shop.Letterhead(terms.Branch, m.Lang)
	values["code"] = w.Tokens.Passcode(code.id)
	values["until"] = terms.Calendar.Moment(code.until, w.Now(), m.Lang)
	return w.send(ctx, m, to, values)
}

// send sends a message, or fails so that the call is repeated once it may go.
func (w *Work) send(ctx context.Context, m message.Message, to Reader, values map[string]string) error {
	again, err := w.Post.Send(ctx, m, to, values)
	if again <= 0 {
		return err
	}
	return temporal.NewApplicationErrorWithOptions("the message was not sent yet", "waits",
		temporal.ApplicationErrorOptions{NextRetryDelay: again, Cause: err})
}

// moment is a time in the words of the branch's calendar. Where that cannot be read, it is UTC: a message about an
// account does not wait for somebody to mend a calendar.
func moment(shop setup.Shop, branch string, at, now time.Time, lang words.Lang) string {
	terms, err := shop.Terms(branch)
	if err != nil {
		return at.UTC().Format("2006-01-02 15:04 UTC")
	}
	return terms.Calendar.Moment(at, now, lang)
}
