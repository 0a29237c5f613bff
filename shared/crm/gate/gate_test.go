package gate_test

import (
	"testing"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"

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
		{"he said yes before", gate.Gate{Person: "cus_1", Version: 1, Consents: map[string]gate.Consent{key: {Yes: true}}},
			true, false},
		{"he said no before", gate.Gate{Person: "cus_1", Version: 1, Consents: map[string]gate.Consent{key: {Yes: false}}},
			false, false},
	} {
		next, counts := tc.gate.Offer(yes, nil, crmtest.Tuesday)
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

// However often forms say yes, a no stays a no.
func TestNoFormTurnsANoIntoAYes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := gate.Gate{Person: "cus_1", Version: 1,
			Consents: map[string]gate.Consent{message.PurposeMarketing + "/" + message.ChannelEmail: {}}}
		for range rapid.IntRange(1, 20).Draw(rt, "forms") {
			g, _ = g.Offer(gate.Consent{Yes: true, Text: rapid.String().Draw(rt, "words")}, nil, crmtest.Tuesday)
			if _, may := g.Permits(message.PurposeMarketing, message.ChannelEmail); may {
				rt.Fatal("a form's yes counted after a no")
			}
		}
	})
}
