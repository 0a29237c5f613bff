package crm_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"afterpress/shared/crm"
)

var told = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

var fates = []string{crm.FateAccepted, crm.FateDelivered, crm.FateRefused, crm.FateBounced, crm.FateComplained}

// Whatever is told of a message, and in whichever order, ends in the same row and the same gate.
func TestReportsInAnyOrder(t *testing.T) {
	type end struct {
		state, fate, blocked string
		marketing            bool
	}
	run := func(state string, history []string) end {
		m := crm.Message{Version: 3, State: state, Person: "cus_1", Customer: "cus_1", Channel: crm.ChannelEmail}
		g := crm.Gate{Person: "cus_1", Version: 1, Consents: map[string]crm.Consent{"marketing/email": {Yes: true}}}
		for _, fate := range history {
			r := crm.Report{Fate: fate, At: told}
			m, _, _ = m.Heed(r, told)
			g, _ = g.Heed(r, m.Channel)
		}
		return end{m.State, m.Fate, g.Suppressed["email"], g.Consents["marketing/email"].Yes}
	}
	for _, state := range []string{crm.MessageClaimed, crm.MessageUnknown, crm.MessageSent, crm.MessageFailed} {
		for n := range 1 << len(fates) {
			var some []string
			for i, fate := range fates {
				if n>>i&1 == 1 && (fate != crm.FateRefused || n&^(1<<2) == 0) { // what was not sent can have no other fate
					some = append(some, fate)
				}
			}
			want := run(state, some)
			for range 40 {
				other := append(append([]string(nil), some...), some...)
				rand.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
				if got := run(state, other); got != want {
					t.Fatalf("%s %v: %+v, want %+v", state, other, got, want)
				}
			}
		}
	}
}

func TestWhatAReportChanges(t *testing.T) {
	for _, c := range []struct {
		state, fate string
		report      string
		want        string // state, fate and event afterwards; empty: nothing changes
	}{
		{crm.MessageUnknown, "", crm.FateAccepted, "sent  message.settled"},
		{crm.MessageUnknown, "", crm.FateDelivered, "sent delivered message.settled"},
		{crm.MessageUnknown, "", crm.FateRefused, "failed refused message.settled"},
		{crm.MessageUnknown, "", crm.FateBounced, "sent bounced message.bounced"},
		{crm.MessageUnknown, "", crm.FateComplained, "sent complained message.complained"},
		{crm.MessageClaimed, "", crm.FateDelivered, "sent delivered -"},
		{crm.MessageQueued, "", crm.FateDelivered, "sent delivered -"},
		{crm.MessageSent, "", crm.FateAccepted, ""},
		{crm.MessageSent, "", crm.FateDelivered, "sent delivered -"},
		{crm.MessageSent, crm.FateDelivered, crm.FateDelivered, ""},
		{crm.MessageSent, crm.FateDelivered, crm.FateBounced, "sent bounced message.bounced"},
		{crm.MessageSent, crm.FateBounced, crm.FateDelivered, ""},
		{crm.MessageSent, crm.FateBounced, crm.FateBounced, ""},
		{crm.MessageSent, crm.FateBounced, crm.FateComplained, "sent complained message.complained"},
		{crm.MessageSent, crm.FateComplained, crm.FateBounced, ""},
		{crm.MessageFailed, "", crm.FateDelivered, "failed delivered -"},
		{crm.MessageSuppressed, "", crm.FateAccepted, ""},
	} {
		m := crm.Message{Version: 3, State: c.state, Fate: c.fate, Customer: "cus_1"}
		next, event, changed := m.Heed(crm.Report{Fate: c.report, At: told}, told)
		got, kind := "", "-"
		if event != nil {
			kind = string(event.Type)
		}
		if changed {
			got = fmt.Sprintf("%s %s %s", next.State, next.Fate, kind)
		}
		if got != c.want || changed != (next.Version == 4) || !changed && !reflect.DeepEqual(next, m) {
			t.Errorf("%s %s hears %s: %q, want %q", c.state, c.fate, c.report, got, c.want)
		}
		if words := next.Words(); changed && (words.Zh == "" || words.En == "") {
			t.Errorf("%s has no words", got)
		}
	}
}

func TestWhatAReportForbids(t *testing.T) {
	yes := map[string]crm.Consent{"marketing/email": {Yes: true, Text: "I agree"}}
	for _, c := range []struct {
		what    string
		gate    crm.Gate
		fate    string
		blocked string
		changed bool
	}{
		{"delivered", crm.Gate{Version: 2, Consents: yes}, crm.FateDelivered, "", false},
		{"accepted", crm.Gate{}, crm.FateAccepted, "", false},
		{"bounced", crm.Gate{Version: 2, Consents: yes}, crm.FateBounced, crm.FateBounced, true},
		{"bounced, of somebody without a gate", crm.Gate{}, crm.FateBounced, crm.FateBounced, true},
		{"bounced again", crm.Gate{Version: 2, Suppressed: map[string]string{"email": crm.FateBounced}}, crm.FateBounced, crm.FateBounced, false},
		{"blocked for another reason", crm.Gate{Version: 2, Suppressed: map[string]string{"email": "by hand"}}, crm.FateBounced, "by hand", false},
		{"complained", crm.Gate{Version: 2, Consents: yes, Suppressed: map[string]string{"sms": "by hand"}}, crm.FateComplained, crm.FateComplained, true},
		{"complained after a bounce", crm.Gate{Version: 2, Consents: yes, Suppressed: map[string]string{"email": crm.FateBounced}}, crm.FateComplained, crm.FateComplained, true},
	} {
		next, changed := c.gate.Heed(crm.Report{Fate: c.fate, Source: "ses", Proof: "f-1", At: told}, crm.ChannelEmail)
		if changed != c.changed || next.Suppressed["email"] != c.blocked || changed != (next.Version == c.gate.Version+1) || next.Suppressed["sms"] != c.gate.Suppressed["sms"] {
			t.Errorf("%s: %+v, changed %t", c.what, next, changed)
		}
		no := next.Consents["marketing/email"]
		if c.fate == crm.FateComplained && (no.Yes || no.Source != "ses:f-1" || !no.At.Equal(told)) {
			t.Errorf("%s: consent %+v", c.what, no)
		}
		if c.fate != crm.FateComplained && !reflect.DeepEqual(next.Consents, c.gate.Consents) {
			t.Errorf("%s: consent %+v", c.what, no)
		}
		if _, may := next.Permits(crm.PurposeService, "email"); may == (c.blocked != "") {
			t.Errorf("%s: may be written to: %t", c.what, may)
		}
	}
	if !yes["marketing/email"].Yes {
		t.Error("a rule changed what it was given")
	}
}
