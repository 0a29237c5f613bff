package backoffice_test

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// edited is an edit that changes the entry and refuses nothing.
func edited[T any](change func(*T)) app.Edit[T] {
	return func(entry T) (T, error) {
		change(&entry)
		return entry, nil
	}
}

// unread is the edit of a door that could not read what was sent.
func unread[T any](entry T) (T, error) {
	return entry, fault.Fail(fault.Unreadable, "无法读取。", "Unreadable.")
}

// refusal is a call that has to be refused.
type refusal struct {
	kind fault.Kind
	what string
	try  func() error
}

// refuses makes each call, and fails the test where one is not refused or changes something.
func refuses(b *apptest.Bench, calls ...refusal) {
	for _, c := range calls {
		b.Refuses(c.kind, c.what, c.try)
	}
}

// failed is the error of a use case without what it returns beside it.
func failed[T any](_ T, err error) error { return err }

// The door knows the caller by a cache. The set-up as it is now decides.
func TestTheSetUpAsItIsDecides(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := backoffice.Desk{Office: b.Office}
	lost, gone := b.Caller("sales"), b.Caller("owner")
	lost.Roles = []staff.Role{staff.Owner} // until a moment ago
	gone.ID = seed.StaffID(99)
	at := app.At(seed.Shanghai, "", 1)
	call := edited(func(in *backoffice.BranchDetails) { in.Phone = "+862150801199" })
	for who, by := range map[string]app.Caller{"a former owner": lost, "a person who is not there": gone} {
		b.Refuses(fault.Forbidden, who, func() error { return failed(d.ChangeBranch(t.Context(), by, at, call)) })
	}
}

// A change in place names the version that was read, and so does a removal. No door has to see to it.
func TestASetUpIsChangedInANamedVersion(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, ctx, owner := backoffice.Desk{Office: b.Office}, t.Context(), b.Caller("owner")
	at := func(id string) app.Record { return app.At(id, "", 0) }
	refuses(b,
		refusal{fault.Unversioned, "a branch", func() error {
			return failed(d.ChangeBranch(ctx, owner, at(seed.Shanghai), edited(func(*backoffice.BranchDetails) {})))
		}},
		refusal{fault.Unversioned, "a calendar", func() error {
			return failed(d.ChangeCalendar(ctx, owner, at(seed.Shanghai), edited(func(*backoffice.ChangeCalendar) {})))
		}},
		refusal{fault.Unversioned, "a policy", func() error {
			return failed(d.ChangePolicy(ctx, owner, at(b.Shop.Policies[0].ID), edited(func(*backoffice.PolicyDetails) {})))
		}},
		refusal{fault.Unversioned, "a category", func() error {
			return failed(d.ChangeCategory(ctx, owner, at("agent"), edited(func(*backoffice.CategoryEntry) {})))
		}},
		refusal{fault.Unversioned, "a person", func() error {
			return failed(d.ChangeStaff(ctx, owner, at(seed.StaffID(2)), edited(func(*backoffice.StaffDetails) {})))
		}},
		refusal{fault.Unversioned, "a form", func() error {
			return failed(d.ChangeForm(ctx, owner, at(seed.Contact), edited(func(*backoffice.FormDefinition) {})))
		}},
		refusal{fault.Unversioned, "a form to close", func() error { return d.CloseForm(ctx, owner, at(seed.Contact)) }})
}
