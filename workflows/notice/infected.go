package notice

import (
	"context"
	"strings"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
)

// Handed has what people handed in. It is implemented by *store.Store.
type Handed interface {
	ArtworkFolder(ctx context.Context, of string) (artwork.Folder, error)
	// ArtworkSender is the contact whose record the files came with; zero of one who is not known, or gone.
	ArtworkSender(ctx context.Context, of string) (customer.Addressee, error)
}

// stepInfected is the step of the one message that a file with malware brings.
const stepInfected = "infected"

// infected tells the sender of a file that malware was found in it. A sender whom nobody knows is told nothing: the
// address may be a stranger's.
func (w *Work) infected(ctx context.Context, e event.Event) error {
	folder, err := w.Handed.ArtworkFolder(ctx, e.Data["of"])
	if err != nil {
		return err
	}
	a, known := folder.File(e.Data["artwork"])
	if !known || a.Scan == nil { // it was erased meanwhile
		return nil
	}
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	terms, err := shop.Terms(e.Branch)
	if err != nil {
		return err
	}
	m := message.Message{Customer: e.Customer, About: infectedAbout(e) + "/" + a.ID, Step: stepInfected,
		Template: message.TemplateContactInfected, Branch: e.Branch, Policy: terms.Ref}
	to, err := w.sender(ctx, &m, folder.Of, a, shop, terms)
	if err != nil || m.Person == "" {
		return err
	}
	return w.send(ctx, m, to, map[string]string{"shop": shop.Name.In(m.Lang), "branch": terms.Branch.Name.In(m.Lang),
		"branch_phone": identity.PhoneWritten(terms.Branch.Phone, m.Lang),
		"moment":       terms.Calendar.Moment(a.OfferedAt, w.Now(), m.Lang)})
}

// sender is who sent the file, and notes on the message how it reaches them. Of one whom nobody knows it notes nothing.
func (w *Work) sender(ctx context.Context, m *message.Message, of string, a artwork.Artwork, shop setup.Shop,
	terms setup.Terms) (Reader, error) {
	if a.Scan.Sender != "" {
		colleague, ok := shop.Person(a.Scan.Sender)
		if !ok {
			return Reader{}, nil
		}
		m.Person, m.Owner, m.Channel, m.Lang = colleague.ID, colleague.ID, message.ChannelEmail, colleague.Lang
		return Reader{Name: colleague.Name, Email: colleague.Email}, nil
	}
	who, err := w.Handed.ArtworkSender(ctx, of)
	if err != nil || who.ID == "" {
		return Reader{}, err
	}
	c := who.Written()
	channel, address, _ := c.AddressFor(terms.Policy.SMS, "")
	m.Person, m.Channel, m.Lang, m.Address = who.ID, channel, who.Lang, address
	if channel == message.ChannelSMS {
		m.Number = address
		return Reader{Name: c.Name, Phone: address}, nil
	}
	return Reader{Name: c.Name, Email: address}, nil
}

// infectedAbout is the record of the file, to which an answer comes back.
func infectedAbout(e event.Event) string {
	for prefix, kind := range map[string]string{"cmp_": "complaint/", "hld_": "hold/", "lead_": "lead/"} {
		if strings.HasPrefix(e.Record, prefix) {
			return kind + e.Record
		}
	}
	return "submission/" + e.Record
}
