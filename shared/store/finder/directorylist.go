package finder

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/directory"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"
)

// CustomerQuery asks for customers. Question is folded by directory.Question, or empty; Others are further texts by
// which the customers may be found, from directory.Others. The other fields are conditions; empty ones ask nothing. A
// customer must meet all of them.
type CustomerQuery struct {
	Question   string
	Others     []string
	Parts      []string // of the question, from directory.Parts
	Owner      string
	LifeCycle  string
	Branch     string
	Categories []string // a subtree
	Archived   bool     // only archived customers; otherwise none of them
	Branches   []string // the branches that the caller sees
	Everywhere bool     // the caller sees every branch
	table.Paging
}

// Admits reports whether the caller may see the customer and the customer meets the conditions. It does not
// check the question.
func (q CustomerQuery) Admits(c customer.Card) bool {
	return (q.Everywhere || slices.Contains(q.Branches, c.Branch) || c.Shared && len(q.Branches) > 0) &&
		(q.Owner == "" || q.Owner == c.Owner) && (q.LifeCycle == "" || q.LifeCycle == c.LifeCycle) &&
		(q.Branch == "" || q.Branch == c.Branch) &&
		(len(q.Categories) == 0 || slices.Contains(q.Categories, c.Category)) && q.Archived == (c.ArchivedAt != nil)
}

// lists are the lists that hold the answer, each over one or more partitions. The list with the fewest customers
// comes first.
func (q CustomerQuery) lists() [][]string {
	branches := slices.Concat(q.Branches, []string{table.EveryBranch})
	if q.Branch != "" {
		branches = []string{q.Branch, table.EveryBranch}
	}
	var owner, category, life, branch []string
	if q.Owner != "" {
		owner = []string{table.OwnerPlace(q.Owner)}
	}
	for _, c := range q.Categories {
		category = append(category, table.CategoryPlace(c))
	}
	for _, b := range branches {
		if branch = append(branch, table.BranchPlace(b)); q.LifeCycle != "" {
			life = append(life, table.LifePlace(b, q.LifeCycle))
		}
	}
	asked := slices.DeleteFunc([][]string{owner, category, life}, func(places []string) bool { return places == nil })
	if len(asked) == 0 {
		return [][]string{branch}
	}
	return asked
}

// byName reports whether the question must be asked of the names in a list, since no terms are kept for it.
func (q CustomerQuery) byName() bool { return directory.AsksForForm(q.Question) }

// shape names the query, so that a cursor of another query does not open.
func (q CustomerQuery) shape() string {
	return strings.Join(slices.Concat([]string{"customers", q.Question, q.Owner, q.LifeCycle, q.Branch,
		fmt.Sprint(q.Archived, q.Everywhere)}, q.Categories,
		[]string{""}, q.Branches, q.Others, q.Parts), "|")
}

// Customers lists customers by name, or by the term that fits the question. Each customer appears once over all
// pages. Rows say who may fit. The record of each customer is read before they are shown, and decides.
func (s *Finder) Customers(ctx context.Context, q CustomerQuery) (table.Page[customer.Card], error) {
	out := table.Page[customer.Card]{Items: []customer.Card{}}
	var after string
	if q.Cursor != "" {
		last, err := s.table.OpenCursor(q.Paging, q.shape())
		if err != nil {
			return out, err
		}
		after = last
	}
	if len(q.Branches) == 0 {
		return out, nil
	}
	found, err := s.search(q, after).fill(ctx, q.Limit+1)
	if err != nil {
		return out, err
	}
	if len(found) > q.Limit {
		found = found[:q.Limit]
		next, err := s.table.SealCursor(q.Paging, q.shape(), found[q.Limit-1].sort)
		if err != nil {
			return out, err
		}
		out.Next = &next
	}
	for _, f := range found {
		out.Items = append(out.Items, f.card)
	}
	return out, nil
}

// search is one call's way through the directory.
type search struct {
	finder  *Finder
	query   CustomerQuery
	after   string // the key up to which earlier pages went
	lanes   []*lane
	taken   map[string]bool   // customers already taken: while rows are rewritten, one may stand twice
	sieves  [][]string        // other lists that also hold the answer
	read    bool              // the sieves were read
	allowed []map[string]bool // for each sieve that is short enough: its customers
}

