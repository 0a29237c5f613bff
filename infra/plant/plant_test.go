package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"afterpress/infra/local/engine"
)

// shop is a module of one rule; its tests do what tests do.
var shop = map[string]string{
	"go.mod": "module shop\n\ngo 1.26\n\nrequire pgregory.net/rapid v0.0.0\n\n" +
		"replace pgregory.net/rapid => ./rapid\n",
	"rapid/go.mod": "module pgregory.net/rapid\n\ngo 1.26\n",
	"rapid/rapid.go": "package rapid\n\nimport \"flag\"\n\n" +
		"var NoFile = flag.Bool(\"rapid.nofailfile\", false, \"write down nothing\")\n",
	"rule.go": "package shop\n\n// full says no beyond two.\nfunc full(n int) bool { return n > 2 }\n",
	"rule_test.go": `package shop

import (
	"os"
	"testing"

	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	if full(0) {
		os.Exit(3)
	}
	os.Exit(m.Run())
}

func TestFull(t *testing.T) {
	if !full(3) || full(-1) {
		t.Error("three are too many")
	}
}

func TestFilling(t *testing.T) {
	for n := 0; !full(n); n = (n + 1) % 10 {
	}
}

func TestRed(t *testing.T) { t.Error("it fails anyhow") }

func TestLaw(t *testing.T) {
	if full(3) {
		return
	}
	t.Error("it was found again")
	if !*rapid.NoFile {
		_ = os.WriteFile("law.fail", []byte("3"), 0o600)
	}
}
`}

// ground lays the module out, for a nursery whose tests may run for the limit.
func ground(t *testing.T, limit time.Duration) nursery {
	t.Helper()
	n := nursery{root: t.TempDir(), temp: t.TempDir(), limit: limit, out: t.Output()}
	if err := os.Mkdir(filepath.Join(n.root, "rapid"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range shop {
		if err := os.WriteFile(filepath.Join(n.root, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func bug(old, changed string, tests ...string) Bug {
	return Bug{Name: old + " is " + changed, Harm: "too many", File: "rule.go", Old: old, New: changed, Package: ".",
		Tests: tests}
}

func TestWhatBecomesOfABugIsToldApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		bug   Bug
		want  outcome
		limit time.Duration
		said  string
	}{
		{"a test fails", bug("n > 2", "n > 3", "TestFull"), noticed, time.Minute, "three are too many"},
		{"one of several tests fails", bug("n > 2", "n > 3", "TestFilling", "TestFull"), noticed, time.Minute, ""},
		{"a law fails", bug("n > 2", "n > 3", "TestLaw"), noticed, time.Minute, "found again"},
		{"the tests pass", bug("n > 2", "n >= 2", "TestFull"), missed, time.Minute, "TestFull"},
		{"the text is gone", bug("n > 5", "n > 6", "TestFull"), stale, time.Minute, "0 times"},
		{"the text stands twice", bug("full", "empty", "TestFull"), stale, time.Minute, "2 times"},
		{"the file is gone", Bug{File: "gone.go", Package: ".", Tests: []string{"TestFull"}}, stale, time.Minute, "gone.go"},
		{"the test is gone", bug("n > 2", "n > 3", "TestEmpty"), stale, time.Minute, "no TestEmpty"},
		{"it does not compile", bug("n > 2", "m > 2", "TestFull"), stale, time.Minute, "undefined: m"},
		{"the test does not end", bug("n > 2", "n > 20", "TestFilling"), hung, 3 * time.Second, "3s"},
		{"the tests never began", bug("n > 2", "n > -1", "TestFull"), broke, time.Minute, "exit status 3"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			n := ground(t, c.limit)
			got, said := n.try(t.Context(), c.bug)
			if got != c.want || !strings.Contains(said, c.said) {
				t.Errorf("%s, want %s: %s", got, c.want, said)
			}
			for name, text := range shop {
				if now, err := os.ReadFile(filepath.Join(n.root, name)); err != nil || string(now) != text {
					t.Errorf("%s was changed: %v", name, err)
				}
			}
			for dir, want := range map[string]int{n.root: 4, n.temp: 0} { // the folder of rapid is one
				left, err := os.ReadDir(dir)
				if err != nil || len(left) != want {
					t.Errorf("%d files are left in %s, %v", len(left), dir, err)
				}
			}
		})
	}
}

// The run fails with one bug that nobody notices, and where tests fail without a bug nothing is planted.
func TestARunFailsWithEachBugThatIsNotNoticed(t *testing.T) {
	t.Parallel()
	seen, unseen := bug("n > 2", "n > 3", "TestFull"), bug("n > 2", "n >= 2", "TestFull")
	for _, c := range []struct {
		what string
		bugs []Bug
		want string
	}{
		{"all are noticed", []Bug{seen, seen}, ""},
		{"one is missed", []Bug{seen, unseen}, "1 of 2 bugs were not noticed"},
		{"a test fails anyhow", []Bug{seen, bug("n > 2", "n > 3", "TestRed")}, "do not pass without a bug"},
	} {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			err := ground(t, time.Minute).all(t.Context(), c.bugs, 1)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

func TestBugsThatAreNotWholeAreRefused(t *testing.T) {
	t.Parallel()
	const whole = "- {name: a, harm: h, file: f, old: x, new: y, package: ., tests: [T]}\n"
	for text, want := range map[string]string{
		whole: "", "": "EOF", "- {name: a, colour: red}": "colour", whole + whole: `entry 2, "a"`,
		"- {name: a, harm: h, file: f, old: x, new: x, package: ., tests: [T]}": `entry 1, "a"`,
		"- {name: a, file: f, old: x, new: y, package: ., tests: [T]}":          `entry 1, "a"`,
		"- {name: a, harm: h, file: f, old: x, new: y, package: .}":             `entry 1, "a"`,
	} {
		_, err := load(fstest.MapFS{"bugs/one.yaml": {Data: []byte(text)}})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// A change of the code takes its bugs along: each place and each test is still there.
func TestEveryBugHasItsPlace(t *testing.T) {
	t.Parallel()
	root, err := engine.Root()
	if err != nil {
		t.Fatal(err)
	}
	bugs, err := load(planted)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bugs {
		if _, err := b.plant(root); err != nil {
			t.Errorf("%s: %v", b.Name, err)
		}
	}
}

// All shares together are all bugs, each once.
func TestSharesAreAllBugs(t *testing.T) {
	all, err := chosen("", 1)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, turn := range []string{"0", "1", "2", "3", "4"} {
		t.Setenv("TURN", turn)
		share, err := chosen("", 5)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range share {
			times[b.Name]++
		}
	}
	for _, b := range all {
		if times[b.Name] != 1 {
			t.Errorf("%s is planted %d times in 5 days", b.Name, times[b.Name])
		}
	}
	t.Setenv("TURN", "today")
	if _, err := chosen("", 5); err == nil {
		t.Error("TURN takes a word")
	}
}
