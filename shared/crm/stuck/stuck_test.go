package stuck

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)

var manager = staff.Actor{ID: "stf_1", Roles: []staff.Role{staff.Manager}, Branches: []string{"bra_1"}}

// One thing has one id, whatever its cause; another rung, round, record or event has another.
func TestOneThingHasOneID(t *testing.T) {
	step := Stuck{What: KindStep, Record: "lead_1", Step: "1/half", Round: 1}
	same, rung, round, record, kind := step, step, step, step, step
	same.Cause, same.Owner, same.Tries = "internal", "stf_2", 7
	rung.Step, round.Round, record.Record, kind.What = "1/due", 2, "lead_2", KindRecord
	if IDOf(same) != IDOf(step) || !strings.HasPrefix(IDOf(step), "stk_") {
		t.Errorf("%s, %s", IDOf(same), IDOf(step))
	}
	for _, other := range []Stuck{rung, round, record, kind} {
		if IDOf(other) == IDOf(step) {
			t.Errorf("%+v has the id of %+v", other, step)
		}
	}
	unread := Stuck{What: KindEvent, Event: "evt_1", Record: "evt_1"}
	read := unread
	read.Step, read.Record = "lead.captured", "lead_1"
	if IDOf(unread) != IDOf(read) {
		t.Error("an event has another id once its type can be read")
	}
}

// Failures count from the first one; what went on and fails again begins anew; a person's decision is kept until then.
func TestFailures(t *testing.T) {
	seen := Stuck{What: KindStep, Record: "lead_1", Step: "1/half", Cause: strings.Repeat("x", 999)}
	first := Stuck{}.Failed(seen, false, now)
	second := first.Failed(seen, true, now.Add(time.Hour))
	if first.State != StateWaiting || second.State != StateParked || second.Tries != 2 || second.CreatedAt != now ||
		second.Version != 2 || len(second.Cause) != LongestCause {
		t.Errorf("%+v\n%+v", first, second)
	}
	over := second.Over(now.Add(2 * time.Hour))
	anew := over.Failed(seen, false, now.Add(3*time.Hour))
	out, _, err := first.LeaveOut(manager, "not needed", now)
	if again := out.Failed(seen, true, now.Add(time.Hour)); err != nil || again.State != StateSkipped ||
		again.Version != out.Version {
		t.Errorf("left out, and back: %+v, %v", again, err)
	}
	if !over.Closed() || anew.Closed() || anew.ClosedAt != nil || anew.Tries != 1 ||
		anew.CreatedAt != now.Add(3*time.Hour) {
		t.Errorf("%+v\n%+v", over, anew)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	for _, tc := range []struct {
		what, state string
		retry, skip bool
	}{
		{KindStep, StateWaiting, true, true}, {KindStep, StateParked, true, true}, {KindStep, StateRetried, true, true},
		{KindStep, StateSkipped, false, false}, {KindSetup, StateWaiting, false, false}, {KindStep, StateOver, false, false},
		{KindEvent, StateParked, true, true}, {KindRecord, StateWaiting, false, true},
		{KindProcess, StateWaiting, false, true}, {KindMessage, StateWaiting, false, false},
		{KindDelivery, StateParked, false, true},
	} {
		s := Stuck{ID: "stk_1", What: tc.what, State: tc.state, Record: "lead_1", Event: "evt_1", Version: 3}
		_, _, retried := s.Retry(manager, now)
		_, _, skipped := s.LeaveOut(manager, "not needed", now)
		actions := s.For(manager)
		for i, want := range []bool{tc.retry, tc.skip} {
			err := []error{retried, skipped}[i]
			if (err == nil) != want || actions[i].Allowed != want || err != nil && fault.KindOf(err) != fault.Refused {
				t.Errorf("%+v: %v, %+v", tc, err, actions[i])
			}
		}
		for _, a := range s.For(staff.Actor{Roles: []staff.Role{staff.Sales}}) {
			if a.Allowed || a.Text.En == "" {
				t.Errorf("sales may %+v", a)
			}
		}
	}
}

// A decision is told to the process of a step, to the stream for an event, and to nobody for anything else.
func TestWhoHearsADecision(t *testing.T) {
	for _, tc := range []struct {
		stuck          Stuck
		process        string
		pending, wakes bool
	}{
		{Stuck{What: KindStep, Record: "lead_1", Step: "1/half", Process: "lead", Round: 2, Run: 1}, "lead", true, true},
		{Stuck{What: KindEvent, Record: "lead_1", Event: "evt_1", Customer: "cus_1"}, "", true, false},
		{Stuck{What: KindRecord, Record: "lead_1", Step: "replan"}, "", false, false},
	} {
		tc.stuck.State, tc.stuck.ID = StateWaiting, IDOf(tc.stuck)
		next, e, err := tc.stuck.LeaveOut(manager, "not needed", now)
		if err != nil || !next.Closed() || next.ClosedBy != manager.ID || next.Reason == "" {
			t.Errorf("%+v, %v", next, err)
		}
		if e.Type != event.StuckSkipped || e.Process() != tc.process || e.Pending != tc.pending || e.Wakes != tc.wakes {
			t.Errorf("%+v", e)
		}
		if id, ok := e.Mends(); ok != (tc.stuck.What == KindEvent) || id != tc.stuck.Event {
			t.Errorf("%+v mends %q", e, id)
		}
		key, ok := e.OfStep()
		if ok != (tc.stuck.What == KindStep) || ok && (key != "1/half" || e.Progress.WorkflowID() != "lead/lead_1/2.1") {
			t.Errorf("%+v is of %q", e, key)
		}
	}
}

// However failures, retries, decisions and successes follow each other, the version grows by one each time. What is
// closed has a time; what is open has none.
func TestStuckWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, at := Stuck{}.Failed(Stuck{What: KindStep, Record: "lead_1", Step: "1/half"}, false, now), now
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			at = at.Add(time.Minute)
			before, err := s, error(nil)
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0:
				s = s.Failed(before, rapid.Bool().Draw(t, "parked"), at)
			case 1:
				s, _, err = s.Retry(manager, at)
			case 2:
				s, _, err = s.LeaveOut(manager, "why", at)
			default:
				if !s.Closed() {
					s = s.Over(at)
				}
			}
			if changed := s.Version - before.Version; err != nil && changed != 0 || changed > 1 || changed < 0 {
				t.Fatalf("%+v became %+v, %v", before, s, err)
			}
			if s.Closed() != (s.ClosedAt != nil) || s.ID != before.ID || s.CreatedAt.After(s.UpdatedAt) {
				t.Fatalf("%+v", s)
			}
		}
	})
}