// lane is the query on one partition, with those of its rows that were read and not yet examined.
type lane struct {
	in            *dynamodb.QueryInput
	place, prefix string
	has           []string // what else the names must have
	rows          []foundRow
	ended         bool
}

// foundRow is a customer who may fit; admitted adds the card.
type foundRow struct {
	sort, customer string
	card           customer.Card
}

const (
	laneReaders   = 8
	directoryPage = 200    // rows that one call reads once the first did not fill the page
	cardsPerRead  = 100    // as many as one call takes
	longestSieve  = 10_000 // customers; a longer list would spare few reads
)

func (s *Finder) search(q CustomerQuery, after string) *search {
	out := &search{finder: s, query: q, after: after, taken: map[string]bool{}}
	lists := q.lists()
	if q.Question != "" && !q.byName() {
		out.lane(table.TermPlace(q.Question), q.Question, after)
		if end, ok := directory.EndQuestion(q.Question); ok {
			out.lane(table.EndPlace(end), end, after)
		}
		for _, other := range q.Others {
			out.lane(table.TermPlace(other), other, after)
		}
		if len(q.Parts) > 1 {
			out.lane(table.TermPlace(q.Parts[0]), q.Parts[0], after, q.Parts[1:]...)
		}
		if q.Owner+q.LifeCycle != "" || len(q.Categories) > 0 {
			out.sieves = lists
		}
		return out
	}
	for _, place := range lists[0] {
		out.lane(place, "", after)
	}
	out.sieves = lists[1:]
	return out
}

// lane adds a partition whose names begin with prefix and have the rest, beyond the key after.
func (s *search) lane(place, prefix, after string, has ...string) {
	l := &lane{in: s.query.input(s.finder.table.Records, place, prefix, after), place: place, prefix: prefix, has: has}
	l.ended = l.in == nil
	s.lanes = append(s.lanes, l)
}

// fits reports whether a name in the lane's partition answers it.
func (l *lane) fits(name string) bool {
	return strings.HasPrefix(name, l.prefix) &&
		!slices.ContainsFunc(l.has, func(part string) bool { return !strings.Contains(name, part) })
}

// fill finds want customers, or all there are. When a round drops a candidate, the query has conditions that the
// rows do not answer. From then on the search compares the other lists of the query. It reads only records of
// customers who stand in all of them.
func (s *search) fill(ctx context.Context, want int) ([]foundRow, error) {
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	var out []foundRow
	dropped := false
	for len(out) < want {
		most := min(want-len(out), cardsPerRead)
		if dropped {
			most = cardsPerRead
			if err := s.readSieves(ctx); err != nil {
				return nil, err
			}
		}
		rows, err := s.candidates(ctx, most)
		if err != nil || len(rows) == 0 {
			return out, err
		}
		if rows, err = s.unshown(ctx, rows); err != nil {
			return out, err
		}
		admitted, err := s.admitted(ctx, rows)
		if err != nil {
			return nil, err
		}
		out, dropped = append(out, admitted...), dropped || len(admitted) < len(rows)
	}
	return out[:want], nil
}

// begin reads the first rows of all lanes, several at a time. A caller who sees many branches does not wait for
// one after another.
func (s *search) begin(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(laneReaders)
	for _, l := range s.lanes {
		group.Go(func() error { return s.advance(ctx, l) })
	}
	return group.Wait()
}

// candidates takes the next rows of all lanes, in the order of their keys.
func (s *search) candidates(ctx context.Context, most int) ([]foundRow, error) {
	var out []foundRow
	for len(out) < most {
		var next *lane
		for _, l := range s.lanes {
			if err := s.advance(ctx, l); err != nil {
				return nil, err
			}
			if len(l.rows) > 0 && (next == nil || l.rows[0].sort < next.rows[0].sort) {
				next = l
			}
		}
		if next == nil {
			break
		}
		row := next.rows[0]
		next.rows = next.rows[1:]
		if !s.taken[row.customer] && s.passes(row) {
			out, s.taken[row.customer] = append(out, row), true
		}
	}
	return out, nil
}

