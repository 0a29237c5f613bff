package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/enquiries"
)

// leadCommand gives one command to a lead on the terms of its branch.
type leadCommand func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error)

// rule is a command as the store applies it: the branch that the caller does not see, and a version that he did not
// see, come before what the command itself refuses.
func rule(r *http.Request, shop setup.Shop, command leadCommand) enquiries.LeadRule {
	return func(l lead.Lead) (lead.Lead, event.Event, error) {
		if !httpapi.Actor(r).Sees(l.Branch) {
			return l, event.Event{}, fault.Missing("线索", "lead")
		}
		if err := current(r, l.Version, l); err != nil {
			return l, event.Event{}, err
		}
		terms, err := shop.Terms(l.Branch)
		if err != nil {
			return l, event.Event{}, err
		}
		return command(l, terms)
	}
}

// command changes the lead in the path and answers with what became of it.
func (s *Server) command(r *http.Request, command leadCommand) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	id, err := recordID(r, fault.Missing("线索", "lead"))
	if err != nil {
		return httpapi.Answer{}, err
	}
	l, err := s.Store.ChangeLead(httpapi.Answering(r, shown(r)), id, rule(r, shop, command))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shown(r)(l), nil
}

// AssignLead names who gets the lead: a sales person or manager of its branch who is there.
type AssignLead struct {
	Owner string `json:"owner" validate:"required,id=stf"`
}

func (s *Server) assignLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[AssignLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	to, _ := shop.Person(in.Owner) // nobody works in no branch, so the rule refuses him
	return s.command(r, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(httpapi.Actor(r), to, terms.Lead(), s.Now())
	})
}

// ContactLead records a contact. An unreachable person is an attempt: the clock goes on.
type ContactLead struct {
	Channel    string     `json:"channel" validate:"required,oneof=call visit fax e-mail sms counter exhibition wechat"`
	Outcome    string     `json:"outcome" validate:"required,oneof=interested quote-requested call-back not-now unreachable"`
	Note       string     `json:"note,omitempty" validate:"max=2000,text"`
	NextStepAt *time.Time `json:"next_step_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
}

// next is when the next step was agreed for; zero when nothing was agreed.
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

func (s *Server) contactLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ContactLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, err := in.next(s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	contact := lead.Conversation{Channel: in.Channel, Outcome: in.Outcome, Note: in.Note}
	return s.command(r, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Speak(httpapi.Actor(r), contact, next, terms.Lead(), s.Now())
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

func (s *Server) qualifyLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[QualifyLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	q := lead.Qualification{Need: in.Need}
	if in.Estimate != nil {
		q.Estimate = &money.Money{Minor: in.Estimate.Minor, Currency: in.Estimate.Currency}
	}
	return s.command(r, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Qualify(httpapi.Actor(r), q, terms.Lead(), s.Now())
	})
}

// LoseLead says why nothing came of the lead.
type LoseLead struct {
	Reason     string `json:"reason" validate:"required,oneof=price lead-time quality-doubt competitor no-answer not-our-work changed-mind duplicate"`
	Competitor string `json:"competitor,omitempty" validate:"max=100,oneline"`
	Note       string `json:"note,omitempty" validate:"max=2000,text"`
}

func (s *Server) loseLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[LoseLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	loss := lead.Loss{Reason: in.Reason, Competitor: in.Competitor, Note: in.Note}
	return s.command(r, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Lose(httpapi.Actor(r), loss, terms.Lead(), s.Now())
	})
}

// RecycleLead says why the owner gives the lead back.
type RecycleLead struct {
	Reason string `json:"reason" validate:"required,oneof=no-capacity wrong-person absent no-progress"`
}

func (s *Server) recycleLead(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[RecycleLead](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.command(r, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Recycle(httpapi.Actor(r), in.Reason, terms.Lead(), s.Now())
	})
}

// ClaimLead takes nothing but the lead in the path.
type ClaimLead struct{}

func (s *Server) claimLead(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[ClaimLead](r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	led, err := s.lead(r) // the branch decides which day it is and how many he may claim
	if err != nil {
		return httpapi.Answer{}, err
	}
	by := httpapi.Actor(r)
	quota, err := quota(by, shop, led.Branch, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	led, err = s.Store.ClaimLead(httpapi.Answering(r, shown(r)), led.ID, quota,
		rule(r, shop, func(l lead.Lead, terms setup.Terms) (lead.Lead, event.Event, error) {
			return l.Claim(by, terms.Lead(), s.Now())
		}))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shown(r)(led), nil
}

// quota is how many leads the caller may claim until the day of the branch ends.
func quota(by staff.Actor, shop setup.Shop, branch string, now time.Time) (enquiries.Quota, error) {
	terms, err := shop.Terms(branch)
	if err != nil {
		return enquiries.Quota{}, err
	}
	ends, err := terms.DayEnds(now)
	return enquiries.Quota{Staff: by.ID, Limit: terms.Policy.Lead.ClaimsPerDay, Ends: ends}, err
}
