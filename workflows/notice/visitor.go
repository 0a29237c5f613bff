package notice

import (
	"cmp"
	"context"

	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
)

// visitorCodeAsked sends the code that a visitor asked for to the contact who alone has the value, while it can be
// entered. It goes to nobody where no contact has the value or where people share it. Nor does it go where a stranger may
// have typed it beside the contact's own (customer.Contact.TakesCode). It is an automatic message: the mailbox, the network and
// the company have so many a day.
func (w *Work) visitorCodeAsked(ctx context.Context, e event.Event) error {
	code, err := w.Store.VisitorCode(ctx, e.Record)
	if err != nil || !code.Open(w.Now()) {
		return err
	}
	of, who, found, err := w.Store.Claimant(ctx, code.Claim())
	if err != nil || !found || !who.TakesCode(code.Value, of) {
		return err
	}
	shop, err := w.Store.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return err
	}
	terms, err := shop.Terms(of.Branch)
	if err != nil {
		return err
	}
	if code.Kind == identity.ClaimPhone {
		if _, takes := terms.Policy.SMS.Permits(code.Value); !takes { // another branch of the shop writes there
			return nil
		}
	}
	m := message.Message{Person: who.ID, Customer: of.ID, About: "contact/" + who.ID + "/" + code.ID,
		Template: message.TemplateComplaintCode, Lang: who.Lang, Branch: of.Branch,
		Owner: cmp.Or(of.Owner, terms.Branch.Manager), Policy: terms.Ref,
		Replies: code.Value, Asked: code.CreatedAt, Network: code.Network}
	return w.sendCode(ctx, m, who.Name, code.Value, passcode{code.ID, code.Until}, shop, terms)
}
