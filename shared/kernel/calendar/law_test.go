package calendar_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// calendarOracleAdd walks the minutes; ok is false when calendar.Reach is over before the work.
func calendarOracleAdd(c calendar.Calendar, zone *time.Location, start time.Time,
	minutes int) (due time.Time, ok bool) {
	due = start
	for end := start.Add(calendar.Reach); minutes > 0; due = due.Add(time.Minute) {
		if !due.Before(end) {
			return due, false
		}
		if kerneltest.Oracle(c, zone, due) {
			minutes--
		}
	}
	return due, true
}

func TestCalendarEveryClockChange(t *testing.T) {
	for _, name := range kerneltest.Zones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			c := calendarDaily(name, calendar.Window{From: "00:00", To: "00:20"}, calendar.Window{From: "01:40", To: "02:20"},
				calendar.Window{From: "02:40", To: "03:30"}, calendar.Window{From: "05:00", To: "05:10"},
				calendar.Window{From: "23:10", To: "24:00"})
			for _, change := range kerneltest.ClockChanges(zone) {
				calendarAgree(t, c, zone, change.Add(-3*time.Hour), change.Add(4*time.Hour))
			}
			for _, noon := range kerneltest.YearEnds {
				calendarAgree(t, c, zone, noon.Add(-13*time.Hour), noon.Add(13*time.Hour))
			}
		})
	}
}

// calendarAgree compares every answer about the minutes in [from, until) with the oracle's.
func calendarAgree(t *testing.T, c calendar.Calendar, zone *time.Location, from, until time.Time) {
	t.Helper()
	sum := 0
	for at := from; at.Before(until); at = at.Add(time.Minute) {
		open := kerneltest.Oracle(c, zone, at)
		if c.Open(at) != open {
			t.Fatalf("%v: open %v, oracle %v", at.In(zone), !open, open)
		}
		if got := c.Between(from, at); got != time.Duration(sum)*time.Minute {
			t.Fatalf("between %v and %v: %v, oracle %d min", from.In(zone), at.In(zone), got, sum)
		}
		if !open {
			continue
		}
		sum++
		due, err := c.Add(from, time.Duration(sum)*time.Minute)
		if err != nil || !due.Equal(at.Add(time.Minute)) {
			t.Fatalf("%d min from %v: %v, %v, oracle %v", sum, from.In(zone), due, err, at.Add(time.Minute))
		}
	}
}

func TestCalendarAgainstTheOracle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, zone, start := kerneltest.DrawnCalendar(t)
		start = start.Truncate(time.Minute)
		minutes := rapid.IntRange(0, 1500).Draw(t, "minutes")
		due, err := c.Add(start, time.Duration(minutes)*time.Minute)
		want, ok := calendarOracleAdd(c, zone, start, minutes)
		if (err == nil) != ok || ok && due != want {
			t.Fatalf("due %v, %v; oracle %v, %v", due, err, want, ok)
		}
		next, err := c.NextOpen(start)
		first, ok := calendarOracleAdd(c, zone, start, 1)
		if (err == nil) != ok || ok && next != first.Add(-time.Minute) {
			t.Fatalf("next open %v, %v; oracle %v, %v", next, err, first.Add(-time.Minute), ok)
		}
	})
}

func TestCalendarLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, _, start := kerneltest.DrawnCalendar(t)
		a := time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "a"))
		b := time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "b"))
		both, err := c.Add(start, a+b)
		if err != nil {
			return // more work than this calendar has within calendar.Reach, which the oracle's test covers
		}
		first, err := c.Add(start, a)
		if err != nil || first.After(both) || first.Before(start) {
			t.Fatalf("%v is due %v, %v; %v is due %v", a, first, err, a+b, both)
		}
		if got := c.Between(start, first); got != a {
			t.Fatalf("between start and start+%v: %v", a, got)
		}
		if a > 0 && !c.Open(first.Add(-1)) {
			t.Fatalf("%v is not the earliest instant", first)
		}
		if second, err := c.Add(first, b); err != nil || second != both {
			t.Fatalf("(start+%v)+%v is %v, %v; start+%v is %v", a, b, second, err, a+b, both)
		}
		if c.Between(start, first)+c.Between(first, both) != c.Between(start, both) || c.Between(both, start.Add(-1)) != 0 {
			t.Fatal("working time does not add up")
		}
		later := start.Add(time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "later")))
		if due, err := c.Add(later, a); err == nil && due.Before(first) {
			t.Fatalf("start later, due earlier: %v before %v", due, first)
		}
		lang := rapid.SampledFrom([]words.Lang{words.Zh, words.En}).Draw(t, "lang")
		told, err := c.Explain(start, a+b, lang)
		if err != nil || told.Due != both || len(told.Steps) < 2 || strings.Contains(strings.Join(told.Steps, ""), "%!") {
			t.Fatalf("explained %q, %v; due %v", told, err, both)
		}
	})
}

func FuzzCalendarWindow(f *testing.F) {
	for _, w := range [][2]string{{"08:30", "12:00"}, {"00:00", "24:00"}, {"24:00", "24:00"}, {"8:30", "12:00"},
		{"08:60", "09:00"}, {"+8:30", "12:00"}, {"08:30", "24:01"}, {"", "٠٨:٣٠"}} {
		f.Add(w[0], w[1])
	}
	clock := regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, from, to string) {
		c := calendar.Calendar{Zone: "UTC", Week: map[string][]calendar.Window{"mon": {{From: from, To: to}}}}
		good := clock.MatchString(from) && clock.MatchString(to) && from < to
		if faults := c.Check(); (len(faults) == 0) != good {
			t.Fatalf("%q to %q: %v", from, to, faults)
		}
		open := c.Between(midnight, midnight.Add(24*time.Hour))
		if good != (open > 0) {
			t.Fatalf("%q to %q: open for %v", from, to, open)
		}
		if !good {
			return
		}
		start, err := c.NextOpen(midnight)
		if err != nil || kerneltest.HHMM(int(start.Sub(midnight).Minutes())) != from ||
			kerneltest.HHMM(int((start.Sub(midnight)+open).Minutes())) != to {
			t.Fatalf("%q to %q: from %v for %v, %v", from, to, start, open, err)
		}
	})
}
