package form_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// The task about what is held goes to somebody who may decide on it and is there, in the time of the shop's tasks.
func TestHeld(t *testing.T) {
	t.Parallel()
	f := form.Form{ID: "contact", Title: words.Text{Zh: "联系我们", En: "Contact us"}}
	sub := form.Submission{ID: "sub_1", Form: f.ID, Branch: "shanghai"}.Quarantine(form.SuspectTrap)
	for want, gone := range map[string][]string{"stf_m": nil, "stf_o": {"stf_m"}, "": {"stf_m", "stf_o"}} {
		shop := crmtest.Shop()
		shop.Staff = append(shop.Staff, staff.Staff{ID: "stf_o", Subject: "o", Name: "o", Roles: []staff.Role{staff.Owner},
			Branches: []string{"shanghai"}, HeadOffice: true})
		terms, err := shop.Terms(sub.Branch)
		if err != nil {
			t.Fatal(err)
		}
		left := crmtest.Tuesday.Add(-time.Hour)
		for i, p := range shop.Staff {
			if slices.Contains(gone, p.ID) {
				shop.Staff[i].LeavesAt = &left
			}
		}
		tsk, e, ok := sub.Held("tsk_1", f, shop.Roster, terms.Task(), crmtest.Tuesday)
		if ok != (want != "") || tsk.Owner != want {
			t.Errorf("%q goes to %q, %v", gone, tsk.Owner, ok)
		}
		if !ok {
			continue
		}
		owner, _ := shop.Person(want)
		if !tsk.ByPolicy || !tsk.Due.After(crmtest.Tuesday) || tsk.About != sub.ID || e.Record != tsk.ID ||
			!strings.Contains(tsk.Title, f.Title.In(owner.Lang)) ||
			!strings.Contains(tsk.Text, sub.Why().In(owner.Lang)) {
			t.Errorf("%+v", tsk)
		}
	}
	ends := crmtest.Tuesday.Add(12 * time.Hour)
	known := map[string]bool{}
	for _, id := range []string{form.HeldTask("contact", ends, 0), form.HeldTask("contact", ends, 1),
		form.HeldTask("quote", ends, 0), form.HeldTask("contact", ends.Add(24*time.Hour), 0)} {
		known[id] = true
	}
	if len(known) != 4 || !known[form.HeldTask("contact", ends, 0)] {
		t.Errorf("%v", known)
	}
}
