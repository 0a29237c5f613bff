package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"afterpress/shared/app"
)

// rule finds the rules in a tag that take words.
var rule = regexp.MustCompile(`\b(one|oneof)=([^,]*)`)

// TestTagsNameListsOfTheRules reads the tags of all shipping code. A list of words is named there, and spelt by its
// rule.
func TestTagsNameListsOfTheRules(t *testing.T) {
	t.Parallel()
	lists, named := app.Forms.Lists(), map[string]bool{}
	for _, root := range []string{"..", "../../functions"} {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			for place, tag := range tags(t, path) {
				if of := tag.Get("of"); of != "" {
					if named[of] = true; len(lists[of]) == 0 {
						t.Errorf("%s names a list that the rules do not have: %s", place, of)
					}
				}
				for _, found := range rule.FindAllStringSubmatch(tag.Get("validate"), -1) {
					named[found[2]] = true
					if found[1] == "oneof" {
						t.Errorf("%s spells a list: %s", place, found[0])
					} else if len(lists[found[2]]) == 0 {
						t.Errorf("%s names a list that the rules do not have: %s", place, found[2])
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range lists {
		if !named[name] {
			t.Errorf("no tag names the list %s", name)
		}
	}
}

// tags are the struct tags of a file, by where they stand.
func tags(t *testing.T, path string) map[string]reflect.StructTag {
	t.Helper()
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]reflect.StructTag{}
	ast.Inspect(file, func(n ast.Node) bool {
		if field, ok := n.(*ast.Field); ok && field.Tag != nil {
			tag, err := strconv.Unquote(field.Tag.Value)
			if err != nil {
				t.Fatal(err)
			}
			out[set.Position(field.Pos()).String()] = reflect.StructTag(tag)
		}
		return true
	})
	return out
}
