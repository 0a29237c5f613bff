package api

import (
	"net/http"

	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
)

// holdCommand gives one command to a question on the terms of its branch.
type holdCommand func(h hold.Hold, terms setup.Terms) (hold.Hold, event.Event, error)

// holdRule is a command as the store applies it: a question that the caller does not see, and a version that he did
// not see, come before what the command itself refuses.
func holdRule(r *http.Request, shop setup.Shop, command holdCommand) service.HoldRule {
	return func(h hold.Hold) (hold.Hold, event.Event, error) {
		if !httpapi.Actor(r).Sees(h.Branch) {
			return h, event.Event{}, missingHold
		}
		if err := current(r, h.Version, h); err != nil {
			return h, event.Event{}, err
		}
		terms, err := shop.Terms(h.Branch)
		if err != nil {
			return h, event.Event{}, err
		}
		return command(h, terms)
	}
}

// commandHold changes the question in the path and answers with what became of it.
func (s *Server) commandHold(r *http.Request, command holdCommand) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	id, err := recordID(r, missingHold)
	if err != nil {
		return httpapi.Answer{}, err
	}
	h, err := s.Store.ChangeHold(httpapi.Answering(r, shownHold(r)), id, holdRule(r, shop, command))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return shownHold(r)(h), nil
}

// AnswerHold is what the customer wants, as a colleague heard it from him: one of the choices, or something else in
// words.
type AnswerHold struct {
	Choice  int    `json:"choice,omitempty" validate:"min=0,max=6" description:"1 is the first choice; absent: he said something else, which public_text then says · 从 1 起的选项序号；客户另有要求时不填，并填写 public_text"`
	Text    string `json:"public_text,omitempty" validate:"max=2000,shown,text" description:"In the customer's words; he reads it, too · 客户的原话，客户也会看到"`
	Channel string `json:"channel" validate:"required,oneof=phone counter mail" description:"How he said it · 客户答复的方式"`
}

func (s *Server) answerHold(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[AnswerHold](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandHold(r, func(h hold.Hold, terms setup.Terms) (hold.Hold, event.Event, error) {
		return h.Reply(httpapi.Actor(r),
			hold.Answer{Choice: in.Choice, Text: words.PublicText(in.Text), Channel: in.Channel}, terms.Hold(), s.Now())
	})
}

// WithdrawHold says nothing more: the question is taken back as it is.
type WithdrawHold struct{}

func (s *Server) withdrawHold(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.Decode[WithdrawHold](r); err != nil {
		return httpapi.Answer{}, err
	}
	return s.commandHold(r, func(h hold.Hold, terms setup.Terms) (hold.Hold, event.Event, error) {
		return h.Withdraw(httpapi.Actor(r), terms.Hold(), s.Now())
	})
}
