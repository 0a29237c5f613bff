package worklist

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

// SettleMessage is a person's word on a message of which nobody knew whether it was sent.
type SettleMessage struct {
	Outcome string `json:"outcome" validate:"required,one=message-outcome"`
}

// SettleMessage says whether a doubtful message was sent.
func (d Desk) SettleMessage(ctx context.Context, by app.Caller, at app.Record,
	in SettleMessage) (message.Message, error) {
	if err := permission.Permit(by.Actor, permission.SettleMessage); err != nil {
		return message.Message{}, err
	}
	return d.Store.ChangeMessage(ctx, at.ID, func(m message.Message) (message.Message, event.Event, error) {
		if !by.Sees(m.Branch) {
			return m, event.Event{}, fault.Missing("消息", "message")
		}
		if err := at.Current(m.Version, m); err != nil {
			return m, event.Event{}, err
		}
		return m.Confirm(by.Actor, in.Outcome == message.StateSent, d.Now())
	})
}
