package checks

import (
	"fmt"
	"regexp"
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
	unclearWord  = regexp.MustCompile(`(?i)\b(whoever|nobody's|he|him|his)\b`)
)

// sentences are the sentences of a text in Markdown, without code.
func sentences(text string) []string {
	text = inlineCode.ReplaceAllString(fenced.ReplaceAllString(text, "\n\n"), "code")
	return sentenceEnds.Split(blockBegins.ReplaceAllString(text, "\n\n"), -1)
}

// plainFaults lists sentences that are too long to be read once, and words that leave open who is meant.
func plainFaults(name, text string) []string {
	var faults []string
	for _, s := range sentences(text) {
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
