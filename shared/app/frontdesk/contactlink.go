package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
)

// EndLinks takes nothing but the contact in the path.
type EndLinks struct{}

// EndLinks ends every link that a contact got so far, such as one that was passed on. Links that are made afterwards
// open. The no to messages still counts at an old link.
func (d Desk) EndLinks(ctx context.Context, by app.Caller, at app.Record, _ EndLinks) (customer.Contact, error) {
	if _, _, err := d.contact(ctx, by, permission.EndLinks, at); err != nil {
		return customer.Contact{}, err
	}
	contact, err := d.settleContact(app.Showing(ctx, customer.Contact.Shown), at,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.EndLinks(of, by.Actor, d.Now())
		})
	return contact.Shown(), err
}
