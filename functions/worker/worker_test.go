package worker

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/engine/enginetest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/workflows"
	"afterpress/workflows/dial"

	"go.temporal.io/sdk/client"
)

// arrivals is a working channel whose messages a test can wait for.
type arrivals chan notify.Message

func (a arrivals) Send(_ context.Context, m notify.Message) (string, error) {
	a <- m
	return "provider-1", nil
}

func (a arrivals) next(t *testing.T) notify.Message {
	t.Helper()
	select {
	case m := <-a:
		return m
	case <-time.After(time.Minute):
		t.Fatal("no message arrived")
		return notify.Message{}
	}
}

func startTemporal(t *testing.T) client.Client {
	t.Helper()
	c, err := dial.Connect(dial.Server{Address: enginetest.Temporal(t), Namespace: enginetest.Namespace,
		Plain: true}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// A lead on the real tables and the real server: acknowledged, given to somebody who is told, contacted.
func TestALeadIsFollowedUp(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	temporal := startTemporal(t)
	inbox := make(arrivals, 10)
	mail := &Mail{Sender: inbox, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler)}
	facts := b.OpenAs(t, "worker")
	led := &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
		URL: "https://shop.example/leads/"}

	ctx, stop := context.WithCancel(t.Context())
	work := workflows.Work{Lead: led, Task: &workflows.TaskWork{},
		Shop: &workflows.ShopWork{Records: facts, Now: b.Clock.Now}}
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, temporal, work) }()

	f, shop, err := b.Form(t.Context(), "quote")
	if err != nil {
		t.Fatal(err)
	}
	terms, err := shop.Terms(f.Branch)
	if err != nil {
		t.Fatal(err)
	}
	captured, err := b.Capture(t.Context(), lead.Capture{
		Enquiry: form.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: words.En}, Source: f.Source,
		Terms: terms.Lead(), Life: terms.Policy.Life, By: staff.Visitor,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	cl := workflows.NewClient(temporal)
	handOver(t, b, cl)

	if m := inbox.next(t); m.To.Email != "wang@customer.example" || !m.Answers {
		t.Errorf("the first message goes to %s", m.To.Email)
	}
	told := inbox.next(t)
	owned, err := b.Lead(t.Context(), captured.ID)
	if err != nil {
		t.Fatal(err)
	}
	owner, _ := shop.Person(owned.Owner)
	if owned.State != lead.StateAssigned || told.To.Email != owner.Email {
		t.Errorf("the lead is %s; %q was told, the owner is %q", owned.State, told.To.Email, owner.Email)
	}

	reached, err := b.ChangeLead(t.Context(), captured.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Speak(staff.ActorOf(owner), lead.Conversation{Channel: "phone", Outcome: customer.OutcomeInterested},
			time.Time{}, terms.Lead(), b.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, b, cl)
	if err := b.Reply(t.Context(), captured.ID, message.Reporter("mail"),
		customer.Touch{Channel: message.ChannelEmail, Kind: message.MailPerson, Text: "<b>When?</b>"}); err != nil {
		t.Fatal(err)
	}
	handOver(t, b, cl)
	if m := inbox.next(t); m.To.Email != owner.Email || m.ReplyTo != "" || strings.Contains(m.Subject, "When?") ||
		!strings.Contains(m.Text, "<b>When?</b>") || !strings.Contains(m.HTML, "&lt;b&gt;When?") {
		t.Errorf("of the reply %+v was told", m)
	}
	answered, err := b.ChangeLead(t.Context(), captured.ID, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(staff.ActorOf(owner), lead.Loss{Reason: "price"}, terms.Lead(), b.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, b, cl)
	if err := temporal.GetWorkflow(t.Context(), answered.Progress().WorkflowID(), "").Get(t.Context(),
		nil); err != nil || answered.Round != reached.Round {
		t.Errorf("the process of round %d did not end well: %v", answered.Round, err)
	}
	if err := cl.Hand(t.Context(),
		event.Event{ID: "evt_late", Type: event.LeadLost, Progress: new(answered.Progress())}); err != nil {
		t.Errorf("an event after the end of its process: %v", err)
	}

	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
	// as the process does for a qualified lead, under the worker's role
	if err := work.Lead.Leads.AskForQuote(t.Context(), reached); err != nil {
		t.Errorf("the task to quote: %v", err)
	}
	lines, err := b.Timeline(t.Context(), captured.Customer, words.En, table.Paging{Limit: 20})
	if err != nil {
		t.Fatal(err)
	}
	var sent []string
	for _, line := range lines.Items {
		if line.Kind == "message" {
			sent = append(sent, line.State)
		}
	}
	if !slices.Equal(sent, []string{message.StateSent}) {
		t.Errorf("the timeline's messages: %q", sent)
	}
}

// handOver does what functions/stream does.
func handOver(t *testing.T, b *storetest.Bench, c *workflows.Client) {
	t.Helper()
	pending, err := b.Pending(t.Context(), time.Now().Add(time.Hour), 10)
	if err != nil || len(pending) != 1 {
		t.Fatalf("%d events are pending, %v", len(pending), err)
	}
	if err := c.Hand(t.Context(), pending[0]); err != nil {
		t.Fatal(err)
	}
	if err := b.Handed(t.Context(), pending[0]); err != nil {
		t.Fatal(err)
	}
}

func TestRunWithoutTemporalFails(t *testing.T) {
	port, err := engine.FreePort()
	if err != nil {
		t.Fatal(err)
	}
	at := dial.Server{Address: fmt.Sprintf("127.0.0.1:%d", port), Namespace: "shop", Plain: true}
	c, err := dial.Connect(at, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := Run(t.Context(), c,
		workflows.Work{Lead: &workflows.LeadWork{}, Task: &workflows.TaskWork{}, Shop: &workflows.ShopWork{}}); err == nil {
		t.Error("it ran")
	}
}
