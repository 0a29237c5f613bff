package checks

import (
	"fmt"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// raced is what the Makefile sends through the race detector: packages whole, and of the others single tests.
type raced struct {
	packages []string
	crowd    *regexp.Regexp
	walks    *regexp.Regexp // of the packages, what goes through without it
}

// has reports whether the package goes through whole.
func (r raced) has(name string) bool {
	return slices.ContainsFunc(r.packages, func(pattern string) bool {
		room, below := strings.CutSuffix(strings.TrimPrefix(pattern, "./"), "/...")
		return name == room || below && within(name, room)
	})
}

// racedBy reads the lists of the Makefile.
func racedBy(makefile string) (raced, error) {
	list := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + ` := (.*)$`).FindStringSubmatch(makefile)
		if found == nil {
			return ""
		}
		return found[1]
	}
	crowd, err := regexp.Compile(`^(` + strings.ReplaceAll(list("CROWD"), "$$", "$") + `)$`)
	if err != nil {
		return raced{}, err
	}
	walks := regexp.MustCompile(`^$`)
	if names := list("WALKS"); names != "" {
		walks, err = regexp.Compile(names)
	}
	return raced{slices.Concat(strings.Fields(list("RACED")), strings.Fields(list("RIG"))), crowd, walks}, err
}

// beside reports whether the syntax runs something beside itself, or guards what others run beside it.
func beside(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			found = found || isNamed(n.X, "sync") || isNamed(n.X, "atomic") || isNamed(n.X, "errgroup")
		}
		return !found
	})
	return found
}

// raceFaults lists packages whose code runs things beside each other, and tests that do, which the race detector never
// sees. It also lists names of the Makefile that no test has.
func raceFaults(files []file, r raced) []string {
	var faults, names []string
	for _, f := range files {
		if path.Ext(f.path) != ".go" || f.generated() || strings.Contains(f.path, "/testdata/") {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			return append(faults, err.Error())
		}
		name, isTest := path.Dir(f.path), strings.HasSuffix(f.path, "_test.go")
		if !isTest && beside(tree) && !r.has(name) && !slices.Contains(servesTests, name) {
			faults = append(faults, name+" runs things beside each other: name it in RACED of the Makefile")
		}
		for _, d := range tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !isTest || !ok || !strings.HasPrefix(fn.Name.Name, "Test") {
				continue
			}
			names = append(names, fn.Name.Name)
			if beside(fn) && r.has(name) && r.walks.MatchString(fn.Name.Name) {
				faults = append(faults, fmt.Sprintf("%s: %s runs things beside each other: WALKS of the Makefile hides it",
					set.Position(fn.Pos()), fn.Name.Name))
			}
			if beside(fn) && !r.has(name) && !r.crowd.MatchString(fn.Name.Name) {
				faults = append(faults, fmt.Sprintf("%s: %s runs things beside each other: name it in CROWD of the Makefile",
					set.Position(fn.Pos()), fn.Name.Name))
			}
		}
	}
	for _, name := range strings.Split(strings.Trim(r.crowd.String(), "^()$"), "|") {
		if name != "" && !slices.Contains(names, name) {
			faults = append(faults, "CROWD of the Makefile names "+name+", and no test is called so")
		}
	}
	return faults
}

func TestWhatRunsBesideIsRaced(t *testing.T) {
	r, err := racedBy(read(t, "Makefile").text)
	if err != nil || len(r.packages) == 0 {
		t.Fatalf("%v, %v", r.packages, err)
	}
	holds(t, raceFaults(project(t), r))
}

func TestRaceFaultsAreFound(t *testing.T) {
	r, err := racedBy("RACED := ./functions/stream/... ./shared/boot\nCROWD := TestAtOnce|TestGone\nWALKS := Long\n")
	if err != nil {
		t.Fatal(err)
	}
	const runs = "package a\nfunc run() { go run() }\n"
	const guards = "package a\nimport \"sync\"\nvar once sync.Once\n"
	const test = "package a\nimport \"sync\"\nfunc Test%s() { var all sync.WaitGroup; all.Wait() }\n"
	finds(t, raceFaults([]file{
		{"functions/stream/lane/a.go", runs},
		{"shared/boot/a.go", guards},
		{"shared/boot/below/a.go", guards},
		{"shared/notify/a.go", runs},
		{"shared/boot/a_test.go", fmt.Sprintf(test, "Boot")},
		{"shared/boot/b_test.go", fmt.Sprintf(test, "LongWalk")},
		{"functions/api/a_test.go", fmt.Sprintf(test, "AtOnce")},
		{"functions/api/b_test.go", fmt.Sprintf(test, "Together")},
	}, r), "shared/boot/below runs", "shared/notify runs", "shared/boot/b_test.go:3:1: TestLongWalk",
		"functions/api/b_test.go:3:1: TestTogether", "names TestGone")
}
