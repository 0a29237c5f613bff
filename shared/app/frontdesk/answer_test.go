package frontdesk_test

import (
	"strings"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/storetest"
)

// owed are the tasks to answer a customer.
func owed(t *testing.T, b *apptest.Bench, cust string) (out []task.Task) {
	t.Helper()
	for _, e := range b.Events(t, cust) {
		if e.Type != event.TaskOpened {
			continue
		}
		tsk, err := b.Store.Task(t.Context(), e.Record)
		if err != nil {
			t.Fatal(err)
		}
		if tsk.Answers() {
			out = append(out, tsk)
		}
	}
	return out
}

// loses closes a lead, so that its person has none.
func loses(t *testing.T, b *apptest.Bench, id string) {
	t.Helper()
	if _, err := b.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(b.Caller("manager").Actor, lead.Loss{Reason: "price"}, storetest.Terms(t, b.Bench, l.Branch).Lead(),
			b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
}

// A customer without an open lead answers what a colleague wrote to them. Somebody has to answer that in turn, and no
// lead comes of it. A letter that answers nothing of ours is an enquiry, and so is one to another customer's thread.
func TestAnAnswerWithoutALeadIsAnswered(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	led, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	loses(t, b, led.ID)
	to := func(cust string) []string { return []string{d.Replies.For(cust, "reply.shop.example")} }
	l := from(led.Person.Email, "周五可以送货")
	l.To = to(led.Customer)
	if err := d.TakeLetter(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	all := owed(t, b, led.Customer)
	if len(all) != 1 || len(leadsOf(t, b)) != 0 || len(kept(t, b, form.OutcomeQuarantined)) != 0 {
		t.Fatalf("%+v, %+v", all, leadsOf(t, b))
	}
	tsk := all[0]
	if tsk.Contact != led.ContactID || tsk.Asks[0].Kind != task.AskLetter ||
		!strings.HasPrefix(tsk.Asks[0].Said, "名片\n周五可以送货") || tsk.Owner != b.Caller("manager").ID {
		t.Errorf("%+v", tsk)
	}
	page, err := frontdesk.Desk{Office: b.Office}.Activities(t.Context(), b.Caller("manager"), at(led.Customer),
		frontdesk.ListActivities{Paging: app.Paging{Limit: 9}})
	if err != nil || len(page.Items) != 1 || page.Items[0].ID != tsk.Asks[0].ID ||
		lies(t, b, page.Items[0].Letter) != "done" {
		t.Errorf("%+v, %v", page, err)
	}
	again := from(led.Person.Email, "还有一件事")
	again.To = l.To
	if err := d.TakeLetter(t.Context(), again); err != nil || len(owed(t, b, led.Customer)) != 1 ||
		len(owed(t, b, led.Customer)[0].Asks) != 2 {
		t.Errorf("a second letter: %v, %+v", err, owed(t, b, led.Customer))
	}
	machine := from(led.Person.Email, "我在休假")
	machine.To, machine.Header = l.To, map[string]string{"auto-submitted": "auto-replied"}
	if err := d.TakeLetter(t.Context(), machine); err != nil || len(owed(t, b, led.Customer)[0].Asks) != 2 {
		t.Errorf("a machine's letter: %v", err)
	}

	manager := frontdesk.Desk{Office: b.Office}
	if _, err := manager.RecordActivity(t.Context(), b.Caller("manager"), at(led.Customer), frontdesk.RecordActivity{
		Channel: "call", Direction: customer.TouchOut, Outcome: customer.OutcomeInterested}); err != nil {
		t.Fatal(err)
	}
	if got := owed(t, b, led.Customer); len(got) != 1 || got[0].State != task.StateClosed ||
		got[0].ClosedBy != b.Caller("manager").ID {
		t.Errorf("called back: %+v", got)
	}

	other, err := storetest.Enquire(t, b.Bench, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	loses(t, b, other.ID)
	elsewhere := from(other.Person.Email, "另一位客户")
	elsewhere.To = to(led.Customer)
	if err := d.TakeLetter(t.Context(), elsewhere); err != nil || len(owed(t, b, led.Customer)) != 1 ||
		len(owed(t, b, other.Customer)) != 0 || len(leadsOf(t, b)) != 1 {
		t.Errorf("in another thread: %v, %+v", err, leadsOf(t, b))
	}
}

// A lead has a clock until its first contact. What its person writes afterwards has to be answered, by the owner of the
// lead.
func TestAfterTheFirstContactLettersAreAnswered(t *testing.T) {
	t.Parallel()
	b, d := postRoom(t)
	led, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	writes := func(text string) {
		t.Helper()
		if err := d.TakeLetter(t.Context(), from(led.Person.Email, text)); err != nil {
			t.Fatal(err)
		}
	}
	writes("请尽快联系我")
	if got := owed(t, b, led.Customer); len(got) != 0 {
		t.Fatalf("before the first contact: %+v", got)
	}
	desk, sales := frontdesk.Desk{Office: b.Office}, b.Caller("sales")
	speaks := func(outcome string) {
		t.Helper()
		if _, err := desk.ContactLead(t.Context(), b.Caller("manager"), at(led.ID),
			frontdesk.ContactLead{Channel: "call", Outcome: outcome}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := desk.AssignLead(t.Context(), b.Caller("manager"), at(led.ID),
		frontdesk.AssignLead{Owner: sales.ID}); err != nil {
		t.Fatal(err)
	}
	speaks(customer.OutcomeInterested)
	writes("纸张换成哑粉")
	got := owed(t, b, led.Customer)
	if len(got) != 1 || got[0].Owner != sales.ID || got[0].About != led.ID {
		t.Fatalf("%+v", got)
	}
	for _, r := range got[0].Rungs {
		if !r.At.After(b.Clock.Now()) {
			t.Errorf("the lead tells its owner already: %+v", r)
		}
	}
	speaks(customer.OutcomeUnreachable)
	if got = owed(t, b, led.Customer); got[0].Closed() {
		t.Error("a try is taken for an answer")
	}
	if _, err := desk.WriteLead(t.Context(), sales, at(led.ID),
		app.WriteMessage{Channel: "email", Subject: "纸张", Text: "已改为哑粉。"}); err != nil {
		t.Fatal(err)
	}
	if got = owed(t, b, led.Customer); len(got) != 1 || got[0].State != task.StateClosed ||
		!strings.HasPrefix(got[0].AnsweredBy, "tch_") {
		t.Errorf("%+v", got)
	}
}
