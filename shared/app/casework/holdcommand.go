package casework

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// changeHold gives a command to a question on the terms of its branch. A question that the caller does not see is
// missing, and a version that is over is refused, before the command is heard.
func (d Desk) changeHold(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	do func(hold.Hold, setup.Terms) (hold.Hold, event.Event, error)) (Hold, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return Hold{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Hold{}, err
	}
	h, err := d.Store.ChangeHold(showingHold(ctx, by), at.ID, func(h hold.Hold) (hold.Hold, event.Event, error) {
		if !by.Sees(h.Branch) {
			return h, event.Event{}, app.MissingHold
		}
		if err := at.Current(h.Version, h); err != nil {
			return h, event.Event{}, err
		}
		terms, err := shop.Terms(h.Branch)
		if err != nil {
			return h, event.Event{}, err
		}
		return do(h, terms)
	})
	if err != nil {
		return Hold{}, err
	}
	return shownHold(by, h), nil
}

// AnswerHold is what the customer wants, as a colleague heard it from them: one of the choices, or something else in
// words.
type AnswerHold struct {
	Choice  int    `json:"choice,omitempty" validate:"min=0,max=6" description:"1 is the first choice; absent: the customer said something else, which public_text then says · 从 1 起的选项序号；客户另有要求时不填，并填写 public_text"`
	Text    string `json:"public_text,omitempty" validate:"max=2000,shown,text" description:"In the customer's words; the customer reads it, too · 客户的原话，客户也会看到"`
	Channel string `json:"channel" validate:"required,one=heard-answer" description:"How the customer said it · 客户答复的方式"`
}

// AnswerHold writes down what the customer wants.
func (d Desk) AnswerHold(ctx context.Context, by app.Caller, at app.Record, in AnswerHold) (Hold, error) {
	answer := hold.Answer{Choice: in.Choice, Text: words.PublicText(in.Text), Channel: in.Channel}
	return d.changeHold(ctx, by, permission.AnswerHold, at,
		func(h hold.Hold, terms setup.Terms) (hold.Hold, event.Event, error) {
			return h.Reply(by.Actor, answer, terms.Hold(), d.Now())
		})
}

// WithdrawHold says nothing more: the question is taken back as it is.
type WithdrawHold struct{}

// WithdrawHold takes back a question that was solved without the customer.
func (d Desk) WithdrawHold(ctx context.Context, by app.Caller, at app.Record, _ WithdrawHold) (Hold, error) {
	return d.changeHold(ctx, by, permission.WithdrawHold, at,
		func(h hold.Hold, terms setup.Terms) (hold.Hold, event.Event, error) {
			return h.Withdraw(by.Actor, terms.Hold(), d.Now())
		})
}
