package casework

import (
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/table"
)

// ListComplaints is the query of the board.
type ListComplaints struct {
	app.JobNumbered
	State    string  `json:"state" validate:"omitempty,one=complaint-state" description:"Absent: all that are open · 不填则为全部未结的"`
	Severity int     `json:"severity" validate:"min=0,max=4" description:"1 worst, to 4; absent or 0: any · 1 最严重，不填则不限"`
	Owner    string  `json:"owner" validate:"max=64" description:"A staff id, or me · 员工编号，或 me"`
	Due      *string `json:"due_before" validate:"omitempty,datetime=2006-01-02T15:04:05Z07:00" format:"date-time" description:"Open ones that are due before it · 在此之前到期的未结投诉"`
	Customer string  `json:"customer" validate:"max=64"`
	Branch   string  `json:"branch" validate:"max=64" description:"Absent: all that you see · 不填则为您可查看的全部网点"`
	Month    string  `json:"month" validate:"omitempty,datetime=2006-01" pattern:"^[0-9]{4}-[0-9]{2}$" description:"Of ended complaints, UTC; absent: this month · 已结投诉的月份，不填则为本月"`
	app.Paging
}

// query is the question to the store.
func (q ListComplaints) query(by app.Caller, shop setup.Shop, now time.Time) (service.ComplaintQuery, error) {
	out := service.ComplaintQuery{Paging: q.Paging.For(by), State: q.State, Severity: q.Severity,
		Customer: q.Customer, Month: q.Month}
	if q.Customer != "" && complaint.NoMoney(by.Actor) {
		return out, fault.Fail(fault.Forbidden, "您的角色看不到投诉属于哪位客户，不能按客户筛选。请去掉 customer。",
			"Your role does not see whose a complaint is, so it cannot ask by customer. Leave customer out.")
	}
	var err error
	if out.Owner, err = app.Colleague(q.Owner, by, shop); err != nil {
		return out, err
	}
	ended := complaint.Complaint{State: q.State}.Closed()
	if q.Month != "" && !ended {
		return out, fault.Faulty(fault.Field{Pointer: "?month", Text: words.Text{
			Zh: "月份只用于已结的投诉。请同时给出 state，例如 closed。",
			En: "A month is for complaints that have ended. Give their state with it, such as closed."}})
	}
	if q.Due != nil && ended {
		return out, fault.Faulty(fault.Field{Pointer: "?due_before",
			Text: words.Text{Zh: "已结的投诉没有期限。请去掉此项。", En: "What has ended is not due any more. Leave this out."}})
	}
	if ended && out.Month == "" {
		out.Month = now.UTC().Format("2006-01")
	}
	if q.Due != nil {
		if out.Until, err = time.Parse(time.RFC3339, *q.Due); err != nil {
			return out, fault.Faulty(fault.Field{Pointer: "?due_before",
				Text: words.Text{Zh: "请填写 RFC 3339 时间，例如 2026-11-30T09:00:00Z。",
					En: "Enter a time as in RFC 3339, such as 2026-11-30T09:00:00Z."}})
		}
	}
	out.Branches, err = app.Branches(by, shop, q.Branch)
	return out, err
}

// ComplaintCard is a complaint in a list, as its reader sees it.
type ComplaintCard struct {
	complaint.Card
	app.Names
}

// Complaints lists complaints, most urgent first, and ended ones by month, newest first.
func (d Desk) Complaints(ctx context.Context, by app.Caller, q ListComplaints) (table.Page[ComplaintCard], error) {
	if err := permission.Permit(by.Actor, permission.ReadComplaints); err != nil {
		return table.Page[ComplaintCard]{}, err
	}
	page, err := d.listComplaints(ctx, by, q)
	return app.Joined(ctx, d.Office, by, page, err,
		func(c complaint.Card) (owner, cust string) { return c.Owner, c.Customer },
		func(c complaint.Card, n app.Names) ComplaintCard { return ComplaintCard{c.For(by.Actor), n} })
}

func (d Desk) listComplaints(ctx context.Context, by app.Caller,
	q ListComplaints) (table.Page[complaint.Card], error) {
	if q.Q == "" {
		return app.Listed(ctx, d.Office, by, q.query, d.Store.Complaints)
	}
	return app.Found(ctx, d.Office, by, app.Finding{Q: q.Q, Jobs: true, Paging: q.Paging, With: []app.Given{
		{Name: "state", Is: q.State != ""}, {Name: "severity", Is: q.Severity != 0},
		{Name: "owner", Is: q.Owner != ""}, {Name: "due_before", Is: q.Due != nil},
		{Name: "customer", Is: q.Customer != ""}, {Name: "branch", Is: q.Branch != ""},
		{Name: "month", Is: q.Month != ""}}}, d.Store.NamedComplaints)
}
