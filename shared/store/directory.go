package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// Directory writes the rows by which customers are found and listed. They follow the facts by a moment: functions/stream writes them after the event.
type Directory struct {
	Store *Store
	Read  crm.Reading
}

// manifest notes which rows the directory has of a customer. Every write of rows counts its version up in the same transaction, so that of two writers one
// begins anew with what is true then; a row that stands is always named.
type manifest struct {
	Version int64    `json:"version"`
	Rows    []string `json:"rows"`   // place and name of each, with a blank between
	Digest  string   `json:"digest"` // of what the rows say
}

// directoryRow is a row of the directory. Common is how many runes of its term an earlier row of the customer begins with too.
type directoryRow struct {
	ID     string           `json:"id"`
	Run    int64            `json:"run"` // version of the manifest that it was written with
	Common int              `json:"common"`
	Card   crm.CustomerCard `json:"card"`
	place  string
	name   string
}

func (r directoryRow) mark() string { return r.place + " " + r.name }

// mostRows is how many rows go into one transaction, beside the manifest.
const mostRows = 99

// Index brings the rows of a customer in line with what is true now. Nothing to change writes nothing. It may run any number of times, in any order, beside
// itself: rows always follow the newest facts that one of the runs has read.
func (d Directory) Index(ctx context.Context, customer string) error {
	for try := range meetings {
		err := d.index(ctx, customer)
		if !errors.Is(err, errChanged) {
			return err
		}
		if err := pause(ctx, min(try, 3)); err != nil {
			return unavailable(err)
		}
	}
	return conflict()
}

