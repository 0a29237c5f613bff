package finder_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"
)

// clerk is who makes the customers of these tests.
var clerk = staff.Actor{ID: seed.StaffID(1), Roles: []staff.Role{staff.Owner}, Branches: []string{seed.Shanghai},
	HeadOffice: true}

func opened(t testing.TB, b *storetest.Bench, c customer.Customer, people ...customer.Contact) customer.Customer {
	t.Helper()
	c.Kind, c.Lang, c.Source = customer.Company, words.Zh, form.SourcePhone
	if c.Branch == "" {
		c.Branch = seed.Shanghai
	}
	var contact *customer.Contact
	if len(people) > 0 {
		contact = &people[0]
	}
	made, err := b.OpenCustomer(t.Context(), c, contact, clerk)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func edited(t testing.TB, b *storetest.Bench, id string, change func(*customer.Customer)) customer.Customer {
	t.Helper()
	next, err := b.ChangeCustomer(t.Context(), id, clerk,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
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
	if err := b.Directory(t).Index(t.Context(), id); err != nil {
		t.Fatal(err)
	}
}

// asked reads a list to its end, some at a time.
func asked(t testing.TB, b *storetest.Bench, q finder.CustomerQuery, limit int) []string {
	t.Helper()
	var out []string
	q.Paging = table.Paging{Limit: limit, Caller: clerk.ID}
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

// rowsOf lists what the directory says of a customer, without the id and without the numbers of the runs that wrote
// it; buried rows where they are asked for.
func rowsOf(t testing.TB, b *storetest.Bench, id string, buried bool) []string {
	t.Helper()
	var out []string
	for _, line := range b.Items(t) {
		_, raw, _ := strings.Cut(line, " ")
		if !strings.Contains(raw, `"pk":{"Value":"DIRECTORY#`) || !strings.Contains(raw, id) {
			continue
		}
		var it map[string]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, id, "")), &it); err != nil {
			t.Fatal(err)
		}
		delete(it, "run")
		if fmt.Sprint(it["branch"]) != "map[Value:]" || buried {
			out = append(out, fmt.Sprint(it))
		}
	}
	slices.Sort(out)
	return out
}

