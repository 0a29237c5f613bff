package frontdesk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/work"
)

// Two messages that came back on two days of the branch close the channel. A colleague opens it with a reason, which
// the customer's history shows.
func TestOpenChannel(t *testing.T) {
	t.Parallel()
	b, d, _, first := mailroom(t)
	second := sent(t, b, message.Message{Person: first.Person, Customer: first.Customer, About: first.About + "/2"})
	third := sent(t, b, message.Message{Person: first.Person, Customer: first.Customer, About: first.About + "/3"})
	service := func() bool {
		t.Helper()
		g, err := b.ReadGate(t.Context(), first.Customer, first.Person)
		if err != nil {
			t.Fatal(err)
		}
		_, ok := g.Permits(message.PurposeService, message.ChannelEmail)
		return ok
	}
	returned := func(m message.Message) {
		t.Helper()
		l := letter("Nobody here.")
		l.Report, l.Action, l.Status, l.Tags = "delivery-status", "failed", "5.1.1", []string{m.Tag()}
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	evening := time.Date(2026, 11, 24, 15, 59, 0, 0, time.UTC) // 23:59 in Shanghai
	b.Clock.Set(evening)
	returned(first)
	returned(second)
	if !service() {
		t.Error("one day closed the channel")
	}
	b.Clock.Set(evening.Add(time.Minute))
	returned(third)
	if service() {
		t.Error("two days of the branch left it open")
	}
	closed := func() []frontdesk.ClosedChannel {
		t.Helper()
		c, err := d.Contact(t.Context(), b.Caller("sales"), at(first.Person))
		if err != nil || c.ID != first.Person {
			t.Fatalf("%+v, %v", c, err)
		}
		return c.Closed
	}
	if got := closed(); len(got) != 1 || got[0].Channel != message.ChannelEmail || got[0].Reason != message.FateBounced ||
		got[0].Service || got[0].Since == nil || got[0].Since.Sub(evening).Abs() > 2*time.Minute ||
		!strings.Contains(got[0].Text, "Messages came back") {
		t.Errorf("the contact shows %+v", got)
	}
	in := frontdesk.OpenChannel{Channel: message.ChannelEmail, Reason: gate.OpenSpoken}
	refuse(t, b, at(first.Person),
		trial{"a channel is opened", does(d.OpenChannel, in), "marketing", "sales-hangzhou", ""})
	got := done[frontdesk.OpenedChannel](t, does(d.OpenChannel, in), b.Caller("manager"), at(first.Person))
	if !got.Open || got.Contact != first.Person || got.Channel != message.ChannelEmail || !service() ||
		len(closed()) > 0 {
		t.Errorf("%+v, service %t", got, service())
	}
	b.Refuses(fault.Refused, "a channel that is open", func() error {
		_, err := d.OpenChannel(t.Context(), b.Caller("manager"), at(first.Person), in)
		return err
	})
	told := map[event.Type]int{}
	for _, e := range b.Events(t, first.Customer) {
		told[e.Type]++
	}
	if told[event.MessageBounced] != 3 || told[event.ChannelClosed] != 1 || told[event.ChannelOpened] != 1 {
		t.Errorf("the history has %v", told)
	}
}

// What others think of us is for those who run the shop, in the other server's words. It says nothing of the customer.
func TestOurOwnFaultGoesToOperations(t *testing.T) {
	t.Parallel()
	b, d, _, m := mailroom(t)
	events := len(b.Events(t, m.Customer))
	l := letter("It came back.")
	l.Report, l.Action, l.Status, l.Tags = "delivery-status", "failed", "5.7.26", []string{m.Tag()}
	l.Diagnostic = "smtp; 550 5.7.26 mail to <lina@example.com> from shop.example is not signed"
	for range 2 {
		if err := d.TakeLetter(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	row, err := b.Tagged(t.Context(), m.Tag())
	if err != nil || row.Fate != message.FateReturned || row.Reached() || len(b.Events(t, m.Customer)) != events {
		t.Errorf("%+v, %v, %d events", row, err, len(b.Events(t, m.Customer)))
	}
	g, err := b.ReadGate(t.Context(), m.Customer, m.Person)
	if err != nil || len(g.Failed)+len(g.Suppressed) > 0 {
		t.Errorf("%+v, %v", g, err)
	}
	waiting := work.StuckQuery{Branches: []string{seed.Shanghai}, What: stuck.KindDelivery,
		Paging: page.For(b.Caller("owner"))}
	list, err := b.StuckNow(t.Context(), waiting)
	if err != nil || len(list.Items) != 1 || list.Items[0].Branch != seed.Shanghai ||
		!strings.Contains(list.Items[0].Cause, "is not signed") || strings.Contains(list.Items[0].Cause, "lina@") ||
		!strings.Contains(list.Items[0].Title().En, "5.7.26") {
		t.Fatalf("%+v, %v", list.Items, err)
	}
	full := l
	full.Status, full.Diagnostic, full.Text = "5.2.2", "", "full"
	other := sent(t, b, message.Message{Person: m.Person, Customer: m.Customer, About: m.About + "/2"})
	full.Tags = []string{other.Tag()}
	if err := d.TakeLetter(t.Context(), full); err != nil {
		t.Fatal(err)
	}
	skipped, err := b.ChangeStuck(t.Context(), list.Items[0].ID, func(s stuck.Stuck) (stuck.Stuck, event.Event, error) {
		return s.LeaveOut(b.Caller("manager").Actor, "the record is there now", b.Clock.Now())
	})
	if err != nil || skipped.State != stuck.StateSkipped {
		t.Errorf("%+v, %v", skipped, err)
	}
	list, err = b.StuckNow(t.Context(), waiting)
	if err != nil || len(list.Items) != 0 {
		t.Errorf("a full mailbox is for operations: %+v, %v", list.Items, err)
	}
	large := l
	large.Status, large.Diagnostic = "5.3.4", "smtp; 552 5.3.4 message size exceeds fixed limit"
	for n := range 2 {
		m := sent(t, b, message.Message{Person: m.Person, Customer: m.Customer, About: fmt.Sprint(m.About, "/", 3+n)})
		large.Tags = []string{m.Tag()}
		if err := d.TakeLetter(t.Context(), large); err != nil {
			t.Fatal(err)
		}
	}
	list, err = b.StuckNow(t.Context(), waiting)
	if err != nil || len(list.Items) != 1 || !strings.Contains(list.Items[0].Cause, "message size exceeds") {
		t.Errorf("of letters that are too large: %+v, %v", list.Items, err)
	}
}
