package frontdesk_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

func TestPreferences(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, contact := b.Customer()
	ink := frontdesk.PreferenceEntry{Kind: "ink", Value: "Pantone 185 C", Source: customer.SourceStaff}
	confirm := does(d.ConfirmPreference,
		frontdesk.ConfirmPreference{Source: customer.SourceContact, SourceID: contact.ID})
	revalue := does(d.ChangePreference, func(in frontdesk.PreferenceEntry) (frontdesk.PreferenceEntry, error) {
		in.Value = "Pantone 186 C"
		return in, nil
	})
	sales := b.Caller("sales")
	p := done[frontdesk.Preference](t, does(d.AddPreference, ink), sales, at(c.ID))
	if p.Customer != c.ID || p.SetBy != sales.ID || p.KindText != "Ink" || p.Stale {
		t.Errorf("%+v", p)
	}
	place := app.At(c.ID, p.ID, 0)
	refuse(t, b, place,
		trial{"the preferences of a customer", reads(d.Preferences), "integration", "sales-hangzhou", ""},
		trial{"another preference", does(d.AddPreference, ink), "marketing", "sales-hangzhou", ""},
		trial{"a look at a preference", reads(d.Preference), "integration", "sales-hangzhou", ""},
		trial{"a change of a preference", revalue, "marketing", "sales-hangzhou", "production"},
		trial{"to confirm a preference", confirm, "marketing", "sales-hangzhou", "production"},
		trial{"to remove a preference", removes(d.RemovePreference), "marketing", "sales-hangzhou", "production"})
	b.Refuses(fault.NotFound, "no preference of the customer", func() error {
		_, err := d.Preference(t.Context(), sales, app.At(c.ID, "none", 0))
		return err
	})
	other, err := storetest.Enquire(t, b.Bench, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.Invalid, "a preference from another customer's contact", func() error {
		_, err := d.AddPreference(t.Context(), sales, at(other.Customer), frontdesk.PreferenceEntry{Kind: "ink", Value: "x",
			Source: customer.SourceContact, SourceID: contact.ID})
		return err
	})
	b.Clock.Advance(customer.TouchReach) // more than a year
	if read, err := d.Preference(t.Context(), sales, app.At(c.ID, p.ID, 99)); err != nil || !read.Stale {
		t.Errorf("%+v, %v", read, err)
	}
	if p = done[frontdesk.Preference](t, confirm, sales, place); p.Version != 2 || p.ConfirmedBy != sales.ID || p.Stale {
		t.Errorf("%+v", p)
	}
	if p = done[frontdesk.Preference](t, revalue, b.Caller("production"), app.At(c.ID, p.ID, 2)); p.Version != 3 ||
		p.Value != "Pantone 186 C" || p.Kind != "ink" {
		t.Errorf("%+v", p)
	}
	must := frontdesk.PreferenceEntry{Kind: "packing", Value: "in 50s", Requirement: true, Source: customer.SourceStaff}
	done[frontdesk.Preference](t, does(d.AddPreference, must), sales, at(c.ID))
	if list, err := d.Preferences(t.Context(), b.Caller("marketing"), at(c.ID)); err != nil || len(list.Items) != 2 ||
		list.Items[0].Kind != must.Kind || list.Items[1].Stale {
		t.Errorf("%+v, %v", list, err)
	}
	if err := d.RemovePreference(t.Context(), sales, app.At(c.ID, p.ID, 3)); err != nil {
		t.Fatal(err)
	}
	if list, err := d.Preferences(t.Context(), sales, at(other.Customer)); err != nil || list.Items == nil ||
		len(list.Items) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}
