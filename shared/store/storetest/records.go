package storetest

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Enquire stores one enquiry through the seeded form, as the public door does.
func Enquire(t testing.TB, b *Bench, e form.Enquiry) (lead.Lead, error) {
	t.Helper()
	return EnquireBy(t, b, seed.Quote, e)
}

// EnquireBy is Enquire through another form. While the form has an open prize draw, the person enters it.
func EnquireBy(t testing.TB, b *Bench, id string, e form.Enquiry) (lead.Lead, error) {
	t.Helper()
	f, shop, err := b.Form(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	read, faults := e.Read(f, b.Clock.Now())
	if faults != nil {
		t.Fatal(faults)
	}
	terms, err := shop.Terms(f.Branch)
	if err != nil {
		t.Fatal(err)
	}
	sub := form.Submission{ID: NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), UpdatedAt: b.Clock.Now(), Form: f.ID,
		Branch: f.Branch, Type: "application/json", Body: "{}"}
	return b.Capture(t.Context(),
		lead.Capture{Enquiry: read, Source: f.Source, Form: f.ID, Submission: sub.ID, ConsentText: f.Consent.Zh,
			Terms: terms.Lead(), By: staff.Visitor, Draw: f.Draw.At(sub.CreatedAt)}, &sub)
}

// Agreeing is Enquire by somebody who says yes to marketing and confirms it by the link in our mail.
func Agreeing(t testing.TB, b *Bench, e form.Enquiry) lead.Lead {
	t.Helper()
	e.Consent = true
	l, err := Enquire(t, b, e)
	if err == nil {
		err = b.ConfirmConsent(t.Context(), l.ID)
	}
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Li is an enquiry of a person. Two of them differ only in the number n, which is in phone and e-mail.
func Li(n int) form.Enquiry {
	return form.Enquiry{Name: "李娜", Phone: fmt.Sprintf("1381380%04d", n), Email: fmt.Sprintf("lina%d@example.com", n),
		Product: "cards", Lang: words.Zh}
}

// Terms are the terms of a branch of the seeded shop.
func Terms(t testing.TB, b *Bench, branch string) setup.Terms {
	t.Helper()
	terms, err := b.Shop.Terms(branch)
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// Person is one of the staff of the seeded shop, by number.
func Person(t testing.TB, b *Bench, n int) staff.Staff {
	t.Helper()
	p, ok := b.Shop.Person(seed.StaffID(n))
	if !ok {
		t.Fatal("no such person")
	}
	return p
}

// OpenTask opens a task for a person, on behalf of another colleague.
func OpenTask(t testing.TB, b *Bench, owner int, d task.Draft) task.Task {
	t.Helper()
	if d.ID == "" {
		d.ID = b.NewTaskID()
	}
	d.Title = "寄纸样"
	tsk, e, err := task.New(staff.ActorOf(Person(t, b, 2)), d, Person(t, b, owner), Terms(t, b, seed.Shanghai).Task(),
		b.Clock.Now())
	if err == nil {
		tsk, err = b.OpenTask(t.Context(), tsk, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tsk
}

// OpenComplaint opens a complaint of a customer about colour, for a job worth 8,000 yuan.
func OpenComplaint(t testing.TB, b *Bench, customer string) complaint.Complaint {
	t.Helper()
	return OpenComplaintOf(t, b, customer, "con_1")
}

// OpenComplaintOf is OpenComplaint of a contact who is there, so that links to it open.
func OpenComplaintOf(t testing.TB, b *Bench, customer, contact string) complaint.Complaint {
	t.Helper()
	now := b.Clock.Now()
	c, e, err := complaint.Open(complaint.Opening{
		Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral, Press: "海德堡 2",
			Value:       &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered:   &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}},
	}, complaint.Opener{ID: b.NewComplaintID(), Customer: customer, Contact: contact, By: staff.Visitor,
		Terms: Terms(t, b, seed.Shanghai).Complaint()}, now)
	if err == nil {
		c, err = b.OpenComplaint(t.Context(), c, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// Idle is a store that only makes ids. It has no engine behind it: a test that uses it keeps in memory what comes.
func Idle(clock *Clock) *store.Store {
	s, err := store.New(table.Config{DB: dynamodb.New(dynamodb.Options{}), Ring: Ring, NewID: NewID, Now: clock.Now,
		Tables: table.Tables{Records: "none", Events: "none", Messages: "none"}})
	if err != nil {
		panic(err)
	}
	return s
}
