package app_test

import (
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/kernel/fault"
)

// A change counts for the very version that its writer has read.
func TestAChangeIsOfTheVersionThatWasRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what    string
		read    int64
		current fault.Kind
		named   fault.Kind
	}{
		{"none is named", 0, "", fault.Unversioned},
		{"the one that stands", 7, "", ""},
		{"the one before", 6, fault.Stale, fault.Stale},
		{"one that is not there yet", 8, fault.Stale, fault.Stale},
	} {
		r := app.At("cus_1", "", c.read)
		for way, got := range map[string]error{"a command": r.Current(7, nil), "a change in place": r.Named(7, nil)} {
			want := c.current
			if way == "a change in place" {
				want = c.named
			}
			if (got == nil) != (want == "") || got != nil && fault.KindOf(got) != want {
				t.Errorf("%s, by %s: %v, want %q", c.what, way, got, want)
			}
		}
	}
}
