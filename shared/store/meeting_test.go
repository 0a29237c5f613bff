package store_test

import (
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

// Two writers meet: one has read, the other writes, and then the first writes. No update may be lost. The first
// either decides again on what stands now, or is refused by a plain fault.

// meeting is one row of the tables below: two writers of the same facts.
type meeting struct {
	name    string
	writers [2]string // the store's methods
	play    func(*house) pair
	// want is what becomes of the writer that was overtaken: a overtaken by b, then b overtaken by a. Its fault, if
	// it has one, stands before what is stored in the end.
	want [2]string
}

// pair is two writers, and what the tables say of both.
type pair struct {
	a, b   act
	stands func() string
}

// act is a reading and a writing by a process.
type act func(*store.Store) error

// house is a store for some meetings.
type house struct {
	*storetest.Bench
	t *testing.T
	n int
}

// meets plays each row in both orders.
func meets(t *testing.T, b *storetest.Bench, rows []meeting) {
	t.Helper()
	h := &house{Bench: b, t: t}
	other := b.Open(t)
	for _, row := range rows {
		for i, order := range []string{"overtaken", "overtaking"} {
			h.n++
			p := row.play(h)
			first, second := p.a, p.b
			if i == 1 {
				first, second = p.b, p.a
			}
			if got := h.overtake(first, func() error { return second(other) }) + p.stands(); got != row.want[i] {
				t.Errorf("%s, %s %s:\ngot  %s\nwant %s", row.name, row.writers[0], order, got, row.want[i])
			}
		}
	}
}

// overtake has second written between what first has read and what it writes. It gives the kind of first's fault.
func (h *house) overtake(first act, second func() error) string {
	h.t.Helper()
	var writes atomic.Int64 // search rows are written at once
	h.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
		if writes.Add(1) == 1 {
			before := h.State()
			if err := second(); err != nil || h.State() == before {
				h.t.Errorf("nobody came in between: %v", err)
			}
		}
		return land()
	})
	defer h.Cloud.Around(nil)
	err := first(h.Store)
	if writes.Load() == 0 {
		h.t.Errorf("it wrote nothing: %v", err)
	}
	if err == nil {
		return ""
	}
	var plain *fault.Error
	if !errors.As(err, &plain) {
		return fmt.Sprintf("%T: ", err)
	}
	return string(plain.Kind) + ": "
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// by is one of the staff of the seeded shop: 1 is its owner, 2 the manager, from 3 on sales.
func (h *house) by(n int) staff.Actor {
	h.t.Helper()
	return staff.ActorOf(storetest.Person(h.t, h.Bench, n))
}

func (h *house) terms() setup.Terms {
	h.t.Helper()
	return storetest.Terms(h.t, h.Bench, seed.Shanghai)
}

// lead is the enquiry of somebody new.
func (h *house) lead() lead.Lead {
	h.t.Helper()
	l, err := storetest.Enquire(h.t, h.Bench, storetest.Li(h.n))
	h.must(err)
	return l
}

// id is an id that no row before had.
func (h *house) id(prefix string) string { return fmt.Sprintf("%s_%d", prefix, h.n) }

// unmet are writers that need no row, and why.
var unmet = map[string]string{
	"AgeCustomer":     "is TendCustomer without tasks",
	"AnsweredContact": "is ChangeContact by a rule of its own",
	"AnsweredLead":    "is AnsweredContact of a lead's contact",
	"AskForQuote":     "is OpenTask of a task with an id of its own",
	"AskToCall":       "is OpenTask of a task with an id of its own",
	"PutLetter":       "is a part of QuarantineLetter and HearDoubted",
	"PutContact":      "adds to the transactions of ChangeContact and SettleErase",
	"ReleaseNew":      "writes where nothing stands, as Establish does, for one operator at a time",
	"SetRelease":      "is an operator's last word: whichever comes last counts",
}

// TestEveryWriterMeetsAnother finds every exported method of the store that writes, and asks for its row.
func TestEveryWriterMeetsAnother(t *testing.T) {
	played := map[string]bool{}
	for _, rows := range [][]meeting{companyMeetings, workMeetings, customerMeetings, gateMeetings, freezeMeetings,
		messageMeetings, codeMeetings, enquiryMeetings, letterMeetings, serviceMeetings, fileMeetings, eraseMeetings,
		tableMeetings, floodMeetings, endMeetings, writtenMeetings, drawMeetings, answerMeetings,
		nameMeetings} {
		for _, row := range rows {
			played[row.writers[0]], played[row.writers[1]] = true, true
		}
	}
	found := writers(t)
	if len(found) < 45 {
		t.Errorf("only %d writers: %v", len(found), found)
	}
	for _, name := range found {
		if why := unmet[name]; played[name] == (why != "") {
			t.Errorf("%s writes: it needs a row in a table of meetings, or a reason why not (%q)", name, why)
		}
		delete(played, name)
	}
	if len(played) > 0 {
		t.Errorf("rows of what is no writer: %v", played)
	}
}

// writers are the exported methods of the store's areas that send a write, by themselves or through what they call.
func writers(t *testing.T) []string {
	t.Helper()
	calls, exported := map[string][]string{}, map[string]bool{}
	for _, area := range []string{"naming", "company", "work", "daycap", "centre", "finder", "enquiries", "service",
		"files", "erasure", "table"} {
		files, err := filepath.Glob(area + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(area, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, decl := range tree.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok {
					continue
				}
				calls[fn.Name.Name] = append(calls[fn.Name.Name], called(fn)...)
				if fn.Recv != nil && fn.Name.IsExported() && served(fn) {
					exported[fn.Name.Name] = true
				}
			}
		}
	}
	writes := map[string]bool{"TransactWriteItems": true, "PutItem": true, "UpdateItem": true, "DeleteItem": true,
		"BatchWriteItem": true}
	for known := 0; known < len(writes); {
		known = len(writes)
		for name, callees := range calls {
			if slices.ContainsFunc(callees, func(c string) bool { return writes[c] }) {
				writes[name] = true
			}
		}
	}
	var out []string
	for name := range exported {
		if writes[name] {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// served reports whether a method belongs to what the store offers. Batch, Table and the like are what it is made of.
func served(fn *ast.FuncDecl) bool {
	of := fn.Recv.List[0].Type
	if pointer, ok := of.(*ast.StarExpr); ok {
		of = pointer.X
	}
	name, _ := of.(*ast.Ident)
	return name != nil && !slices.Contains([]string{"Batch", "Table", "Bucket", "Slices", "Letters"}, name.Name)
}

// called are the names of all that a function calls.
func called(fn *ast.FuncDecl) (out []string) {
	ast.Inspect(fn, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		of := call.Fun
		if generic, ok := of.(*ast.IndexExpr); ok {
			of = generic.X
		}
		switch f := of.(type) {
		case *ast.Ident:
			out = append(out, f.Name)
		case *ast.SelectorExpr:
			out = append(out, f.Sel.Name)
		}
		return true
	})
	return out
}

// lines joins what stands, in order.
func lines(said ...any) string {
	var out []string
	for _, s := range said {
		out = append(out, cmp.Or(fmt.Sprint(s), "-"))
	}
	return strings.Join(out, ", ")
}
