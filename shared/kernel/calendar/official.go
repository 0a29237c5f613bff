package calendar

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// OfficialYear is what a country's government says of a year: its holidays, and the weekends on which people work
// instead (调休). Dates are yyyy-mm-dd. Source says where the figures come from.
type OfficialYear struct {
	Country  string    `json:"country"` // ISO 3166-1: CN
	Year     int       `json:"year"`
	Source   string    `json:"source"`
	Holidays []Holiday `json:"holidays"`
	Workdays []string  `json:"workdays"`
}

// officialText is written by infra/holidays. The State Council publishes each list in November of the year before.
//
//go:embed official.json
var officialText []byte

var officialYears = sync.OnceValue(func() []OfficialYear {
	var out []OfficialYear
	if err := json.Unmarshal(officialText, &out); err != nil {
		panic(err) // a file of this package, which its tests read
	}
	return out
})

// OfficialCountries are the countries whose lists are known, by ISO 3166-1.
var OfficialCountries = []string{"CN"}

// OfficialYears lists the years of a country that are known, in order.
func OfficialYears(country string) []int {
	var out []int
	for _, y := range officialYears() {
		if y.Country == country {
			out = append(out, y.Year)
		}
	}
	return out
}

// Official is a country's list for a year. ok is false while none is known.
func Official(country string, year int) (found OfficialYear, ok bool) {
	at := slices.IndexFunc(officialYears(), func(y OfficialYear) bool { return y.Country == country && y.Year == year })
	if at < 0 {
		return OfficialYear{}, false
	}
	return officialYears()[at], true
}

// WithOfficial is the calendar with the list of a year. What the shop entered itself stays, but for two things: its
// holidays that lie within an official one, and its make-up days that are free by the list. A day on which the list
// has people work is not taken where the shop has it as a holiday or as a make-up day. It works the hours of as,
// a weekday.
func (c Calendar) WithOfficial(y OfficialYear, as string) Calendar {
	within := func(a Holiday, all []Holiday) bool {
		return slices.ContainsFunc(all, func(b Holiday) bool { return b.From <= a.From && a.To <= b.To })
	}
	free := func(date string, all []Holiday) bool { return within(Holiday{From: date, To: date}, all) }

	var holidays []Holiday
	for _, h := range c.Holidays {
		if !within(h, y.Holidays) {
			holidays = append(holidays, h)
		}
	}
	for _, h := range y.Holidays {
		if !within(h, holidays) {
			holidays = append(holidays, h)
		}
	}
	var makeup []MakeupDay
	for _, m := range c.MakeupDays {
		if !free(m.Date, y.Holidays) {
			makeup = append(makeup, m)
		}
	}
	for _, date := range y.Workdays {
		known := slices.ContainsFunc(makeup, func(m MakeupDay) bool { return m.Date == date })
		if !known && !free(date, holidays) {
			makeup = append(makeup, MakeupDay{Date: date, As: as})
		}
	}
	slices.SortStableFunc(holidays, func(a, b Holiday) int { return cmp.Compare(a.From, b.From) })
	slices.SortStableFunc(makeup, func(a, b MakeupDay) int { return cmp.Compare(a.Date, b.Date) })
	c.Holidays, c.MakeupDays = holidays, makeup
	return c
}

// Dropped lists the holidays that have a day at or after now which next does not have. Make-up days are among them, as
// holidays without a name. A change that drops some is often a list sent with its new entries only.
func (c Calendar) Dropped(next Calendar, now time.Time) []Holiday {
	zone, err := Zone(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	today := now.In(zone).Format(time.DateOnly)
	var out []Holiday
	for _, h := range c.Holidays {
		if h.To >= today && !next.closes(h, max(h.From, today)) {
			out = append(out, h)
		}
	}
	for _, m := range c.MakeupDays {
		if m.Date >= today && !slices.ContainsFunc(next.MakeupDays, func(n MakeupDay) bool { return n.Date == m.Date }) {
			out = append(out, Holiday{From: m.Date, To: m.Date})
		}
	}
	return out
}

// daysCompared is how many days of a holiday are looked at, so that one without end costs no more than three years.
const daysCompared = 3 * 366

// closes reports whether each day of the holiday from a date on is a holiday of the calendar too.
func (c Calendar) closes(h Holiday, from string) bool {
	last, err := time.Parse(time.DateOnly, h.To)
	if err != nil {
		return true
	}
	day, err := time.Parse(time.DateOnly, from)
	for n := 0; err == nil && n < daysCompared && !day.After(last); n++ {
		date := day.Format(time.DateOnly)
		if !slices.ContainsFunc(c.Holidays, func(n Holiday) bool { return n.From <= date && date <= n.To }) {
			return false
		}
		day = day.AddDate(0, 0, 1)
	}
	return true
}
