package main

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"afterpress/infra/local/cloud"
)

// callers are the folders of the code that asks the store, and the roles of which one has to have asked.
var callers = []struct {
	folder string
	roles  []string
}{
	{"shared/app", []string{"api", "console", "intake"}},
	{"shared/httpapi", []string{"api", "console", "intake"}},
	{"functions/api", []string{"api"}},
	{"functions/console", []string{"console"}},
	{"functions/intake", []string{"intake"}},
	{"functions/stream", []string{"stream"}},
	{"functions/worker", []string{"worker"}},
	{"shared/notify", []string{"worker"}},
	{"workflows", []string{"worker"}},
}

// silent are methods of the store that need no table. They ask a bucket, sign what it is asked later, or take the
// set-up that the door has read to know its caller. Those that make ids are called New…ID.
var silent = []string{"UploadArtwork", "LinkArtwork", "ShowArtwork", "KeepLetter", "LinkLetter", "Terms",
	"Arrival", "DropArrival", "KeepArrival", "OfferLetter"}

func isSilent(name string) bool {
	return slices.Contains(silent, name) || strings.HasPrefix(name, "New") && strings.HasSuffix(name, "ID")
}

// untried lists the methods of the store that code asks for and that no test has called under the role of that code.
// Tests of the store itself run as the operator, whom no role binds.
func untried(root, dir string) ([]string, error) {
	called, err := cloud.Called(dir)
	if err != nil {
		return nil, err
	}
	methods := map[string]bool{}
	if err := each(filepath.Join(root, "shared/store"), func(f *ast.File) { declared(f, methods) }); err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, c := range callers {
		asked := map[string]bool{}
		if err := each(filepath.Join(root, c.folder), func(f *ast.File) { asks(f, asked) }); err != nil {
			return nil, err
		}
		for name := range asked {
			if methods[name] && !isSilent(name) &&
				!slices.ContainsFunc(c.roles, func(role string) bool { return called(role, name) }) {
				out[strings.Join(c.roles, " or ")+" "+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(out)), nil
}

// each parses the code of a folder and those below it, tests and what serves them left out.
func each(folder string, do func(*ast.File)) error {
	return filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasSuffix(d.Name(), "test") || d.Name() == "testdata"):
			return fs.SkipDir
		case filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		if err == nil {
			do(f)
		}
		return err
	})
}

// declared adds the exported methods of a file.
func declared(f *ast.File, to map[string]bool) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.IsExported() {
			to[fn.Name.Name] = true
		}
	}
}

// asks adds what a file asks of the store: the methods of its interfaces that *store.Store implements, as their
// comments say, and what it calls on a field Store.
func asks(f *ast.File, to map[string]bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			for _, spec := range n.Specs {
				t, ok := spec.(*ast.TypeSpec)
				if !ok || !strings.Contains(cmp.Or(n.Doc, t.Doc).Text(), "implemented by *store.Store") {
					continue
				}
				in, ok := t.Type.(*ast.InterfaceType)
				if !ok {
					continue
				}
				for _, m := range in.Methods.List {
					for _, name := range m.Names {
						to[name.Name] = true
					}
				}
			}
		case *ast.SelectorExpr:
			if of, ok := n.X.(*ast.SelectorExpr); ok && of.Sel.Name == "Store" {
				to[n.Sel.Name] = true
			}
		}
		return true
	})
}
