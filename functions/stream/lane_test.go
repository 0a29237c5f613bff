package stream

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"afterpress/shared/kernel/event"

	"pgregory.net/rapid"
)

// One customer's events keep their order, nothing is left out, and what the work refuses ends it.
func TestLanesKeepTheOrderOfACustomer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var events []event.Event
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 60).Draw(t, "customers") {
			events = append(events, event.Event{ID: fmt.Sprint(i), Customer: fmt.Sprint(n)})
		}
		refused := rapid.IntRange(-1, len(events)).Draw(t, "refused")
		var mu sync.Mutex
		seen := map[string][]int{}
		total := 0
		inLanes(events, lanes, func(i int) bool {
			mu.Lock()
			defer mu.Unlock()
			seen[events[i].Customer] = append(seen[events[i].Customer], i)
			total++
			return i != refused
		})
		for customer, order := range seen {
			if !slices.IsSorted(order) || len(slices.Compact(order)) != len(order) {
				t.Fatalf("customer %s: %v", customer, order)
			}
			if at := slices.Index(order, refused); at >= 0 && at != len(order)-1 {
				t.Fatalf("customer %s went on after %d: %v", customer, refused, order)
			}
		}
		if (refused < 0 || refused == len(events)) && total != len(events) {
			t.Fatalf("%d of %d events", total, len(events))
		}
	})
}

// Nobody gets through the gate before all lanes have come to it; one after the other would wait for ever, which the
// bubble reports.
func TestLanesRunBesideEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []event.Event
		for i := range lanes {
			events = append(events, event.Event{Customer: fmt.Sprint(i)})
		}
		var gate sync.WaitGroup
		gate.Add(lanes)
		inLanes(events, lanes, func(int) bool {
			gate.Done()
			gate.Wait()
			return true
		})
	})
}
