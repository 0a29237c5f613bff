package main

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/words"
)

// inLetter is a reference as a letter shows it.
var inLetter = regexp.MustCompile(`\b[0-9A-F]{8}\b`)

// foundByReference has a customer read the reference out of a letter, over the phone. A colleague types it, and the
// enquiry, its submission, its customer, and later a complaint about a job, are there.
func foundByReference(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	service, err := p.House.Colleague(seed.Subject("service"), words.En)
	if err != nil {
		t.Fatal(err)
	}
	mail, err := p.AwaitMail(ctx, enquire(t, p.House, "by-reference"))
	if err != nil {
		t.Fatal(err)
	}
	reference := inLetter.FindString(mail.Text)
	if reference == "" {
		t.Fatalf("the letter shows no reference: %s", mail.Text)
	}
	typed := url.QueryEscape(strings.ToLower(reference[:4] + " " + reference[4:]))
	one := func(path string) (id string) {
		t.Helper()
		err := people.Await(ctx, "record by "+path, func() (bool, error) {
			var page struct {
				Items []struct {
					ID string `json:"id"`
				} `json:"items"`
			}
			err := service.Read(ctx, path, &page)
			if err != nil || len(page.Items) != 1 {
				return false, err
			}
			id = page.Items[0].ID
			return true, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	led := one("/leads?q=" + typed)
	if sub := one("/submissions?q=" + typed); words.Reference(led) != reference || words.Reference(sub) != reference {
		t.Errorf("%s and %s are found by %s", led, sub, reference)
	}
	var l lead.Lead
	if err := service.Read(ctx, "/leads/"+led, &l); err != nil {
		t.Fatal(err)
	}
	if got := one("/customers?q=" + typed); got != l.Customer {
		t.Errorf("%s finds the customer %s, want %s", reference, got, l.Customer)
	}
	var made struct {
		ID string `json:"id"`
	}
	if err := service.Make(ctx, "/complaints", map[string]any{"customer": l.Customer, "contact": l.ContactID,
		"channel": "phone", "defects": []string{"colour-deviation"}, "words": "Too red", "affected": 300,
		"job": map[string]any{"ref": "J-2026-4711", "class": "general"}}, &made); err != nil {
		t.Fatal(err)
	}
	for _, asked := range []string{"j20264711", words.Reference(made.ID)} {
		if got := one("/complaints?q=" + asked); got != made.ID {
			t.Errorf("%s finds %s, want %s", asked, got, made.ID)
		}
	}
}
