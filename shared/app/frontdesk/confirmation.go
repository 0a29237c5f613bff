package frontdesk

import (
	"context"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
)

// Confirmation is how a yes to marketing stands, behind the link by which it is confirmed. The link is the right to
// confirm it, so no permission is asked.
type Confirmation struct {
	Shop   setup.Shop
	Branch string             // of the enquiry; empty for a link that does not work
	Stands string             // lead.ConfirmOpen and the like; empty for a link that does not work
	Text   string             // what the person said yes to
	Manage gate.Unsubscribing // leads to the person's choices
}

// Confirmation finds how the yes behind a link stands. A link that we did not sign, one whose time is over and one
// with nothing to confirm are the same.
func (d Desk) Confirmation(ctx context.Context, token string) (Confirmation, error) {
	shop, err := d.Store.Shop(ctx)
	c, live := d.confirmation(token)
	out := Confirmation{Shop: shop}
	if err != nil || !live {
		return out, err
	}
	a, err := d.Store.AwaitingConsent(ctx, c.Lead)
	if fault.KindOf(err) == fault.NotFound {
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Branch, out.Stands, out.Text = a.Lead.Branch, lead.Confirming(a.Gate, a.Submission), a.Submission.ConsentText
	out.Manage = gate.Unsubscribing{Person: a.Lead.ContactID, Channel: message.ChannelEmail}
	return out, nil
}

// Confirm makes the yes behind a link count. Where there is nothing to confirm, or a newer no stands, nothing changes:
// Confirmation says how it stands. Doing it again changes nothing.
func (d Desk) Confirm(ctx context.Context, token string) error {
	c, live := d.confirmation(token)
	if !live {
		return nil
	}
	err := d.Store.ConfirmConsent(ctx, c.Lead)
	switch fault.KindOf(err) {
	case fault.NotFound, fault.Refused:
		return nil
	}
	return err
}

// confirmation reads a link; live is false for one that we did not sign, or whose time is over.
func (d Desk) confirmation(token string) (c gate.Confirmation, live bool) {
	c, ours := gate.OpenConfirmation(d.Tokens, token)
	return c, ours && d.Now().Before(c.Ends)
}
