package gate_test

import (
	"reflect"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"

	"pgregory.net/rapid"
)

// drawGate is a gate as a long life with its customer leaves it.
func drawGate(rt *rapid.T) gate.Gate {
	at := func(label string) time.Time {
		return crmtest.Tuesday.Add(time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(rt, label)) * time.Millisecond)
	}
	g := gate.Gate{Person: "con_1", Customer: "cus_1", Version: rapid.Int64Range(1, 1e6).Draw(rt, "version"),
		CreatedAt: at("created"), UpdatedAt: at("updated")}
	for _, c := range gate.Choices {
		if rapid.Bool().Draw(rt, c.Key()+" answered") {
			if g.Consents == nil {
				g.Consents = map[string]gate.Consent{}
			}
			g.Consents[c.Key()] = gate.Consent{Yes: rapid.Bool().Draw(rt, c.Key()), At: at("answered"),
				Text: "the very words", Source: "sub_1", Proof: "paper"}
		}
	}
	if why := rapid.SampledFrom([]string{"", message.FateBounced, message.FateComplained}).Draw(rt, "blocked"); why != "" {
		g.Suppressed = map[string]string{message.ChannelEmail: why}
	}
	if g.Suppressed == nil && rapid.Bool().Draw(rt, "failed") {
		g.Failed = map[string]string{message.ChannelEmail: "2026-11-24"}
	}
	if rapid.Bool().Draw(rt, "left") {
		left := at("left at")
		g.LeftAt = &left
	}
	if told := rapid.IntRange(-1, 6).Draw(rt, "told"); told >= 0 {
		f := freezeOf(told).Frozen()
		g.Frozen = &f
	}
	for n := range rapid.IntRange(0, 20).Draw(rt, "messages") {
		g = g.Sending(string(rune('a'+n)), crmtest.Tuesday)
	}
	return g
}

// What is read of a gate is what was kept, but for words and proof, which the log has.
func TestAGateIsReadAsItWasKept(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGate(rt)
		got := g.Row().Gate(g.Person, g.Customer)
		for key, answer := range g.Consents {
			g.Consents[key] = gate.Consent{Yes: answer.Yes, At: answer.At}
		}
		if !reflect.DeepEqual(got, g) {
			rt.Fatalf("read %+v\nkept %+v", got, g)
		}
	})
}

// A gate of the form before has its answers with words and proof, and nothing of the freeze. It is judged alike in
// both forms.
func TestAGateOfTheFormBeforeIsJudgedAlike(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := drawGate(rt)
		old := g.Row()
		old.Said, old.Consents, old.Customer = nil, g.Consents, ""
		got := old.Gate(g.Person, g.Customer)
		if !reflect.DeepEqual(got, g) {
			rt.Fatalf("read %+v\nkept %+v", got, g)
		}
		again := got.Row().Gate(g.Person, g.Customer)
		for _, c := range gate.Choices {
			was, may := g.Permits(c.Purpose, c.Channel)
			if is, ok := again.Permits(c.Purpose, c.Channel); is != was || ok != may {
				rt.Fatalf("%s: %q, was %q", c.Key(), is, was)
			}
		}
	})
}

// Times are kept to the millisecond. Of a yes and a later no within one of them, the no still counts.
func TestRoundingLetsNoYesOutweighANo(t *testing.T) {
	at := crmtest.Tuesday.Add(300 * time.Microsecond)
	for _, tc := range []struct {
		name string
		said gate.Consent
		want time.Time
	}{
		{"a yes", gate.Consent{Yes: true, At: at}, crmtest.Tuesday},
		{"a no", gate.Consent{At: at}, crmtest.Tuesday.Add(time.Millisecond)},
		{"a no of a whole millisecond", gate.Consent{At: crmtest.Tuesday}, crmtest.Tuesday},
		{"a yes of no time", gate.Consent{Yes: true}, time.UnixMilli(1).UTC()},
		{"a no of no time", gate.Consent{}, time.UnixMilli(1).UTC()},
	} {
		g := gate.Gate{Consents: map[string]gate.Consent{gate.ConsentKey: tc.said}}
		got := g.Row().Gate("", "").Consents[gate.ConsentKey]
		if got.Yes != tc.said.Yes || !got.At.Equal(tc.want) {
			t.Errorf("%s: %+v", tc.name, got)
		}
	}
}

// What this code cannot read of the freeze is asked of the freeze.
func TestAFreezeThatCannotBeReadIsAsked(t *testing.T) {
	for _, kept := range [][]byte{{0, 1, 2}, {2}, {7, 1, 2, 3, 4, 5, 6, 7, 8, 9}} {
		if g := (gate.Row{Frozen: kept}).Gate("con_1", "cus_1"); !g.AsksFreeze(message.PurposeMarketing) {
			t.Errorf("%v: %+v", kept, g.Frozen)
		}
	}
}
