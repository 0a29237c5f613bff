package form_test

import (
	"fmt"
	"strings"
	"testing"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// TestSources: who may name which source, by the standard list and by a shop's own.
func TestSources(t *testing.T) {
	t.Parallel()
	own := form.Sources{{ID: "douyin", Forms: true}, {ID: "market-stall", Desk: true}, {ID: "old-books"}}
	for _, c := range []struct {
		list                 form.Sources
		id                   string
		form, desk, customer bool
	}{
		{nil, form.SourceWeb, true, false, true},
		{nil, form.SourceWalkIn, false, true, true},
		{nil, form.SourceMail, false, true, true},
		{nil, form.SourceExhibition, true, true, true},
		{nil, "wechat", true, true, true},
		{nil, "referral", true, true, true},
		{nil, "douyin", false, false, false},
		{nil, "", false, false, false},
		{form.Sources{}, form.SourcePhone, false, true, true},
		{own, "douyin", true, false, true},
		{own, "market-stall", false, true, true},
		{own, "old-books", false, false, true},
		{own, form.SourceWalkIn, false, false, false},
	} {
		for who, asked := range map[string]struct {
			add  func(form.Sources, *fault.List, string)
			want bool
		}{"form": {form.Sources.OfForm, c.form}, "desk": {form.Sources.OfDesk, c.desk},
			"customer": {form.Sources.OfCustomer, c.customer}} {
			var f fault.List
			asked.add(c.list, &f, c.id)
			if got := len(f) == 0; got != asked.want {
				t.Errorf("%s of %q in %d sources: %v", who, c.id, len(c.list), got)
			}
			if len(f) > 0 && (f[0].Pointer != "/source" || !strings.HasPrefix(f[0].Text.En, "Enter one of these: ")) {
				t.Errorf("%+v", f[0])
			}
		}
	}
}

// TestSourcesThatCannotBe: each source stands once, and a person can still choose from the list.
func TestSourcesThatCannotBe(t *testing.T) {
	t.Parallel()
	long := make(form.Sources, 51)
	for i := range long {
		long[i] = form.Source{ID: fmt.Sprint("source-", i), Name: words.Text{Zh: "来源", En: "Source"}}
	}
	for want, list := range map[string]form.Sources{
		"":              form.StandardSources(),
		"/sources":      long,
		"/sources/2/id": {{ID: "fair"}, {ID: "phone"}, {ID: "fair"}},
	} {
		var f fault.List
		list.Check(&f)
		if got := strings.Join(pointers(f), " "); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func pointers(f fault.List) (out []string) {
	for _, one := range f {
		out = append(out, one.Pointer)
	}
	return out
}
