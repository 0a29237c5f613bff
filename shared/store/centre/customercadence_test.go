package centre_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// keyAccount is a key account of a sales person of Shanghai.
func keyAccount(t testing.TB, b *storetest.Bench) customer.Customer {
	t.Helper()
	c, err := b.OpenCustomer(t.Context(),
		customer.Customer{Kind: customer.Company, Name: "海河出版社", Lang: words.Zh, Branch: seed.Shanghai,
			Owner:  storetest.Person(t, b, 3).ID,
			Source: "walk-in", Relationship: "key-account"}, nil, staff.ActorOf(storetest.Person(t, b, 3)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func tend(t testing.TB, b *storetest.Bench, id string) (customer.Customer, error) {
	t.Helper()
	by := staff.Process("age")
	return b.TendCustomer(t.Context(), id, by, func(c customer.Customer, has customer.Dealings) (customer.Tended, error) {
		return tended(t, b.Shop, c, by, has, b.Clock.Now())
	})
}

// openTasks lists the open tasks of a customer as the overview has them.
func openTasks(t testing.TB, b *storetest.Bench, c string) []string {
	t.Helper()
	file, err := b.WholeFile(t.Context(), c, func(customer.Customer) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, item := range file.Open {
		if item.Kind == "task" {
			out = append(out, item.ID)
		}
	}
	return out
}

// dueOn lists whom the daily step meets at a time.
func dueOn(t testing.TB, b *storetest.Bench, until time.Time) []string {
	t.Helper()
	ids, next, err := b.OnBoard(t.Context(), "customer", seed.Shanghai, "", until, 10)
	if err != nil || next != "" {
		t.Fatal(ids, next, err)
	}
	return ids
}

// meets is a touch that a colleague writes down.
func meets(t testing.TB, b *storetest.Bench, cust string) {
	t.Helper()
	by := staff.ActorOf(storetest.Person(t, b, 3))
	if _, err := b.RecordTouch(t.Context(), cust,
		customer.Touch{Channel: "call", Direction: customer.TouchOut, At: b.Clock.Now()},
		func(c customer.Customer, k customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
			return c.Touched(by, k, b.Shop.Roster, b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
}

// The day on which a key account's silence opens a task is the day on which the board has it; the class and a touch
// move it.
func TestACadenceMovesTheDayOnTheBoard(t *testing.T) {
	b := storetest.New(t)
	c := keyAccount(t, b)
	met := func(days int) bool { return slices.Equal(dueOn(t, b, c.CreatedAt.AddDate(0, 0, days)), []string{c.ID}) }
	edit := func(relationship string) {
		t.Helper()
		by := staff.ActorOf(storetest.Person(t, b, 2))
		if _, err := b.ChangeCustomer(t.Context(), c.ID, by,
			func(was customer.Customer) (customer.Customer, []event.Event, error) {
				next := was
				next.Relationship = relationship
				return was.Edit(next, by, b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
	if met(34) || !met(35) {
		t.Errorf("a key account is met after 34 days %v, after 35 %v", met(34), met(35))
	}
	edit("repeat")
	if met(179) || !met(180) {
		t.Errorf("another customer is met after 179 days %v, after 180 %v", met(179), met(180))
	}
	edit("partner")
	b.Clock.Advance(10 * 24 * time.Hour)
	meets(t, b, c.ID)
	if met(44) || !met(45) {
		t.Errorf("one who was met after 10 days is met after 44 days %v, after 45 %v", met(44), met(45))
	}
}

// Two daily steps beside each other, and any number of them after: one task, in one transaction with the customer,
// which the overview shows and whose process is to hear of it.
func TestTheSameSilenceOpensOneTask(t *testing.T) {
	b := storetest.New(t)
	c := keyAccount(t, b)
	b.Clock.Advance(35 * 24 * time.Hour)
	b.Crowd(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := tend(t, b, c.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.Settle(t)
	after, err := b.Customer(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if n := b.CountRecords(t, "TASK"); n != 1 || after.Seq != c.Seq+1 ||
		!slices.Equal(openTasks(t, b, c.ID), []string{after.Cadence.TouchTask}) {
		t.Fatalf("%d tasks; %+v", n, after)
	}
	tsk, err := b.Task(t.Context(), after.Cadence.TouchTask)
	if err != nil || tsk.Owner != c.Owner || tsk.Creator != "process:age" {
		t.Errorf("%+v %v", tsk, err)
	}
	events := slices.DeleteFunc(b.Events(t, c.ID), func(e event.Event) bool { return e.Type != event.TaskOpened })
	if len(events) != 1 || events[0].Record != tsk.ID || !events[0].Pending {
		t.Errorf("%+v", events)
	}
	if again := dueOn(t, b, b.Clock.Now().AddDate(0, 0, 1)); len(again) != 0 {
		t.Errorf("still on the board: %v", again)
	}
	before := b.State()
	if _, err := tend(t, b, c.ID); err != nil || b.State() != before {
		t.Errorf("the same silence again: %v", err)
	}
	meets(t, b, c.ID)
	b.Clock.Advance(35 * 24 * time.Hour)
	if _, err := tend(t, b, c.ID); err != nil || len(openTasks(t, b, c.ID)) != 1 { // the first task is open still
		t.Errorf("%v %v", openTasks(t, b, c.ID), err)
	}
	if _, err := b.ChangeTask(t.Context(), tsk.ID, func(k task.Task) (task.Task, event.Event, error) {
		return k.Complete(staff.ActorOf(storetest.Person(t, b, 3)), false, b.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
	b.Settle(t)
	if _, err := tend(t, b, c.ID); err != nil || b.CountRecords(t, "TASK") != 2 {
		t.Errorf("%d tasks after two silences: %v", b.CountRecords(t, "TASK"), err)
	}
}

// Who spoke with the shop about a complaint was not silent, though the complaint was over before the daily step
// came by: the day of the task moves, and what the step writes it writes once.
func TestAWordAboutAComplaintEndsASilence(t *testing.T) {
	b := storetest.New(t)
	c := keyAccount(t, b)
	b.Clock.Advance(30 * 24 * time.Hour)
	cmp := storetest.OpenComplaint(t, b, c.ID)
	b.Clock.Advance(time.Hour)
	cmp, err := b.ChangeComplaint(t.Context(), cmp.ID,
		func(x complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return x.Withdraw(staff.Visitor, "", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	over := cmp.ClosedAt
	b.Clock.Advance(5 * 24 * time.Hour)
	for range 2 {
		next, err := tend(t, b, c.ID)
		if err != nil || len(openTasks(t, b, c.ID)) > 0 || next.Seq != c.Seq+1 || next.Cadence.TouchDue == nil ||
			!next.Cadence.TouchDue.Equal(over.AddDate(0, 0, 35)) {
			t.Fatalf("they spoke at %s: %+v, seq %d, %v", over, next.Cadence, next.Seq, err)
		}
	}
	b.Clock.Advance(30 * 24 * time.Hour)
	if next, err := tend(t, b, c.ID); err != nil || len(openTasks(t, b, c.ID)) != 1 ||
		!next.Cadence.SilentFrom.Equal(over) {
		t.Errorf("35 days after it: %+v, %v", next.Cadence, err)
	}
}

// A step that ends while it writes leaves nothing behind, and one that finds its task opened opens none.
func TestADailyStepThatCrashes(t *testing.T) {
	b := storetest.New(t)
	c := keyAccount(t, b)
	b.Clock.Advance(35 * 24 * time.Hour)
	by := staff.Process("age")
	rule := func(c customer.Customer, has customer.Dealings) (customer.Tended, error) {
		return tended(t, b.Shop, c, by, has, b.Clock.Now())
	}
	before := b.State()
	if _, err := b.OpenBreaking(t, 0).TendCustomer(t.Context(), c.ID, by, rule); err == nil || b.State() != before {
		t.Fatalf("half of it was written: %v", err)
	}
	done, err := tended(t, b.Shop, c, by, customer.Dealings{}, b.Clock.Now())
	if err == nil {
		_, err = b.OpenTask(t.Context(), done.Opened[0].Task, done.Opened[0].Event)
	}
	if err != nil {
		t.Fatal(err)
	}
	next, err := tend(t, b, c.ID)
	if err != nil || next.Cadence.TouchTask != done.Opened[0].Task.ID || b.CountRecords(t, "TASK") != 1 {
		t.Errorf("%+v, %d tasks, %v", next.Cadence, b.CountRecords(t, "TASK"), err)
	}
	if _, err := b.TendCustomer(t.Context(), c.ID, by,
		func(c customer.Customer, _ customer.Dealings) (customer.Tended, error) {
			return customer.Tended{Customer: c}, errors.New("no calendar")
		}); err == nil {
		t.Error("a rule that cannot say is not heard")
	}
	if _, err := tend(t, b, "cus_gone"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody: %v", err)
	}
}

// tended is the daily step on the terms of the customer's branch.
func tended(t testing.TB, shop setup.Shop, c customer.Customer, by staff.Actor, has customer.Dealings,
	now time.Time) (customer.Tended, error) {
	t.Helper()
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		t.Fatal(err)
	}
	return c.Tend(by, shop.Roster, terms.Customer(), terms.Task(), has, now)
}
