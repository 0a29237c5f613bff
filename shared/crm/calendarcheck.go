package crm

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Check reports the first fault of the calendar, beginning with the path of its field: "week.mon[1].from: …". It refuses what would
// make an answer meaningless; lengths and required words are the tags' part.
func (c Calendar) Check() error {
	_, err := calendarZone(c.Zone)
	return cmp.Or(err, c.checkWeek(), c.checkHolidays(), c.checkMakeupDays())
}

func (c Calendar) checkWeek() error {
	for name := range c.Week {
		if !slices.Contains(calendarWeekdays[:], name) {
			return fmt.Errorf("week.%s: not one of mon, tue, wed, thu, fri, sat, sun", name)
		}
	}
	works := false
	for _, name := range calendarWeekdays {
		closed := "00:00"
		for i, w := range c.Week[name] {
			field := fmt.Sprintf("week.%s[%d]", name, i)
			if err := w.check(field); err != nil {
				return err
			}
			if w.From < closed { // hh:mm sorts as text
				return fmt.Errorf("%s.from: %s is before %s, when the window before it ends: windows stand in order and do not overlap", field, w.From, closed)
			}
			closed = w.To
			works = true
		}
	}
	if !works {
		return errors.New("week: no day has a window")
	}
	return nil
}

func (w Window) check(field string) error {
	if _, ok := calendarMinute(w.From); !ok {
		return fmt.Errorf("%s.from: %q is not a time of day like 08:30", field, w.From)
	}
	if _, ok := calendarMinute(w.To); !ok {
		return fmt.Errorf("%s.to: %q is not a time of day like 17:30, 24:00 at the latest", field, w.To)
	}
	if w.To <= w.From {
		return fmt.Errorf("%s.to: %s is not after %s; work over midnight is one window to 24:00 and one from 00:00 on the next day", field, w.To, w.From)
	}
	return nil
}

func (c Calendar) checkHolidays() error {
	for i, h := range c.Holidays {
		field := fmt.Sprintf("holidays[%d]", i)
		if err := cmp.Or(calendarCheckDate(field+".from", h.From), calendarCheckDate(field+".to", h.To)); err != nil {
			return err
		}
		if h.To < h.From {
			return fmt.Errorf("%s.to: %s is before %s", field, h.To, h.From)
		}
	}
	return nil
}

func (c Calendar) checkMakeupDays() error {
	seen := map[string]bool{}
	for i, m := range c.MakeupDays {
		field := fmt.Sprintf("makeup_days[%d]", i)
		if err := calendarCheckDate(field+".date", m.Date); err != nil {
			return err
		}
		if seen[m.Date] {
			return fmt.Errorf("%s.date: %s stands there twice", field, m.Date)
		}
		seen[m.Date] = true
		if len(c.Week[m.As]) == 0 {
			return fmt.Errorf("%s.as: %q is not a weekday with windows", field, m.As)
		}
		for j, h := range c.Holidays {
			if h.From <= m.Date && m.Date <= h.To {
				return fmt.Errorf("%s.date: %s is within holidays[%d]", field, m.Date, j)
			}
		}
	}
	return nil
}

func calendarCheckDate(field, date string) error {
	if _, err := time.Parse(time.DateOnly, date); err != nil {
		return fmt.Errorf("%s: %q is not a date like 2026-02-16", field, date)
	}
	return nil
}