// unshown leaves out customers whom an earlier page showed. One of several texts found them there by another row,
// before the key where this page begins. Their manifests tell.
func (s *search) unshown(ctx context.Context, rows []foundRow) ([]foundRow, error) {
	if s.after == "" || len(s.query.Others)+len(s.query.Parts) == 0 {
		return rows, nil
	}
	keys, whose := make([]table.Item, len(rows)), map[string]string{}
	for i, r := range rows {
		keys[i] = table.RowsKey(r.customer)
		whose[table.StringOf(keys[i]["pk"])] = r.customer
	}
	found, err := s.finder.table.GetAll(ctx, s.finder.table.Records, keys)
	if err != nil {
		return nil, err
	}
	shown := map[string]bool{}
	for _, it := range found {
		known, err := table.Decode[manifest](it)
		if err != nil {
			return nil, err
		}
		c := whose[table.StringOf(it["pk"])]
		shown[c] = slices.ContainsFunc(known.Rows, func(line string) bool { return s.before(rowAt(markOf(line)), c) })
	}
	return slices.DeleteFunc(rows, func(r foundRow) bool { return shown[r.customer] }), nil
}

// before reports whether a row of the customer answers the query before the key where the page begins.
func (s *search) before(row directoryRow, c string) bool {
	return table.StringOf(table.DirectoryKey(row.place, row.name, c)["sk"]) <= s.after &&
		slices.ContainsFunc(s.lanes, func(l *lane) bool {
			return l.place == row.place && l.fits(row.name)
		})
}

// passes reports whether the customer may fit, by what is known without their record.
func (s *search) passes(row foundRow) bool {
	for _, allowed := range s.allowed {
		if !allowed[row.customer] {
			return false
		}
	}
	if !s.query.byName() {
		return true
	}
	name, _ := table.DirectoryNames(row.sort)
	return directory.MayNameHave(name, s.query.Question)
}

// advance reads rows of a lane until there is one to examine.
func (s *search) advance(ctx context.Context, l *lane) error {
	for len(l.rows) == 0 && !l.ended {
		page, err := s.finder.table.DB.Query(ctx, l.in)
		if err != nil {
			return table.Unavailable(err)
		}
		for _, it := range page.Items {
			sort := table.StringOf(it["sk"])
			if name, c := table.DirectoryNames(sort); l.fits(name) && !foundByBeginning(it, s.query.Question) {
				l.rows = append(l.rows, foundRow{sort: sort, customer: c})
			}
		}
		l.in.ExclusiveStartKey, l.ended = page.LastEvaluatedKey, page.LastEvaluatedKey == nil
		if l.in.Limit = aws.Int32(directoryPage); s.read || s.query.byName() || len(l.has) > 0 {
			l.in.Limit = nil // most rows will be passed over
		}
	}
	return nil
}

// readSieves reads who stands in the other lists, once.
func (s *search) readSieves(ctx context.Context) error {
	if s.read {
		return nil
	}
	s.read = true
	for _, places := range s.sieves {
		allowed, err := s.finder.standingIn(ctx, places)
		if err != nil {
			return err
		}
		if allowed != nil {
			s.allowed = append(s.allowed, allowed)
		}
	}
	return nil
}

// standingIn reads who stands in a list. It is nil where the list is too long to be worth it (longestSieve).
func (s *Finder) standingIn(ctx context.Context, places []string) (map[string]bool, error) {
	out := map[string]bool{}
	for _, place := range places {
		in := &dynamodb.QueryInput{
			TableName: aws.String(s.table.Records), KeyConditionExpression: aws.String("#pk = :pk"),
			ProjectionExpression:      aws.String("#sk"),
			ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
			ExpressionAttributeValues: table.Item{":pk": table.Text(table.DirectoryPK + place)},
		}
		for pages := dynamodb.NewQueryPaginator(s.table.DB, in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, table.Unavailable(err)
			}
			for _, it := range page.Items {
				_, c := table.DirectoryNames(table.StringOf(it["sk"]))
				out[c] = true
			}
			if len(out) > longestSieve {
				return nil, nil
			}
		}
	}
	return out, nil
}

