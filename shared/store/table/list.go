package table

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Page is one page of a list; Next is the cursor of the next page, nil on the last one.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Hits is the number of records on the page.
func (p Page[T]) Hits() int { return len(p.Items) }

// Paging is what every list takes. Caller binds the cursor to the caller that asked.
type Paging struct {
	Limit  int
	Cursor string
	Caller string
}

// List is a query on an index. Its partitions' sort keys can be compared with one another, so they are merged in
// order.
type List struct {
	Index      string
	Partitions []string
	States     []string // the open states, for boards that are kept by state; Card's state chooses among them
	Newest     bool     // newest first
	Kind       string
	Card       map[string]string // values the card must have; "" asks nothing
	Figures    map[string]int64  // the same for numbers; 0 asks nothing
	Until      time.Time         // before this time, in lists sorted by time; zero: no bound
	Branches   []string          // for a list over several branches: only records of these
}

// shape names the query, so that a cursor of another query does not open.
func (l List) shape() string {
	parts := append([]string{l.Index, l.Kind + l.Card["what"], l.Card["state"], l.Card["owner"], l.Card["customer"],
		l.Card["about"],
		fmt.Sprint(l.Figures, l.Until.UnixMilli())}, l.Partitions...)
	return strings.Join(append(parts, l.Branches...), "|")
}

// Line is one record as a list has it. Sort is its sort key in the index.
type Line struct {
	Sort string
	ID   string
	Kind string
	In   string // the partition
	Card types.AttributeValue
	Of   string // the customer, where the record was read
}

// LineOf is the line of a record that was read, not folded.
func LineOf(it Item) Line {
	out := Line{Sort: StringOf(it[BoardIndex+"_sk"]), ID: keyID(it), Kind: StringOf(it["kind"]), Card: it["card"],
		Of: StringOf(it["customer"])}
	out.fill()
	return out
}

func (l Line) fill() {
	if m, ok := l.Card.(*types.AttributeValueMemberM); ok {
		due, _, _ := strings.Cut(l.Sort, "#")
		m.Value["id"], m.Value["due_at"] = Text(l.ID), Text(due)
	}
}

// Lines reads one page of a list, merged over its partitions. The second result is the cursor of the next page,
// nil on the last one. A cursor of another list or caller is Unreadable.
func (t *Table) Lines(ctx context.Context, l List, p Paging) ([]Line, *string, error) {
	var after string
	if p.Cursor != "" {
		last, err := t.OpenCursor(p, l.shape())
		if err != nil {
			return nil, nil, err
		}
		after = last
	}
	all, err := t.Merge(ctx, l, after, p.Limit+1)
	if err != nil || len(all) <= p.Limit {
		return all, nil, err
	}
	all = all[:p.Limit]
	next, err := t.SealCursor(p, l.shape(), all[p.Limit-1].Sort)
	return all, &next, err
}

// mostLooked is how many rows one query of a filtered list looks at, at most. A page of the engine (1 MB) holds less.
const mostLooked = 4096

// Partition reads up to want lines of one partition beyond the sort key after ("" is the beginning). Where a filter
// leaves most rows out, each query looks at four times as many as the one before.
func (t *Table) Partition(ctx context.Context, l List, partition, after string, want int) ([]Line, error) {
	in := &dynamodb.QueryInput{
		TableName: aws.String(t.Records), IndexName: aws.String(l.Index),
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": l.Index + "_pk"},
		ExpressionAttributeValues: Item{":p": Text(partition)},
		ScanIndexForward:          aws.Bool(!l.Newest), Limit: aws.Int32(int32(want)),
	}
	l.bounds(in, after)
	var filters []string
	if l.Kind != "" {
		filters = append(filters, "#k = :k")
		in.ExpressionAttributeNames["#k"], in.ExpressionAttributeValues[":k"] = "kind", Text(l.Kind)
	}
	for name, value := range l.Card {
		if value != "" {
			filters = append(filters, "#c.#"+name+" = :"+name)
			in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#"+name] = "card", name
			in.ExpressionAttributeValues[":"+name] = Text(value)
		}
	}
	for name, value := range l.Figures {
		if value != 0 {
			filters = append(filters, "#c.#"+name+" = :"+name)
			in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#"+name] = "card", name
			in.ExpressionAttributeValues[":"+name] = Number(value)
		}
	}
	if len(l.Branches) > 0 {
		filters = append(filters, "#c.#branch IN ("+
			strings.Join(Placeholders(l.Branches, in.ExpressionAttributeValues), ", ")+")")
		in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#branch"] = "card", "branch"
	}
	if len(filters) > 0 {
		in.FilterExpression = aws.String(strings.Join(filters, " AND "))
	}
	var out []Line
	for len(out) < want {
		page, err := t.DB.Query(ctx, in)
		if err != nil {
			return nil, Unavailable(err)
		}
		for _, it := range page.Items {
			found := Line{Sort: StringOf(it[l.Index+"_sk"]), ID: idOf(it), Kind: StringOf(it["kind"]), In: partition,
				Card: it["card"]}
			found.fill()
			out = append(out, found)
		}
		if page.LastEvaluatedKey == nil {
			break
		}
		in.ExclusiveStartKey = page.LastEvaluatedKey
		in.Limit = aws.Int32(min(4**in.Limit, mostLooked))
	}
	return out[:min(want, len(out))], nil
}

