package worker

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/notify"
	"afterpress/workflows"
)

// Mail words messages and sends them, for the activities: by e-mail, and by SMS and chat where the shop has them.
type Mail struct {
	Sender notify.Sender
	From   notify.Address
	Texts  notify.Texter // nil: no SMS
	Chats  chats         // nil: no chat
	Log    *slog.Logger
	// Policies read the words that the shop adds to its mails; nil: it adds none.
	Policies policies
	// Reply is the address to which a customer answers a message; nil or "" where answers go to the sender.
	Reply func(message.Message) string
	// Choices is the address where a person switches off what comes to the address; without one no marketing leaves.
	Choices func(ctx context.Context, m message.Message, address string) (string, error)
}

// policies is implemented by *store.Store.
type policies interface {
	PolicyVersion(ctx context.Context, id string, version int64) (setup.Policy, error)
}

// reading bounds looking policy and contact up: with the 30 s of the sending it stays within message.Lease.
const reading = 5 * time.Second

// outcomes is what the ledger is told of a failed sending.
var outcomes = map[notify.Kind]string{
	notify.Rejected: message.StateFailed,
	notify.NotSent:  message.StateQueued,
	notify.Unknown:  message.StateUnknown,
}

// automatic are the messages that answer a person who wrote to us without a colleague.
var automatic = []string{message.TemplateLeadAcknowledged, message.TemplateLeadConfirm,
	message.TemplateComplaintAcknowledged, message.TemplateComplaintReceived}

// Send words the message and sends it once. A message that cannot be worded is failed: the next attempt would find
// the same words.
func (m *Mail) Send(ctx context.Context, row message.Message, to workflows.Recipient,
	values map[string]string) workflows.Delivery {
	began := time.Now()
	out, cause := m.carry(ctx, row, to, values)
	log := m.Log.With("message", row.ID, "channel", row.Channel, "template", row.Template, "attempt", row.Attempt,
		"state", out.State, "code", out.Reason,
		"ms", time.Since(began).Milliseconds())
	if cause != nil {
		log.WarnContext(ctx, "a message was not sent", "error", cause.Error())
		return out
	}
	log.InfoContext(ctx, "a message was sent")
	return out
}

func (m *Mail) send(ctx context.Context, row message.Message, to workflows.Recipient,
	values map[string]string) (workflows.Delivery, error) {
	looking, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	values, err := m.shopWords(looking, row, values)
	if err != nil {
		return workflows.Delivery{State: message.StateQueued, Reason: "policy"}, err
	}
	subject, text, html, err := notify.Render(row.Template, row.Lang, values)
	if err != nil {
		return workflows.Delivery{State: message.StateFailed, Reason: "template"}, err
	}
	reply := ""
	if m.Reply != nil {
		reply = m.Reply(row)
	}
	choices := ""
	if row.Marketing() && m.Choices != nil {
		if choices, err = m.Choices(looking, row, to.Email); err != nil {
			return workflows.Delivery{State: message.StateQueued, Reason: "contact"}, err
		}
	}
	id, err := m.Sender.Send(ctx, notify.Message{
		Key: row.Person + "/" + row.Key(), To: notify.Address{Name: to.Name, Email: to.Email}, From: m.From, ReplyTo: reply,
		Subject: subject, Text: text, HTML: html, Lang: row.Lang, Marketing: row.Marketing(), Unsubscribe: choices,
		Answers: slices.Contains(automatic, row.Template),
	})
	return delivery(id, err)
}

// shopWords adds to the values what the shop says in this mail, by the version of the policy that its row names:
// each attempt says the same, whatever version holds by then. A version that is nowhere says nothing.
func (m *Mail) shopWords(ctx context.Context, row message.Message,
	values map[string]string) (map[string]string, error) {
	places := notify.ShopPlaces(row.Template)
	id, version, named := setup.ParseRef(row.Policy)
	if m.Policies == nil || !named || len(places) == 0 {
		return values, nil
	}
	policy, err := m.Policies.PolicyVersion(ctx, id, version)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	out, said := maps.Clone(values), policy.Texts.In(row.Lang)
	for _, place := range places {
		if words, ok := said[place]; ok {
			out[place] = words
		}
	}
	return out, nil
}

// contacts is implemented by *store.Store.
type contacts interface {
	Contact(ctx context.Context, id string) (customer.Contact, error)
}

// ChoicesAt makes the link to a person's choices below the address of the site, https://…; it ends what its channel
// brings by one click (RFC 8058).
func ChoicesAt(tokens token.Tokens, site string, from contacts) func(context.Context, message.Message,
	string) (string, error) {
	return func(ctx context.Context, m message.Message, address string) (string, error) {
		who, err := from.Contact(ctx, m.Person)
		if err != nil {
			return "", err
		}
		return site + "/u/" + gate.SignUnsubscribing(tokens, gate.Unsubscribing{Person: m.Person, Channel: m.Channel,
			Right: caselink.GivenTo(tokens, who, address)}) + "?lang=" + string(m.Lang), nil
	}
}

// ReplyTo makes the address to which a customer answers: it names the lead, the complaint or the question from
// production. SES gives mails ids of its own, so an answer finds its record by this address alone. Staff answer nobody.
func ReplyTo(addresses token.ReplyAddresses, domain string) func(message.Message) string {
	return func(m message.Message) string {
		_, id, _ := strings.Cut(m.About, "/")
		id, _, _ = strings.Cut(id, "/")
		if m.ToStaff() {
			return ""
		}
		return addresses.For(id, domain)
	}
}
