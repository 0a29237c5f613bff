package main

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
)

// whole is what a run leaves behind in which everything is as it must be: two people, of whom one met a busy door
// and one a killed one.
func whole() facts {
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	later := func(s int) time.Time { return at.Add(time.Duration(s) * time.Second) }
	return facts{
		proof: proof{kills: map[string][]span{intake: {{later(10), later(11)}}}, outages: 1, drained: time.Second,
			fates: map[string]fate{"b": {point: "mailed", state: message.StateUnknown, mails: 1}}},
		people: 2,
		tries: []try{
			{Person: 0, At: at, Took: 2 * time.Second, Status: 503, RetryAfter: 2},
			{Person: 0, At: later(4), Status: 202, Submission: "sub_0"},
			{Person: 1, At: later(9), Took: 2 * time.Second, Status: 500},
			{Person: 1, At: later(12), Status: 202, Submission: "sub_1"},
		},
		submissions: map[string]string{"sub_0": form.OutcomeCreated, "sub_1": form.OutcomeCreated},
		leads:       map[string]string{"lead_0": "cus_0", "lead_1": "cus_1"},
		workflows:   []string{"lead/lead_0/1", "lead/lead_1/1"},
		messages: []inboxMail{{"a", "lead/lead_0/1/ack/email", message.StateSent, message.ChannelEmail, "cus_0"},
			{"b", "lead/lead_1/1/ack/email", message.StateUnknown, message.ChannelEmail, "cus_1"},
			{"c", "lead/lead_1/1/told/email", message.StateSuppressed, message.ChannelEmail, "stf_1"}},
		mails: map[string]int{"a": 1, "b": 1}, doubtful: map[string]bool{"b": true},
	}
}

func bad(figures []figure) []string {
	var out []string
	for _, f := range figures {
		if f.bad {
			out = append(out, f.name)
		}
	}
	return out
}

func TestPlantedFaultsAreFound(t *testing.T) {
	const held = "posts that died with their function (500): those that were held, and what lay beside them"
	for _, c := range []struct {
		name  string
		plant func(*facts)
		found []string
	}{
		{"nothing", func(*facts) {}, nil},
		{"a false 2xx", func(f *facts) { delete(f.submissions, "sub_1") },
			[]string{"submissions stored", "ids that were answered and are not stored"}},
		{"a post stored twice", func(f *facts) { f.submissions["sub_2"] = form.OutcomeAttached },
			[]string{"submissions stored", "submissions that are no lead"}},
		{"a lead too many", func(f *facts) { f.leads["lead_2"] = "cus_1" },
			[]string{"leads", "leads without their own workflow", "people who were not written to"}},
		{"an event lost", func(f *facts) { f.workflows = f.workflows[:1] },
			[]string{"workflows", "leads without their own workflow", "people who were not written to"}},
		{"an event pending", func(f *facts) { f.pending = 1 }, []string{"events still pending"}},
		{"a slow drain", func(f *facts) { f.drained = time.Minute + time.Second },
			[]string{"last fault of a round to its last event handed over"}},
		{"an event that waited for the sweep", func(f *facts) { f.swept = 1 },
			[]string{"events that the stream left to the sweep"}},
		{"a mail twice", func(f *facts) { f.mails["a"] = 2 }, []string{"messages of which there are two mails"}},
		{"no mail", func(f *facts) { f.mails = map[string]int{"b": 1} },
			[]string{"messages that are sent, and no mail is there"}},
		{"a mail against the rule", func(f *facts) { f.mails["c"] = 1 },
			[]string{"messages that are not sent, and a mail is there"}},
		{"unknown without a kill", func(f *facts) { f.doubtful = nil },
			[]string{"messages unknown that no killed worker was at"}},
		{"a claim that never ends", func(f *facts) { f.messages[0].state = message.StateClaimed },
			[]string{"messages still being sent", "people who were not written to"}},
		{"a killed worker's mail went out by itself", func(f *facts) { f.messages[1].state = message.StateSent },
			[]string{"messages at a kill that did not end as they must"}},
		{"a slow 503", func(f *facts) { f.tries[0].Took = 4 * time.Second },
			[]string{"of these, answers that took longer than 3s"}},
		{"a 503 that does not say when", func(f *facts) { f.tries[0].RetryAfter = 0 },
			[]string{"posts told to come back, and when (503)", "posts answered otherwise"}},
		{"a 500 that nothing explains", func(f *facts) { f.tries[2].Took = time.Millisecond },
			[]string{held, "posts answered otherwise"}},
		{"a post that was held and answered", func(f *facts) { f.tries[2] = f.tries[3] }, []string{held}},
		{"nobody came", func(f *facts) { *f = facts{} }, []string{"enquiries"}},
	} {
		f := whole()
		f.submissions, f.leads, f.mails = maps.Clone(f.submissions), maps.Clone(f.leads), maps.Clone(f.mails)
		c.plant(&f)
		if got := bad(f.figures(2)); !slices.Equal(got, c.found) {
			t.Errorf("%s: found %q, not %q", c.name, got, c.found)
		}
	}
}

