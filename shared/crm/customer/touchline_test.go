package customer_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"

	"pgregory.net/rapid"
)

// TestTheCardShowsTheNewestTouches writes touches down in any order: the card has the newest, and the silence ends
// with the last who was reached.
func TestTheCardShowsTheNewestTouches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c customer.Customer
		var reached time.Time
		at := map[int64]bool{}
		for i := range rapid.IntRange(0, 12).Draw(t, "touches") {
			line := customer.TouchLine{ID: fmt.Sprint(i),
				At: crmtest.Tuesday.Add(time.Duration(rapid.IntRange(-1000, 1000).Draw(t, "minute")) * time.Minute),
				Outcome: rapid.SampledFrom([]string{"", customer.OutcomeInterested, customer.OutcomeUnreachable}).Draw(t,
					"outcome")}
			if c, at[line.At.Unix()] = c.Met(line), true; line.Outcome != customer.OutcomeUnreachable &&
				line.At.After(reached) {
				reached = line.At
			}
			if c.Seq != int64(i+1) || c.Version != 0 || len(c.LastTouches) != min(i+1, customer.KeptTouches) {
				t.Fatalf("after %d: %+v", i+1, c)
			}
		}
		newest := slices.Sorted(maps.Keys(at))
		for i, line := range c.LastTouches {
			if i > 0 && line.At.After(c.LastTouches[i-1].At) || i == 0 && line.At.Unix() != newest[len(newest)-1] {
				t.Fatalf("not newest first: %+v", c.LastTouches)
			}
		}
		if last := c.History.LastTouchAt; last == nil != reached.IsZero() || last != nil && !last.Equal(reached) {
			t.Fatalf("silent since %v, reached last at %v", last, reached)
		}
	})
}
