package crm_test

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"afterpress/shared/crm"
)

// calendarZones are one zone of each family whose clocks change between 2024 and 2035 in the zone database of 2026, and some that
// stand still.
var calendarZones = []string{
	"Africa/Cairo", "Africa/Casablanca", "America/Adak", "America/Anchorage", "America/Asuncion", "America/Chicago", "America/Coyhaique",
	"America/Denver", "America/Halifax", "America/Havana", "America/Los_Angeles", "America/Miquelon", "America/New_York", "America/Nuuk",
	"America/Santiago", "America/Scoresbysund", "America/St_Johns", "Antarctica/Troll", "Asia/Almaty", "Asia/Beirut", "Asia/Gaza",
	"Asia/Jerusalem", "Atlantic/Azores", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney", "Europe/Athens", "Europe/Berlin",
	"Europe/Chisinau", "Europe/Dublin", "Europe/London", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Norfolk",
	"Asia/Kathmandu", "Asia/Shanghai", "Pacific/Apia", "Pacific/Marquesas", "UTC",
}

// calendarChanges are the instants of 2024 to 2035, and of the leap year 2040, at which the zone's clocks change.
func calendarChanges(zone *time.Location) []time.Time {
	offset := func(at time.Time) int {
		_, seconds := at.In(zone).Zone()
		return seconds
	}
	var changes []time.Time
	for at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() <= 2040; at = at.Add(12 * time.Hour) {
		if at.Year() == 2036 {
			at = time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		if offset(at) == offset(at.Add(12*time.Hour)) {
			continue
		}
		minute := sort.Search(12*60, func(i int) bool { return offset(at.Add(time.Duration(i)*time.Minute)) != offset(at) })
		changes = append(changes, at.Add(time.Duration(minute)*time.Minute))
	}
	return changes
}

// calendarYearEnds are noons at the end of leap years: in 2028 zone files still list the changes one by one, or not; in 2040 they
// leave them to the zone's rule.
var calendarYearEnds = []time.Time{time.Date(2028, 12, 31, 12, 0, 0, 0, time.UTC), time.Date(2040, 12, 31, 12, 0, 0, 0, time.UTC)}

// calendarOracle answers for one minute by looking at the clock and the date on the wall: the definition, written the slow way.
func calendarOracle(c crm.Calendar, zone *time.Location, minute time.Time) bool {
	wall := minute.In(zone).Format("2006-01-02 15:04 Mon")
	date, clock, weekday := wall[:10], wall[11:16], strings.ToLower(wall[17:])
	for _, h := range c.Holidays {
		if date >= h.From && date <= h.To {
			return false
		}
	}
	for _, m := range c.MakeupDays {
		if date == m.Date {
			weekday = m.As
		}
	}
	return slices.ContainsFunc(c.Week[weekday], func(w crm.Window) bool { return clock >= w.From && clock < w.To })
}

// calendarOracleAdd walks the minutes; ok is false when CalendarReach is over before the work.
func calendarOracleAdd(c crm.Calendar, zone *time.Location, start time.Time, minutes int) (due time.Time, ok bool) {
	due = start
	for end := start.Add(crm.CalendarReach); minutes > 0; due = due.Add(time.Minute) {
		if !due.Before(end) {
			return due, false
		}
		if calendarOracle(c, zone, due) {
			minutes--
		}
	}
	return due, true
}

func TestCalendarEveryClockChange(t *testing.T) {
	for _, name := range calendarZones {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(name)
			if err != nil {
				t.Fatal(err)
			}
			c := calendarDaily(name, crm.Window{From: "00:00", To: "00:20"}, crm.Window{From: "01:40", To: "02:20"},
				crm.Window{From: "02:40", To: "03:30"}, crm.Window{From: "05:00", To: "05:10"}, crm.Window{From: "23:10", To: "24:00"})
			for _, change := range calendarChanges(zone) {
				calendarAgree(t, c, zone, change.Add(-3*time.Hour), change.Add(4*time.Hour))
			}
			for _, noon := range calendarYearEnds {
				calendarAgree(t, c, zone, noon.Add(-13*time.Hour), noon.Add(13*time.Hour))
			}
		})
	}
}

