package hold_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"pgregory.net/rapid"
)

// Whenever an outage ends, an open question has its time anew, by the rule; a closed one stays.
func TestRestart(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, h := range holdRows(t) {
		rapid.Check(t, func(rt *rapid.T) {
			now := h.ClockFrom.Add(time.Duration(rapid.IntRange(1, 20*24*60).Draw(rt, "minutes")) * time.Minute)
			next, e, err := h.Restart(ladder.Outage{From: h.ClockFrom, To: now}, terms.Hold(), now)
			if h.Closed() {
				if err != nil || next.Version != h.Version || e.Type != "" {
					rt.Fatalf("%s moved: %v", h.State, err)
				}
				return
			}
			due, _ := terms.Calendar.Add(now, 2*time.Hour)
			if err != nil || !next.Due.Equal(due) || next.Version != h.Version+1 || next.Owner != h.Owner ||
				next.Turn != h.Turn || len(next.Rungs) != len(h.Rungs) {
				rt.Fatalf("%s: due %s, %v", h.State, next.Due, err)
			}
			if e.Type != event.HoldRestarted || e.Wakes || e.Data["cause"] != event.Outage ||
				e.Data["from"] != h.Due.Format(time.RFC3339) {
				rt.Fatalf("%s: %+v", h.State, e)
			}
		})
	}
}
