package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
)

// watchers keep who asked them to watch a channel, or fail.
type watchers struct {
	asked []string
	err   error
}

func (w *watchers) Waits(_ context.Context, channel, waiting string) error {
	w.asked = append(w.asked, channel+" "+waiting)
	return w.err
}

// A message waits two days for a mail server without a call of its own, and leaves once it is back. Where nobody can be
// asked to watch it, and in a run of the loop before, it is tried with growing pauses.
func TestAMessageWaitsForItsChannel(t *testing.T) {
	for name, c := range map[string]struct {
		in          func(event.Event) any
		err         error
		least, most int // calls
		asked       int
	}{
		"held":              {begun, nil, 3, 3, 2}, // one look a day, should nobody ever say that it works
		"nobody watches":    {begun, errors.New("away"), 100, 400, 100},
		"of a run before":   {func(e event.Event) any { return before(e) }, nil, 100, 400, 0},
		"of a full mailbox": {begun, nil, 100, 400, 0},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			rules := &h.shop.Policies[0].Lead.Ladder
			*rules = slices.DeleteFunc(slices.Clone(*rules), func(r ladder.Rule) bool { return r.Do != ladder.DoAcknowledge })
			h.watchers = &watchers{err: c.err}
			p := newPlay(t, h, monday)
			reason := "connection"
			if name == "of a full mailbox" {
				reason = "452"
			}
			h.server = func(message.Message) Delivery {
				if h.now().Before(shopTime(t, "Wed 09:00")) {
					return Delivery{State: message.StateQueued, Reason: reason}
				}
				return Delivery{State: message.StateSent}
			}
			calls := p.counts()
			p.at("Tue 09:00", func() { p.SignalWorkflow(ChannelSignal, "sms") })
			p.at("Wed 09:00", func() { p.SignalWorkflow(ChannelSignal, message.ChannelEmail) })
			p.at("Wed 10:00", p.CancelWorkflow)
			first := h.capture(t, byEmail)
			p.ExecuteWorkflow(FollowUpLead, c.in(first))
			if n := calls[leadSteps.climbs]; n < c.least || n > c.most || len(h.watchers.asked) < c.asked ||
				c.asked < 3 && len(h.watchers.asked) != c.asked {
				t.Errorf("%d calls, asked %d times", n, len(h.watchers.asked))
			}
			if c.asked > 0 && h.watchers.asked[0] != "email "+first.Progress.WorkflowID() {
				t.Errorf("asked %q", h.watchers.asked[0])
			}
			same(t, "ledger", h.states(), []string{"con_1 acknowledge sent"})
		})
	}
}

// While messages come back the channel is tried ever more rarely, by one of them. Once they go through, those who wait
// are told without a pause, ever more at once, as far as a server may be asked. One that comes back begins anew.
func TestAChannelIsTriedEverMoreRarely(t *testing.T) {
	var got []string
	h := Held{Batch: 1, Tries: 1}
	for n := range 14 {
		cameBack := n < 8 || n == 13
		h = h.after(cameBack)
		pause := time.Duration(0)
		if h.Tries > 0 {
			pause = backoff(h.Tries)
		}
		got = append(got, fmt.Sprint(h.Batch, " after ", pause))
	}
	same(t, "steps", got, []string{"1 after 10s", "1 after 20s", "1 after 40s", "1 after 1m20s", "1 after 2m40s",
		"1 after 5m20s", "1 after 10m0s", "1 after 10m0s", "4 after 0s", "16 after 0s", "64 after 0s", "200 after 0s",
		"200 after 0s", "1 after 5s"})
}
