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
