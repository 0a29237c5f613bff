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

const templates = "shared/notify/templates/"

// templateFaults lists messages that a workflow names and that do not stand in both languages, in each of three parts, and files that no workflow
// names. workflows and notify do not import each other, so no compiler compares the names.
func templateFaults(files []file) []string {
	var faults, wanted []string
	for _, name := range templatesNamed(files) {
		for _, lang := range []string{"zh", "en"} {
			for _, part := range []string{"subject", "txt", "html"} {
				wanted = append(wanted, fmt.Sprintf("%s%s.%s.%s", templates, name, lang, part))
			}
		}
	}
	for _, f := range files { // an SMS is optional, and in both languages too
		if name, lang, ok := smsFile(f.path); ok && slices.Contains(templatesNamed(files), name) {
			other := map[string]string{"zh": "en", "en": "zh"}[lang]
			wanted = append(wanted, fmt.Sprintf("%s%s.%s.sms", templates, name, lang), fmt.Sprintf("%s%s.%s.sms", templates, name, other))
		}
	}
	slices.Sort(wanted)
	for _, w := range slices.Compact(wanted) {
		if !slices.ContainsFunc(files, func(f file) bool { return f.path == w && strings.TrimSpace(f.text) != "" }) {
			faults = append(faults, w+" is missing or empty")
		}
	}
	for _, f := range files {
		if strings.HasPrefix(f.path, templates) && f.path != templates+"frame.html" && !slices.Contains(wanted, f.path) {
			faults = append(faults, f.path+" belongs to no message that a workflow names")
		}
	}
	return faults
}

func smsFile(path string) (name, lang string, ok bool) {
	name, ok = strings.CutSuffix(strings.TrimPrefix(path, templates), ".sms")
	if name, lang, _ = strings.Cut(name, "."); !strings.HasPrefix(path, templates) {
		ok = false
	}
	return name, lang, ok
}

// templatesNamed are the values that workflows give to the field Template, which are constants of the package.
func templatesNamed(files []file) []string {
	constants := map[string]string{}
	var given []string
	for _, f := range files {
		if !f.ships() || !strings.HasPrefix(f.path, "workflows/") {
			continue
		}
		_, tree, err := f.syntax()
		if err != nil {
			continue // the compiler says it better
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, v := range n.Values {
					if text, ok := v.(*ast.BasicLit); ok && text.Kind == token.STRING {
						constants[n.Names[i].Name], _ = strconv.Unquote(text.Value)
					}
				}
			case *ast.KeyValueExpr:
				if field, ok := n.Key.(*ast.Ident); ok && field.Name == "Template" {
					if name, ok := n.Value.(*ast.Ident); ok {
						given = append(given, name.Name)
					}
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					field, ok := to.(*ast.SelectorExpr)
					if ok && field.Sel.Name == "Template" && len(n.Rhs) == len(n.Lhs) {
						if name, ok := n.Rhs[i].(*ast.Ident); ok {
							given = append(given, name.Name)
						}
					}
				}
			}
			return true
		})
	}
	var names []string
	for _, name := range given {
		names = append(names, constants[name])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestMessagesStandInBothLanguages(t *testing.T) { holds(t, templateFaults(project(t))) }

func TestTemplateFaultsAreFound(t *testing.T) {
	finds(t, templateFaults([]file{
		{"workflows/leadwork.go", "package workflows\nconst told = \"lead-told\"\nfunc f(m *Message) { m.Template, m.Lang = told, \"zh\" }\n"},
		{"workflows/taskwork.go", "package workflows\nconst asked = \"task-asked\"\nvar letters = []letter{{Template: asked}}\n"},
		{templates + "frame.html", "<p>"},
		{templates + "lead-told.zh.subject", "a"}, {templates + "lead-told.zh.txt", "a"}, {templates + "lead-told.zh.html", "a"},
		{templates + "lead-told.en.subject", "a"}, {templates + "lead-told.en.txt", "\n"},
		{templates + "lead-old.en.txt", "a"}, {templates + "lead-old.en.sms", "a"}, {templates + "lead-told.zh.sms", "a"},
	}), "lead-told.en.sms is missing", "lead-old.en.sms belongs to no message", "lead-told.en.txt is missing or empty", "lead-told.en.html is missing", "task-asked.zh.subject", "task-asked.zh.txt", "task-asked.zh.html", "task-asked.en.subject", "task-asked.en.txt",
		"task-asked.en.html", "lead-old.en.txt belongs to no message")
}
