package checks

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// clumsy are words that people stumbled over, and what stands in their place. One thing has one word.
var clumsy = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"half-width punctuation beside a Chinese character", regexp.MustCompile(`\p{Han}[,;:!?()]|[,;:!?)]\p{Han}`)},
	{"a space between Chinese characters", regexp.MustCompile(`[\p{Han}，。；：！？（）“”、] +[\p{Han}，。；：！？（）“”、]`)},
	{"a space beside a placeholder", regexp.MustCompile(`\p{Han} \{\{(?:code|due|promise|until|moment|reference)\}\}|` +
		`\{\{(?:code|due|promise|until|moment|reference)\}\} \p{Han}`)},
	{"another word than 订单", regexp.MustCompile(`印件|作业|工单`)},
	{"another word than 降价 or 抵扣", regexp.MustCompile(`折让|贷记`)},
	{"a word for word translation", regexp.MustCompile(`对您的价值|被问|心意`)},
	{"a word for word translation", regexp.MustCompile(`(?i)\bhears? of us\b|(?:^|[.;] )you hear from us\b|` +
		`\btick all that\b|\bon your complaint\b|^Enter: `)},
}

// aPattern marks a string as a pattern over what others wrote, which is no text of ours.
var aPattern = regexp.MustCompile(`\(\?[:im]|\{0,|\\[bs]`)

// clumsyFaults lists texts of the product that a reader of their language stumbles over.
func clumsyFaults(files []file) []string {
	var faults []string
	look := func(place, text string) {
		for _, c := range clumsy {
			if found := c.pattern.FindString(text); found != "" {
				faults = append(faults, fmt.Sprintf("%s: %q is %s", place, found, c.what))
			}
		}
	}
	for _, f := range files {
		switch {
		case f.generated():
		case f.ships():
			set, tree, err := f.syntax()
			if err != nil {
				faults = append(faults, f.path+": "+err.Error())
				continue
			}
			ast.Inspect(tree, func(n ast.Node) bool {
				literal, ok := n.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return true
				}
				text, err := strconv.Unquote(literal.Value)
				if err == nil && !aPattern.MatchString(text) {
					look(fmt.Sprintf("%s:%d", f.path, set.Position(n.Pos()).Line), text)
				}
				return true
			})
		case path.Ext(f.path) == ".templ" || strings.HasPrefix(f.path, templates):
			for i, line := range strings.Split(f.text, "\n") {
				look(fmt.Sprintf("%s:%d", f.path, i+1), line)
			}
		}
	}
	return faults
}

func TestTextsAreNotClumsy(t *testing.T) { holds(t, clumsyFaults(project(t))) }

func TestClumsyFaultsAreFound(t *testing.T) {
	finds(t, clumsyFaults([]file{
		{"shared/a/a.go", "package a\n\nvar a = []string{\"您好，2,000 件（约）\",\n\t\"您好,\",\n\t`(?:满|不足),满`,\n\t\"今天 明天\"}\n"},
		{"shared/a/a_test.go", "package a\n\nvar a = \"作业,\"\n"},
		{"infra/a/a.go", "package a\n\nvar a = \"作业,\"\n"},
		{"shared/a/a.templ", "<p>请选择 作业</p>\n"},
		{templates + "a/b.zh.txt", "验证码 {{code}}\n打开 {{link}} 答复\n"},
		{templates + "a/b.en.txt", "Good.\nYou hear from us soon.\n"},
	}), "a.go:4", "a.go:6", "a.templ:1: \"择 作\"", "a.templ:1: \"作业\"", "b.zh.txt:1", "b.en.txt:2")
}
