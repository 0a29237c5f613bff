package backoffice_test

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestBranches(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner, manager := backoffice.Desk{Office: b.Office}, b.Caller("owner"), b.Caller("manager")
	in := backoffice.OpenBranch{ID: "suzhou", BranchDetails: backoffice.BranchDetails{
		Name: words.Text{Zh: "苏州分店", En: "Suzhou"}, Phone: "+86 512 8800 1188", Calendar: seed.Shanghai,
		Policy: "standard", Manager: seed.StaffID(2)}}
	b.Refuses(fault.Forbidden, "a branch by a manager", func() error {
		_, err := d.OpenBranch(t.Context(), manager, in)
		return err
	})
	made, err := d.OpenBranch(t.Context(), owner, in)
	if err != nil || made.Phone != "+8651288001188" || made.Version != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	at := app.At("suzhou", "", 1)
	rename := func(in backoffice.BranchDetails) (backoffice.BranchDetails, error) {
		in.Name.En = "Suzhou East"
		return in, nil
	}
	if changed, err := d.ChangeBranch(t.Context(), owner, at, rename); err != nil || changed.Name.En != "Suzhou East" {
		t.Fatalf("%+v, %v", changed, err)
	}
	b.Refuses(fault.Stale, "a change of a version that is over", func() error {
		_, err := d.ChangeBranch(t.Context(), owner, at, rename)
		return err
	})
	b.Refuses(fault.NotFound, "a change of no branch", func() error {
		_, err := d.ChangeBranch(t.Context(), owner, app.At("nowhere", "", 1), rename)
		return err
	})
	if read, err := d.Branch(t.Context(), manager, at); err != nil || read.Version != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	if page, err := d.Branches(t.Context(), manager); err != nil || len(page.Items) < 2 {
		t.Errorf("%+v, %v", page, err)
	}
}
