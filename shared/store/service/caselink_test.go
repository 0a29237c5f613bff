package service_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// Eight complaints of one contact in one moment: three are taken, and the others leave nothing behind. Another contact
// has a separate count.
func TestComplaintsByLinkAreCounted(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	until := b.Clock.Now().Add(time.Hour)
	lodge := func(contact string) error {
		c, e, err := complaint.Open(complaint.Opening{Channel: "link", Defects: []defect.Kind{defect.Scratch}, Words: "划痕"},
			complaint.Opener{ID: b.NewComplaintID(), Customer: "cus_1", Contact: contact, By: staff.Visitor,
				Terms: storetest.Terms(t, b, seed.Shanghai).Complaint()}, b.Clock.Now())
		if err == nil {
			_, err = b.LodgeComplaint(t.Context(), c, e, 3, until)
		}
		return err
	}
	var all sync.WaitGroup
	var taken atomic.Int64
	for range 8 {
		all.Go(func() {
			switch err := lodge("con_1"); {
			case err == nil:
				taken.Add(1)
			case fault.KindOf(err) != fault.TooMany:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if taken.Load() != 3 || b.CountRecords(t, "COMPLAINT") != 3 {
		t.Errorf("%d were taken, %d are there", taken.Load(), b.CountRecords(t, "COMPLAINT"))
	}
	if err := lodge("con_2"); err != nil {
		t.Error(err)
	}
	until = until.Add(24 * time.Hour)
	if err := lodge("con_1"); err != nil {
		t.Errorf("the next day: %v", err)
	}
}

func TestAContactIsFoundByWhatHeAloneHas(t *testing.T) {
	b := storetest.New(t)
	open := func(contact customer.Contact) customer.Customer {
		c, err := b.OpenCustomer(t.Context(),
			customer.Customer{Name: "澜印", Branch: b.Shop.Branches[0].ID, Lang: words.Zh, Kind: "company", Source: "phone"},
			&contact, staff.Visitor)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	reach := func(value string) []customer.Reach { return []customer.Reach{{Value: value}} }
	one := open(customer.Contact{Name: "李娜", Emails: reach("lina@example.com")})
	two := open(customer.Contact{Name: "王强", Phones: reach("+8613800138000")})
	for what, c := range map[string]struct {
		phone, email, customer string
	}{
		"e-mail": {"", "lina@example.com", one.ID}, "phone": {"+8613800138000", "", two.ID},
		"phone, and an unknown e-mail": {"+8613800138000", "x@example.com", two.ID},
		"two people":                   {"+8613800138000", "lina@example.com", ""}, "nobody": {"+8613900000000", "x@example.com", ""},
		"nothing": {"", "", ""},
	} {
		cust, contact, ok, err := b.FindContact(t.Context(), identity.Claims(c.phone, c.email))
		if err != nil || ok != (c.customer != "") || ok && (cust.ID != c.customer || contact.Customer != c.customer) {
			t.Errorf("%s: %s, %v, %v", what, cust.ID, ok, err)
		}
	}
}
