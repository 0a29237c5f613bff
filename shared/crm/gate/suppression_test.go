package gate_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
)

func TestWhatAnAddressBringsAlong(t *testing.T) {
	const key = message.PurposeMarketing + "/" + message.ChannelEmail
	no, now := crmtest.Tuesday.Add(-time.Hour), crmtest.Tuesday
	yes := func(at time.Time) map[string]gate.Consent { return map[string]gate.Consent{key: {Yes: true, At: at}} }
	for _, c := range []struct {
		what  string
		gate  gate.Gate
		found gate.Suppression
		yes   bool
		at    time.Time
		lines int
	}{
		{"nothing", gate.Gate{}, gate.Suppression{}, false, time.Time{}, 0},
		{"a no", gate.Gate{}, gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: no}}, false, no, 1},
		{"a no of another purpose", gate.Gate{Version: 1, Consents: yes(no)},
			gate.Suppression{Noes: map[string]time.Time{message.PurposeSurvey: no}}, true, no, 1},
		{"a no to somebody who said no later", gate.Gate{Version: 1, Consents: map[string]gate.Consent{key: {At: now}}},
			gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: no}}, false, now, 0},
		{"a no to somebody who said no before",
			gate.Gate{Version: 1, Consents: map[string]gate.Consent{key: {At: no.Add(-1)}}},
			gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: no}}, false, no, 0},
		{"a no that is newer than the yes", gate.Gate{Version: 1, Consents: yes(no.Add(-1))},
			gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: no}}, false, now, 1},
		{"a no that is older than the yes, which was said by other addresses",
			gate.Gate{Version: 1, Consents: yes(no.Add(1))},
			gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: no}}, false, now, 1},
	} {
		next := c.gate.Inherit(message.ChannelEmail, c.found, now)
		if got := next.Consents[key]; got.Yes != c.yes || !got.At.Equal(c.at) || len(next.Said()) != c.lines ||
			len(next.Kept().Said()) != 0 {
			t.Errorf("%s: %+v, %d lines", c.what, got, len(next.Said()))
		}
		if _, ok := next.Permits(message.PurposeMarketing, message.ChannelEmail); ok != c.yes {
			t.Errorf("%s: permitted %t", c.what, ok)
		}
	}
}

