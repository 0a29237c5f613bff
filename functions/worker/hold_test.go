package worker

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/workflows"
)

// A question on the real tables and the real server: the customer has a link that opens it, and the owner is told; the
// answer reaches the asker, and ends it.
func TestAQuestionIsAskedAndAnswered(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	temporal := startTemporal(t)
	tokens := token.NewTokens(storetest.Ring)
	inbox := make(arrivals, 10)
	mail := &Mail{Sender: inbox, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler)}
	facts := b.OpenAs(t, "worker")
	work := workflows.Work{Lead: &workflows.LeadWork{}, Task: &workflows.TaskWork{},
		Shop: &workflows.ShopWork{Records: facts, Now: b.Clock.Now}, Hold: &workflows.HoldWork{
			Holds: facts, Ledger: facts, Mail: mail, Now: time.Now, URL: "https://shop.example/holds/",
			Site: "https://shop.example", Tokens: tokens}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, temporal, work) }()
	client := workflows.NewClient(temporal)

	lead := enquire(t, b, seed.Shanghai, "fang@customer.example")
	vouch(t, b, lead.ContactID)
	_, terms, err := b.Terms(t.Context(), seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	sales, _ := b.Shop.Person(seed.StaffID(3))
	press, _ := b.Shop.Person(seed.StaffID(8))
	in := hold.Question{Job: "J-1", Question: "<b>纸张偏黄</b>，继续吗？", Choices: []string{"继续", "换纸"}}
	hld, evt, err := hold.Ask(in, b.NewHoldID(), lead.Customer, lead.ContactID, sales.ID, staff.ActorOf(press),
		terms.Hold(), b.Clock.Now())
	if err == nil {
		hld, err = b.OpenHold(t.Context(), hld, evt)
	}
	if err != nil {
		t.Fatal(err)
	}
	told := func() { // the lead's own events wait for a worker that is not here
		for _, e := range b.Events(t, lead.Customer) {
			if e.Progress == nil || e.Progress.Kind != "hold" {
				continue
			}
			if err := client.Hand(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
	}
	told()
	asked := inbox.next(t)
	_, rest, _ := strings.Cut(asked.Text, "https://shop.example/c/")
	tok, _, _ := strings.Cut(rest, "?lang=")
	if about, ok := caselink.Open(tokens, tok); !ok || about.About != hld.ID ||
		!tokens.Marks(about.Right.Contact, hld.Contact) || !tokens.Marks(about.Right.Address, asked.To.Email) ||
		asked.To.Email != "fang@customer.example" || asked.Marketing || strings.Contains(asked.HTML, "<b>纸") ||
		!strings.Contains(asked.Text, "2. 换纸") {
		t.Errorf("the customer was asked %+v", asked)
	}
	if m := inbox.next(t); m.To.Email != sales.Email || !strings.Contains(m.Text, "https://shop.example/holds/"+hld.ID) {
		t.Errorf("the owner was told %+v", m)
	}
	done, err := b.ChangeHold(t.Context(), hld.ID, func(h hold.Hold) (hold.Hold, event.Event, error) {
		return h.Reply(staff.Visitor, hold.Answer{Choice: 2, Text: "<i>schnell</i>", Channel: "link"}, terms.Hold(),
			b.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	told()
	if m := inbox.next(t); m.To.Email != press.Email || !strings.Contains(m.Text, "换纸") ||
		strings.Contains(m.Text+m.HTML, "schnell") {
		t.Errorf("who asked was told %+v", m)
	}
	if err := temporal.GetWorkflow(t.Context(), done.Progress().WorkflowID(), "").Get(t.Context(), nil); err != nil {
		t.Errorf("the process did not end well: %v", err)
	}
	page, err := b.Timeline(t.Context(), lead.Customer, words.En, table.Paging{Limit: 50})
	sent := 0
	for _, e := range page.Items {
		if e.Kind == timeline.Message && e.Data["template"] == message.TemplateHoldAsked {
			sent++
		}
	}
	if err != nil || sent != 1 {
		t.Errorf("the timeline shows the question %d times, %v", sent, err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
}
