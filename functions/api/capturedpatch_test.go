package api_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/httpapi/posted"
)

// TestWhomAnEnquiryBroughtCanBeChanged takes enquiries in as any form or hook may bring them, and changes another field of the customer and of the contact.
func TestWhomAnEnquiryBroughtCanBeChanged(t *testing.T) {
	b := start(t)
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	words := func(limit int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"", "x", "印", "\u200b", "ß "}).Draw(t, "sign"), rapid.IntRange(1, limit/2).Draw(t, "times"))
		})
	}
	form := crm.Form{ID: "frm_open", Branch: seed.Shanghai, Region: "CN", Source: crm.SourceWeb}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		in := posted.Handed{Form: form.ID, Source: words(40).Draw(t, "source"), Enquiry: posted.Enquiry{Name: words(100).Draw(t, "name"), Company: words(200).Draw(t, "company"),
			Email: fmt.Sprintf("person-%d@example.com", n)}}
		if rapid.Bool().Draw(t, "rings") {
			in.Phone, in.Email = fmt.Sprintf("137%08d", n), ""
		}
		if faults := crm.Validate(&in); len(faults) > 0 {
			t.Fatalf("%+v", faults)
		}
		enquiry, err := posted.Read(in.Said(crm.Zh), form, b.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		lead, err := b.Capture(b.t.Context(), crm.Capture{Enquiry: enquiry, Source: cmp.Or(strings.TrimSpace(in.Source), form.Source), Form: form.ID, Terms: terms.Lead(), Life: terms.Policy.Life, By: crm.Visitor}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := into[crm.Customer](b.call("manager", "GET /customers/"+lead.Customer, nil))
		if w := b.patch("manager", c, fields{"category": "agent"}); w.Code != http.StatusOK || into[crm.Customer](w).Category != "agent" {
			t.Fatalf("%+v: %d %s", in, w.Code, w.Body)
		}
		if w := b.patchContact("manager", lead.ContactID, 1, fields{"title": "Buyer"}); w.Code != http.StatusOK || into[crm.Contact](w).Title != "Buyer" {
			t.Fatalf("%+v: %d %s", in, w.Code, w.Body)
		}
	})
	c := b.made(newCompany())
	b.patch("manager", c, fields{"source": "a hook"}).want(http.StatusUnprocessableEntity)
	b.patch("manager", c, fields{"name": ""}).want(http.StatusUnprocessableEntity)
}
