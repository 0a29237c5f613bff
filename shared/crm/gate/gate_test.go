package gate_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"

	"pgregory.net/rapid"
)

func TestOffer(t *testing.T) {
	const key = message.PurposeMarketing + "/" + message.ChannelEmail
	yes := gate.Consent{Yes: true, At: crmtest.Tuesday, Text: "I agree", Source: "sub_1"}
	for _, tc := range []struct {
		name   string
		gate   gate.Gate
		counts bool
		grows  bool
	}{
		{"nobody asked before", gate.Gate{Person: "cus_1"}, true, true},
		{"another purpose was answered",
			gate.Gate{Person: "cus_1", Version: 2, Consents: map[string]gate.Consent{"news/sms": {}}}, true, true},
		{"a yes before", gate.Gate{Person: "cus_1", Version: 1, Consents: map[string]gate.Consent{key: {Yes: true}}},
			true, false},
		{"a no before", gate.Gate{Person: "cus_1", Version: 1, Consents: map[string]gate.Consent{key: {Yes: false}}},
			false, false},
	} {
		next, counts := tc.gate.Offer(yes, true, nil, crmtest.Tuesday)
		if counts != tc.counts || (next.Version > tc.gate.Version) != tc.grows {
			t.Errorf("%s: counts %v, version %d after %d", tc.name, counts, next.Version, tc.gate.Version)
		}
		if _, may := next.Permits(message.PurposeMarketing, message.ChannelEmail); may != tc.counts {
			t.Errorf("%s: marketing permitted %v", tc.name, may)
		}
		if _, may := next.Permits(message.PurposeService, message.ChannelEmail); !may {
			t.Errorf("%s: a service message is refused", tc.name)
		}
	}
}

// A no at one of the contact's addresses outweighs a form's yes, where it is a no to what the form asks for.
func TestOfferMeetsWhatIsSuppressed(t *testing.T) {
	yes := gate.Consent{Yes: true, At: crmtest.Tuesday, Text: "I agree", Source: "sub_1"}
	for _, tc := range []struct {
		name             string
		channel, purpose string
		counts           bool
	}{
		{"a no to marketing by e-mail", message.ChannelEmail, message.PurposeMarketing, false},
		{"a no to marketing by SMS", message.ChannelSMS, message.PurposeMarketing, true},
		{"a no to surveys", message.ChannelEmail, message.PurposeSurvey, true},
	} {
		_, counts := gate.Gate{Person: "con_1"}.Offer(yes, true, map[message.Address]gate.Suppression{
			{Channel: tc.channel, Value: "li@example.com"}: {Noes: map[string]time.Time{tc.purpose: crmtest.Tuesday}},
		}, crmtest.Tuesday)
		if counts != tc.counts {
			t.Errorf("%s: counts %v", tc.name, counts)
		}
	}
}

// Of a yes and a no at the same moment the no counts, in whichever order they arrive.
func TestAYesAndANoOfOneMoment(t *testing.T) {
	yes := gate.Consent{Yes: true, At: crmtest.Tuesday, Text: "I agree", Source: "sub_1"}
	no := gate.Consent{At: crmtest.Tuesday, Source: "page"}
	for name, said := range map[string][]gate.Consent{"the yes first": {yes, no}, "the no first": {no, yes}} {
		g := gate.Gate{Person: "con_1"}
		for _, c := range said {
			g = g.Answer(gate.Wording, c, staff.Visitor, crmtest.Tuesday)
		}
		lines := g.Said()
		if g.Consents[gate.ConsentKey].Yes || len(lines) != 2 || lines[1].Counts == said[1].Yes {
			t.Errorf("%s: %+v", name, g)
		}
	}
}

// A complaint is the contact's own word, so a later bounce does not stand in its place.
func TestTheGraverReasonStays(t *testing.T) {
	for name, fates := range map[string][]string{
		"the complaint first": {message.FateComplained, message.FateBounced},
		"the bounce first":    {message.FateBounced, message.FateComplained},
	} {
		g := gate.Gate{Person: "con_1"}
		for _, fate := range fates {
			g, _ = g.Heed(message.Report{Fate: fate, At: crmtest.Tuesday, Source: "ses"}, message.ChannelEmail)
		}
		if why := g.Suppressed[message.ChannelEmail]; why != message.FateComplained {
			t.Errorf("%s: %s", name, why)
		}
	}
}

// However often forms say yes, a no stays a no.
func TestNoFormTurnsANoIntoAYes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := gate.Gate{Person: "cus_1", Version: 1,
			Consents: map[string]gate.Consent{message.PurposeMarketing + "/" + message.ChannelEmail: {}}}
		for range rapid.IntRange(1, 20).Draw(rt, "forms") {
			g, _ = g.Offer(gate.Consent{Yes: true, Text: rapid.String().Draw(rt, "words")}, true, nil, crmtest.Tuesday)
			if _, may := g.Permits(message.PurposeMarketing, message.ChannelEmail); may {
				rt.Fatal("a form's yes counted after a no")
			}
		}
	})
}

// A form's yes waits where nobody knows whose the address is. It changes nothing meanwhile, and an earlier yes stays.
func TestAYesFromAnAddressThatAnybodyTypedWaits(t *testing.T) {
	yes := gate.Consent{Yes: true, At: crmtest.Tuesday, Text: "I agree", Source: "sub_1"}
	agreed := gate.Gate{Person: "con_1"}.Answer(gate.Wording, yes, staff.Visitor, crmtest.Tuesday)
	for _, tc := range []struct {
		what           string
		gate           gate.Gate
		proven, counts bool
	}{
		{"typed", gate.Gate{Person: "con_1"}, false, false}, {"known", gate.Gate{Person: "con_1"}, true, true},
		{"typed, after a yes", agreed, false, true}, {"known, after a yes", agreed, true, true},
	} {
		next, counts := tc.gate.Offer(yes, tc.proven, nil, crmtest.Tuesday)
		if counts != tc.counts || next.Consents[gate.ConsentKey].Yes != tc.counts ||
			!counts && next.Version != tc.gate.Version {
			t.Errorf("%s: %t, %+v", tc.what, counts, next)
		}
	}
}