func TestASuppressionFollowsTheGate(t *testing.T) {
	const key = message.PurposeMarketing + "/" + message.ChannelEmail
	early, late := crmtest.Tuesday, crmtest.Tuesday.Add(time.Hour)
	noes := func(at time.Time) gate.Suppression {
		return gate.Suppression{Noes: map[string]time.Time{message.PurposeMarketing: at}}
	}
	g := func(yes bool, at time.Time) gate.Gate {
		return gate.Gate{Consents: map[string]gate.Consent{key: {Yes: yes, At: at}}}
	}
	for _, c := range []struct {
		what    string
		before  gate.Suppression
		gate    gate.Gate
		channel string
		after   gate.Suppression
	}{
		{"a no is kept", gate.Suppression{}, g(false, early), message.ChannelEmail, noes(early)},
		{"a later no moves its time", noes(early), g(false, late), message.ChannelEmail, noes(late)},
		{"an earlier one does not", noes(late), g(false, early), message.ChannelEmail, noes(late)},
		{"a later yes takes it away", noes(early), g(true, late), message.ChannelEmail, gate.Suppression{}},
		{"a yes of the same moment does not", noes(early), g(true, early), message.ChannelEmail, noes(early)},
		{"an earlier yes does not", noes(late), g(true, early), message.ChannelEmail, noes(late)},
		{"another channel is none of its business", gate.Suppression{}, g(false, early), message.ChannelSMS,
			gate.Suppression{}},
		{"a block is kept", gate.Suppression{},
			gate.Gate{Suppressed: map[string]string{message.ChannelEmail: message.FateBounced}}, message.ChannelEmail,
			gate.Suppression{Block: message.FateBounced}},
		{"the graver one stays", gate.Suppression{Block: message.FateComplained},
			gate.Gate{Suppressed: map[string]string{message.ChannelEmail: message.FateBounced}}, message.ChannelEmail,
			gate.Suppression{Block: message.FateComplained}},
		{"a yes takes no block away", gate.Suppression{Block: message.FateBounced}, g(true, late), message.ChannelEmail,
			gate.Suppression{Block: message.FateBounced}},
	} {
		if got := c.before.Follow(c.gate, c.channel); !got.Equal(c.after) || got.Empty() != c.after.Empty() {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

// What becomes of messages to an address that no contact has is kept with it, as a gate would keep it.
func TestAnAddressOfNoContactIsClosedAlone(t *testing.T) {
	const mail, at = message.ChannelEmail, "2026-11-24"
	no := map[string]time.Time{message.PurposeMarketing: crmtest.Tuesday}
	for _, c := range []struct {
		what   string
		before gate.Suppression
		report message.Report
		after  gate.Suppression
	}{
		{"it came back", gate.Suppression{}, message.Report{Fate: message.FateBounced, Day: at},
			gate.Suppression{Failed: at}},
		{"on another day too", gate.Suppression{Failed: at}, message.Report{Fate: message.FateBounced, Day: "2026-11-25"},
			gate.Suppression{Block: message.FateBounced}},
		{"on the same day", gate.Suppression{Failed: at}, message.Report{Fate: message.FateBounced, Day: at},
			gate.Suppression{Failed: at}},
		{"a complaint", gate.Suppression{Block: message.FateBounced}, message.Report{Fate: message.FateComplained},
			gate.Suppression{Block: message.FateComplained, Noes: no}},
		{"a bounce after it", gate.Suppression{Block: message.FateComplained, Noes: no},
			message.Report{Fate: message.FateBounced, Day: at}, gate.Suppression{Block: message.FateComplained, Noes: no}},
		{"delivered", gate.Suppression{Failed: at}, message.Report{Fate: message.FateDelivered},
			gate.Suppression{Failed: at}},
	} {
		c.report.At = crmtest.Tuesday
		own := c.before.Heed(c.report, mail)
		if got := c.before.Follow(own, mail); !got.Equal(c.after) || len(own.Said()) > 0 {
			t.Errorf("%s: %+v, want %+v", c.what, got, c.after)
		}
	}
}

func TestAnAddressThatWorksOpensTheChannelAgain(t *testing.T) {
	mail := func(values ...string) (c customer.Contact) {
		for _, v := range values {
			c.Emails = append(c.Emails, customer.Reach{Value: v})
		}
		return c
	}
	dead := gate.Suppression{Block: message.FateBounced}
	at := func(value string, s gate.Suppression) map[message.Address]gate.Suppression {
		return map[message.Address]gate.Suppression{{Channel: message.ChannelEmail, Value: value}: s}
	}
	for _, c := range []struct {
		what          string
		why           string
		before, after customer.Contact
		found         map[message.Address]gate.Suppression
		open          bool
	}{
		{"another address instead", message.FateBounced, mail("a"), mail("b"), nil, true},
		{"the dead one stays beside it", message.FateBounced, mail("a"), mail("a", "b"), at("a", dead), false},
		{"the other one is dead as well", message.FateBounced, mail("a"), mail("b"), at("b", dead), false},
		{"no address is left", message.FateBounced, mail("a"), mail(), nil, false},
		{"the contact complained: that holds at every address", message.FateComplained, mail("a"), mail("b"), nil, false},
	} {
		g := gate.Gate{Version: 1, Suppressed: map[string]string{message.ChannelEmail: c.why}}.Meet(c.before, c.after,
			c.found, crmtest.Tuesday)
		if _, ok := g.Permits(message.PurposeService, message.ChannelEmail); ok != c.open {
			t.Errorf("%s: open %t", c.what, ok)
		}
		if c.why != message.FateBounced {
			continue
		}
		narrowed := map[message.Address]gate.Suppression{}
		for a := range c.found {
			narrowed[a] = gate.Suppression{Failed: "2026-11-24"}
		}
		g = gate.Gate{Version: 1, Failed: map[string]string{message.ChannelEmail: "2026-11-24"}}.Meet(c.before, c.after,
			narrowed, crmtest.Tuesday)
		if (g.Failed[message.ChannelEmail] == "") != c.open {
			t.Errorf("%s, after one day: %+v", c.what, g.Failed)
		}
	}
	g := gate.Gate{}.Meet(customer.Contact{}, mail("a"), at("a", dead), crmtest.Tuesday)
	if why, ok := g.Permits(message.PurposeService, message.ChannelEmail); ok || why != message.ReasonBlocked {
		t.Error("a dead address came to somebody, and mail goes there")
	}
	if why, ok := (gate.Gate{}).Part(crmtest.Tuesday).Permits(message.PurposeService, message.ChannelSMS); ok ||
		why != message.ReasonLeft {
		t.Errorf("somebody who has left: %s", why)
	}
}

func TestEveryChoiceIsAsked(t *testing.T) {
	if len(gate.Choices) != len(gate.Purposes)*len(gate.ChoiceChannels) || gate.Choices[0] != gate.Wording {
		t.Errorf("%v", gate.Choices)
	}
	for _, c := range gate.Choices {
		if _, ok := (gate.Gate{}).Permits(c.Purpose, c.Channel); ok || c.Purpose == message.PurposeService {
			t.Errorf("%s needs no yes", c.Key())
		}
	}
}
