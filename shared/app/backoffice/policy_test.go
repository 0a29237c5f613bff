package backoffice_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

func TestPolicies(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner, ctx := backoffice.Desk{Office: b.Office}, b.Caller("owner"), t.Context()
	standard := setup.StandardPolicy()
	in := backoffice.OpenPolicy{ID: "strict", PolicyDetails: backoffice.PolicyDetails{Lead: standard.Lead}}
	open := func(by string) func() error {
		return func() error { return failed(d.OpenPolicy(ctx, b.Caller(by), in)) }
	}
	b.Refuses(fault.Forbidden, "a policy by a manager", open("manager"))
	if made, err := d.OpenPolicy(ctx, owner, in); err != nil || made.Ref() != "strict@1" {
		t.Fatalf("%+v, %v", made, err)
	}
	at, faster := app.At(in.ID, "", 1), edited(func(in *backoffice.PolicyDetails) { in.Lead.FirstContact = 60 })
	if changed, err := d.ChangePolicy(ctx, owner, at, faster); err != nil || changed.Lead.FirstContact != 60 {
		t.Fatalf("%+v, %v", changed, err)
	}
	change := func(by string, at app.Record, edit app.Edit[backoffice.PolicyDetails]) func() error {
		return func() error { return failed(d.ChangePolicy(ctx, b.Caller(by), at, edit)) }
	}
	refuses(b,
		refusal{fault.Invalid, "an id that is taken", open("owner")},
		refusal{fault.Stale, "a version that is over", change("owner", at, faster)},
		refusal{fault.Forbidden, "a change by a manager", change("manager", app.At(in.ID, "", 2), faster)},
		refusal{fault.NotFound, "a change of no policy", change("owner", app.At("nowhere", "", 1), faster)},
		refusal{fault.Unreadable, "what the door cannot read",
			change("owner", app.At(in.ID, "", 2), unread[backoffice.PolicyDetails])},
	)
	if read, err := d.Policy(ctx, b.Caller("sales"), at); err != nil || read.Version != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	if page, err := d.Policies(ctx, b.Caller("sales")); err != nil || len(page.Items) != 2 {
		t.Errorf("%+v, %v", page, err)
	}
}

// What a policy said in a version can be read, under the one spelling of its number.
func TestPolicyVersions(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner, sales, ctx := backoffice.Desk{Office: b.Office}, b.Caller("owner"), b.Caller("sales"), t.Context()
	for version := int64(1); version <= 2; version++ {
		later := edited(func(in *backoffice.PolicyDetails) { in.Lead.FirstContact = 100 * version })
		if _, err := d.ChangePolicy(ctx, owner, app.At("standard", "", version), later); err != nil {
			t.Fatal(err)
		}
	}
	first, err := d.PolicyVersions(ctx, sales, app.At("standard", "", 0), app.Paging{Limit: 2})
	if err != nil || len(first.Items) != 2 || first.Items[0].Version != 3 || first.Next == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	rest := app.Paging{Limit: 2, Cursor: *first.Next}
	last, err := d.PolicyVersions(ctx, sales, app.At("standard", "", 0), rest)
	if err != nil || len(last.Items) != 1 || last.Items[0].Version != 1 {
		t.Errorf("%+v, %v", last, err)
	}
	if said, err := d.PolicyVersion(ctx, sales, app.At("standard", "2", 0)); err != nil || said.Lead.FirstContact != 100 {
		t.Errorf("%+v, %v", said, err)
	}
	for _, part := range []string{"", "0", "4", "02", "+2", "x", "4294967298"} {
		b.Refuses(fault.NotFound, "version "+part, func() error {
			return failed(d.PolicyVersion(ctx, sales, app.At("standard", part, 0)))
		})
	}
	refuses(b,
		refusal{fault.NotFound, "the versions of no policy", func() error {
			return failed(d.PolicyVersions(ctx, sales, app.At("nowhere", "", 0), app.Paging{Limit: 2}))
		}},
		refusal{fault.Unreadable, "the cursor of a colleague", func() error {
			return failed(d.PolicyVersions(ctx, owner, app.At("standard", "", 0), rest))
		}},
		refusal{fault.Forbidden, "a machine", func() error {
			return failed(d.PolicyVersion(ctx, b.Caller("integration"), app.At("standard", "1", 0)))
		}},
	)
}
