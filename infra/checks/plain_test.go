package checks

import (
	"fmt"
	"go/ast"
	"go/token"
	"html"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// pages are what a person reads first. infra/DEPLOY.md is long and read step by step, so it may have long lines.
var pages = []string{"README.md", "infra/docs/use.md", "infra/docs/build.md", "infra/docs/operate.md"}

// What a page may have, so that it is read to its end.
const (
	sentenceWords = 25
	pageColumns   = 120
	pageLines     = 150
)

var (
	fenced       = regexp.MustCompile("(?s)```.*?```")
	inlineCode   = regexp.MustCompile("`[^`]*`")
	blockBegins  = regexp.MustCompile(`(?m)^ *(?:[-*|#]|\d+\.) *`)
	sentenceEnds = regexp.MustCompile(`[.!?;](?:\s|$)|\n\n|[。；：]`)
	// clauseEnds end a sentence of a comment or a text. What follows a colon there is read by itself, and so is a
	// line of a list or of an example.
	clauseEnds   = regexp.MustCompile(`[.!?;:](?:["”)]*\s|$)|\n[ \t]|\n\n|\n *[-*] |[。；：·]`)
	unclearWord  = regexp.MustCompile(`(?i)\b(whoever|nobody's|he|him|his)\b`)
	described    = regexp.MustCompile(`description:"((?:[^"\\]|\\.)*)"`)
	markup       = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)
	templComment = regexp.MustCompile(`(?m)^\s*//(.*)$|<!--((?s:.*?))-->`)
)

// sentences are the sentences of a text in Markdown, without code.
func sentences(text string) []string {
	text = inlineCode.ReplaceAllString(fenced.ReplaceAllString(text, "\n\n"), "code")
	return sentenceEnds.Split(blockBegins.ReplaceAllString(text, "\n\n"), -1)
}

// plainFaults lists sentences that are too long to be read once, and words that leave open who is meant.
func plainFaults(name, text string) []string { return sentenceFaults(name, sentences(text)) }

func sentenceFaults(name string, list []string) []string {
	var faults []string
	for _, s := range list {
		if n := len(strings.Fields(s)); n > sentenceWords {
			faults = append(faults, fmt.Sprintf("%s: a sentence of %d words: %s", name, n, strings.Join(strings.Fields(s), " ")))
		}
		if found := unclearWord.FindString(s); found != "" {
			faults = append(faults, fmt.Sprintf("%s: %q is no role: %s", name, found, strings.Join(strings.Fields(s), " ")))
		}
	}
	return faults
}

// pageFaults lists what makes a page hard to read: its length, and lines over the columns of a terminal.
func pageFaults(name, text string) []string {
	faults := plainFaults(name, text)
	lines := strings.Split(text, "\n")
	if len(lines) > pageLines {
		faults = append(faults, fmt.Sprintf("%s has %d lines, more than a person reads", name, len(lines)))
	}
	for i, line := range lines {
		if n := utf8.RuneCountInString(line); n > pageColumns {
			faults = append(faults, fmt.Sprintf("%s:%d has %d columns", name, i+1, n))
		}
	}
	return faults
}

// wordingFaults lists the faults of plainFaults in comments of Go and of pages, in the strings of Go and in what
// people are sent. A test may hold long data, so the strings of tests are looked at for words alone.
func wordingFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		switch {
		case f.generated():
		case path.Ext(f.path) == ".go":
			faults = append(faults, goWordingFaults(f)...)
		case path.Ext(f.path) == ".templ":
			for _, found := range templComment.FindAllStringSubmatch(f.text, -1) {
				faults = append(faults, sentenceFaults(f.path, clauseEnds.Split(found[1]+found[2], -1))...)
			}
			text := html.UnescapeString(markup.ReplaceAllString(templComment.ReplaceAllString(f.text, ""), "\n\n"))
			faults = append(faults, wordsAlone(sentenceFaults(f.path, clauseEnds.Split(text, -1)))...)
		case strings.HasPrefix(f.path, templates) && f.path != templates+"frame.html":
			text := html.UnescapeString(markup.ReplaceAllString(f.text, "\n\n"))
			faults = append(faults, sentenceFaults(f.path, clauseEnds.Split(text, -1))...)
		}
	}
	return faults
}