// admitted reads the records of the candidates and keeps the customers that the query admits, in the order of
// rows. No customer is shown because of a row alone.
func (s *search) admitted(ctx context.Context, rows []foundRow) ([]foundRow, error) {
	keys := make([]table.Item, len(rows))
	for i, r := range rows {
		keys[i] = table.RecordKey("customer", r.customer)
	}
	records, err := s.finder.table.GetAll(ctx, s.finder.table.Records, keys)
	if err != nil {
		return nil, err
	}
	cards := map[string]customer.Card{}
	for _, it := range records {
		c, err := table.Decode[customer.Customer](it)
		if err != nil {
			return nil, err
		}
		cards[c.ID] = c.Card()
	}
	var out []foundRow
	for _, r := range rows {
		card, there := cards[r.customer]
		if there && s.query.Admits(card) && (!s.query.byName() || directory.NameHas(card.Name, s.query.Question)) {
			r.card = card
			out = append(out, r)
		}
	}
	return out, nil
}

// foundByBeginning reports whether the customer of this row is found by another term already. That is so where
// the row is the end of a number. A question of digits can then also find the customer by the beginning of
// another term.
func foundByBeginning(row table.Item, question string) bool {
	known, _ := row["known"].(*types.AttributeValueMemberL)
	return known != nil && slices.ContainsFunc(known.Value, func(v types.AttributeValue) bool {
		n, _ := v.(*types.AttributeValueMemberN)
		return n != nil && n.Value == strconv.Itoa(len(question))
	})
}

// input is the query on a partition for the names that begin with prefix, beyond the key after. It is nil where
// none can lie there. Its filter checks the part of Admits that rows can answer. It leaves out buried rows, and
// rows by which the customer is not found first.
func (q CustomerQuery) input(records, place, prefix, after string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(records), Limit: aws.Int32(int32(q.Limit + 1)),
		KeyConditionExpression: aws.String("#pk = :pk"),
		ProjectionExpression:   aws.String("#sk, #known"),
		ExpressionAttributeNames: map[string]string{"#pk": "pk", "#sk": "sk", "#known": "known", "#branch": "branch",
			"#archived": "archived"},
		ExpressionAttributeValues: table.Item{":pk": table.Text(table.DirectoryPK + place)},
	}
	filters := []string{"#branch <> :none", "attribute_not_exists(#archived)"}
	in.ExpressionAttributeValues[":none"] = table.Text("")
	if q.Archived {
		filters[1] = "attribute_exists(#archived)"
	}
	if q.Branch != "" {
		filters = append(filters, "#branch = :branch")
		in.ExpressionAttributeValues[":branch"] = table.Text(q.Branch)
	}
	if !q.Everywhere {
		filters = append(filters, "(#branch IN ("+
			strings.Join(lettered("b", q.Branches, in.ExpressionAttributeValues), ", ")+") OR #shared = :shared)")
		in.ExpressionAttributeNames["#shared"] = "shared"
		in.ExpressionAttributeValues[":shared"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	if prefix != "" {
		filters = append(filters, "(attribute_not_exists(#common) OR #common < :runes)")
		in.ExpressionAttributeNames["#common"], in.ExpressionAttributeValues[":runes"] = "common",
			table.Number(int64(len([]rune(prefix))))
	}
	in.FilterExpression = aws.String(strings.Join(filters, " AND "))
	return bounds(in, prefix, after)
}

// lettered names values for an expression, each by a letter and its number.
func lettered(letter string, values []string, into table.Item) []string {
	var names []string
	for i, v := range values {
		name := fmt.Sprint(":", letter, i)
		names, into[name] = append(names, name), table.Text(v)
	}
	return names
}

// bounds limits the query to the part of a partition where the answer goes on: beyond a cursor, and below a
// prefix. A key takes one condition, so a prefix is a range too. begins_with would say the same, but the local
// test engine reads the whole partition for it.
func bounds(in *dynamodb.QueryInput, prefix, after string) *dynamodb.QueryInput {
	beyond, end := after+"!", prefix+"\U0010ffff" // no key has this character, so none lies between
	switch {
	case prefix == "" && after != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk > :after")
		in.ExpressionAttributeValues[":after"] = table.Text(after)
	case prefix != "" && beyond > end:
		return nil
	case prefix != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk BETWEEN :from AND :end")
		in.ExpressionAttributeValues[":from"], in.ExpressionAttributeValues[":end"] = table.Text(max(prefix, beyond)),
			table.Text(end)
	}
	return in
}
