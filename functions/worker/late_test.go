package worker

import (
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/workflows"
)

// three is an outage of three weeks, in which every shop has some working days.
const three = 21 * 24 * time.Hour

// No worker runs for three weeks by the clock of tables and stream. The one that starts then gives the enquiry its time
// anew, and thanks the person once, for that time. The timeline shows it with its cause in both languages.
func TestNoWorkerRan(t *testing.T) {
	b := storetest.New(t)
	back := time.Now() // Temporal's clock is the machine's
	b.Clock.Set(back.Add(-three))
	c, inbox := startTemporal(t), make(arrivals, 100)
	l := enquire(t, b, seed.Shanghai, "wang@customer.example")
	hands := workflows.NewClient(c)
	hands.Now = b.Clock.Now
	handOver(t, b, hands)
	b.Clock.Set(back)
	work := crew(t, b, c, inbox)
	work.Lead.Now = func() time.Time { return time.Now().UTC() } // which goes on while Temporal's does
	serve(t, c, work)
	takes(t, inbox, 2) // who asked, and the owner
	waits(t, c, l.Progress().WorkflowID())
	late, err := b.Lead(t.Context(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, terms, err := b.Terms(t.Context(), seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	due, err := terms.Calendar.Add(late.RestartedAt, time.Duration(terms.Policy.Lead.FirstContact)*time.Second)
	if err != nil || late.State != lead.StateAssigned || late.RestartedAt.Before(back.Add(-time.Minute)) ||
		!late.Due.Equal(due) || !late.FirstContactDue.Equal(due) || late.Postponed != 0 || len(inbox) > 0 {
		t.Errorf("%s, anew from %s, due %s, promised %s, postponed %d, %d messages too many, %v", late.State,
			late.RestartedAt, late.Due, late.FirstContactDue, late.Postponed, len(inbox), err)
	}
	for lang, cause := range map[words.Lang]string{words.Zh: "系统中断", words.En: "An outage"} {
		if said := causesIn(t, b, l.Customer, lang); !slices.Equal(said, []string{"lead.restarted " + cause}) {
			t.Errorf("the timeline says %q", said)
		}
	}
}

// causesIn are the causes of restarts as a reader of the timeline sees them.
func causesIn(t *testing.T, b *storetest.Bench, customer string, lang words.Lang) (said []string) {
	t.Helper()
	lines, err := b.Timeline(t.Context(), customer, lang, table.Paging{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines.Items {
		if text, told := line.Words["cause"]; told {
			said = append(said, line.Kind+" "+text)
		}
	}
	return said
}

// Under the worker's role, each kind of record has its time anew in one transaction with its event. That happens once,
// however often the call is repeated.
func TestEveryKindBeginsAnewOnTheTables(t *testing.T) {
	b := storetest.New(t)
	began := b.Clock.Now()
	o := ladder.Outage{From: began.Add(time.Minute), To: began.Add(three)}
	c, inbox := startTemporal(t), make(arrivals, 100)
	work := crew(t, b, c, inbox)
	work.Lead.Channels = nil

	l := enquire(t, b, seed.Shanghai, "wang@customer.example")
	person, _ := b.Shop.Person(seed.StaffID(3))
	order(t, b, l, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(by, person, terms.Lead(), b.Clock.Now())
	})
	_, terms, err := b.Terms(t.Context(), seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	k, e, err := task.New(staff.Process("lead"), task.Draft{ID: b.NewTaskID(), Title: "寄纸样", Customer: l.Customer},
		person, terms.Task(), began)
	if err == nil {
		_, err = b.OpenTask(t.Context(), k, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	press, _ := b.Shop.Person(seed.StaffID(8))
	q, e, err := hold.Ask(hold.Question{Job: "J-1", Question: "继续吗？", Choices: []string{"继续", "换纸"}}, b.NewHoldID(),
		l.Customer, l.ContactID, person.ID, staff.ActorOf(press), terms.Hold(), began)
	if err == nil {
		_, err = b.OpenHold(t.Context(), q, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	filed := newComplaintBench(t, form.Enquiry{Email: "fang@customer.example", Lang: words.En}, began)

	type kind struct {
		bench *storetest.Bench
		stand func() (ladder.Progress, error)
		climb func(workflows.Climb) (workflows.Climbed, error)
		log   string
		want  event.Type
	}
	for name, k := range map[string]kind{
		"lead": {b, func() (ladder.Progress, error) { l, err := b.Lead(t.Context(), l.ID); return l.Progress(), err },
			func(c workflows.Climb) (workflows.Climbed, error) { return work.Lead.Climb(t.Context(), c) }, l.Customer,
			event.LeadRestarted},
		"task": {b, func() (ladder.Progress, error) { k, err := b.Task(t.Context(), k.ID); return k.Progress(), err },
			func(c workflows.Climb) (workflows.Climbed, error) { return work.Task.Climb(t.Context(), c) }, l.Customer,
			event.TaskRestarted},
		"hold": {b, func() (ladder.Progress, error) { h, err := b.Hold(t.Context(), q.ID); return h.Progress(), err },
			func(c workflows.Climb) (workflows.Climbed, error) { return work.Hold.Climb(t.Context(), c) }, l.Customer,
			event.HoldRestarted},
		"complaint": {filed.Bench, func() (ladder.Progress, error) { return filed.complaint().Progress(), nil },
			func(c workflows.Climb) (workflows.Climbed, error) { return filed.work.Climb(t.Context(), c) },
			filed.complaint().Customer, event.ComplaintRestarted},
	} {
		before, err := k.stand()
		if err != nil {
			t.Fatal(name, err)
		}
		k.bench.Clock.Set(o.To)
		rung, _ := before.Next(func(key string) bool { return key == "acknowledge" })
		for range 2 {
			if _, err := k.climb(workflows.Climb{ID: before.ID, Round: 1, Key: before.Key(rung), Rung: rung, Outage: o,
				More: true, Not: []string{"acknowledge"}}); err != nil {
				t.Fatal(name, err)
			}
		}
		after, err := k.stand()
		if err != nil || !after.Due.After(o.To) {
			t.Errorf("%s: due %s, %v", name, after.Due, err)
		}
		told := 0
		for _, e := range k.bench.Events(t, k.log) {
			if e.Type == k.want && e.Data["cause"] == event.Outage && e.Cause == "process:"+name && !e.Pending {
				told++
			}
		}
		if told != 1 {
			t.Errorf("%s: %d events tell of it", name, told)
		}
	}
}

// A promise that an outage broke is told in one letter, whatever happens to the call: the ledger knows it by the rung.
func TestAPromiseThatMovedIsToldOnce(t *testing.T) {
	b := storetest.New(t)
	began := b.Clock.Now()
	c, inbox := startTemporal(t), make(arrivals, 100)
	work := crew(t, b, c, inbox)
	l := enquire(t, b, seed.Shanghai, "wang@customer.example")
	thanks, _ := l.Progress().Next(func(string) bool { return false })
	if _, err := work.Lead.Climb(t.Context(), workflows.Climb{ID: l.ID, Round: 1, Key: thanks.Name, Rung: thanks,
		More: true}); err != nil {
		t.Fatal(err)
	}
	takes(t, inbox, 2) // who asked, and the owner
	owned, err := b.Lead(t.Context(), l.ID)
	if err != nil {
		t.Fatal(err)
	}
	p := owned.Progress()
	half := p.Rungs[slices.IndexFunc(p.Rungs, func(r ladder.Rung) bool { return r.Name == "half" })]
	b.Clock.Set(began.Add(three))
	for range 2 {
		if _, err := work.Lead.Climb(t.Context(), workflows.Climb{ID: l.ID, Round: 1, Key: p.Key(half), Rung: half,
			More: true, Not: []string{thanks.Name, p.Key(ladder.Rung{Name: "tell"})},
			Outage: ladder.Outage{From: began.Add(time.Minute), To: began.Add(three)}}); err != nil {
			t.Fatal(err)
		}
	}
	var letters []notify.Message
	for len(inbox) > 0 {
		letters = append(letters, inbox.next(t))
	}
	if len(letters) != 1 || letters[0].To.Email != "wang@customer.example" || letters[0].Marketing {
		t.Errorf("the letters are %+v", letters)
	}
}