// rowsAnew are the rows of a customer who has just been made as this one is.
func rowsAnew(t testing.TB, b *storetest.Bench, id string) []string {
	t.Helper()
	c, err := b.Customer(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	people, err := b.Contacts(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	other := storetest.New(t)
	made := opened(t, other, c, people...)
	indexed(t, other, made.ID)
	return rowsOf(t, other, made.ID, true)
}

func sameRows(t testing.TB, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the directory has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// counted runs the directory and gives the keys that it wrote.
func counted(t testing.TB, b *storetest.Bench, id string) []string {
	t.Helper()
	var mu sync.Mutex
	var out []string
	key := func(it map[string]types.AttributeValue) {
		mu.Lock()
		defer mu.Unlock()
		out = append(out, strings.ReplaceAll(fmt.Sprint(it["pk"].(*types.AttributeValueMemberS).Value, " ",
			it["sk"].(*types.AttributeValueMemberS).Value), id, ""))
	}
	s := b.OpenWatched(t, func(input any) error {
		switch in := input.(type) {
		case *dynamodb.PutItemInput:
			key(in.Item)
		case *dynamodb.DeleteItemInput:
			key(in.Key)
		case *dynamodb.TransactWriteItemsInput:
			t.Error("a transaction")
		}
		return nil
	})
	if err := (finder.Directory{Finder: s.Finder, Read: b.Directory(t).Read}).Index(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestRowsFollowTheCustomer(t *testing.T) {
	b := storetest.New(t)
	c := opened(t, b, customer.Customer{Name: "重庆长城印务有限公司", Owner: seed.StaffID(3)},
		customer.Contact{Name: "李娜", Phones: []customer.Reach{{Value: "+8613800138000"}}})
	indexed(t, b, c.ID)
	before := b.State()
	indexed(t, b, c.ID)
	if b.State() != before {
		t.Error("a second run wrote something")
	}
	for _, q := range []string{"长城", "cqcc", "lina", "8000"} {
		if got := asked(t, b, finder.CustomerQuery{Question: q}, 5); !slices.Equal(got, []string{c.ID}) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	edited(t, b, c.ID, func(c *customer.Customer) { c.Name, c.Owner = "天津海河纸业", "" })
	indexed(t, b, c.ID)
	for q, want := range map[string][]string{"长城": nil, "cqcc": nil, "haihe": {c.ID}, "lina": {c.ID}} {
		if got := asked(t, b, finder.CustomerQuery{Question: q}, 5); !slices.Equal(got, want) {
			t.Errorf("%s finds %v", q, got)
		}
	}
	if got := asked(t, b, finder.CustomerQuery{Owner: seed.StaffID(3)}, 5); len(got) > 0 {
		t.Errorf("the former owner has %v", got)
	}
	sameRows(t, rowsOf(t, b, c.ID, true), rowsAnew(t, b, c.ID))
}

// TestAChangeWritesWhatMoved counts the writes of a change: the rows that it moves, and the manifest before and
// after them.
func TestAChangeWritesWhatMoved(t *testing.T) {
	b := storetest.New(t)
	c := opened(t, b, customer.Customer{Name: "长城印务有限公司"},
		customer.Contact{Name: "李娜", Phones: []customer.Reach{{Value: "+8613812345678"}}})
	first := counted(t, b, c.ID)
	rows := len(rowsOf(t, b, c.ID, true))
	if len(first) != rows+2 {
		t.Errorf("%d writes for %d rows", len(first), rows)
	}
	manifest := "CUSTOMER# ROWS"
	for _, change := range []struct {
		what string
		do   func(*customer.Customer)
		want []string
	}{
		{"owner", func(c *customer.Customer) { c.Owner = seed.StaffID(3) },
			[]string{manifest, manifest, "DIRECTORY#owner#" + seed.StaffID(3) + " 长城印务有限公司#"}},
		{"another owner", func(c *customer.Customer) { c.Owner = seed.StaffID(4) }, []string{manifest, manifest,
			"DIRECTORY#owner#" + seed.StaffID(3) + " 长城印务有限公司#", "DIRECTORY#owner#" + seed.StaffID(4) + " 长城印务有限公司#"}},
		{"no term and no list", func(c *customer.Customer) { c.Industry = "food" }, nil},
		{"a word more", func(c *customer.Customer) { c.LatinName = "Great Wall" },
			[]string{manifest, manifest, "DIRECTORY#gr greatwall#", "DIRECTORY#wa wall#"}},
	} {
		edited(t, b, c.ID, change.do)
		if got := counted(t, b, c.ID); !slices.Equal(got, change.want) {
			t.Errorf("%s writes %q", change.what, got)
		}
	}
	edited(t, b, c.ID, func(c *customer.Customer) { c.Shared = true })
	if got, rows := counted(t, b, c.ID), len(rowsOf(t, b, c.ID, true)); len(got) != rows+4 { // two lists, left and joined
		t.Errorf("who sees the customer is written in %d writes of %d rows", len(got), rows)
	}
	sameRows(t, rowsOf(t, b, c.ID, true), rowsAnew(t, b, c.ID))
}

// TestManyContactsAreFound gives a company of two names fifty contacts. Each is found by name and by the last digits
// of the number; a number that two customers share finds both.
func TestManyContactsAreFound(t *testing.T) {
	b := storetest.New(t)
	switchboard := customer.Reach{Value: "+862150801188", Shared: true}
	c := opened(t, b, customer.Customer{Name: "上海长城印务有限公司", LatinName: "Shanghai Great Wall Printing"},
		customer.Contact{Name: "王小安", Phones: []customer.Reach{{Value: "+8613800134000"}}})
	for i := 1; i < customer.ContactsPerCustomer; i++ {
		if _, err := b.AddContact(t.Context(), c.ID,
			func(before customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				next := customer.Contact{Name: "王小" + string(rune('安'+i)),
					Phones: []customer.Reach{{Value: fmt.Sprintf("+861380013%04d", 4000+i)}, switchboard}}
				next.Emails = []customer.Reach{{Value: fmt.Sprintf("wang%d@mail%d.example", i, i)}}
				return before.Reshape(next, in, clerk, b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
	other := opened(t, b, customer.Customer{Name: "杭州纸业"},
		customer.Contact{Name: "李娜", Phones: []customer.Reach{switchboard}})
	indexed(t, b, c.ID)
	indexed(t, b, other.ID)
	for i := range customer.ContactsPerCustomer {
		for _, question := range []string{"王小" + string(rune('安'+i)), "小" + string(rune('安'+i)), fmt.Sprint(4000 + i)} {
			question, _ = directory.Question(question)
			if got := asked(t, b, finder.CustomerQuery{Question: question}, 10); !slices.Equal(got, []string{c.ID}) {
				t.Errorf("%s finds %v", question, got)
			}
		}
	}
	for _, question := range []string{"1188", "50801188"} {
		if got := asked(t, b, finder.CustomerQuery{Question: question}, 10); len(got) != 2 {
			t.Errorf("%s finds %v", question, got)
		}
	}
}

// TestRunsBesideOneAnother renames a customer while several write the rows at once. When all have ended, the rows are
// those of the last name, and no other stands.
func TestRunsBesideOneAnother(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	c := opened(t, b, customer.Customer{Name: "长城印务"})
	var all sync.WaitGroup
	for i := range 6 {
		edited(t, b, c.ID, func(c *customer.Customer) { c.Name = fmt.Sprintf("海河%d纸业", i) })
		for range 3 {
			all.Go(func() {
				if err := b.Directory(t).Index(t.Context(), c.ID); err != nil && fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	indexed(t, b, c.ID) // as the event of a writer that met too many others is tried again
	sameRows(t, rowsOf(t, b, c.ID, false), rowsAnew(t, b, c.ID))
	if got := asked(t, b, finder.CustomerQuery{Question: "海河5"}, 5); !slices.Equal(got, []string{c.ID}) {
		t.Errorf("found %v", got)
	}
}

// TestARunThatBrokeOffIsMended ends a run between its writes, wherever that is.
func TestARunThatBrokeOffIsMended(t *testing.T) {
	b := storetest.New(t)
	for writes := 0; ; writes++ {
		c := opened(t, b, customer.Customer{Name: "长城印务"})
		indexed(t, b, c.ID)
		edited(t, b, c.ID, func(c *customer.Customer) { c.Name = "海河纸" })
		broken := finder.Directory{Finder: b.OpenBreaking(t, writes).Finder, Read: b.Directory(t).Read}
		err := broken.Index(t.Context(), c.ID)
		indexed(t, b, c.ID)
		sameRows(t, rowsOf(t, b, c.ID, false), rowsAnew(t, b, c.ID))
		if got := asked(t, b, finder.CustomerQuery{Question: "长城"}, 5); len(got) > 0 {
			t.Errorf("after %d writes the former name finds %v", writes, got)
		}
		if err == nil && writes > 5 {
			return
		}
	}
}

// TestWritesThatComeLate sends what a broken run had to write after others have gone on, as a slow network might:
// nothing of it shows. An hour later, when nothing can come any more, no empty row is left.
func TestWritesThatComeLate(t *testing.T) {
	b := storetest.New(t)
	c := opened(t, b, customer.Customer{Name: "长城印务"})
	indexed(t, b, c.ID)
	edited(t, b, c.ID, func(c *customer.Customer) { c.Name = "海河纸业" })
	var mu sync.Mutex
	var late []*dynamodb.PutItemInput
	slow := finder.Directory{Read: b.Directory(t).Read, Finder: b.OpenWatched(t, func(input any) error {
		mu.Lock()
		defer mu.Unlock()
		put, _ := input.(*dynamodb.PutItemInput)
		if put == nil || put.Item["run"] == nil {
			return nil
		}
		late = append(late, put)
		return errors.New("the network is slow")
	}).Finder}
	if err := slow.Index(t.Context(), c.ID); err == nil || len(late) == 0 {
		t.Fatalf("%d writes are late: %v", len(late), err)
	}
	arrive := func() {
		t.Helper()
		for _, put := range late {
			var refused *types.ConditionalCheckFailedException
			if _, err := b.DB.PutItem(t.Context(), put); !errors.As(err, &refused) {
				t.Errorf("%v: %v", put.Item["sk"], err)
			}
		}
		sameRows(t, rowsOf(t, b, c.ID, false), rowsAnew(t, b, c.ID))
	}
	for _, name := range []string{"海河纸业", "长江包装", "黄河图文"} {
		edited(t, b, c.ID, func(c *customer.Customer) { c.Name = name })
		indexed(t, b, c.ID)
		arrive()
	}
	b.Clock.Advance(2 * time.Hour)
	edited(t, b, c.ID, func(c *customer.Customer) { c.Name = "海河纸业" })
	indexed(t, b, c.ID)
	sameRows(t, rowsOf(t, b, c.ID, true), rowsAnew(t, b, c.ID))
}

// TestEachIsListedOnce makes customers of names that share their beginnings, and asks for parts of them, page by
// page: each that a plain comparison of texts finds is listed once, and nobody else.
func TestEachIsListedOnce(t *testing.T) {
	b := storetest.New(t)
	parts := []string{"长城", "长安", "印务", "纸业", "长", "城", "wall", "walls", "Wa"}
	branches := []string{seed.Shanghai, seed.Hangzhou}
	made, numbers := map[string]customer.Customer{}, map[string]string{}
	for i := range 40 {
		name := parts[i%9] + parts[(i/2)%9] + parts[(i/3)%7] + " " + parts[(i*7)%9] + []string{"", "有限公司", "公司"}[i%3]
		number := []string{"138", "139", "215"}[i%3] + fmt.Sprintf("%04b%04b", i/3, i%7)
		if i%3 == 2 {
			number = number[:10]
		}
		numbers[name] = number
		c := opened(t, b, customer.Customer{Name: name, Branch: branches[i%2], Shared: i%5 == 0,
			Category: []string{"", "agent", "person"}[i%3],
			Owner:    []string{"", seed.StaffID(3), seed.StaffID(12)}[i%3]},
			customer.Contact{Phones: []customer.Reach{{Value: "+86" + number}}})
		indexed(t, b, c.ID)
		made[c.ID] = c
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := finder.CustomerQuery{Branches: branches, Everywhere: true}
		q.Question, _ = directory.Question(rapid.SampledFrom(append(parts[:4:4], "城长", "wall", "wa", "walls", "务长城", "公司",
			"有限公司", "0000", "0001", "1380", "861380", "2150",
			"5000", "13800000000", "01")).Draw(rt, "question"))
		if rapid.Bool().Draw(rt, "no question") {
			q.Question = ""
		}
		q.Owner = rapid.SampledFrom([]string{"", "", seed.StaffID(3)}).Draw(rt, "owner")
		q.LifeCycle = rapid.SampledFrom([]string{"", customer.LifeLead, customer.LifeActive}).Draw(rt, "stage")
		q.Branch = rapid.SampledFrom([]string{"", "", seed.Shanghai}).Draw(rt, "branch")
		q.Categories = rapid.SampledFrom([][]string{nil, nil, {"agent"}, {"agent", "person"}}).Draw(rt, "categories")
		if rapid.Bool().Draw(rt, "a branch's") {
			q.Branches, q.Everywhere = branches[:1], false
		}
		var want []string
		for id, c := range made {
			if (startsThere(c.Name, q.Question) || numberFits(numbers[c.Name], q.Question)) && q.Admits(c.Card()) {
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

// TestARareConditionReadsFewRecords asks for what every name has, of one colleague's customers: they are found by
// comparing lists, not by reading everybody.
func TestARareConditionReadsFewRecords(t *testing.T) {
	b := storetest.New(t)
	var mine []string
	for i := range 40 {
		c := customer.Customer{Name: fmt.Sprintf("长城印务%c店", '一'+i)}
		if i%18 == 17 {
			c.Owner = seed.StaffID(3)
		}
		made := opened(t, b, c)
		indexed(t, b, made.ID)
		if c.Owner != "" {
			mine = append(mine, made.ID)
		}
	}
	for what, q := range map[string]finder.CustomerQuery{
		"a word":  {Question: "印务", Owner: seed.StaffID(3), LifeCycle: customer.LifeLead},
		"a stage": {Owner: seed.StaffID(3), LifeCycle: customer.LifeLead},
	} {
		calls, records := 0, 0
		s := b.OpenWatched(t, func(input any) error {
			calls++
			if in, ok := input.(*dynamodb.BatchGetItemInput); ok {
				records += len(in.RequestItems[b.Tables.Records].Keys)
			}
			return nil
		})
		q.Branches, q.Paging = []string{seed.Shanghai}, table.Paging{Limit: 5, Caller: clerk.ID}
		page, err := s.Customers(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range page.Items {
			got = append(got, c.ID)
		}
		if slices.Sort(got); !slices.Equal(got, mine) || records > 8 || calls > 8 {
			t.Errorf("%s: %v by %d calls that read %d records, want %v", what, got, calls, records, mine)
		}
	}
}

// startsThere reports whether the question begins at a Chinese character or a word of the name.
func startsThere(name, question string) bool {
	if question == "" {
		return true
	}
	if directory.AsksForForm(question) {
		return directory.NameHas(name, question)
	}
	for _, term := range directory.TermsOf(customer.Customer{Name: name}, nil, func(rune) []string { return nil }) {
		if strings.HasPrefix(term.Text, question) {
			return true
		}
	}
	return false
}

// numberFits reports whether a national number begins with the question, with its country before it or without its
// area. It also fits where it ends with four digits of the question or more.
func numberFits(number, question string) bool {
	return question != "" && (strings.HasPrefix("86"+number, question) || strings.HasPrefix(number, question) ||
		number[:2] == "21" && strings.HasPrefix(number[2:], question) ||
		len(question) >= 4 && strings.HasSuffix(number, question))
}
