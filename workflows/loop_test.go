package workflows

import (
	"context"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
)

// begun is what a process starts with today.
func begun(first event.Event) any {
	_, _, in, _ := begin(first)
	return in
}

// before is what it started with before the loop had a version.
func before(first event.Event) LadderInput { return LadderInput{Progress: *first.Progress} }

// A run of the loop before goes on by that of today once an operator says so, wherever it stands, with what it knows. A
// run of today's loop goes on as it is.
func TestARunIsRenewed(t *testing.T) {
	for name, c := range map[string]struct {
		in    func(event.Event) any
		clock string
		said  Renewal
		moves bool
	}{
		"of the loop before, while it waits": {func(e event.Event) any { return before(e) }, "09:40",
			Renewal{Version: version}, true},
		"of the loop before, at its start": {func(e event.Event) any { return before(e) }, "09:00",
			Renewal{Version: version}, true},
		"of the loop of today": {begun, "09:40", Renewal{Version: version}, false},
		"by a later release":   {begun, "09:40", Renewal{Version: version + 1}, true},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			p := newPlay(t, h, monday)
			first := h.capture(t, byEmail)
			p.at(c.clock, func() { p.SignalWorkflow(RenewSignal, c.said) })
			p.commands("11:00", loses(actor(h, "stf_mo")))
			p.ExecuteWorkflow(FollowUpLead, c.in(first))
			if !c.moves {
				if err := p.GetWorkflowError(); err != nil || !p.Now().Equal(shopTime(t, "11:00")) {
					t.Errorf("it ended at %s: %v", p.Now(), err)
				}
				return
			}
			in := carried(t, p.GetWorkflowError())
			if in.Version != version || p.Now().After(shopTime(t, c.clock).Add(time.Minute)) {
				t.Errorf("carried %+v at %s", in, p.Now())
			}
			next := newPlay(t, h, p.Now())
			next.commands("11:00", loses(actor(h, "stf_mo")))
			next.ExecuteWorkflow(FollowUpLead, in)
			if err := next.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if slices.Sort(h.inbox); len(slices.Compact(h.inbox)) != len(h.inbox) {
				t.Errorf("somebody was told twice: %q", h.inbox)
			}
		})
	}
}

// What a process did not hear, it sees by the mark of the next event. A change that is no news to it is not handed over
// and leaves no gap. Older runs and older events go by the record's version.
func TestAGapIsSeenByTheMark(t *testing.T) {
	was := ladder.Progress{Seq: 4, Owner: "stf_bob", Rungs: []ladder.Rung{{Name: "half", At: monday}}}
	other := was
	other.Owner = "stf_anna"
	at := func(seq int64, heard string) event.Event {
		return event.Event{Heard: heard, Progress: &ladder.Progress{Seq: seq}}
	}
	for _, c := range []struct {
		name    string
		version int
		event   event.Event
		news    bool
		missed  bool
	}{
		{"the next", version, at(5, was.Mark()), true, false},
		{"after changes that were no news", version, at(9, was.Mark()), true, false},
		{"after one that was", version, at(6, other.Mark()), true, true},
		{"a repeat", version, at(4, other.Mark()), false, false},
		{"an older one", version, at(3, other.Mark()), false, false},
		{"the next, of an earlier release", version, at(5, ""), true, false},
		{"a later one of an earlier release", version, at(6, ""), true, true},
		{"the next, to an older run", 0, at(5, other.Mark()), true, false},
		{"a later one, to an older run", 0, at(6, was.Mark()), true, true},
	} {
		l := loop{LadderInput: LadderInput{Version: c.version, Progress: was}}
		if news := l.hear(c.event); news != c.news || l.Missed != c.missed {
			t.Errorf("%s: news %v, missed %v", c.name, news, l.Missed)
		}
	}
}

// After a restore the tables count, whatever a process knows: their next event is heard whatever its seq, the same
// rungs are climbed again, and of the tables before them nothing is heard any more.
func TestARestoreIsHeard(t *testing.T) {
	known := func() loop {
		return loop{LadderInput: LadderInput{Version: version, Epoch: 1, Progress: ladder.Progress{Seq: 7},
			Climbed: map[string]bool{"2/tell": true}, Later: map[string]time.Time{"2/half": monday}}}
	}
	progress := func(seq int64) *ladder.Progress { return &ladder.Progress{Seq: seq} }
	mends := map[string]string{event.StuckStep: "2/half"}
	for _, c := range []struct {
		name   string
		event  event.Event
		news   bool
		seq    int64
		begins bool
	}{
		{"an earlier seq of restored tables", event.Event{Epoch: 2, Progress: progress(3)}, true, 3, true},
		{"a later one", event.Event{Epoch: 2, Progress: progress(9)}, true, 9, true},
		{"a person's word there", event.Event{Epoch: 2, Type: event.StuckRetried, Data: mends}, true, 7, true},
		{"an earlier seq of the same tables", event.Event{Epoch: 1, Progress: progress(3)}, false, 7, false},
		{"a later seq of the tables before", event.Event{Progress: progress(9)}, false, 7, false},
		{"a person's word before", event.Event{Type: event.StuckSkipped, Data: mends}, false, 7, false},
	} {
		l := known()
		news := l.hear(c.event)
		anew := l.Missed && l.Epoch == 2 && len(l.Climbed)+len(l.Later) == 0
		if news != c.news || l.Progress.Seq != c.seq || anew != c.begins {
			t.Errorf("%s: news %v, %+v", c.name, news, l.LadderInput)
		}
	}
	l := known()
	if l.renew(Renewal{Version: version, Epoch: 1}); l.renewed {
		t.Error("a process of these tables is renewed")
	}
	if l.renew(Renewal{Version: version, Epoch: 2}); !l.renewed || !l.Missed || l.Epoch != 2 {
		t.Errorf("a process of the tables before: %+v", l.LadderInput)
	}
}

