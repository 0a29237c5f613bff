package frontdesk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestVisitorsFindAForm(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office}
	closed, _ := b.Shop.Form(seed.Quote)
	closed.Closed = true
	closed, event := form.Form{ID: "closed"}.Reshape(closed, staff.Visitor, b.Clock.Now())
	if err := b.SaveForm(t.Context(), closed, event); err != nil {
		t.Fatal(err)
	}
	for id, open := range map[string]bool{seed.Quote: true, "closed": false, "none": false} {
		if f, _, err := d.OpenForm(t.Context(), id); (err == nil) != open || !open && fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %+v, %v", id, f, err)
		}
	}
	if f, shop, err := d.Form(t.Context(), "closed"); err != nil || !f.Closed || len(shop.Branches) == 0 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestWhatAVisitorSentIsUnderstood(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office}
	f, shop, err := d.OpenForm(t.Context(), seed.Quote)
	if err != nil {
		t.Fatal(err)
	}
	v := d.Arrived(f, shop, form.Submission{Lang: words.Zh, Type: "x/y", Body: "as it came"})
	if s := v.Submission; s.ID == "" || s.Version != 1 || s.Form != f.ID || s.Branch != seed.Shanghai ||
		s.Body != "as it came" || s.CreatedAt.IsZero() || s.ConsentText != "" {
		t.Errorf("%+v", s)
	}
	in := frontdesk.Enquiry{Name: " Tom ", Product: "gold", Consent: true, Homepage: "x", Opened: d.Stamp(f)}
	v = d.Understood(v, in, "192.0.2.1")
	if v.Enquiry.Name != "Tom" || v.Enquiry.Lang != words.Zh || v.Submission.ConsentText != f.Consent.Zh ||
		v.Arrival.Address != "192.0.2.1" || v.Arrival.Trap != "x" || v.Arrival.Opened.IsZero() {
		t.Errorf("%+v", v)
	}
	pointers := map[string]bool{}
	for _, one := range d.Faults(v) {
		pointers[one.Pointer] = true
	}
	if len(pointers) < 2 || !pointers["/product"] || !pointers["/phone"] {
		t.Errorf("faults at %v", pointers)
	}
	invitation, ours := artwork.OpenArtwork(d.Tokens, d.InviteFiles(v))
	if !ours || invitation.Of != v.Submission.ID ||
		v.Submission.CreatedAt.Add(artwork.Invited).Sub(invitation.Ends).Abs() > time.Second {
		t.Errorf("%+v", invitation)
	}
	if v.Form, _ = b.Shop.Form("contact"); d.InviteFiles(v) != "" {
		t.Error("a form without files invites to hand in some")
	}
}

// Who is turned away calls the branch of the form, and the head office where no form is meant.
func TestWhomToCall(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	for id, branch := range map[string]string{seed.Quote: seed.Shanghai, "": seed.Shanghai, "none": seed.Shanghai} {
		over, err := d.Whom(t.Context(), id)
		if want := b.Shop.Sign(branch); err != nil || over != want || over.Phone == "" {
			t.Errorf("form %q: %+v, %v; want %+v", id, over, err, want)
		}
	}
}

// The front page lists the form for quotations first, and neither closed forms nor those of other websites. What a form
// promises is what the policy says at that time.
func TestTheFrontPageListsWhatVisitorsMayFillIn(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office}
	quote, _ := b.Shop.Form(seed.Quote)
	for id, change := range map[string]func(*form.Form){
		"a-first":   func(*form.Form) {},
		"closed":    func(f *form.Form) { f.Closed = true },
		"elsewhere": func(f *form.Form) { f.Origins = []string{"https://shop.example"} },
	} {
		f := quote
		change(&f)
		f, event := form.Form{ID: id}.Reshape(f, staff.Visitor, b.Clock.Now())
		if err := b.SaveForm(t.Context(), f, event); err != nil {
			t.Fatal(err)
		}
	}
	forms, shop, err := d.FrontPage(t.Context())
	if err != nil || len(shop.Branches) == 0 {
		t.Fatal(err)
	}
	var ids []string
	for _, f := range forms {
		ids = append(ids, f.ID)
		if strings.Contains(f.Intro.Zh+f.Intro.En+f.Thanks.Zh, form.AnswerIn) {
			t.Errorf("%s: %+v", f.ID, f.Intro)
		}
	}
	if !slices.Equal(ids, []string{seed.Quote, "a-first", seed.Contact}) {
		t.Errorf("%v", ids)
	}
	if f, _, err := d.Form(t.Context(), seed.Quote); err != nil || !strings.Contains(f.Intro.En, "within 30 minutes") {
		t.Errorf("%+v, %v", f.Intro, err)
	}
	b.Clock.Set(time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC)) // 21:00 in Shanghai
	if f, _, err := d.Form(t.Context(), seed.Quote); err != nil || !strings.Contains(f.Intro.En, "by Wed 25 Nov, 0") {
		t.Errorf("at night: %+v, %v", f.Intro, err)
	}
}
