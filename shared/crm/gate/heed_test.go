package gate_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

const mail = message.ChannelEmail

// failed is a report of an address that does not work, told on that day.
func failed(day string) message.Report {
	return message.Report{Fate: message.FateBounced, Source: "ses", At: crmtest.Tuesday, Day: day}
}

// Marketing stops at the first message that came back, service at the second on another day, in any order. What only
// the provider's own list says is no second proof.
func TestTwoDaysCloseAChannel(t *testing.T) {
	t.Parallel()
	listed := failed("2026-11-30")
	listed.Listed = true
	full := message.Report{Fate: message.FateReturned, Cause: message.CauseMailbox, At: crmtest.Tuesday, Day: "2026-11-30"}
	const one, two = "2026-11-24", "2026-11-25"
	for _, c := range []struct {
		what               string
		told               []message.Report
		marketing, service bool
	}{
		{"nothing", nil, true, true},
		{"another cause", []message.Report{full, full}, true, true},
		{"one day", []message.Report{failed(one)}, false, true},
		{"twice on one day", []message.Report{failed(one), failed(one)}, false, true},
		{"two days", []message.Report{failed(one), failed(two)}, false, false},
		{"two days, the later one first", []message.Report{failed(two), failed(one)}, false, false},
		{"the provider's list", []message.Report{listed}, false, true},
		{"the provider's list, on and on", []message.Report{listed, listed}, false, true},
		{"one day, then the list", []message.Report{failed(one), listed}, false, true},
		{"the list, then one day", []message.Report{listed, failed(one)}, false, true},
		{"the list between two days", []message.Report{failed(one), listed, failed(two)}, false, false},
		{"the list before two days", []message.Report{listed, failed(one), failed(two)}, false, false},
	} {
		g := gate.Gate{Version: 1, Consents: map[string]gate.Consent{"marketing/email": {Yes: true}}}
		for _, r := range c.told {
			g, _ = g.Heed(r, mail)
		}
		_, marketing := g.Permits(message.PurposeMarketing, mail)
		_, service := g.Permits(message.PurposeService, mail)
		if marketing != c.marketing || service != c.service {
			t.Errorf("%s: marketing %t, service %t: %+v", c.what, marketing, service, g)
		}
		if again := g.Row().Gate("", ""); again.Failed[mail] != g.Failed[mail] || !service && len(g.Failed) > 0 {
			t.Errorf("%s: kept as %+v", c.what, again)
		}
		if _, ok := g.Permits(message.PurposeService, message.ChannelSMS); !ok {
			t.Errorf("%s: another channel is closed", c.what)
		}
	}
	undated := message.Report{Fate: message.FateBounced, At: time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)}
	if g, _ := (gate.Gate{}).Heed(undated, mail); g.Failed[mail] != one {
		t.Errorf("a report that names no day: %+v", g.Failed)
	}
}

// A person opens a channel that came-back messages closed, at the contact's addresses too. What the contact closed
// themselves stays closed.
func TestAPersonOpensAChannel(t *testing.T) {
	t.Parallel()
	by := staff.Actor{ID: "stf_1"}
	closed := func(why string) gate.Gate { return gate.Gate{Version: 3, Suppressed: map[string]string{mail: why}} }
	for _, c := range []struct {
		what string
		gate gate.Gate
		at   gate.Suppression // of the address
		open bool
		left gate.Suppression
	}{
		{"closed", closed(message.FateBounced), gate.Suppression{Block: message.FateBounced}, true, gate.Suppression{}},
		{"narrowed", gate.Gate{Version: 3, Failed: map[string]string{mail: "2026-11-24"}},
			gate.Suppression{Failed: "2026-11-24"}, true, gate.Suppression{}},
		{"closed, and complained about by another contact", closed(message.FateBounced),
			gate.Suppression{Block: message.FateComplained}, true, gate.Suppression{Block: message.FateComplained}},
		{"complained", closed(message.FateComplained), gate.Suppression{Block: message.FateComplained}, false,
			gate.Suppression{Block: message.FateComplained}},
		{"open", gate.Gate{Version: 3}, gate.Suppression{}, false, gate.Suppression{}},
		{"closed for another reason", closed("by hand"), gate.Suppression{}, false, gate.Suppression{}},
	} {
		next, events, err := c.gate.Open(mail, gate.OpenSpoken, "shanghai", by, crmtest.Tuesday)
		if c.open != (err == nil) || !c.open && (fault.KindOf(err) != fault.Refused || next.Version != c.gate.Version) {
			t.Errorf("%s: %+v, %v", c.what, next, err)
			continue
		}
		if got := c.at.Follow(next, mail); c.open && !got.Equal(c.left) {
			t.Errorf("%s: the address has %+v", c.what, got)
		}
		if !c.open {
			continue
		}
		_, ok := next.Permits(message.PurposeService, mail)
		if !ok || len(next.Failed) > 0 || next.Version != 4 || len(events) != 1 ||
			events[0].Type != event.ChannelOpened || events[0].Data["reason"] != gate.OpenSpoken {
			t.Errorf("%s: %+v, %+v", c.what, next, events)
		}
		if again, _ := next.Kept().Heed(failed("2026-12-01"), mail); again.Suppressed[mail] != "" {
			t.Errorf("%s: the next failure closes it at once", c.what)
		}
	}
}

// A contact who gets a failed address has a narrowed channel, and another address instead opens it.
func TestAFailureStaysWithTheAddress(t *testing.T) {
	t.Parallel()
	g, _ := gate.Gate{Version: 1}.Heed(failed("2026-11-24"), mail)
	kept := gate.Suppression{}.Follow(g, mail)
	if kept.Failed != "2026-11-24" || kept.Empty() {
		t.Errorf("%+v", kept)
	}
	other := gate.Gate{Version: 1}.Inherit(mail, kept, crmtest.Tuesday)
	if other.Failed[mail] != kept.Failed {
		t.Errorf("another contact has %+v", other)
	}
	if closed, _ := other.Heed(failed("2026-11-25"), mail); closed.Suppressed[mail] != message.FateBounced {
		t.Errorf("the second day: %+v", closed)
	}
	shut, _ := g.Heed(failed("2026-11-25"), mail)
	if kept = kept.Follow(shut, mail); kept.Block != message.FateBounced || kept.Failed != "" {
		t.Errorf("%+v", kept)
	}
	if slices.Contains([]string{kept.Failed}, "2026-11-24") {
		t.Errorf("%+v", kept)
	}
}
