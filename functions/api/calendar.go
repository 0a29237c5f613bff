package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

func (s *Server) calendarRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /calendars", permission.ReadCalendars, s.listCalendars,
			httpapi.Doc{Summary: "List the calendars · 日历列表", Answer: table.Page[calendar.Calendar]{}}),
		on("POST /calendars", permission.ChangeCalendars, s.openCalendar,
			httpapi.Doc{Summary: "Make a calendar · 新建日历", Body: OpenCalendar{}, Answer: calendar.Calendar{}, Status: created}),
		on("GET /calendars/{id}", permission.ReadCalendars, s.readCalendar,
			httpapi.Doc{Summary: "Read a calendar · 查看日历", Answer: calendar.Calendar{}}),
		on("PATCH /calendars/{id}", permission.ChangeCalendars, s.changeCalendar,
			httpapi.Doc{Summary: "Change a calendar by a merge patch (RFC 7396); open records get their deadlines anew · 修改日历，未结记录的期限会重算", Body: CalendarDetails{}, Answer: calendar.Calendar{}, Changes: true}),
		on("POST /calendars/{id}/explain", permission.ExplainCalendar, s.explainCalendar,
			httpapi.Doc{Summary: "Compute a deadline in working time, and say how · 推算到期时间", Body: ExplainCalendar{},
				Answer: calendar.Explanation{}}),
	}
}

// CalendarDetails is what an owner or a manager says of a calendar.
type CalendarDetails struct {
	Name       words.Text                   `json:"name"`
	Zone       string                       `json:"zone" validate:"required,max=64" description:"Name of the time zone, such as Asia/Shanghai · 时区名称"`
	Week       map[string][]calendar.Window `json:"week" validate:"required,dive,keys,oneof=mon tue wed thu fri sat sun,endkeys,max=12,dive" description:"Working hours by weekday, mon to sun; a day that is left out is closed · 每周工作时段"`
	Holidays   []calendar.Holiday           `json:"holidays,omitempty" validate:"max=500,dive" description:"Runs of days on which nobody works · 放假日期"`
	MakeupDays []calendar.MakeupDay         `json:"makeup_days,omitempty" validate:"max=200,dive" description:"Days that work the hours of another weekday · 调休上班日"`
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

// calendarDetails is a calendar as its details say it, for a patch to change.
func calendarDetails(c calendar.Calendar) CalendarDetails {
	return CalendarDetails{Name: c.Name, Zone: c.Zone, Week: c.Week, Holidays: c.Holidays, MakeupDays: c.MakeupDays}
}

func calendarOf(r *http.Request, shop setup.Shop) (calendar.Calendar, error) {
	c, found := shop.Calendar(r.PathValue("id"))
	if !found {
		return c, fault.Missing("日历", "calendar")
	}
	return c, nil
}

func (s *Server) listCalendars(r *http.Request) (httpapi.Answer, error) {
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(table.Page[calendar.Calendar]{Items: shop.Calendars}), nil
}

func (s *Server) readCalendar(r *http.Request) (httpapi.Answer, error) {
	shop, _, err := s.shopFor(r, permission.ReadCalendars)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := calendarOf(r, shop)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(c), nil
}

func (s *Server) openCalendar(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[OpenCalendar](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangeCalendars)
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := setup.ReshapeCalendar(calendar.Calendar{ID: in.ID}, in.Calendar(), by, shop, s.Now())
	if err != nil {
		return httpapi.Answer{}, err
	}
	opened := func(result any) httpapi.Answer { return httpapi.Created("/calendars/"+in.ID, result) }
	if err := s.Store.SaveCalendar(httpapi.Answering(r, opened), next, event); err != nil {
		return httpapi.Answer{}, err
	}
	return opened(next), nil
}

func (s *Server) changeCalendar(r *http.Request) (httpapi.Answer, error) {
	if _, err := httpapi.MustVersion(r); err != nil {
		return httpapi.Answer{}, err
	}
	shop, by, err := s.shopFor(r, permission.ChangeCalendars)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := calendarOf(r, shop)
	if err == nil {
		err = current(r, c.Version, c)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Patch(r, calendarDetails(c))
	if err != nil {
		return httpapi.Answer{}, err
	}
	next, event, err := setup.ReshapeCalendar(c, in.Calendar(), by, shop, s.Now())
	if err == nil {
		err = s.Store.SaveCalendar(r.Context(), next, event)
	}
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(next), nil
}

// ExplainCalendar asks when so much working time will have passed.
type ExplainCalendar struct {
	Start          time.Time `json:"start" validate:"required"`
	WorkingMinutes int64     `json:"working_minutes" validate:"required,min=1,max=576000" description:"At most 400 days around the clock · 最多为 400 个昼夜"`
}

func (s *Server) explainCalendar(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[ExplainCalendar](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	cal, found := shop.Calendar(r.PathValue("id"))
	if !found {
		return httpapi.Answer{}, fault.Missing("日历", "calendar")
	}
	explained, err := in.explain(cal, httpapi.Lang(r))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(explained), nil
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
