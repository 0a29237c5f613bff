package frontdesk_test

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

// reception is a front desk on a store of its own. It reads submissions in JSON.
func reception(t *testing.T) (*apptest.Bench, frontdesk.Desk) {
	t.Helper()
	b := apptest.New(t, storetest.New)
	return b, frontdesk.Desk{Office: b.Office, Read: readJSON}
}

func readJSON(sub form.Submission) (in frontdesk.Handed, _ error) {
	if err := json.Unmarshal([]byte(sub.Body), &in.Enquiry); err != nil {
		return in, fault.Fail(fault.Unreadable, "无法读取", "unreadable").Because(err)
	}
	return in, nil
}

// attempt is a use case about a record, with an input that would do.
type attempt func(context.Context, app.Caller, app.Record) (any, error)

func reads[T any](use func(context.Context, app.Caller, app.Record) (T, error)) attempt {
	return func(ctx context.Context, by app.Caller, at app.Record) (any, error) { return use(ctx, by, at) }
}

func does[In, T any](use func(context.Context, app.Caller, app.Record, In) (T, error), in In) attempt {
	return func(ctx context.Context, by app.Caller, at app.Record) (any, error) { return use(ctx, by, at, in) }
}

func removes(use func(context.Context, app.Caller, app.Record) error) attempt {
	return func(ctx context.Context, by app.Caller, at app.Record) (any, error) { return nil, use(ctx, by, at) }
}

// opens makes an attempt of a use case that is about no record yet.
func opens[In, T any](use func(context.Context, app.Caller, In) (T, error), in In) attempt {
	return func(ctx context.Context, by app.Caller, _ app.Record) (any, error) { return use(ctx, by, in) }
}

// trial says whom a use case about a record refuses.
type trial struct {
	what      string
	use       attempt
	forbidden string // lacks the permission, which is asked before the record is looked for
	elsewhere string // works in another branch
	may       string // may do it, in the current version alone; empty: it asks for no version
}

func refuse(t *testing.T, b *apptest.Bench, of app.Record, trials ...trial) {
	t.Helper()
	for _, try := range trials {
		calls := func(who string, of app.Record) func() error {
			return func() error {
				_, err := try.use(t.Context(), b.Caller(who), of)
				return err
			}
		}
		b.Refuses(fault.Forbidden, try.what+" by "+try.forbidden, calls(try.forbidden, app.At("none", "none", 0)))
		b.Refuses(fault.NotFound, try.what+" by "+try.elsewhere, calls(try.elsewhere, of))
		if try.may != "" {
			b.Refuses(fault.Stale, try.what+" in a version that is over", calls(try.may, app.At(of.ID, of.Part, 99)))
		}
	}
}

// done is what a use case returns. It fails the test unless a repeat of the request would get the same.
func done[T any](t *testing.T, use attempt, by app.Caller, of app.Record) T {
	t.Helper()
	ctx, kept := apptest.Receipt(t)
	got, err := use(ctx, by, of)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, kept()) {
		t.Errorf("a repeat gets %+v, at first %+v", kept(), got)
	}
	return got.(T)
}

// at is a record of which the caller names no version.
func at(id string) app.Record { return app.At(id, "", 0) }

// page is a page of the usual length.
var page = app.Paging{Limit: 25}

// A change in place names the version that was read, and so does a removal. No door has to see to it.
func TestCustomersAreChangedInANamedVersion(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	manager := b.Caller("manager")
	c, contact := b.Customer()
	ink := frontdesk.PreferenceEntry{Kind: "ink", Value: "Pantone 185 C", Source: "staff"}
	p := done[frontdesk.Preference](t, does(d.AddPreference, ink), manager, at(c.ID))
	for what, try := range map[string]struct {
		use attempt
		of  app.Record
	}{
		"a customer":               {does(d.ChangeCustomer, same[frontdesk.CustomerEntry]), at(c.ID)},
		"a customer to archive":    {removes(d.ArchiveCustomer), at(c.ID)},
		"a contact":                {does(d.ChangeContact, same[frontdesk.ContactDefinition]), at(contact.ID)},
		"a contact who has left":   {removes(d.ContactLeft), at(contact.ID)},
		"a preference":             {does(d.ChangePreference, same[frontdesk.PreferenceEntry]), app.At(c.ID, p.ID, 0)},
		"a preference to take out": {removes(d.RemovePreference), app.At(c.ID, p.ID, 0)},
	} {
		b.Refuses(fault.Unversioned, what, func() error {
			_, err := try.use(t.Context(), manager, try.of)
			return err
		})
	}
}

// same is an edit that leaves the entry as it is.
func same[T any](entry T) (T, error) { return entry, nil }
