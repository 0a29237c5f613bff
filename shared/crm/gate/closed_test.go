package gate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
)

// What is closed says since when and why, for as long as the addresses are closed.
func TestClosedChannelsSaySinceWhen(t *testing.T) {
	t.Parallel()
	sms, mail := message.ChannelSMS, message.ChannelEmail
	first := message.Address{Channel: mail, Value: "a@example.com"}
	second := message.Address{Channel: mail, Value: "b@example.com"}
	bounced := func(g gate.Gate, day int) gate.Gate {
		at := crmtest.Tuesday.AddDate(0, 0, day)
		g, _ = g.Heed(message.Report{Fate: message.FateBounced, Day: at.Format(time.DateOnly), At: at}, mail)
		return g.Kept()
	}
	once := bounced(gate.Gate{Version: 1}, 0)
	twice := bounced(once, 1)
	closed := gate.Suppression{}.Follow(once, mail).Follow(twice, mail)
	angry, _ := twice.Heed(message.Report{Fate: message.FateComplained, At: crmtest.Tuesday.AddDate(0, 0, 9)}, mail)
	opened, _, err := twice.Open(mail, gate.OpenSpoken, "shanghai", staff.Actor{ID: "stf_1"},
		crmtest.Tuesday.AddDate(0, 0, 2))
	if err != nil {
		t.Fatal(err)
	}
	reopened := closed.Follow(opened, mail)
	again := bounced(bounced(opened.Kept(), 20), 21)
	for _, c := range []struct {
		about string
		gate  gate.Gate
		found map[message.Address]gate.Suppression
		want  string
	}{
		{"nothing is closed", gate.Gate{}, nil, ""},
		{"one letter came back", once, nil, "email failed true 2026-11-24"},
		{"two on two days", twice, map[message.Address]gate.Suppression{first: closed}, "email bounced false 2026-11-25"},
		{"closed before it was kept", twice, map[message.Address]gate.Suppression{first: {Block: message.FateBounced}},
			"email bounced false -"},
		{"the first of two addresses", twice, map[message.Address]gate.Suppression{first: closed,
			second: {Block: message.FateBounced, Since: crmtest.Tuesday.AddDate(0, 0, 5)}}, "email bounced false 2026-11-25"},
		{"an address of another channel", twice, map[message.Address]gate.Suppression{
			{Channel: sms, Value: "+8613800138000"}: closed}, "email bounced false -"},
		{"a graver reason since", angry, map[message.Address]gate.Suppression{first: closed.Follow(angry, mail)},
			"email complained false 2026-11-25"},
		{"opened", opened, map[message.Address]gate.Suppression{first: reopened}, ""},
		{"closed again", again, map[message.Address]gate.Suppression{first: reopened.Follow(again, mail)},
			"email bounced false 2026-12-15"},
		{"by the provider's list", gate.Gate{Failed: map[string]string{sms: "listed"}}, nil, "sms failed true -"},
		{"both", gate.Gate{Suppressed: map[string]string{sms: message.FateComplained},
			Failed: map[string]string{mail: "2026-11-24"}}, nil, "email failed true 2026-11-24, sms complained false -"},
	} {
		var got []string
		for _, ch := range c.gate.ClosedChannels(c.found) {
			since := "-"
			if ch.Since != nil {
				since = ch.Since.Format(time.DateOnly)
			}
			got = append(got, fmt.Sprintf("%s %s %t %s", ch.Channel, ch.Reason, ch.Service, since))
			if ch.Words().Zh == "" || ch.Words().En == "" {
				t.Errorf("%s: no words", c.about)
			}
		}
		if line := strings.Join(got, ", "); line != c.want {
			t.Errorf("%s: %q, want %q", c.about, line, c.want)
		}
	}
}
