package calendar_test

import (
	"testing"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"
)

func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 23, 15, 59, 0, 0, time.UTC) // 23:59 on Monday in Shanghai
	for _, c := range []struct {
		name   string
		at     time.Time
		zh, en string
	}{
		{"today", now.Add(-time.Hour), "今天22:59", "22:59 today"},
		{"tomorrow by the branch's clock, today by UTC", now.Add(time.Minute), "11月24日（周二）00:00", "Tue 24 Nov, 00:00"},
		{"the same day of another year", now.AddDate(-1, 0, 0), "11月23日（周日）23:59", "Sun 23 Nov, 23:59"},
	} {
		if zh, en := kerneltest.WordsCalendar.Moment(c.at, now, words.Zh),
			kerneltest.WordsCalendar.Moment(c.at, now, words.En); zh != c.zh || en != c.en {
			t.Errorf("%s: %q, %q", c.name, zh, en)
		}
	}
}

func TestHours(t *testing.T) {
	if got, want := kerneltest.WordsCalendar.Hours(words.Zh),
		"周一至周五 08:30–12:00、13:00–17:30\n周六 09:00–12:00"; got != want {
		t.Errorf("got %q", got)
	}
	if got, want := kerneltest.WordsCalendar.Hours(words.En),
		"Mon to Fri 08:30–12:00, 13:00–17:30\nSat 09:00–12:00"; got != want {
		t.Errorf("got %q", got)
	}
	if got := (calendar.Calendar{}).Hours(words.En); got != "" {
		t.Errorf("a calendar that never opens says %q", got)
	}
}

func TestReference(t *testing.T) {
	if got := words.Reference("lead_019e0000-0000-7000-8000-00009f3a09bc"); got != "9F3A09BC" {
		t.Errorf("got %q", got)
	}
	if got := words.Reference("short"); got != "SHORT" {
		t.Errorf("got %q", got)
	}
}
