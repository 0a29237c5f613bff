package worker

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm"
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
	// Reply is the address to which a customer answers a message; nil or "" where he answers the sender.
	Reply func(crm.Message) string
	// Choices is the address where a person switches off what he is sent; without one no marketing leaves.
	Choices func(crm.Message) string
}

// policies is implemented by *store.Store.
type policies interface {
	PolicyVersion(ctx context.Context, id string, version int64) (crm.Policy, error)
}

// reading bounds looking a policy up: with the 30 s of the sending it stays within crm.MessageLease.
const reading = 5 * time.Second

// outcomes is what the ledger is told of a failed sending.
var outcomes = map[notify.Kind]string{
	notify.Rejected: crm.MessageFailed,
	notify.NotSent:  crm.MessageQueued,
	notify.Unknown:  crm.MessageUnknown,
}

// automatic are the messages that answer by themselves whoever wrote to us.
var automatic = []string{crm.TemplateLeadAcknowledged, crm.TemplateLeadConfirm, crm.TemplateComplaintAcknowledged}

// Send words the message and sends it once. A message that cannot be worded is failed: the next attempt would find the same words.
func (m *Mail) Send(ctx context.Context, row crm.Message, to workflows.Recipient, values map[string]string) workflows.Delivery {
	began := time.Now()
	out, cause := m.carry(ctx, row, to, values)
	log := m.Log.With("message", row.ID, "channel", row.Channel, "template", row.Template, "attempt", row.Attempt, "state", out.State, "code", out.Reason,
		"ms", time.Since(began).Milliseconds())
	if cause != nil {
		log.WarnContext(ctx, "a message was not sent", "error", cause.Error())
		return out
	}
	log.InfoContext(ctx, "a message was sent")
	return out
}

func (m *Mail) send(ctx context.Context, row crm.Message, to workflows.Recipient, values map[string]string) (workflows.Delivery, error) {
	values, err := m.shopWords(ctx, row, values)
	if err != nil {
		return workflows.Delivery{State: crm.MessageQueued, Reason: "policy"}, err
	}
	subject, text, html, err := notify.Render(row.Template, row.Lang, values)
	if err != nil {
		return workflows.Delivery{State: crm.MessageFailed, Reason: "template"}, err
	}
	reply := ""
	if m.Reply != nil {
		reply = m.Reply(row)
	}
	choices := ""
	if row.Marketing() && m.Choices != nil {
		choices = m.Choices(row)
	}
	id, err := m.Sender.Send(ctx, notify.Message{
		Key: row.Person + "/" + row.Key(), To: notify.Address{Name: to.Name, Email: to.Email}, From: m.From, ReplyTo: reply,
		Subject: subject, Text: text, HTML: html, Lang: row.Lang, Marketing: row.Marketing(), Unsubscribe: choices, Answers: slices.Contains(automatic, row.Template),
	})
	return delivery(id, err)
}

// shopWords adds to the values what the shop says in this mail, by the version of the policy that its row names: each attempt says the same, whatever
// version holds by then. A version that is nowhere says nothing.
func (m *Mail) shopWords(ctx context.Context, row crm.Message, values map[string]string) (map[string]string, error) {
	places := notify.ShopPlaces(row.Template)
	id, version, named := crm.PolicyOf(row.Policy)
	if m.Policies == nil || !named || len(places) == 0 {
		return values, nil
	}
	ctx, cancel := context.WithTimeout(ctx, reading)
	defer cancel()
	policy, err := m.Policies.PolicyVersion(ctx, id, version)
	if err != nil && crm.KindOf(err) != crm.NotFound {
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

// ChoicesAt makes the link to a person's choices below the address of the site, https://…; it ends what its channel brings by one click (RFC 8058).
func ChoicesAt(tokens crm.Tokens, site string) func(crm.Message) string {
	return func(m crm.Message) string {
		return site + "/u/" + tokens.SignUnsubscribing(crm.Unsubscribing{Person: m.Person, Channel: m.Channel}) + "?lang=" + string(m.Lang)
	}
}

// ReplyTo makes the address to which a customer answers: it names his lead or his complaint. Staff answer nobody.
func ReplyTo(addresses crm.ReplyAddresses, domain string) func(crm.Message) string {
	return func(m crm.Message) string {
		kind, id, _ := strings.Cut(m.About, "/")
		id, _, _ = strings.Cut(id, "/")
		if kind != "lead" && kind != "complaint" || m.ToStaff() {
			return ""
		}
		return addresses.For(id, domain)
	}
}
