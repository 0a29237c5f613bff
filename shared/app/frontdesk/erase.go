package frontdesk

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/erasure"
)

// Erasure is the erasure of a contact as the API shows it: with what stays afterwards and why, and when no backup holds
// anything any more.
type Erasure struct {
	erase.Erase
	Stays       []string  `json:"stays" description:"What is not erased, and why · 不删除的内容及原因"`
	BackupsOver time.Time `json:"backups_over_at,omitzero" description:"Absent until it is done · 备份到期时间，完成后才有"`
}

// shownErasure gives an erasure the words of its reader.
func shownErasure(by app.Caller) func(erase.Erase) Erasure {
	return func(e erase.Erase) Erasure {
		out := Erasure{Erase: e, BackupsOver: e.BackupsOver()}
		for _, why := range erasure.StaysBecause() {
			out.Stays = append(out.Stays, why.In(by.Lang))
		}
		return out
	}
}

// Erasure reads how far the erasure of a contact is.
func (d Desk) Erasure(ctx context.Context, by app.Caller, at app.Record) (Erasure, error) {
	if _, _, err := d.contact(ctx, by, permission.ReadErasures, at); err != nil {
		return Erasure{}, err
	}
	e, err := d.Store.Erase(ctx, erase.IDOf(at.ID))
	if err != nil {
		return Erasure{}, err
	}
	return shownErasure(by)(e), nil
}

// AskErase says why a contact is to be erased.
type AskErase struct {
	Reason string `json:"reason" validate:"required,one=erase-reason" description:"request: by the person · request：本人要求"`
}

// AskErase asks that a contact is erased. A second person has to confirm it.
func (d Desk) AskErase(ctx context.Context, by app.Caller, at app.Record, in AskErase) (Erasure, error) {
	contact, c, err := d.contact(ctx, by, permission.AskErasure, at)
	if err != nil {
		return Erasure{}, err
	}
	_, terms, err := d.Store.Terms(ctx, c.Branch)
	if err != nil {
		return Erasure{}, err
	}
	e, err := d.Store.AskErase(app.Showing(ctx, shownErasure(by)), erase.IDOf(contact.ID),
		func(was erase.Erase) (erase.Erase, event.Event, error) {
			if err := at.Current(was.Version, was); err != nil {
				return was, event.Event{}, err
			}
			return was.Ask(by.Actor, contact, c.Branch, in.Reason, terms.Erase(), d.Now())
		})
	if err != nil {
		return Erasure{}, err
	}
	return shownErasure(by)(e), nil
}

// ConfirmErase says nothing more: the second person has looked at the contact.
type ConfirmErase struct{}

// ConfirmErase confirms what another person asked for. From then on nothing is sent to the contact, their links are
// over, and search does not find them.
func (d Desk) ConfirmErase(ctx context.Context, by app.Caller, at app.Record, _ ConfirmErase) (Erasure, error) {
	return d.settleErase(ctx, by, permission.ConfirmErasure, at,
		func(e erase.Erase, c customer.Contact, of customer.Customer, terms erase.Terms) (erase.Settled, error) {
			return e.Confirm(by.Actor, c, of, terms, d.Now())
		})
}

// TakeBackErase says nothing more: the contact stays.
type TakeBackErase struct{}

// TakeBackErase takes back what was asked for, or confirmed and not begun.
func (d Desk) TakeBackErase(ctx context.Context, by app.Caller, at app.Record, _ TakeBackErase) (Erasure, error) {
	return d.settleErase(ctx, by, permission.TakeBackErasure, at,
		func(e erase.Erase, c customer.Contact, of customer.Customer, terms erase.Terms) (erase.Settled, error) {
			return e.TakeBack(by.Actor, c, of, terms, d.Now())
		})
}

// settleErase gives a command to the erasure of a contact, in the version that the caller has read.
func (d Desk) settleErase(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	rule func(erase.Erase, customer.Contact, customer.Customer, erase.Terms) (erase.Settled, error)) (Erasure, error) {
	_, c, err := d.contact(ctx, by, action, at)
	if err != nil {
		return Erasure{}, err
	}
	_, terms, err := d.Store.Terms(ctx, c.Branch)
	if err != nil {
		return Erasure{}, err
	}
	e, err := d.Store.SettleErase(app.Showing(ctx, shownErasure(by)), erase.IDOf(at.ID),
		func(e erase.Erase, contact customer.Contact, of customer.Customer) (erase.Settled, error) {
			if err := at.Current(e.Version, e); err != nil {
				return erase.Settled{Erase: e}, err
			}
			return rule(e, contact, of, terms.Erase())
		})
	if err != nil {
		return Erasure{}, d.named(ctx, by, err)
	}
	return shownErasure(by)(e), nil
}
