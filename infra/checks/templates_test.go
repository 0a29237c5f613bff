package checks

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const templates = "shared/notify/templates/"

// templateFaults lists messages that do not stand in both languages, in each of three parts, and files of no
// message. A message is named once, by a constant beside the rules: workflows send each by that, and nobody spells
// its name again.
func templateFaults(files []file) []string {
	names := templateNames(files)
	var faults, wanted []string
	for _, name := range names {
		area, says, _ := strings.Cut(name, "-") // lead-assigned is lead/assigned
		for _, lang := range []string{"zh", "en"} {
			for _, part := range []string{"subject", "txt", "html"} {
				wanted = append(wanted, fmt.Sprintf("%s%s/%s.%s.%s", templates, area, says, lang, part))
			}
		}
	}
	for _, f := range files { // an SMS is optional, and in both languages too
		if stem, ok := strings.CutSuffix(f.path, ".sms"); ok {
			stem = strings.TrimSuffix(strings.TrimSuffix(stem, ".zh"), ".en")
			if slices.Contains(wanted, stem+".zh.txt") {
				wanted = append(wanted, stem+".zh.sms", stem+".en.sms")
			}
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
			faults = append(faults, f.path+" belongs to no message that has a name")
		}
	}
	return append(faults, templateUseFaults(files, names)...)
}

// templateNames are the messages by their constants, which begin with Template.
func templateNames(files []file) map[string]string {
	names := map[string]string{}
	for _, f := range files {
		if !f.ships() || !strings.HasPrefix(f.path, "shared/crm/") {
			continue
		}
		inspect(f, func(_ *token.FileSet, n ast.Node) {
			spec, ok := n.(*ast.ValueSpec)
			for i := 0; ok && i < len(spec.Values); i++ {
				if text, ok := literal(spec.Values[i]); ok && strings.HasPrefix(spec.Names[i].Name, "Template") {
					names[spec.Names[i].Name] = text
				}
			}
		})
	}
	return names
}

// templateUseFaults lists messages that no workflow sends, and names that are spelt where their constant should stand.
func templateUseFaults(files []file, names map[string]string) []string {
	spelt, sent := map[string]int{}, map[string]bool{}
	var faults []string
	for _, f := range files {
		if !f.ships() {
			continue
		}
		inspect(f, func(set *token.FileSet, n ast.Node) {
			if use, ok := n.(*ast.SelectorExpr); ok && strings.HasPrefix(f.path, "workflows/") {
				sent[use.Sel.Name] = true
			}
			text, ok := literal(n)
			if !ok || !slices.Contains(slices.Collect(maps.Values(names)), text) {
				return
			}
			if spelt[text]++; spelt[text] > 1 || !strings.HasPrefix(f.path, "shared/crm/") {
				faults = append(faults, fmt.Sprintf("%s spells %q, which has a constant", set.Position(n.Pos()), text))
			}
		})
	}
	for _, constant := range slices.Sorted(maps.Keys(names)) {
		if !sent[constant] {
			faults = append(faults, constant+" is sent by no workflow")
		}
	}
	return faults
}

func inspect(f file, look func(*token.FileSet, ast.Node)) {
	set, tree, err := f.syntax()
	if err != nil {
		return // the compiler says it better
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		look(set, n)
		return true
	})
}

func literal(n ast.Node) (string, bool) {
	text, ok := n.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(text.Value)
	return value, err == nil
}

func TestMessagesStandInBothLanguages(t *testing.T) {
	if names := templateNames(project(t)); len(names) < 40 {
		t.Errorf("only %d messages have a name", len(names))
	}
	holds(t, templateFaults(project(t)))
}

func TestTemplateFaultsAreFound(t *testing.T) {
	const rules = "package crm\nconst (\n\tTemplateLeadTold = \"lead-told\"\n\tTemplateTaskAsked = \"task-asked\"\n)\n"
	finds(t, templateFaults([]file{
		{"shared/crm/template.go", rules},
		{"workflows/leadwork.go", "package workflows\nfunc f(m *crm.Message) { m.Template = crm.TemplateLeadTold }\n"},
		{"workflows/taskwork.go", "package workflows\nconst asked = \"task-asked\"\n"},
		{"shared/crm/other.go", "package crm\nconst told = \"lead-told\"\n"},
		{"workflows/lead_test.go", "package workflows\nconst told = \"lead-told\"\n"},
		{templates + "frame.html", "<p>"},
		{templates + "lead/told.zh.subject", "a"}, {templates + "lead/told.zh.txt", "a"},
		{templates + "lead/told.zh.html", "a"},
		{templates + "lead/told.en.subject", "a"}, {templates + "lead/told.en.txt", "\n"},
		{templates + "lead/old.en.txt", "a"}, {templates + "lead/old.en.sms", "a"}, {templates + "lead-told.en.txt", "a"},
		{templates + "lead/told.zh.sms", "a"},
	}), "lead/told.en.sms is missing", "lead/told.en.txt is missing or empty", "lead/told.en.html is missing",
		"task/asked.zh.subject", "task/asked.zh.txt", "task/asked.zh.html",
		"task/asked.en.subject", "task/asked.en.txt", "task/asked.en.html",
		"lead/old.en.txt belongs to no message", "lead/old.en.sms belongs to no message",
		"lead-told.en.txt belongs to no message",
		"TemplateTaskAsked is sent by no workflow", "workflows/taskwork.go:2:15 spells", "shared/crm/other.go:2:14 spells")
}
