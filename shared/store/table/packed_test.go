package table

import (
	"fmt"
	"slices"
	"testing"

	"afterpress/shared/kernel/event"

	"pgregory.net/rapid"
)

// Every event that is not counted is in one part, in order, and no part is more than a transaction takes.
func TestPartsFitATransaction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []event.Event
		var want, got []int
		for i := range rapid.IntRange(0, 150).Draw(t, "events") {
			var at []string
			for range rapid.IntRange(1, 9).Draw(t, "places") {
				branch, press := rapid.IntRange(0, 30).Draw(t, "branch"), rapid.IntRange(0, 9).Draw(t, "press")
				at = append(at, fmt.Sprint(branch, "#day#press#", press))
			}
			e := event.Event{}.Counting(event.Count{Book: event.BookComplaints, At: at})
			if e.Uncounted = rapid.IntRange(0, 5).Draw(t, "counted") > 0; e.Uncounted {
				want = append(want, i)
			}
			events = append(events, e)
		}
		for _, part := range packed(events) {
			cells := map[cell]bool{}
			for _, i := range part {
				for c := range movedBy(events[i]) {
					cells[c] = true
				}
			}
			if len(part) > 49 || len(part)+len(cells) > 100 {
				t.Errorf("%d events and %d counters in a transaction", len(part), len(cells))
			}
			got = append(got, part...)
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}
