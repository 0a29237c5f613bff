package stream

import (
	"testing"
	"time"

	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
)

// The sweep on the real tables, under the function's role: what can be handed over loses its mark, what cannot keeps it
// with its cause, and customers get their search rows.
func TestTheSweepOnTheTables(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	for n := range 3 {
		if _, err := storetest.Enquire(t, b, storetest.Li(n)); err != nil {
			t.Fatal(err)
		}
	}
	b.Clock.Advance(time.Hour)
	before, err := b.Pending(t.Context(), b.Clock.Now(), 100)
	if err != nil || len(before) < 3 {
		t.Fatalf("%d events, %v", len(before), err)
	}
	r, facts, poison := newRig(0, 0), b.OpenAs(t, "stream"), woken(t, before)
	r.processes.poison[poison.ID] = true
	r.Events, r.Directory, r.Now = facts, finder.Directory{Finder: facts.Finder, Read: pinyin.Read}, b.Clock.Now
	r.handle(t, Input{Sweep: true})
	after, err := b.Pending(t.Context(), b.Clock.Now(), 100)
	if err != nil || len(after) != 1 || after[0].ID != poison.ID || after[0].Tries != 1 ||
		!after[0].Again.After(b.Clock.Now()) {
		t.Errorf("%+v, %v\n%s", after, err, r.log)
	}
	if n := b.Count(t, b.Tables.Records, "DIRECTORY#"); n == 0 {
		t.Error("nobody is found by any name")
	}
}

// woken is the first of the events that a process is to hear.
func woken(t *testing.T, among []event.Event) event.Event {
	t.Helper()
	for _, e := range among {
		if e.Wakes {
			return e
		}
	}
	t.Fatal("no process is to hear of any event")
	return event.Event{}
}
