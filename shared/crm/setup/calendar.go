package setup

import (
	"fmt"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
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

// KeepsDays refuses a change that leaves out days to come on which the calendar is closed or has people work. The
// error is Invalid and lists them, at most five.
func KeepsDays(c, next calendar.Calendar, now time.Time) error {
	dropped := c.Dropped(next, now)
	if len(dropped) == 0 {
		return nil
	}
	var days []string
	for _, h := range dropped[:min(len(dropped), 5)] {
		if h.From == h.To {
			days = append(days, h.From)
		} else {
			days = append(days, h.From+"–"+h.To)
		}
	}
	listed, more, etc := strings.Join(days, ", "), "", ""
	if n := len(dropped) - len(days); n > 0 {
		more, etc = fmt.Sprintf(" and %d more", n), fmt.Sprintf("等 %d 项", len(dropped))
	}
	return fault.Faulty(fault.Field{Pointer: "/holidays", Text: words.Text{
		Zh: "此修改会去掉尚未到来的放假日或调休日：" + strings.ReplaceAll(listed, ", ", "、") + etc +
			"。如果只想增加一项，请用 application/json-patch+json；确实要去掉，请加上 drop_days: true。",
		En: "This change drops days that are still to come: " + listed + more +
			". To add one entry, send application/json-patch+json. To drop them, add drop_days: true."}})
}

// TakeOfficialYear is the calendar with a country's official list of a year. Make-up days work the hours of as, a
// weekday. The error is Invalid while no list of that year is known.
func TakeOfficialYear(c calendar.Calendar, country string, year int, as string) (calendar.Calendar, error) {
	list, known := calendar.Official(country, year)
	if !known {
		years := calendar.OfficialYears(country)
		first, last := years[0], years[len(years)-1]
		return c, fault.Faulty(fault.Field{Pointer: "/year", Text: words.Text{
			Zh: fmt.Sprintf("只有 %d 至 %d 年的放假安排。下一年的安排于前一年 11 月公布；请更新系统，或自行填写放假日期。", first, last),
			En: fmt.Sprintf("The lists of %d to %d are known. The next one is published in November of the year before. "+
				"Update the software, or enter the holidays yourself.", first, last)}})
	}
	if len(c.Week[as]) == 0 {
		return c, fault.Faulty(fault.Field{Pointer: "/as", Text: words.Text{
			Zh: "此日历在这一天没有工作时段。请填写有工作时段的星期，例如 mon。",
			En: "The calendar has no working hours on that weekday. Enter one that has, such as mon."}})
	}
	return c.WithOfficial(list, as), nil
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
