package workflows

import (
	"context"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
)

// holdReply is what somebody does some time after the question's process began, or after what was done before.
type holdReply struct {
	after time.Duration
	do    holdCommand
}

// holdHistories are short lives of a question of 12 s: the customer is reminded after 3 s, the owner after 6 s, and
// after 12 s the manager has it.
var holdHistories = map[string]func(*house) []holdReply{
	"hold-answered-at-once": func(*house) []holdReply { return []holdReply{{2 * time.Second, chooses(1)}} },
	"hold-reminded-and-answered": func(h *house) []holdReply {
		return []holdReply{{9 * time.Second, noted(actor(h, "stf_anna"))}}
	},
	"hold-escalated-and-answered": func(*house) []holdReply { return []holdReply{{15 * time.Second, chooses(2)}} },
	"hold-replanned-and-withdrawn": func(h *house) []holdReply {
		return []holdReply{{2 * time.Second,
			func(hld hold.Hold, terms setup.Terms, now time.Time) (hold.Hold, event.Event, error) {
				terms.Policy.Version, terms.Policy.Hold.Answer = 2, 60
				terms.Ref = terms.Policy.Ref()
				return hld.Replan(terms.Hold(), now)
			}}, {time.Second, withdraws(actor(h, "stf_mo"))}}
	},
}

// Running workflows are a public interface: what changes their steps breaks these.
func TestHoldHistories(t *testing.T) {
	for name := range holdHistories {
		t.Run(name, func(t *testing.T) {
			if *record != "" {
				recordHistory(t, name, playHold)
			}
			replay(t, name)
		})
	}
}

// What a question costs in Temporal's actions: the start with its signal is one, and each message, escalation,
// timer and further signal.
func TestWhatAQuestionCosts(t *testing.T) {
	for name, want := range map[string]struct{ actions, events int }{
		"hold-answered-at-once": {5, 2}, "hold-reminded-and-answered": {9, 2}, "hold-escalated-and-answered": {11, 2},
		"hold-replanned-and-withdrawn": {7, 3},
	} {
		if actions, events := count(t, name); actions != want.actions || events != want.events {
			t.Errorf("%s costs %d actions for %d events, want %d for %d", name, actions, events, want.actions, want.events)
		}
	}
}

// playHold runs a worker while the story of one question is played.
func playHold(t *testing.T, ctx context.Context, name string, c *Client,
	start func(queue string, h *house)) event.Event {
	h := livelyHouse()
	policy := &h.shop.Policies[0].Hold
	*policy = hold.StandardPolicy()
	policy.Answer, policy.Escalate = 12, 60
	policy.Ladder = slices.Clone(policy.Ladder)
	start("hold", h)
	first := h.asks(t, "stf_cai", "stf_anna")
	handTwice(t, ctx, c, first)
	for _, r := range holdHistories[name](h) {
		<-time.After(r.after)
		handTwice(t, ctx, c, h.decides(t, r.do))
	}
	return first
}
