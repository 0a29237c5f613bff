package centre_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"
)

// TestAnAnswerIsOwedOnceAndGivenOnce lets many calls of one customer be noted at once, and many colleagues call back at
// once. There is one task on one desk. It is done once, and stands on no desk then. A write whose answer is lost counts
// once, and one that never lands counts not at all.
func TestAnAnswerIsOwedOnceAndGivenOnce(t *testing.T) {
	b := storetest.New(t)
	led, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	by, contact := staff.ActorOf(storetest.Person(t, b, 3)), table.FirstContact(led.Customer)
	record := func(direction, outcome string) error {
		now := b.Clock.Now()
		_, err := b.RecordTouch(t.Context(), led.Customer, customer.Touch{Channel: "call", Direction: direction, At: now,
			Contact: contact, Outcome: outcome, Summary: "交货期"},
			func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
				return c.Touched(by, t, b.Shop.Roster, now)
			})
		return err
	}
	crowd := func(n int, direction, outcome string) (kept int) {
		t.Helper()
		var all sync.WaitGroup
		var done atomic.Int64
		for range n {
			all.Go(func() {
				err := storetest.Patient(func() error { return record(direction, outcome) })
				if err == nil {
					done.Add(1)
				} else if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		all.Wait()
		return int(done.Load())
	}
	owed := func() (tasks []task.Task) {
		t.Helper()
		for _, e := range b.Events(t, led.Customer) {
			if e.Type == event.TaskOpened {
				tsk, err := b.Task(t.Context(), e.Record)
				if err != nil {
					t.Fatal(err)
				}
				tasks = append(tasks, tsk)
			}
		}
		return tasks
	}
	desk := func(owner string) (lines []work.DeskLine) {
		t.Helper()
		b.Settle(t)
		page, err := b.Desk(t.Context(), work.DeskQuery{Staff: owner, Paging: table.Paging{Limit: 10}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Items {
			if l.Card["asked"] != nil {
				lines = append(lines, l)
			}
		}
		return lines
	}

	b.Crowd(t)
	kept := crowd(6, customer.TouchIn, customer.OutcomeCallBack)
	open := owed()
	if kept == 0 || len(open) != 1 || len(open[0].Asks) != kept || open[0].Asks[0].Said != "交货期" {
		t.Fatalf("%d calls: %+v", kept, open)
	}
	tsk := open[0]
	terms := storetest.Terms(t, b, seed.Shanghai)
	if due, err := terms.Task().AnswerDue(tsk.CreatedAt); err != nil || !tsk.Due.Equal(due) || tsk.Contact != contact {
		t.Errorf("due %s, want %s: %+v", tsk.Due, due, tsk)
	}
	if on := desk(tsk.Owner); len(on) != 1 || on[0].ID != tsk.ID || on[0].Card["asked"] != task.AskCall {
		t.Errorf("on the desk of %s: %+v", tsk.Owner, on)
	}
	if crowd(4, customer.TouchOut, customer.OutcomeUnreachable); owed()[0].Closed() {
		t.Error("a try is taken for an answer")
	}
	if crowd(6, customer.TouchOut, customer.OutcomeInterested) == 0 {
		t.Fatal("nobody called back")
	}
	after, done := owed(), 0
	for _, e := range b.Events(t, led.Customer) {
		if e.Type == event.TaskDone {
			done++
		}
	}
	if len(after) != 1 || done != 1 || after[0].State != task.StateClosed || after[0].AnsweredBy == "" ||
		!after[0].InTime || len(desk(tsk.Owner)) != 0 {
		t.Errorf("done %d times: %+v", done, after)
	}
	b.Clock.Advance(time.Minute)

	var writes atomic.Int64
	b.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		if writes.Add(1) > 1 {
			return land()
		}
		if r, err := land(); err == nil {
			_ = r.Body.Close()
		}
		return nil, errors.New("the answer is lost")
	})
	err = record(customer.TouchIn, "")
	b.Cloud.Around(nil)
	if all := owed(); err != nil || len(all) != 2 || all[1].Closed() || len(all[1].Asks) != 1 {
		t.Errorf("a lost answer: %v, %+v", err, all)
	}
	state := fmt.Sprint(b.Items(t))
	b.Cloud.Around(func(func() (*http.Response, error)) (*http.Response, error) {
		return nil, errors.New("nothing lands")
	})
	err = record(customer.TouchOut, customer.OutcomeInterested)
	b.Cloud.Around(nil)
	if err == nil || fmt.Sprint(b.Items(t)) != state {
		t.Errorf("half of it was written: %v", err)
	}
}
