package backoffice_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

func newcomer() backoffice.StaffDetails {
	return backoffice.StaffDetails{Subject: "local|newcomer", Name: "周敏", Email: "zhou@lanyin.example",
		Phone: "138 0013 8000", Lang: "zh", Roles: []string{"sales"}, Branches: []string{seed.Shanghai}}
}

func TestStaff(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, manager, ctx := backoffice.Desk{Office: b.Office}, b.Caller("manager"), t.Context()
	beyond, far := newcomer(), newcomer()
	beyond.Roles, far.Branches = []string{"finance"}, []string{seed.Hangzhou}
	open := func(by app.Caller, in backoffice.StaffDetails) func() error {
		return func() error { return failed(d.OpenStaff(ctx, by, in)) }
	}
	refuses(b,
		refusal{fault.Forbidden, "a newcomer by sales", open(b.Caller("sales"), newcomer())},
		refusal{fault.Forbidden, "a role that is an owner's gift", open(manager, beyond)},
		refusal{fault.Forbidden, "a newcomer for another branch", open(manager, far)},
	)
	p, err := d.OpenStaff(ctx, manager, newcomer())
	if err != nil || p.Phone != "+8613800138000" || p.Version != 1 || p.ID == "" {
		t.Fatalf("%+v, %v", p, err)
	}
	at, renamed := app.At(p.ID, "", 1), edited(func(in *backoffice.StaffDetails) { in.Name = "周晓敏" })
	after, err := d.ChangeStaff(ctx, manager, at, renamed)
	if err != nil || after.Name != "周晓敏" || after.OpenItems != nil {
		t.Fatalf("%+v, %v", after, err)
	}
	change := func(by string, at app.Record, edit app.Edit[backoffice.StaffDetails]) func() error {
		return func() error { return failed(d.ChangeStaff(ctx, b.Caller(by), at, edit)) }
	}
	now := app.At(p.ID, "", 2)
	refuses(b,
		refusal{fault.Stale, "a version that is over", change("manager", at, renamed)},
		refusal{fault.Forbidden, "a change by a colleague", change("sales", now, renamed)},
		refusal{fault.NotFound, "a change from another branch", change("manager-hangzhou", now, renamed)},
		refusal{fault.NotFound, "a change of no person", change("owner", app.At("stf_1", "", 1), renamed)},
		refusal{fault.Unreadable, "what the door cannot read", change("manager", now, unread[backoffice.StaffDetails])},
	)
	for who, phone := range map[string]string{"sales": "", "manager": "+8613800138000"} {
		if read, err := d.StaffMember(ctx, b.Caller(who), now); err != nil || read.Name != "周晓敏" || read.Phone != phone {
			t.Errorf("%s reads %+v, %v", who, read, err)
		}
	}
	for who, kind := range map[string]fault.Kind{"sales-hangzhou": fault.NotFound, "integration": fault.Forbidden} {
		b.Refuses(kind, "reading by "+who, func() error { return failed(d.StaffMember(ctx, b.Caller(who), now)) })
	}
}

func TestStaffLists(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := backoffice.Desk{Office: b.Office}
	for _, c := range []struct {
		who  string
		q    backoffice.StaffQuery
		want int
	}{
		{"owner", backoffice.StaffQuery{}, 13},
		{"owner", backoffice.StaffQuery{Branch: seed.Hangzhou}, 3},
		{"sales", backoffice.StaffQuery{Role: "sales"}, 3},
		{"sales-hangzhou", backoffice.StaffQuery{}, 4}, // with the owner, who is of the head office
	} {
		page, err := d.Staff(t.Context(), b.Caller(c.who), c.q)
		if err != nil || len(page.Items) != c.want {
			t.Errorf("%s %+v: %d people, %v, want %d", c.who, c.q, len(page.Items), err, c.want)
		}
	}
	b.Refuses(fault.NotFound, "the people of another branch", func() error {
		return failed(d.Staff(t.Context(), b.Caller("sales"), backoffice.StaffQuery{Branch: seed.Hangzhou}))
	})
	me, err := d.Me(t.Context(), b.Caller("finance"))
	if err != nil || me.ID != seed.StaffID(9) || !slices.Contains(me.Actions, permission.ApproveComplaint) ||
		slices.Contains(me.Actions, permission.ChangeStaff) {
		t.Errorf("%+v, %v", me, err)
	}
}

// The answer about a person who leaves says what stays behind.
func TestALeaverLeavesWork(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d := backoffice.Desk{Office: b.Office}
	storetest.OpenTask(t, b.Bench, 2, task.Draft{})
	after, err := d.ChangeStaff(t.Context(), b.Caller("owner"), app.At(seed.StaffID(2), "", 1),
		edited(func(in *backoffice.StaffDetails) { in.LeavesAt = new(storetest.Began.Add(48 * time.Hour)) }))
	if err != nil || after.OpenItems == nil || *after.OpenItems != 1 ||
		!slices.Equal(after.Manages, []string{seed.Shanghai}) {
		t.Errorf("%+v, %v", after, err)
	}
}

// A refusal shows a person no further than the caller may see them.
func TestAStaleOwnerIsVeiled(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner := backoffice.Desk{Office: b.Office}, b.Caller("owner").ID
	_, err := d.ChangeStaff(t.Context(), b.Caller("manager"), app.At(owner, "", 99),
		func(in backoffice.StaffDetails) (backoffice.StaffDetails, error) { return in, nil })
	var refusal *fault.Error
	if !errors.As(err, &refusal) || refusal.Kind != fault.Stale {
		t.Fatal(err)
	}
	if shown, of := refusal.Record.(staff.Staff); !of || shown.ID != owner || shown.Subject != "" {
		t.Errorf("%+v", refusal.Record)
	}
}

// Signing out everywhere is a colleague's own matter. A change of their record keeps it.
func TestEndSessions(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, sales, ctx := backoffice.Desk{Office: b.Office}, b.Caller("sales"), t.Context()
	refuses(b, refusal{fault.Forbidden, "a system", func() error { return d.EndSessions(ctx, b.Caller("integration")) }})
	before := b.Clock.Now()
	if err := d.EndSessions(ctx, sales); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ChangeStaff(ctx, b.Caller("manager"), app.At(sales.ID, "", 2),
		edited(func(in *backoffice.StaffDetails) { in.Name = "陈立立" })); err != nil {
		t.Fatal(err)
	}
	me, err := d.StaffMember(ctx, sales, app.At(sales.ID, "", 0))
	if err != nil || me.Version != 3 || me.SessionsSince == nil || !me.SessionsSince.After(before) {
		t.Errorf("%+v, %v", me, err)
	}
	if colleague, err := d.StaffMember(ctx, b.Caller("sales-2"), app.At(sales.ID, "", 0)); err != nil ||
		colleague.SessionsSince != nil {
		t.Errorf("a colleague reads %+v, %v", colleague, err)
	}
	for began, kind := range map[time.Time]fault.Kind{before: fault.Unauthenticated, b.Clock.Now(): ""} {
		if _, err := b.Store.Session(ctx, me.Subject, began); err != nil && fault.KindOf(err) != kind ||
			err == nil && kind != "" {
			t.Errorf("a session from %s: %v, want %q", began, err, kind)
		}
	}
}
