package api

import (
	"net/http"

	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

func (s *Server) messageRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("POST /messages/{id}/settle", permission.SettleMessage, s.settleMessage,
			httpapi.Doc{Summary: "Say whether a doubtful message was sent · 确认消息是否送达", Body: SettleMessage{},
				Answer: message.Message{}, Versioned: true}),
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
	missing := fault.Missing("消息", "message")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by, settled := httpapi.Actor(r), httpapi.OK
	msg, err := s.Store.ChangeMessage(httpapi.Answering(r, settled), id,
		func(m message.Message) (message.Message, event.Event, error) {
			if !by.Sees(m.Branch) {
				return m, event.Event{}, missing
			}
			if err := current(r, m.Version, m); err != nil {
				return m, event.Event{}, err
			}
			return m.Confirm(by, in.Outcome == message.StateSent, s.Now())
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return settled(msg), nil
}