func goWordingFaults(f file) []string {
	set, tree, err := f.syntax()
	if err != nil {
		return []string{f.path + ": " + err.Error()}
	}
	at := func(n ast.Node) string { return fmt.Sprintf("%s:%d", f.path, set.Position(n.Pos()).Line) }
	var faults []string
	for _, group := range tree.Comments {
		faults = append(faults, sentenceFaults(at(group), clauseEnds.Split(group.Text(), -1))...)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			return true
		}
		if strings.HasPrefix(text, "json:") || strings.Contains(text, "description:") {
			text = ""
			for _, found := range described.FindAllStringSubmatch(literal.Value, -1) {
				text += found[1] + "\n\n"
			}
		}
		found := sentenceFaults(at(n), clauseEnds.Split(text, -1))
		if !f.ships() {
			found = wordsAlone(found)
		}
		faults = append(faults, found...)
		return true
	})
	return faults
}

// wordsAlone are the faults without those of length.
func wordsAlone(faults []string) []string {
	var out []string
	for _, fault := range faults {
		if strings.Contains(fault, "is no role: ") {
			out = append(out, fault)
		}
	}
	return out
}

// byFile counts faults by the file that begins each.
func byFile(faults []string) map[string]int {
	out := map[string]int{}
	for _, fault := range faults {
		name, _, _ := strings.Cut(fault, ":")
		out[name]++
	}
	return out
}

func TestPagesArePlain(t *testing.T) {
	for _, name := range pages {
		holds(t, pageFaults(name, read(t, name).text))
	}
}

func TestPageFaultsAreFound(t *testing.T) {
	long := strings.Repeat("be ", sentenceWords)
	finds(t, pageFaults("a.md", "# A\n\n"+long+"and one.\n\n- "+long+"\n- his own\n\n```\n"+long+"he\n```\n"+
		"`"+long+"and` code\n"+strings.Repeat("-", pageColumns+1)+strings.Repeat("\n", pageLines)),
		"a sentence of 27 words", `"his" is no role`, "more than a person reads", "a.md:12 has 121 columns")
}

func TestWordingIsPlain(t *testing.T) {
	faults := wordingFaults(project(t))
	shrinking{"wording.txt", "sentences that are long or name nobody", "TestWordingIsPlain"}.check(t, byFile(faults))
	if t.Failed() || testing.Verbose() {
		for _, fault := range faults {
			t.Log(fault)
		}
	}
}

func TestWordingFaultsAreFound(t *testing.T) {
	long := strings.Repeat("be ", sentenceWords)
	found := wordingFaults([]file{
		{"shared/a/a.go", "package a\n\n// A is " + long + "too.\n" +
			"// B, for " + "whoever asks: a list\n//\n//\t" + long + "\nvar A = \"" +
			long + "and one. " + long + "\"\n\nvar B = `json:\"b\" description:\"" + "What he has\" his:\"x\"`\n"},
		{"shared/a/a_test.go", "package a\n\nvar A = \"" + long + "and one\"\n\nvar B = \"" + "his own\"\n"},
		{"shared/a/a_templ.go", "package a\n\n// " + "his\n"},
		{"shared/a/a.templ", "package a\n\n// " + long + "and one\n<p class=\"" + "his\">nothing</p><p>tell " + "him</p>\n"},
		{templates + "a/b.en.html", "<p>" + long + "</p><p>" + long + "and one</p>"},
		{templates + "a/b.zh.txt", strings.Repeat("是 ", sentenceWords) + "。是"},
		{"a/b.md", "his"},
	})
	finds(t, found, "a.go:3: a sentence of 28 words", `a.go:3: "whoever" is no role`, "a.go:7: a sentence of 27 words",
		`a.go:9: "he" is no role`, `a_test.go:5: "his" is no role`, "a.templ: a sentence of 27 words",
		`a.templ: "him" is no role`, "b.en.html: a sentence of 27 words")
	if got := byFile(found); len(got) != 4 || got["shared/a/a.go"] != 4 {
		t.Errorf("by file: %v", got)
	}
}
