package stream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/workflows"
)

// What can never succeed leaves the queue, is counted in the log and shown; the page goes on. A person's word brings it
// back, or leaves it out for good.
func TestAnEventThatCanNeverSucceedIsParked(t *testing.T) {
	for name, c := range map[string]struct {
		word    event.Type
		mended  bool
		arrived int
		state   string
		left    []string
	}{
		"nobody says anything":       {"", true, 1, stuck.StateParked, nil},
		"tried again, mended":        {event.StuckRetried, true, 2, stuck.StateOver, nil},
		"tried again, and not":       {event.StuckRetried, false, 2, stuck.StateParked, nil},
		"left out, though it is not": {event.StuckSkipped, false, 1, stuck.StateParked, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(3, 2*time.Minute)
			r.table.events[1].Customer = "cus_2"
			r.directory.broken = map[string]fault.Kind{"cus_2": fault.Impossible}
			if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 || len(r.table.pending()) != 0 {
				t.Fatalf("failures %v, pending %v", failures, r.table.pending())
			}
			if row := r.table.stuck["evt_1"]; row.State != stuck.StateParked || row.Cause != string(fault.Impossible) ||
				row.Step != string(event.LeadCaptured) || row.Customer != "cus_2" {
				t.Errorf("shown: %+v", row)
			}
			if n := strings.Count(r.log.String(), `"msg":"event parked"`); n != 1 ||
				!strings.Contains(r.log.String(), `"parked":1`) {
				t.Errorf("counted %d times in %s", n, r.log)
			}
			if c.mended {
				r.directory.broken = nil
			}
			if c.word != "" {
				said := event.New(c.word, staff.Actor{ID: "stf_1"}, "cus_2", "lead_1", 2, "", now.Add(-2*time.Minute),
					map[string]string{event.StuckEvent: "evt_1"})
				said.ID, said.Wakes, said.Pending = "evt_word", false, true
				r.table.events, r.table.marked["evt_word"] = append(r.table.events, said), true
			}
			r.handle(t, Input{Sweep: true}) // hears the word
			r.handle(t, Input{Sweep: true}) // comes by again
			if got := r.table.pending(); !slices.Equal(got, c.left) || r.processes.arrived["evt_1"] != c.arrived {
				t.Errorf("pending %v, arrived %v", got, r.processes.arrived)
			}
			if got := r.table.stuck["evt_1"].State; got != c.state || r.table.parked["evt_1"] != (c.state == stuck.StateParked &&
				c.word != event.StuckSkipped) {
				t.Errorf("it is %s, parked %v", got, r.table.parked)
			}
		})
	}
}

// Lambda brings a batch again, or late: what a person or another run dealt with meanwhile is not handed over by its old
// image, and is not shown as stuck.
func TestWhatWasDealtWithMeanwhileStaysSo(t *testing.T) {
	ctx := t.Context()
	for name, c := range map[string]struct {
		deal   func(*rig, event.Event) error
		parked bool
	}{
		"handed over": {func(r *rig, e event.Event) error { return r.table.Handed(ctx, e) }, false},
		"left out":    {func(r *rig, e event.Event) error { return r.table.LeaveOut(ctx, e.Customer, e.ID) }, false},
		"parked":      {func(r *rig, e event.Event) error { _, err := r.table.Park(ctx, e, "too large"); return err }, true},
	} {
		stands := func(t *testing.T, r *rig, heard int) {
			t.Helper()
			if got := r.table.pending(); !slices.Equal(got, []string{"evt_1"}) || len(r.processes.arrived) != heard ||
				r.table.parked["evt_0"] != c.parked || len(r.table.stuck) != 0 {
				t.Errorf("pending %v, arrived %v, stuck %v", got, r.processes.arrived, r.table.stuck)
			}
		}
		t.Run(name+" before the batch", func(t *testing.T) {
			r := newRig(2, 0)
			if err := c.deal(r, r.table.events[0]); err != nil {
				t.Fatal(err)
			}
			r.processes.poison["evt_1"] = true
			if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
				t.Errorf("failures: %v", failures)
			}
			stands(t, r, 0)
		})
		t.Run(name+" while a process refuses it", func(t *testing.T) {
			for kind, refused := range map[fault.Kind]error{fault.Impossible: fault.Fail(fault.Impossible, "不行", "never"),
				fault.Internal: errors.New("no process hears it")} {
				r := newRig(2, 0)
				r.table.events[0].Tries = shownAfter
				r.Stream.Processes = handFunc(func(_ context.Context, e event.Event) error {
					if e.ID != "evt_0" {
						return errors.New("later")
					}
					return errors.Join(c.deal(r, e), refused)
				})
				if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
					t.Errorf("%s: failures: %v", kind, failures)
				}
				stands(t, r, 0)
			}
		})
	}
}

