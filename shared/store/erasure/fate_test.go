package erasure

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/retention"
)

// keyMakers are the functions of keys.go that make a whole key.
func keyMakers(t *testing.T) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), "../table/keys.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, d := range tree.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Type.Results == nil {
			continue
		}
		for _, r := range fn.Type.Results.List {
			if name, ok := r.Type.(*ast.Ident); ok && name.Name == "Item" {
				out = append(out, fn.Name.Name)
			}
		}
	}
	return out
}

var kindNamed = regexp.MustCompile(`(?:RecordKey\(|Kind: *|GetRecord\[[\w.]+\]\(ctx, s\.table, )"([a-z]+)"`)

// kindsStored are the kinds of records that the store writes or reads by RecordKey.
func kindsStored(t *testing.T) []string {
	t.Helper()
	var out []string
	files, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "storetest") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range kindNamed.FindAllStringSubmatch(string(text), -1) {
			out = append(out, m[1])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Every key that a table may have has a line that says what becomes of its items. A new key without a line fails here.
func TestEveryKeyHasAFate(t *testing.T) {
	helpers := []string{"childKey"} // of keys.go itself; what it makes is called by another name
	makers := keyMakers(t)
	if len(makers) < 25 {
		t.Fatalf("keys.go makes only %v", makers)
	}
	for _, maker := range makers {
		named := slices.ContainsFunc(Lines, func(l Line) bool { key, _, _ := strings.Cut(l.Key, " "); return key == maker })
		if !named && !slices.Contains(helpers, maker) {
			t.Errorf("what becomes of the items of %s when a contact is erased? Give it a line in fate.go", maker)
		}
	}
	for _, l := range Lines {
		key, _, _ := strings.Cut(l.Key, " ")
		if !slices.Contains(makers, key) {
			t.Errorf("no key is made by %s", key)
		}
		if (l.Fate == Kept) != (l.Why.Zh != "" && l.Why.En != "") {
			t.Errorf("%s is %s: why?", l.Key, l.Fate)
		}
		if l.Fate == Erased && l.SK == "" {
			t.Errorf("%s is erased, and no item is known by it", l.Key)
		}
	}
}

// Every kind of record has a line of its own.
func TestEveryKindHasAFate(t *testing.T) {
	kinds := kindsStored(t)
	if len(kinds) < 8 {
		t.Fatalf("only %v are stored", kinds)
	}
	for _, kind := range kinds {
		// a contact stands under its customer, and only items below its own key
		if kind != "contact" && !slices.ContainsFunc(Lines, func(l Line) bool { return l.Key == "RecordKey "+kind }) {
			t.Errorf("what becomes of a %s when a contact is erased? Give it a line in fate.go", kind)
		}
	}
}

// A reason is told once, in both languages.
func TestWhatStaysIsSaid(t *testing.T) {
	said := StaysBecause()
	for i, why := range said {
		if why.Zh == "" || why.En == "" || slices.Index(said, why) != i {
			t.Errorf("%d: %+v", i, why)
		}
	}
	if len(said) < 5 {
		t.Errorf("only %d reasons", len(said))
	}
}

// Every key says when its items end by themselves. What ends by the clock has a time in the policy, and what the policy
// ends has a line.
func TestEveryKeyHasAnEnd(t *testing.T) {
	endings := []Ending{ByClock, WithRecord, ByTTL, WithUse, WithPerson, Stays}
	for _, l := range Lines {
		if !slices.Contains(endings, l.End) {
			t.Errorf("when do the items of %s end? Give its line an End", l.Key)
		}
		kind, isRecord := strings.CutPrefix(l.Key, "RecordKey ")
		clocked := slices.ContainsFunc(retention.Kinds, func(k retention.Kind) bool { return k.Name == kind })
		if clocked != (l.End == ByClock) {
			t.Errorf("%s ends by %s, and in the policy: %v", l.Key, l.End, clocked)
		}
		above := slices.ContainsFunc(Lines, func(of Line) bool {
			return of.End == ByClock && strings.HasPrefix(of.PK, l.PK) && l.SK != ""
		})
		if l.End == WithRecord && (isRecord || !above) {
			t.Errorf("%s ends with a record that does not end by the clock", l.Key)
		}
		if l.End == Stays && l.Fate == Erased {
			t.Errorf("%s has words of people, and stays for ever", l.Key)
		}
	}
}
