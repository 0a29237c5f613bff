package checks

import (
	"fmt"
	"go/ast"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// doorRooms are where requests come in: a door decodes, calls one use case and answers.
var doorRooms = []string{"functions/api", "functions/intake", "functions/console"}

// beyondDoors is what only use cases touch: the tables, and the events that every change of a record makes.
var beyondDoors = []string{"shared/store", "shared/kernel/event"}

// adapters are the files of the staff API that may take a request. All else there is a table of routes.
var adapters = []string{"functions/api/route.go", "functions/api/document.go", "functions/api/link.go"}

// doorFaults lists doors that read or write the tables, change a record by a rule, ask permission themselves, or answer
// a route of the staff API by a handler of their own.
func doorFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		isDoor := slices.ContainsFunc(doorRooms, func(room string) bool { return within(f.path, room) })
		if !isDoor || !f.ships() || f.generated() || path.Base(path.Dir(f.path)) == "bootstrap" {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, i := range tree.Imports {
			p, _ := strconv.Unquote(i.Path.Value)
			name := strings.TrimPrefix(p, module)
			if slices.ContainsFunc(beyondDoors, func(room string) bool { return within(name, room) }) {
				faults = append(faults, fmt.Sprintf("%s imports %s; a use case of shared/app does that", f.path, name))
			}
		}
		if asks, imported := importedAs(tree, module+"shared/kernel/permission"); imported {
			ast.Inspect(tree, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Permit" && isNamed(s.X, asks) {
					faults = append(faults, fmt.Sprintf("%s asks permission; its use case does", set.Position(s.Pos())))
				}
				return true
			})
		}
		if !within(f.path, "functions/api") || slices.Contains(adapters, f.path) {
			continue
		}
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && takes(fn, "http", "Request") {
				faults = append(faults, fmt.Sprintf("%s: %s takes a request; an adapter of route.go does",
					set.Position(fn.Pos()), fn.Name.Name))
			}
		}
	}
	return faults
}

func TestDoorsCallUseCases(t *testing.T) { holds(t, doorFaults(project(t))) }

func TestDoorFaultsAreFound(t *testing.T) {
	const imports = "package door\nimport _ %q\n"
	const handles = "package api\nimport \"net/http\"\nfunc close(r *http.Request) error { return s.Store.Close(r) }\n"
	finds(t, doorFaults([]file{
		{"functions/api/lead.go", fmt.Sprintf(imports, "afterpress/shared/store/service")},
		{"functions/api/bootstrap/main.go", fmt.Sprintf(imports, "afterpress/shared/store")},
		{"functions/intake/link/case.go", fmt.Sprintf(imports, "afterpress/shared/kernel/event")},
		{"functions/stream/stream.go", fmt.Sprintf(imports, "afterpress/shared/store")},
		{"functions/console/desk.go",
			"package console\nimport \"afterpress/shared/kernel/permission\"\nvar may = permission.Permit\n"},
		{"functions/api/complaint.go", handles},
		{"functions/api/document.go", handles},
		{"functions/intake/form/form.go", strings.ReplaceAll(handles, "package api", "package form")},
	}),
		"functions/api/lead.go imports shared/store/service", "functions/intake/link/case.go imports shared/kernel/event",
		"functions/console/desk.go:3:11 asks permission", "functions/api/complaint.go:3:1: close takes a request")
}

// methodsNamed are the methods and fields that a file names on its values. A use case that a table of tests names is
// called by its loop. What the file names of a package, such as an input's type, is no method.
func methodsNamed(tree *ast.File) map[string]bool {
	packages, out := map[string]bool{}, map[string]bool{}
	for _, i := range tree.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		name, _ := importedAs(tree, p)
		packages[name] = true
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, named := s.X.(*ast.Ident); !named || !packages[x.Name] {
				out[s.Sel.Name] = true
			}
		}
		return true
	})
	return out
}

// useCaseFaults lists use cases that no test of their package calls. Doors are no such test: they may be taken away.
func useCaseFaults(files []file) []string {
	var faults []string
	called := map[string]map[string]bool{}
	for _, f := range files {
		if !within(f.path, "shared/app") || !strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		_, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		room := path.Dir(f.path)
		if called[room] == nil {
			called[room] = map[string]bool{}
		}
		maps.Copy(called[room], methodsNamed(tree))
	}
	for _, f := range files {
		if !within(f.path, "shared/app") || !f.ships() {
			continue
		}
		set, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		for _, d := range tree.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || !fn.Name.IsExported() || !takes(fn, "context", "Context") ||
				!isNamed(fn.Recv.List[0].Type, "Desk") {
				continue
			}
			if !called[path.Dir(f.path)][fn.Name.Name] {
				faults = append(faults, fmt.Sprintf("%s: no test of its package calls %s", set.Position(fn.Pos()), fn.Name.Name))
			}
		}
	}
	return faults
}

func TestUseCasesAreCalledWithoutADoor(t *testing.T) { holds(t, useCaseFaults(project(t))) }

func TestUseCaseFaultsAreFound(t *testing.T) {
	const method = "package work\nimport \"context\"\nfunc (d Desk) %s(ctx context.Context) error { return nil }\n"
	finds(t, useCaseFaults([]file{
		{"shared/app/work/task.go", fmt.Sprintf(method, "OpenTask")},
		{"shared/app/work/load.go", fmt.Sprintf(method, "Load")},
		{"shared/app/work/help.go", fmt.Sprintf(method, "help")},
		{"shared/app/work/close.go", fmt.Sprintf(method, "CloseTask")},
		{"shared/app/work/table.go", fmt.Sprintf(method, "TakeTask")},
		{"shared/app/work/task_test.go", "package work\nvar _ = d.OpenTask(ctx)\n"},
		{"shared/app/work/table_test.go",
			"package work_test\nimport \"x/app/work\"\nvar _ = []any{d.TakeTask, work.CloseTask{}}\n"},
		{"shared/app/other/load_test.go", "package other\nvar _ = d.Load(ctx)\n"},
	}), "shared/app/work/load.go:3:1: no test of its package calls Load",
		"shared/app/work/close.go:3:1: no test of its package calls CloseTask")
}
