package firm_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/staff"
)

// TestHeadOffice: what belongs to no branch goes to the branch of the first owner who sees every branch.
func TestHeadOffice(t *testing.T) {
	t.Parallel()
	left := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	owner := func(head bool, branches ...string) staff.Staff {
		return staff.Staff{Roles: []staff.Role{staff.Owner}, HeadOffice: head, Branches: branches}
	}
	gone := owner(true, "hangzhou")
	gone.LeavesAt = &left
	all, other := owner(true, "shanghai", "hangzhou"), owner(true, "suzhou")
	clerk := staff.Staff{Roles: []staff.Role{staff.Finance}, HeadOffice: true, Branches: []string{"suzhou"}}
	for name, c := range map[string]struct {
		staff []staff.Staff
		want  string
	}{
		"nobody":                     {nil, "hangzhou"},
		"the owner of one branch":    {[]staff.Staff{owner(false, "suzhou")}, "hangzhou"},
		"the owner of all":           {[]staff.Staff{clerk, all, other}, "shanghai"},
		"one who leaves":             {[]staff.Staff{gone, owner(true, "suzhou")}, "suzhou"},
		"a branch that is not there": {[]staff.Staff{owner(true, "ningbo", "suzhou")}, "suzhou"},
		"an owner without a branch":  {[]staff.Staff{owner(true)}, "hangzhou"},
	} {
		roster := firm.Roster{Staff: c.staff, Branches: []firm.Branch{{ID: "hangzhou"}, {ID: "shanghai"}, {ID: "suzhou"}}}
		if got, ok := roster.HeadOffice(); !ok || got.ID != c.want {
			t.Errorf("%s: %q, %v", name, got.ID, ok)
		}
	}
	if _, ok := (firm.Roster{Staff: []staff.Staff{owner(true, "shanghai")}}).HeadOffice(); ok {
		t.Error("a shop without branches has a head office")
	}
}
