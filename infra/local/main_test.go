package main

import (
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/staff"
)

// TestATokenIsOfSomebodyWhoWorksHere: a slip in the role's name gives the names there are, and makes no key.
func TestATokenIsOfSomebodyWhoWorksHere(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"boss", "Manager", "manager ", "local|manager", "sales-9"} {
		err := token(t.Context(), []string{"-dir", dir, name})
		if err == nil || !strings.Contains(err.Error(), "manager, sales, sales-2") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, role := range staff.Roles {
		if !seed.Has(string(role)) {
			t.Errorf("nobody is a %s", role)
		}
	}
	if err := token(t.Context(), []string{"-dir", dir, "sales-hangzhou"}); err != nil {
		t.Error(err)
	}
}
