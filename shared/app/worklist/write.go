package worklist

import (
	"context"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
)

// WriteTask writes to a contact of the task's customer. A task about a lead writes about the lead, which counts as a
// contact with its person.
func (d Desk) WriteTask(ctx context.Context, by app.Caller, at app.Record,
	in app.WriteMessage) (customer.Touch, error) {
	t, err := d.task(ctx, by, permission.RecordTouch, at)
	if err != nil {
		return customer.Touch{}, err
	}
	if t.Customer == "" {
		return customer.Touch{}, fault.Fail(fault.Refused, "此任务没有关联客户。请从客户或线索写信。",
			"This task is about no customer. Write from the customer or the lead.")
	}
	if strings.HasPrefix(t.About, "lead_") {
		l, err := d.Store.Lead(ctx, t.About)
		if err == nil && by.Sees(l.Branch) && permission.Permit(by.Actor, permission.ContactLead) == nil && !l.Closed() {
			return in.WriteLead(ctx, d.Office, by, l)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return customer.Touch{}, err
		}
	}
	c, err := app.Customer(ctx, d.Office, by, t.Customer)
	if err != nil {
		return customer.Touch{}, err
	}
	return in.WriteCustomer(ctx, d.Office, by, c, t.About)
}
