package api

import (
	"cmp"
	"net/http"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

func (s *Server) touchRoutes() []httpapi.Route {
	return []httpapi.Route{
		on("GET /customers/{id}/activities", permission.ReadCustomers, s.listActivities,
			httpapi.Doc{Summary: "List calls, visits and other touches with a customer, newest first · 客户接触记录",
				Query: ListActivities{}, Answer: table.Page[customer.Touch]{}}),
		on("POST /customers/{id}/activities", permission.RecordTouch, s.recordActivity,
			httpapi.Doc{Summary: "Write down a touch with a customer · 登记一次接触", Body: RecordActivity{},
				Answer: customer.Touch{}, Status: created}),
	}
}

// listTouches lists what the person wrote back about a lead. Who may read the lead may read that.
func (s *Server) listTouches(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[httpapi.Paging](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	lead, err := s.lead(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Touches(r.Context(),
		centre.TouchQuery{Customer: lead.Customer, Reader: httpapi.Actor(r), Lead: lead.ID, Paging: paging(r, in)})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

// ListActivities is the query of the list of touches.
type ListActivities struct {
	Channel string `json:"channel" validate:"omitempty,oneof=call visit fax e-mail sms counter exhibition wechat" description:"Absent: all · 不填则为全部渠道"`
	httpapi.Paging
}

func (s *Server) listActivities(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Query[ListActivities](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	c, err := s.customer(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	page, err := s.Store.Touches(r.Context(),
		centre.TouchQuery{Customer: c.ID, Reader: httpapi.Actor(r), Channel: in.Channel, Paging: paging(r, in.Paging)})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return httpapi.OK(page), nil
}

// RecordActivity is a touch as the colleague who had it writes it down.
type RecordActivity struct {
	Channel   string     `json:"channel" validate:"required,oneof=call visit fax e-mail sms counter exhibition wechat"`
	Direction string     `json:"direction" validate:"required,oneof=in out" description:"in: the customer began it · in：客户主动"`
	At        *time.Time `json:"at,omitempty" description:"Absent: now; within the last 400 days · 不填则为现在；须在过去 400 天内"`
	Length    int64      `json:"length_s,omitempty" validate:"min=0,max=86400" description:"In seconds · 时长，以秒计"`
	Contact   string     `json:"contact,omitempty" validate:"omitempty,id=con" description:"With whom · 联系人编号"`
	Outcome   string     `json:"outcome,omitempty" validate:"omitempty,oneof=interested quote-requested call-back not-now unreachable"`
	Summary   string     `json:"summary,omitempty" validate:"max=4000,text,shown"`
	NextStep  *NextStep  `json:"next_step,omitempty" validate:"omitempty"`
}

// NextStep is what was agreed at a touch.
type NextStep struct {
	Title string    `json:"title" validate:"required,max=150,oneline,shown" description:"Of the task that it becomes · 由此新建的任务的标题"`
	Due   time.Time `json:"due_at" validate:"required" description:"Within the next 400 days · 今后 400 天内"`
	Owner string    `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: you · 不填则为您本人"`
}

// touch is what the colleague wrote down.
func (in RecordActivity) touch(by staff.Actor, now time.Time) customer.Touch {
	t := customer.Touch{Channel: in.Channel, Direction: in.Direction, At: now, Length: in.Length, Contact: in.Contact,
		Outcome: in.Outcome, Summary: in.Summary}
	if in.At != nil {
		t.At = in.At.UTC().Truncate(time.Millisecond)
	}
	if n := in.NextStep; n != nil {
		t.Next = &customer.NextStep{Title: n.Title, Due: n.Due.UTC().Truncate(time.Millisecond),
			Owner: cmp.Or(n.Owner, by.ID)}
	}
	return t
}

func (s *Server) recordActivity(r *http.Request) (httpapi.Answer, error) {
	in, err := httpapi.Decode[RecordActivity](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	shop, err := s.Store.Shop(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	missing := fault.Missing("客户", "customer")
	id, err := recordID(r, missing)
	if err != nil {
		return httpapi.Answer{}, err
	}
	by, now := httpapi.Actor(r), s.Now()
	recorded := func(result any) httpapi.Answer { return httpapi.Created("/customers/"+id+"/activities", result) }
	kept, err := s.Store.RecordTouch(httpapi.Answering(r, recorded), id, in.touch(by, now),
		func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
			if !c.SeenBy(by) {
				return c, t, event.Event{}, missing
			}
			return c.Touched(by, t, shop.Roster, now)
		})
	if err != nil {
		return httpapi.Answer{}, err
	}
	return recorded(kept), nil
}
