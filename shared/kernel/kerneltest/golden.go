// Package kerneltest serves tests: golden files, calendars, amounts, and faults as one line.
package kerneltest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/shared/kernel/fault"
)

// FaultsIn are the fields of the fault.Error that err is or wraps, or nil.
func FaultsIn(err error) []fault.Field {
	return fault.Blamed(err)
}

// Update is the flag -update, with which Golden writes the golden files anew.
var Update = flag.Bool("update", false, "write the golden files anew")

// Golden compares got with the file name under testdata, which people read. With -update it writes the file
// first.
func Golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *Update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if the change is meant, run the tests of this package with -update\n%s", file, got)
	}
}

// PointersOf are the pointers of faults, with a space between. "no words for" stands before a fault that
// lacks the text of one language.
func PointersOf(faults []fault.Field) string {
	var out []string
	for _, f := range faults {
		if f.Text.Zh == "" || f.Text.En == "" {
			out = append(out, "no words for")
		}
		out = append(out, f.Pointer)
	}
	return strings.Join(out, " ")
}
