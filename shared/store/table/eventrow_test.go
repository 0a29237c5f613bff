package table

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
)

// rowCases are events as they are written.
func rowCases() map[string]event.Event {
	at := time.Date(2026, 12, 1, 23, 30, 0, 789_000_000, time.UTC)
	whole := func() event.Event {
		return event.Event{ID: "evt_1", Type: event.ComplaintProposed, V: event.Layout, Customer: "cus_1", Record: "cmp_1",
			Seq: 7, At: at, Day: "2026-12-01", Branch: "shanghai", Cause: "stf_1", Wakes: true, Heard: "a1",
			Data: map[string]string{"amount": "1"},
			Progress: &ladder.Progress{Kind: "complaint", ID: "cmp_1", Seq: 7, Round: 1, Turn: 4, State: "offered",
				Owner: "stf_2", Due: at.Add(time.Hour), Policy: "standard@3",
				Rungs: []ladder.Rung{{Name: "offered-ask", Do: "ask", At: at}, {Name: "said-cmt_1", Do: ladder.DoTellSaid,
					At: at.Add(time.Millisecond), Who: "stf_3", Once: true, Last: true},
					{Name: "close", Do: "close-silent", At: at.AddDate(0, 1, 0), Last: true}}},
			Counts: []event.Count{{Book: event.BookComplaints, Add: map[string]int64{"opened": 1},
				At: []string{"shanghai#2026-12-01#all#all", "shanghai#2026-12-01#paper#157 g #1", "pudong#2026-12-01#all#all"}}},
			Uncounted: true, Pending: true}
	}
	odd, local, fine, record, silent, plain := whole(), whole(), whole(), whole(), whole(), whole()
	odd.Progress.Rungs[0].Name = "a b"
	local.Progress.Rungs[0].At = at.In(time.FixedZone("", 8*3600))
	fine.Progress.Rungs[0].At = at.Add(time.Microsecond)
	record.Record, record.Day = "art_1", "2026-11-30"
	silent.Progress.Rungs, silent.Counts, silent.Uncounted = nil, nil, false
	plain.Progress, plain.Counts, plain.Uncounted = nil, nil, false
	return map[string]event.Event{"whole": whole(), "a name with a space": odd, "a time of another zone": local,
		"a finer time": fine, "about another record": record, "without rungs": silent, "without progress": plain}
}

// What is read of an event is what was written, whatever its row leaves out.
func TestAnEventIsReadAsItWasWritten(t *testing.T) {
	for name, e := range rowCases() {
		it, err := eventRow(e)
		if err != nil {
			t.Fatal(err)
		}
		if it["id"] != nil || it["customer"] != nil || it[rungsAttr] == nil {
			t.Errorf("%s: its row is %v", name, it)
		}
		it[pendingAttr] = Text("PENDING#1")
		read, err := DecodePending(it)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want, _ := json.Marshal(e)
		if got, _ := json.Marshal(read); string(got) != string(want) {
			t.Errorf("%s: read %s\nwrote %s", name, got, want)
		}
		if !slices.EqualFunc(read.Counts, e.Counts, func(a, b event.Count) bool { return slices.Equal(a.At, b.At) }) {
			t.Errorf("%s: counts %v, want %v", name, read.Counts, e.Counts)
		}
		if shown, err := DecodeEvent(it); err != nil || shown.ID != e.ID || shown.Customer != e.Customer ||
			shown.Day != e.Day {
			t.Errorf("%s: shown as %+v, %v", name, shown, err)
		}
	}
}

// Nobody hears the rungs of an event that wakes no process.
func TestAnEventThatWakesNobodyKeepsNoRungs(t *testing.T) {
	e := rowCases()["whole"]
	e.Wakes = false
	it, err := eventRow(e)
	if err != nil || StringOf(it[rungsAttr]) != "" {
		t.Errorf("%v, %v", it[rungsAttr], err)
	}
	if read, err := DecodePending(it); err != nil || read.Progress.Rungs != nil || e.Progress.Rungs == nil {
		t.Errorf("%+v, %v", read.Progress, err)
	}
}

// Rungs of a later release, with more in them than this one knows, are not acted on.
func TestStrangeRungsAreNotRead(t *testing.T) {
	for _, packed := range []string{"x", "!! tell a", "mhx2k3f8 tell", "mhx2k3f8 tell a oz",
		"mhx2k3f8 tell a o stf_1 more", "mhx2k3f8 tell a\n\nmhx2k3f8 tell b"} {
		if rungs, err := UnpackRungs(packed); err == nil {
			t.Errorf("%q was read as %v", packed, rungs)
		}
		it, err := eventRow(rowCases()["whole"])
		if err != nil {
			t.Fatal(err)
		}
		it[rungsAttr] = Text(packed)
		if _, err := DecodePending(it); err == nil {
			t.Errorf("an event with %q was read", packed)
		}
	}
}

// FuzzRungs: what is read is packed again to the same.
func FuzzRungs(f *testing.F) {
	for _, e := range rowCases() {
		if e.Progress == nil {
			continue
		}
		if packed, ok := PackRungs(e.Progress.Rungs); ok {
			f.Add(packed)
		}
	}
	f.Fuzz(func(t *testing.T, packed string) {
		rungs, err := UnpackRungs(packed)
		if err != nil {
			return
		}
		again, ok := PackRungs(rungs)
		if !ok {
			return // such rungs stand as a list
		}
		back, err := UnpackRungs(again)
		if err != nil || !slices.Equal(back, rungs) {
			t.Errorf("%q gives %v, and %q gives %v", packed, rungs, again, back)
		}
	})
}
