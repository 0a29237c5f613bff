package checks

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	targetRule  = regexp.MustCompile(`(?m)^([a-z]+):.*## `)
	targetNamed = regexp.MustCompile(`(?m)\bmake ([a-z][a-z-]*)`)
	walkStep    = regexp.MustCompile("(?m)^(\\d+)\\. `([^`: ]+): ([A-Za-z]+)`")
	pathNamed   = regexp.MustCompile("`([A-Za-z0-9._-]+(?:/[A-Za-z0-9._*-]+)+/?)`")
)

// walkSteps is how many steps the README walks one request.
const walkSteps = 10

// targetFaults lists make targets that the README names and the Makefile does not have, and documented ones that
// the README leaves out.
func targetFaults(readme, makefile string) []string {
	var faults []string
	named := firsts(targetNamed.FindAllStringSubmatch(code(readme), -1))
	for _, target := range named {
		if !regexp.MustCompile(`(?m)^` + target + `:`).MatchString(makefile) {
			faults = append(faults, "the README names make "+target+", which the Makefile does not have")
		}
	}
	for _, target := range firsts(targetRule.FindAllStringSubmatch(makefile, -1)) {
		if !slices.Contains(named, target) {
			faults = append(faults, "the README says nothing of make "+target)
		}
	}
	return faults
}

// code is what stands in backquotes or in a fenced block: "make" is a word as well.
func code(text string) string {
	return strings.Join(regexp.MustCompile("(?s)```.*?```|`[^`\n]*`").FindAllString(text, -1), "\n")
}

func firsts(matches [][]string) []string {
	out := make([]string, len(matches))
	for i, m := range matches {
		out[i] = m[1]
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// walkFaults lists steps of the README's walk that lead to nothing. A step begins with its number and `file: Name`:
// a function or method of a Go file, or a resource of the template.
func walkFaults(readme string, files []file) []string {
	var faults []string
	steps := walkStep.FindAllStringSubmatch(readme, -1)
	if len(steps) != walkSteps {
		faults = append(faults, fmt.Sprintf("the walk has %d steps, not %d", len(steps), walkSteps))
	}
	for i, step := range steps {
		number, name, what := step[1], step[2], step[3]
		if number != fmt.Sprint(i+1) {
			faults = append(faults, fmt.Sprintf("step %s stands where %d should", number, i+1))
		}
		declared := regexp.MustCompile(`(?m)^func (\([^)]*\) )?` + what + `\(|^  ` + what + `:$`)
		at := slices.IndexFunc(files, func(f file) bool { return f.path == name })
		if at < 0 {
			faults = append(faults, "step "+number+": there is no "+name)
		} else if !declared.MatchString(files[at].text) {
			faults = append(faults, "step "+number+": "+name+" does not declare "+what)
		}
	}
	return faults
}

// pathFaults lists paths in backquotes that are not there. Folders that only a run makes begin with a dot.
func pathFaults(readme string, exists func(string) bool) []string {
	var faults []string
	for _, p := range firsts(pathNamed.FindAllStringSubmatch(readme, -1)) {
		if made := strings.HasPrefix(p, ".local/") || strings.HasPrefix(p, ".build/"); !made && !exists(p) {
			faults = append(faults, "the README names "+p+", which is not there")
		}
	}
	return faults
}

// fuzzFaults lists fuzz targets that `make fuzz` does not run. It finds them by a pattern over lines, named with
// grep's -E.
func fuzzFaults(makefile string, files []file) []string {
	m := regexp.MustCompile(`(?m)^fuzz:\n.*\bgrep [^\n]*-E '([^']+)' -- '\*_test\.go'`).FindStringSubmatch(makefile)
	if m == nil {
		return []string{"make fuzz does not look for targets in every _test.go"}
	}
	listed := regexp.MustCompile("(?m)" + m[1])
	target := regexp.MustCompile(`(?m)^[ \t]*func\s+(Fuzz\w*)\s*\(`)
	var faults []string
	for _, f := range files {
		if !strings.HasSuffix(f.path, ".go") {
			continue
		}
		for _, m := range target.FindAllStringSubmatch(f.text, -1) {
			if !strings.HasSuffix(f.path, "_test.go") || !listed.MatchString(m[0]) {
				faults = append(faults, f.path+": make fuzz does not find "+m[1])
			}
		}
	}
	return faults
}

func TestReadmeIsTrue(t *testing.T) {
	var all strings.Builder
	for _, name := range pages {
		all.WriteString(read(t, name).text)
	}
	holds(t, targetFaults(all.String(), read(t, "Makefile").text))
	holds(t, walkFaults(read(t, "README.md").text, project(t)))
	holds(t, pathFaults(all.String(), func(p string) bool {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(p)))
		return err == nil && len(found) > 0
	}))
}

func TestEveryFuzzTargetRuns(t *testing.T) {
	holds(t, fuzzFaults(read(t, "Makefile").text, project(t)))
}

const plantedMakefile = ".PHONY: dev test style\ndev: build ## start\n\ntest: ## test\n\nstyle:\n\tgofmt\n\nfuzz:\n\t@git grep -E '^func Fuzz' -- '*_test.go' | run\n"

func TestReadmeFaultsAreFound(t *testing.T) {
	finds(t, targetFaults("Run `make dev` or `make deploy`; they make sense. `make style` too.\n", plantedMakefile),
		"make deploy, which", "nothing of make test")
	files := []file{{"a/a.go", "package a\nfunc (s *Server) Read() {\n}\n"},
		{"template.yaml", "Resources:\n  Gateway:\n    Type: x\n"}}
	walk := "1. `a/a.go: Read` reads.\n2. `template.yaml: Gateway` lets in.\n3. `a/a.go: Write` is gone.\n5. `b/b.go: Read` is gone.\n"
	finds(t, walkFaults(walk, files), "has 4 steps", "step 3: a/a.go does not declare Write", "step 5 stands where 4",
		"step 5: there is no b/b.go")
	finds(t, pathFaults("`a/b`, `a/c/`, `.local/x`, `GET /leads`, and/or", func(p string) bool { return p == "a/b" }),
		"a/c/")
}

func TestFuzzFaultsAreFound(t *testing.T) {
	files := []file{{"a/a_test.go", "func FuzzA(f *testing.F) {\n"}, {"a/b_test.go", "\tfunc FuzzB(f *testing.F) {\n"},
		{"a/c.go", "func FuzzC(f *testing.F) {\n"}}
	finds(t, fuzzFaults(plantedMakefile, files), "a/b_test.go: make fuzz does not find FuzzB",
		"a/c.go: make fuzz does not find FuzzC")
	finds(t, fuzzFaults("fuzz:\n\tgo test -fuzz FuzzA ./a\n", files), "does not look for targets in every")
}
