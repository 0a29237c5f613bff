package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/permission"
)

// WriteLead writes to the person of a lead. Who may contact the lead may do that.
func (d Desk) WriteLead(ctx context.Context, by app.Caller, at app.Record,
	in app.WriteMessage) (customer.Touch, error) {
	l, err := d.lead(ctx, by, permission.ContactLead, at)
	if err != nil {
		return customer.Touch{}, err
	}
	return in.WriteLead(ctx, d.Office, by, l)
}

// WriteCustomer writes to a contact of a customer. Who may record a touch may do that.
func (d Desk) WriteCustomer(ctx context.Context, by app.Caller, at app.Record,
	in app.WriteMessage) (customer.Touch, error) {
	c, err := d.customer(ctx, by, permission.RecordTouch, at)
	if err != nil {
		return customer.Touch{}, err
	}
	return in.WriteCustomer(ctx, d.Office, by, c, "")
}
