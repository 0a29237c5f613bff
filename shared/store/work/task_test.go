package work_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

func cardIDs(t testing.TB, page table.Page[task.Card], err error) []string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, c := range page.Items {
		out = append(out, c.ID)
	}
	return out
}

func TestATaskStandsInItsLists(t *testing.T) {
	b := storetest.New(t)
	ctx, first := t.Context(), table.Paging{Limit: 10, Caller: "x"}
	tsk := storetest.OpenTask(t, b, 3, task.Draft{Customer: "cus_1", About: "lead_1", Checklist: []string{"选纸"}})
	other := storetest.OpenTask(t, b, 4, task.Draft{})
	stored, err := b.Task(ctx, tsk.ID)
	if err != nil || fmt.Sprintf("%+v", stored) != fmt.Sprintf("%+v", tsk) {
		t.Fatalf("%+v\n%+v %v", stored, tsk, err)
	}
	at := func(want ...string) {
		t.Helper()
		here := []string{seed.Shanghai}
		for name, q := range map[string]work.TaskQuery{
			"owner": {Owner: seed.StaffID(3), Branches: here}, "own": {Owner: seed.StaffID(3), Own: true},
			"customer": {Customer: "cus_1", Branches: here},
			"about":    {About: "lead_1", Branches: here}, "board": {Owner: seed.StaffID(3), Customer: "cus_1", Branches: here},
		} {
			q.Paging = first
			page, err := b.Tasks(ctx, q)
			if got := cardIDs(t, page, err); !slices.Equal(got, want) {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
		page, err := b.WatchedTasks(ctx, seed.StaffID(2), first)
		if got := cardIDs(t, page, err); len(got) != len(want)+1 {
			t.Errorf("watched: %v", got)
		}
	}
	at(tsk.ID)
	if page, err := b.Tasks(ctx,
		work.TaskQuery{Branches: []string{seed.Hangzhou}, Customer: "cus_1", Paging: first}); err != nil ||
		len(page.Items) != 0 {
		t.Errorf("another branch sees %+v %v", page.Items, err)
	}
	by := staff.ActorOf(storetest.Person(t, b, 3))
	done, err := b.ChangeTask(ctx, tsk.ID,
		func(k task.Task) (task.Task, event.Event, error) { return k.Complete(by, true, b.Clock.Now()) })
	if err != nil || done.State != task.StateClosed {
		t.Fatal(err)
	}
	at()
	closed, err := b.Tasks(ctx,
		work.TaskQuery{Branches: []string{seed.Shanghai}, State: task.StateClosed, Month: "2026-11", Paging: first})
	if got := cardIDs(t, closed, err); !slices.Equal(got, []string{tsk.ID}) {
		t.Errorf("closed: %v", got)
	}
	if _, err := b.NoteTask(ctx, tsk.ID, task.Note{Kind: task.NoteReopen, By: by.ID, Text: "客户没收到"},
		func(k task.Task) (task.Task, event.Event, error) {
			return k.Reopen(by, storetest.Person(t, b, 3), nil, storetest.Terms(t, b, seed.Shanghai).Task(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	at(tsk.ID)
	notes, err := b.TaskNotes(ctx, tsk.ID, first)
	if err != nil || len(notes.Items) != 1 || notes.Items[0].Text != "客户没收到" || notes.Items[0].Task != tsk.ID {
		t.Errorf("%+v %v", notes, err)
	}
	events, err := b.Pending(ctx, b.Clock.Now(), 10)
	if err != nil || len(events) != 4 {
		t.Errorf("%d events: %+v %v", len(events), events, err)
	}
	for _, e := range events {
		if e.Record == other.ID && e.Customer != other.ID || e.Record == tsk.ID && e.Customer != "cus_1" {
			t.Errorf("%s stands in the log of %s", e.Type, e.Customer)
		}
	}
}

// A process that is run again opens the task of the same fact once.
func TestTheSameFactOpensOneTask(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	id := task.ID(storetest.Began, "lead_1/1/call-again")
	opened := func() (task.Task, error) {
		tsk, e, err := task.New(staff.Process("lead"), task.Draft{ID: id, Title: "回电"}, storetest.Person(t, b, 3),
			storetest.Terms(t, b, seed.Shanghai).Task(), b.Clock.Now())
		if err != nil {
			return tsk, err
		}
		return b.OpenTask(t.Context(), tsk, e)
	}
	first, err := opened()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			again, err := opened()
			if err != nil || !again.CreatedAt.Equal(first.CreatedAt) || again.Version != 1 {
				t.Errorf("%+v %v", again, err)
			}
		})
	}
	all.Wait()
	if n, m := b.CountRecords(t, "TASK"), b.Count(t, b.Tables.Events, "CUSTOMER#"+id); n != 1 || m != 1 {
		t.Errorf("%d tasks, %d events", n, m)
	}
}

// Comments of many at once are all kept and all counted.
func TestManyCommentsAtOnce(t *testing.T) {
	b := storetest.New(t)
	tsk := storetest.OpenTask(t, b, 3, task.Draft{})
	b.Crowd(t)
	const people = 4
	var all sync.WaitGroup
	for n := range people {
		all.Go(func() {
			by := storetest.Person(t, b, 3+n)
			if _, err := b.NoteTask(t.Context(), tsk.ID, task.Note{Kind: task.NoteComment, By: by.ID, Text: "好"},
				func(k task.Task) (task.Task, event.Event, error) {
					return k.Comment(staff.ActorOf(by), []staff.Staff{storetest.Person(t, b, 9)}, b.Clock.Now())
				}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	stored, err := b.Task(t.Context(), tsk.ID)
	notes, errNotes := b.TaskNotes(t.Context(), tsk.ID, table.Paging{Limit: 10})
	if err != nil || errNotes != nil || stored.Comments != people || len(notes.Items) != people ||
		stored.Version != people+1 || !stored.Watches(seed.StaffID(9)) {
		t.Errorf("%+v, %d notes, %v %v", stored, len(notes.Items), err, errNotes)
	}
}

// What is done is counted for its owner on its day, taken back when it is reopened, and looked at for thirty days.
func TestLoads(t *testing.T) {
	b := storetest.New(t)
	ctx, owner := t.Context(), staff.ActorOf(storetest.Person(t, b, 3))
	complete := func(tsk task.Task) {
		t.Helper()
		if _, err := b.ChangeTask(ctx, tsk.ID,
			func(k task.Task) (task.Task, event.Event, error) { return k.Complete(owner, true, b.Clock.Now()) }); err != nil {
			t.Fatal(err)
		}
	}
	load := func(ends time.Time) work.StaffLoad {
		t.Helper()
		loads, err := b.Loads(ctx,
			[]work.LoadOf{{Staff: seed.StaffID(3), DayEnds: ends}, {Staff: seed.StaffID(4), DayEnds: ends}})
		if err != nil || len(loads) != 2 || len(loads[1].Open) != 0 || loads[1].OnTime != nil {
			t.Fatalf("%+v %v", loads, err)
		}
		return loads[0]
	}
	soon := storetest.Began.Add(time.Hour)
	early, late, again := storetest.OpenTask(t, b, 3, task.Draft{}), storetest.OpenTask(t, b, 3, task.Draft{Due: &soon}),
		storetest.OpenTask(t, b, 3, task.Draft{})
	storetest.OpenTask(t, b, 3, task.Draft{Due: &soon})
	storetest.OpenTask(t, b, 3, task.Draft{})
	complete(early)
	complete(again)
	if got := load(storetest.Began.Add(14 * time.Hour)); got.Open["task"] != 3 || got.Overdue != 0 ||
		got.DueToday != 2 || got.Done["task"] != 2 || *got.OnTime != 1 {
		t.Errorf("in the morning: %+v", got)
	}
	b.Clock.Advance(2 * time.Hour)
	complete(late)
	if _, err := b.ChangeTask(ctx, again.ID, func(k task.Task) (task.Task, event.Event, error) {
		return k.Reopen(owner, storetest.Person(t, b, 3), nil, storetest.Terms(t, b, seed.Shanghai).Task(), b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range []enquiries.LeadRule{
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Assign(staff.Process("lead"), storetest.Person(t, b, 3), storetest.Terms(t, b, seed.Shanghai).Lead(),
				b.Clock.Now())
		},
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Speak(owner, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, time.Time{},
				storetest.Terms(t, b, seed.Shanghai).Lead(), b.Clock.Now())
		},
		func(l lead.Lead) (lead.Lead, event.Event, error) { // the second time is no first contact
			return l.Speak(owner, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, time.Time{},
				storetest.Terms(t, b, seed.Shanghai).Lead(), b.Clock.Now())
		},
	} {
		if _, err := b.ChangeLead(ctx, led.ID, rule); err != nil {
			t.Fatal(err)
		}
	}
	got := load(storetest.Began.Add(14 * time.Hour))
	if got.Open["task"] != 3 || got.Open["lead"] != 1 || got.Overdue != 1 || got.DueToday != 0 ||
		got.Done["task"] != 2 || got.InTime["task"] != 1 || got.Done["lead"] != 1 ||
		got.InTime["lead"] != 1 || *got.OnTime < 0.66 || *got.OnTime > 0.67 {
		t.Errorf("at noon: %+v", got)
	}
	b.Clock.Advance(29 * 24 * time.Hour) // into the next month
	if got := load(b.Clock.Now()); got.Done["task"] != 2 {
		t.Errorf("after 29 days: %+v", got)
	}
	b.Clock.Advance(24 * time.Hour)
	if got := load(b.Clock.Now()); got.Done["task"] != 0 || got.OnTime != nil {
		t.Errorf("after 30 days: %+v", got)
	}
}

// TestATaskWithManyFormerOwnersIsClosed hands a task on until no more who had it watch it: what closes and reopens
// it fits one transaction.
func TestATaskWithManyFormerOwnersIsClosed(t *testing.T) {
	b := storetest.New(t)
	watched := storetest.OpenTask(t, b, 3, task.Draft{})
	by, terms := staff.ActorOf(storetest.Person(t, b, 2)), storetest.Terms(t, b, seed.Shanghai)
	change := func(rule work.TaskRule) {
		t.Helper()
		next, err := b.ChangeTask(t.Context(), watched.ID, rule)
		if err != nil {
			t.Fatal(err)
		}
		watched = next
	}
	for i := range 90 {
		to := storetest.Person(t, b, 4)
		to.ID = seed.StaffID(100 + i)
		change(func(tsk task.Task) (task.Task, event.Event, error) {
			return tsk.HandOn(by, to, terms.Task(), b.Clock.Now())
		})
	}
	if len(watched.Watchers) < task.MaxWatchers {
		t.Fatalf("%d watchers", len(watched.Watchers))
	}
	change(func(tsk task.Task) (task.Task, event.Event, error) { return tsk.Complete(by, true, b.Clock.Now()) })
	change(func(tsk task.Task) (task.Task, event.Event, error) {
		return tsk.Reopen(by, storetest.Person(t, b, 4), nil, terms.Task(), b.Clock.Now())
	})
	if watched.State != task.StateOpen || watched.Owner != seed.StaffID(4) {
		t.Errorf("%+v", watched)
	}
}
