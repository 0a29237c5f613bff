package worklist

import (
	"cmp"
	"context"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/task"
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
			"This task has no customer. Write from the customer or the lead.")
	}
	if strings.HasPrefix(t.About, "lead_") {
		l, err := d.Store.Lead(ctx, t.About)
		if err == nil && by.Sees(l.Branch) && permission.Permit(by.Actor, permission.ContactLead) == nil && !l.Closed() {
			return in.WriteLead(ctx, d.Office, by, l)
		}
		if err == nil && l.Customer == t.Customer {
			in.Contact = cmp.Or(in.Contact, t.Contact, l.ContactID)
		}
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return customer.Touch{}, err
		}
	}
	if in.Contact, err = d.contactOf(ctx, t, in.Contact); err != nil {
		return customer.Touch{}, err
	}
	c, err := app.Customer(ctx, d.Office, by, t.Customer)
	if err != nil {
		return customer.Touch{}, err
	}
	return in.WriteCustomer(ctx, d.Office, by, c, t.About)
}

// contactOf is the contact to whom a letter from the task goes, where it names none. It is the one who waits for an
// answer, or whose complaint or question the task is about. It is empty for any other task.
func (d Desk) contactOf(ctx context.Context, t task.Task, named string) (contact string, err error) {
	var of string
	switch {
	case named != "":
		return named, nil
	case t.Contact != "":
		return t.Contact, nil
	case strings.HasPrefix(t.About, "cmp_"):
		c, missing := d.Store.Complaint(ctx, t.About)
		contact, of, err = c.Contact, c.Customer, missing
	case strings.HasPrefix(t.About, "hld_"):
		h, missing := d.Store.Hold(ctx, t.About)
		contact, of, err = h.Contact, h.Customer, missing
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return "", err
	}
	if of != t.Customer {
		return "", nil
	}
	return contact, nil
}
