package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/enquiries"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// boardKinds are the kinds whose boards are kept by state.
var boardKinds = []string{"complaint", "hold", "lead"}

// A record in an open state that has no board would be seen by nobody.
func TestEveryOpenStateHasABoard(t *testing.T) {
	t.Parallel()
	boards := maps.Clone(service.BoardStates)
	maps.Copy(boards, enquiries.BoardStates)
	for kind, of := range map[string]struct {
		states []string
		closed func(string) bool
	}{
		"complaint": {complaint.States, func(s string) bool { return complaint.Complaint{State: s}.Closed() }},
		"hold":      {hold.States, func(s string) bool { return hold.Hold{State: s}.Closed() }},
		"lead":      {lead.States, func(s string) bool { return lead.Lead{State: s}.Closed() }},
	} {
		for _, state := range of.states {
			if slices.Contains(boards[kind], state) == of.closed(state) {
				t.Errorf("%s %s: closed %v, and boards are of %v", kind, state, of.closed(state), boards[kind])
			}
		}
	}
	if kinds := slices.Sorted(maps.Keys(boards)); !slices.Equal(kinds, boardKinds) {
		t.Errorf("boards of %v, and the tests here read %v", kinds, boardKinds)
	}
}

// openBoards reads every board of every branch that is kept by state: whole, in each state, by a deadline, by severity,
// and as processes read it, by pages of so many lines.
func openBoards(ctx context.Context, s *store.Store, branches []string, limit int) ([]string, error) {
	var out []string
	for _, state := range append([]string{""}, lead.OpenStates...) {
		ids, err := pagesOf(limit, func(p table.Paging) (table.Page[lead.Card], error) {
			return s.Leads(ctx, enquiries.LeadQuery{Branches: branches, State: state, Paging: p})
		}, func(c lead.Card) string { return c.ID })
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint("leads ", state, ids))
	}
	for _, state := range append([]string{""}, hold.OpenStates...) {
		ids, err := pagesOf(limit, func(p table.Paging) (table.Page[hold.Card], error) {
			return s.Holds(ctx, service.HoldQuery{Branches: branches, State: state, Paging: p})
		}, func(c hold.Card) string { return c.ID })
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint("holds ", state, ids))
	}
	asked := []service.ComplaintQuery{{}, {Severity: 2}, {Until: storedThen.Add(24 * time.Hour)}}
	for _, state := range complaint.OpenStates {
		asked = append(asked, service.ComplaintQuery{State: state})
	}
	for _, q := range asked {
		ids, err := pagesOf(limit, func(p table.Paging) (table.Page[complaint.Card], error) {
			q.Branches, q.Paging = branches, p
			return s.Complaints(ctx, q)
		}, func(c complaint.Card) string { return c.ID })
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint("complaints ", q.State, q.Severity, q.Until.IsZero(), ids))
	}
	walked, err := walkedBoards(ctx, s, branches, limit)
	return append(out, walked...), err
}

// walkedBoards reads the boards as processes do: all, and what is due by a time.
func walkedBoards(ctx context.Context, s *store.Store, branches []string, limit int) (out []string, err error) {
	for _, branch := range branches {
		for _, kind := range boardKinds {
			for _, until := range []time.Time{{}, storedThen.Add(24 * time.Hour)} {
				var all []string
				for after, more := "", true; more; more = after != "" {
					var ids []string
					if ids, after, err = s.OnBoard(ctx, kind, branch, after, until, limit); err != nil {
						return nil, err
					}
					all = append(all, ids...)
				}
				out = append(out, fmt.Sprint("board ", branch, kind, until.IsZero(), all))
			}
		}
	}
	return out, nil
}

// pagesOf reads a list to its end.
func pagesOf[C any](limit int, read func(table.Paging) (table.Page[C], error),
	id func(C) string) (ids []string, err error) {
	for p := (table.Paging{Limit: limit, Caller: "board"}); ; {
		page, err := read(p)
		if err != nil {
			return nil, err
		}
		for _, card := range page.Items {
			ids = append(ids, id(card))
		}
		if page.Next == nil {
			return ids, nil
		}
		p.Cursor = *page.Next
	}
}

// keyByState is the walk that brings records to the board of their state, as the operator's command makes it.
func keyByState(ctx context.Context, s *store.Store, branches []string) error {
	for _, branch := range branches {
		if err := s.Stateless(ctx, branch, func(kind, id string) error { return s.KeyByState(ctx, kind, id) }); err != nil {
			return err
		}
	}
	return nil
}

