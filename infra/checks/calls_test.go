package checks

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// reserved are functions of libraries that only some of the files that ship may name.
var reserved = []struct {
	library string
	names   []string
	mayName func(place, packageName string) bool
	rule    string
}{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
		func(place, _ string) bool { return strings.HasPrefix(place, "shared/boot/") }, "only boot reads the environment"},
	{"context", []string{"Background"},
		func(_, packageName string) bool { return packageName == "main" }, "only a main begins a context"},
	{"go.temporal.io/sdk/workflow", []string{"ExecuteActivity", "ExecuteLocalActivity"},
		func(place, _ string) bool {
			return strings.HasPrefix(place, "workflows/") && strings.Contains(place, "/steps")
		},
		"activities are called through typed steps"},
}

// callFaults lists where a file that ships names what is reserved for others.
func callFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		if !f.ships() {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, r := range reserved {
			library, imported := importedAs(tree, r.library)
			if !imported || r.mayName(f.path, tree.Name.Name) {
				continue
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(r.names, s.Sel.Name) && isNamed(s.X, library) {
					faults = append(faults, fmt.Sprintf("%s: %s.%s, but %s", set.Position(s.Pos()), library, s.Sel.Name, r.rule))
				}
				return true
			})
		}
	}
	return faults
}

// importedAs is the name under which the file knows the library.
func importedAs(tree *ast.File, library string) (string, bool) {
	for _, i := range tree.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == library {
			if i.Name != nil {
				return i.Name.Name, true
			}
			return path.Base(library), true
		}
	}
	return "", false
}

func isNamed(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}

func TestReservedCalls(t *testing.T) { holds(t, callFaults(project(t))) }

func TestReservedCallsAreFound(t *testing.T) {
	const reads = "package %s\nimport \"os\"\nvar home = os.Getenv(\"HOME\")\n"
	const begins = "package %s\nimport c \"context\"\nvar ctx = c.Background()\n"
	const calls = "package workflows\nimport \"go.temporal.io/sdk/workflow\"\nvar f = workflow.ExecuteActivity\n"
	finds(t, callFaults([]file{
		{"shared/store/store.go", fmt.Sprintf(reads, "store")},
		{"shared/boot/config.go", fmt.Sprintf(reads, "boot")},
		{"shared/store/store_test.go", fmt.Sprintf(reads, "store")},
		{"infra/local/main.go", fmt.Sprintf(reads, "main")},
		{"functions/api/lead.go", fmt.Sprintf(begins, "api")},
		{"functions/api/bootstrap/main.go", fmt.Sprintf(begins, "main")},
		{"workflows/lead.go", calls},
		{"workflows/steps.go", calls},
		{"shared/crm/broken.go", "package"},
	}),
		"shared/store/store.go:3:12: os.Getenv, but only boot", "functions/api/lead.go:3:11: c.Background",
		"workflows/lead.go:3:9: workflow.ExecuteActivity",
		"shared/crm/broken.go:1:8")
}

// testFaults lists what makes a test hide, skip or wait by the clock.
func testFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		if !strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, group := range tree.Comments {
			for _, line := range group.List {
				if strings.HasPrefix(line.Text, "//go:build") && line.Pos() < tree.Package {
					faults = append(faults, fmt.Sprintf("%s: %s hides tests", set.Position(line.Pos()), line.Text))
				}
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if ok && (s.Sel.Name == "Sleep" && isNamed(s.X, "time") ||
				slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, s.Sel.Name)) {
				faults = append(faults, fmt.Sprintf("%s: a test does not %s", set.Position(s.Pos()), strings.ToLower(s.Sel.Name)))
			}
			return true
		})
	}
	return faults
}

func TestTestsRunAndDoNotWait(t *testing.T) { holds(t, testFaults(project(t))) }

func TestTestFaultsAreFound(t *testing.T) {
	finds(t, testFaults([]file{
		{"a/a_test.go", "package a\nfunc TestA(t *testing.T) { t.Skipf(\"%s\", \"later\") }\n"},
		{"a/b_test.go", "package a\nfunc TestB(t *testing.T) { time.Sleep(1) }\n"},
		{"a/c_test.go", "//go:build slow\n\npackage a\n"},
		{"a/d.go", "package a\nfunc wait() { time.Sleep(1) }\n"},
	}), "a/a_test.go:2:28: a test does not skipf", "a/b_test.go:2:28: a test does not sleep",
		"a/c_test.go:1:1: //go:build slow hides tests")
}
