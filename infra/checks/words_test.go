package checks

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// foreignWords are what no text of the project holds; before and after tell them from longer words. Sums in lock
// files are random letters, so only what can stand there by intent is looked for there.
var foreignWords = []struct {
	what          string
	words         []string
	before, after string
	inLocks       bool
}{
	{"a path of one machine", []string{"/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/"}, `(^|[^\w.$}-])`, ``, false},
	{"unfinished work", []string{"TO" + "DO", "FIX" + "ME", "X" + "XX"}, `\b`, `\b`, false},
	{"the address of a registry", []string{`"resolved"`}, ``, `:\s*"http`, true},
	{"the address of a registry", []string{"registry", "index-url", "proxy"}, `^\s*`, `\s*=`, true},
}

var lockFiles = []string{"package-lock.json", "go.sum"}

func wordFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		lock := slices.Contains(lockFiles, path.Base(f.path))
		for _, w := range foreignWords {
			there := func(word string) bool { return strings.Contains(f.text, word) }
			if lock && !w.inLocks || !slices.ContainsFunc(w.words, there) { // spares the race detector most of the reading
				continue
			}
			pattern := regexp.MustCompile(w.before + "(" + strings.Join(w.words, "|") + ")" + w.after)
			for i, line := range strings.Split(f.text, "\n") {
				if found := pattern.FindString(line); found != "" {
					faults = append(faults, fmt.Sprintf("%s:%d: %q is %s", f.path, i+1, found, w.what))
				}
			}
		}
	}
	return faults
}

func TestWords(t *testing.T) { holds(t, wordFaults(project(t))) }

func TestWordFaultsAreFound(t *testing.T) {
	finds(t, wordFaults([]file{
		{"a/package-lock.json", "{\n  \"resolved\": \"https://registry.example/a.tgz\",\n  \"integrity\": \"/ro" + "ot/TO" +
			"DO\"\n}"},
		{"a/.npmrc", "registry=https://registry.example\n"},
		{"a/a.go", "package a\n\n// TO" + "DO: later\n"},
		{"a/b.go", "package a\n\nconst dir = \"/wo" + "rk/a\"\n"},
		{"a/c.go", "package a // net/work/a, todos, FIXMES, ${HOME}/work/x\n"},
	}), "a/package-lock.json:2", "a/.npmrc:1", "a/a.go:3", "a/b.go:3")
}
