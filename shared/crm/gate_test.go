package crm

import (
	"testing"

	"pgregory.net/rapid"
)

func TestOffer(t *testing.T) {
	const key = PurposeMarketing + "/" + ChannelEmail
	yes := Consent{Yes: true, At: tuesday, Text: "I agree", Source: "sub_1"}
	for _, tc := range []struct {
		name   string
		gate   Gate
		counts bool
		grows  bool
	}{
		{"nobody asked before", Gate{Person: "cus_1"}, true, true},
		{"another purpose was answered", Gate{Person: "cus_1", Version: 2, Consents: map[string]Consent{"news/sms": {}}}, true, true},
		{"he said yes before", Gate{Person: "cus_1", Version: 1, Consents: map[string]Consent{key: {Yes: true}}}, true, false},
		{"he said no before", Gate{Person: "cus_1", Version: 1, Consents: map[string]Consent{key: {Yes: false}}}, false, false},
	} {
		next, counts := tc.gate.Offer(yes, nil, tuesday)
		if counts != tc.counts || (next.Version > tc.gate.Version) != tc.grows {
			t.Errorf("%s: counts %v, version %d after %d", tc.name, counts, next.Version, tc.gate.Version)
		}
		if _, may := next.Permits(PurposeMarketing, ChannelEmail); may != tc.counts {
			t.Errorf("%s: marketing permitted %v", tc.name, may)
		}
		if _, may := next.Permits(PurposeService, ChannelEmail); !may {
			t.Errorf("%s: a service message is refused", tc.name)
		}
	}
}

// However often forms say yes, a no stays a no.
func TestNoFormTurnsANoIntoAYes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		gate := Gate{Person: "cus_1", Version: 1, Consents: map[string]Consent{PurposeMarketing + "/" + ChannelEmail: {}}}
		for range rapid.IntRange(1, 20).Draw(rt, "forms") {
			gate, _ = gate.Offer(Consent{Yes: true, Text: rapid.String().Draw(rt, "words")}, nil, tuesday)
			if _, may := gate.Permits(PurposeMarketing, ChannelEmail); may {
				rt.Fatal("a form's yes counted after a no")
			}
		}
	})
}
