// Package firm knows the branches and the roster: who works where, and who answers for what.
package firm

import (
	"time"

	"afterpress/shared/kernel/calendar"
)

// Terms are the branch of a record and its calendar at one moment. Each area adds its own part of the policy.
type Terms struct {
	Branch   Branch
	Calendar calendar.Calendar
	Ref      string // the policy's name and version, as a record keeps it: "standard@3"
}

// DayEnds is the midnight that ends the branch's day. Where clocks jump over it, the day ends with the jump.
func (t Terms) DayEnds(now time.Time) (time.Time, error) {
	zone, err := calendar.Zone(t.Calendar.Zone)
	if err != nil {
		return time.Time{}, err
	}
	year, month, day := now.In(zone).Date()
	midnight := time.Date(year, month, day+1, 0, 0, 0, 0, zone)
	if midnight.Day() == day { // there is none, and time.Date gives an hour before the jump
		_, midnight = midnight.ZoneBounds()
	}
	return midnight.UTC(), nil
}
