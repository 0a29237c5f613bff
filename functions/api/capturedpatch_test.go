package api_test

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// TestWhomAnEnquiryBroughtCanBeChanged takes enquiries in as any form or hook may bring them, and changes another
// field of the customer and of the contact.
func TestWhomAnEnquiryBroughtCanBeChanged(t *testing.T) {
	b := start(t)
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	text := func(limit int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(rapid.SampledFrom([]string{"", "x", "印", "\u200b", "ß "}).Draw(t, "sign"),
				rapid.IntRange(1, limit/2).Draw(t, "times"))
		})
	}
	f := form.Form{ID: "frm_open", Branch: seed.Shanghai, Region: "CN", Source: form.SourceWeb}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		in := frontdesk.Handed{Form: f.ID, Source: text(40).Draw(t, "source"),
			Enquiry: frontdesk.Enquiry{Name: text(100).Draw(t, "name"), Company: text(200).Draw(t, "company"),
				Email: fmt.Sprintf("person-%d@example.com", n)}}
		if rapid.Bool().Draw(t, "rings") {
			in.Phone, in.Email = fmt.Sprintf("137%08d", n), ""
		}
		if faults := app.Forms.Faults(&in); len(faults) > 0 {
			t.Fatalf("%+v", faults)
		}
		enquiry, err := frontdesk.ReadEnquiry(in.Said(words.Zh), f, b.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		l, err := b.Capture(b.t.Context(),
			lead.Capture{Enquiry: enquiry, Source: cmp.Or(strings.TrimSpace(in.Source), f.Source), Form: f.ID,
				Terms: terms.Lead(), Life: terms.Policy.Life, By: staff.Visitor}, nil)
		if err != nil {
			t.Fatal(err)
		}
		c := into[customer.Customer](b.call("manager", "GET /customers/"+l.Customer, nil))
		if w := b.patch("manager", c, fields{"category": "agent"}); w.Code != http.StatusOK ||
			into[customer.Customer](w).Category != "agent" {
			t.Fatalf("%+v: %d %s", in, w.Code, w.Body)
		}
		if w := b.patchContact("manager", l.ContactID, 1, fields{"title": "Buyer"}); w.Code != http.StatusOK ||
			into[customer.Contact](w).Title != "Buyer" {
			t.Fatalf("%+v: %d %s", in, w.Code, w.Body)
		}
	})
	c := b.made(newCompany())
	b.patch("manager", c, fields{"source": "a hook"}).want(http.StatusUnprocessableEntity)
	b.patch("manager", c, fields{"name": ""}).want(http.StatusUnprocessableEntity)
}
