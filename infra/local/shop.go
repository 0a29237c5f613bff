package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"afterpress/infra/establish/shopfile"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/infra/operator"
	"afterpress/shared/boot"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/table"
)

// shopOf gives a store its shop when the stack starts: that of the file, or the seeded one where no file is named. What
// is there already stays.
func shopOf(file string) (func(context.Context, *stack.Stack) error, error) {
	if file == "" {
		return func(ctx context.Context, s *stack.Stack) error {
			in, err := storeOf(s)
			if err != nil {
				return err
			}
			return seeded(ctx, in)
		}, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, s *stack.Stack) error {
		in, err := storeOf(s)
		if err == nil {
			err = own(ctx, in, text)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		return os.WriteFile(ownShop(s.Dir), nil, 0o644)
	}, nil
}

// own gives the store the shop that the text of a file describes, and prints what came of each entry.
func own(ctx context.Context, in *store.Store, text []byte) error {
	there, err := in.ShopNow(ctx)
	if err != nil {
		return err
	}
	if isSeeded(there) {
		return errors.New("this folder has the seeded shop already; add FRESH=1 to begin with yours")
	}
	return shopfile.Establish(ctx, in, text, time.Now(), os.Stdout)
}

// seeded gives the store the seeded shop, unless it has another one.
func seeded(ctx context.Context, in *store.Store) error {
	there, err := in.ShopNow(ctx)
	if err != nil || len(there.Staff) > 0 && !isSeeded(there) {
		return err
	}
	return in.Establish(ctx, seed.Shop(time.Now()))
}

func isSeeded(shop setup.Shop) bool {
	_, found := shop.Person(seed.StaffID(1))
	return found
}

// ownShop is a file that is there while the stack of the folder has a shop of its own.
func ownShop(dir string) string { return filepath.Join(dir, "data", "own-shop") }

// storeOf is the store of a stack that starts.
func storeOf(s *stack.Stack) (*store.Store, error) {
	ring, err := stack.Ring(s.Dir)
	if err != nil {
		return nil, err
	}
	return store.New(table.Config{DB: s.DynamoDBClient(), Ring: ring, NewID: boot.NewID, Now: time.Now,
		Tables: table.Tables{Records: "Records", Events: "Events", Messages: "Messages"}})
}

// begin is where a person tries the stack first: a form of its shop, and the role of somebody who sees the leads.
func begin(ctx context.Context, s *stack.Stack) (form, role string, err error) {
	in, err := storeOf(s)
	if err != nil {
		return "", "", err
	}
	shop, err := in.ShopNow(ctx)
	if err != nil {
		return "", "", err
	}
	form, role = firstSteps(shop, time.Now())
	return form, role, nil
}

// firstSteps are the form for quotations or the first one that is open, and manager or, where nobody is one, owner.
func firstSteps(shop setup.Shop, now time.Time) (form, role string) {
	for _, f := range shop.Forms {
		if !f.Closed && (form == "" || f.ID == seed.Quote) {
			form = f.ID
		}
	}
	if _, err := subjectIn(shop, string(staff.Manager), now); err != nil {
		return form, string(staff.Owner)
	}
	return form, string(staff.Manager)
}

// subjectOf is the sign-in account of a person of the stack's shop. In the seeded shop people have names, such as
// sales-2.
func subjectOf(ctx context.Context, dir, who string) (string, error) {
	if _, err := os.Stat(ownShop(dir)); err == nil {
		in, err := operator.Store(ctx, dir)
		if err != nil {
			return "", err
		}
		shop, err := in.ShopNow(ctx)
		if err != nil {
			return "", fmt.Errorf("start the stack first (make dev): %w", err)
		}
		return subjectIn(shop, who, time.Now())
	}
	if !seed.Has(who) {
		return "", nobody(who, seed.Names())
	}
	return seed.Subject(who), nil
}

// subjectIn is the sign-in account of the first person who works in the shop and has the role, or the account itself.
func subjectIn(shop setup.Shop, who string, now time.Time) (string, error) {
	var accounts []string
	for _, p := range shop.Staff {
		if !p.Employed(now) {
			continue
		}
		if p.Subject == who || p.Has(staff.Role(who)) {
			return p.Subject, nil
		}
		accounts = append(accounts, p.Subject)
	}
	return "", nobody(who, accounts)
}

func nobody(who string, names []string) error {
	return fmt.Errorf("nobody here is called %q. Choose one of %s", who, strings.Join(names, ", "))
}
