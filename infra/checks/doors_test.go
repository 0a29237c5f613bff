package checks

import (
	"fmt"
	"go/ast"
	"go/token"
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

// wiring are the files that hand the store on to their door. The door asks it who calls and what was answered before.
var wiring = []string{"functions/api/server.go", "functions/console/server.go", "functions/intake/server.go"}

// forDoors are the functions of shared/app that a door may call. The others do what a desk has to permit first.
var forDoors = []string{"At"}

// deskHelpers are the functions of shared/app, by name, that no door may call.
func deskHelpers(files []file) map[string]bool {
	out := map[string]bool{}
	for _, f := range files {
		_, tree, err := f.syntax()
		if path.Dir(f.path) != "shared/app" || !f.ships() || err != nil {
			continue
		}
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && !slices.Contains(forDoors, fn.Name.Name) {
				out[fn.Name.Name] = true
			}
		}
	}
	return out
}

// handedOn are the places at which a file of wiring names the store for the door itself.
func handedOn(f file, tree *ast.File) map[ast.Node]bool {
	out := map[ast.Node]bool{}
	if !slices.Contains(wiring, f.path) {
		return out
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		if pair, ok := n.(*ast.KeyValueExpr); ok && (isNamed(pair.Key, "Who") || isNamed(pair.Key, "Receipts")) {
			out[pair.Value] = true
		}
		return true
	})
	return out
}

// beyondDoor are the selectors by which a door does what only use cases may.
func beyondDoor(f file, set *token.FileSet, tree *ast.File, helpers map[string]bool) []string {
	var faults []string
	asks, _ := importedAs(tree, module+"shared/kernel/permission")
	office, _ := importedAs(tree, module+"shared/app")
	handed := handedOn(f, tree)
	ast.Inspect(tree, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		switch {
		case !ok:
		case s.Sel.Name == "Store" && !handed[s]:
			faults = append(faults, fmt.Sprintf("%s uses the store; a use case of shared/app does", set.Position(s.Pos())))
		case s.Sel.Name == "Permit" && asks != "" && isNamed(s.X, asks):
			faults = append(faults, fmt.Sprintf("%s asks permission; its use case does", set.Position(s.Pos())))
		case helpers[s.Sel.Name] && office != "" && isNamed(s.X, office):
			faults = append(faults, fmt.Sprintf("%s calls app.%s, which is for desks", set.Position(s.Pos()), s.Sel.Name))
		}
		return true
	})
	return faults
}

// doorFaults lists doors that read or write the tables, change a record by a rule, ask permission themselves, or do
// what only desks may. It also lists handlers of the staff API's routes outside its adapters.
func doorFaults(files []file) []string {
	var faults []string
	helpers := deskHelpers(files)
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
		faults = append(faults, beyondDoor(f, set, tree, helpers)...)
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
	const wires = "package api\nvar door = httpapi.Door{Who: s.Store, Receipts: s.Store}\n"
	const helps = "package %s\nimport \"afterpress/shared/app\"\nvar a, b = app.At(id), app.LinkFile(ctx, o, id)\n"
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
		{"functions/intake/form/thanks.go",
			"package form\nfunc (p Pages) thanks() { p.Frontdesk.Store.ConfirmConsent(ctx, lead) }\n"},
		{"functions/api/setup.go", "package api\nvar use = func(d Desk) error { return d.Store.Change(ctx) }\n"},
		{"functions/api/lead_test.go", "package api\nvar l = b.Store.Lead(id)\n"},
		{"functions/api/server.go", wires}, {"functions/intake/server.go", wires + "var x = s.Store\n"},
		{"functions/api/customer.go", wires},
		{"shared/app/app.go", "package app\nfunc At(id string) Record { return Record{} }\n"},
		{"shared/app/file.go", "package app\nfunc LinkFile() {}\nfunc (o Office) HandIn() {}\n"},
		{"functions/intake/file/file.go", fmt.Sprintf(helps, "file")},
		{"shared/app/casework/file.go", fmt.Sprintf(helps, "casework")},
	}),
		"functions/api/lead.go imports shared/store/service", "functions/intake/link/case.go imports shared/kernel/event",
		"functions/console/desk.go:3:11 asks permission", "functions/api/complaint.go:3:1: close takes a request",
		"functions/api/complaint.go:3:44 uses the store", "functions/api/document.go:3:44 uses the store",
		"functions/intake/form/form.go:3:44 uses the store", "functions/intake/form/thanks.go:2:27 uses the store",
		"functions/api/setup.go:2:39 uses the store", "functions/intake/server.go:3:9 uses the store",
		"functions/api/customer.go:2:30 uses the store", "functions/api/customer.go:2:49 uses the store",
		"functions/intake/file/file.go:3:24 calls app.LinkFile")
}

// useCaseHolders are the types whose methods are use cases.
var useCaseHolders = []string{"Desk", "Office"}

// holdsUseCases reports whether a type, as it is written, has use cases.
func holdsUseCases(typ ast.Expr) bool {
	if s, ok := typ.(*ast.SelectorExpr); ok {
		typ = s.Sel
	}
	id, ok := typ.(*ast.Ident)
	return ok && slices.Contains(useCaseHolders, id.Name)
}

// desks are what the tests of a package call a desk: variables, fields and types, and functions that return one.
type desks struct {
	names map[string]bool
	makes map[string]int // which of its results a function of several returns as a desk
}

