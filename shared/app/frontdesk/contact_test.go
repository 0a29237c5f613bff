package frontdesk_test

import (
	"errors"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/store/storetest"
)

func TestContacts(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, first := b.Customer()
	buyer := frontdesk.ContactDefinition{Name: "王芳", Phones: []frontdesk.ContactReach{{Value: "13900001111"}}}
	retitle := does(d.ChangeContact, func(in frontdesk.ContactDefinition) (frontdesk.ContactDefinition, error) {
		in.Title = "采购"
		return in, nil
	})
	refuse(t, b, at(c.ID),
		trial{"the contacts of a customer", reads(d.Contacts), "production", "sales-hangzhou", ""},
		trial{"another contact", does(d.AddContact, buyer), "marketing", "sales-hangzhou", ""})
	refuse(t, b, at(first.ID),
		trial{"a look at a contact", reads(d.Contact), "production", "sales-hangzhou", ""},
		trial{"a change of a contact", retitle, "marketing", "sales-hangzhou", "sales"},
		trial{"a word on a number", does(d.VouchContact, frontdesk.VouchContact{Value: first.Phones[0].Value}),
			"marketing", "sales-hangzhou", ""},
		trial{"an end of links", does(d.EndLinks, frontdesk.EndLinks{}), "service", "sales-hangzhou", "manager"},
		trial{"to note that a contact has left", removes(d.ContactLeft), "marketing", "sales-hangzhou", "sales"})
	b.Refuses(fault.Invalid, "a contact whose number cannot be read", func() error {
		_, err := d.AddContact(t.Context(), b.Caller("sales"), at(c.ID),
			frontdesk.ContactDefinition{Phones: []frontdesk.ContactReach{{Value: "12"}}})
		return err
	})
	made := done[customer.Contact](t, does(d.AddContact, buyer), b.Caller("sales"), at(c.ID))
	if made.Customer != c.ID || made.Phones[0].Value != "+8613900001111" || made.Version != 1 {
		t.Errorf("%+v", made)
	}
	changed, err := retitle(t.Context(), b.Caller("service"), app.At(made.ID, "", 1))
	if got := changed.(customer.Contact); err != nil || got.Title != "采购" || got.Name != "王芳" || got.Version != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := d.ContactLeft(t.Context(), b.Caller("sales"), app.At(made.ID, "", 2)); err != nil {
		t.Fatal(err)
	}
	b.Refuses(fault.Refused, "a change of a contact who has left", func() error {
		_, err := retitle(t.Context(), b.Caller("sales"), app.At(made.ID, "", 3))
		return err
	})
	list, err := d.Contacts(t.Context(), b.Caller("finance"), at(c.ID))
	if err != nil || len(list.Items) != 2 || list.Items[0].ID != first.ID || list.Items[1].LeftAt == nil {
		t.Errorf("%+v, %v", list, err)
	}
	if read, err := d.Contact(t.Context(), b.Caller("finance"), app.At(first.ID, "", 99)); err != nil ||
		read.ID != first.ID {
		t.Errorf("%+v, %v", read, err)
	}
}

// A contact that changes while it is edited is not written over.
func TestAContactChangesMeanwhile(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, c := b.Customer()
	retitled := func(title string, before func()) error {
		_, err := d.ChangeContact(t.Context(), b.Caller("sales"), app.At(c.ID, "", c.Version),
			func(in frontdesk.ContactDefinition) (frontdesk.ContactDefinition, error) {
				before()
				in.Title = title
				return in, nil
			})
		return err
	}
	var first error
	late := retitled("采购", func() { first = retitled("经理", func() {}) })
	got, err := d.Contact(t.Context(), b.Caller("sales"), at(c.ID))
	if first != nil || fault.KindOf(late) != fault.Stale || err != nil || got.Title != "经理" {
		t.Errorf("%v, %v, %+v, %v", first, late, got, err)
	}
}

