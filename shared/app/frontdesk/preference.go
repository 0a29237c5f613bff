package frontdesk

import (
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/store/table"
)

// PreferenceEntry is what a colleague says a customer likes or must have.
type PreferenceEntry struct {
	Kind        string   `json:"kind" validate:"required,one=preference-kind"`
	Value       string   `json:"value" validate:"required,max=500,text,shown"`
	Requirement bool     `json:"requirement,omitempty" description:"true: must have; false: likes · true：必须满足；false：偏好"`
	Products    []string `json:"products,omitempty" validate:"max=20,unique,dive,required,max=100,oneline,shown" description:"To which it applies; absent: all · 适用的产品，不填则为全部"`
	Source      string   `json:"source" validate:"required,one=preference-source" description:"Who says so · 来源：联系人、员工或订单"`
	SourceID    string   `json:"source_id,omitempty" validate:"max=64,oneline" description:"The contact's id or the job's; absent for staff: you · 其编号；来源为员工时不填则为您本人"`
}

// ConfirmPreference says who confirmed that a preference still holds.
type ConfirmPreference struct {
	Source   string `json:"source" validate:"required,one=preference-source"`
	SourceID string `json:"source_id,omitempty" validate:"max=64,oneline"`
}

// Preference is a preference as its reader sees it: with its kind in their words, and whether it is stale.
type Preference struct {
	customer.Preference
	KindText string `json:"kind_text"`
	Stale    bool   `json:"stale"`
}

func (in PreferenceEntry) preference() customer.Preference {
	return customer.Preference{Kind: in.Kind, Value: in.Value, Requirement: in.Requirement, Products: in.Products,
		Source: in.Source, SourceID: in.SourceID}
}

// preferenceEntryOf is a preference as its entry says it, for an edit.
func preferenceEntryOf(p customer.Preference) PreferenceEntry {
	return PreferenceEntry{Kind: p.Kind, Value: p.Value, Requirement: p.Requirement, Products: p.Products,
		Source: p.Source, SourceID: p.SourceID}
}

// freshFor shows a preference that was written just now, and so is not stale.
func freshFor(by app.Caller) func(customer.Preference) Preference {
	return func(p customer.Preference) Preference { return Preference{p, p.Words().In(by.Lang), false} }
}

// agedFor shows a preference that was confirmed some time ago, by the policy.
func (d Desk) agedFor(by app.Caller, policy customer.PreferencePolicy) func(customer.Preference) Preference {
	now := d.Now()
	return func(p customer.Preference) Preference {
		return Preference{p, p.Words().In(by.Lang), p.Stale(policy, now)}
	}
}

// preference reads a preference with its customer, for the action. Of a customer whom the caller does not see it is
// missing, as the customer is.
func (d Desk) preference(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (customer.Customer, customer.Preference, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return customer.Customer{}, customer.Preference{}, err
	}
	c, p, err := d.Store.Preference(ctx, at.ID, at.Part)
	if c.ID != "" && !c.SeenBy(by.Actor) {
		return customer.Customer{}, customer.Preference{}, app.MissingCustomer
	}
	return c, p, err
}

// preferenceToChange is preference, in the version that the caller has to name.
func (d Desk) preferenceToChange(ctx context.Context, by app.Caller,
	at app.Record) (customer.Customer, customer.Preference, error) {
	c, p, err := d.preference(ctx, by, permission.ChangePreferences, at)
	if err != nil {
		return c, p, err
	}
	return c, p, at.Named(p.Version, p)
}

// Preferences lists what a customer must have and what they like, requirements first.
func (d Desk) Preferences(ctx context.Context, by app.Caller, at app.Record) (page table.Page[Preference], err error) {
	if err := permission.Permit(by.Actor, permission.ReadPreferences); err != nil {
		return page, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return page, err
	}
	file, err := d.Store.CustomerFile(ctx, at.ID)
	if err == nil && !file.Customer.SeenBy(by.Actor) {
		err = app.MissingCustomer
	}
	if err != nil {
		return page, err
	}
	page.Items = []Preference{}
	show := d.agedFor(by, file.Policy(shop).Preference)
	for _, p := range file.Preferences {
		page.Items = append(page.Items, show(p))
	}
	return page, nil
}

// Preference reads a preference or requirement.
func (d Desk) Preference(ctx context.Context, by app.Caller, at app.Record) (Preference, error) {
	c, p, err := d.preference(ctx, by, permission.ReadPreferences, at)
	if err != nil {
		return Preference{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Preference{}, err
	}
	return d.agedFor(by, overview.File{Customer: c}.Policy(shop).Preference)(p), nil
}

// AddPreference adds a preference or requirement.
func (d Desk) AddPreference(ctx context.Context, by app.Caller, at app.Record, in PreferenceEntry) (Preference, error) {
	if err := permission.Permit(by.Actor, permission.ChangePreferences); err != nil {
		return Preference{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Preference{}, err
	}
	show := freshFor(by)
	p, err := d.Store.AddPreference(app.Showing(ctx, show), at.ID, in.preference(),
		func(c customer.Customer, p customer.Preference, had int) (
			customer.Customer, customer.Preference, event.Event, error) {
			if !c.SeenBy(by.Actor) {
				return c, p, event.Event{}, app.MissingCustomer
			}
			return c.Prefer(by.Actor, p, had, shop.Roster, d.Now())
		})
	if err != nil {
		return Preference{}, err
	}
	return show(p), nil
}

// ChangePreference changes a preference. Another value confirms it.
func (d Desk) ChangePreference(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[PreferenceEntry]) (Preference, error) {
	c, p, err := d.preferenceToChange(ctx, by, at)
	if err != nil {
		return Preference{}, err
	}
	entry, err := edit(preferenceEntryOf(p))
	if err != nil {
		return Preference{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Preference{}, err
	}
	next, e, err := p.Change(by.Actor, entry.preference(), shop.Roster, c, d.Now())
	if err != nil {
		return Preference{}, err
	}
	return d.savePreference(ctx, by, next, e)
}

// savePreference stores the next version of a preference, and shows it.
func (d Desk) savePreference(ctx context.Context, by app.Caller, next customer.Preference,
	e event.Event) (Preference, error) {
	show := freshFor(by)
	if err := d.Store.SavePreference(app.Showing(ctx, show), next, e); err != nil {
		return Preference{}, err
	}
	return show(next), nil
}

// ConfirmPreference says that a preference still holds.
func (d Desk) ConfirmPreference(ctx context.Context, by app.Caller, at app.Record,
	in ConfirmPreference) (Preference, error) {
	c, p, err := d.preference(ctx, by, permission.ChangePreferences, at)
	if err == nil {
		err = at.Current(p.Version, p)
	}
	if err != nil {
		return Preference{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Preference{}, err
	}
	next, e, err := p.Confirm(by.Actor, in.Source, in.SourceID, shop.Roster, c, d.Now())
	if err != nil {
		return Preference{}, err
	}
	return d.savePreference(ctx, by, next, e)
}

// RemovePreference removes a preference that no longer holds.
func (d Desk) RemovePreference(ctx context.Context, by app.Caller, at app.Record) error {
	c, p, err := d.preferenceToChange(ctx, by, at)
	if err != nil {
		return err
	}
	return d.Store.RemovePreference(ctx, p, p.Removed(by.Actor, c.Branch, d.Now()))
}
