package service_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/store/storetest"
)

// Eight complaints of one contact in one moment: three are taken, and the others leave nothing behind. Another contact has a count of his own.
func TestComplaintsByLinkAreCounted(t *testing.T) {
	b := storetest.New(t)
	until := b.Clock.Now().Add(time.Hour)
	lodge := func(contact string) error {
		c, e, err := crm.OpenComplaint(crm.ComplaintOpening{Channel: "link", Defects: []crm.DefectKind{crm.DefectScratch}, Words: "划痕"},
			crm.ComplaintOpener{ID: b.NewComplaintID(), Customer: "cus_1", Contact: contact, By: crm.Visitor, Terms: storetest.Terms(t, b, seed.Shanghai).Complaint()}, b.Clock.Now())
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
			case crm.KindOf(err) != crm.TooMany:
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
	open := func(contact crm.Contact) crm.Customer {
		c, err := b.OpenCustomer(t.Context(), crm.Customer{Name: "澜印", Branch: b.Shop.Branches[0].ID, Lang: crm.Zh, Kind: "company", Source: "phone"}, &contact, crm.Visitor)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	reach := func(value string) []crm.Reach { return []crm.Reach{{Value: value}} }
	one := open(crm.Contact{Name: "李娜", Emails: reach("lina@example.com")})
	two := open(crm.Contact{Name: "王强", Phones: reach("+8613800138000")})
	for what, c := range map[string]struct {
		phone, email, customer string
	}{
		"e-mail": {"", "lina@example.com", one.ID}, "phone": {"+8613800138000", "", two.ID}, "phone, and an unknown e-mail": {"+8613800138000", "x@example.com", two.ID},
		"two people": {"+8613800138000", "lina@example.com", ""}, "nobody": {"+8613900000000", "x@example.com", ""}, "nothing": {"", "", ""},
	} {
		customer, contact, ok, err := b.FindContact(t.Context(), crm.Claims(c.phone, c.email))
		if err != nil || ok != (c.customer != "") || ok && (customer.ID != c.customer || contact.Customer != c.customer) {
			t.Errorf("%s: %s, %v, %v", what, customer.ID, ok, err)
		}
	}
}
