package api

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// TestUseCasesAskPermissionFirst calls the use case of each route past the door, as each role and without one, on a
// server without a store. The use case refuses whom the table refuses, so it asks before it reads anything, and asks
// for the action of its route. With the others it gets as far as the store that is not there.
func TestUseCasesAskPermissionFirst(t *testing.T) {
	t.Parallel()
	callers := [][]staff.Role{nil}
	for _, role := range staff.Roles {
		callers = append(callers, []staff.Role{role})
	}
	tried := 0
	for _, r := range (&Server{}).table() {
		if r.Action == permission.Public {
			continue
		}
		if r.try == nil {
			t.Errorf("%s is answered by no use case", r.Pattern)
			continue
		}
		tried++
		for _, roles := range callers {
			by := app.Caller{Actor: staff.Actor{ID: "stf_1", Roles: roles}, Lang: words.En}
			table, use := permission.Permit(by.Actor, r.Action), forbids(t, r, by)
			if use != (table != nil) {
				t.Errorf("%s as %v: forbidden by its use case %t, by the table %v", r.Pattern, roles, use, table)
			}
		}
	}
	if tried == 0 {
		t.Error("no route has a use case")
	}
}

// forbids reports whether the use case of a route forbids it to the caller. A panic for want of a
// store, and every other end, says that it does not.
func forbids(t *testing.T, r route, by app.Caller) (forbidden bool) {
	t.Helper()
	defer func() {
		if cause := recover(); cause != nil {
			forbidden = false
		}
	}()
	return fault.KindOf(r.try(t.Context(), by)) == fault.Forbidden
}
