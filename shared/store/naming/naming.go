// Package naming writes and reads the rows by which a record is found by its reference, or by the number of its job.
package naming

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"afterpress/shared/kernel/identity"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// mostNamed is how many records of one kind a reference or the number of a job finds. One request reads them.
const mostNamed = 100

// jobKinds are the kinds of records that are found by the number of a job as well.
var jobKinds = []string{"complaint", "hold"}

// hasJob reports whether records of the kind are found by the number of a job.
func hasJob(kind string) bool { return slices.Contains(jobKinds, kind) }

// namedKinds are the kinds of records that people call by their reference, by the prefix of their ids.
var namedKinds = map[string]string{"lead": "lead", "tsk": "task", "cmp": "complaint", "hld": "hold",
	"sub": "submission"}

// KindOf is the kind of a record that people call by its reference, read from its id. It is empty for any other id.
func KindOf(id string) string {
	prefix, _, _ := strings.Cut(id, "_")
	return namedKinds[prefix]
}

// namedID is the id of a kind with all the signs of a reference.
func namedID(kind, signs string) string {
	for prefix, of := range namedKinds {
		if of == kind {
			s := strings.ToLower(signs)
			return prefix + "_" + s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
		}
	}
	return ""
}

// idOf is the id in a record's key.
func idOf(it table.Item) string {
	_, id, _ := strings.Cut(table.StringOf(it["pk"]), "#")
	return id
}

// jobOf is the number of the job in a record's card, as numbers of jobs are compared.
func jobOf(kind string, card types.AttributeValue) string {
	m, _ := card.(*types.AttributeValueMemberM)
	if m == nil || !hasJob(kind) {
		return ""
	}
	return identity.JobNumber(table.StringOf(m.Value["job"]))
}

// KeysOf are the keys of the rows by which a record is found: its reference, and the number of its job.
func KeysOf(it table.Item) (keys []table.Item) {
	id := idOf(it)
	kind := KindOf(id)
	if signs, ok := identity.ReferenceOf(id); ok && kind != "" {
		keys = append(keys, table.ReferenceKey(signs))
	}
	if job := jobOf(kind, it["card"]); job != "" {
		keys = append(keys, table.JobKey(kind, job, id))
	}
	return keys
}

// PutRows adds to a transaction the rows by which a new record is found of which no event tells.
func PutRows(t *table.Table, b *table.Batch, it table.Item) {
	for _, key := range KeysOf(it) {
		b.Add(types.TransactWriteItem{Put: row(t, key, false)}, nil)
	}
}

// Rename adds to a transaction that a record is found by other rows than before. Those of a new record follow from its
// event.
func Rename(t *table.Table, b *table.Batch, before, after table.Item) {
	was, is := KeysOf(before), KeysOf(after)
	for _, key := range without(is, was) {
		b.Add(types.TransactWriteItem{Put: row(t, key, false)}, nil)
	}
	for _, key := range without(was, is) {
		b.Add(types.TransactWriteItem{Put: row(t, key, true)}, nil)
	}
}

// Renamed reports whether a record is found by other rows than before.
func Renamed(before, after table.Item) bool {
	was, is := KeysOf(before), KeysOf(after)
	return len(without(was, is))+len(without(is, was)) > 0
}

// without are the keys that are not among the others.
func without(keys, others []table.Item) (out []table.Item) {
	for _, key := range keys {
		if !slices.ContainsFunc(others, func(k table.Item) bool { return reflect.DeepEqual(k, key) }) {
			out = append(out, key)
		}
	}
	return out
}

// row writes a row by which a record is found; gone gives it its end. It has no condition: the row is nothing but its
// key, and whether it stands follows from the record.
func row(t *table.Table, key table.Item, gone bool) *types.Put {
	it := table.Item{"pk": key["pk"], "sk": key["sk"]}
	if gone {
		it[table.TTLAttr] = table.Number(t.Now().Unix())
	}
	return &types.Put{TableName: aws.String(t.Records), Item: it}
}

// BringRows brings the rows by which a record is found in line with it. A row costs one unit. Rows are written without
// a condition on the record, so the record is read once more: what it says no more by then goes again. Another writer
// that changes the record meanwhile changes its rows as well (Rename).
func BringRows(ctx context.Context, t *table.Table, id string) error {
	key := table.RecordKey(KindOf(id), id)
	before, found, err := t.Get(ctx, t.Records, key)
	if err != nil {
		return err
	}
	if !found {
		before = key // one that has ended meanwhile leaves no reference
	} else if err := WriteRows(ctx, t, KeysOf(before), false); err != nil {
		return err
	}
	after, found, err := t.Get(ctx, t.Records, key)
	if err != nil {
		return err
	}
	if !found {
		return WriteRows(ctx, t, KeysOf(before), true)
	}
	return WriteRows(ctx, t, without(KeysOf(before), KeysOf(after)), true)
}

