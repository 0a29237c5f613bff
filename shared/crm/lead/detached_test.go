package lead_test

import (
	"slices"
	"testing"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/staff"
)

// A value that a visitor claimed in one branch does not hold an enquiry of another branch.
func TestAnEnquiryIsDetachedFromAnotherBranch(t *testing.T) {
	const phone, mail = "+8613800138000", "li@example.com"
	typed := customer.Contact{ID: "con_1", Customer: "cus_1", Version: 1, Phones: []customer.Reach{{Value: phone}},
		Emails: []customer.Reach{{Value: mail}}}.Stated(customer.SaidVisitor, "lead_1", crmtest.Tuesday)
	spoken, _, _ := typed.Vouch(phone, customer.Customer{}, staff.Actor{ID: "stf_1"}, crmtest.Tuesday)
	elsewhere := customer.Customer{ID: "cus_1", Branch: "beijing"}
	here := customer.Customer{ID: "cus_1", Branch: "shanghai"}
	everywhere := customer.Customer{ID: "cus_1", Branch: "beijing", Shared: true}
	holder := customer.Holder{Customer: "cus_1", Contact: "con_1"}
	for what, c := range map[string]struct {
		enquiry form.Enquiry
		of      customer.Customer
		contact customer.Contact
		left    []string // what the enquiry's own contact has not yet; nil where it stays with the known one
	}{
		"a typed phone":               {form.Enquiry{Phone: phone}, elsewhere, typed, []string{phone}},
		"both":                        {form.Enquiry{Phone: phone, Email: mail}, elsewhere, typed, []string{phone, mail}},
		"the same branch":             {form.Enquiry{Phone: phone}, here, typed, nil},
		"a customer of all branches":  {form.Enquiry{Phone: phone}, everywhere, typed, nil},
		"a colleague spoke with them": {form.Enquiry{Phone: phone}, elsewhere, spoken, nil},
		"one of two is proven":        {form.Enquiry{Phone: phone, Email: mail}, elsewhere, spoken, nil},
		"nothing in common":           {form.Enquiry{Email: "wang@example.com"}, elsewhere, typed, nil},
	} {
		in := lead.Capture{Enquiry: c.enquiry, Terms: lead.Terms{Terms: firm.Terms{Branch: firm.Branch{ID: "shanghai"}}},
			Known: customer.Known{ByPhone: holder, ByEmail: holder}, Elsewhere: []string{"before"}}
		got, detached := in.Detached(c.of, c.contact)
		if detached != (c.left != nil) {
			t.Errorf("%s: %t", what, detached)
			continue
		}
		if !detached {
			continue
		}
		if !slices.Equal(got.Elsewhere, append([]string{"before"}, c.left...)) || got.Attachment.Hint != c.of.ID ||
			got.Attachment.Customer != "" || got.Known != (customer.Known{}) || len(in.Elsewhere) != 1 {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