// Every cause and every kind is worded in both languages.
func TestWords(t *testing.T) {
	for _, cause := range []string{Unknown, string(fault.Impossible), string(fault.Internal), string(fault.Unavailable),
		"something else"} {
		if said := (Stuck{Cause: cause}).Words(); said.Zh == "" || said.En == "" {
			t.Errorf("%s: %+v", cause, said)
		}
	}
	var titles []string
	for _, what := range Kinds {
		titles = append(titles, Card{What: what, Step: "x"}.Title().En)
	}
	slices.Sort(titles)
	if len(slices.Compact(titles)) != len(Kinds) {
		t.Errorf("%q", titles)
	}
}

// A step is no matter any more once its record does not ask for it.
func TestWhatIsOutlived(t *testing.T) {
	at := func(closed bool, round int, rungs ...ladder.Rung) ladder.Progress {
		return ladder.Progress{Kind: "lead", ID: "lead_1", Round: round, Turn: 1, Closed: closed, Rungs: rungs}
	}
	half, mention := ladder.Rung{Name: "half", Do: ladder.DoRemind}, ladder.Rung{Name: "m1", Do: ladder.DoTellMention}
	for name, c := range map[string]struct {
		step string
		now  ladder.Progress
		over bool
	}{
		"still on the ladder":            {"1/half", at(false, 1, half), false},
		"another turn":                   {"2/half", at(false, 1, half), true},
		"another round":                  {"1/half", at(false, 2, half), true},
		"closed":                         {"1/half", at(true, 1, half), true},
		"closed, and somebody has to be": {"m1", at(true, 1, half, mention), false},
		"the reading of an open record":  {Reading, at(false, 1, half), false},
		"the reading of a closed one":    {Reading, at(true, 1, half), true},
	} {
		if got := (Stuck{What: KindStep, Step: c.step, Round: 1}).Outlived(c.now); got != c.over {
			t.Errorf("%s: outlived %v", name, got)
		}
	}
}
