// Package kerneltest serves tests: golden files, calendars, and faults as one line.
package kerneltest

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"afterpress/shared/kernel/fault"
)

func FaultsIn(err error) []fault.Field {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Fields
	}
	return nil
}

var Update = flag.Bool("update", false, "write the golden files anew")

// Golden compares text with a file that a person reads.
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

// PointersOf are the places of faults; each must say in both languages what to do.
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
