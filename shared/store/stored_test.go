package store_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// testdata/rows.txt holds the raw items of a store, as the code of November 2026 wrote them. Each line is one item,
// its table before it; the lines are sorted by table and key. They were recorded in one run: the shop of seed was
// established, staff worked at functions/api, and the rules played customers, visitors and processes. Every kind of
// record, nearly every state and every type of event of that time is there. Search rows and the marks of events that
// were handed over came last. The bucket was a stub, so no file stands behind the artwork.
//
// The rows are history, as those of a running shop are: nothing here writes them anew. Code that cannot read them
// needs a migration of data. A new kind of row gets a file of its own beside this one. testdata/rows.golden is what is
// read from them. The flag -update writes it, where a reading changes on purpose.
const (
	storedRows   = "testdata/rows.txt"
	storedGolden = "testdata/rows.golden"
)

var updateStored = flag.Bool("update", false, "write the golden file of the stored rows anew; the rows stay")

// The rows were written on the day of storedThen, and some weeks later; both are Tuesdays in opening hours.
var (
	storedThen = time.Date(2026, 11, 24, 5, 30, 0, 0, time.UTC)
	storedNow  = time.Date(2027, 1, 12, 3, 0, 0, 0, time.UTC)
)

// storedRow is one line of the file.
type storedRow struct {
	table, pk, sk string
	item          map[string]types.AttributeValue
}

// after gives what stands after a key's kind: "lead_1" of LEAD#lead_1.
func after(key string) string {
	_, id, _ := strings.Cut(key, "#")
	return id
}

// kind is what the row is, by its keys: "LEAD RECORD", "CUSTOMER TOUCH".
func (r storedRow) kind() string {
	of, _, _ := strings.Cut(r.pk, "#")
	what, _, _ := strings.Cut(r.sk, "#")
	switch of {
	case "DIRECTORY", "TALLY":
		what = ""
	}
	if r.table == "Events" {
		of, what = "EVENT", ""
	}
	return strings.TrimSpace(of + " " + what)
}

func readStored(t testing.TB) []storedRow {
	t.Helper()
	return readRows(t, storedRows)
}

func readRows(t testing.TB, path string) []storedRow {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []storedRow
	for line := range strings.Lines(string(raw)) {
		of, body, _ := strings.Cut(line, " ")
		var typed map[string]map[string]json.RawMessage
		if err := json.Unmarshal([]byte(body), &typed); err != nil {
			t.Fatal(err)
		}
		it := map[string]types.AttributeValue{}
		for name, value := range typed {
			if it[name], err = storedValue(value); err != nil {
				t.Fatalf("%s in %s: %v", name, line, err)
			}
		}
		text := func(name string) string { return it[name].(*types.AttributeValueMemberS).Value }
		out = append(out, storedRow{table: of, pk: text("pk"), sk: text("sk"), item: it})
	}
	return out
}

// storedValue reads a value as the engine's own JSON writes it: {"S": "x"}.
func storedValue(typed map[string]json.RawMessage) (types.AttributeValue, error) {
	for kind, raw := range typed {
		switch kind {
		case "S":
			var v types.AttributeValueMemberS
			return &v, json.Unmarshal(raw, &v.Value)
		case "N":
			var v types.AttributeValueMemberN
			return &v, json.Unmarshal(raw, &v.Value)
		case "BOOL":
			var v types.AttributeValueMemberBOOL
			return &v, json.Unmarshal(raw, &v.Value)
		case "NULL":
			var v types.AttributeValueMemberNULL
			return &v, json.Unmarshal(raw, &v.Value)
		case "L":
			return storedList(raw)
		case "M":
			return storedMap(raw)
		}
	}
	return nil, fmt.Errorf("no value that the rows have: %v", typed)
}

func storedList(raw json.RawMessage) (types.AttributeValue, error) {
	var parts []map[string]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	out := types.AttributeValueMemberL{Value: []types.AttributeValue{}}
	for _, part := range parts {
		v, err := storedValue(part)
		if err != nil {
			return nil, err
		}
		out.Value = append(out.Value, v)
	}
	return &out, nil
}

func storedMap(raw json.RawMessage) (types.AttributeValue, error) {
	var parts map[string]map[string]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		return nil, err
	}
	out := types.AttributeValueMemberM{Value: map[string]types.AttributeValue{}}
	for name, part := range parts {
		v, err := storedValue(part)
		if err != nil {
			return nil, err
		}
		out.Value[name] = v
	}
	return &out, nil
}

// storedShop is a store on fresh tables that hold the rows and nothing else.
type storedShop struct {
	*storetest.Bench
	t    testing.TB
	rows []storedRow
	boss staff.Actor
	out  bytes.Buffer
}

func openStored(t testing.TB, now time.Time) *storedShop {
	t.Helper()
	s := &storedShop{Bench: storetest.Empty(t), t: t, rows: readStored(t)}
	tables := map[string]string{"Records": s.Tables.Records, "Events": s.Tables.Events, "Messages": s.Tables.Messages}
	for part := range slices.Chunk(s.rows, 25) { // as many as one call takes
		ask := map[string][]types.WriteRequest{}
		for _, r := range part {
			put := types.WriteRequest{PutRequest: &types.PutRequest{Item: r.item}}
			ask[tables[r.table]] = append(ask[tables[r.table]], put)
		}
		for len(ask) > 0 {
			out, err := s.DB.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: ask})
			if err != nil {
				t.Fatal(err)
			}
			ask = out.UnprocessedItems
		}
	}
	s.Store = s.on(now)
	var err error
	s.Shop, err = s.ShopNow(t.Context())
	s.must(err)
	s.boss, err = s.Actor(t.Context(), seed.Subject("owner"))
	s.must(err)
	return s
}

// on is a store on the same rows whose clock stands still.
func (s *storedShop) on(now time.Time) *store.Store {
	s.t.Helper()
	return s.under(storetest.Ring, now)
}

// under is such a store with keys of its own.
func (s *storedShop) under(ring *token.Ring, now time.Time) *store.Store {
	s.t.Helper()
	out, err := store.New(table.Config{
		DB: s.DB, Tables: s.Tables, Ring: ring, NewID: storetest.NewID,
		Now: func() time.Time { return now },
	})
	s.must(err)
	return out
}

func (s *storedShop) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// say writes a line of the golden file: what was read of whom.
func (s *storedShop) say(what, of string, read any) {
	s.t.Helper()
	var line bytes.Buffer
	e := json.NewEncoder(&line)
	e.SetEscapeHTML(false)
	s.must(e.Encode(read))
	fmt.Fprintf(&s.out, "%s %s %s", what, cmp.Or(of, "-"), line.Bytes())
}

// listed reads a list to its end, some at a time, so that its cursors are read as well.
func listed[T any](t testing.TB, read func(table.Paging) (table.Page[T], error)) []T {
	t.Helper()
	out := []T{}
	for p := (table.Paging{Limit: 7, Caller: "stored"}); ; {
		page, err := read(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
		if page.Next == nil {
			return out
		}
		p.Cursor = *page.Next
	}
}