// What fails for a while is shown after some tries, what this release does not know at once, and neither once it went
// on.
func TestAnEventThatWaitsIsShown(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*rig)
		mend  func(*rig)
		tries int // after how many it is shown
		cause string
	}{
		"it is refused": {func(r *rig) { r.processes.poison["evt_0"] = true },
			func(r *rig) { delete(r.processes.poison, "evt_0") }, shownAfter, string(fault.Internal)},
		"another release wrote it": {func(r *rig) { r.table.events[0].V++ }, func(r *rig) { r.table.events[0].V-- }, 1,
			stuck.Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(1, time.Hour)
			at := now
			r.Now = func() time.Time { return at }
			c.spoil(r)
			for try := 1; try <= c.tries; try++ {
				if _, shown := r.table.stuck["evt_0"]; shown {
					t.Errorf("shown after %d tries", try-1)
				}
				r.handle(t, Input{Sweep: true})
				at = at.Add(time.Hour)
			}
			if row := r.table.stuck["evt_0"]; row.State != stuck.StateWaiting || row.Cause != c.cause {
				t.Errorf("shown: %+v", row)
			}
			c.mend(r)
			r.handle(t, Input{Sweep: true})
			if row := r.table.stuck["evt_0"]; row.State != stuck.StateOver || len(r.table.pending()) != 0 {
				t.Errorf("shown: %+v, pending %v", row, r.table.pending())
			}
		})
	}
}

// The process of one record that cannot be reached holds up nobody else, and is asked once a run. Three of them, and
// nobody answers: Temporal is away.
func TestOneBusyProcessIsNotTemporalAway(t *testing.T) {
	r := newRig(6, 2*time.Minute)
	for _, i := range []int{1, 2} {
		r.table.events[i].Record, r.table.events[i].Progress.ID = "lead_busy", "lead_busy"
	}
	r.processes.busy = map[string]bool{"lead_busy": true}
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
		t.Errorf("failures: %v", failures)
	}
	r.handle(t, Input{Sweep: true})
	if got := r.table.pending(); !slices.Equal(got, []string{"evt_1", "evt_2"}) || len(r.table.faults) != 0 ||
		len(r.processes.arrived) != 4 {
		t.Errorf("pending %v, faults %v, arrived %v", got, r.table.faults, r.processes.arrived)
	}
	if n := strings.Count(r.log.String(), "a process cannot be reached"); n != 2 {
		t.Errorf("it was asked %d times in two runs", n)
	}
	r.processes.busy = nil
	r.handle(t, Input{Sweep: true})
	if got := r.table.pending(); len(got) != 0 {
		t.Errorf("pending %v", got)
	}
	busy := newRig(1, 0) // nobody else answers for Temporal but itself
	busy.processes.busy = map[string]bool{"lead_0": true}
	if failures := busy.handle(t, busy.batch(t, 0)); len(failures) != 0 || len(busy.table.pending()) != 1 {
		t.Errorf("one busy process holds up the stream: %v", failures)
	}
	alone := newRig(1, 0)
	alone.processes.away = true
	if failures := alone.handle(t, alone.batch(t, 0)); len(failures) != 1 {
		t.Errorf("nobody answers, and it is not brought again: %v", failures)
	}
	var calls atomic.Int64
	away := newRig(20, 0)
	for i := range away.table.events {
		away.table.events[i].Customer = fmt.Sprint("cus_", i%2)
	}
	away.Stream.Processes = handFunc(func(_ context.Context, _ event.Event) error {
		calls.Add(1)
		return fmt.Errorf("%w: refused", workflows.ErrAway)
	})
	if failures := away.handle(t, away.batch(t, 0)); len(failures) != 1 ||
		failures[0].ItemIdentifier != fmt.Sprintf("%021d", 0) || calls.Load() > witnessesNeeded+1 {
		t.Errorf("failures %v after %d calls", failures, calls.Load())
	}
}

// A page that is short, because the index still has what was handed over, is not the end of the queue.
func TestAShortPageIsNotTheEnd(t *testing.T) {
	r := newRig(sweepPage+5, time.Hour)
	for i := range sweepPage {
		id := fmt.Sprintf("evt_%d", i)
		delete(r.table.marked, id)
		r.table.stale[id] = true
	}
	r.handle(t, Input{Sweep: true})
	if got := r.table.pending(); len(got) != 0 || r.age(t) != 3604 {
		t.Errorf("pending %v, age %d", got, r.age(t))
	}
}
