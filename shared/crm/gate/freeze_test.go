package gate_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"

	"pgregory.net/rapid"
)

// freezeOf is a customer's freeze for so many complaints, cmp_1 and on.
func freezeOf(complaints int) gate.Freeze {
	f := gate.Freeze{Customer: "cus_1", Version: 1}
	for n := range complaints {
		f.Complaints = append(f.Complaints, fmt.Sprintf("cmp_%d", n+1))
	}
	return f
}

// willing is the gate of somebody who agreed to advertising by mail.
func willing() gate.Gate {
	return gate.Gate{Person: "con_1", Customer: "cus_1", Version: 1,
		Consents: map[string]gate.Consent{gate.ConsentKey: {Yes: true, At: crmtest.Tuesday}}}
}

// A gate that was told of the freeze decides by itself. One that was not, or that has no place for all complaints,
// asks the freeze.
func TestWhatAGateWasToldOfTheFreeze(t *testing.T) {
	const marketing, service = message.PurposeMarketing, message.PurposeService
	left := willing().Part(crmtest.Tuesday)
	for _, tc := range []struct {
		name    string
		gate    gate.Gate
		purpose string
		asks    bool
		reason  string // by itself
		by      string // under a freeze for one complaint
	}{
		{"never told", willing(), marketing, true, "", message.ReasonComplaint},
		{"never told, an answer to the customer", willing(), service, false, "", ""},
		{"told that nothing freezes", willing().Under(freezeOf(0), crmtest.Tuesday), marketing, false, "",
			message.ReasonComplaint},
		{"told of one complaint", willing().Under(freezeOf(1), crmtest.Tuesday), marketing, false,
			message.ReasonComplaint, message.ReasonComplaint},
		{"told of one complaint, an answer to the customer", willing().Under(freezeOf(1), crmtest.Tuesday), service,
			false, "", ""},
		{"told of four", willing().Under(freezeOf(4), crmtest.Tuesday), marketing, false, message.ReasonComplaint,
			message.ReasonComplaint},
		{"told of five", willing().Under(freezeOf(5), crmtest.Tuesday), marketing, true, message.ReasonComplaint,
			message.ReasonComplaint},
		{"who never agreed", gate.Gate{}.Under(freezeOf(1), crmtest.Tuesday), marketing, false,
			message.ReasonNoConsent, message.ReasonNoConsent},
		{"who has left", left.Under(freezeOf(1), crmtest.Tuesday), marketing, false, message.ReasonLeft,
			message.ReasonLeft},
	} {
		if got := tc.gate.AsksFreeze(tc.purpose); got != tc.asks {
			t.Errorf("%s: asks the freeze %t", tc.name, got)
		}
		if reason, ok := tc.gate.Permits(tc.purpose, message.ChannelEmail); reason != tc.reason || ok != (reason == "") {
			t.Errorf("%s: %t, %q", tc.name, ok, reason)
		}
		under := tc.gate.Under(freezeOf(1), crmtest.Tuesday)
		if reason, _ := under.Permits(tc.purpose, message.ChannelEmail); reason != tc.by || under.AsksFreeze(tc.purpose) {
			t.Errorf("%s, under a freeze: %q", tc.name, reason)
		}
	}
}

// Who holds a gate sees that it was told something else: the version says so. It stays where nothing changes.
func TestTellingAGateRaisesItsVersion(t *testing.T) {
	g, at := willing(), crmtest.Tuesday.Add(time.Hour)
	for _, tc := range []struct {
		name    string
		told    int
		version int64
	}{
		{"for the first time, of nothing", 0, 2}, {"of nothing again", 0, 2}, {"of a complaint", 1, 3},
		{"of it again", 1, 3}, {"of five", 5, 4}, {"of a sixth, which it does not name", 6, 4}, {"of nothing", 0, 5},
	} {
		g = g.Under(freezeOf(tc.told), at).Kept()
		if g.Version != tc.version || len(g.Frozen.By) != min(tc.told, 4) || g.Frozen.More != (tc.told > 4) {
			t.Errorf("%s: version %d, %+v", tc.name, g.Version, g.Frozen)
		}
	}
}