func TestTheFloodsFiguresAreHeld(t *testing.T) {
	judge := func(plant func(*flooded, *honesty)) []string {
		times := []time.Duration{time.Millisecond, 2 * time.Millisecond}
		quiet, beside := &honesty{people: 1, opened: times, posted: times},
			&honesty{first: 1, people: 1, opened: times, posted: times}
		f := flooded{outcomes: map[string]int{"created": 3, "quarantined": 49},
			letters: map[string]int{victim: 1, honest(0): 1, honest(1): 1}}
		plant(&f, beside)
		return bad(floodFigures(f, 50, map[int]int{202: 25, 303: 25}, quiet, beside))
	}
	for name, c := range map[string]struct {
		plant func(*flooded, *honesty)
		found int
	}{
		"nothing":                   {func(*flooded, *honesty) {}, 0},
		"three mails to the victim": {func(f *flooded, _ *honesty) { f.letters[victim] = 3 }, 0},
		"four mails to the victim":  {func(f *flooded, _ *honesty) { f.letters[victim] = 4 }, 1},
		"nobody thanked":            {func(f *flooded, _ *honesty) { delete(f.letters, honest(1)) }, 1},
		"an honest person refused":  {func(_ *flooded, h *honesty) { h.odd = []string{"429"} }, 1},
		"a flood that gets in": {func(f *flooded, _ *honesty) {
			f.outcomes["created"], f.outcomes["quarantined"] = 13,
				39
		}, 1},
		"a door that is busy": {func(_ *flooded, h *honesty) { h.busy = 1 }, 0},
		"a post lost":         {func(f *flooded, _ *honesty) { f.outcomes["quarantined"]-- }, 1},
		"a post made up":      {func(f *flooded, _ *honesty) { f.outcomes["quarantined"]++ }, 1},
		"an event pending":    {func(f *flooded, _ *honesty) { f.pending = 1 }, 1},
	} {
		if got := judge(c.plant); len(got) != c.found {
			t.Errorf("%s: found %q", name, got)
		}
	}
}

func TestADifferenceEndsTheRunAndSaysWhereToLook(t *testing.T) {
	var out bytes.Buffer
	r := report{out: &out, figures: []figure{exactly("leads", 3, 3, "nothing"),
		none("lost", []string{"lead_1"}, "the table Records"), note("posts", "4")}}
	if err := r.table(); err == nil || !strings.Contains(out.String(), "lost: look at the table Records: lead_1") ||
		strings.Count(out.String(), "DIFFERS") != 1 {
		t.Errorf("%v\n%s", err, out.String())
	}
	if err := (&report{out: io.Discard, figures: r.figures[:1]}).table(); err != nil {
		t.Error(err)
	}
}
