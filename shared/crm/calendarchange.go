package crm

import (
	"strings"
	"time"
)

// ETagVersion is the version that an If-Match names.
func (c Calendar) ETagVersion() int64 { return c.Version }

// calendarUsers lists the branches in which people work by the calendar: those that name it, and those of staff who have it as their own.
func (s Shop) calendarUsers(calendar string) []string {
	var out []string
	for _, b := range s.Branches {
		if b.Calendar == calendar {
			out = append(out, b.ID)
		}
	}
	for _, p := range s.Staff {
		if p.Calendar == calendar {
			out = append(out, p.Branches...)
		}
	}
	return out
}

// Reshape is the next version of the calendar and its event. A calendar of version 0 is a new one. A manager changes what only his own branches
// work by, since a change moves the deadlines of everybody who does; an owner changes all. Nothing to change gives the calendar as it is, without an event.
func (c Calendar) Reshape(next Calendar, by Actor, shop Shop, now time.Time) (Calendar, Event, error) {
	kind := CalendarChanged
	next.ID, next.Version, next.CreatedAt, next.UpdatedAt = c.ID, c.Version+1, c.CreatedAt, now
	if c.Version == 0 {
		kind, next.CreatedAt = CalendarOpened, now
	}
	for _, b := range shop.calendarUsers(c.ID) {
		if !by.Has(Owner) && !by.Sees(b) {
			return Calendar{}, Event{}, Fail(Forbidden, "其他网点也使用这个日历。请联系老板，或为您的网点新建日历。",
				"Other branches work by this calendar too. Ask an owner, or make a calendar for your own branch.")
		}
	}
	if c.Version > 0 && same(c, next) {
		return c, Event{}, nil
	}
	faults := FaultList(next.Check())
	shop.Calendars = replaced(shop.Calendars, next, func(x Calendar) bool { return x.ID == next.ID })
	if failing := shop.failing(func(b Branch) bool { return b.Calendar == next.ID }, now); len(faults) == 0 && len(failing) > 0 {
		branches := strings.Join(failing, ", ")
		faults.add("/week", "按此日历，网点（"+branches+"）的期限在 400 天内到不了。请增加工作时间。",
			"By this calendar the deadlines of "+branches+" do not come within 400 days. Add working time.")
	}
	if err := faults.invalid(); err != nil {
		return Calendar{}, Event{}, err
	}
	return next, setupEvent(kind, by, "calendar", next.ID, next.Version, "", now, c, next), nil
}
