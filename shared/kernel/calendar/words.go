package calendar

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/kernel/words"
)

// Moment is a time of day in the calendar's zone, with its date unless that is today. Examples: "今天15:30",
// "11月24日（周二）15:30", "15:30 today", "Tue 24 Nov, 15:30". A calendar of an unknown zone uses UTC.
func (c Calendar) Moment(at, now time.Time, lang words.Lang) string {
	zone, err := Zone(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	at, now = at.In(zone), now.In(zone)
	today := at.Year() == now.Year() && at.YearDay() == now.YearDay()
	switch {
	case today && lang == words.Zh:
		return at.Format("今天15:04")
	case today:
		return at.Format("15:04 today")
	case lang == words.Zh:
		return at.Format("1月2日（") + weekdaysZh[at.Weekday()] + at.Format("）15:04")
	default:
		return at.Format("Mon 2 Jan, 15:04")
	}
}

// Date is the day of a time in the calendar's zone: "2026-11-24". A calendar of an unknown zone uses UTC.
func (c Calendar) Date(at time.Time) string {
	zone, err := Zone(c.Zone)
	if err != nil {
		zone = time.UTC
	}
	return at.In(zone).Format(time.DateOnly)
}

// Hours puts the calendar's week in words, a line for each run of days with the same windows. Examples:
// "周一至周五 08:30–12:00、13:00–17:30", "Sat 09:00–12:00". It is empty for a calendar that never opens.
func (c Calendar) Hours(lang words.Lang) string {
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday,
		time.Sunday}
	windows := func(d time.Weekday) []Window { return c.Week[weekday(d)] }
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

func daysInWords(first, last time.Weekday, lang words.Lang) string {
	name := func(d time.Weekday) string {
		if lang == words.Zh {
			return weekdaysZh[d]
		}
		return d.String()[:3]
	}
	if first == last {
		return name(first)
	}
	return fmt.Sprintf(words.Text{Zh: "%s至%s", En: "%s to %s"}.In(lang), name(first), name(last))
}

func windowsInWords(windows []Window, lang words.Lang) string {
	spans := make([]string, len(windows))
	for i, w := range windows {
		spans[i] = w.From + "–" + w.To
	}
	return strings.Join(spans, words.Text{Zh: "、", En: ", "}.In(lang))
}
