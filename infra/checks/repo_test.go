// Package checks holds tests about the repository itself: who imports whom, routes against template and permission,
// sizes, names and words, and whether the README is true. Each check is a function over its input that lists what is
// wrong, so that a planted fault shows that it can fail.
package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// file is a text of the project by its path from the root, with slashes.
type file struct{ path, text string }

// project reads every text of the project; what .gitignore names is not of the project.
func project(t *testing.T) []file {
	t.Helper()
	ignored := ignores(t)
	var out []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := filepath.ToSlash(strings.TrimPrefix(p, root+string(filepath.Separator)))
		if slices.ContainsFunc(ignored, func(pattern string) bool { ok, _ := path.Match(pattern, d.Name()); return ok }) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		text, err := os.ReadFile(p)
		if err == nil && !strings.Contains(string(text), "\x00") {
			out = append(out, file{name, string(text)})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// ignores lists the names in .gitignore. Ours are plain names and patterns of one element, which is all that this
// reads.
func ignores(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	out := []string{".git"}
	for line := range strings.Lines(string(text)) {
		if line = strings.Trim(strings.TrimSpace(line), "/"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// read is one text of the project.
func read(t *testing.T, name string) file {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return file{name, string(text)}
}

// ships reports whether the file is Go that ends up in a binary that a shop runs.
func (f file) ships() bool {
	room, _, _ := strings.Cut(f.path, "/")
	return slices.Contains([]string{"functions", "workflows", "shared"}, room) && strings.HasSuffix(f.path, ".go") &&
		!strings.HasSuffix(f.path, "_test.go") && !within(f.path, storetest) && !within(f.path, crmtest) && !within(f.path, apptest) &&
		!within(f.path, kerneltest)
}

// generated reports whether a program wrote the file, so that nobody reads it.
func (f file) generated() bool {
	return strings.HasSuffix(f.path, "_templ.go") ||
		strings.HasSuffix(f.path, ".go") && generatedHeader.MatchString(f.text)
}

// generatedHeader is the line by which Go's own tools know such a file.
var generatedHeader = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// syntax is the file as Go; a fault is a fault of the file.
func (f file) syntax() (*token.FileSet, *ast.File, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, f.path, f.text, parser.SkipObjectResolution|parser.ParseComments)
	return set, tree, err
}

// holds fails the test with every fault.
func holds(t *testing.T, faults []string) {
	t.Helper()
	for _, fault := range faults {
		t.Error(fault)
	}
}

// finds fails the test unless the planted faults are found, each by a part of its words, and nothing else is.
func finds(t *testing.T, faults []string, want ...string) {
	t.Helper()
	for _, w := range want {
		i := slices.IndexFunc(faults, func(f string) bool { return strings.Contains(f, w) })
		if i < 0 {
			t.Errorf("nothing was found about %q in %q", w, faults)
			continue
		}
		faults = slices.Delete(slices.Clone(faults), i, i+1)
	}
	if len(faults) > 0 {
		t.Errorf("found where nothing is wrong: %q", faults)
	}
}
