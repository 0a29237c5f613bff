// Package apptest calls use cases without a door: on a store of its own, as a seeded person.
package apptest

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// Bench is a store with the seeded shop, and the office of its desks.
type Bench struct {
	*storetest.Bench
	Office app.Office
	t      testing.TB
}

// New starts a bench. WithFiles of storetest is for tests that send files: pass it as start.
func New(t testing.TB, start func(testing.TB) *storetest.Bench) *Bench {
	t.Helper()
	b := &Bench{Bench: start(t), t: t}
	tokens := token.NewTokens(storetest.Ring)
	b.Office = app.Office{Store: b.Store, Now: b.Clock.Now, Tokens: tokens, PublicURL: "https://shop.example"}
	return b
}

// Caller is a seeded person who reads English, by the name under which they sign in: "manager", "sales-2".
func (b *Bench) Caller(name string) app.Caller {
	b.t.Helper()
	person, found := b.Shop.Subject(seed.Subject(name), b.Clock.Now())
	if !found {
		b.t.Fatalf("nobody is called %s", name)
	}
	return app.Caller{Actor: staff.ActorOf(person), Lang: words.En}
}

// Customer is a new customer of Shanghai with one contact who has a phone and an e-mail address.
func (b *Bench) Customer() (customer.Customer, customer.Contact) {
	b.t.Helper()
	l, err := storetest.Enquire(b.t, b.Bench, storetest.Li(1))
	if err != nil {
		b.t.Fatal(err)
	}
	c, err := b.Store.Customer(b.t.Context(), l.Customer)
	if err != nil {
		b.t.Fatal(err)
	}
	contact, err := b.Store.Contact(b.t.Context(), l.ContactID)
	if err != nil {
		b.t.Fatal(err)
	}
	return c, contact
}

// Refuses fails the test unless try is refused with the kind, and nothing has changed by it.
func (b *Bench) Refuses(kind fault.Kind, what string, try func() error) {
	b.t.Helper()
	before := b.State()
	if err := try(); err == nil || fault.KindOf(err) != kind {
		b.t.Errorf("%s: %v, want %s", what, err, kind)
	}
	if b.State() != before {
		b.t.Errorf("%s was refused and changed something", what)
	}
}

// Apart gives Hangzhou a policy of its own, by which a colleague claims one lead a day. It returns the seeded person as
// one who works in Shanghai and in Hangzhou.
func (b *Bench) Apart(name string) app.Caller {
	b.t.Helper()
	office, owner := backoffice.Desk{Office: b.Office}, b.Caller("owner")
	own := b.Shop.Policies[0].Lead
	own.ClaimsPerDay = 1
	_, err := office.OpenPolicy(b.t.Context(), owner,
		backoffice.OpenPolicy{ID: "own", PolicyDetails: backoffice.PolicyDetails{Lead: own}})
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := office.ChangeBranch(b.t.Context(), owner, app.At(seed.Hangzhou, "", 1),
		func(in backoffice.BranchDetails) (backoffice.BranchDetails, error) {
			in.Policy = "own"
			return in, nil
		}); err != nil {
		b.t.Fatal(err)
	}
	b.Office.Store = b.Open(b.t) // one that has not read the shop yet
	by := b.Caller(name)
	by.Branches = []string{seed.Shanghai, seed.Hangzhou}
	return by
}
