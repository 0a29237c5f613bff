package worker

import (
	"context"
	"errors"
	"maps"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/workflows"
)

// chats is implemented by *notify.Robots.
type chats interface {
	Send(ctx context.Context, kind, name string, n notify.Notice) error
}

// carry sends the message by its channel.
func (m *Mail) carry(ctx context.Context, row message.Message, to workflows.Recipient,
	values map[string]string) (workflows.Delivery, error) {
	switch {
	case row.Channel == message.ChannelEmail:
		return m.send(ctx, row, to, values)
	case row.Marketing(): // only a mail says yet how to switch it off
		return delivery("", &notify.Error{Kind: notify.Rejected, Code: "unsubscribe"})
	case row.Channel == message.ChannelSMS && m.Texts != nil:
		return m.text(ctx, row, to, values)
	case m.Chats != nil:
		return m.chat(ctx, row, to, values)
	}
	return delivery("", &notify.Error{Kind: notify.Rejected, Code: "no-channel"})
}

func (m *Mail) text(ctx context.Context, row message.Message, to workflows.Recipient,
	values map[string]string) (workflows.Delivery, error) {
	body, list, err := notify.RenderSMS(row.Template, row.Lang, values)
	if err != nil {
		return workflows.Delivery{State: message.StateFailed, Reason: "template"}, err
	}
	return delivery(m.Texts.Send(ctx, notify.Text{
		Key: row.Person + "/" + row.Key(), To: to.Phone, Template: row.Template, Lang: row.Lang, Body: body, Values: list,
	}))
}

// unsaid stands in a chat for a customer's details, since everybody in it reads them.
var unsaid = words.Text{Zh: "客户资料请点链接查看。", En: "Open the link for the details of the customer."}

// chat posts the words of the mail, without its page and without a customer's details.
func (m *Mail) chat(ctx context.Context, row message.Message, to workflows.Recipient,
	values map[string]string) (workflows.Delivery, error) {
	if _, known := values["details"]; known {
		values = maps.Clone(values)
		values["details"] = unsaid.In(row.Lang)
	}
	subject, text, _, err := notify.Render(row.Template, row.Lang, values)
	if err != nil {
		return workflows.Delivery{State: message.StateFailed, Reason: "template"}, err
	}
	return delivery("", m.Chats.Send(ctx, row.Channel, to.Robot,
		notify.Notice{Staff: to.Name, Phone: to.Phone, Title: subject, Text: text, Link: values["link"]}))
}

// delivery is how a sending ended, in the ledger's words.
func delivery(id string, err error) (workflows.Delivery, error) {
	if err == nil {
		return workflows.Delivery{State: message.StateSent, Provider: id}, nil
	}
	out := workflows.Delivery{State: outcomes[notify.KindOf(err)]}
	var known *notify.Error
	if errors.As(err, &known) {
		out.Reason = known.Code
	}
	return out, err
}
