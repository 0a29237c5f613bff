package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Page is one page of a list; Next is nil on the last one.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Paging is what every list takes. Caller binds the cursor to who asked.
type Paging struct {
	Limit  int
	Cursor string
	Caller string
}

// list is a question to an index: partitions whose sort keys can be compared with one another, merged in order.
type list struct {
	index      string
	partitions []string
	newest     bool // newest first
	kind       string
	card       map[string]string // what the card must say; empty values ask nothing
	figures    map[string]int64  // the same of numbers; zeros ask nothing
	until      time.Time         // of what is sorted by time: before it; zero: whenever
	branches   []string          // a desk: only what is of these branches
}

// shape names the question, so that a cursor of another question does not open.
func (l list) shape() string {
	parts := append([]string{l.index, l.kind, l.card["state"], l.card["owner"], l.card["customer"], l.card["about"], fmt.Sprint(l.figures, l.until.UnixMilli())}, l.partitions...)
	return strings.Join(append(parts, l.branches...), "|")
}

type line struct {
	sort string
	id   string
	kind string
	in   string // the partition
	card types.AttributeValue
}

func (l line) fill() {
	if m, ok := l.card.(*types.AttributeValueMemberM); ok {
		due, _, _ := strings.Cut(l.sort, "#")
		m.Value["id"], m.Value["due_at"] = text(l.id), text(due)
	}
}

// lines reads one page of a list, merged over its partitions.
func (s *Store) lines(ctx context.Context, l list, p Paging) ([]line, *string, error) {
	var after string
	if p.Cursor != "" {
		last, err := s.openCursor(p, l.shape())
		if err != nil {
			return nil, nil, err
		}
		after = last
	}
	var all []line
	for _, partition := range l.partitions {
		found, err := s.partition(ctx, l, partition, after, p.Limit+1)
		if err != nil {
			return nil, nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b line) int {
		if l.newest {
			return cmp.Compare(b.sort, a.sort)
		}
		return cmp.Compare(a.sort, b.sort)
	})
	if len(all) <= p.Limit {
		return all, nil, nil
	}
	all = all[:p.Limit]
	next, err := s.sealCursor(p, l.shape(), all[p.Limit-1].sort)
	return all, &next, err
}

// partition reads up to want lines of one partition beyond after.
func (s *Store) partition(ctx context.Context, l list, partition, after string, want int) ([]line, error) {
	in := &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), IndexName: aws.String(l.index),
		KeyConditionExpression:    aws.String("#p = :p"),
		ExpressionAttributeNames:  map[string]string{"#p": l.index + "_pk"},
		ExpressionAttributeValues: item{":p": text(partition)},
		ScanIndexForward:          aws.Bool(!l.newest), Limit: aws.Int32(int32(want)),
	}
	l.bounds(in, after)
	var filters []string
	if l.kind != "" {
		filters = append(filters, "#k = :k")
		in.ExpressionAttributeNames["#k"], in.ExpressionAttributeValues[":k"] = "kind", text(l.kind)
	}
	for name, value := range l.card {
		if value != "" {
			filters = append(filters, "#c.#"+name+" = :"+name)
			in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#"+name] = "card", name
			in.ExpressionAttributeValues[":"+name] = text(value)
		}
	}
	for name, value := range l.figures {
		if value != 0 {
			filters = append(filters, "#c.#"+name+" = :"+name)
			in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#"+name] = "card", name
			in.ExpressionAttributeValues[":"+name] = number(value)
		}
	}
	if len(l.branches) > 0 {
		filters = append(filters, "#c.#branch IN ("+strings.Join(placeholders(l.branches, in.ExpressionAttributeValues), ", ")+")")
		in.ExpressionAttributeNames["#c"], in.ExpressionAttributeNames["#branch"] = "card", "branch"
	}
	if len(filters) > 0 {
		in.FilterExpression = aws.String(strings.Join(filters, " AND "))
	}
	var out []line
	for len(out) < want {
		page, err := s.db.Query(ctx, in)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, it := range page.Items {
			found := line{sort: stringOf(it[l.index+"_sk"]), id: stringOf(it["id"]), kind: stringOf(it["kind"]), in: partition, card: it["card"]}
			found.fill()
			out = append(out, found)
		}
		if page.LastEvaluatedKey == nil {
			break
		}
		in.ExclusiveStartKey = page.LastEvaluatedKey
	}
	return out[:min(want, len(out))], nil
}

// bounds is the part of a partition that is asked for. A key takes one condition alone, so a range stands for two.
func (l list) bounds(in *dynamodb.QueryInput, after string) {
	if after == "" && (l.newest || l.until.IsZero()) {
		return
	}
	in.ExpressionAttributeNames["#s"] = l.index + "_sk"
	switch {
	case l.newest: // until is asked of what is open alone
		in.KeyConditionExpression = aws.String("#p = :p AND #s < :s")
		in.ExpressionAttributeValues[":s"] = text(after)
	case l.until.IsZero():
		in.KeyConditionExpression = aws.String("#p = :p AND #s > :s")
		in.ExpressionAttributeValues[":s"] = text(after)
	default:
		in.KeyConditionExpression = aws.String("#p = :p AND #s BETWEEN :s AND :until")
		in.ExpressionAttributeValues[":s"], in.ExpressionAttributeValues[":until"] = text(after+"!"), text(at(l.until)) // no key has this sign, so none lies between
	}
}

// placeholders names values for an expression and puts them where the expression finds them.
func placeholders(values []string, into item) []string {
	var names []string
	for i, v := range values {
		name := ":in" + strconv.Itoa(i)
		names, into[name] = append(names, name), text(v)
	}
	return names
}

// cards turns lines into what a list shows.
func cards[T any](lines []line, next *string, err error) (Page[T], error) {
	out := Page[T]{Items: []T{}, Next: next}
	if err != nil {
		return out, err
	}
	for _, l := range lines {
		card, err := decodeValue[T](l.card)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, card)
	}
	return out, nil
}

// below asks for the items of a partition whose sort keys begin like the key's.
func (s *Store) below(key item) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :n)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: item{":pk": key["pk"], ":n": key["sk"]},
	}
}

// newestBelow is a page of what stands below a key, newest first: ids follow the key's beginning, and are ordered by time.
func newestBelow[T any](ctx context.Context, s *Store, key item, p Paging, id func(T) string) (Page[T], error) {
	page := Page[T]{Items: []T{}}
	shape := stringOf(key["pk"]) + "|" + stringOf(key["sk"])
	in := s.below(key)
	in.ScanIndexForward = aws.Bool(false)
	if p.Cursor != "" {
		last, err := s.openCursor(p, shape)
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = item{"pk": key["pk"], "sk": text(stringOf(key["sk"]) + last)}
	}
	found, err := collect[T](ctx, s, in, p.Limit+1)
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > p.Limit {
		page.Items = page.Items[:p.Limit]
		next, err := s.sealCursor(p, shape, id(page.Items[p.Limit-1]))
		if err != nil {
			return page, fmt.Errorf("seal the cursor: %w", err)
		}
		page.Next = aws.String(next)
	}
	return page, nil
}
