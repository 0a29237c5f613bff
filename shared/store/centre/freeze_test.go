package centre_test

import (
	"slices"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/storetest"
)

// agreeing is the enquiry of somebody who agrees to marketing.
func agreeing(t *testing.T, b *storetest.Bench, n int) lead.Lead {
	t.Helper()
	return storetest.Agreeing(t, b, storetest.Li(n))
}

// A contact who comes while a complaint is open is told of it at once, and one who has left is told nothing more.
func TestANewContactTakesTheFreeze(t *testing.T) {
	b := storetest.New(t)
	l := agreeing(t, b, 1)
	c := storetest.OpenComplaint(t, b, l.Customer)
	made, err := b.AddContact(t.Context(), l.Customer,
		func(none customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			return none.Reshape(customer.Contact{Name: "王芳", Emails: customer.Reaches("wang@example.com", false)}, in,
				clerk, b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	g, err := b.ReadGate(t.Context(), l.Customer, made.ID)
	if err != nil || g.Frozen == nil || !slices.Equal(g.Frozen.By, []gate.Hash{gate.HashOf(c.ID)}) || g.Version != 1 {
		t.Errorf("%+v, %v", g, err)
	}
	dismiss(t, b, made.ID)
	g, err = b.ReadGate(t.Context(), l.Customer, made.ID)
	freeze, frozen := b.Freeze(t.Context(), l.Customer)
	if err != nil || frozen != nil || g.Frozen != nil || g.LeftAt == nil || len(freeze.Contacts) != 0 ||
		!slices.Equal(freeze.Complaints, []string{c.ID}) {
		t.Errorf("%+v, %+v, %v %v", g, freeze, err, frozen)
	}
}
