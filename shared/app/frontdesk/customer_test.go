package frontdesk_test

import (
	"errors"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// company is a company with a person to speak with.
func company() frontdesk.OpenCustomer {
	return frontdesk.OpenCustomer{
		CustomerEntry: frontdesk.CustomerEntry{Kind: "company", Name: "长城印务有限公司", Lang: "zh", Source: "walk-in",
			TaxNumber: "9131 0000 ma1f l000 0n", Competitor: "华美印刷"},
		Contact: &frontdesk.ContactDefinition{Name: "王芳", Phones: []frontdesk.ContactReach{{Value: "13913900001"}}},
	}
}

func TestOpenCustomer(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	unreadable, elsewhere, owned := company(), company(), company()
	unreadable.Contact.Phones[0].Value, elsewhere.Branch, owned.Owner = "12", seed.Hangzhou, seed.StaffID(4)
	for _, c := range []struct {
		who     string
		in      frontdesk.OpenCustomer
		kind    fault.Kind
		pointer string
	}{
		{"marketing", company(), fault.Forbidden, ""},
		{"service", company(), fault.Forbidden, "/competitor"}, // they do not see it
		{"sales", owned, fault.Forbidden, "/owner"},
		{"sales", unreadable, fault.Invalid, "/contact/phones/0/value"},
		{"sales", elsewhere, fault.Invalid, "/branch"},
	} {
		var refusal *fault.Error
		b.Refuses(c.kind, "a customer by "+c.who, func() error {
			_, err := d.OpenCustomer(t.Context(), b.Caller(c.who), c.in)
			errors.As(err, &refusal)
			return err
		})
		if c.pointer != "" && (len(refusal.Fields) != 1 || refusal.Fields[0].Pointer != c.pointer) {
			t.Errorf("%s: %+v", c.who, refusal.Fields)
		}
	}
	c := done[customer.Customer](t, opens(d.OpenCustomer, company()), b.Caller("sales"), app.Record{})
	if c.Branch != seed.Shanghai || c.TaxNumber != "91310000MA1FL0000N" || c.LifeCycle != customer.LifeLead {
		t.Errorf("%+v", c)
	}
	people, err := b.Contacts(t.Context(), c.ID)
	if err != nil || len(people) != 1 || people[0].Lang != words.Zh || people[0].Phones[0].Value != "+8613913900001" {
		t.Errorf("%+v, %v", people, err)
	}
	b.Refuses(fault.Taken, "the same customer again", func() error {
		_, err := d.OpenCustomer(t.Context(), b.Caller("sales"), company())
		return err
	})
}

func TestCustomerIsReadChangedAndArchived(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c := done[customer.Customer](t, opens(d.OpenCustomer, company()), b.Caller("sales"), app.Record{})
	edit := func(change func(*frontdesk.CustomerEntry)) app.Edit[frontdesk.CustomerEntry] {
		return func(e frontdesk.CustomerEntry) (frontdesk.CustomerEntry, error) {
			change(&e)
			return e, nil
		}
	}
	industry := does(d.ChangeCustomer, edit(func(e *frontdesk.CustomerEntry) { e.Industry = "food" }))
	refuse(t, b, at(c.ID),
		trial{"a look at a customer", reads(d.Customer), "production", "sales-hangzhou", ""},
		trial{"a change of a customer", industry, "marketing", "sales-hangzhou", "sales"},
		trial{"to archive a customer", removes(d.ArchiveCustomer), "sales", "manager-hangzhou", "manager"})
	for who, sees := range map[string]string{"sales": c.TaxNumber, "service": ""} {
		if read, err := d.Customer(t.Context(), b.Caller(who), at(c.ID)); err != nil || read.TaxNumber != sees {
			t.Errorf("%s: %+v, %v", who, read, err)
		}
	}
	var stale *fault.Error
	_, err := industry(t.Context(), b.Caller("service"), app.At(c.ID, "", 99))
	if !errors.As(err, &stale) || stale.Record.(customer.Customer).TaxNumber != "" {
		t.Errorf("service is shown %+v, %v", stale, err)
	}
	changed, err := industry(t.Context(), b.Caller("service"), app.At(c.ID, "", 1))
	if got := changed.(customer.Customer); err != nil || got.Industry != "food" || got.Version != 2 ||
		got.TaxNumber != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if kept, err := b.Store.Customer(t.Context(), c.ID); err != nil || kept.TaxNumber != c.TaxNumber {
		t.Errorf("what service does not see: %+v, %v", kept, err)
	}
	for what, change := range map[string]app.Edit[frontdesk.CustomerEntry]{
		"category": edit(func(e *frontdesk.CustomerEntry) { e.Category = "nothing" }),
		"branch":   edit(func(e *frontdesk.CustomerEntry) { e.Branch = "nowhere" }),
		"unread": func(e frontdesk.CustomerEntry) (frontdesk.CustomerEntry, error) {
			return e, fault.Faulty(fault.Field{Pointer: "/name"})
		},
	} {
		b.Refuses(fault.Invalid, what, func() error {
			_, err := d.ChangeCustomer(t.Context(), b.Caller("manager"), app.At(c.ID, "", 2), change)
			return err
		})
	}
	if err := d.ArchiveCustomer(t.Context(), b.Caller("manager"), app.At(c.ID, "", 2)); err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.Refused, "a change of an archived customer", func() error {
		_, err := industry(t.Context(), b.Caller("sales"), app.At(c.ID, "", 3))
		return err
	})
	if kept, err := b.Store.Customer(t.Context(), c.ID); err != nil || kept.ArchivedAt == nil {
		t.Errorf("%+v, %v", kept, err)
	}
}

