package table_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/storetest"
)

// An event that can never be handed over leaves the queue, under the role of the stream. It comes back to its place, or
// is left out for good; either done twice changes nothing, and what was handed over meanwhile stays so.
func TestParkedEvents(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	if _, err := storetest.Enquire(t, b, storetest.Li(1)); err != nil {
		t.Fatal(err)
	}
	s := b.OpenAs(t, "stream")
	pending := func() []event.Event {
		t.Helper()
		all, err := s.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	ok := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	held := func(want bool) func(bool, error) {
		return func(got bool, err error) {
			t.Helper()
			if err != nil || got != want {
				t.Fatalf("it changed: %t, %v; want %t", got, err, want)
			}
		}
	}
	all := pending()
	if len(all) == 0 {
		t.Fatal("nothing is pending")
	}
	e := all[0]
	stands := func(want bool, tries int) {
		t.Helper()
		now, err := s.Queued(t.Context(), []event.Event{{ID: "evt_none", Customer: e.Customer, Pending: true}, e, e})
		if err != nil || len(now) != 3 || now[0].Pending || now[1].Pending != want || now[2].Tries != tries ||
			now[1].Type != e.Type {
			t.Errorf("it stands as %+v, %v; want pending %t after %d tries", now, err, want, tries)
		}
	}
	stands(true, 0)
	held(true)(s.Park(t.Context(), e, "too large"))
	stands(false, 1)
	if len(pending()) != len(all)-1 {
		t.Fatalf("parked, and still in the queue: %+v", pending())
	}
	held(false)(s.Park(t.Context(), e, "too large"))
	held(false)(s.NotHanded(t.Context(), e, "again", b.Clock.Now()))
	ok(s.Handed(t.Context(), e))
	ok(s.Requeue(t.Context(), e.Customer, e.ID), s.Requeue(t.Context(), e.Customer, e.ID))
	back := pending()
	if len(back) != len(all) || back[0].ID != e.ID || back[0].Tries != 1 || !back[0].At.Equal(e.At) {
		t.Fatalf("back in the queue: %+v", back)
	}
	held(true)(s.NotHanded(t.Context(), e, "no", b.Clock.Now().Add(time.Hour)))
	stands(true, 2)
	ok(s.Requeue(t.Context(), e.Customer, e.ID))
	if again := pending()[0].Again; !again.IsZero() {
		t.Errorf("a person had it tried again, and it waits until %s", again)
	}
	held(true)(s.Park(t.Context(), e, "too large"))
	ok(s.LeaveOut(t.Context(), e.Customer, e.ID), s.Requeue(t.Context(), e.Customer, e.ID))
	stands(false, 3)
	if len(pending()) != len(all)-1 {
		t.Errorf("left out, and in the queue: %+v", pending())
	}
	before := b.State()
	ok(s.LeaveOut(t.Context(), e.Customer, e.ID), s.Requeue(t.Context(), e.Customer, "evt_none"))
	if b.State() != before {
		t.Error("leaving out what is left out changed something")
	}
	seen := stuck.Stuck{What: stuck.KindEvent, Event: e.ID, Customer: e.Customer, Cause: "impossible"}
	_, err := s.NoteStuck(t.Context(), seen, true)
	ok(err, s.StuckOver(t.Context(), seen))
}
