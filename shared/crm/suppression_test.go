package crm

import (
	"testing"
	"time"
)

func TestWhatAnAddressBringsAlong(t *testing.T) {
	const key = PurposeMarketing + "/" + ChannelEmail
	no, now := tuesday.Add(-time.Hour), tuesday
	yes := func(at time.Time) map[string]Consent { return map[string]Consent{key: {Yes: true, At: at}} }
	for _, c := range []struct {
		what  string
		gate  Gate
		found Suppression
		yes   bool
		at    time.Time
		lines int
	}{
		{"nothing", Gate{}, Suppression{}, false, time.Time{}, 0},
		{"a no", Gate{}, Suppression{Noes: map[string]time.Time{PurposeMarketing: no}}, false, no, 1},
		{"a no of another purpose", Gate{Version: 1, Consents: yes(no)}, Suppression{Noes: map[string]time.Time{PurposeSurvey: no}}, true, no, 1},
		{"a no to somebody who said no later", Gate{Version: 1, Consents: map[string]Consent{key: {At: now}}}, Suppression{Noes: map[string]time.Time{PurposeMarketing: no}}, false, now, 0},
		{"a no to somebody who said no before", Gate{Version: 1, Consents: map[string]Consent{key: {At: no.Add(-1)}}}, Suppression{Noes: map[string]time.Time{PurposeMarketing: no}}, false, no, 0},
		{"a no that is newer than his yes", Gate{Version: 1, Consents: yes(no.Add(-1))}, Suppression{Noes: map[string]time.Time{PurposeMarketing: no}}, false, now, 1},
		{"a no that is older than his yes, which was said by other addresses", Gate{Version: 1, Consents: yes(no.Add(1))}, Suppression{Noes: map[string]time.Time{PurposeMarketing: no}}, false, now, 1},
	} {
		next := c.gate.Inherit(ChannelEmail, c.found, now)
		if got := next.Consents[key]; got.Yes != c.yes || !got.At.Equal(c.at) || len(next.Said()) != c.lines || len(next.Kept().Said()) != 0 {
			t.Errorf("%s: %+v, %d lines", c.what, got, len(next.Said()))
		}
		if _, ok := next.Permits(PurposeMarketing, ChannelEmail); ok != c.yes {
			t.Errorf("%s: permitted %t", c.what, ok)
		}
	}
}

func TestASuppressionFollowsTheGate(t *testing.T) {
	const key = PurposeMarketing + "/" + ChannelEmail
	early, late := tuesday, tuesday.Add(time.Hour)
	noes := func(at time.Time) Suppression { return Suppression{Noes: map[string]time.Time{PurposeMarketing: at}} }
	gate := func(yes bool, at time.Time) Gate { return Gate{Consents: map[string]Consent{key: {Yes: yes, At: at}}} }
	for _, c := range []struct {
		what    string
		before  Suppression
		gate    Gate
		channel string
		after   Suppression
	}{
		{"a no is kept", Suppression{}, gate(false, early), ChannelEmail, noes(early)},
		{"a later no moves its time", noes(early), gate(false, late), ChannelEmail, noes(late)},
		{"an earlier one does not", noes(late), gate(false, early), ChannelEmail, noes(late)},
		{"a later yes takes it away", noes(early), gate(true, late), ChannelEmail, Suppression{}},
		{"a yes of the same moment does not", noes(early), gate(true, early), ChannelEmail, noes(early)},
		{"an earlier yes does not", noes(late), gate(true, early), ChannelEmail, noes(late)},
		{"another channel is none of its business", Suppression{}, gate(false, early), ChannelSMS, Suppression{}},
		{"a block is kept", Suppression{}, Gate{Suppressed: map[string]string{ChannelEmail: FateBounced}}, ChannelEmail, Suppression{Block: FateBounced}},
		{"the graver one stays", Suppression{Block: FateComplained}, Gate{Suppressed: map[string]string{ChannelEmail: FateBounced}}, ChannelEmail, Suppression{Block: FateComplained}},
		{"a yes takes no block away", Suppression{Block: FateBounced}, gate(true, late), ChannelEmail, Suppression{Block: FateBounced}},
	} {
		if got := c.before.Follow(c.gate, c.channel); !got.Equal(c.after) || got.Empty() != c.after.Empty() {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

func TestAnAddressThatWorksOpensTheChannelAgain(t *testing.T) {
	mail := func(values ...string) (c Contact) {
		for _, v := range values {
			c.Emails = append(c.Emails, Reach{Value: v})
		}
		return c
	}
	dead := Suppression{Block: FateBounced}
	at := func(value string, s Suppression) map[Address]Suppression {
		return map[Address]Suppression{{ChannelEmail, value}: s}
	}
	for _, c := range []struct {
		what          string
		why           string
		before, after Contact
		found         map[Address]Suppression
		open          bool
	}{
		{"another address instead", FateBounced, mail("a"), mail("b"), nil, true},
		{"the dead one stays beside it", FateBounced, mail("a"), mail("a", "b"), at("a", dead), false},
		{"the other one is dead as well", FateBounced, mail("a"), mail("b"), at("b", dead), false},
		{"no address is left", FateBounced, mail("a"), mail(), nil, false},
		{"he complained: that is his, wherever he is written to", FateComplained, mail("a"), mail("b"), nil, false},
	} {
		g := Gate{Version: 1, Suppressed: map[string]string{ChannelEmail: c.why}}.Meet(c.before, c.after, c.found, tuesday)
		if _, ok := g.Permits(PurposeService, ChannelEmail); ok != c.open {
			t.Errorf("%s: open %t", c.what, ok)
		}
	}
	g := Gate{}.Meet(Contact{}, mail("a"), at("a", dead), tuesday)
	if why, ok := g.Permits(PurposeService, ChannelEmail); ok || why != ReasonBlocked {
		t.Error("a dead address came to somebody, and he is written to")
	}
	if why, ok := (Gate{}).Part(tuesday).Permits(PurposeService, ChannelSMS); ok || why != ReasonLeft {
		t.Errorf("somebody who has left: %s", why)
	}
}

func TestEveryChoiceIsAsked(t *testing.T) {
	if len(Choices) != len(Purposes)*len(ChoiceChannels) || Choices[0] != asked {
		t.Errorf("%v", Choices)
	}
	for _, c := range Choices {
		if _, ok := (Gate{}).Permits(c.Purpose, c.Channel); ok || c.Purpose == PurposeService {
			t.Errorf("%s needs no yes", c.Key())
		}
	}
}