func (d Directory) index(ctx context.Context, id string) error {
	s := d.Store
	known, err := s.manifest(ctx, id) // before the facts: a newer run counts it up, and this one begins anew
	if err != nil {
		return err
	}
	customer, err := s.Customer(ctx, id)
	if err != nil {
		return err
	}
	people, err := s.Contacts(ctx, id)
	if err != nil {
		return err
	}
	rows := directoryRows(customer, crm.DirectoryTerms(customer, people, d.Read))
	digest, err := digestOf(rows)
	if err != nil {
		return err
	}
	wanted := make([]string, len(rows))
	for i, r := range rows {
		wanted[i] = r.mark()
	}
	gone := slices.DeleteFunc(slices.Clone(known.Rows), func(mark string) bool { return slices.Contains(wanted, mark) })
	if digest == known.Digest && len(gone) == 0 {
		return nil
	}
	next := manifest{Version: known.Version + 1, Rows: append(slices.Clone(wanted), gone...), Digest: digest}
	if err := s.putRows(ctx, id, next, rows); err != nil {
		return err
	}
	for part := range slices.Chunk(gone, mostRows) {
		next.Version++
		next.Rows = slices.DeleteFunc(slices.Clone(next.Rows), func(mark string) bool { return slices.Contains(part, mark) })
		if err := s.removeRows(ctx, id, next, part); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) manifest(ctx context.Context, customer string) (manifest, error) {
	it, found, err := s.get(ctx, s.tables.Records, rowsKey(customer))
	if err != nil || !found {
		return manifest{}, err
	}
	return decode[manifest](it)
}

// directoryRows are the rows of a customer: one for each term, and one for each list in which he stands.
func directoryRows(c crm.Customer, terms []crm.Term) []directoryRow {
	var out []directoryRow
	add := func(place, name string, common int) {
		out = append(out, directoryRow{ID: c.ID, Common: common, Card: c.Card(), place: place, name: name})
	}
	for _, t := range terms {
		add(termPlace(t.Text), t.Text, t.Common)
	}
	branch, name := c.Branch, crm.FoldTerm(c.Name)
	if c.Shared {
		branch = everyBranch
	}
	add("branch#"+branch, name, 0)
	add("life#"+branch+"#"+c.LifeCycle, name, 0)
	if c.Owner != "" {
		add("owner#"+c.Owner, name, 0)
	}
	if c.Category != "" {
		add("category#"+c.Category, name, 0)
	}
	return out
}

func digestOf(rows []directoryRow) (string, error) {
	h := sha256.New()
	for _, r := range rows {
		raw, err := json.Marshal(r)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %s\n", r.mark(), raw)
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}

// putRows writes rows with the manifest that names them.
func (s *Store) putRows(ctx context.Context, customer string, next manifest, rows []directoryRow) error {
	b := newBatch()
	for _, r := range rows {
		r.Run = next.Version
		it, err := row(r, directoryKey(r.place, r.name, customer))
		if err != nil {
			return err
		}
		b.put(s.tables.Records, it, before(next.Version), func(item) error { return errChanged })
	}
	return s.finishRows(ctx, b, customer, next)
}

// removeRows takes rows away with the manifest that no longer names them.
func (s *Store) removeRows(ctx context.Context, customer string, next manifest, marks []string) error {
	b := newBatch()
	for _, mark := range marks {
		place, name, _ := strings.Cut(mark, " ")
		b.remove(s.tables.Records, directoryKey(place, name, customer), before(next.Version), func(item) error { return errChanged })
	}
	return s.finishRows(ctx, b, customer, next)
}

func (s *Store) finishRows(ctx context.Context, b *batch, customer string, next manifest) error {
	it, err := row(next, rowsKey(customer))
	if err != nil {
		return err
	}
	b.put(s.tables.Records, it, seen(next.Version-1), func(item) error { return errChanged })
	return s.commit(ctx, b, nil)
}

// before holds where there is no row, or one of an earlier run.
func before(run int64) condition {
	return condition{expr: "attribute_not_exists(#pk) OR #r < :r", names: map[string]string{"#pk": "pk", "#r": "run"}, values: item{":r": number(run)}}
}

// CustomerQuery asks for customers. Question is folded by crm.DirectoryQuestion, or empty; the rest are conditions, empty ones ask nothing. All that is
// asked must hold.
type CustomerQuery struct {
	Question   string
	Owner      string
	LifeCycle  string
	Branch     string
	Categories []string // a subtree
	Archived   bool     // the archived ones, and no others
	Branches   []string // of the shop that the caller sees
	Everywhere bool     // the caller sees every branch
	Paging
}

// Admits reports whether the customer is the caller's to see and fits what is asked beside the question.
func (q CustomerQuery) Admits(c crm.CustomerCard) bool {
	return (q.Everywhere || slices.Contains(q.Branches, c.Branch) || c.Shared && len(q.Branches) > 0) &&
		(q.Owner == "" || q.Owner == c.Owner) && (q.LifeCycle == "" || q.LifeCycle == c.LifeCycle) && (q.Branch == "" || q.Branch == c.Branch) &&
		(len(q.Categories) == 0 || slices.Contains(q.Categories, c.Category)) && q.Archived == (c.ArchivedAt != nil)
}

// places are the partitions that hold the answer, by the question that the fewest customers answer.
func (q CustomerQuery) places() []string {
	var out []string
	branches := slices.Concat(q.Branches, []string{everyBranch})
	if q.Branch != "" {
		branches = []string{q.Branch, everyBranch}
	}
	switch {
	case q.Question != "":
		out = []string{termPlace(q.Question)}
	case q.Owner != "":
		out = []string{"owner#" + q.Owner}
	case len(q.Categories) > 0:
		for _, c := range q.Categories {
			out = append(out, "category#"+c)
		}
	case q.LifeCycle != "":
		for _, b := range branches {
			out = append(out, "life#"+b+"#"+q.LifeCycle)
		}
	default:
		for _, b := range branches {
			out = append(out, "branch#"+b)
		}
	}
	return out
}

// shape names the query, so that a cursor of another one does not open.
func (q CustomerQuery) shape() string {
	return strings.Join(slices.Concat([]string{"customers", q.Question, q.Owner, q.LifeCycle, q.Branch, fmt.Sprint(q.Archived, q.Everywhere)}, q.Categories,
		[]string{""}, q.Branches), "|")
}

// Customers lists customers by name, or by what of them fits the question; each of them once, on all pages together.
func (s *Store) Customers(ctx context.Context, q CustomerQuery) (Page[crm.CustomerCard], error) {
	out := Page[crm.CustomerCard]{Items: []crm.CustomerCard{}}
	var after string
	if q.Cursor != "" {
		c, err := s.seal.open(q.Cursor, q.shape(), q.Caller, s.now())
		if err != nil {
			return out, err
		}
		after = c.Last
	}
	if len(q.Branches) == 0 {
		return out, nil
	}
	var all []foundRow
	for _, place := range q.places() {
		found, err := s.directoryPlace(ctx, q, place, after)
		if err != nil {
			return out, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b foundRow) int { return cmp.Compare(a.sort, b.sort) })
	if len(all) > q.Limit {
		all = all[:q.Limit]
		next, err := s.seal.close(cursor{Last: all[q.Limit-1].sort, Expires: s.now().Add(cursorLife)}, q.shape(), q.Caller)
		if err != nil {
			return out, err
		}
		out.Next = &next
	}
	for _, f := range all {
		out.Items = append(out.Items, f.card)
	}
	return out, nil
}

type foundRow struct {
	sort string
	card crm.CustomerCard
}

// directoryPage is how many rows one call reads, so that a page that is filtered is filled in few.
const directoryPage = 200

// directoryPlace reads one more than a page of what fits in a partition beyond after.
func (s *Store) directoryPlace(ctx context.Context, q CustomerQuery, place, after string) ([]foundRow, error) {
	in := q.input(s.tables.Records, place, after)
	var out []foundRow
	for len(out) <= q.Limit {
		page, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, it := range page.Items {
			r, err := decode[directoryRow](it)
			if err != nil {
				return nil, err
			}
			out = append(out, foundRow{stringOf(it["sk"]), r.Card})
		}
		if page.LastEvaluatedKey == nil {
			break
		}
		in.ExclusiveStartKey, in.Limit = page.LastEvaluatedKey, aws.Int32(directoryPage)
	}
	return out[:min(q.Limit+1, len(out))], nil
}

// input is the question to one partition; its filter says what Admits says.
func (q CustomerQuery) input(table, place, after string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(table), Limit: aws.Int32(int32(q.Limit + 1)),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#card": "card", "#arch": "archived_at"},
		ExpressionAttributeValues: item{":pk": text(directoryPK + place)},
	}
	filters := []string{"attribute_not_exists(#card.#arch)"}
	if q.Archived {
		filters[0] = "attribute_exists(#card.#arch)"
	}
	asks := func(name, value string) {
		if value != "" {
			in.ExpressionAttributeNames["#"+name], in.ExpressionAttributeValues[":"+name] = name, text(value)
			filters = append(filters, "#card.#"+name+" = :"+name)
		}
	}
	asks("owner", q.Owner)
	asks("life_cycle", q.LifeCycle)
	asks("branch", q.Branch)
	if len(q.Categories) > 0 {
		filters = append(filters, "#card.#category IN ("+strings.Join(lettered("c", q.Categories, in.ExpressionAttributeValues), ", ")+")")
		in.ExpressionAttributeNames["#category"] = "category"
	}
	if !q.Everywhere {
		filters = append(filters, "(#card.#branch IN ("+strings.Join(lettered("b", q.Branches, in.ExpressionAttributeValues), ", ")+") OR #card.#shared = :shared)")
		in.ExpressionAttributeNames["#branch"], in.ExpressionAttributeNames["#shared"] = "branch", "shared"
		in.ExpressionAttributeValues[":shared"] = &types.AttributeValueMemberBOOL{Value: true}
	}
	q.bounds(in, after)
	if q.Question != "" {
		filters = append(filters, "#common < :runes")
		in.ExpressionAttributeNames["#common"], in.ExpressionAttributeValues[":runes"] = "common", number(int64(len([]rune(q.Question))))
	}
	in.FilterExpression = aws.String(strings.Join(filters, " AND "))
	return in
}

// lettered names values for an expression, each list under a letter of its own.
func lettered(letter string, values []string, into item) []string {
	var names []string
	for i, v := range values {
		name := fmt.Sprint(":", letter, i)
		names, into[name] = append(names, name), text(v)
	}
	return names
}

// bounds is the part of a partition in which the answer goes on. After a cursor it begins at the cursor: a key takes one condition alone.
func (q CustomerQuery) bounds(in *dynamodb.QueryInput, after string) {
	switch {
	case after != "" && q.Question != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk BETWEEN :after AND :end")
		in.ExpressionAttributeValues[":after"] = text(after + "!") // no key has this sign, so none lies between
		in.ExpressionAttributeValues[":end"] = text(q.Question + "\U0010ffff")
	case after != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND #sk > :after")
		in.ExpressionAttributeValues[":after"] = text(after)
	case q.Question != "":
		in.KeyConditionExpression = aws.String("#pk = :pk AND begins_with(#sk, :q)")
		in.ExpressionAttributeValues[":q"] = text(q.Question)
	default:
		return
	}
	in.ExpressionAttributeNames["#sk"] = "sk"
}
