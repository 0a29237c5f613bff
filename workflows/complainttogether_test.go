package workflows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Several complaints of a contact get a new time. One letter tells of those that moved within the same hour: each of
// their processes claims it. One that moved in another hour has a letter of its own. So has one that the letter does
// not name. Where the customer was never thanked for a complaint, a colleague calls.
func TestSeveralNewTimesAreOneLetter(t *testing.T) {
	const together, alone = "Mon 09:00 wang@customer.example complaint-promises",
		"Mon 09:00 wang@customer.example complaint-promise"
	for name, c := range map[string]struct {
		moved      []time.Duration // of each complaint, before the hour at which the letters go
		unheard    int             // the place of one whose customer was never thanked; 0: none
		appears    bool            // the last one moves once the letter is out
		letters    []string
		colleagues int // who are told to call
	}{
		"one":          {moved: []time.Duration{0}, letters: []string{alone}},
		"two":          {moved: []time.Duration{0, 0}, letters: []string{together}},
		"five":         {moved: make([]time.Duration, 5), letters: []string{together}},
		"another hour": {moved: []time.Duration{0, 0, time.Hour}, letters: []string{together, alone}},
		"one was never thanked": {moved: []time.Duration{0, 0, 0}, unheard: 2,
			letters: []string{together}, colleagues: 1},
		"one after the letter":       {moved: []time.Duration{0, 0, 0}, appears: true, letters: []string{together, alone}},
		"two, one never thanked":     {moved: []time.Duration{0, 0}, unheard: 1, letters: []string{alone}, colleagues: 1},
		"each in an hour of its own": {moved: []time.Duration{0, time.Hour}, letters: []string{alone, alone}},
	} {
		h := complaintHouse()
		h.complains(t, staff.Visitor, "")
		h.orders(t, h.party("mo").gives("sue"))
		first := h.complaint()
		delete(h.cases, caseID)
		h.inbox = nil
		now := h.now()
		var ids []string
		for i, before := range c.moved {
			next := first
			next.ID = fmt.Sprintf("cmp_019b0000-0000-7000-8000-%012d", i+1)
			next.Promises, next.PromisedAt, next.Promised = 1, now.Add(-before), now.Add(8*time.Hour)
			next, _, err := next.Replan(h.terms().Complaint(), now)
			if err != nil {
				t.Fatal(err)
			}
			if c.unheard != i+1 {
				h.acknowledged(next.Progress().About(), "acknowledge-1")
			}
			h.cases[next.ID], ids = next, append(ids, next.ID)
		}
		late := h.cases[ids[len(ids)-1]]
		if c.appears {
			delete(h.cases, late.ID)
		}
		for _, id := range ids {
			if c.appears && id == late.ID {
				h.cases[id] = late
			}
			p := h.cases[id].Progress()
			key := p.Key(ladder.Rung{Name: "promised-1"})
			rung, _ := find(p, key)
			out, err := h.climbs(complaintSteps, Climb{ID: id, Round: 1, Key: key, Rung: rung})
			if err != nil || !slices.Equal(out.Keys, []string{key}) {
				t.Errorf("%s: %+v, %v", name, out, err)
			}
		}
		slices.Sort(h.inbox)
		want := append(slices.Repeat([]string{"Mon 09:00 sue@shop.example complaint-call"}, c.colleagues), c.letters...)
		slices.Sort(want)
		if !slices.Equal(h.inbox, want) {
			t.Errorf("%s: inbox %q, want %q", name, h.inbox, want)
		}
	}
}

// A second complaint's time is corrected two minutes after the first one's: the letter waits, and tells of both.
func TestALetterWaitsForTheNextNewTime(t *testing.T) {
	h := complaintHouse()
	h.complains(t, staff.Visitor, "")
	h.orders(t, h.party("mo").gives("sue"))
	one := h.complaint()
	now := h.now()
	two := one
	two.ID = "cmp_019b0000-0000-7000-8000-000000000002"
	one.Promises, one.PromisedAt, one.Promised = 1, now, now.Add(8*time.Hour)
	one, _, err := one.Replan(h.terms().Complaint(), now)
	if err != nil {
		t.Fatal(err)
	}
	for i := range two.Rungs {
		if two.Rungs[i].Do == ladder.DoCorrectPromise {
			two.Rungs[i].At = now.Add(time.Minute)
		}
	}
	h.cases[one.ID], h.cases[two.ID], h.inbox = one, two, nil
	for _, id := range []string{one.ID, two.ID} {
		h.acknowledged(h.cases[id].Progress().About(), "acknowledge-1")
	}
	key := one.Progress().Key(ladder.Rung{Name: "promised-1"})
	rung, _ := find(one.Progress(), key)
	tell := Climb{ID: one.ID, Round: 1, Key: key, Rung: rung}
	out, err := h.climbs(complaintSteps, tell)
	if err != nil || out.Again != 2*time.Minute || len(h.inbox) > 0 {
		t.Fatalf("%+v, %v, inbox %q", out, err, h.inbox)
	}
	now = now.Add(2 * time.Minute)
	h.now = func() time.Time { return now }
	two.Promises, two.PromisedAt, two.Promised = 1, now.Add(-time.Minute), now.Add(9*time.Hour)
	if two, _, err = two.Replan(h.terms().Complaint(), now); err != nil {
		t.Fatal(err)
	}
	h.cases[two.ID] = two
	if out, err = h.climbs(complaintSteps, tell); err != nil || out.Again > 0 ||
		!slices.Equal(h.inbox, []string{"Mon 09:02 wang@customer.example complaint-promises"}) {
		t.Errorf("%+v, %v, inbox %q", out, err, h.inbox)
	}
	for _, m := range h.ledger {
		if m.Template == message.TemplateComplaintPromises && len(strings.Fields(m.Says)) != 2 {
			t.Errorf("the ledger says %q", m.Says)
		}
	}
}
