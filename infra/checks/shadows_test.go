package checks

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// shadows lists the locals of a file that bear the name of a package which the file imports: below them the
// package cannot be reached, and a reader takes one for the other. names are the packages' own names by their
// paths.
func shadows(f file, names map[string]string) ([]string, error) {
	set, tree, err := f.syntax()
	if err != nil {
		return nil, err
	}
	imported := map[string]string{}
	for _, i := range tree.Imports {
		from, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, err
		}
		name, known := names[from]
		switch {
		case i.Name != nil:
			name = i.Name.Name
		case !known:
			return nil, fmt.Errorf("%s: nobody knows how %s calls itself", f.path, from)
		}
		if name != "_" && name != "." { // what is imported without a name shadows nothing
			imported[name] = from
		}
	}
	var out []string
	for _, local := range locals(tree) {
		if from, ok := imported[local.Name]; ok {
			out = append(out, fmt.Sprintf("%s: %s shadows %s", set.Position(local.Pos()), local.Name, from))
		}
	}
	return out, nil
}

// locals are the names that functions give: receivers, parameters, results, and what is declared inside.
func locals(tree *ast.File) []*ast.Ident {
	var out []*ast.Ident
	fields := func(lists ...*ast.FieldList) {
		for _, list := range lists {
			if list == nil {
				continue
			}
			for _, f := range list.List {
				out = append(out, f.Names...)
			}
		}
	}
	idents := func(list ...ast.Expr) {
		for _, x := range list {
			if id, ok := x.(*ast.Ident); ok {
				out = append(out, id)
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			fields(n.Recv, n.Type.TypeParams, n.Type.Params, n.Type.Results)
		case *ast.FuncLit:
			fields(n.Type.Params, n.Type.Results)
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				idents(n.Lhs...)
			}
		case *ast.RangeStmt:
			if n.Tok == token.DEFINE {
				idents(n.Key, n.Value)
			}
		case *ast.DeclStmt:
			for _, spec := range n.Decl.(*ast.GenDecl).Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					out = append(out, s.Names...)
				case *ast.TypeSpec:
					out = append(out, s.Name)
				}
			}
		}
		return true
	})
	return out
}

func TestShadows(t *testing.T) {
	names, found := packageNames(t), map[string]int{}
	var all []string
	for _, f := range project(t) {
		if !strings.HasSuffix(f.path, ".go") || f.generated() {
			continue
		}
		here, err := shadows(f, names)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(here) > 0 {
			found[f.path] = len(here)
		}
		all = append(all, here...)
	}
	shrinking{"shadows.txt", "locals that shadow an imported package", "Shadows"}.check(t, found)
	if t.Failed() {
		slices.Sort(all)
		t.Log("every one of them:\n" + strings.Join(all, "\n"))
	}
}

func TestShadowsAreFound(t *testing.T) {
	const text = `package a

import (
	"net/url"
	"time"
	. "strings"
	_ "embed"

	"example.com/go-thing/v2"
	short "afterpress/shared/crm/lead"
)

type shop struct{ url string }

type reads func(time string) (url string)

func (thing shop) read(url string, n int) (time int) { return n }

func list[short any](all []short) {
	for url, thing := range all {
		_, _ = url, thing
	}
	var time, lead int
	switch short := any(all).(type) {
	case nil:
		_ = short
	}
	const url = 1
	if time, err := 1, error(nil); err == nil {
		time = 2
	}
	_, more := 1, 2
	_ = more
	_ = func(url string) (thing error) { time = lead; return nil }
	type thing struct{ time int }
}
`
	names := map[string]string{"net/url": "url", "time": "time", "strings": "strings", "embed": "embed",
		"example.com/go-thing/v2": "thing", "afterpress/shared/crm/lead": "lead"}
	found, err := shadows(file{"a/a.go", text}, names)
	if err != nil {
		t.Fatal(err)
	}
	finds(t, found, "a/a.go:17:7: thing shadows example.com/go-thing/v2", "a/a.go:17:24: url", "a/a.go:17:44: time",
		"a/a.go:19:11: short shadows afterpress/shared/crm/lead", "a/a.go:20:6: url", "a/a.go:20:11: thing",
		"a/a.go:23:6: time", "a/a.go:24:9: short", "a/a.go:28:8: url", "a/a.go:29:5: time",
		"a/a.go:34:11: url", "a/a.go:34:24: thing", "a/a.go:35:7: thing")
	if _, err := shadows(file{"a/b.go", "package a\n\nimport \"example.com/other\"\n"}, names); err == nil {
		t.Error("a package without a name was passed over")
	}
}