// stateless counts the records whose key has no state.
func stateless(t *testing.T, s *store.Store, branches []string) (n int) {
	t.Helper()
	for _, branch := range branches {
		if err := s.Stateless(t.Context(), branch, func(string, string) error { n++; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// Boards show the same before the walk over the rows of November 2026, after it broke off half way, and after its end.
func TestBoardsAreTheSameBeforeAndAfterTheyAreKeptByState(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	branches := s.branches()
	const page = 4 // short, so that cursors are read as well
	before, err := openBoards(t.Context(), s.Store, branches, page)
	s.must(err)
	same := func(when string) {
		t.Helper()
		got, err := openBoards(t.Context(), s.Store, branches, page)
		s.must(err)
		for i := range before {
			if got[i] != before[i] {
				t.Errorf("%s: %s, want %s", when, got[i], before[i])
			}
		}
	}
	const all = 26 + 4 + 17 // open complaints, questions and leads of the rows
	if n := stateless(t, s.Store, branches); n != all {
		t.Fatalf("%d records are keyed without a state, want %d", n, all)
	}
	if err := keyByState(t.Context(), s.OpenBreaking(t, all/2), branches); err == nil {
		t.Fatal("the walk was to break off")
	}
	if n := stateless(t, s.Store, branches); n != all-all/2 {
		t.Errorf("%d records are left by a walk that broke off after %d of %d", n, all/2, all)
	}
	same("half way")
	s.must(keyByState(t.Context(), s.Store, branches))
	if n := stateless(t, s.Store, branches); n != 0 {
		t.Errorf("%d records are left", n)
	}
	same("afterwards")
	written := s.State()
	s.must(keyByState(t.Context(), s.Store, branches))
	if s.State() != written {
		t.Error("a second walk changed something")
	}
}

// Before each query of a list another record moves to the board of its state. No list lacks one or has one twice.
func TestNoRecordIsMissedWhileItMovesToTheBoardOfItsState(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	branches := s.branches()
	const page = 100 // so that what moves last is on it as well
	before, err := openBoards(t.Context(), s.Store, branches, page)
	s.must(err)
	type record struct{ kind, id string }
	var waiting []record
	for _, branch := range branches {
		s.must(s.Stateless(t.Context(), branch, func(kind, id string) error {
			waiting = append(waiting, record{kind, id})
			return nil
		}))
	}
	var mu sync.Mutex
	moves := func(input any) error {
		q, reads := input.(*dynamodb.QueryInput)
		mu.Lock()
		defer mu.Unlock()
		if !reads || aws.ToString(q.IndexName) != table.BoardIndex || len(waiting) == 0 {
			return nil
		}
		pk := table.StringOf(q.ExpressionAttributeValues[":p"])
		i := slices.IndexFunc(waiting, func(r record) bool { return strings.HasPrefix(pk, strings.ToUpper(r.kind)+"#") })
		if i < 0 {
			return nil
		}
		next := waiting[i]
		waiting = slices.Delete(waiting, i, i+1)
		return s.KeyByState(t.Context(), next.kind, next.id)
	}
	reader := s.OpenWatched(t, moves)
	rounds := 0
	for ; len(waiting) > 0; rounds++ {
		got, err := openBoards(t.Context(), reader, branches, page)
		s.must(err)
		if !slices.Equal(got, before) {
			t.Fatalf("while they move: %v, want %v", got, before)
		}
	}
	if rounds > 3 {
		t.Errorf("the moves took %d rounds: they were to fall between the queries of one", rounds)
	}
}

// A record that a release of later gave a state that no list here knows stays where every list finds it.
func TestAnUnknownStateStaysOnTheBoard(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	id := s.onBoard("lead")[0]
	if _, err := s.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &s.Tables.Records,
		Key: table.RecordKey("lead", id), UpdateExpression: aws.String("SET #s = :s"),
		ExpressionAttributeNames:  map[string]string{"#s": "state"},
		ExpressionAttributeValues: table.Item{":s": table.Text("dreaming")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.KeyByState(t.Context(), "lead", id); err == nil || !slices.Contains(s.onBoard("lead"), id) {
		t.Errorf("%v, and the board has %v", err, s.onBoard("lead"))
	}
}

// onBoard are the ids on the board of the first branch.
func (s *storedShop) onBoard(kind string) []string {
	s.t.Helper()
	ids, _, err := s.OnBoard(s.t.Context(), kind, seed.Shanghai, "", time.Time{}, 100)
	s.must(err)
	return ids
}

// A change of a record of before brings it to the board of its state, and a change of its state to another one.
func TestAChangeMovesARecordToTheBoardOfItsState(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	for _, id := range s.onBoard("lead") {
		l, err := s.Lead(t.Context(), id)
		s.must(err)
		to, _ := s.Shop.Person(seed.StaffID(4))
		terms, err := s.Shop.Terms(l.Branch)
		s.must(err)
		next, err := s.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Assign(s.boss, to, terms.Lead(), storedNow)
		})
		if fault.KindOf(err) == fault.Refused { // it is contacted
			continue
		}
		s.must(err)
		for _, state := range lead.OpenStates {
			page, err := s.Leads(t.Context(), enquiries.LeadQuery{Branches: s.branches(), State: state,
				Paging: table.Paging{Limit: 100, Caller: "board"}})
			s.must(err)
			there := slices.ContainsFunc(page.Items, func(c lead.Card) bool { return c.ID == id })
			if there != (state == next.State) {
				t.Errorf("%s is %s, and the list of %s has it: %v", id, next.State, state, there)
			}
		}
	}
}

// A cursor of the release before goes on with its list: what it is bound to and its place are as they were.
func TestACursorOfBeforeGoesOn(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	first, err := s.Leads(t.Context(), enquiries.LeadQuery{Branches: s.branches(), Paging: table.Paging{Limit: 5,
		Caller: "board"}})
	s.must(err)
	last := first.Items[4]
	sealing, err := table.New(table.Config{DB: s.DB, Tables: s.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: func() time.Time { return storedNow }})
	s.must(err)
	var boards []string
	for _, b := range s.branches() {
		boards = append(boards, "LEAD#OPEN#"+b)
	}
	cursor, err := sealing.SealCursor(table.Paging{Caller: "board"},
		"board||||||map[] -62135596800000|"+strings.Join(boards, "|"), table.When(last.Due, last.ID))
	s.must(err)
	again := func(cursor string) []lead.Card {
		t.Helper()
		page, err := s.Leads(t.Context(), enquiries.LeadQuery{Branches: s.branches(), Paging: table.Paging{Limit: 5,
			Caller: "board", Cursor: cursor}})
		s.must(err)
		return page.Items
	}
	if got, want := again(cursor), again(*first.Next); len(got) != 5 || !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// stateless puts a record where releases before December 2026 put it: on its branch's board, without its state.
func (h *house) stateless(kind, id string) {
	h.t.Helper()
	_, err := h.DB.UpdateItem(h.t.Context(), &dynamodb.UpdateItemInput{TableName: &h.Tables.Records,
		Key: table.RecordKey(kind, id), UpdateExpression: aws.String("SET board_pk = :p"),
		ExpressionAttributeValues: table.Item{":p": table.Text(table.OpenBoard(kind, seed.Shanghai))}})
	h.must(err)
}

// boardOf is the board on which a record stands.
func (h *house) boardOf(kind, id string) string {
	h.t.Helper()
	got, err := h.DB.GetItem(h.t.Context(), &dynamodb.GetItemInput{TableName: &h.Tables.Records,
		Key: table.RecordKey(kind, id), ConsistentRead: aws.Bool(true)})
	h.must(err)
	return table.StringOf(got.Item["board_pk"])
}

// Whatever states the records of a board are in, its pages have each once, most urgent first.
func TestABoardIsMergedByDue(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	dice := rand.New(rand.NewPCG(7, 7))
	board := table.OpenBoard("lead", seed.Shanghai)
	boards := []string{board}
	for range 30 { // most are in one state, as in life
		boards = append(boards, table.StateBoard(board, lead.StateContacted))
	}
	for _, state := range lead.OpenStates {
		boards = append(boards, table.StateBoard(board, state))
	}
	const many = 200
	var want []string
	var rows []types.WriteRequest
	for n := range many {
		id := fmt.Sprintf("lead_%03d", n)
		at := table.When(storetest.Began.Add(time.Duration(dice.IntN(100))*time.Minute), id)
		it := table.Item{"id": table.Text(id), "kind": table.Text("lead"), "board_sk": table.Text(at),
			"board_pk": table.Text(boards[dice.IntN(len(boards))]),
			"card":     &types.AttributeValueMemberM{Value: table.Item{"branch": table.Text(seed.Shanghai)}}}
		maps.Copy(it, table.RecordKey("lead", id))
		rows, want = append(rows, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}}), append(want, at)
	}
	writeRows(t, b, rows)
	slices.Sort(want)
	for _, limit := range []int{1, 7, 30, 60, many} {
		var got []string
		for p := (table.Paging{Limit: limit, Caller: "board"}); ; {
			page, err := b.Leads(t.Context(), enquiries.LeadQuery{Branches: []string{seed.Shanghai}, Paging: p})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Items {
				got = append(got, table.When(c.Due, c.ID))
			}
			if page.Next == nil {
				break
			}
			p.Cursor = *page.Next
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages of %d: %v, want %v", limit, got, want)
		}
	}
}

// filledBoard is a bench with complaints of one branch: so many in one state, and one in another, which is due last.
func filledBoard(t *testing.T, many int) *storetest.Bench {
	t.Helper()
	b := storetest.New(t)
	c := storetest.OpenComplaint(t, b, "cus_1")
	got, err := b.DB.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &b.Tables.Records,
		Key: table.RecordKey("complaint", c.ID), ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	var rows []types.WriteRequest
	for n := range many - 1 {
		id := fmt.Sprintf("cmp_%06d", n)
		it := table.RecordKey("complaint", id)
		for _, name := range []string{"kind", "card", "board_pk"} { // what a list reads, and no more
			it[name] = got.Item[name]
		}
		it["id"], it["board_sk"] = table.Text(id), table.Text(table.When(c.Due.Add(time.Duration(n)*time.Second), id))
		rows = append(rows, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
	}
	last := rows[many-2].PutRequest.Item
	last["board_pk"] = table.Text(table.StateBoard(table.OpenBoard("complaint", seed.Shanghai), complaint.StateTriaged))
	card := maps.Clone(last["card"].(*types.AttributeValueMemberM).Value)
	card["state"], card["severity"] = table.Text(complaint.StateTriaged), table.Number(1)
	last["card"] = &types.AttributeValueMemberM{Value: card}
	writeRows(t, b, rows)
	return b
}

// writeRows writes rows of Records as they are.
func writeRows(t *testing.T, b *storetest.Bench, rows []types.WriteRequest) {
	t.Helper()
	for part := range slices.Chunk(rows, 25) { // the most that a batch may hold
		left, err := b.DB.BatchWriteItem(t.Context(),
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{b.Tables.Records: part}})
		if err != nil || len(left.UnprocessedItems) > 0 {
			t.Fatal("the rows could not be written", err)
		}
	}
}

// A list takes as many queries among 2,000 open records as among 100: by state two, whole one for each state and one
// for the rows of before. A filter that no key has takes a few more.
func TestAListTakesTheSameReadsHoweverLongItIs(t *testing.T) {
	t.Parallel()
	asked := map[string]service.ComplaintQuery{
		"whole": {}, "new": {State: complaint.StateNew}, "triaged": {State: complaint.StateTriaged},
		"rare severity": {Severity: 1},
	}
	counts := map[int]map[string]int64{}
	for _, many := range []int{100, 2000} {
		b := filledBoard(t, many)
		var reads atomic.Int64
		s := b.OpenWatched(t, func(input any) error {
			if _, ok := input.(*dynamodb.QueryInput); ok {
				reads.Add(1)
			}
			return nil
		})
		counts[many] = map[string]int64{}
		for name, q := range asked {
			reads.Store(0)
			q.Branches, q.Paging = []string{seed.Shanghai}, table.Paging{Limit: 50, Caller: "board"}
			page, err := s.Complaints(t.Context(), q)
			if want := map[string]int{"triaged": 1, "rare severity": 1}[name]; err != nil ||
				len(page.Items) != max(want, 50) && want == 0 || want > 0 && len(page.Items) != want {
				t.Errorf("%s of %d: %d lines, %v", name, many, len(page.Items), err)
			}
			counts[many][name] = reads.Load()
		}
	}
	states := int64(len(complaint.OpenStates))
	for name, most := range map[string]int64{"whole": 1 + states + 1, "new": 2, "triaged": 2} {
		if few, many := counts[100][name], counts[2000][name]; few != many || many > most {
			t.Errorf("%s: %d queries of 100, %d of 2,000, at most %d", name, few, many, most)
		}
	}
	if few, many := counts[100]["rare severity"], counts[2000]["rare severity"]; many > few+3 {
		t.Errorf("by severity %d queries of 100, %d of 2,000", few, many)
	}
}

// A store that fails in the middle of a list gives its error, and never a list without some of its records.
func TestAListThatCannotBeReadWholeIsNone(t *testing.T) {
	t.Parallel()
	s := openStored(t, storedNow)
	for after := range int64(1 + len(lead.OpenStates)) {
		var reads atomic.Int64
		broken := s.OpenWatched(t, func(input any) error {
			if _, ok := input.(*dynamodb.QueryInput); ok && reads.Add(1) > after {
				return errors.New("gone")
			}
			return nil
		})
		page, err := broken.Leads(t.Context(), enquiries.LeadQuery{Branches: []string{seed.Shanghai},
			Paging: table.Paging{Limit: 50, Caller: "board"}})
		if err == nil || len(page.Items) > 0 {
			t.Errorf("after %d queries %d lines, %v", after, len(page.Items), err)
		}
	}
}
