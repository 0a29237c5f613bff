package frontdesk

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
)

// leadCommand gives one command to a lead of the shop, on the terms of its branch.
type leadCommand func(l lead.Lead, shop setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error)

// rule is the command as the store applies it. A lead of a branch that the caller does not see, and a version that is
// over, come before what the command itself refuses.
func (give leadCommand) rule(by app.Caller, at app.Record, shop setup.Shop) enquiries.LeadRule {
	return func(l lead.Lead) (lead.Lead, event.Event, error) {
		if !by.Sees(l.Branch) {
			return l, event.Event{}, app.MissingLead
		}
		if err := at.Current(l.Version, l); err != nil {
			return l, event.Event{}, err
		}
		terms, err := shop.Terms(l.Branch)
		if err != nil {
			return l, event.Event{}, err
		}
		return give(l, shop, terms.Lead())
	}
}

// changeLead gives a command to a lead, and shows what became of it.
func (d Desk) changeLead(ctx context.Context, by app.Caller, action permission.Action, at app.Record,
	give leadCommand) (Lead, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return Lead{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Lead{}, err
	}
	show := leadFor(by)
	l, err := d.Store.ChangeLead(app.Showing(ctx, show), at.ID, give.rule(by, at, shop))
	if err != nil {
		return Lead{}, err
	}
	return show(l), nil
}

// AssignLead names who gets the lead: a sales person or manager of its branch who is there.
type AssignLead struct {
	Owner string `json:"owner" validate:"required,id=stf"`
}

// AssignLead gives a lead to a colleague.
func (d Desk) AssignLead(ctx context.Context, by app.Caller, at app.Record, in AssignLead) (Lead, error) {
	return d.changeLead(ctx, by, permission.AssignLead, at,
		func(l lead.Lead, shop setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			to, _ := shop.Person(in.Owner) // an unknown person works in no branch, and the rule refuses them
			return l.Assign(by.Actor, to, terms, d.Now())
		})
}