// calendarAgree compares every answer about the minutes in [from, until) with the oracle's.
func calendarAgree(t *testing.T, c crm.Calendar, zone *time.Location, from, until time.Time) {
	t.Helper()
	sum := 0
	for at := from; at.Before(until); at = at.Add(time.Minute) {
		open := calendarOracle(c, zone, at)
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
		c, zone, start := calendarDrawn(t)
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
		c, _, start := calendarDrawn(t)
		a := time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "a"))
		b := time.Duration(rapid.Int64Range(0, int64(40*time.Hour)).Draw(t, "b"))
		both, err := c.Add(start, a+b)
		if err != nil {
			return // more work than this calendar has within CalendarReach, which the oracle's test covers
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
		lang := rapid.SampledFrom([]crm.Lang{crm.Zh, crm.En}).Draw(t, "lang")
		told, err := c.Explain(start, a+b, lang)
		if err != nil || told.Due != both || len(told.Steps) < 2 || strings.Contains(strings.Join(told.Steps, ""), "%!") {
			t.Fatalf("explained %q, %v; due %v", told, err, both)
		}
	})
}

// calendarDrawn draws a calendar that passes Check, and an instant, often near a change of its clocks or the end of a leap year.
func calendarDrawn(t *rapid.T) (crm.Calendar, *time.Location, time.Time) {
	c := crm.Calendar{Zone: rapid.SampledFrom(calendarZones).Draw(t, "zone"), Week: map[string][]crm.Window{}}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.Int64Range(0, int64(12*365*24*time.Hour)).Draw(t, "at")))
	if changes := append(calendarChanges(zone), calendarYearEnds...); rapid.Bool().Draw(t, "near a change") {
		near := time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "before the change"))
		at = rapid.SampledFrom(changes).Draw(t, "change").Add(-near)
	}

	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	var working []string
	for _, day := range days {
		if c.Week[day] = calendarDrawnWindows(t, day); len(c.Week[day]) > 0 {
			working = append(working, day)
		}
	}
	if len(working) == 0 {
		c.Week["mon"], working = []crm.Window{{From: "08:30", To: "24:00"}}, []string{"mon"}
	}
	year, month, day := at.In(zone).Date()
	for i := range 10 { // the dates around the instant
		date := time.Date(year, month, day+i-2, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		switch rapid.SampledFrom([]string{"plain", "plain", "holiday", "makeup"}).Draw(t, date) {
		case "holiday":
			c.Holidays = append(c.Holidays, crm.Holiday{From: date, To: date, Name: crm.Text{Zh: "假", En: "Off"}})
		case "makeup":
			c.MakeupDays = append(c.MakeupDays, crm.MakeupDay{Date: date, As: rapid.SampledFrom(working).Draw(t, "as")})
		}
	}
	if faults := c.Check(); len(faults) > 0 {
		t.Fatalf("%v: %+v", faults, c)
	}
	return c, zone, at
}

// calendarDrawnWindows draws up to three windows in order, some of them touching.
func calendarDrawnWindows(t *rapid.T, day string) []crm.Window {
	marks := rapid.SliceOfN(rapid.IntRange(0, 24*60), 0, 6).Draw(t, day)
	slices.Sort(marks)
	var windows []crm.Window
	for i := 0; i+1 < len(marks); i += 2 {
		if marks[i] < marks[i+1] {
			windows = append(windows, crm.Window{From: calendarHHMM(marks[i]), To: calendarHHMM(marks[i+1])})
		}
	}
	return windows
}

func calendarHHMM(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}

func FuzzCalendarWindow(f *testing.F) {
	for _, w := range [][2]string{{"08:30", "12:00"}, {"00:00", "24:00"}, {"24:00", "24:00"}, {"8:30", "12:00"}, {"08:60", "09:00"}, {"+8:30", "12:00"}, {"08:30", "24:01"}, {"", "٠٨:٣٠"}} {
		f.Add(w[0], w[1])
	}
	clock := regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, from, to string) {
		c := crm.Calendar{Zone: "UTC", Week: map[string][]crm.Window{"mon": {{From: from, To: to}}}}
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
		if err != nil || calendarHHMM(int(start.Sub(midnight).Minutes())) != from || calendarHHMM(int((start.Sub(midnight)+open).Minutes())) != to {
			t.Fatalf("%q to %q: from %v for %v, %v", from, to, start, open, err)
		}
	})
}
