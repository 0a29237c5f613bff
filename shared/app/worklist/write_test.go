package worklist_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
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
