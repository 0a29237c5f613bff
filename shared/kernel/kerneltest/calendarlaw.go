package kerneltest

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// Zones are one zone of each family whose clocks change between 2024 and 2035 in the zone database of 2026.
// Some zones whose clocks stand still are added.
var Zones = []string{
	"Africa/Cairo", "Africa/Casablanca", "America/Adak", "America/Anchorage", "America/Asuncion", "America/Chicago",
	"America/Coyhaique",
	"America/Denver", "America/Halifax", "America/Havana", "America/Los_Angeles", "America/Miquelon", "America/New_York",
	"America/Nuuk",
	"America/Santiago", "America/Scoresbysund", "America/St_Johns", "Antarctica/Troll", "Asia/Almaty", "Asia/Beirut",
	"Asia/Gaza",
	"Asia/Jerusalem", "Atlantic/Azores", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney",
	"Europe/Athens", "Europe/Berlin",
	"Europe/Chisinau", "Europe/Dublin", "Europe/London", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter",
	"Pacific/Norfolk",
	"Asia/Kathmandu", "Asia/Shanghai", "Pacific/Apia", "Pacific/Marquesas", "UTC",
}

// ClockChanges are the instants of 2024 to 2035, and of the leap year 2040, at which the zone's clocks change.
func ClockChanges(zone *time.Location) []time.Time {
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

// YearEnds are noons on the last day of leap years. For 2028 a zone file may still list the changes one by
// one. For 2040 it leaves them to the zone's rule.
var YearEnds = []time.Time{time.Date(2028, 12, 31, 12, 0, 0, 0, time.UTC),
	time.Date(2040, 12, 31, 12, 0, 0, 0, time.UTC)}

// Oracle reports whether a minute is working time, by the wall clock and the local date. It is the
// definition, written the slow way.
func Oracle(c calendar.Calendar, zone *time.Location, minute time.Time) bool {
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
	return slices.ContainsFunc(c.Week[weekday], func(w calendar.Window) bool { return clock >= w.From && clock < w.To })
}

// DrawnCalendar draws a calendar that passes Check, with its zone, and an instant. The instant is often near
// a change of the zone's clocks or the end of a leap year.
func DrawnCalendar(t *rapid.T) (calendar.Calendar, *time.Location, time.Time) {
	c := calendar.Calendar{Zone: rapid.SampledFrom(Zones).Draw(t, "zone"), Week: map[string][]calendar.Window{}}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 1, 1, 0, 0, 0, 0,
		time.UTC).Add(time.Duration(rapid.Int64Range(0, int64(12*365*24*time.Hour)).Draw(t, "at")))
	if changes := append(ClockChanges(zone), YearEnds...); rapid.Bool().Draw(t, "near a change") {
		near := time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "before the change"))
		at = rapid.SampledFrom(changes).Draw(t, "change").Add(-near)
	}

	days := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	var working []string
	for _, day := range days {
		if c.Week[day] = DrawnWindows(t, day); len(c.Week[day]) > 0 {
			working = append(working, day)
		}
	}
	if len(working) == 0 {
		c.Week["mon"], working = []calendar.Window{{From: "08:30", To: "24:00"}}, []string{"mon"}
	}
	year, month, day := at.In(zone).Date()
	for i := range 10 { // the dates around the instant
		date := time.Date(year, month, day+i-2, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		switch rapid.SampledFrom([]string{"plain", "plain", "holiday", "makeup"}).Draw(t, date) {
		case "holiday":
			c.Holidays = append(c.Holidays, calendar.Holiday{From: date, To: date, Name: words.Text{Zh: "假", En: "Off"}})
		case "makeup":
			c.MakeupDays = append(c.MakeupDays, calendar.MakeupDay{Date: date, As: rapid.SampledFrom(working).Draw(t, "as")})
		}
	}
	if faults := c.Check(); len(faults) > 0 {
		t.Fatalf("%v: %+v", faults, c)
	}
	return c, zone, at
}

// DrawnWindows draws up to three windows in order, some of which touch.
func DrawnWindows(t *rapid.T, day string) []calendar.Window {
	marks := rapid.SliceOfN(rapid.IntRange(0, 24*60), 0, 6).Draw(t, day)
	slices.Sort(marks)
	var windows []calendar.Window
	for i := 0; i+1 < len(marks); i += 2 {
		if marks[i] < marks[i+1] {
			windows = append(windows, calendar.Window{From: HHMM(marks[i]), To: HHMM(marks[i+1])})
		}
	}
	return windows
}

// HHMM writes a minute of the day as hh:mm.
func HHMM(minute int) string {
	return fmt.Sprintf("%02d:%02d", minute/60, minute%60)
}
