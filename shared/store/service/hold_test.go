package service_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"pgregory.net/rapid"
)

// ask asks a question about a job, by production, for a sales person.
func ask(t testing.TB, b *storetest.Bench, owner int, job string) hold.Hold {
	t.Helper()
	in := hold.Question{Job: job, Question: "纸张偏黄，继续吗？", Choices: []string{"继续", "换纸"}}
	h, e, err := hold.Ask(in, b.NewHoldID(), "cus_1", "con_1", seed.StaffID(owner),
		staff.ActorOf(storetest.Person(t, b, 8)), storetest.Terms(t, b, seed.Shanghai).Hold(), b.Clock.Now())
	if err == nil {
		h, err = b.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func answers(b *storetest.Bench, by staff.Actor, a hold.Answer, terms setup.Terms) service.HoldRule {
	return func(h hold.Hold) (hold.Hold, event.Event, error) { return h.Reply(by, a, terms.Hold(), b.Clock.Now()) }
}

func TestAQuestionStandsInItsLists(t *testing.T) {
	b := storetest.New(t)
	ctx, first, here := t.Context(), table.Paging{Limit: 10, Caller: "x"}, []string{seed.Shanghai}
	h, other := ask(t, b, 3, "J-1"), ask(t, b, 4, "J-2")
	stored, err := b.Hold(ctx, h.ID)
	if err != nil || fmt.Sprintf("%+v", stored) != fmt.Sprintf("%+v", h) {
		t.Fatalf("%+v\n%+v %v", stored, h, err)
	}
	list := func(q service.HoldQuery) []hold.Card {
		t.Helper()
		q.Paging = first
		page, err := b.Holds(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		return page.Items
	}
	at := func(name string, q service.HoldQuery, want ...string) {
		t.Helper()
		var got []string
		for _, c := range list(q) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	at("board", service.HoldQuery{Branches: here}, h.ID, other.ID)
	at("owner", service.HoldQuery{Branches: here, Owner: seed.StaffID(3)}, h.ID)
	at("customer", service.HoldQuery{Branches: here, Customer: "cus_1"}, h.ID, other.ID)
	at("owner and customer", service.HoldQuery{Branches: here, Owner: seed.StaffID(4), Customer: "cus_1"}, other.ID)
	at("state", service.HoldQuery{Branches: here, State: hold.StateEscalated})
	at("another branch", service.HoldQuery{Branches: []string{seed.Hangzhou}})
	at("another branch's, by owner", service.HoldQuery{Branches: []string{seed.Hangzhou}, Owner: seed.StaffID(3)})
	at("no branch", service.HoldQuery{Owner: seed.StaffID(3)})
	if c := list(service.HoldQuery{Branches: here})[0]; c != h.Card() {
		t.Errorf("%+v, want %+v", c, h.Card())
	}
	desk, err := b.Desk(ctx, work.DeskQuery{Staff: seed.StaffID(3), Paging: first})
	if err != nil || len(desk.Items) != 1 || desk.Items[0].Kind != "hold" ||
		desk.Items[0].Card["title"] != "J-1 · 纸张偏黄，继续吗？" {
		t.Errorf("%+v %v", desk.Items, err)
	}

	answered, err := b.ChangeHold(ctx, h.ID,
		answers(b, staff.Visitor, hold.Answer{Choice: 1, Channel: "link"}, storetest.Terms(t, b, seed.Shanghai)))
	if err != nil {
		t.Fatal(err)
	}
	at("board after the answer", service.HoldQuery{Branches: here}, other.ID)
	at("owner after the answer", service.HoldQuery{Branches: here, Owner: seed.StaffID(3)})
	at("closed", service.HoldQuery{Branches: here, State: hold.StateAnswered, Month: "2026-11"}, h.ID)
	at("withdrawn", service.HoldQuery{Branches: here, State: hold.StateWithdrawn, Month: "2026-11"})
	at("another month", service.HoldQuery{Branches: here, State: hold.StateAnswered, Month: "2026-10"})
	if kept, err := b.Hold(ctx, h.ID); err != nil || kept.Answer.By != staff.Visitor.ID ||
		kept.Version != answered.Version {
		t.Errorf("%+v %v", kept, err)
	}
	for _, e := range b.Events(t, "cus_1") {
		if e.Progress == nil || e.Progress.Kind != "hold" || !e.Wakes {
			t.Errorf("%s wakes no process: %+v", e.Type, e)
		}
	}
	if n := len(b.Events(t, "cus_1")); n != 3 {
		t.Errorf("%d events", n)
	}
}

// Of many answers at once one counts, and the others are told what holds.
func TestAQuestionIsAnsweredOnce(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	h, terms := ask(t, b, 3, "J-1"), storetest.Terms(t, b, seed.Shanghai)
	var mu sync.Mutex
	var all sync.WaitGroup
	kept, refused := 0, 0
	for n := range 8 {
		all.Go(func() {
			_, err := b.ChangeHold(t.Context(), h.ID,
				answers(b, staff.ActorOf(storetest.Person(t, b, 3)), hold.Answer{Choice: 1 + n%2, Channel: "phone"}, terms))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				kept++
			case fault.KindOf(err) == fault.Refused:
				refused++
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if kept != 1 || refused != 7 || len(b.Events(t, "cus_1")) != 2 {
		t.Errorf("%d answers, %d refusals, %d events", kept, refused, len(b.Events(t, "cus_1")))
	}
	if _, err := b.OpenHold(t.Context(), h,
		event.Event{Type: event.HoldOpened, Customer: "cus_1", Record: h.ID}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("asked twice under one id: %v", err)
	}
	if _, err := b.ChangeHold(t.Context(), "hld_none",
		answers(b, staff.Visitor, hold.Answer{}, terms)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of nothing: %v", err)
	}
}

// TestAnOpenQuestionStandsOnOneDesk plays questions in any order on the engine: each that is open is one line of its
// owner's desk and of its branch's board, with its one deadline. A closed one is on neither.
func TestAnOpenQuestionStandsOnOneDesk(t *testing.T) {
	b := storetest.New(t)
	ctx, terms, holds := t.Context(), storetest.Terms(t, b, seed.Shanghai), []string{}
	rapid.Check(t, func(rt *rapid.T) {
		b.Clock.Advance(time.Duration(rapid.IntRange(1, 8*3600).Draw(rt, "seconds")) * time.Second)
		if len(holds) == 0 || rapid.Bool().Draw(rt, "another") {
			holds = append(holds, ask(t, b, rapid.IntRange(3, 5).Draw(rt, "owner"), "J-1").ID)
		}
		_, err := b.ChangeHold(ctx, rapid.SampledFrom(holds).Draw(rt, "hold"),
			func(h hold.Hold) (hold.Hold, event.Event, error) {
				switch rapid.IntRange(0, 3).Draw(rt, "command") {
				case 0:
					return h.Reply(staff.Visitor, hold.Answer{Choice: 1, Channel: "link"}, terms.Hold(), b.Clock.Now())
				case 1:
					return h.Withdraw(staff.ActorOf(storetest.Person(t, b, 8)), terms.Hold(), b.Clock.Now())
				case 2:
					return h.Escalate(seed.StaffID(2), terms.Hold(), b.Clock.Now())
				}
				slower := terms
				slower.Policy.Hold = hold.StandardPolicy()
				slower.Policy.Hold.Answer *= 2
				return h.Replan(slower.Hold(), b.Clock.Now())
			})
		if err != nil && fault.KindOf(err) != fault.Refused {
			rt.Fatal(err)
		}
	})
	want, got, board := map[string]string{}, map[string]string{}, map[string]string{}
	states := map[string]int{}
	for _, id := range holds {
		h, err := b.Hold(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if states[h.State]++; !h.Closed() {
			want[id] = h.Owner + h.Due.Format(time.RFC3339)
		}
	}
	for _, p := range b.Shop.Staff {
		page, err := b.Desk(ctx, work.DeskQuery{Staff: p.ID, Paging: table.Paging{Limit: 1000}})
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range page.Items {
			due, err := time.Parse(time.RFC3339, l.Due)
			if err != nil || got[l.ID] != "" {
				t.Errorf("%s is on two desks, or due at %q", l.ID, l.Due)
			}
			got[l.ID] = p.ID + due.Format(time.RFC3339)
		}
	}
	page, err := b.Holds(ctx, service.HoldQuery{Branches: []string{seed.Shanghai}, Paging: table.Paging{Limit: 1000}})
	for _, c := range page.Items {
		board[c.ID] = c.Owner + c.Due.Format(time.RFC3339)
	}
	t.Log(states)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) || fmt.Sprint(board) != fmt.Sprint(want) || len(want) == 0 {
		t.Errorf("desks %v\nboard %v\nwant  %v, %v", got, board, want, err)
	}
}