func TestCustomers(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c := done[customer.Customer](t, opens(d.OpenCustomer, company()), b.Caller("sales"), app.Record{})
	for _, try := range []struct {
		who  string
		q    frontdesk.ListCustomers
		want int
		kind fault.Kind
	}{
		// whole values, which are found before the search rows are written
		{"sales", frontdesk.ListCustomers{Q: "139 1390 0001"}, 1, ""},
		{"sales", frontdesk.ListCustomers{Q: c.TaxNumber}, 1, ""},
		{"service", frontdesk.ListCustomers{Q: c.TaxNumber}, 0, ""}, // they do not see it
		{"sales-hangzhou", frontdesk.ListCustomers{Q: c.TaxNumber}, 0, ""},
		{"sales", frontdesk.ListCustomers{Q: c.TaxNumber, Archived: true}, 0, ""},
		{"sales", frontdesk.ListCustomers{}, 0, ""},
		{"sales", frontdesk.ListCustomers{Q: "x"}, 0, fault.Invalid},
		{"sales", frontdesk.ListCustomers{Owner: "nobody"}, 0, fault.Invalid},
		{"sales", frontdesk.ListCustomers{Category: "nothing"}, 0, fault.Invalid},
		{"sales", frontdesk.ListCustomers{Branch: seed.Hangzhou}, 0, fault.NotFound},
		{"production", frontdesk.ListCustomers{}, 0, fault.Forbidden},
	} {
		try.q.Paging = page
		got, err := d.Customers(t.Context(), b.Caller(try.who), try.q)
		if len(got.Items) != try.want || err != nil && fault.KindOf(err) != try.kind || err == nil && try.kind != "" {
			t.Errorf("%s %+v: %+v, %v", try.who, try.q, got.Items, err)
		}
	}
	b.Index(t)
	for q, want := range map[frontdesk.ListCustomers]int{
		{Paging: page}: 1, {Q: "长城", Paging: page}: 1, {Owner: "me", Paging: page}: 0,
		{LifeCycle: customer.LifeExit, Paging: page}: 0,
	} {
		if got, err := d.Customers(t.Context(), b.Caller("sales"), q); err != nil || len(got.Items) != want {
			t.Errorf("%+v: %+v, %v", q, got.Items, err)
		}
	}
}
