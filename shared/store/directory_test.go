package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

// clerk is who makes the customers of these tests.
var clerk = crm.Actor{ID: seed.StaffID(1), Roles: []crm.Role{crm.Owner}, Branches: []string{seed.Shanghai}, HeadOffice: true}

func opened(t testing.TB, b *storetest.Bench, c crm.Customer, people ...crm.Contact) crm.Customer {
	t.Helper()
	c.Kind, c.Lang, c.Source = crm.CustomerCompany, crm.Zh, crm.SourcePhone
	if c.Branch == "" {
		c.Branch = seed.Shanghai
	}
	var contact *crm.Contact
	if len(people) > 0 {
		contact = &people[0]
	}
	made, err := b.OpenCustomer(t.Context(), c, contact, clerk)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func edited(t testing.TB, b *storetest.Bench, id string, change func(*crm.Customer)) crm.Customer {
	t.Helper()
	next, err := b.ChangeCustomer(t.Context(), id, clerk, func(c crm.Customer) (crm.Customer, []crm.Event, error) {
		entered := c
		change(&entered)
		return c.Edit(entered, clerk, b.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func indexed(t testing.TB, b *storetest.Bench, id string) {
	t.Helper()
	if err := b.Directory().Index(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// asked reads a list to its end, some at a time.
func asked(t testing.TB, b *storetest.Bench, q store.CustomerQuery, limit int) []string {
	t.Helper()
	var out []string
	q.Paging = store.Paging{Limit: limit, Caller: clerk.ID}
	if q.Branches == nil {
		q.Branches, q.Everywhere = []string{seed.Shanghai, seed.Hangzhou}, true
	}
	for {
		page, err := b.Customers(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Items {
			out = append(out, c.ID)
		}
		if page.Next == nil {
			return out
		}
		if len(page.Items) != limit {
			t.Errorf("a page of %d before the last", len(page.Items))
		}
		q.Cursor = *page.Next
	}
}

// rowsOf lists the rows that the directory has of a customer.
func rowsOf(t testing.TB, b *storetest.Bench, id string) []string {
	t.Helper()
	var out []string
	for _, line := range b.Items(t) {
		if strings.Contains(line, `"pk":{"Value":"DIRECTORY#`) && strings.Contains(line, id) {
			out = append(out, line)
		}
	}
	return out
}

func TestRowsFollowTheCustomer(t *testing.T) {
	b := storetest.New(t)
	c := opened(t, b, crm.Customer{Name: "重庆长城印务有限公司", Owner: seed.StaffID(3)}, crm.Contact{Name: "李娜", Phones: []crm.Reach{{Value: "+8613800138000"}}})
	indexed(t, b, c.ID)
	before := b.Hash(t)
	indexed(t, b, c.ID)
	if b.Hash(t) != before {
		t.Error("a second run wrote something")
	}
	for _, q := range []string{"长城", "cqcc", "lina", "8000"} {
		if got := asked(t, b, store.CustomerQuery{Question: q}, 5); !slices.Equal(got, []string{c.ID}) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	edited(t, b, c.ID, func(c *crm.Customer) { c.Name, c.Owner = "天津海河纸业", "" })
	indexed(t, b, c.ID)
	for q, want := range map[string][]string{"长城": nil, "cqcc": nil, "haihe": {c.ID}, "lina": {c.ID}} {
		if got := asked(t, b, store.CustomerQuery{Question: q}, 5); !slices.Equal(got, want) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	if got := asked(t, b, store.CustomerQuery{Owner: seed.StaffID(3)}, 5); len(got) > 0 {
		t.Errorf("his former owner has %v", got)
	}
	// Every row that stands is one that a first run would have written.
	now := len(rowsOf(t, b, c.ID))
	people, err := b.Contacts(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	latest, err := b.Customer(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	if want := len(crm.DirectoryTerms(latest, people, b.Directory().Read)) + 2; now != want {
		t.Errorf("%d rows, want %d", now, want)
	}
}

// TestRunsBesideOneAnother renames a customer while his rows are written by several at once. When all have ended, the rows are those of the last name, and no
// other stands.
func TestRunsBesideOneAnother(t *testing.T) {
	b := storetest.New(t)
	c := opened(t, b, crm.Customer{Name: "长城印务"})
	var all sync.WaitGroup
	for i := range 6 {
		edited(t, b, c.ID, func(c *crm.Customer) { c.Name = fmt.Sprintf("海河%d纸业", i) })
		for range 3 {
			all.Go(func() {
				if err := b.Directory().Index(t.Context(), c.ID); err != nil && crm.KindOf(err) != crm.Conflict {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	indexed(t, b, c.ID) // as the event of whoever met too many others is tried again
	for _, row := range rowsOf(t, b, c.ID) {
		if !strings.Contains(row, "海河5纸业") {
			t.Errorf("a row of an earlier name: %s", row)
		}
	}
	if got := asked(t, b, store.CustomerQuery{Question: "海河5"}, 5); !slices.Equal(got, []string{c.ID}) {
		t.Errorf("found %v", got)
	}
}

// TestARunThatBrokeOffIsMended ends a run between its transactions, wherever that is.
func TestARunThatBrokeOffIsMended(t *testing.T) {
	for writes := range 2 {
		b := storetest.New(t)
		c := opened(t, b, crm.Customer{Name: "长城印务"})
		indexed(t, b, c.ID)
		edited(t, b, c.ID, func(c *crm.Customer) { c.Name = "海河纸业" })
		broken := store.Directory{Store: b.OpenBreaking(t, writes), Read: b.Directory().Read}
		if err := broken.Index(t.Context(), c.ID); err == nil {
			t.Fatal("the run did not break off")
		}
		indexed(t, b, c.ID)
		for _, row := range rowsOf(t, b, c.ID) {
			if !strings.Contains(row, "海河纸业") {
				t.Errorf("after %d writes: %s", writes, row)
			}
		}
		if got := asked(t, b, store.CustomerQuery{Question: "长城"}, 5); len(got) > 0 {
			t.Errorf("after %d writes the former name finds %v", writes, got)
		}
	}
}

// TestEachIsListedOnce makes customers of names that share their beginnings, and asks for parts of them, page by page: each that a plain comparison of
// texts finds is listed once, and nobody else.
func TestEachIsListedOnce(t *testing.T) {
	b := storetest.New(t)
	parts := []string{"长城", "长安", "印务", "纸业", "长", "城", "wall", "walls", "Wa"}
	branches := []string{seed.Shanghai, seed.Hangzhou}
	made := map[string]crm.Customer{}
	for i := range 40 {
		name := parts[i%9] + parts[(i/2)%9] + parts[(i/3)%7] + " " + parts[(i*7)%9]
		c := opened(t, b, crm.Customer{Name: name, Branch: branches[i%2], Shared: i%5 == 0, Category: []string{"", "agent", "person"}[i%3],
			Owner: []string{"", seed.StaffID(3), seed.StaffID(12)}[i%3]})
		indexed(t, b, c.ID)
		made[c.ID] = c
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := store.CustomerQuery{Branches: branches, Everywhere: true}
		q.Question, _ = crm.DirectoryQuestion(rapid.SampledFrom(append(parts[:4:4], "城长", "wall", "wa", "walls", "务长城")).Draw(rt, "question"))
		if rapid.Bool().Draw(rt, "no question") {
			q.Question = ""
		}
		q.Owner = rapid.SampledFrom([]string{"", "", seed.StaffID(3)}).Draw(rt, "owner")
		q.LifeCycle = rapid.SampledFrom([]string{"", crm.LifeLead, crm.LifeActive}).Draw(rt, "stage")
		q.Branch = rapid.SampledFrom([]string{"", "", seed.Shanghai}).Draw(rt, "branch")
		q.Categories = rapid.SampledFrom([][]string{nil, nil, {"agent"}, {"agent", "person"}}).Draw(rt, "categories")
		if rapid.Bool().Draw(rt, "a branch's") {
			q.Branches, q.Everywhere = branches[:1], false
		}
		var want []string
		for id, c := range made {
			text := crm.FoldTerm(c.Name)
			if strings.Contains(text, q.Question) && startsThere(c.Name, q.Question) && q.Admits(c.Card()) {
				want = append(want, id)
			}
		}
		got := asked(t, b, q, rapid.SampledFrom([]int{1, 3, 7, 100}).Draw(rt, "limit"))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			rt.Fatalf("%+v: %d, want %d", q, len(got), len(want))
		}
	})
}

// startsThere reports whether the question begins at a Chinese character or a word of the name.
func startsThere(name, question string) bool {
	if question == "" {
		return true
	}
	for _, term := range crm.DirectoryTerms(crm.Customer{Name: name}, nil, func(rune) []string { return nil }) {
		if strings.HasPrefix(term.Text, question) {
			return true
		}
	}
	return false
}
