package worklist_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// failed is the error of a use case without what it returns beside it.
func failed[T any](_ T, err error) error { return err }

func titled(in worklist.OpenTask) worklist.OpenTask {
	in.Title = "寄纸样"
	return in
}

// A new task is its opener's own, at their only branch, and about the customer of the record that it belongs to.
func TestOpenTask(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, sales := worklist.Desk{Office: b.Office}, b.Caller("sales")
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	other, err := storetest.Enquire(t, b.Bench, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind fault.Kind
		who  string
		in   worklist.OpenTask
	}{
		{fault.Invalid, "integration", titled(worklist.OpenTask{})}, // a machine has no tasks of its own
		{fault.Invalid, "owner", titled(worklist.OpenTask{Branch: "nowhere"})},
		{fault.Invalid, "sales", titled(worklist.OpenTask{Branch: seed.Hangzhou})},
		{fault.Invalid, "sales", titled(worklist.OpenTask{Owner: seed.StaffID(12)})},
		{fault.Invalid, "sales", titled(worklist.OpenTask{Owner: seed.StaffID(99)})},
		{fault.Invalid, "sales", titled(worklist.OpenTask{About: "msg_1"})},
		{fault.Invalid, "sales", titled(worklist.OpenTask{About: l.ID, Customer: other.Customer})},
		{fault.Invalid, "sales-hangzhou", titled(worklist.OpenTask{About: l.ID})},
		{fault.Invalid, "sales-hangzhou", titled(worklist.OpenTask{Customer: l.Customer})},
	} {
		b.Refuses(c.kind, c.who+" opens a task", func() error {
			return failed(d.OpenTask(t.Context(), b.Caller(c.who), c.in))
		})
	}
	nobody := sales
	nobody.Roles = nil
	b.Refuses(fault.Forbidden, "a task by a person without a role", func() error {
		return failed(d.OpenTask(t.Context(), nobody, titled(worklist.OpenTask{})))
	})
	ctx, kept := apptest.Receipt(t)
	made, err := d.OpenTask(ctx, sales, titled(worklist.OpenTask{About: l.ID}))
	if err != nil || made.Owner != sales.ID || made.Branch != seed.Shanghai || made.Customer != l.Customer ||
		!made.ByPolicy || made.Priority != "normal" || len(made.Actions) == 0 {
		t.Fatalf("%+v, %v", made, err)
	}
	if !reflect.DeepEqual(kept(), any(made)) {
		t.Errorf("a repeat is told %+v", kept())
	}
	for _, in := range []worklist.OpenTask{{Customer: other.Customer}, {Customer: l.Customer, About: l.ID}} {
		if made, err := d.OpenTask(t.Context(), sales, titled(in)); err != nil || made.Customer != in.Customer {
			t.Errorf("%+v: %+v, %v", in, made, err)
		}
	}
}

// A reader is told in their language why they may not do what they may not.
func TestReadTask(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := worklist.Desk{Office: b.Office}
	at := app.At(storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID, "", 0)
	for who, refused := range map[string]int{"sales": 2, "manager": 1} { // reopen; and sales cancel nothing of others
		read, err := d.Task(t.Context(), b.Caller(who), at)
		n := 0
		for _, a := range read.Actions {
			if (a.Refusal == "") != a.Allowed {
				t.Errorf("%s: %+v", who, a)
			}
			if !a.Allowed {
				n++
			}
		}
		if err != nil || n != refused {
			t.Errorf("%s: %+v, %v", who, read.Actions, err)
		}
	}
	for who, kind := range map[string]fault.Kind{"manager-hangzhou": fault.NotFound, "integration": fault.Forbidden} {
		b.Refuses(kind, "a task read by "+who, func() error { return failed(d.Task(t.Context(), b.Caller(who), at)) })
		b.Refuses(kind, "notes read by "+who, func() error {
			return failed(d.TaskNotes(t.Context(), b.Caller(who), at, app.Paging{Limit: 5}))
		})
	}
}

// command gives one command to a task.
type command struct {
	name string
	give func(by app.Caller, at app.Record) (worklist.Task, error)
	want func(worklist.Task) bool
	note string // the kind of the note that it leaves; empty: none
}

