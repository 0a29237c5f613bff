package backoffice_test

import (
	"reflect"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func leaflets() backoffice.OpenForm {
	both := func(zh, en string) words.Text { return words.Text{Zh: zh, En: en} }
	return backoffice.OpenForm{ID: "leaflets", FormDefinition: backoffice.FormDefinition{
		Branch: seed.Shanghai, Region: "CN", Source: "web-form",
		Title: both("传单", "Leaflets"), Thanks: both("谢谢", "Thank you"),
		Fields: []backoffice.FormField{{Name: "name", Label: both("姓名", "Name"), Required: true},
			{Name: "email", Label: both("邮箱", "E-mail")},
			{Name: "artwork", Label: both("文件", "File"),
				Artwork: &backoffice.FormArtwork{Most: 2, Bytes: 1 << 20, Kinds: []string{"pdf"}}}},
		Limits: &backoffice.FormLimits{MinFill: 3, Window: 3600, Address: 5, Refuse: 9, Person: 4, Form: 100}}}
}

func TestForms(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, marketing := backoffice.Desk{Office: b.Office}, b.Caller("marketing")
	elsewhere := marketing
	elsewhere.Branches = []string{seed.Hangzhou}
	in := leaflets()
	open := func(by app.Caller, in backoffice.OpenForm) func() error {
		return func() error { return failed(d.OpenForm(t.Context(), by, in)) }
	}
	blank := in
	blank.Fields = in.Fields[:1] // nobody could be answered
	refuses(b,
		refusal{fault.Forbidden, "a form by a manager", open(b.Caller("manager"), in)},
		refusal{fault.Invalid, "a form of another branch", open(elsewhere, in)},
		refusal{fault.Invalid, "a form without an address", open(marketing, blank)},
	)
	ctx, kept := apptest.Receipt(t)
	made, err := d.OpenForm(ctx, marketing, in)
	if err != nil || made.ID != in.ID || made.Version != 1 || !reflect.DeepEqual(made.FormDefinition, in.FormDefinition) {
		t.Fatalf("%+v, %v", made, err)
	}
	if !reflect.DeepEqual(kept(), any(made)) {
		t.Errorf("a repeat is told %+v", kept())
	}
	at, abroad := app.At(in.ID, "", 1), edited(func(in *backoffice.FormDefinition) { in.Region = "DE" })
	if changed, err := d.ChangeForm(t.Context(), marketing, at, abroad); err != nil || changed.Region != "DE" {
		t.Fatalf("%+v, %v", changed, err)
	}
	change := func(by app.Caller, at app.Record, edit app.Edit[backoffice.FormDefinition]) func() error {
		return func() error { return failed(d.ChangeForm(t.Context(), by, at, edit)) }
	}
	shut := func(by app.Caller, at app.Record) func() error {
		return func() error { return d.CloseForm(t.Context(), by, at) }
	}
	now := app.At(in.ID, "", 2)
	refuses(b,
		refusal{fault.Invalid, "an id that is taken", open(marketing, in)},
		refusal{fault.Stale, "a change of a version that is over", change(marketing, at, abroad)},
		refusal{fault.Stale, "a version that is over taken out of use", shut(marketing, at)},
		refusal{fault.NotFound, "a change from another branch", change(elsewhere, now, abroad)},
		refusal{fault.NotFound, "taken out of use from another branch", shut(elsewhere, now)},
		refusal{fault.NotFound, "read from another branch", func() error {
			return failed(d.Form(t.Context(), elsewhere, now))
		}},
		refusal{fault.Forbidden, "a change by a manager", change(b.Caller("manager"), now, abroad)},
		refusal{fault.Forbidden, "taken out of use by a manager", shut(b.Caller("manager"), now)},
		refusal{fault.Invalid, "moved to another branch",
			change(marketing, now, edited(func(in *backoffice.FormDefinition) { in.Branch = seed.Hangzhou }))},
		refusal{fault.Unreadable, "what the door cannot read", change(marketing, now, unread[backoffice.FormDefinition])},
	)
}

// A form out of use is missing to all, and its id stays taken, since submissions may name it.
func TestAFormOutOfUse(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager, marketing, at := backoffice.Desk{Office: b.Office}, b.Caller("manager"), b.Caller("marketing"),
		app.At(seed.Contact, "", 1)
	forms := func(by app.Caller, want int) {
		t.Helper()
		if page, err := d.Forms(t.Context(), by); err != nil || len(page.Items) != want {
			t.Errorf("%d forms, %v, want %d", len(page.Items), err, want)
		}
	}
	elsewhere := manager
	elsewhere.Branches = []string{seed.Hangzhou}
	forms(manager, 2)
	forms(elsewhere, 0)
	if read, err := d.Form(t.Context(), manager, at); err != nil || read.ID != seed.Contact {
		t.Errorf("%+v, %v", read, err)
	}
	if err := d.CloseForm(t.Context(), marketing, at); err != nil {
		t.Fatal(err)
	}
	forms(manager, 1)
	again := leaflets()
	again.ID = seed.Contact
	refuses(b,
		refusal{fault.NotFound, "reading", func() error { return failed(d.Form(t.Context(), manager, at)) }},
		refusal{fault.NotFound, "closing again", func() error { return d.CloseForm(t.Context(), marketing, at) }},
		refusal{fault.Invalid, "its id", func() error { return failed(d.OpenForm(t.Context(), marketing, again)) }},
	)
}
