package api

import (
	"net/http"
	"time"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

func (s *Server) calendarRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("POST /calendars/{id}/explain", crm.ExplainCalendar, s.explainCalendar, httpapi.Doc{Summary: "Compute a deadline in working time, and say how · 推算到期时间", Body: ExplainCalendar{}, Answer: crm.Explanation{}}),
	}
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
	calendar, found := shop.Calendar(r.PathValue("id"))
	if !found {
		return httpapi.Answer{}, crm.Missing("日历", "calendar")
	}
	explained, err := in.explain(calendar, httpapi.Lang(r))
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(explained), nil
}

func (in ExplainCalendar) explain(c crm.Calendar, lang crm.Lang) (crm.Explanation, error) {
	if year := in.Start.Year(); year < 2000 || year > 2100 {
		return crm.Explanation{}, crm.Faulty(crm.Field{Pointer: "/start", Text: crm.Text{
			Zh: "请填写 2000 年到 2100 年之间的时间。", En: "Enter a time between the years 2000 and 2100."}})
	}
	explained, err := c.Explain(in.Start, time.Duration(in.WorkingMinutes)*time.Minute, lang)
	if err != nil {
		return explained, crm.Faulty(crm.Field{Pointer: "/working_minutes", Text: crm.Text{
			Zh: "按此日历，400 天内没有这么多工作时间。请填写较小的数。", En: "The calendar does not have so much working time within 400 days. Enter a smaller number."}}).Because(err)
	}
	return explained, nil
}
