package message_test

import (
	"fmt"
	rand "math/rand/v2"
	"reflect"
	"testing"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
)

var fates = []string{message.FateAccepted, message.FateDelivered, message.FateRefused, message.FateReturned,
	message.FateBounced, message.FateComplained}

// Whatever is told of a message, and in whichever order, ends in the same row and the same gate.
func TestReportsInAnyOrder(t *testing.T) {
	type end struct {
		state, fate, blocked string
		marketing            bool
	}
	run := func(state string, history []string) end {
		m := message.Message{Version: 3, State: state, Person: "cus_1", Customer: "cus_1", Channel: message.ChannelEmail}
		g := gate.Gate{Person: "cus_1", Version: 1, Consents: map[string]gate.Consent{"marketing/email": {Yes: true}}}
		for _, fate := range history {
			r := message.Report{Fate: fate, At: crmtest.Told}
			m, _, _ = m.Heed(r, crmtest.Told)
			g, _ = g.Heed(r, m.Channel)
		}
		return end{m.State, m.Fate, g.Suppressed["email"], g.Consents["marketing/email"].Yes}
	}
	for _, state := range []string{message.StateClaimed, message.StateUnknown, message.StateSent, message.StateFailed} {
		for n := range 1 << len(fates) {
			var some []string
			for i, fate := range fates {
				if n>>i&1 == 1 && (fate != message.FateRefused || n&^(1<<2) == 0) { // what was not sent can have no other fate
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
		{message.StateUnknown, "", message.FateAccepted, "sent  message.settled"},
		{message.StateUnknown, "", message.FateDelivered, "sent delivered message.settled"},
		{message.StateUnknown, "", message.FateRefused, "failed refused message.settled"},
		{message.StateUnknown, "", message.FateBounced, "sent bounced message.bounced"},
		{message.StateUnknown, "", message.FateComplained, "sent complained message.complained"},
		{message.StateClaimed, "", message.FateDelivered, "sent delivered -"},
		{message.StateQueued, "", message.FateDelivered, "sent delivered -"},
		{message.StateSent, "", message.FateAccepted, ""},
		{message.StateSent, "", message.FateDelivered, "sent delivered -"},
		{message.StateSent, message.FateDelivered, message.FateDelivered, ""},
		{message.StateSent, message.FateDelivered, message.FateBounced, "sent bounced message.bounced"},
		{message.StateUnknown, "", message.FateReturned, "sent returned message.settled"},
		{message.StateSent, message.FateDelivered, message.FateReturned, "sent returned -"},
		{message.StateSent, message.FateReturned, message.FateBounced, "sent bounced message.bounced"},
		{message.StateSent, message.FateBounced, message.FateReturned, ""},
		{message.StateSent, message.FateBounced, message.FateDelivered, ""},
		{message.StateSent, message.FateBounced, message.FateBounced, ""},
		{message.StateSent, message.FateBounced, message.FateComplained, "sent complained message.complained"},
		{message.StateSent, message.FateComplained, message.FateBounced, ""},
		{message.StateFailed, "", message.FateDelivered, "failed delivered -"},
		{message.StateSuppressed, "", message.FateAccepted, ""},
	} {
		m := message.Message{Version: 3, State: c.state, Fate: c.fate, Customer: "cus_1"}
		next, event, changed := m.Heed(message.Report{Fate: c.report, At: crmtest.Told}, crmtest.Told)
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
	yes := map[string]gate.Consent{"marketing/email": {Yes: true, Text: "I agree"}}
	for _, c := range []struct {
		what    string
		gate    gate.Gate
		fate    string
		blocked string
		changed bool
	}{
		{"delivered", gate.Gate{Version: 2, Consents: yes}, message.FateDelivered, "", false},
		{"accepted", gate.Gate{}, message.FateAccepted, "", false},
		{"returned", gate.Gate{Version: 2, Consents: yes}, message.FateReturned, "", false},
		{"bounced", gate.Gate{Version: 2, Consents: yes}, message.FateBounced, "", true},
		{"bounced, of somebody without a gate", gate.Gate{}, message.FateBounced, "", true},
		{"bounced on another day", gate.Gate{Version: 2, Failed: map[string]string{"email": "2026-11-01"}},
			message.FateBounced, message.FateBounced, true},
		{"bounced when it was closed", gate.Gate{Version: 2, Suppressed: map[string]string{"email": message.FateBounced}},
			message.FateBounced, message.FateBounced, false},
		{"blocked for another reason", gate.Gate{Version: 2, Suppressed: map[string]string{"email": "by hand"}},
			message.FateBounced, "by hand", false},
		{"complained", gate.Gate{Version: 2, Consents: yes, Suppressed: map[string]string{"sms": "by hand"}},
			message.FateComplained, message.FateComplained, true},
		{"complained after a bounce",
			gate.Gate{Version: 2, Consents: yes, Suppressed: map[string]string{"email": message.FateBounced}},
			message.FateComplained, message.FateComplained, true},
	} {
		next, changed := c.gate.Heed(message.Report{Fate: c.fate, Source: "ses", Proof: "f-1", At: crmtest.Told},
			message.ChannelEmail)
		if changed != c.changed || next.Suppressed["email"] != c.blocked || changed != (next.Version == c.gate.Version+1) ||
			next.Suppressed["sms"] != c.gate.Suppressed["sms"] {
			t.Errorf("%s: %+v, changed %t", c.what, next, changed)
		}
		no := next.Consents["marketing/email"]
		if c.fate == message.FateComplained && (no.Yes || no.Source != "ses:f-1" || !no.At.Equal(crmtest.Told)) {
			t.Errorf("%s: consent %+v", c.what, no)
		}
		if c.fate != message.FateComplained && !reflect.DeepEqual(next.Consents, c.gate.Consents) {
			t.Errorf("%s: consent %+v", c.what, no)
		}
		if _, may := next.Permits(message.PurposeMarketing, "email"); may && c.fate == message.FateBounced {
			t.Errorf("%s: marketing goes on", c.what)
		}
		if _, may := next.Permits(message.PurposeService, "email"); may == (c.blocked != "") {
			t.Errorf("%s: may be written to: %t", c.what, may)
		}
	}
	if !yes["marketing/email"].Yes {
		t.Error("a rule changed what it was given")
	}
}

// A message that came back is for those who run the shop, unless the address or its mailbox is to blame.
func TestWhoHearsOfAMessageThatCameBack(t *testing.T) {
	for _, c := range []struct {
		report message.Report
		want   bool
	}{
		{message.Report{Fate: message.FateReturned, Cause: message.CausePolicy}, true},
		{message.Report{Fate: message.FateReturned, Cause: message.CauseUnknown}, true},
		{message.Report{Fate: message.FateReturned, Cause: message.CauseMessage}, true},
		{message.Report{Fate: message.FateReturned, Cause: message.CauseRoad}, true},
		{message.Report{Fate: message.FateReturned, Cause: message.CauseMailbox}, false},
		{message.Report{Fate: message.FateBounced, Cause: message.CauseAddress}, false},
		{message.Report{Fate: message.FateBounced, Cause: message.CauseAddress, Listed: true}, true},
		{message.Report{Fate: message.FateDelivered}, false},
		{message.Report{Fate: message.FateComplained}, false},
	} {
		if got := c.report.ConcernsUs(); got != c.want {
			t.Errorf("%+v: %t", c.report, got)
		}
	}
}
