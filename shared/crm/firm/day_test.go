package firm_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
)

// A branch's day ends where the next one begins, whatever its clock does: days have 23 to 25 hours, a day may begin
// at one o'clock, and midnight may come twice. Source of the changes: the IANA time zone database.
func TestABranchsDayAtBothClockChanges(t *testing.T) {
	for _, c := range []struct {
		zone, day string
		hours     int
	}{
		{"Asia/Shanghai", "2026-11-24", 24},
		{"Europe/Berlin", "2026-03-29", 23},
		{"Europe/Berlin", "2026-10-25", 25},
		{"America/New_York", "2026-03-08", 23},
		{"America/New_York", "2026-11-01", 25},
		{"America/Santiago", "2026-09-05", 24}, // the next day begins at 01:00
		{"America/Santiago", "2026-09-06", 23},
		{"America/Santiago", "2026-04-04", 25}, // 23:00 to 24:00 comes twice
		{"America/Havana", "2026-03-08", 23},
		{"America/Havana", "2026-10-31", 24},
		{"America/Havana", "2026-11-01", 25}, // 00:00 to 01:00 comes twice
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		terms := firm.Terms{Calendar: calendar.Calendar{Zone: c.zone}}
		noon, err := time.ParseInLocation("2006-01-02 15:04", c.day+" 12:00", zone)
		if err != nil {
			t.Fatal(err)
		}
		begins, ends := time.Time{}, time.Time{}
		for at := noon.Add(-14 * time.Hour); at.Before(noon.Add(16 * time.Hour)); at = at.Add(10 * time.Minute) {
			day := at.In(zone).Format(time.DateOnly)
			got, err := terms.DayEnds(at)
			if err != nil || !got.After(at) || got.In(zone).Format(time.DateOnly) == day ||
				got.Add(-time.Millisecond).In(zone).Format(time.DateOnly) != day {
				t.Errorf("%s at %s ends at %s, %v", c.zone, at.In(zone), got.In(zone), err)
			}
			if day == c.day && begins.IsZero() {
				begins = at
			}
			if day == c.day {
				ends = got
			}
		}
		if long := ends.Sub(begins); long != time.Duration(c.hours)*time.Hour {
			t.Errorf("%s in %s has %s, want %d hours", c.day, c.zone, long, c.hours)
		}
	}
}
