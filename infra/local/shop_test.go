package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// TestAShopOfOnesOwn: a store gets the shop of the file or the seeded one, and never both.
func TestAShopOfOnesOwn(t *testing.T) {
	text, err := os.ReadFile("../establish/shop.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b := storetest.Empty(t)
	for range 2 { // the next start finds it there
		if err := own(t.Context(), b.Open(t), text); err != nil {
			t.Fatal(err)
		}
		if err := seeded(t.Context(), b.Open(t)); err != nil { // a start that names no file
			t.Fatal(err)
		}
	}
	shop, err := b.Open(t).ShopNow(t.Context())
	if err != nil || len(shop.Staff) == 0 || isSeeded(shop) {
		t.Fatalf("%d people, %v", len(shop.Staff), err)
	}
	owner, err := subjectIn(shop, string(staff.Owner), b.Clock.Now())
	if by, _ := b.Open(t).Actor(t.Context(), owner); err != nil || !by.HeadOffice {
		t.Errorf("the owner is %q, %v", owner, err)
	}
	if same, err := subjectIn(shop, owner, b.Clock.Now()); err != nil || same != owner {
		t.Errorf("%q, %v", same, err)
	}
	if _, err := subjectIn(shop, "boss", b.Clock.Now()); err == nil || !strings.Contains(err.Error(), owner) {
		t.Error(err)
	}
	if form, role := firstSteps(shop, b.Clock.Now()); form != "contact" || role != "manager" {
		t.Errorf("a person begins at %q as %q", form, role)
	}
	if form, role := firstSteps(seed.Shop(b.Clock.Now()), b.Clock.Now()); form != seed.Quote || role != "manager" {
		t.Errorf("a person begins at %q as %q in the seeded shop", form, role)
	}
	if err := own(t.Context(), b.Open(t), []byte("company: {}\n")); err == nil {
		t.Error("a file with mistakes is taken")
	}

	full := storetest.New(t)
	before := full.State()
	if err := own(t.Context(), full.Open(t), text); err == nil || !strings.Contains(err.Error(), "FRESH=1") ||
		full.State() != before {
		t.Errorf("the seeded shop gets a second owner: %v", err)
	}
}

// TestTheFileIsReadFirst: a file that is not there stops the start before anything runs.
func TestTheFileIsReadFirst(t *testing.T) {
	if _, err := shopOf(filepath.Join(t.TempDir(), "none.yaml")); !os.IsNotExist(err) {
		t.Error(err)
	}
	if give, err := shopOf(""); err != nil || give == nil || !seed.Has("owner") {
		t.Error(err)
	}
}