// bounds limits the query to part of a partition. A key takes only one condition, so one range stands for two.
func (l List) bounds(in *dynamodb.QueryInput, after string) {
	if after == "" && (l.Newest || l.Until.IsZero()) {
		return
	}
	in.ExpressionAttributeNames["#s"] = l.Index + "_sk"
	switch {
	case l.Newest: // Until is used only for open records, which run oldest first
		in.KeyConditionExpression = aws.String("#p = :p AND #s < :s")
		in.ExpressionAttributeValues[":s"] = Text(after)
	case l.Until.IsZero():
		in.KeyConditionExpression = aws.String("#p = :p AND #s > :s")
		in.ExpressionAttributeValues[":s"] = Text(after)
	default:
		in.KeyConditionExpression = aws.String("#p = :p AND #s BETWEEN :s AND :until")
		// no key has this character, so none lies between
		in.ExpressionAttributeValues[":s"], in.ExpressionAttributeValues[":until"] = Text(after+"!"), Text(At(l.Until))
	}
}

// Placeholders names values for an expression (":in0", ":in1" and on) and puts them into the item of its values.
func Placeholders(values []string, into Item) []string {
	var names []string
	for i, v := range values {
		name := ":in" + strconv.Itoa(i)
		names, into[name] = append(names, name), Text(v)
	}
	return names
}

// Cards turns the result of Lines into a page of the cards that a list shows.
func Cards[T any](lines []Line, next *string, err error) (Page[T], error) {
	out := Page[T]{Items: []T{}, Next: next}
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		card, err := DecodeValue[T](l.Card)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, card)
	}
	return out, nil
}

// Below is a consistent query on Records for the items of the key's partition whose sort keys begin with the
// key's sort key.
func (t *Table) Below(key Item) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String(t.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :n)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: Item{":pk": key["pk"], ":n": key["sk"]},
	}
}

// WithParts is a consistent query for a record, its parts, and no more than so many items. The record comes first.
func (t *Table) WithParts(record Item, most int32) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String(t.Records), ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:    aws.String("#pk = :pk AND #sk BETWEEN :part AND :record"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: Item{":pk": record["pk"], ":part": Text(partSK), ":record": Text(RecordSK)},
		Limit:                     aws.Int32(most),
	}
}

// NewestBelow is a page of the items below a key, newest first. An item's sort key is the key's beginning
// followed by its id, and ids sort by time.
func NewestBelow[T any](ctx context.Context, t *Table, key Item, p Paging, id func(T) string) (Page[T], error) {
	page := Page[T]{Items: []T{}}
	shape := StringOf(key["pk"]) + "|" + StringOf(key["sk"])
	in := t.Below(key)
	in.ScanIndexForward = aws.Bool(false)
	if p.Cursor != "" {
		last, err := t.OpenCursor(p, shape)
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = Item{"pk": key["pk"], "sk": Text(StringOf(key["sk"]) + last)}
	}
	found, err := Collect[T](ctx, t, in, p.Limit+1)
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > p.Limit {
		page.Items = page.Items[:p.Limit]
		next, err := t.SealCursor(p, shape, id(page.Items[p.Limit-1]))
		if err != nil {
			return page, fmt.Errorf("seal the cursor: %w", err)
		}
		page.Next = aws.String(next)
	}
	return page, nil
}
