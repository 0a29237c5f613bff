package company_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// change reshapes a person of the set-up as it is now.
func change(t *testing.T, b *storetest.Bench, id string, edit func(*staff.Staff)) setup.StaffChange {
	t.Helper()
	shop, err := b.ShopNow(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before, _ := shop.Person(id)
	owner, _ := shop.Subject(seed.Subject("owner"), b.Clock.Now())
	next := before
	edit(&next)
	c, err := setup.ReshapeStaff(before, next, staff.ActorOf(owner), shop, b.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestASignInAccountHasOneOwner(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	moves := func(n int, subject string) setup.StaffChange {
		return change(t, b, seed.StaffID(n), func(p *staff.Staff) { p.Subject = subject })
	}
	// Both read the set-up before either writes, so that only the claim can tell them apart.
	first, second := moves(3, "local|wanted"), moves(4, "local|wanted")
	if err := b.SaveStaff(ctx, first); err != nil {
		t.Fatal(err)
	}
	before := b.State()
	if err := b.SaveStaff(ctx, second); fault.KindOf(err) != fault.Invalid || b.State() != before {
		t.Fatalf("%v", err)
	}
	// the same change again
	if err := b.SaveStaff(ctx, first); fault.KindOf(err) != fault.Conflict || b.State() != before {
		t.Fatalf("%v", err)
	}
	if who, err := b.Actor(ctx, "local|wanted"); err != nil || who.ID != seed.StaffID(3) {
		t.Errorf("%+v %v", who, err)
	}
	if _, err := b.Actor(ctx, seed.Subject("sales")); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the old account still signs in: %v", err)
	}
	if err := b.SaveStaff(ctx, moves(4, seed.Subject("sales"))); err != nil { // which is free now
		t.Errorf("%v", err)
	}
	if n := b.Count(t, b.Tables.Records, "CLAIM#subject#"); n != len(b.Shop.Staff) {
		t.Errorf("%d accounts are claimed by %d people", n, len(b.Shop.Staff))
	}
}

func TestAnEstablishedPersonKeepsTheAccount(t *testing.T) {
	b := storetest.New(t)
	before := b.State()
	thief := b.Shop.Staff[2]
	thief.ID = storetest.NewID("stf")
	if err := b.Establish(t.Context(), setup.Shop{Roster: firm.Roster{Staff: []staff.Staff{thief}}}); err == nil ||
		b.State() != before {
		t.Errorf("%v", err)
	}
	if err := b.Establish(t.Context(), b.Shop); err != nil || b.State() != before {
		t.Errorf("%v", err)
	}
}

func TestOneOfManyWritersOfTheSetUp(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	by, now := staff.Actor{ID: "stf_o", Roles: []staff.Role{staff.Owner}}, b.Clock.Now()
	calendar, _ := b.Shop.Calendar(seed.Shanghai)
	branch, _ := b.Shop.Branch(seed.Shanghai)
	policy, _ := b.Shop.Policy("standard")
	for name, write := range map[string]func(context.Context) error{
		"calendar": func(ctx context.Context) error {
			to := calendar
			to.Name.En = "Changed"
			next, event, err := setup.ReshapeCalendar(calendar, to, by, b.Shop, now)
			if err != nil {
				return err
			}
			return b.SaveCalendar(ctx, next, event)
		},
		"branch": func(ctx context.Context) error {
			to := branch
			to.Name.En = "Changed"
			next, event, err := setup.ReshapeBranch(branch, to, by, b.Shop, now)
			if err != nil {
				return err
			}
			return b.SaveBranch(ctx, next, event)
		},
		"policy": func(ctx context.Context) error {
			to := policy
			to.Preference.StaleDays = 100
			next, event, err := policy.Reshape(to, by, b.Shop, now)
			if err != nil {
				return err
			}
			return b.SavePolicy(ctx, policy, next, event)
		},
		"staff": func() func(context.Context) error {
			c := change(t, b, seed.StaffID(5), func(p *staff.Staff) { p.Lang = words.En })
			return func(ctx context.Context) error { return b.SaveStaff(ctx, c) }
		}(),
	} {
		kinds := make([]fault.Kind, 8)
		var all sync.WaitGroup
		for i := range kinds {
			all.Go(func() {
				if err := storetest.Patient(func() error { return write(t.Context()) }); err != nil {
					kinds[i] = fault.KindOf(err)
				}
			})
		}
		all.Wait()
		done := 0
		for _, kind := range kinds {
			if kind == "" {
				done++
			} else if kind != fault.Conflict {
				t.Errorf("%s: %s", name, kind)
			}
		}
		if done != 1 {
			t.Errorf("%s: %d writers were let in", name, done)
		}
	}
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#"); n != 4 {
		t.Errorf("%d events", n)
	}
}

// TestTheWriterSeesTheChangeAtOnce, and another process within 30 seconds.
func TestTheWriterSeesTheChangeAtOnce(t *testing.T) {
	b := storetest.New(t)
	other := b.Open(t)
	lang := func(shop setup.Shop, err error) words.Lang {
		if err != nil {
			t.Fatal(err)
		}
		p, _ := shop.Person(seed.StaffID(3))
		return p.Lang
	}
	lang(b.Store.Shop(t.Context()))
	lang(other.Shop(t.Context()))
	if err := b.SaveStaff(t.Context(),
		change(t, b, seed.StaffID(3), func(p *staff.Staff) { p.Lang = words.En })); err != nil {
		t.Fatal(err)
	}
	if here, there := lang(b.Store.Shop(t.Context())), lang(other.Shop(t.Context())); here != words.En ||
		there != words.Zh {
		t.Errorf("%s here, %s there", here, there)
	}
	b.Clock.Advance(30 * time.Second)
	if there := lang(other.Shop(t.Context())); there != words.En {
		t.Errorf("%s after 30 s", there)
	}
}