// counts counts the activities of a play by their name.
func (p *play) counts() map[string]int {
	out := map[string]int{}
	p.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		out[info.ActivityType.Name]++
	})
	return out
}

// What is due together is done in one call, of every kind; in a run of the loop before each rung has its own.
func TestWhatIsDueTogetherIsOneCall(t *testing.T) {
	for name, c := range map[string]struct {
		in   func(event.Event) any
		want int
	}{"today": {begun, 1}, "before": {func(e event.Event) any { return before(e) }, 2}} {
		h := newHouse()
		p := newPlay(t, h, monday)
		calls := p.counts()
		p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		p.ExecuteWorkflow(FollowUpLead, c.in(h.capture(t, byEmail)))
		if err := p.GetWorkflowError(); err != nil || calls[leadSteps.climbs] != c.want || len(h.inbox) != 2 {
			t.Errorf("%s: %v, inbox %q, %v", name, calls, h.inbox, err)
		}
	}
}

// Of what is due together, each rung fares by itself: what fails has a call of its own, and what has to wait waits.
// What is done or not to be climbed stays, and nothing is done before its time.
func TestRungsOfOneCallFareByThemselves(t *testing.T) {
	tell, half := "1/tell", "1/half"
	for name, c := range map[string]struct {
		not   []string
		clock string
		h     func(*house)
		keys  []string
		waits []string
		inbox int
	}{
		"both":                {nil, "09:20", func(*house) {}, []string{tell, half}, nil, 2},
		"one is not due":      {nil, "09:05", func(*house) {}, []string{tell}, nil, 1},
		"one is done or held": {[]string{half}, "09:20", func(*house) {}, []string{tell}, nil, 1},
		"one fails": {nil, "09:20", func(h *house) {
			h.refuses = func(m message.Message) error {
				if m.Step == half {
					return fault.Fail(fault.Refused, "不行", "no")
				}
				return nil
			}
		}, []string{tell}, nil, 1},
		"one has to wait": {nil, "09:20", func(h *house) {
			h.server = func(m message.Message) Delivery {
				if m.Step == half {
					return Delivery{State: message.StateQueued, Reason: "452"}
				}
				return Delivery{State: message.StateSent}
			}
		}, []string{tell}, []string{half}, 1},
		"it has taken long": {nil, "09:20", func(h *house) {
			was := h.now
			h.server = func(message.Message) Delivery {
				h.now = func() time.Time { return was().Add(together + time.Second) }
				return Delivery{State: message.StateSent}
			}
		}, []string{tell}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.capture(t, byEmail)
			h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
			p := h.leads[leadID].Progress()
			p.Rungs = slices.DeleteFunc(slices.Clone(p.Rungs), func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge })
			first, _ := find(p, tell)
			now := shopTime(t, c.clock)
			h.now = func() time.Time { return now }
			c.h(h)
			out, err := h.climbs(leadSteps, Climb{ID: leadID, Round: 1, Key: tell, Rung: first, More: true,
				Not: append(c.not, "acknowledge")})
			var waits []string
			for _, w := range out.Waits {
				waits = append(waits, w.Key)
			}
			if err != nil || out.Again != 0 {
				t.Errorf("%+v, %v", out, err)
			}
			same(t, "done", out.Keys, c.keys)
			same(t, "waits", waits, c.waits)
			if len(h.inbox) != c.inbox {
				t.Errorf("inbox %q", h.inbox)
			}
		})
	}
}

// Every kind keeps the timer that it has while its deadlines move away.
func TestEveryKindIsPatient(t *testing.T) {
	h := complaintHouse()
	for name, c := range map[string]struct {
		first event.Event
		later func(*house) event.Event
	}{
		"lead": {h.capture(t, byEmail), func(h *house) event.Event {
			return h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
		}},
		"task": {h.opens(t, actor(h, "stf_anna"), "bob", nil), func(h *house) event.Event {
			return h.does(t, dates(actor(h, "stf_anna"), monday.AddDate(0, 0, 3)))
		}},
		"hold": {h.asks(t, "stf_cai", "stf_anna"), nil},
		"complaint": {h.complains(t, staff.Visitor, ""), func(h *house) event.Event {
			return h.orders(t, h.party("mo").triages(3, "sue"))
		}},
	} {
		p := newPlay(t, h, monday)
		timers := 0
		p.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
		p.at("09:05", func() {
			if c.later != nil {
				p.SignalWorkflow(EventSignal, c.later(h))
			}
		})
		p.at("09:10", p.CancelWorkflow)
		flow, _, in, _ := begin(c.first)
		p.ExecuteWorkflow(flow.workflow, in)
		if timers != 1 {
			t.Errorf("%s: %d timers were set", name, timers)
		}
	}
}