func commands(t *testing.T, d worklist.Desk) []command {
	ctx, yes := t.Context(), true
	renamed := func(in worklist.TaskDefinition) (worklist.TaskDefinition, error) {
		in.Title, in.Priority, in.Checklist = "寄样书", "", []string{"选纸"}
		return in, nil
	}
	return []command{
		{"change", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.ChangeTask(ctx, by, at, renamed)
		}, func(t worklist.Task) bool { return t.Title == "寄样书" && t.Priority == "normal" && t.ByPolicy }, ""},
		{"comment", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.CommentTask(ctx, by, at,
				worklist.CommentTask{Text: "用哪种纸？", Mentions: []string{seed.StaffID(8)}})
		}, func(t worklist.Task) bool { return t.Comments == 1 && t.Watches(seed.StaffID(8)) }, task.NoteComment},
		{"check", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.CheckTask(ctx, by, at, worklist.CheckTask{Item: 1, Done: &yes})
		}, func(t worklist.Task) bool { return t.Checklist[0].Done }, ""},
		{"complete", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.CompleteTask(ctx, by, at, worklist.CompleteTask{})
		}, func(t worklist.Task) bool { return t.State == task.StateClosed }, ""},
		{"reopen", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.ReopenTask(ctx, by, at, worklist.ReopenTask{Reason: "没收到"})
		}, func(t worklist.Task) bool { return t.Round == 2 && t.Owner == seed.StaffID(3) }, task.NoteReopen},
		{"hand on", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.HandOnTask(ctx, by, at, worklist.HandOnTask{Owner: seed.StaffID(2), Reason: "出差"})
		}, func(t worklist.Task) bool { return t.Owner == seed.StaffID(2) && t.Watches(seed.StaffID(3)) }, task.NoteHandOn},
		{"cancel", func(by app.Caller, at app.Record) (worklist.Task, error) {
			return d.CancelTask(ctx, by, at, worklist.CancelTask{Reason: "客户取消"})
		}, func(t worklist.Task) bool { return t.State == task.StateDropped }, task.NoteCancel},
	}
}

// One task from hand to hand. Each command is first refused to those who may not, and for a version that is over.
func TestTaskCommands(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner := worklist.Desk{Office: b.Office}, b.Caller("owner")
	tsk := storetest.OpenTask(t, b.Bench, 3, task.Draft{})
	at := app.At(tsk.ID, "", tsk.Version)
	var notes []string
	for _, c := range commands(t, d) {
		for who, kind := range map[string]fault.Kind{"manager-hangzhou": fault.NotFound, "integration": fault.Forbidden} {
			b.Refuses(kind, c.name+" by "+who, func() error { return failed(c.give(b.Caller(who), at)) })
		}
		b.Refuses(fault.Stale, c.name+" of another version", func() error {
			return failed(c.give(owner, app.At(tsk.ID, "", at.Version+1)))
		})
		b.Refuses(fault.NotFound, c.name+" of no task", func() error {
			return failed(c.give(owner, app.At("tsk_1", "", at.Version)))
		})
		got, err := c.give(owner, at)
		if err != nil || !c.want(got) || got.Version != at.Version+1 || len(got.Actions) == 0 {
			t.Fatalf("%s: %+v, %v", c.name, got, err)
		}
		if at.Version = got.Version; c.note != "" {
			notes = slices.Insert(notes, 0, c.note)
		}
	}
	page, err := d.TaskNotes(t.Context(), b.Caller("sales"), at, app.Paging{Limit: 9})
	var kinds []string
	for _, n := range page.Items {
		if kinds = append(kinds, n.Kind); n.By != owner.ID || n.Text == "" {
			t.Errorf("%+v", n)
		}
	}
	if err != nil || !slices.Equal(kinds, notes) {
		t.Errorf("notes %v, %v, want %v", kinds, err, notes)
	}
}

// A change in place names the version that was read. No door has to see to it.
func TestATaskIsChangedInANamedVersion(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, at := worklist.Desk{Office: b.Office}, app.At(storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID, "", 0)
	b.Refuses(fault.Unversioned, "a change", func() error {
		return failed(d.ChangeTask(t.Context(), b.Caller("owner"), at,
			func(in worklist.TaskDefinition) (worklist.TaskDefinition, error) { return in, nil }))
	})
}

// Without a version a command is given to the task as it is. A repeat is told what the first request was told.
func TestACommandIsRepeated(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, sales := worklist.Desk{Office: b.Office}, b.Caller("sales")
	at := app.At(storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID, "", 0)
	ctx, kept := apptest.Receipt(t)
	done, err := d.CompleteTask(ctx, sales, at, worklist.CompleteTask{})
	if err != nil || !reflect.DeepEqual(kept(), any(done)) {
		t.Errorf("a repeat is told %+v, at first %+v, %v", kept(), done, err)
	}
}