// ContactLead records a contact. An unreachable person is an attempt: the clock goes on.
type ContactLead struct {
	Channel    string     `json:"channel" validate:"required,one=touch-channel"`
	Outcome    string     `json:"outcome" validate:"required,one=touch-outcome"`
	Note       string     `json:"note,omitempty" validate:"max=2000,text"`
	NextStepAt *time.Time `json:"next_step_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
}

// next is when the next step was agreed for. It is zero when nothing was agreed.
func (in ContactLead) next(now time.Time) (time.Time, error) {
	if in.NextStepAt == nil {
		return time.Time{}, nil
	}
	flt := func(zh, en string) error {
		return fault.Faulty(fault.Field{Pointer: "/next_step_at", Text: words.Text{Zh: zh, En: en}})
	}
	if in.Outcome == customer.OutcomeUnreachable {
		return time.Time{}, flt("联系不上客户时不约定下一步。请去掉此项。",
			"Nothing is agreed with a person who was not reached. Leave this out.")
	}
	next := in.NextStepAt.UTC().Truncate(time.Millisecond)
	if !next.After(now) || next.After(now.Add(calendar.Reach)) {
		return time.Time{}, flt("请填写今后 400 天以内的时间。", "Enter a time within the next 400 days.")
	}
	return next, nil
}

// ContactLead records a contact with the person, or an attempt.
func (d Desk) ContactLead(ctx context.Context, by app.Caller, at app.Record, in ContactLead) (Lead, error) {
	if err := permission.Permit(by.Actor, permission.ContactLead); err != nil {
		return Lead{}, err
	}
	next, err := in.next(d.Now())
	if err != nil {
		return Lead{}, err
	}
	contact := lead.Conversation{Channel: in.Channel, Outcome: in.Outcome, Note: in.Note}
	return d.changeLead(ctx, by, permission.ContactLead, at,
		func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			return l.Speak(by.Actor, contact, next, terms, d.Now())
		})
}

// QualifyLead says what makes the lead worth a quotation.
type QualifyLead struct {
	Need     string    `json:"need" validate:"required,max=2000,text,shown"`
	Estimate *Estimate `json:"estimate,omitempty" validate:"omitempty"`
}

// Estimate is a guess at the amount.
type Estimate struct {
	Minor    int64  `json:"minor" validate:"required,min=1,max=1000000000000" description:"In the minor unit of the currency: 1280000 CNY is ¥12,800.00 · 以货币的最小单位计：1280000 CNY 即 ¥12,800.00"`
	Currency string `json:"currency" validate:"required,iso4217" pattern:"^[A-Z]{3}$" description:"ISO 4217"`
}

// money is the amount; nil where none was given.
func (e *Estimate) money() *money.Money {
	if e == nil {
		return nil
	}
	return &money.Money{Minor: e.Minor, Currency: e.Currency}
}

// QualifyLead says that a lead is worth a quotation. Its owner gets a task to quote.
func (d Desk) QualifyLead(ctx context.Context, by app.Caller, at app.Record, in QualifyLead) (Lead, error) {
	q := lead.Qualification{Need: in.Need, Estimate: in.Estimate.money()}
	return d.changeLead(ctx, by, permission.QualifyLead, at,
		func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			return l.Qualify(by.Actor, q, terms, d.Now())
		})
}

// WinLead says what came of the lead.
type WinLead struct {
	Order  string    `json:"order,omitempty" validate:"max=100,oneline" description:"Number of the order or job · 订单号"`
	Amount *Estimate `json:"amount,omitempty" validate:"omitempty" description:"Of the order · 订单金额"`
	Note   string    `json:"note,omitempty" validate:"max=2000,text"`
}

// WinLead closes a lead as won: the order came.
func (d Desk) WinLead(ctx context.Context, by app.Caller, at app.Record, in WinLead) (Lead, error) {
	win := lead.Win{Order: in.Order, Amount: in.Amount.money(), Note: in.Note}
	return d.changeLead(ctx, by, permission.WinLead, at,
		func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			return l.Won(by.Actor, win, terms, d.Now())
		})
}

// LoseLead says why nothing came of the lead.
type LoseLead struct {
	Reason     string `json:"reason" validate:"required,one=loss-reason"`
	Competitor string `json:"competitor,omitempty" validate:"max=100,oneline"`
	Note       string `json:"note,omitempty" validate:"max=2000,text"`
}

// LoseLead closes a lead as lost.
func (d Desk) LoseLead(ctx context.Context, by app.Caller, at app.Record, in LoseLead) (Lead, error) {
	loss := lead.Loss{Reason: in.Reason, Competitor: in.Competitor, Note: in.Note}
	return d.changeLead(ctx, by, permission.LoseLead, at,
		func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			return l.Lose(by.Actor, loss, terms, d.Now())
		})
}

// RecycleLead says why the owner gives the lead back.
type RecycleLead struct {
	Reason string `json:"reason" validate:"required,one=recycle-reason"`
}

// RecycleLead returns a lead to the pool.
func (d Desk) RecycleLead(ctx context.Context, by app.Caller, at app.Record, in RecycleLead) (Lead, error) {
	return d.changeLead(ctx, by, permission.RecycleLead, at,
		func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
			return l.Recycle(by.Actor, in.Reason, terms, d.Now())
		})
}

// ClaimLead takes nothing but the lead in the path.
type ClaimLead struct{}

// ClaimLead takes a lead from the pool. The lead's branch decides which day it is, and how many a person may claim.
func (d Desk) ClaimLead(ctx context.Context, by app.Caller, at app.Record, _ ClaimLead) (Lead, error) {
	l, err := d.lead(ctx, by, permission.ClaimLead, at)
	if err != nil {
		return Lead{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Lead{}, err
	}
	most, err := quota(by, shop, l.Branch, d.Now())
	if err != nil {
		return Lead{}, err
	}
	claim := leadCommand(func(l lead.Lead, _ setup.Shop, terms lead.Terms) (lead.Lead, event.Event, error) {
		return l.Claim(by.Actor, terms, d.Now())
	})
	show := leadFor(by)
	if l, err = d.Store.ClaimLead(app.Showing(ctx, show), l.ID, most, claim.rule(by, at, shop)); err != nil {
		return Lead{}, err
	}
	return show(l), nil
}

// quota is how many leads the caller may claim until the day of the branch ends.
func quota(by app.Caller, shop setup.Shop, branch string, now time.Time) (enquiries.Quota, error) {
	terms, err := shop.Terms(branch)
	if err != nil {
		return enquiries.Quota{}, err
	}
	ends, err := terms.DayEnds(now)
	return enquiries.Quota{Staff: by.ID, Limit: terms.Policy.Lead.ClaimsPerDay, Ends: ends}, err
}
