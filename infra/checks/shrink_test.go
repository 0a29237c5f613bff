package checks

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false,
		"lower the figures of the lists in testdata to what is found; none is raised or added")
	moved = flag.Bool("moved", false,
		"after files were moved, and only then: write the lists in testdata anew; refused when a sum would grow")
)

// shrinking is a list of exceptions to a rule: so many in each file. A figure may fall and never rise.
type shrinking struct {
	list string // its file in testdata
	what string // what is counted
	test string // the pattern of the test that writes it
}

// check holds what was found against the list. With -update or -moved it writes the list first.
func (s shrinking) check(t *testing.T, found map[string]int) {
	t.Helper()
	name := filepath.Join("testdata", s.list)
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	allowed, err := readFigures(string(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if *moved {
		if allowed, err = s.afterMove(allowed, found); err != nil {
			t.Fatal(err)
		}
	} else if *update {
		allowed = lowered(allowed, found)
	}
	if written := s.write(allowed); (*moved || *update) && !bytes.Equal(written, text) {
		if err := os.WriteFile(name, written, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	holds(t, s.faults(allowed, found))
}

// command is what lowers the list.
func (s shrinking) command() string { return "go test ./infra/checks -run " + s.test + " -update" }

// faults lists files that have more than they may, and figures that must be lowered.
func (s shrinking) faults(allowed, found map[string]int) []string {
	var faults []string
	files := maps.Clone(allowed)
	maps.Copy(files, found)
	for _, f := range slices.Sorted(maps.Keys(files)) {
		switch has, may := found[f], allowed[f]; {
		case has > may:
			faults = append(faults, fmt.Sprintf("%s has %d %s, more than the %d of %s", f, has, s.what, may, s.list))
		case has < may:
			faults = append(faults, fmt.Sprintf("%s has %d %s, fewer than the %d of %s: run %s",
				f, has, s.what, may, s.list, s.command()))
		}
	}
	return faults
}

// lowered is the list with each figure that has fallen, and without what keeps the rule.
func lowered(allowed, found map[string]int) map[string]int {
	out := map[string]int{}
	for f, may := range allowed {
		if has := min(may, found[f]); has > 0 {
			out[f] = has
		}
	}
	return out
}

// afterMove is what was found as the list. Files have new names after a move, so that only the sum can be compared.
func (s shrinking) afterMove(allowed, found map[string]int) (map[string]int, error) {
	if before, after := total(allowed), total(found); after > before {
		return nil, fmt.Errorf("there are %d %s, more than the %d of %s: a move adds none", after, s.what, before, s.list)
	}
	return found, nil
}

func total(figures map[string]int) int {
	sum := 0
	for _, n := range figures {
		sum += n
	}
	return sum
}

// write is the list as its file: a heading, then a figure and a path in each line.
func (s shrinking) write(figures map[string]int) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %s, %d in all. The figures may only fall: %s\n", s.what, total(figures), s.command())
	for _, f := range slices.Sorted(maps.Keys(figures)) {
		fmt.Fprintf(&out, "%d %s\n", figures[f], f)
	}
	return out.Bytes()
}

func readFigures(text string) (map[string]int, error) {
	out := map[string]int{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var n int
		var f string
		if _, err := fmt.Sscanf(line, "%d %s\n", &n, &f); err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a figure and a path", line)
		}
		if _, twice := out[f]; twice {
			return nil, errors.New(f + " stands there twice")
		}
		out[f] = n
	}
	return out, nil
}

func TestListsOnlyShrink(t *testing.T) {
	s := shrinking{"odd.txt", "odd things", "Odd"}
	allowed := map[string]int{"a.go": 2, "b.go": 2, "c.go": 2, "gone.go": 1}
	found := map[string]int{"a.go": 3, "b.go": 1, "c.go": 2, "new.go": 1}
	finds(t, s.faults(allowed, found), "a.go has 3 odd things, more than the 2",
		"b.go has 1 odd things, fewer than the 2",
		"gone.go has 0 odd things, fewer", "new.go has 1 odd things, more than the 0")
	after := lowered(allowed, found)
	if want := map[string]int{"a.go": 2, "b.go": 1, "c.go": 2}; !maps.Equal(after, want) {
		t.Errorf("lowered to %v, not %v", after, want)
	}
	finds(t, s.faults(after, found), "a.go has 3", "new.go has 1")
	if again, err := readFigures(string(s.write(after))); err != nil || !maps.Equal(again, after) {
		t.Errorf("read back as %v: %v", again, err)
	}

	if got, err := s.afterMove(allowed, found); err != nil || !maps.Equal(got, found) {
		t.Errorf("after a move %v: %v", got, err)
	}
	found["new.go"] = 2
	_, err := s.afterMove(allowed, found)
	if err == nil || !strings.Contains(err.Error(), "there are 8 odd things, more than the 7") {
		t.Errorf("a move added one: %v", err)
	}
	for _, bad := range []string{"2\n", "a.go 2\n", "0 a.go\n", "1 a.go\n1 a.go\n"} {
		if got, err := readFigures(bad); err == nil {
			t.Errorf("%q was read as %v", bad, got)
		}
	}
}
