package storetest

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
)

// Enquire stores one enquiry through the form, as the public door does.
func Enquire(t testing.TB, b *Bench, e crm.Enquiry) (crm.Lead, error) {
	t.Helper()
	form, shop, err := b.Form(t.Context(), seed.Quote)
	if err != nil {
		t.Fatal(err)
	}
	read, faults := e.Read(form, b.Clock.Now())
	if faults != nil {
		t.Fatal(faults)
	}
	terms, err := shop.Terms(form.Branch)
	if err != nil {
		t.Fatal(err)
	}
	sub := crm.Submission{ID: NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(), Form: form.ID, Branch: form.Branch, Type: "application/json", Body: "{}"}
	return b.Capture(t.Context(), crm.Capture{Enquiry: read, Source: form.Source, Form: form.ID, Submission: sub.ID, ConsentText: form.Consent.Zh, Terms: terms.Lead(), By: crm.Visitor}, &sub)
}

// Li is an enquiry of a person who differs by her number alone.
func Li(n int) crm.Enquiry {
	return crm.Enquiry{Name: "李娜", Phone: fmt.Sprintf("1381380%04d", n), Email: fmt.Sprintf("lina%d@example.com", n), Product: "cards", Lang: crm.Zh}
}

// Terms are the terms of a branch of the seeded shop.
func Terms(t testing.TB, b *Bench, branch string) crm.Terms {
	t.Helper()
	terms, err := b.Shop.Terms(branch)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// Person is one of the staff of the seeded shop, by number.
func Person(t testing.TB, b *Bench, n int) crm.Staff {
	t.Helper()
	p, ok := b.Shop.Person(seed.StaffID(n))
	if !ok {
		t.Fatal("no such person")
	}
	return p
}

// OpenTask opens a task for a person, by somebody else.
func OpenTask(t testing.TB, b *Bench, owner int, d crm.TaskDraft) crm.Task {
	t.Helper()
	if d.ID == "" {
		d.ID = b.NewTaskID()
	}
	d.Title = "寄纸样"
	task, e, err := crm.NewTask(crm.ActorOf(Person(t, b, 2)), d, Person(t, b, owner), Terms(t, b, seed.Shanghai).Task(), b.Clock.Now())
	if err == nil {
		task, err = b.OpenTask(t.Context(), task, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// OpenComplaint opens a complaint of a customer about colour, worth 8,000 yuan.
func OpenComplaint(t testing.TB, b *Bench, customer string) crm.Complaint {
	t.Helper()
	now := b.Clock.Now()
	c, e, err := crm.OpenComplaint(crm.ComplaintOpening{
		Channel: "phone", Defects: []crm.DefectKind{crm.DefectColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Job: crm.ComplaintJob{Ref: "J-1", Class: crm.ClassGeneral, Press: "海德堡 2", Value: &crm.Sourced[crm.Money]{Value: crm.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered: &crm.Sourced[int64]{Value: 2000, Source: "order"}, Delivered: &crm.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &crm.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}},
	}, crm.ComplaintOpener{ID: b.NewComplaintID(), Customer: customer, Contact: "con_1", By: crm.Visitor, Terms: Terms(t, b, seed.Shanghai).Complaint()}, now)
	if err == nil {
		c, err = b.OpenComplaint(t.Context(), c, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}
