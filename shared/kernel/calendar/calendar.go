// Package calendar counts working time: opening hours, holidays, and how a deadline came about.
package calendar

import (
	"fmt"
	"iter"
	"sync"
	"time"

	"afterpress/shared/kernel/words"
)

// Reach is how far ahead Add, NextOpen and Explain look for working time.
const Reach = 400 * 24 * time.Hour

// Window is one span of working hours of a day, [From, To), on the wall clock: "08:30" to "12:00". To may be
// "24:00".
type Window struct {
	From string `json:"from" validate:"required,len=5"`
	To   string `json:"to" validate:"required,len=5"`
}

// Holiday is a run of local dates, yyyy-mm-dd, both inclusive, on which nobody works.
type Holiday struct {
	From string     `json:"from" validate:"required,len=10"`
	To   string     `json:"to" validate:"required,len=10"`
	Name words.Text `json:"name" validate:"required"`
}

// Weekdays are the days of the week as calendars call them, Monday first.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// MakeupDay is a local date, yyyy-mm-dd, that has the windows of another weekday (调休): a Saturday works as
// "fri".
type MakeupDay struct {
	Date string `json:"date" validate:"required,len=10"`
	As   string `json:"as" validate:"required,one=weekday"`
}

// Calendar says when a branch or a team works. Only a calendar that passed Check gives meaningful answers.
// Another one never panics: it counts what it cannot read as closed.
//
// An instant is working time when the wall clock of Zone, at that instant, stands inside a window of that
// local date. A make-up day has the windows of its As, a holiday has none, any other date has those of its
// weekday. Two things follow when the clocks change:
//   - Local times that do not exist move to the first instant that does. On the night from 02:00 to 03:00,
//     the window 02:30 to 04:00 is 03:00 to 04:00, one hour.
//   - Local times that come twice are worked twice, because people stay for the time that really passes. On
//     the night from 03:00 back to 02:00, the window 01:00 to 04:00 is four hours. A window inside the
//     repeated hour is two spans with a break.
type Calendar struct {
	ID         string              `json:"id"`
	Version    int64               `json:"version"`
	CreatedAt  time.Time           `json:"created_at"`
	UpdatedAt  time.Time           `json:"updated_at"`
	Name       words.Text          `json:"name" validate:"required"`
	Zone       string              `json:"zone" validate:"required,max=64"` // IANA name: Asia/Shanghai
	Week       map[string][]Window `json:"week" validate:"required,dive,keys,one=weekday,endkeys,max=12,dive"`
	Holidays   []Holiday           `json:"holidays" validate:"max=500,dive"`
	MakeupDays []MakeupDay         `json:"makeup_days" validate:"max=200,dive"`
}

// Add is the earliest instant, in UTC, at which the given working time has passed since start. Work that ends
// with a window is due when the window closes, not when the next one opens. No working time at all is due at
// start. Add refuses negative working time, an unknown zone, and working time that is not over within Reach.
func (c Calendar) Add(start time.Time, working time.Duration) (time.Time, error) {
	zone, err := Zone(c.Zone)
	if err != nil {
		return time.Time{}, err
	}
	if working < 0 {
		return time.Time{}, fmt.Errorf("working time %s is negative", working)
	}
	start = start.UTC() // which drops the monotonic reading too
	if working == 0 {
		return start, nil
	}
	left := working
	for from, to := range c.openings(zone, start, start.Add(Reach)) {
		open := to.Sub(from)
		if left <= open {
			return from.Add(left), nil
		}
		left -= open
	}
	return time.Time{}, fmt.Errorf("working time %s is not over within 400 days of %s", working,
		start.Format(time.RFC3339))
}

// Between is the working time in [a, b). It is zero when b is not after a, and for an unknown zone.
func (c Calendar) Between(a, b time.Time) time.Duration {
	zone, err := Zone(c.Zone)
	if err != nil {
		return 0
	}
	var sum time.Duration
	for from, to := range c.openings(zone, a.UTC(), b.UTC()) {
		sum += to.Sub(from)
	}
	return sum
}

// Open reports whether at is working time.
func (c Calendar) Open(at time.Time) bool {
	return c.Between(at, at.Add(1)) > 0
}

// NextOpen is the first working instant at or after at, in UTC. It refuses an unknown zone, and a calendar
// that stays closed for Reach.
func (c Calendar) NextOpen(at time.Time) (time.Time, error) {
	zone, err := Zone(c.Zone)
	if err != nil {
		return time.Time{}, err
	}
	at = at.UTC()
	for from := range c.openings(zone, at, at.Add(Reach)) {
		return from, nil
	}
	return time.Time{}, fmt.Errorf("no working time within 400 days of %s", at.Format(time.RFC3339))
}

// NextOpening is the first instant after at with which working time begins, in UTC. Its errors are those of NextOpen.
func (c Calendar) NextOpening(at time.Time) (time.Time, error) {
	zone, err := Zone(c.Zone)
	if err != nil {
		return time.Time{}, err
	}
	at = at.UTC()
	for from := range c.openings(zone, at, at.Add(Reach)) {
		if from.After(at) {
			return from, nil
		}
	}
	return time.Time{}, fmt.Errorf("no working time begins within 400 days of %s", at.Format(time.RFC3339))
}

