package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/notify"
	"afterpress/workflows"
)

// Mail words messages and sends them by e-mail, for the activities.
type Mail struct {
	Sender notify.Sender
	From   notify.Address
	Log    *slog.Logger
}

// outcomes is what the ledger is told of a failed sending.
var outcomes = map[notify.Kind]string{
	notify.Rejected: crm.MessageFailed,
	notify.NotSent:  crm.MessageQueued,
	notify.Unknown:  crm.MessageUnknown,
}

// Send words the message and sends it once. A message that cannot be worded is failed: the next attempt would find the same words.
func (m *Mail) Send(ctx context.Context, row crm.Message, to workflows.Recipient, values map[string]string) workflows.Delivery {
	began := time.Now()
	out, cause := m.send(ctx, row, to, values)
	log := m.Log.With("message", row.ID, "template", row.Template, "attempt", row.Attempt, "state", out.State, "code", out.Reason,
		"ms", time.Since(began).Milliseconds())
	if cause != nil {
		log.WarnContext(ctx, "a message was not sent", "error", cause.Error())
		return out
	}
	log.InfoContext(ctx, "a message was sent")
	return out
}

func (m *Mail) send(ctx context.Context, row crm.Message, to workflows.Recipient, values map[string]string) (workflows.Delivery, error) {
	subject, text, html, err := notify.Render(row.Template, row.Lang, values)
	if err != nil {
		return workflows.Delivery{State: crm.MessageFailed, Reason: "template"}, err
	}
	id, err := m.Sender.Send(ctx, notify.Message{
		Key: row.Person + "/" + row.Key(), To: notify.Address{Name: to.Name, Email: to.Email}, From: m.From,
		Subject: subject, Text: text, HTML: html, Lang: row.Lang, Answers: row.Template == notify.LeadAcknowledged || row.Template == notify.LeadConfirm,
	})
	if err == nil {
		return workflows.Delivery{State: crm.MessageSent, Provider: id}, nil
	}
	out := workflows.Delivery{State: outcomes[notify.KindOf(err)]}
	var known *notify.Error
	if errors.As(err, &known) {
		out.Reason = known.Code
	}
	return out, err
}
