package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/permission"
)

// Overview reads all that matters of a customer at once. What the caller's roles do not see is left out.
func (d Desk) Overview(ctx context.Context, by app.Caller, at app.Record) (overview.Overview, error) {
	if err := permission.Permit(by.Actor, permission.ReadCustomers); err != nil {
		return overview.Overview{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return overview.Overview{}, err
	}
	file, err := d.Store.WholeFile(ctx, at.ID, func(c customer.Customer) error {
		if !c.SeenBy(by.Actor) {
			return app.MissingCustomer
		}
		return nil
	})
	if err != nil {
		return overview.Overview{}, err
	}
	return file.Overview(by.Actor, shop, by.Lang, d.Now()), nil
}
