package event_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
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
		if entry.Opens {
			search = strings.TrimPrefix(search+"+opens", "-+")
		}
		word := "-"
		if entry.Word {
			word = "word"
		}
		process := cmp.Or(entry.Process, "-")
		fmt.Fprintf(&out, "%-30s %-10s %-12s %-5s %s · %s\n", kind, process, search, word, entry.Words.Zh, entry.Words.En)
	}
	kerneltest.Golden(t, "events.txt", out.String())
}

// A process is handed what concerns it, with the mark of what it is to have heard before. Search rows follow all the
// same.
func TestATransitionWakesWhomItConcerns(t *testing.T) {
	open := ladder.Progress{Kind: "lead", ID: "lead_1", Seq: 4, Round: 1, Turn: 1, Owner: "stf_bob"}
	noted, given, ended := open, open, open
	noted.Seq, given.Seq, ended.Seq = 5, 5, 5
	given.Owner, ended.Closed = "stf_anna", true
	again := ended
	again.Seq, again.Run = 6, 1
	for _, c := range []struct {
		name          string
		kind          event.Type
		by            staff.Actor
		before, after ladder.Progress
		wakes         bool
		pending       bool
		heard         string
	}{
		{"it opens", event.LeadCaptured, staff.Visitor, ladder.Progress{Closed: true}, open, true, true, ""},
		{"another owner", event.LeadAssigned, staff.Visitor, open, given, true, true, open.Mark()},
		{"the end", event.LeadLost, staff.Visitor, open, ended, true, true, open.Mark()},
		{"nothing on which it acts", event.LeadAssigned, staff.Visitor, open, noted, false, false, ""},
		{"the same, with search rows", event.LeadContacted, staff.Visitor, open, noted, false, true, ""},
		{"what it did itself", event.LeadAssigned, staff.Process("lead"), open, given, false, false, ""},
		{"nothing after the end", event.LeadReplied, staff.Visitor, ended, ended, false, false, ""},
		{"a word after the end", event.LeadReplied, staff.Visitor, ended, again, true, true, ended.Mark()},
	} {
		e := event.NewTransition(c.kind, c.by, c.before, c.after, "cus_1", "bra_1", time.Now(), nil)
		if e.Wakes != c.wakes || e.Pending != c.pending || e.Heard != c.heard {
			t.Errorf("%s: wakes %v, pending %v, heard %q", c.name, e.Wakes, e.Pending, e.Heard)
		}
	}
}
