// Package backoffice is where the shop is set up: staff, branches, calendars, policies, categories and forms.
package backoffice

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// Desk has one method for each thing that people do with the set-up.
type Desk struct{ app.Office }

// latest is the set-up as it is now, and the caller as it says them. A role that was lost a moment ago changes nothing,
// though the cache still has it. It asks permission for the action, before and after.
func (d Desk) latest(ctx context.Context, by app.Caller, action permission.Action) (setup.Shop, app.Caller, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return setup.Shop{}, by, err
	}
	shop, err := d.Store.ShopNow(ctx)
	if err != nil {
		return shop, by, err
	}
	me, found := shop.Person(by.ID)
	if !found || !me.Employed(d.Now()) {
		return shop, by, fault.Fail(fault.Forbidden, "您的账号已停用。请联系管理员。",
			"Your account is no longer in use. Ask your administrator.")
	}
	by.Actor = staff.ActorOf(me)
	return shop, by, permission.Permit(by.Actor, action)
}

// cached is the set-up as this process knows it, for lists.
func (d Desk) cached(ctx context.Context, by app.Caller, action permission.Action) (setup.Shop, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return setup.Shop{}, err
	}
	return d.Store.Shop(ctx)
}
