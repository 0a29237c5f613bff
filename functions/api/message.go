package api

import (
	"net/http"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

func (s *Server) messageRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("POST /messages/{id}/settle", crm.SettleMessage, s.settleMessage, httpapi.Doc{Summary: "Say whether a doubtful message was sent · 确认消息是否送达", Body: SettleMessage{}, Answer: crm.Message{}, Versioned: true}),
	}
}

// SettleMessage is a person's word on a message of which nobody knew whether it was sent.
type SettleMessage struct {
	Outcome string `json:"outcome" validate:"required,oneof=sent failed"`
}

func (s *Server) settleMessage(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[SettleMessage](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	missing := crm.Missing("消息", "message")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by, settled := httpapi.Actor(r), httpapi.OK
	message, err := s.Store.ChangeMessage(httpapi.Answering(r, settled), id, func(m crm.Message) (crm.Message, crm.Event, error) {
		if !by.Sees(m.Branch) {
			return m, crm.Event{}, missing
		}
		if err := current(r, m.Version, m); err != nil {
			return m, crm.Event{}, err
		}
		return m.Confirm(by, in.Outcome == crm.MessageSent, s.Now())
	})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return settled(message), nil
}
