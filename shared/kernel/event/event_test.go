package event_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
)

// TestEventCatalogue prints what holds for each type of event: who hears it, whether search rows follow,
// whether it is a word with the customer, and what the timeline says.
func TestEventCatalogue(t *testing.T) {
	var out strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(event.Catalogue)) {
		entry := event.Catalogue[kind]
		search := "-"
		if entry.Search {
			search = "search"
		}
		word := "-"
		if entry.Word {
			word = "word"
		}
		process := cmp.Or(entry.Process, "-")
		fmt.Fprintf(&out, "%-30s %-10s %-7s %-5s %s · %s\n", kind, process, search, word, entry.Words.Zh, entry.Words.En)
	}
	kerneltest.Golden(t, "events.txt", out.String())
}
