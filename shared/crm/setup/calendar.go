package setup

import (
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

// calendarUsers lists the branches in which people work by the calendar. These are the branches that name it,
// and those of colleagues who have it as their own.
func (s Shop) calendarUsers(cal string) []string {
	var out []string
	for _, b := range s.Branches {
		if b.Calendar == cal {
			out = append(out, b.ID)
		}
	}
	for _, p := range s.Staff {
		if p.Calendar == cal {
			out = append(out, p.Branches...)
		}
	}
	return out
}

// ReshapeCalendar is the next version of the calendar and its event. A calendar of version 0 is a new one. A
// change moves the deadlines of all who work by the calendar. A manager may therefore change only a calendar
// that no other branch works by; an owner changes all. The error is Forbidden otherwise, and Invalid when the
// calendar is faulty. It is Invalid too when a branch's deadlines would not come within 400 days. Without a
// change the calendar comes back as it is, without an event.
func ReshapeCalendar(c calendar.Calendar, next calendar.Calendar, by staff.Actor, shop Shop,
	now time.Time) (calendar.Calendar, event.Event, error) {
	kind := event.CalendarChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = c.ID, c.Version+1, c.CreatedAt, now
	if c.Version == 0 {
		kind, next.CreatedAt = event.CalendarOpened, now
	}
	for _, b := range shop.calendarUsers(c.ID) {
		if !by.Has(staff.Owner) && !by.Sees(b) {
			return calendar.Calendar{}, event.Event{}, fault.Fail(fault.Forbidden, "其他网点也使用这个日历。请联系老板，或为您的网点新建日历。",
				"Other branches work by this calendar too. Ask an owner, or make a calendar for your own branch.")
		}
	}
	if c.Version > 0 && fault.Same(c, next) {
		return c, event.Event{}, nil
	}
	faults := fault.List(next.Check())
	shop.Calendars = replaced(shop.Calendars, next, func(x calendar.Calendar) bool { return x.ID == next.ID })
	if failing := shop.failing(func(b firm.Branch) bool { return b.Calendar == next.ID }, now); len(faults) == 0 &&
		len(failing) > 0 {
		branches := strings.Join(failing, ", ")
		faults.Add("/week", "按此日历，网点（"+branches+"）的期限在 400 天内到不了。请增加工作时间。",
			"By this calendar the deadlines of "+branches+" do not come within 400 days. Add working time.")
	}
	if err := faults.Invalid(); err != nil {
		return calendar.Calendar{}, event.Event{}, err
	}
	return next, event.SetupChanged(kind, by, "calendar", next.ID, next.Version, "", now, c, next), nil
}