// A freeze lists whose gates it tells. Each change of that is another version: who read the freeze before sees it.
func TestTheFreezeListsWhomItTells(t *testing.T) {
	now := crmtest.Tuesday
	f := gate.Freeze{}
	for n, tc := range []struct {
		name  string
		next  func() gate.Freeze
		tells []string
	}{
		{"the first contact takes it", func() gate.Freeze { return f.Take("cus_1", "con_1", now) }, []string{"con_1"}},
		{"a complaint", func() gate.Freeze { return f.Follow("cus_1", "cmp_1", true, now) }, []string{"con_1"}},
		{"a second contact", func() gate.Freeze { return f.Take("cus_1", "con_2", now) }, []string{"con_1", "con_2"}},
		{"the first one again", func() gate.Freeze { return f.Take("cus_1", "con_1", now) }, []string{"con_1", "con_2"}},
		{"the first one leaves", func() gate.Freeze { return f.Part("con_1", now) }, []string{"con_2"}},
		{"who is not there leaves", func() gate.Freeze { return f.Part("con_9", now) }, []string{"con_2"}},
	} {
		now = now.Add(time.Hour)
		before := slices.Clone(f.Contacts)
		next := tc.next()
		if !slices.Equal(next.Contacts, tc.tells) || next.Version != int64(n+1) || !next.UpdatedAt.Equal(now) ||
			next.Customer != "cus_1" || !next.CreatedAt.Equal(crmtest.Tuesday.Add(time.Hour)) ||
			(len(next.Complaints) == 1) != (n > 0) {
			t.Errorf("%s: %+v", tc.name, next)
		}
		if !slices.Equal(before, f.Contacts) {
			t.Errorf("%s: the freeze that was read has changed", tc.name)
		}
		f = next
	}
}

// Who has left is told nothing more.
func TestWhoLeavesForgetsTheFreeze(t *testing.T) {
	g := willing().Under(freezeOf(1), crmtest.Tuesday).Part(crmtest.Tuesday)
	if g.Frozen != nil || g.LeftAt == nil {
		t.Errorf("%+v", g)
	}
}

// Complaints come and go in any order, and the gate hears of each. What it permits is what the freeze permits, and it
// never names more than four.
func TestAGateThatHearsOfEachComplaintAgreesWithTheFreeze(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f, g := gate.Freeze{}, willing().Under(gate.Freeze{}, crmtest.Tuesday)
		for range rapid.IntRange(1, 30).Draw(rt, "changes") {
			id := fmt.Sprintf("cmp_%d", rapid.IntRange(1, 7).Draw(rt, "complaint"))
			f = f.Follow("cus_1", id, rapid.Bool().Draw(rt, "freezes"), crmtest.Tuesday)
			g = g.Under(f, crmtest.Tuesday).Kept()
			want, _ := f.Permits(message.PurposeMarketing)
			got, _ := g.Row().Gate("con_1", "cus_1").Permits(message.PurposeMarketing, message.ChannelEmail)
			if got != want || len(g.Frozen.By) > 4 || g.Frozen.More != (len(f.Complaints) > 4) {
				rt.Fatalf("%v: %q, want %q, %+v", f.Complaints, got, want, g.Frozen)
			}
			for _, h := range g.Frozen.By {
				if !slices.ContainsFunc(f.Complaints, func(id string) bool { return gate.HashOf(id) == h }) {
					rt.Fatalf("%v: names %x", f.Complaints, h)
				}
			}
		}
	})
}

func TestTheGateNamesTheLastMessages(t *testing.T) {
	at := time.Date(2026, 11, 24, 2, 59, 59, 0, time.UTC)
	hour := uint32(at.Unix() / 3600)
	g := gate.Gate{Person: "con_1"}.Sending("lead/1/thanks/email", at)
	if g.Version != 1 || !g.CreatedAt.Equal(at) || len(g.Recent) != 1 ||
		g.Recent[0] != (gate.Sent{Message: gate.HashOf("lead/1/thanks/email"), Hour: hour}) {
		t.Errorf("the first one: %+v", g)
	}
	for n := range 20 {
		g = g.Sending(fmt.Sprint(n), at.Add(time.Duration(n)*time.Hour))
	}
	if g.Version != 1 || len(g.Recent) != 16 || g.Recent[0].Message != gate.HashOf("4") || g.Recent[15].Hour != hour+19 {
		t.Errorf("the last sixteen: %+v", g)
	}
	before := g
	g = g.Sending("7", at.Add(100*time.Hour))
	if len(g.Recent) != 16 || g.Recent[15] != (gate.Sent{Message: gate.HashOf("7"), Hour: hour + 100}) ||
		g.Recent[3].Message == gate.HashOf("7") || before.Recent[3].Message != gate.HashOf("7") {
		t.Errorf("one that is claimed again: %+v", g.Recent)
	}
}
