package frontdesk_test

import (
	"log/slog"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// storePage is one page of a list, as long as any test needs.
var storePage = table.Paging{Limit: 50, Caller: "test"}

// kept are the submissions with the outcome, the latest first, from all branches.
func kept(t *testing.T, b *apptest.Bench, outcome string) []form.Submission {
	t.Helper()
	page, err := b.Submissions(t.Context(), outcome, []string{seed.Shanghai, seed.Hangzhou}, storePage)
	if err != nil {
		t.Fatal(err)
	}
	var out []form.Submission
	for _, card := range page.Items {
		sub, err := b.Submission(t.Context(), card.ID)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, sub)
	}
	return out
}

func TestHandEnquiry(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := frontdesk.Desk{Office: b.Office, Log: slog.New(slog.DiscardHandler)}
	call := app.Call{Source: "leads", Via: "leads/0a", ID: "call_1", Type: "application/json", Body: `{"form":"quote"}`}
	tom := frontdesk.Handed{Form: seed.Quote, Source: " ad-platform ", Lang: words.En,
		Enquiry: frontdesk.Enquiry{Name: "Tom", Email: "TOM@example.com", Product: "book", Quantity: "200", Consent: true}}
	if err := d.HandEnquiry(t.Context(), call, tom); err != nil {
		t.Fatal(err)
	}
	made := kept(t, b, form.OutcomeCreated)
	if len(made) != 1 || made[0].Body != call.Body || made[0].Via != call.Via || made[0].Type != call.Type ||
		made[0].ConsentText == "" || made[0].Lang != words.En {
		t.Fatalf("%+v", made)
	}
	l, err := b.Lead(t.Context(), made[0].Lead)
	if err != nil || l.Source != "ad-platform" || l.Person.Email != "tom@example.com" || l.Quantity != 200 {
		t.Errorf("%+v, %v", l, err)
	}
	unread := tom
	unread.Lang, unread.Email, unread.Phone = "", "", "12"
	if err := d.HandEnquiry(t.Context(), call, unread); err != nil {
		t.Fatal(err)
	}
	f, _, err := b.Form(t.Context(), seed.Quote)
	if err != nil {
		t.Fatal(err)
	}
	if aside := kept(t, b, form.OutcomeQuarantined); len(aside) != 1 || aside[0].Difficulty != "invalid /phone" ||
		aside[0].Lang != f.Lang() || aside[0].Body != call.Body {
		t.Errorf("%+v", aside)
	}
	b.Refuses(fault.Invalid, "an enquiry through no form", func() error {
		return d.HandEnquiry(t.Context(), call, frontdesk.Handed{Form: "none", Enquiry: tom.Enquiry})
	})
}
