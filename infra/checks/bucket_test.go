package checks

import (
	"fmt"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// unexpired are prefixes of the bucket at which no rule deletes anything, and what ends the files there.
var unexpired = map[string]string{
	"attached/":     "the nightly step deletes them with their record, by the policy (erasure.EndRecord)",
	"letters/held/": "a letter waits there for a person, who moves it to letters/done/ (files.EndLetters)",
}

// prefixed is a literal that begins a key of the bucket, and nothing else in the code.
var prefixed = regexp.MustCompile(`^(quarantine|attached|letters)/[a-z/]*$`)

// lifecycle is a rule of the bucket.
type lifecycle struct {
	ID     string `yaml:"Id"`
	Prefix string `yaml:"Prefix"`
	Days   int    `yaml:"ExpirationInDays"`
}

// bucketFaults lists prefixes that the code writes at and that nothing empties. It also lists rules and reasons for
// prefixes that no code writes at.
func bucketFaults(files []file, rules []lifecycle, reasons map[string]string) []string {
	written := map[string]bool{}
	for _, f := range files {
		if !f.ships() || !strings.HasPrefix(f.path, "shared/store/") {
			continue
		}
		inspect(f, func(_ *token.FileSet, n ast.Node) {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return
			}
			if text, err := strconv.Unquote(lit.Value); err == nil && prefixed.MatchString(text) {
				written[text] = true
			}
		})
	}
	var faults []string
	used := map[string]bool{}
	for _, prefix := range slices.Sorted(maps.Keys(written)) {
		ends := slices.ContainsFunc(rules, func(r lifecycle) bool { return r.Prefix == prefix && r.Days > 0 })
		if used[prefix] = true; ends == (reasons[prefix] != "") {
			faults = append(faults, fmt.Sprintf("what ends the files at %s? a rule: %t, a reason: %q", prefix, ends,
				reasons[prefix]))
		}
	}
	for _, r := range rules {
		if r.Days > 0 && !used[r.Prefix] {
			faults = append(faults, fmt.Sprintf("the rule %s is for %s, where no code writes", r.ID, r.Prefix))
		}
	}
	for _, prefix := range slices.Sorted(maps.Keys(reasons)) {
		if !used[prefix] {
			faults = append(faults, "no code writes at "+prefix)
		}
	}
	return faults
}

func TestEveryPrefixHasAnEnd(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Resources struct {
			Artwork struct {
				Properties struct {
					Lifecycle struct {
						Rules []lifecycle `yaml:"Rules"`
					} `yaml:"LifecycleConfiguration"`
				} `yaml:"Properties"`
			} `yaml:"Artwork"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	holds(t, bucketFaults(project(t), doc.Resources.Artwork.Properties.Lifecycle.Rules, unexpired))
}

func TestBucketFaultsAreFound(t *testing.T) {
	code := file{path: "shared/store/files/a.go", text: "package files\nconst a, b, c, d = \"letters/in/\", " +
		"\"attached/\", \"quarantine/\", \"letters/held/\""}
	rules := []lifecycle{{ID: "in", Prefix: "letters/in/", Days: 30}, {ID: "old", Prefix: "letters/old/", Days: 9},
		{ID: "both", Prefix: "attached/", Days: 9}, {ID: "versions", Prefix: "x/"}}
	finds(t, bucketFaults([]file{code}, rules, map[string]string{"attached/": "why", "letters/held/": "a person",
		"letters/lost/": "none"}),
		"at attached/? a rule: true", "at quarantine/? a rule: false", "the rule old is for letters/old/",
		"no code writes at letters/lost/")
}
