package crm

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Reference is the short number by which customer and staff name a record: the last eight characters of its id, which are random.
func Reference(id string) string {
	return strings.ToUpper(id[max(0, len(id)-8):])
}

// Moment is a time of day in the calendar's zone, with its date unless that is today: "今天 15:30", "11月24日 周二 15:30", "15:30 today",
// "Tue 24 Nov, 15:30". A calendar whose zone is unknown speaks UTC.
func (c Calendar) Moment(at, now time.Time, lang Lang) string {
	zone, err := calendarZone(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	at, now = at.In(zone), now.In(zone)
	today := at.Year() == now.Year() && at.YearDay() == now.YearDay()
	switch {
	case today && lang == Zh:
		return at.Format("今天 15:04")
	case today:
		return at.Format("15:04 today")
	case lang == Zh:
		return at.Format("1月2日 ") + calendarWeekdaysZh[at.Weekday()] + at.Format(" 15:04")
	default:
		return at.Format("Mon 2 Jan, 15:04")
	}
}

// date is the day of a time in the calendar's zone: "2026-11-24". A calendar whose zone is unknown speaks UTC.
func (c Calendar) date(at time.Time) string {
	zone, err := calendarZone(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}

// Hours puts the calendar's week in words, a line for each run of days that have the same windows: "周一至周五 08:30–12:00、13:00–17:30", "Sat 09:00–12:00".
// It is empty for a calendar that never opens.
func (c Calendar) Hours(lang Lang) string {
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	windows := func(d time.Weekday) []Window { return c.Week[calendarWeekdays[d]] }
	var lines []string
	for i := 0; i < len(days); {
		last := i
		for last+1 < len(days) && slices.Equal(windows(days[last+1]), windows(days[i])) {
			last++
		}
		if open := windows(days[i]); len(open) > 0 {
			lines = append(lines, daysInWords(days[i], days[last], lang)+" "+windowsInWords(open, lang))
		}
		i = last + 1
	}
	return strings.Join(lines, "\n")
}

func daysInWords(first, last time.Weekday, lang Lang) string {
	name := func(d time.Weekday) string {
		if lang == Zh {
			return calendarWeekdaysZh[d]
		}
		return d.String()[:3]
	}
	if first == last {
		return name(first)
	}
	return fmt.Sprintf(Text{Zh: "%s至%s", En: "%s to %s"}.In(lang), name(first), name(last))
}

func windowsInWords(windows []Window, lang Lang) string {
	spans := make([]string, len(windows))
	for i, w := range windows {
		spans[i] = w.From + "–" + w.To
	}
	return strings.Join(spans, Text{Zh: "、", En: ", "}.In(lang))
}

// Promise is the time that a person is told we will have contacted him by: when the first contact is due. Where that is over, because the message
// was held up, it is when the present owner is due, and after that a first contact's time from now.
func (l Lead) Promise(terms LeadTerms, now time.Time) (time.Time, error) {
	for _, at := range []time.Time{l.FirstContactDue, l.Due} {
		if at.After(now) {
			return at, nil
		}
	}
	return terms.Calendar.Add(now, seconds(terms.Policy.FirstContact))
}

// LeadTitle is how a lead is called in a list: who asks and for what, as far as he said.
func LeadTitle(name, product, id string) Text {
	who := name
	if who == "" {
		who = Reference(id)
	}
	if product == "" {
		return Text{Zh: "线索：" + who, En: "Lead: " + who}
	}
	return Text{Zh: "线索：" + who + "，" + product, En: "Lead: " + who + ", " + product}
}
