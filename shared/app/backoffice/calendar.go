package backoffice

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// CalendarDetails is what an owner or a manager says of a calendar.
type CalendarDetails struct {
	Name       words.Text                   `json:"name"`
	Zone       string                       `json:"zone" validate:"required,max=64" description:"Name of the time zone, such as Asia/Shanghai · 时区名称"`
	Week       map[string][]calendar.Window `json:"week" validate:"required,dive,keys,one=weekday,endkeys,max=12,dive" description:"Working hours by weekday, mon to sun; a day that is left out is closed · 每周工作时段"`
	Holidays   []calendar.Holiday           `json:"holidays,omitempty" validate:"max=500,dive" description:"Runs of days on which nobody works · 放假日期"`
	MakeupDays []calendar.MakeupDay         `json:"makeup_days,omitempty" validate:"max=200,dive" description:"Days that work the hours of another weekday · 调休上班日"`
}

// ChangeCalendar is a calendar as an edit says it. A list replaces the whole list, so days to come are dropped only
// where DropDays says so.
type ChangeCalendar struct {
	CalendarDetails
	DropDays bool `json:"drop_days,omitempty" description:"Days to come that are left out shall go · 确认去掉未到的日期"`
}

// OpenCalendar is a new calendar under an id that branches name.
type OpenCalendar struct {
	ID string `json:"id" validate:"required,min=2,max=40,slug" pattern:"^[a-z][a-z0-9-]*$" description:"Small letters, digits, hyphens · 小写字母、数字、连字符"`
	CalendarDetails
}

// Calendar is the calendar as the rules know it, without id and version.
func (d CalendarDetails) Calendar() calendar.Calendar {
	return calendar.Calendar{Name: d.Name, Zone: d.Zone, Week: d.Week, Holidays: d.Holidays, MakeupDays: d.MakeupDays}
}

// calendarDetails is a calendar as its details say it, for an edit.
func calendarDetails(c calendar.Calendar) CalendarDetails {
	return CalendarDetails{Name: c.Name, Zone: c.Zone, Week: c.Week, Holidays: c.Holidays, MakeupDays: c.MakeupDays}
}

func calendarIn(shop setup.Shop, id string) (calendar.Calendar, error) {
	c, found := shop.Calendar(id)
	if !found {
		return c, fault.Missing("日历", "calendar")
	}
	return c, nil
}

// Calendars lists the calendars of the shop.
func (d Desk) Calendars(ctx context.Context, by app.Caller) (table.Page[calendar.Calendar], error) {
	shop, err := d.cached(ctx, by, permission.ReadCalendars)
	return table.Page[calendar.Calendar]{Items: shop.Calendars}, err
}

// Calendar reads one calendar as it is now.
func (d Desk) Calendar(ctx context.Context, by app.Caller, at app.Record) (calendar.Calendar, error) {
	shop, _, err := d.latest(ctx, by, permission.ReadCalendars)
	if err != nil {
		return calendar.Calendar{}, err
	}
	return calendarIn(shop, at.ID)
}

// OpenCalendar makes a calendar.
func (d Desk) OpenCalendar(ctx context.Context, by app.Caller, in OpenCalendar) (calendar.Calendar, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeCalendars)
	if err != nil {
		return calendar.Calendar{}, err
	}
	next, event, err := setup.ReshapeCalendar(calendar.Calendar{ID: in.ID}, in.Calendar(), by.Actor, shop, d.Now())
	if err != nil {
		return calendar.Calendar{}, err
	}
	return next, d.Store.SaveCalendar(ctx, next, event)
}

