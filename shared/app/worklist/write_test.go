package worklist_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// Who writes from a task about a lead writes about the lead. A task about no customer has no reader.
func TestWriteTask(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager := worklist.Desk{Office: b.Office}, b.Caller("manager")
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	about, err := d.OpenTask(t.Context(), manager, titled(worklist.OpenTask{About: l.ID}))
	if err != nil {
		t.Fatal(err)
	}
	nobody, err := d.OpenTask(t.Context(), manager, titled(worklist.OpenTask{}))
	if err != nil {
		t.Fatal(err)
	}
	in := app.WriteMessage{Channel: "email", Subject: "Your cards", Text: "They are ready."}
	for _, c := range []struct {
		kind     fault.Kind
		who, tsk string
	}{
		{fault.Forbidden, "marketing", about.ID},
		{fault.NotFound, "sales-hangzhou", about.ID},
		{fault.Refused, "manager", nobody.ID},
	} {
		b.Refuses(c.kind, c.who+" writes", func() error {
			return failed(d.WriteTask(t.Context(), b.Caller(c.who), app.At(c.tsk, "", 0), in))
		})
	}
	got, err := d.WriteTask(t.Context(), manager, app.At(about.ID, "", 0), in)
	if err != nil || got.Lead != l.ID || got.Contact != l.ContactID || got.By != manager.ID {
		t.Errorf("%+v, %v", got, err)
	}
}

// A letter from the task about a complaint goes to the contact who complained, and never to another one.
func TestALetterFromAComplaintsTask(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager := worklist.Desk{Office: b.Office}, b.Caller("manager")
	alone := storetest.Li(1)
	alone.Phone = "" // the one value that was said of the contact, so a letter reaches them
	l, err := storetest.Enquire(t, b.Bench, alone)
	if err != nil {
		t.Fatal(err)
	}
	in := app.WriteMessage{Channel: "email", Subject: "Your complaint", Text: "We look into it."}
	writing := func(contact string) func() (customer.Touch, error) {
		c := storetest.OpenComplaintOf(t, b.Bench, l.Customer, contact)
		about, err := d.OpenTask(t.Context(), manager, titled(worklist.OpenTask{About: c.ID}))
		if err != nil {
			t.Fatal(err)
		}
		return func() (customer.Touch, error) {
			return d.WriteTask(t.Context(), manager, app.At(about.ID, "", 0), in)
		}
	}
	if got, err := writing(l.ContactID)(); err != nil || got.Contact != l.ContactID || got.About == "" {
		t.Errorf("%+v, %v", got, err)
	}
	gone := writing("con_1")
	b.Refuses(fault.Invalid, "a letter to a contact who is gone", func() error { return failed(gone()) })
}
