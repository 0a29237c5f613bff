package casework_test

import (
	"testing"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/store/storetest"
)

// bench has a customer of Shanghai with one contact, and the desk of cases.
type bench struct {
	*apptest.Bench
	t        *testing.T
	desk     casework.Desk
	customer customer.Customer
	contact  customer.Contact
}

func start(t *testing.T, from func(testing.TB) *storetest.Bench) *bench {
	t.Helper()
	b := &bench{Bench: apptest.New(t, from), t: t}
	b.desk = casework.Desk{Office: b.Office}
	b.customer, b.contact = b.Customer()
	return b
}

// complained is what the customer says of a job, as staff enter it.
func (b *bench) complained() casework.OpenComplaint {
	worth, pieces := casework.Amount{Minor: 800_000, Currency: "CNY"}, int64(2000)
	delivered := b.Clock.Now().Add(-24 * time.Hour)
	return casework.OpenComplaint{Customer: b.customer.ID, Contact: b.contact.ID, Channel: "phone",
		Defects: []string{"colour-deviation"}, Words: "画册颜色偏红", Affected: 300, Wanted: "part-reprint",
		Job: casework.ComplaintJobEntry{Ref: "J-1", Class: "general", Press: "海德堡 2",
			Value:       &casework.Known[casework.Amount]{Value: &worth, Source: "order"},
			Ordered:     &casework.Known[int64]{Value: &pieces, Source: "order"},
			Delivered:   &casework.Known[int64]{Value: &pieces, Source: "delivery-note"},
			DeliveredAt: &casework.Known[time.Time]{Value: &delivered, Source: "delivery-note"}}}
}

// opened is a complaint that service has entered.
func (b *bench) opened() casework.OpenedComplaint {
	b.t.Helper()
	c, err := b.desk.OpenComplaint(b.t.Context(), b.Caller("service"), b.complained())
	if err != nil {
		b.t.Fatal(err, kerneltest.FaultsIn(err))
	}
	return c
}

// credit are remedies that give the customer so many minor units of money.
func credit(minor int64) []casework.ChosenRemedy {
	m := casework.Amount{Minor: minor, Currency: "CNY"}
	return []casework.ChosenRemedy{{Kind: "credit-note", Amount: m, Value: m}}
}

// left is the contact after they have left the customer.
func (b *bench) left() {
	b.t.Helper()
	_, err := b.Store.ChangeContact(b.t.Context(), b.contact.ID,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Leave(of, b.Caller("manager").Actor, b.Clock.Now())
		})
	if err != nil {
		b.t.Fatal(err)
	}
}

// leaves has one of the staff leave the shop now.
func (b *bench) leaves(n int) {
	b.t.Helper()
	shop, err := b.ShopNow(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	before, now := storetest.Person(b.t, b.Bench.Bench, n), b.Clock.Now()
	next := before
	next.LeavesAt = &now
	change, err := setup.ReshapeStaff(before, next, b.Caller("owner").Actor, shop, now)
	if err == nil {
		err = b.Store.SaveStaff(b.t.Context(), change)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// stranger is another customer of Shanghai, by their lead.
func (b *bench) stranger() (lead, contact string) {
	b.t.Helper()
	l, err := storetest.Enquire(b.t, b.Bench.Bench, storetest.Li(2))
	if err != nil {
		b.t.Fatal(err)
	}
	return l.ID, l.ContactID
}

// denied is something that is refused, with its kind, and with its place where the input is at fault.
type denied struct {
	what, pointer string
	kind          fault.Kind
	try           func() error
}

// blaming is a refusal for what stands at the pointer.
func blaming(pointer string, try func() error) denied {
	return denied{"the input at " + pointer, pointer, fault.Invalid, try}
}

// barring are refusals of those without the permission, and of those of another branch.
func (b *bench) barring(what string, try func(by app.Caller) error) []denied {
	return []denied{
		{what + " by marketing", "", fault.Forbidden, func() error { return try(b.Caller("marketing")) }},
		{what + " by another branch", "", fault.NotFound, func() error { return try(b.Caller("manager-hangzhou")) }},
	}
}

// deny fails the test unless each is refused as it says, and nothing has changed by them all.
func (b *bench) deny(all ...denied) {
	b.t.Helper()
	before := b.State()
	for _, d := range all {
		err := d.try()
		if err == nil || fault.KindOf(err) != d.kind {
			b.t.Errorf("%s: %v, want %s", d.what, err, d.kind)
		}
		if faults := kerneltest.FaultsIn(err); d.pointer != "" && (len(faults) == 0 || faults[0].Pointer != d.pointer) {
			b.t.Errorf("%s: %v blames %+v", d.what, err, faults)
		}
	}
	if b.State() != before {
		b.t.Error("something was refused and changed something")
	}
}