// ChangeCalendar changes a calendar. Open records get their deadlines anew.
func (d Desk) ChangeCalendar(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[ChangeCalendar]) (calendar.Calendar, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeCalendars)
	if err != nil {
		return calendar.Calendar{}, err
	}
	c, err := calendarIn(shop, at.ID)
	if err == nil {
		err = at.Named(c.Version, c)
	}
	if err != nil {
		return calendar.Calendar{}, err
	}
	in, err := edit(ChangeCalendar{CalendarDetails: calendarDetails(c)})
	if err != nil {
		return calendar.Calendar{}, err
	}
	next, event, err := setup.ReshapeCalendar(c, in.Calendar(), by.Actor, shop, d.Now())
	if err != nil {
		return calendar.Calendar{}, err
	}
	if !in.DropDays {
		if err := setup.KeepsDays(c, next, d.Now()); err != nil {
			return calendar.Calendar{}, err
		}
	}
	return next, d.Store.SaveCalendar(ctx, next, event)
}

// OfficialYear takes over what a government says of a year.
type OfficialYear struct {
	Country string `json:"country,omitempty" validate:"omitempty,one=holiday-country" description:"Absent: CN · 国家"`
	Year    int    `json:"year" validate:"required,min=2000,max=2100" description:"Published each November before · 年份"`
	As      string `json:"as,omitempty" validate:"omitempty,one=weekday" description:"Absent: fri · 调休日的时段"`
}

// TakeOfficialYear adds the official holidays and make-up days of a year to a calendar. What the shop entered for
// itself stays. Open records get their deadlines anew.
func (d Desk) TakeOfficialYear(ctx context.Context, by app.Caller, at app.Record,
	in OfficialYear) (calendar.Calendar, error) {
	shop, by, err := d.latest(ctx, by, permission.ChangeCalendars)
	if err != nil {
		return calendar.Calendar{}, err
	}
	c, err := calendarIn(shop, at.ID)
	if err == nil {
		err = at.Current(c.Version, c)
	}
	if err != nil {
		return calendar.Calendar{}, err
	}
	taken, err := setup.TakeOfficialYear(c, cmp.Or(in.Country, "CN"), in.Year, cmp.Or(in.As, "fri"))
	if err != nil {
		return calendar.Calendar{}, err
	}
	details := calendarDetails(taken)
	if faults := app.Forms.Faults(&details); len(faults) > 0 {
		return calendar.Calendar{}, fault.Faulty(faults...)
	}
	next, event, err := setup.ReshapeCalendar(c, taken, by.Actor, shop, d.Now())
	if err != nil {
		return calendar.Calendar{}, err
	}
	return next, d.Store.SaveCalendar(ctx, next, event)
}

// ExplainCalendar asks when so much working time will have passed.
type ExplainCalendar struct {
	Start          time.Time `json:"start" validate:"required"`
	WorkingMinutes int64     `json:"working_minutes" validate:"required,min=1,max=576000" description:"At most 400 days around the clock · 最多为 400 个昼夜"`
}

func (in ExplainCalendar) explain(c calendar.Calendar, lang words.Lang) (calendar.Explanation, error) {
	if year := in.Start.Year(); year < 2000 || year > 2100 {
		return calendar.Explanation{}, fault.Faulty(fault.Field{Pointer: "/start", Text: words.Text{
			Zh: "请填写 2000 年到 2100 年之间的时间。", En: "Enter a time between the years 2000 and 2100."}})
	}
	explained, err := c.Explain(in.Start, time.Duration(in.WorkingMinutes)*time.Minute, lang)
	if err != nil {
		return explained, fault.Faulty(fault.Field{Pointer: "/working_minutes", Text: words.Text{
			Zh: "按此日历，400 天内没有这么多工作时间。请填写较小的数。",
			En: "The calendar does not have so much working time within 400 days. Enter a smaller number."}}).Because(err)
	}
	return explained, nil
}

// ExplainCalendar computes a deadline in working time, and says how.
func (d Desk) ExplainCalendar(ctx context.Context, by app.Caller, at app.Record,
	in ExplainCalendar) (calendar.Explanation, error) {
	shop, err := d.cached(ctx, by, permission.ExplainCalendar)
	if err != nil {
		return calendar.Explanation{}, err
	}
	c, err := calendarIn(shop, at.ID)
	if err != nil {
		return calendar.Explanation{}, err
	}
	return in.explain(c, by.Lang)
}