// WriteRows writes the rows by which a record is found, one unit each, or ends them.
func WriteRows(ctx context.Context, t *table.Table, keys []table.Item, gone bool) error {
	for _, key := range keys {
		put := row(t, key, gone)
		if _, err := t.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: put.TableName, Item: put.Item}); err != nil {
			return table.Unavailable(err)
		}
	}
	return nil
}

// Query asks for the records of one kind that people call so. Reference and Job are as identity gives them. Either may
// be empty.
type Query struct {
	Kind      string
	Reference string
	Job       string
	Branches  []string // the branches that the caller sees
	Limit     int
}

// Find gives the records of one kind that are called so, in any state, the newest in their lists first. Rows are asked
// by their key, then the records decide: a row may be older than its record.
func Find(ctx context.Context, t *table.Table, n Query) ([]table.Line, error) {
	ids, err := ids(ctx, t, n)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	var keys []table.Item
	for _, id := range ids {
		keys = append(keys, table.RecordKey(n.Kind, id))
	}
	found, err := t.GetAll(ctx, t.Records, keys)
	if err != nil {
		return nil, err
	}
	var out []table.Line
	for _, it := range found {
		if err := table.Unfold(it); err != nil {
			return nil, err
		}
		if line := table.LineOf(it); n.has(line) {
			out = append(out, line)
		}
	}
	slices.SortFunc(out, func(a, b table.Line) int { return strings.Compare(b.Sort, a.Sort) })
	return out[:min(n.Limit, len(out))], nil
}

// has reports whether a record that was read is called so, stands in a list, and is of a branch that the caller sees.
func (n Query) has(l table.Line) bool {
	card, _ := l.Card.(*types.AttributeValueMemberM)
	if card == nil || l.Sort == "" || !slices.Contains(n.Branches, table.StringOf(card.Value["branch"])) {
		return false
	}
	signs, _ := identity.ReferenceOf(l.ID)
	return n.Reference != "" && strings.HasSuffix(signs, n.Reference) || n.hasJob(jobOf(n.Kind, card))
}

// hasJob reports whether the number of a job is the one that is asked for, or begins with eight signs of it or more.
func (n Query) hasJob(job string) bool {
	return n.Job != "" && (job == n.Job ||
		len([]rune(n.Job)) >= identity.ReferenceLength && strings.HasPrefix(job, n.Job))
}

// ids are the ids that the rows give. A whole id needs no row.
func ids(ctx context.Context, t *table.Table, n Query) (ids []string, err error) {
	if len(n.Reference) == wholeReference {
		ids = append(ids, namedID(n.Kind, n.Reference))
	} else if n.Reference != "" {
		rows, err := nameRows(ctx, t, table.ReferenceKey(n.Reference)["pk"], "")
		if err != nil {
			return nil, err
		}
		for _, signs := range rows {
			if strings.HasSuffix(signs, n.Reference) {
				ids = append(ids, namedID(n.Kind, signs))
			}
		}
	}
	if n.Job != "" && hasJob(n.Kind) {
		key, begins := table.JobKey(n.Kind, n.Job, ""), n.Job
		if len([]rune(n.Job)) < identity.ReferenceLength {
			begins = table.StringOf(key["sk"])
		}
		rows, err := nameRows(ctx, t, key["pk"], begins)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if _, id, _ := strings.Cut(row, "#"); !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids[:min(mostNamed, len(ids))], nil
}

// wholeReference is how many signs an id has behind its prefix.
const wholeReference = 32

// nameRows are the sort keys of a partition that begin so, of rows that have not ended.
func nameRows(ctx context.Context, t *table.Table, pk types.AttributeValue, begins string) (out []string, err error) {
	in := &dynamodb.QueryInput{
		TableName: aws.String(t.Records), KeyConditionExpression: aws.String("#pk = :pk"),
		ExpressionAttributeNames: map[string]string{"#pk": "pk"}, ExpressionAttributeValues: table.Item{":pk": pk},
		ScanIndexForward: aws.Bool(false), ConsistentRead: aws.Bool(true), Limit: aws.Int32(mostNamed),
	}
	if begins != "" {
		in.KeyConditionExpression = aws.String("#pk = :pk AND begins_with(#sk, :b)")
		in.ExpressionAttributeNames["#sk"], in.ExpressionAttributeValues[":b"] = "sk", table.Text(begins)
	}
	for pages := dynamodb.NewQueryPaginator(t.DB, in); pages.HasMorePages() && len(out) < mostNamed; {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, table.Unavailable(err)
		}
		for _, it := range page.Items {
			if !table.Over(it, t.Now()) {
				out = append(out, table.StringOf(it["sk"]))
			}
		}
	}
	return out, nil
}

// Cards is the page of the cards of Find.
func Cards[T any](ctx context.Context, t *table.Table, kind string, n Query) (table.Page[T], error) {
	n.Kind = kind
	lines, err := Find(ctx, t, n)
	return table.Cards[T](lines, nil, err)
}
