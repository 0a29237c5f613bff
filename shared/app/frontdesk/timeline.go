package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/history"
	"afterpress/shared/store/table"
)

// ReadTimeline is the query of a customer's timeline.
type ReadTimeline struct {
	Kind string `json:"kind" validate:"omitempty,one=timeline-kind" description:"Absent: all · 不填则为全部"`
	app.Paging
}

// Timeline lists what happened with a customer, the newest first, as far as the caller may see it.
func (d Desk) Timeline(ctx context.Context, by app.Caller, at app.Record,
	q ReadTimeline) (table.Page[history.TimelineEntry], error) {
	c, err := d.customer(ctx, by, permission.ReadCustomers, at)
	if err != nil {
		return table.Page[history.TimelineEntry]{}, err
	}
	return d.Store.TimelineOf(ctx, history.TimelineQuery{Customer: c.ID, Reader: by.Actor, Kind: q.Kind, Lang: by.Lang,
		Paging: q.For(by)})
}
