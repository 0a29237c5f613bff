package centre_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"pgregory.net/rapid"
)

// clerk is who makes the customers of these tests.
var clerk = staff.Actor{ID: seed.StaffID(1), Roles: []staff.Role{staff.Owner}, Branches: []string{seed.Shanghai},
	HeadOffice: true}

// TestClaimsAndOwnersStayOneToOne makes customers of few numbers and addresses, and moves tax numbers between them.
// Whatever is refused or taken, each claim is its owner's, and each value that somebody alone has is claimed.
func TestTaxNumbersAndOwnersStayOneToOne(t *testing.T) {
	b := storetest.New(t)
	people := map[string][]identity.Claim{} // of each customer that stands
	round := 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		var mine []string
		holder := map[identity.Claim]string{}
		taxes := rapid.Map(rapid.IntRange(0, 4),
			func(n int) string { return []string{"", "TAX1001", "TAX1002", "TAX1003", "TAX1004"}[n] })
		tax := func() string {
			if n := taxes.Draw(rt, "tax"); n != "" {
				return fmt.Sprint(n, "R", round)
			}
			return ""
		}
		for range rapid.IntRange(3, 12).Draw(rt, "steps") {
			if len(mine) == 0 || rapid.Bool().Draw(rt, "open") {
				c := customer.Customer{Kind: customer.Company, Name: "长城", Lang: words.Zh, Source: form.SourcePhone,
					Branch: seed.Shanghai, TaxNumber: tax()}
				contact := customer.Contact{Name: "李娜", Lang: words.Zh,
					Emails: []customer.Reach{{Value: fmt.Sprintf("p%d@r%d.example", rapid.IntRange(1, 3).Draw(rt, "mail"), round)}}}
				wanted := slices.AppendSeq(c.Claims(), maps.Keys(contact.Values()))
				free := !slices.ContainsFunc(wanted, func(x identity.Claim) bool { return holder[x] != "" })
				made, err := b.OpenCustomer(t.Context(), c, &contact, clerk)
				if (err == nil) != free || err != nil && fault.KindOf(err) != fault.Taken {
					rt.Fatalf("free %v, but %v", free, err)
				}
				if err == nil {
					mine, people[made.ID] = append(mine, made.ID), wanted
					for _, x := range wanted {
						holder[x] = made.ID
					}
				}
				continue
			}
			id := rapid.SampledFrom(mine).Draw(rt, "who")
			number := tax()
			claim := identity.Claim{Kind: identity.ClaimTax, Value: number}
			free := number == "" || holder[claim] == "" || holder[claim] == id
			_, err := b.ChangeCustomer(t.Context(), id, clerk,
				func(c customer.Customer) (customer.Customer, []event.Event, error) {
					entered := c
					entered.TaxNumber = number
					return c.Edit(entered, clerk, b.Clock.Now())
				})
			if (err == nil) != free {
				rt.Fatalf("free %v, but %v", free, err)
			}
			if err != nil {
				continue
			}
			people[id] = slices.DeleteFunc(people[id], func(x identity.Claim) bool { return x.Kind == identity.ClaimTax })
			for x, of := range holder {
				if of == id && x.Kind == identity.ClaimTax {
					delete(holder, x)
				}
			}
			if number != "" {
				people[id], holder[claim] = append(people[id], claim), id
			}
		}
	})
	var want, got []string
	for id, claims := range people {
		for _, c := range claims {
			want = append(want, fmt.Sprint(c.Kind, "#", c.Value, " ", id))
		}
	}
	for _, line := range b.Items(t) {
		if _, rest, found := strings.Cut(line, `"pk":{"Value":"CLAIM#`); found {
			value, _, _ := strings.Cut(rest, `"`)
			_, owner, _ := strings.Cut(line, `"owner":{"Value":"`)
			owner, _, _ = strings.Cut(owner, `"`)
			if !strings.HasPrefix(value, "subject#") { // whose sign-in account it is
				got = append(got, value+" "+owner)
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%d claims stand, want %d", len(got), len(want))
	}
}
