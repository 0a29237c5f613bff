package customer_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

func TestWhoEndsTheLinksOfAContact(t *testing.T) {
	now := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	contact := customer.Contact{ID: "con_1", Customer: "cus_1", Version: 4, LinkEnds: 1,
		Emails: []customer.Reach{{Value: "wang@customer.example"}}}
	in := customer.Customer{ID: "cus_1", Owner: "stf_own", Branch: "shanghai"}
	as := func(id string, roles ...staff.Role) staff.Actor { return staff.Actor{ID: id, Roles: roles} }
	left, archived, nobodys := contact, in, customer.Customer{ID: "cus_1"}
	left.LeftAt, archived.ArchivedAt = &now, &now
	for name, c := range map[string]struct {
		by      staff.Actor
		contact customer.Contact
		in      customer.Customer
		kind    fault.Kind
	}{
		"an owner":                       {as("stf_1", staff.Owner), contact, in, ""},
		"a manager":                      {as("stf_1", staff.Manager), contact, in, ""},
		"the customer's own sales":       {as("stf_own", staff.Sales), contact, in, ""},
		"another of sales":               {as("stf_1", staff.Sales), contact, in, fault.Forbidden},
		"sales, of a customer of nobody": {as("stf_1", staff.Sales), contact, nobodys, fault.Forbidden},
		"of a contact who has left":      {as("stf_1", staff.Owner), left, in, fault.Refused},
		"of an archived customer":        {as("stf_1", staff.Owner), contact, archived, fault.Refused},
	} {
		next, e, err := c.contact.EndLinks(c.in, c.by, now)
		switch {
		case c.kind != "":
			if fault.KindOf(err) != c.kind || next.Version != 4 || next.LinkEnds != 1 || e.Type != "" {
				t.Errorf("%s: %+v, %v", name, next, err)
			}
		case err != nil || next.Version != 5 || next.LinkEnds != 2 || !next.UpdatedAt.Equal(now) ||
			e.Type != event.ContactLinksEnded || e.Record != "con_1" || e.Cause != c.by.ID || e.Branch != "shanghai":
			t.Errorf("%s: %+v, %+v, %v", name, next, e, err)
		}
	}
}

// An edit of the contact must not bring ended links back.
func TestAnEditKeepsThatLinksWereEnded(t *testing.T) {
	c := customer.Contact{ID: "con_1", Version: 2, LinkEnds: 3, Name: "王芳"}
	next, _, err := c.Reshape(customer.Contact{Name: "王芳", Title: "采购"}, customer.Customer{ID: "cus_1"},
		staff.Process("test"), time.Now())
	if err != nil || next.LinkEnds != 3 || next.Title != "采购" {
		t.Errorf("%+v, %v", next, err)
	}
	same, e, err := next.Reshape(customer.Contact{Name: "王芳", Title: "采购"}, customer.Customer{ID: "cus_1"},
		staff.Process("test"), time.Now())
	if err != nil || e.Type != "" || same.Version != next.Version {
		t.Errorf("an edit that changes nothing: %+v, %+v, %v", same, e, err)
	}
}

func TestMasked(t *testing.T) {
	for value, want := range map[string]string{
		"lina@example.com": "l***@example.com", "a@example.com": "***@example.com", "李娜@example.com": "李***@example.com",
		"李@example.com": "***@example.com", "wang@xn--fsqu00a.xn--fiqs8s": "w***@例子.中国",
		"+8613800138000": "+86138****8000", "+862161234567;ext=803": "+8621****4567", "+15551234567": "+155****4567",
		"+4412345": "****45", "+85212345678": "+852****5678", "1": "****1", "": "****",
	} {
		if got := customer.Masked(value); got != want {
			t.Errorf("%q: %q, not %q", value, got, want)
		}
	}
}
