package frontdesk

import (
	"context"

	"afterpress/shared/crm/caselink"
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
	Over   caselink.Over      // why the link works no more; empty where it works, or never did
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
	if out.Over, err = d.over(ctx, c, a.Lead); err != nil || out.Over != "" {
		return out, err
	}
	out.Branch, out.Stands, out.Text = a.Lead.Branch, lead.Confirming(a.Gate, a.Submission), a.Submission.ConsentText
	out.Manage = gate.Unsubscribing{Person: a.Lead.ContactID, Channel: message.ChannelEmail, Right: c.Right}
	return out, nil
}

// over is why a link is no longer the lead's contact's.
func (d Desk) over(ctx context.Context, c gate.Confirmation, l lead.Lead) (caselink.Over, error) {
	who, err := d.Store.Contact(ctx, l.ContactID)
	if fault.KindOf(err) == fault.NotFound {
		return caselink.OverLeft, nil
	}
	return c.Right.Over(d.Tokens, who), err
}

// Confirm makes the yes behind a link count. Where there is nothing to confirm, or a newer no stands, nothing changes:
// Confirmation says how it stands. Doing it again changes nothing.
func (d Desk) Confirm(ctx context.Context, token string) error {
	c, live := d.confirmation(token)
	if !live {
		return nil
	}
	l, err := d.Store.Lead(ctx, c.Lead)
	if err == nil {
		var over caselink.Over
		if over, err = d.over(ctx, c, l); err == nil && over != "" {
			return nil
		}
	}
	if err == nil {
		err = d.Store.ConfirmConsent(ctx, c.Lead)
	}
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
