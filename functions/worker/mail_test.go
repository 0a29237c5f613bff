package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
)

// outbox is a working channel that keeps what it was given, or fails.
type outbox struct {
	sent []notify.Message
	err  error
}

func (o *outbox) Send(_ context.Context, m notify.Message) (string, error) {
	o.sent = append(o.sent, m)
	return "provider-1", o.err
}

var row = message.Message{
	ID: "msg_1", Person: "stf_1", About: "lead/lead_1/1", Step: "1/tell", Channel: message.ChannelEmail,
	Template: message.TemplateLeadAssigned, Lang: words.En, Attempt: 1,
}

var values = map[string]string{"reference": "9F3A09BC", "staff": "Anna", "due": "15:30 today",
	"link": "https://shop.example/leads/lead_1", "details": "Customer: Wang Fang"}

func TestMailSaysHowSendingEnded(t *testing.T) {
	for _, c := range []struct {
		name     string
		err      error
		values   map[string]string
		state    string
		reason   string
		provider string
	}{
		{"taken", nil, values, message.StateSent, "", "provider-1"},
		{"refused for good", &notify.Error{Kind: notify.Rejected, Code: "550"}, values, message.StateFailed, "550", ""},
		{"surely not sent", &notify.Error{Kind: notify.NotSent, Code: "connection"}, values, message.StateQueued,
			"connection", ""},
		{"perhaps sent", &notify.Error{Kind: notify.Unknown, Code: "timeout"}, values, message.StateUnknown, "timeout", ""},
		{"an error that nobody classified", errors.New("?"), values, message.StateUnknown, "", ""},
		{"no words", nil, nil, message.StateFailed, "template", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log bytes.Buffer
			out := &outbox{err: c.err}
			mail := &Mail{Sender: out, From: notify.Address{Email: "shop@shop.example"},
				Log: slog.New(slog.NewJSONHandler(&log, nil))}
			got := mail.Send(t.Context(), row, workflows.Recipient{Name: "Anna", Email: "anna@shop.example"}, c.values)
			if want := (workflows.Delivery{State: c.state, Reason: c.reason, Provider: c.provider}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if strings.Contains(log.String(), "anna") || !strings.Contains(log.String(), `"message":"msg_1"`) {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

// texts is a working provider of SMS, and posts working robots, that keep what they were given, or fail.
type texts struct {
	sent []notify.Text
	err  error
}

func (x *texts) Send(_ context.Context, t notify.Text) (string, error) {
	x.sent = append(x.sent, t)
	return "sms-1", x.err
}

type posts struct {
	told []notify.Notice
	to   []string
	err  error
}

func (p *posts) Send(_ context.Context, kind, name string, n notify.Notice) error {
	p.told, p.to = append(p.told, n), append(p.to, kind+"/"+name)
	return p.err
}

var thankful = map[string]string{
	"branch": "Pudong", "branch_phone": "021", "opening_hours": "Mon", "promise": "15:30 today", "reference": "9F3A09BC",
	"shop": "Dawn Print",
}

func TestMailCarriesByChannel(t *testing.T) {
	sms, chat, box := &texts{}, &posts{}, &outbox{}
	mail := &Mail{Sender: box, Texts: sms, Chats: chat, Log: slog.New(slog.DiscardHandler)}
	ack, tell := row, row
	ack.Channel, ack.Template, ack.Person = message.ChannelSMS, message.TemplateLeadAcknowledged, "cus_1"
	tell.Channel = firm.ChannelDingTalk
	if got := mail.Send(t.Context(), ack, workflows.Recipient{Phone: "+8613800138000"},
		thankful); got != (workflows.Delivery{State: message.StateSent, Provider: "sms-1"}) {
		t.Errorf("SMS: %+v", got)
	}
	if got := mail.Send(t.Context(), tell, workflows.Recipient{Name: "Anna", Phone: "+8613800138000", Robot: "pudong"},
		values); got != (workflows.Delivery{State: message.StateSent}) {
		t.Errorf("chat: %+v", got)
	}
	if len(sms.sent) != 1 || len(chat.told) != 1 || len(box.sent) != 0 {
		t.Fatalf("%d SMS, %d notices, %d mails", len(sms.sent), len(chat.told), len(box.sent))
	}
	if m := sms.sent[0]; m.To != "+8613800138000" || m.Key != "cus_1/lead/lead_1/1/1/tell/sms" ||
		!strings.Contains(m.Body, "9F3A09BC") || len(m.Values) != 4 || m.Template != message.TemplateLeadAcknowledged {
		t.Errorf("SMS %+v", m)
	}
	if n := chat.told[0]; chat.to[0] != "dingtalk/pudong" || n.Staff != "Anna" || n.Phone != "+8613800138000" ||
		n.Link != values["link"] || !strings.Contains(n.Text, "9F3A09BC") || n.Title == "" ||
		strings.Contains(n.Text, "Wang Fang") { // everybody in a chat reads it
		t.Errorf("notice %+v to %s", n, chat.to[0])
	}
}

func TestChannelsSayHowSendingEnded(t *testing.T) {
	for kind, state := range outcomes {
		err := &notify.Error{Kind: kind, Code: "45009"}
		mail := &Mail{Texts: &texts{err: err}, Chats: &posts{err: err}, Log: slog.New(slog.DiscardHandler)}
		for channel, said := range map[string]map[string]string{message.ChannelSMS: thankful, firm.ChannelWeCom: values} {
			m := row
			if m.Channel = channel; channel == message.ChannelSMS {
				m.Template = message.TemplateLeadAcknowledged
			}
			if got := mail.Send(t.Context(), m, workflows.Recipient{},
				said); got != (workflows.Delivery{State: state, Reason: "45009"}) {
				t.Errorf("%s %s: %+v", channel, kind, got)
			}
			if got := mail.Send(t.Context(), m, workflows.Recipient{},
				nil); got != (workflows.Delivery{State: message.StateFailed, Reason: "template"}) {
				t.Errorf("%s without words: %+v", channel, got)
			}
			if got := (&Mail{Log: mail.Log}).Send(t.Context(), m, workflows.Recipient{},
				said); got != (workflows.Delivery{State: message.StateFailed, Reason: "no-channel"}) {
				t.Errorf("%s in a shop without it: %+v", channel, got)
			}
		}
	}
}

func TestMailWordsTheMessage(t *testing.T) {
	out := &outbox{}
	mail := &Mail{Sender: out, From: notify.Address{Name: "Dawn Print", Email: "shop@shop.example"},
		Log: slog.New(slog.DiscardHandler)}
	mail.Send(t.Context(), row, workflows.Recipient{Name: "Anna", Email: "anna@shop.example"}, values)
	m := out.sent[0]
	if m.Key != "stf_1/lead/lead_1/1/1/tell/email" ||
		m.To != (notify.Address{Name: "Anna", Email: "anna@shop.example"}) || m.From != mail.From || m.Answers ||
		!strings.Contains(m.Text, "9F3A09BC") || m.Subject == "" || m.HTML == "" || m.Lang != words.En {
		t.Errorf("sent %+v", m)
	}
	ack := row
	ack.Template = message.TemplateLeadAcknowledged
	mail.Send(t.Context(), ack, workflows.Recipient{Email: "wang@customer.example"}, map[string]string{
		"branch": "Pudong", "branch_phone": "021", "opening_hours": "Mon", "promise": "15:30 today",
		"reference": "9F3A09BC", "shop": "Dawn Print",
	})
	if !out.sent[1].Answers {
		t.Error("other mail systems would answer the acknowledgement")
	}
}

func TestACustomerAnswersToTheirLead(t *testing.T) {
	replies := token.NewReplyAddresses(storetest.Ring)
	const lead = "lead_019b0000-1234-7abc-8def-0123456789ab"
	to := ReplyTo(replies, "reply.shop.example")
	theirs := message.Message{Person: "cus_1", Customer: "cus_1", About: "lead/" + lead + "/1"}
	if got, ok := replies.Lead(to(theirs)); !ok || got != lead {
		t.Errorf("%s names %q", to(theirs), got)
	}
	const asked = "hld_019b0000-1234-7abc-8def-0123456789ab"
	question := message.Message{Person: "con_1", Customer: "cus_1", About: "hold/" + asked + "/1"}
	if got, ok := replies.Hold(to(question)); !ok || got != asked {
		t.Errorf("%s names %q", to(question), got)
	}
	for what, m := range map[string]message.Message{
		"staff":            {Person: "stf_1", Customer: "cus_1", About: theirs.About},
		"not about a lead": {Person: "cus_1", Customer: "cus_1", About: "job/job_1/1"},
		"about nothing":    {Person: "cus_1", Customer: "cus_1"},
	} {
		if address := to(m); address != "" {
			t.Errorf("%s: %s", what, address)
		}
	}
	if address := ReplyTo(replies, "")(theirs); address != "" {
		t.Errorf("without a domain: %s", address)
	}
	sender := &outbox{}
	mail := &Mail{Sender: sender, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
		Reply: to}
	theirs.Template, theirs.Lang, theirs.Channel = message.TemplateLeadReplied, words.En, message.ChannelEmail
	mail.Send(t.Context(), theirs, workflows.Recipient{Email: "wang@customer.example"},
		map[string]string{"reference": "9F3A09BC", "staff": "Anna", "details": "Wang, cards",
			"link": "https://shop.example/leads/1"})
	if len(sender.sent) != 1 || sender.sent[0].ReplyTo != to(theirs) {
		t.Errorf("sent %+v", sender.sent)
	}
}

// twiceEnded knows contacts whose links were ended twice, and not con_2.
type twiceEnded struct{}

func (twiceEnded) Contact(_ context.Context, id string) (customer.Contact, error) {
	if id == "con_2" {
		return customer.Contact{}, errors.New("no answer")
	}
	return customer.Contact{ID: id, LinkEnds: 2}, nil
}

// Marketing says how to end it, in header and text, or does not leave; a service message says nothing of the kind.
func TestMarketingSaysHowToEndIt(t *testing.T) {
	tokens := token.NewTokens(storetest.Ring)
	offer := row
	offer.Person, offer.Customer, offer.Purpose, offer.Template, offer.Lang = "con_1", "cus_1", message.PurposeMarketing,
		message.TemplateLeadAcknowledged, words.Zh
	to := workflows.Recipient{Email: "wang@customer.example", Phone: "+8613800138000", Robot: "pudong"}
	box := &outbox{}
	mail := &Mail{Sender: box, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
		Choices: ChoicesAt(tokens, "https://shop.example", twiceEnded{}),
		Texts:   &texts{}, Chats: &posts{}}
	mail.Send(t.Context(), offer, to, thankful)
	m := box.sent[0]
	tok, lang, _ := strings.Cut(strings.TrimPrefix(m.Unsubscribe, "https://shop.example/u/"), "?")
	given := caselink.GivenTo(tokens, customer.Contact{ID: "con_1", LinkEnds: 2}, to.Email)
	if got, ok := gate.OpenUnsubscribing(tokens, tok); !ok ||
		got != (gate.Unsubscribing{Person: "con_1", Channel: message.ChannelEmail, Right: given}) ||
		lang != "lang=zh" || !m.Marketing {
		t.Errorf("%s leads to %+v; sent %+v", m.Unsubscribe, got, m)
	}
	unread := offer
	unread.Person = "con_2"
	if got := mail.Send(t.Context(), unread, to, thankful); got.State != message.StateQueued || len(box.sent) != 1 {
		t.Errorf("to a contact who cannot be read: %+v", got)
	}
	service := offer
	service.Purpose = message.PurposeService
	mail.Send(t.Context(), service, to, thankful)
	if m := box.sent[1]; m.Unsubscribe != "" || m.Marketing {
		t.Errorf("a service message: %+v", m)
	}
	refused := workflows.Delivery{State: message.StateFailed, Reason: "unsubscribe"}
	for _, channel := range []string{message.ChannelSMS, firm.ChannelFeishu} {
		other := offer
		if other.Channel = channel; mail.Send(t.Context(), other, to, thankful) != refused {
			t.Errorf("by %s it left", channel)
		}
	}
	server, err := notify.NewSMTP("smtp://127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	for _, choices := range []func(context.Context, message.Message, string) (string, error){nil,
		ChoicesAt(tokens, "", twiceEnded{}), ChoicesAt(tokens, "http://shop.example", twiceEnded{})} {
		mail.Sender, mail.Choices = server, choices
		if got := mail.Send(t.Context(), offer, to, thankful); got != refused {
			t.Errorf("without a link that takes one click: %+v", got)
		}
	}
}

// A sender gives up while its claim still holds: a lease that has ended means that the sender is gone.
func TestASenderGivesUpWithinItsLease(t *testing.T) {
	for by, limit := range map[string]time.Duration{"mail": notify.SendTimeout, "SMS": notify.TextTimeout,
		"chat": notify.ChatTimeout} {
		if all := reading + limit; all >= message.Lease {
			t.Errorf("%s may take %s, and the lease is %s", by, all, message.Lease)
		}
	}
}
