package message_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"

	"pgregory.net/rapid"
)

func TestWhenAMessageLeaves(t *testing.T) {
	const email, sms = message.ChannelEmail, message.ChannelSMS
	shanghai, berlin := "Asia/Shanghai", "Europe/Berlin"
	for _, c := range []struct {
		name      string
		urgency   message.Urgency
		channel   string
		zone      string
		quiet     message.QuietPolicy
		preferred string
		now, want string // on the clock of the zone; want is empty where it goes at once
	}{
		{"thanks by SMS at night", message.Reply, sms, shanghai, message.StandardQuiet(), "",
			"2026-11-24 01:35", "2026-11-24 08:00"},
		{"thanks by mail at night", message.Reply, email, shanghai, message.StandardQuiet(), "", "2026-11-24 01:35", ""},
		{"thanks by SMS in the evening", message.Reply, sms, shanghai, message.StandardQuiet(), "",
			"2026-11-24 21:00", "2026-11-25 08:00"},
		{"thanks by SMS just before", message.Reply, sms, shanghai, message.StandardQuiet(), "", "2026-11-24 20:59", ""},
		{"thanks by SMS when the day begins", message.Reply, sms, shanghai, message.StandardQuiet(), "",
			"2026-11-24 08:00", ""},
		{"a letter by itself at night", message.Automatic, email, shanghai, message.StandardQuiet(), "",
			"2026-11-24 23:10", "2026-11-25 08:00"},
		{"a colleague's words at night", message.AtOnce, sms, shanghai, message.StandardQuiet(), "", "2026-11-24 23:10", ""},
		{"a policy of before", message.Reply, sms, shanghai, message.QuietPolicy{}, "", "2026-11-24 01:35",
			"2026-11-24 08:00"},
		{"a shop that never rests", message.Automatic, sms, shanghai, message.NoQuiet(), "", "2026-11-24 01:35", ""},
		{"a rest at noon", message.Automatic, sms, shanghai, message.QuietPolicy{From: "12:00", To: "13:30"}, "",
			"2026-11-24 12:15", "2026-11-24 13:30"},
		{"before the preferred hours", message.Automatic, email, shanghai, message.StandardQuiet(), "09:00-11:30",
			"2026-11-24 08:30", "2026-11-24 09:00"},
		{"within them", message.Automatic, email, shanghai, message.StandardQuiet(), "09:00-11:30", "2026-11-24 11:29", ""},
		{"after them", message.Automatic, email, shanghai, message.StandardQuiet(), "09:00-11:30",
			"2026-11-24 11:30", "2026-11-25 09:00"},
		{"preferred hours replace quiet ones", message.Reply, sms, shanghai, message.StandardQuiet(), "21:30-23:00",
			"2026-11-24 22:00", ""},
		{"preferred hours that say nothing", message.Automatic, sms, shanghai, message.StandardQuiet(), "mornings",
			"2026-11-24 22:00", "2026-11-25 08:00"},
		{"an hour that the clock skips", message.Automatic, sms, berlin, message.QuietPolicy{From: "22:00", To: "02:30"}, "",
			"2027-03-28 01:50", "2027-03-28 03:00"},
		{"a zone that is none", message.Automatic, sms, "Mars/Olympus", message.StandardQuiet(), "", "2026-11-24 01:35", ""},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			zone = time.UTC
		}
		at := func(clock string) time.Time {
			out, err := time.ParseInLocation("2006-01-02 15:04", clock, zone)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		want := at(c.now)
		if c.want != "" {
			want = at(c.want)
		}
		hours := message.Hours{Zone: c.zone, Quiet: c.quiet, Preferred: c.preferred}
		if got := hours.Leaves(c.urgency, c.channel, at(c.now)); !got.Equal(want) {
			t.Errorf("%s: %s, want %s", c.name, got.In(zone), want)
		}
	}
}

// On every clock a message leaves within the hours, at the first minute of them, and within two days.
func TestHoursOnEveryClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, zone, now := kerneltest.DrawnCalendar(t)
		now = now.Truncate(time.Second)
		minute := rapid.IntRange(0, 24*60-1)
		from := minute.Draw(t, "quiet from")
		to := minute.Filter(func(m int) bool { return m != from }).Draw(t, "quiet to")
		quiet := message.QuietPolicy{From: kerneltest.HHMM(from), To: kerneltest.HHMM(to)}
		within := func(at time.Time) bool {
			clock := at.In(zone).Format("15:04")
			if quiet.From < quiet.To {
				return clock < quiet.From || clock >= quiet.To
			}
			return clock >= quiet.To && clock < quiet.From
		}
		hours := message.Hours{Zone: zone.String(), Quiet: quiet}
		got := hours.Leaves(message.Automatic, message.ChannelSMS, now)
		if !within(got) || got.Before(now) || got.Sub(now) > 49*time.Hour {
			t.Fatalf("%v: %s leaves at %s", quiet, now.In(zone), got.In(zone))
		}
		for at := now; at.Before(got); at = at.Add(time.Minute) {
			if within(at) && !at.Truncate(time.Minute).Equal(got.Truncate(time.Minute)) {
				t.Fatalf("%v: %s leaves at %s, not at %s", quiet, now.In(zone), got.In(zone), at.In(zone))
			}
		}
		if again := hours.Leaves(message.Automatic, message.ChannelSMS, got); !again.Equal(got) {
			t.Fatalf("%v: what leaves at %s waits until %s", quiet, got.In(zone), again.In(zone))
		}
	})
}

func TestQuietHoursAreBothGivenOrNeither(t *testing.T) {
	for _, c := range []struct {
		policy message.QuietPolicy
		want   string
	}{
		{message.QuietPolicy{}, ""}, {message.StandardQuiet(), ""}, {message.NoQuiet(), ""},
		{message.QuietPolicy{From: "21:00"}, "/quiet/to"}, {message.QuietPolicy{From: "24:00", To: "8:00"},
			"/quiet/from /quiet/to"},
	} {
		var faults fault.List
		c.policy.Check(&faults)
		if got := kerneltest.PointersOf(faults); got != c.want {
			t.Errorf("%+v: %q, want %q", c.policy, got, c.want)
		}
	}
}