// Whom an input names is looked for in the shop, and the rule refuses a person who is not there.
func TestTaskCommandsNamePeople(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager, ctx := worklist.Desk{Office: b.Office}, b.Caller("manager"), t.Context()
	at := app.At(storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID, "", 0)
	closed := app.At(storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID, "", 0)
	if _, err := d.CompleteTask(ctx, manager, closed, worklist.CompleteTask{}); err != nil {
		t.Fatal(err)
	}
	for who, id := range map[string]string{"of another branch": seed.StaffID(12), "who is not there": seed.StaffID(99)} {
		b.Refuses(fault.Invalid, "handed on to a person "+who, func() error {
			return failed(d.HandOnTask(ctx, manager, at, worklist.HandOnTask{Owner: id, Reason: "x"}))
		})
		b.Refuses(fault.Invalid, "a mention of a person "+who, func() error {
			return failed(d.CommentTask(ctx, manager, at, worklist.CommentTask{Text: "x", Mentions: []string{id}}))
		})
		b.Refuses(fault.Invalid, "reopened for a person "+who, func() error {
			return failed(d.ReopenTask(ctx, manager, closed, worklist.ReopenTask{Reason: "x", Owner: id}))
		})
	}
	got, err := d.ReopenTask(ctx, manager, closed, worklist.ReopenTask{Reason: "x", Owner: seed.StaffID(4)})
	if err != nil || got.Owner != seed.StaffID(4) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTaskLists(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, ctx := worklist.Desk{Office: b.Office}, t.Context()
	mine := storetest.OpenTask(t, b.Bench, 3, task.Draft{}).ID
	theirs := storetest.OpenTask(t, b.Bench, 4, task.Draft{}).ID
	if _, err := d.CompleteTask(ctx, b.Caller("sales-2"), app.At(theirs, "", 0), worklist.CompleteTask{}); err != nil {
		t.Fatal(err)
	}
	page := app.Paging{Limit: 5}
	for _, c := range []struct {
		who  string
		q    worklist.ListTasks
		want []string
	}{
		{"sales-2", worklist.ListTasks{}, []string{mine}},
		{"sales", worklist.ListTasks{Owner: "me"}, []string{mine}},
		{"sales-2", worklist.ListTasks{Owner: "me"}, nil},
		{"sales", worklist.ListTasks{State: task.StateClosed}, []string{theirs}}, // of this month
		{"sales", worklist.ListTasks{State: task.StateClosed, Month: "2026-10"}, nil},
		{"manager", worklist.ListTasks{Watching: true}, []string{mine}}, // who opened it
		{"manager-hangzhou", worklist.ListTasks{}, nil},
		{"owner", worklist.ListTasks{Branch: seed.Hangzhou}, nil},
	} {
		c.q.Paging = page
		got, err := d.Tasks(ctx, b.Caller(c.who), c.q)
		var ids []string
		for _, card := range got.Items {
			ids = append(ids, card.ID)
		}
		if err != nil || !slices.Equal(ids, c.want) {
			t.Errorf("%s %+v: %v, %v, want %v", c.who, c.q, ids, err, c.want)
		}
	}
	for _, c := range []struct {
		kind fault.Kind
		who  string
		q    worklist.ListTasks
	}{
		{fault.Forbidden, "integration", worklist.ListTasks{}},
		{fault.NotFound, "sales", worklist.ListTasks{Branch: seed.Hangzhou}},
		{fault.Invalid, "sales", worklist.ListTasks{Owner: "nobody"}},
		{fault.Invalid, "sales", worklist.ListTasks{Month: "2026-11"}},
		{fault.Invalid, "sales", worklist.ListTasks{Watching: true, Owner: "me"}},
	} {
		c.q.Paging = page
		b.Refuses(c.kind, c.who+" lists tasks", func() error { return failed(d.Tasks(ctx, b.Caller(c.who), c.q)) })
	}
}

// The end of doubtful letters begins when the task under which they wait is closed, and not before.
func TestAClosedTaskEndsItsLetters(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.NewWithFiles)
	office := b.Office
	office.Store = b.OpenAs(t, "api")
	d, manager := worklist.Desk{Office: office}, b.Caller("manager")
	held := func(id string) bool {
		t.Helper()
		link, err := b.Office.Letter(t.Context(), manager, app.At(id, "", 0))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(link.URL, "/letters/held/")
	}
	for i, closes := range []func(app.Record) error{
		func(at app.Record) error {
			return failed(d.CompleteTask(t.Context(), manager, at, worklist.CompleteTask{}))
		},
		func(at app.Record) error {
			return failed(d.CancelTask(t.Context(), manager, at, worklist.CancelTask{Reason: "spam"}))
		},
	} {
		id, err := b.KeepLetter(t.Context(), seed.Shanghai, fmt.Sprint("mail/", i), "From: a@b\r\n\r\nHello", true)
		if err != nil {
			t.Fatal(err)
		}
		tsk, e, err := task.New(staff.Process("touch"), task.Draft{ID: storetest.NewID("tsk"), Title: "谁写的？",
			Letters: []string{id}}, storetest.Person(t, b.Bench, 2), storetest.Terms(t, b.Bench, seed.Shanghai).Task(),
			b.Clock.Now())
		if err == nil {
			_, err = b.OpenTask(t.Context(), tsk, e)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := closes(app.At(tsk.ID, "", 99)); err == nil || !held(id) {
			t.Errorf("a version that is over: %v, held: %v", err, held(id))
		}
		if err := closes(app.At(tsk.ID, "", 1)); err != nil || held(id) {
			t.Errorf("closed: %v, held: %v", err, held(id))
		}
	}
}