// is reports whether an expression is a desk, or the type of one, whose methods take it first.
func (d desks) is(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ident:
		return d.names[x.Name]
	case *ast.SelectorExpr:
		return d.names[x.Sel.Name]
	case *ast.CompositeLit:
		return holdsUseCases(x.Type)
	case *ast.CallExpr:
		return d.is(x.Fun)
	case *ast.ParenExpr:
		return d.is(x.X)
	}
	return false
}

// bind learns the names that get a desk.
func (d desks) bind(to, from []ast.Expr) {
	learn := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok {
			d.names[id.Name] = true
		}
	}
	if len(to) == len(from) {
		for i, x := range from {
			if d.is(x) {
				learn(to[i])
			}
		}
		return
	}
	if call, ok := from[0].(*ast.CallExpr); ok {
		if id, ok := call.Fun.(*ast.Ident); ok {
			if at, makes := d.makes[id.Name]; makes && at < len(to) {
				learn(to[at])
			}
		}
	}
}

// made learns a function that returns a desk.
func (d desks) made(fn *ast.FuncDecl) {
	if fn.Type.Results == nil {
		return
	}
	results := fn.Type.Results.List
	at := slices.IndexFunc(results, func(f *ast.Field) bool { return holdsUseCases(f.Type) })
	switch {
	case at < 0:
	case len(results) == 1:
		d.names[fn.Name.Name] = true
	default:
		d.makes[fn.Name.Name] = at
	}
}

// learn learns what a file calls a desk.
func (d desks) learn(tree *ast.File) {
	declared := func(names []*ast.Ident, typ ast.Expr) {
		for _, n := range names {
			if holdsUseCases(typ) {
				d.names[n.Name] = true
			}
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			declared(n.Names, n.Type)
		case *ast.ValueSpec:
			declared(n.Names, n.Type)
		case *ast.AssignStmt:
			d.bind(n.Lhs, n.Rhs)
		case *ast.FuncDecl:
			d.made(n)
		}
		return true
	})
}

// calledIn are the use cases that the tests of one package call. One that a table of tests names is called by its loop.
// A method of the same name on anything else than a desk, such as the store, is no use case.
func calledIn(trees []*ast.File) map[string]bool {
	d := desks{map[string]bool{}, map[string]int{}}
	for _, name := range useCaseHolders {
		d.names[name] = true
	}
	for known := -1; known < len(d.names)+len(d.makes); { // what a desk is may stand in a file that comes later
		known = len(d.names) + len(d.makes)
		for _, tree := range trees {
			d.learn(tree)
		}
	}
	called := map[string]bool{}
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && d.is(s.X) {
				called[s.Sel.Name] = true
			}
			return true
		})
	}
	return called
}

// useCaseFaults lists use cases that no test of their package calls. Doors are no such test: they may be taken away.
func useCaseFaults(files []file) []string {
	var faults []string
	tests := map[string][]*ast.File{}
	for _, f := range files {
		if !within(f.path, "shared/app") || !strings.HasSuffix(f.path, "_test.go") {
			continue
		}
		_, tree, err := f.syntax()
		if err != nil {
			faults = append(faults, err.Error())
			continue
		}
		tests[path.Dir(f.path)] = append(tests[path.Dir(f.path)], tree)
	}
	called := map[string]map[string]bool{}
	for room, trees := range tests {
		called[room] = calledIn(trees)
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
				!holdsUseCases(fn.Recv.List[0].Type) {
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
	const starts = "package work_test\nfunc start(t *T) (b *Bench, d work.Desk) { return }\n"
	const tries = "package work_test\nfunc try() {\n\tb, desk := start(t)\n\tone := b.desk\n" +
		"\t_ = []any{desk.TakeTask, one.HandTask, work.Desk.DropTask, work.CloseTask{}, b.Store.Load(ctx)}\n}\n"
	finds(t, useCaseFaults([]file{
		{"shared/app/work/task.go", fmt.Sprintf(method, "OpenTask")},
		{"shared/app/work/load.go", fmt.Sprintf(method, "Load")},
		{"shared/app/work/help.go", fmt.Sprintf(method, "help")},
		{"shared/app/work/close.go", fmt.Sprintf(method, "CloseTask")},
		{"shared/app/work/table.go", fmt.Sprintf(method, "TakeTask")},
		{"shared/app/work/hand.go", fmt.Sprintf(method, "HandTask")},
		{"shared/app/work/drop.go", fmt.Sprintf(method, "DropTask")},
		{"shared/app/file.go", strings.ReplaceAll(fmt.Sprintf(method, "HandIn"), "Desk", "Office")},
		{"shared/app/shop.go", strings.ReplaceAll(fmt.Sprintf(method, "Shop"), "Desk", "Office")},
		{"shared/app/file_test.go", "package app_test\nfunc try() { o := b.Office; o.HandIn(ctx); b.Store.Shop(ctx) }\n"},
		{"shared/app/work/bench_test.go", "package work_test\ntype Bench struct{ desk work.Desk }\n"},
		{"shared/app/work/task_test.go", "package work\nvar d Desk\nvar _ = d.OpenTask(ctx)\n"},
		{"shared/app/work/table_test.go", tries},
		{"shared/app/work/work_test.go", starts},
		{"shared/app/other/load_test.go", "package other\nvar d work.Desk\nvar _ = d.Load(ctx)\n"},
	}), "shared/app/work/load.go:3:1: no test of its package calls Load",
		"shared/app/work/close.go:3:1: no test of its package calls CloseTask",
		"shared/app/shop.go:3:1: no test of its package calls Shop")
}
