package workflows

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
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
			p.commands("11:00", speaks(actor(h, "stf_bob"), customer.OutcomeInterested))
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
			next.commands("11:00", speaks(actor(h, "stf_bob"), customer.OutcomeInterested))
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