// openings walks the spans of working time within [from, until) in order; none is empty.
func (c Calendar) openings(zone *time.Location, from, until time.Time) iter.Seq2[time.Time, time.Time] {
	return func(yield func(time.Time, time.Time) bool) {
		for from.Before(until) {
			day := c.stretch(zone, from)
			for _, w := range day.windows {
				open, shut := day.span(w)
				shut = Earlier(shut, until)
				if open.Before(shut) && !yield(open, shut) {
					return
				}
			}
			from = day.end
		}
	}
}

// stretch is a piece of one local date in which the zone keeps one offset from UTC. In it, wall clock and UTC
// run side by side. A date is one stretch, or two when the clocks change on it. A date that the zone leaves
// out has none.
type stretch struct {
	begin, end time.Time // [begin, end)
	midnight   time.Time // where this offset puts 00:00 of the date, within the stretch or not
	windows    []Window
	holiday    *Holiday
	makeup     *MakeupDay
}

// stretch is the rest, from at on, of the stretch in which at lies.
func (c Calendar) stretch(zone *time.Location, at time.Time) stretch {
	local := at.In(zone)
	_, offset := local.Zone()
	_, change := local.ZoneBounds()
	year, month, day := local.Date()
	date := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)

	s := stretch{begin: at, midnight: date.Add(-time.Duration(offset) * time.Second)}
	s.end = s.midnight.Add(24 * time.Hour)
	// Where a zone has only its rule left, ZoneBounds gives every year 365 days. On the last day of a leap
	// year it answers with a change that has passed. Such a zone changes nothing before the next midnight.
	if change.After(at) {
		s.end = Earlier(s.end, change.UTC())
	}
	s.windows, s.holiday, s.makeup = c.rule(date)
	return s
}

// rule is what the calendar says about a date. Check leaves no date that is both a holiday and a make-up day.
func (c Calendar) rule(date time.Time) ([]Window, *Holiday, *MakeupDay) {
	var buf [len(time.DateOnly)]byte
	name := string(date.AppendFormat(buf[:0], time.DateOnly)) // dates in this form sort as text
	for i := range c.MakeupDays {
		if c.MakeupDays[i].Date == name {
			return c.Week[c.MakeupDays[i].As], nil, &c.MakeupDays[i]
		}
	}
	for i := range c.Holidays {
		// past years, the most of them, fail the first comparison
		if name <= c.Holidays[i].To && name >= c.Holidays[i].From {
			return nil, &c.Holidays[i], nil
		}
	}
	return c.Week[weekday(date.Weekday())], nil, nil
}

// weekday is the key of Calendar.Week for a day. The week of time.Weekday begins on Sunday.
func weekday(day time.Weekday) string { return Weekdays[(day+6)%7] }

// span is the part of a window that lies in the stretch, empty or inverted when there is none.
func (s stretch) span(w Window) (open, shut time.Time) {
	from, to, ok := w.minutes()
	if !ok {
		return s.end, s.begin
	}
	open = s.midnight.Add(time.Duration(from) * time.Minute)
	if open.Before(s.begin) {
		open = s.begin
	}
	return open, Earlier(s.midnight.Add(time.Duration(to)*time.Minute), s.end)
}

// minutes are the ends of the window in minutes after 00:00; ok is false when it is not a window.
func (w Window) minutes() (from, to int, ok bool) {
	from, fromOK := minute(w.From)
	to, toOK := minute(w.To)
	return from, to, fromOK && toOK && from < to
}

// minute reads hh:mm, 00:00 to 24:00, in minutes.
func minute(clock string) (minute int, ok bool) {
	if len(clock) != 5 || clock[2] != ':' {
		return 0, false
	}
	for _, i := range [...]int{0, 1, 3, 4} {
		if clock[i] < '0' || clock[i] > '9' {
			return 0, false
		}
	}
	hours := int(clock[0]-'0')*10 + int(clock[1]-'0')
	minutes := int(clock[3]-'0')*10 + int(clock[4]-'0')
	return hours*60 + minutes, minutes < 60 && hours*60+minutes <= 24*60
}

// zones keeps the zones that were read, by name: reading one costs as much as a hundred deadlines.
var zones sync.Map

// Zone reads an IANA zone by its name. It refuses names whose meaning depends on the machine: "", "Local" and
// "localtime".
func Zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	if name == "" || name == "Local" || name == "localtime" {
		return nil, fmt.Errorf("zone: %q is not a zone name like Asia/Shanghai", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone: %w", err)
	}
	zones.Store(name, zone)
	return zone, nil
}

// Earlier is the earlier one of two times.
func Earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// ETagVersion is the version that an If-Match names.
func (c Calendar) ETagVersion() int64 { return c.Version }

// Seconds is n seconds as a duration.
func Seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

// WorkingReach is the most working time that a policy may ask for at once, in seconds. A calendar of three
// hours a day has as much in Reach.
const WorkingReach = int64(Reach/time.Second) / 8
