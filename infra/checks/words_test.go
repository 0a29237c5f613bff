package checks

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// foreignWords are what no text of the project holds. Sums in lock files are random letters, so only what can stand in them by intent is looked for
// there.
var foreignWords = []struct {
	what    string
	words   *regexp.Regexp
	inLocks bool
}{
	{"a path of one machine", regexp.MustCompile(`(^|[^\w.$}-])/(wo` + `rk|ro` + `ot|ho` + `me)/`), false},
	{"unfinished work", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|X` + `XX)\b`), false},
	{"the address of a registry", regexp.MustCompile(`"resolved":\s*"http|^\s*(registry|index-url|proxy)\s*=`), true},
}

var lockFiles = []string{"package-lock.json", "go.sum"}

func wordFaults(files []file) []string {
	var faults []string
	for _, f := range files {
		lock := slices.Contains(lockFiles, path.Base(f.path))
		number := 0
		for line := range strings.Lines(f.text) {
			number++
			for _, w := range foreignWords {
				if found := w.words.FindString(line); found != "" && (w.inLocks || !lock) {
					faults = append(faults, fmt.Sprintf("%s:%d: %q is %s", f.path, number, found, w.what))
				}
			}
		}
	}
	return faults
}

func TestWords(t *testing.T) { holds(t, wordFaults(project(t))) }

func TestWordFaultsAreFound(t *testing.T) {
	finds(t, wordFaults([]file{
		{"a/package-lock.json", "{\n  \"resolved\": \"https://registry.example/a.tgz\",\n  \"integrity\": \"/ro" + "ot/TO" + "DO\"\n}"},
		{"a/.npmrc", "registry=https://registry.example\n"},
		{"a/a.go", "package a\n\n// TO" + "DO: later\n"},
		{"a/b.go", "package a\n\nconst dir = \"/wo" + "rk/a\"\n"},
		{"a/c.go", "package a // net/work/a, todos, FIXMES, ${HOME}/work/x\n"},
	}), "a/package-lock.json:2", "a/.npmrc:1", "a/a.go:3", "a/b.go:3")
}