// TestATakenValueNamesItsOwner adds a contact with the number of another one: only a caller who sees the owner is told
// who they are.
func TestATakenValueNamesItsOwner(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, owner := b.Customer()
	elsewhere := company()
	elsewhere.TaxNumber, elsewhere.Competitor = "", ""
	far := done[customer.Customer](t, opens(d.OpenCustomer, elsewhere), b.Caller("sales-hangzhou"), app.Record{})
	near, err := storetest.Enquire(t, b.Bench, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	vouch := does(d.VouchContact, frontdesk.VouchContact{Value: owner.Phones[0].Value})
	done[customer.Contact](t, vouch, b.Caller("sales"), at(owner.ID)) // else it would yield to another branch
	in := frontdesk.ContactDefinition{Name: "王芳", Phones: []frontdesk.ContactReach{{Value: owner.Phones[0].Value}}}
	for who, of := range map[string]string{"sales": near.Customer, "sales-hangzhou": far.ID} {
		var refusal *fault.Error
		b.Refuses(fault.Taken, "a taken number by "+who, func() error {
			_, err := d.AddContact(t.Context(), b.Caller(who), at(of), in)
			errors.As(err, &refusal)
			return err
		})
		named, _ := refusal.Record.(customer.Contact)
		if (named.ID == owner.ID) != (who == "sales") || len(refusal.Fields) != 1 ||
			refusal.Fields[0].Pointer != "/phones/0/value" {
			t.Errorf("%s: %+v", who, refusal)
		}
	}
}

// TestVouchContact has a colleague say which number is a contact's. Of a number that a visitor typed first, in another
// branch, a colleague's word counts: it blocks neither a new contact nor a new customer.
func TestVouchContact(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	_, typed := b.Customer()
	number, mail := typed.Phones[0].Value, typed.Emails[0].Value
	b.Refuses(fault.Invalid, "a word on a number that nobody said", func() error {
		in := frontdesk.VouchContact{Value: "+8613900001111"}
		_, err := d.VouchContact(t.Context(), b.Caller("sales"), at(typed.ID), in)
		return err
	})
	vouch := does(d.VouchContact, frontdesk.VouchContact{Value: mail})
	got := done[customer.Contact](t, vouch, b.Caller("sales"), at(typed.ID))
	if got.Version != typed.Version+1 || got.Trust(mail, customer.Customer{}) != customer.TrustProven {
		t.Errorf("%+v", got)
	}
	entry := company()
	entry.TaxNumber, entry.Competitor = "", ""
	entry.Contact = &frontdesk.ContactDefinition{Name: "王芳", Phones: []frontdesk.ContactReach{{Value: number}}}
	far := done[customer.Customer](t, opens(d.OpenCustomer, entry), b.Caller("sales-hangzhou"), app.Record{})
	lost, err := d.Contact(t.Context(), b.Caller("sales"), at(typed.ID))
	if err != nil || lost.Has(number) || !lost.Has(mail) || lost.Version != got.Version+1 {
		t.Errorf("%+v, %v", lost, err)
	}
	cust, contact, found, err := b.FindContact(t.Context(), identity.Claims(number, ""))
	if err != nil || !found || cust.ID != far.ID || contact.Trust(number, cust) != customer.TrustProven {
		t.Errorf("%+v %+v %t %v", cust, contact, found, err)
	}
	entry.Contact = &frontdesk.ContactDefinition{Name: "王芳", Emails: []frontdesk.ContactReach{{Value: mail}}}
	b.Refuses(fault.Taken, "a mailbox of which a colleague elsewhere knows whose it is", func() error {
		_, err := d.OpenCustomer(t.Context(), b.Caller("sales-hangzhou"), entry)
		return err
	})
	other, err := storetest.Enquire(t, b.Bench, storetest.Li(7))
	if err != nil {
		t.Fatal(err)
	}
	added := does(d.AddContact, frontdesk.ContactDefinition{Name: "赵", Phones: []frontdesk.ContactReach{
		{Value: other.Person.Phone}}, Emails: []frontdesk.ContactReach{{Value: other.Person.Email}}})
	made := done[customer.Contact](t, added, b.Caller("sales-hangzhou"), at(far.ID))
	if left, err := d.Contact(t.Context(), b.Caller("sales"), at(other.ContactID)); err != nil ||
		len(left.Phones)+len(left.Emails) != 0 || !made.Has(other.Person.Email) {
		t.Errorf("%+v, %v", left, err)
	}
}

// TestEndLinks has the customer's own colleague end the links of a contact, then a manager. Another of sales may not.
func TestEndLinks(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, contact := b.Customer()
	end := does(d.EndLinks, frontdesk.EndLinks{})
	sales := b.Caller("sales")
	if c.Owner == sales.ID {
		t.Fatal("the customer is theirs already")
	}
	before := b.State()
	b.Refuses(fault.Forbidden, "another's customer", func() error {
		_, err := end(t.Context(), sales, at(contact.ID))
		return err
	})
	if b.State() != before {
		t.Error("a refusal changed something")
	}
	if _, err := b.ChangeCustomer(t.Context(), c.ID, b.Caller("manager").Actor,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
			next := c
			next.Owner = sales.ID
			return c.Edit(next, b.Caller("manager").Actor, b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	for n, by := range []app.Caller{sales, b.Caller("manager")} {
		got := done[customer.Contact](t, end, by, at(contact.ID))
		if got.LinkEnds != int64(n+1) || got.Version != contact.Version+int64(n+1) ||
			len(got.Emails) != len(contact.Emails) {
			t.Errorf("%+v", got)
		}
	}
	ended := 0
	for _, e := range b.Events(t, c.ID) {
		if e.Type == event.ContactLinksEnded && e.Record == contact.ID {
			ended++
		}
	}
	if ended != 2 {
		t.Errorf("%d events", ended)
	}
}
