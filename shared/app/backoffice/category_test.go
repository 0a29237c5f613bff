package backoffice_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

func TestCategories(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, marketing, ctx := backoffice.Desk{Office: b.Office}, b.Caller("marketing"), t.Context()
	in := backoffice.OpenCategory{ID: "clubs", CategoryEntry: backoffice.CategoryEntry{Parent: "commercial",
		Name: words.Text{Zh: "俱乐部", En: "Clubs"}}}
	open := func(by string) func() error {
		return func() error { return failed(d.OpenCategory(ctx, b.Caller(by), in)) }
	}
	b.Refuses(fault.Forbidden, "a category by sales", open("sales"))
	if made, err := d.OpenCategory(ctx, marketing, in); err != nil || made.Parent != "commercial" || made.Version != 1 {
		t.Fatalf("%+v, %v", made, err)
	}
	at, later := app.At(in.ID, "", 1), edited(func(in *backoffice.CategoryEntry) { in.Order = 9 })
	if changed, err := d.ChangeCategory(ctx, marketing, at, later); err != nil || changed.Order != 9 ||
		changed.Name != in.Name {
		t.Fatalf("%+v, %v", changed, err)
	}
	change := func(by string, at app.Record, edit app.Edit[backoffice.CategoryEntry]) func() error {
		return func() error { return failed(d.ChangeCategory(ctx, b.Caller(by), at, edit)) }
	}
	now := app.At(in.ID, "", 2)
	refuses(b,
		refusal{fault.Invalid, "an id that is taken", open("owner")},
		refusal{fault.Stale, "a version that is over", change("marketing", at, later)},
		refusal{fault.Forbidden, "a change by sales", change("sales", now, later)},
		refusal{fault.NotFound, "a change of no category", change("owner", app.At("nowhere", "", 1), later)},
		refusal{fault.Invalid, "a place below itself",
			change("owner", now, edited(func(in *backoffice.CategoryEntry) { in.Parent = "clubs" }))},
		refusal{fault.Unreadable, "what the door cannot read", change("owner", now, unread[backoffice.CategoryEntry])},
	)
	if read, err := d.Category(ctx, b.Caller("integration"), at); err != nil || read.Version != 2 {
		t.Errorf("%+v, %v", read, err)
	}
	tree, err := d.Categories(ctx, b.Caller("integration"))
	if err != nil || len(tree.Items) != len(b.Shop.Categories)+1 || len(tree.Classes) == 0 {
		t.Errorf("%+v, %v", tree, err)
	}
}

// Another writer comes between the reading of a category and the writing: the entry was made of what is over.
func TestACategoryChangesWhileItIsEdited(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, owner, at := backoffice.Desk{Office: b.Office}, b.Caller("owner"), app.At("agent", "", 1)
	between := edited(func(in *backoffice.CategoryEntry) {
		in.Order = 8
		other := edited(func(in *backoffice.CategoryEntry) { in.Closed = true })
		if _, err := d.ChangeCategory(t.Context(), owner, at, other); err != nil {
			t.Error(err)
		}
	})
	if _, err := d.ChangeCategory(t.Context(), owner, at, between); fault.KindOf(err) != fault.Stale {
		t.Errorf("%v", err)
	}
	left, err := d.Category(t.Context(), owner, at)
	if err != nil || !left.Closed || left.Order == 8 || left.Version != 2 {
		t.Errorf("%+v, %v", left, err)
	}
}
