package frontdesk

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

// LeadTouches lists what the person wrote back about a lead, the newest first. Who may read the lead may read that.
func (d Desk) LeadTouches(ctx context.Context, by app.Caller, at app.Record,
	q app.Paging) (table.Page[customer.Touch], error) {
	l, err := d.lead(ctx, by, permission.ReadLeads, at)
	if err != nil {
		return table.Page[customer.Touch]{}, err
	}
	return d.Store.Touches(ctx,
		centre.TouchQuery{Customer: l.Customer, Reader: by.Actor, Lead: l.ID, Paging: q.For(by)})
}

// ListActivities is the query of the list of touches.
type ListActivities struct {
	Channel string `json:"channel" validate:"omitempty,one=touch-channel" description:"Absent: all · 不填则为全部渠道"`
	app.Paging
}

// Activities lists calls, visits and other touches with a customer, the newest first.
func (d Desk) Activities(ctx context.Context, by app.Caller, at app.Record,
	q ListActivities) (table.Page[customer.Touch], error) {
	c, err := d.customer(ctx, by, permission.ReadCustomers, at)
	if err != nil {
		return table.Page[customer.Touch]{}, err
	}
	return d.Store.Touches(ctx,
		centre.TouchQuery{Customer: c.ID, Reader: by.Actor, Channel: q.Channel, Paging: q.For(by)})
}

// RecordActivity is a touch as a colleague writes down their own.
type RecordActivity struct {
	Channel   string     `json:"channel" validate:"required,one=touch-channel"`
	Direction string     `json:"direction" validate:"required,one=touch-direction" description:"in: the customer began it · in：客户主动"`
	At        *time.Time `json:"at,omitempty" description:"Absent: now; within the last 400 days · 不填则为现在；须在过去 400 天内"`
	Length    int64      `json:"length_s,omitempty" validate:"min=0,max=86400" description:"In seconds · 时长，以秒计"`
	Contact   string     `json:"contact,omitempty" validate:"omitempty,id=con" description:"With whom · 联系人编号"`
	Outcome   string     `json:"outcome,omitempty" validate:"omitempty,one=touch-outcome"`
	Summary   string     `json:"summary,omitempty" validate:"max=4000,text,shown"`
	NextStep  *NextStep  `json:"next_step,omitempty" validate:"omitempty"`
}

// NextStep is what was agreed at a touch.
type NextStep struct {
	Title string    `json:"title" validate:"required,max=150,oneline,shown" description:"Of the task that it becomes · 由此新建的任务的标题"`
	Due   time.Time `json:"due_at" validate:"required" description:"Within the next 400 days · 今后 400 天内"`
	Owner string    `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: you · 不填则为您本人"`
}

// touch is what the colleague wrote down. The next step is theirs unless they name another owner.
func (in RecordActivity) touch(by app.Caller, now time.Time) customer.Touch {
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

// RecordActivity writes down a touch with a customer, and makes a task of its next step.
func (d Desk) RecordActivity(ctx context.Context, by app.Caller, at app.Record,
	in RecordActivity) (customer.Touch, error) {
	if err := permission.Permit(by.Actor, permission.RecordTouch); err != nil {
		return customer.Touch{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return customer.Touch{}, err
	}
	now := d.Now()
	return d.Store.RecordTouch(ctx, at.ID, in.touch(by, now),
		func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
			if !c.SeenBy(by.Actor) {
				return c, t, event.Event{}, app.MissingCustomer
			}
			return c.Touched(by.Actor, t, shop.Roster, now)
		})
}
