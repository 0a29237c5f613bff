package checks

import (
	"cmp"
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	fileLines    = 600 // a longer file is two
	handlerLines = 30  // a handler decodes, makes one call and answers in fewer
	stepLines    = 40  // a step of a process takes fewer
)

// fileLimits are the files that may be longer: the template is one file by its nature, since what runs is deployed from it as a whole.
var fileLimits = map[string]int{"template.yaml": 800}

// sizeFaults lists files, handlers and steps that have grown too long to be read at a glance. Pages that templ wrote are nobody's to read.
func sizeFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		kind := path.Ext(f.path)
		if strings.HasSuffix(f.path, "_templ.go") || !slices.Contains([]string{".go", ".templ", ".yaml", ".yml"}, kind) {
			continue
		}
		limit := cmp.Or(fileLimits[f.path], fileLines)
		if n := strings.Count(f.text, "\n"); n > limit {
			faults = append(faults, fmt.Sprintf("%s has %d lines, more than %d", f.path, n, limit))
		}
		if f.ships() {
			faults = append(faults, functionFaults(f)...)
		}
	}
	return faults
}

func functionFaults(f file) []string {
	set, tree, err := f.syntax()
	if err != nil {
		return []string{err.Error()}
	}
	var faults []string
	for _, d := range tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		limit := 0
		switch {
		case strings.HasPrefix(f.path, "functions/") && takes(fn, "http", "Request"):
			limit = handlerLines
		case strings.HasPrefix(f.path, "workflows/") && (takes(fn, "workflow", "Context") || takes(fn, "context", "Context")):
			limit = stepLines
		default:
			continue
		}
		if n := set.Position(fn.End()).Line - set.Position(fn.Pos()).Line + 1; n >= limit {
			faults = append(faults, fmt.Sprintf("%s: %s has %d lines; it must have fewer than %d", set.Position(fn.Pos()), fn.Name.Name, n, limit))
		}
	}
	return faults
}

// takes reports whether the function has a parameter of the library's type or a pointer to it.
func takes(fn *ast.FuncDecl, library, name string) bool {
	return slices.ContainsFunc(fn.Type.Params.List, func(p *ast.Field) bool {
		typ := p.Type
		if star, ok := typ.(*ast.StarExpr); ok {
			typ = star.X
		}
		s, ok := typ.(*ast.SelectorExpr)
		return ok && s.Sel.Name == name && isNamed(s.X, library)
	})
}

func TestSizes(t *testing.T) { holds(t, sizeFaults(project(t))) }

func TestSizeFaultsAreFound(t *testing.T) {
	body := func(lines int) string { return " {\n" + strings.Repeat("\t_ = 1\n", lines-2) + "}\n" }
	handler := "package api\nfunc (s *Server) read(r *http.Request) error"
	step := "package workflows\nfunc (l *ladder) step(ctx workflow.Context) error"
	work := "package workflows\nfunc (w *LeadWork) climb(ctx context.Context) error"
	finds(t, sizeFaults([]file{
		{"shared/crm/long.go", "package crm\n" + strings.Repeat("\n", fileLines)},
		{"shared/crm/full.go", "package crm\n" + strings.Repeat("\n", fileLines-1)},
		{"functions/intake/form_templ.go", "package intake\n" + strings.Repeat("\n", fileLines)},
		{"template.yaml", strings.Repeat("\n", fileLimits["template.yaml"]+1)},
		{"infra/other.yaml", strings.Repeat("\n", fileLines+1)},
		{"functions/api/long.go", handler + body(handlerLines)},
		{"functions/api/full.go", handler + body(handlerLines-1)},
		{"functions/api/long_test.go", handler + body(handlerLines)},
		{"workflows/long.go", step + body(stepLines)},
		{"workflows/full.go", step + body(stepLines-1)},
		{"workflows/work.go", work + body(stepLines)},
		{"workflows/rule.go", "package workflows\nfunc rule()" + body(stepLines)},
	}),
		"shared/crm/long.go has 601", "template.yaml has 801", "infra/other.yaml has 601", "functions/api/long.go:2:1: read has "+strconv.Itoa(handlerLines),
		"workflows/long.go:2:1: step has "+strconv.Itoa(stepLines), "workflows/work.go:2:1: climb has "+strconv.Itoa(stepLines))
}
