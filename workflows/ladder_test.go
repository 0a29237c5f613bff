package workflows

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// story is a short history of one lead: what people did by 09:05, in the order of the record's versions.
func story(t *testing.T, h *house) []event.Event {
	anna, _ := h.shop.Person("stf_anna")
	events := []event.Event{h.capture(t, byEmail)}
	for i, do := range []command{
		assigns(actor(h, "stf_mo"), anna), recycles(actor(h, "stf_anna")), claims(actor(h, "stf_cai")),
		recycles(actor(h, "stf_cai")),
	} {
		h.now = func() time.Time { return monday.Add(time.Duration(i+1) * time.Minute) }
		events = append(events, h.act(t, do))
	}
	return events
}

// tell plays the story's process: the events arrive in this order, a second apart, and nobody does anything more.
func tell(t *testing.T, order []int) (inbox, ledger []string, l lead.Lead) {
	h := newHouse()
	events := story(t, h)
	p := newPlay(t, h, monday.Add(5*time.Minute))
	for i, n := range order[1:] {
		p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, events[n]) }, time.Duration(i+1)*time.Second)
	}
	p.commands("Thu 09:00", loses(actor(h, "stf_mo")))
	p.run(events[order[0]])
	return h.inbox, h.states(), h.lead()
}

func TestEventsInAnyOrderTwiceAndLateHaveOneEnd(t *testing.T) {
	inbox, ledger, l := tell(t, []int{0, 1, 2, 3, 4})
	if len(inbox) < 3 {
		t.Fatalf("the story is too thin to tell orders apart: %q", inbox)
	}
	for order := range permutations([]int{0, 1, 2, 3, 4}) {
		twice := append(append(slices.Clone(order), order[2:]...), order[0])
		gotInbox, gotLedger, gotLead := tell(t, twice)
		slices.Sort(inbox)
		slices.Sort(gotInbox)
		if !slices.Equal(gotInbox, inbox) || !slices.Equal(gotLedger, ledger) || gotLead.Version != l.Version ||
			gotLead.State != l.State {
			t.Fatalf("in the order %v:\n%q\n%q\nwant\n%q\n%q", twice, gotInbox, gotLedger, inbox, ledger)
		}
	}
}

func permutations(items []int) func(func([]int) bool) {
	return func(yield func([]int) bool) {
		var walk func(int) bool
		walk = func(k int) bool {
			if k == len(items) {
				return yield(items)
			}
			for i := k; i < len(items); i++ {
				items[k], items[i] = items[i], items[k]
				if !walk(k + 1) {
					return false
				}
				items[k], items[i] = items[i], items[k]
			}
			return true
		}
		walk(0)
	}
}

// A process that was carried into a new run goes on where it was: nothing is sent twice, nothing is left out.
func TestContinuedAsNew(t *testing.T) {
	h := newHouse()
	h.server = func(m message.Message) Delivery {
		if m.Person == "con_1" && h.now().Before(shopTime(t, "09:25")) {
			return Delivery{State: message.StateQueued, Reason: "452"}
		}
		return Delivery{State: message.StateSent}
	}
	p := newPlay(t, h, monday)
	first := h.capture(t, byEmail)
	p.at("09:20", func() {
		p.SetContinueAsNewSuggested(true)
		for range 3 {
			p.SignalWorkflow(EventSignal, first)
		}
		attempt := h.act(t, speaks(actor(h, "stf_bob"), customer.OutcomeUnreachable, time.Time{}))
		p.SignalWorkflow(EventSignal, attempt) // the last news before the end of the run is not lost
	})
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, first) }, 0)
	p.ExecuteWorkflow(FollowUpLead, begun(first))
	in := carried(t, p.GetWorkflowError())
	if in.Progress.Seq != h.lead().Version || !in.Climbed["1/half"] || in.Climbed["acknowledge"] ||
		in.Later["acknowledge"].IsZero() {
		t.Errorf("carried: %+v", in)
	}

	next := newPlay(t, h, p.Now())
	next.commands("09:40", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	next.ExecuteWorkflow(FollowUpLead, in)
	if err := next.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	same(t, "ledger", h.states(), []string{
		"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent", "stf_bob 1/tell sent",
	})
	if len(h.inbox) != 4 {
		t.Errorf("inbox: %q", h.inbox)
	}
}

func carried(t *testing.T, err error) LadderInput {
	t.Helper()
	var again *workflow.ContinueAsNewError
	if !errors.As(err, &again) || again.WorkflowType.Name != "FollowUpLead" {
		t.Fatalf("it does not go on in a new run: %v", err)
	}
	var in LadderInput
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &in); err != nil {
		t.Fatal(err)
	}
	return in
}

func TestNothingPlannedWaitsForAnEvent(t *testing.T) {
	h := newHouse()
	h.shop.Policies[0].Lead.Ladder = nil
	p := newPlay(t, h, monday)
	p.commands("Fri 10:00", loses(actor(h, "stf_mo")))
	p.run(h.capture(t, byEmail))
	if !p.Now().Equal(shopTime(t, "Fri 10:00")) || h.looks != 0 {
		t.Errorf("ended at %s after %d readings", p.Now(), h.looks)
	}
}

func TestCancelled(t *testing.T) {
	for name, rungs := range map[string][]ladder.Rule{"with a timer": setup.StandardPolicy().Lead.Ladder,
		"without": nil} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.shop.Policies[0].Lead.Ladder = rungs
			p := newPlay(t, h, monday)
			p.at("09:05", p.CancelWorkflow)
			first := h.capture(t, byEmail)
			p.ExecuteWorkflow(FollowUpLead, begun(first))
			if err := p.GetWorkflowError(); err == nil || !p.Now().Equal(shopTime(t, "09:05")) {
				t.Errorf("ended at %s: %v", p.Now(), err)
			}
		})
	}
}

func TestHear(t *testing.T) {
	at := func(seq int64) event.Event { return event.Event{Progress: &ladder.Progress{Seq: seq}} }
	l := loop{LadderInput: LadderInput{Progress: ladder.Progress{Seq: 4}}}
	for _, c := range []struct {
		name   string
		event  event.Event
		news   bool
		missed bool
	}{
		{"no state", event.Event{}, false, false},
		{"older", at(3), false, false},
		{"a repeat", at(4), false, false},
		{"the next", at(5), true, false},
		{"after a gap", at(7), true, true},
		{"what was missing", at(6), false, true},
	} {
		if news := l.hear(c.event); news != c.news || l.Missed != c.missed {
			t.Errorf("%s: news %v, missed %v", c.name, news, l.Missed)
		}
	}
}

func TestBackoff(t *testing.T) {
	var last time.Duration
	for attempt := range 100 {
		wait := backoff(attempt)
		if wait < 5*time.Second || wait > 10*time.Minute || wait < last {
			t.Errorf("after attempt %d: %s", attempt, wait)
		}
		last = wait
	}
	if last != 10*time.Minute {
		t.Errorf("it ends at %s", last)
	}
}

// A play that goes round without an end is over in a moment, where the machine would have tried for minutes.
func TestAnEndlessPlayEnds(t *testing.T) {
	h := newHouse()
	h.dies = func(string, string) bool { return true }
	p := newPlay(t, h, monday)
	ended := 0
	h.endless = sync.OnceFunc(func() {
		ended++
		p.CancelWorkflow()
	})
	p.ExecuteWorkflow(FollowUpLead, begun(h.capture(t, byEmail)))
	if err := p.GetWorkflowError(); ended != 1 || err == nil {
		t.Errorf("ended %d times: %v", ended, err)
	}
}
