package table

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Item is one row as the engine knows it. Records are stored under their JSON names.
type Item = map[string]types.AttributeValue

// Text is an attribute that holds a string.
func Text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Number is an attribute that holds a whole number.
func Number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// noTime stands for a zero time. It is read as one, like an absent attribute.
var noTime types.AttributeValue = &types.AttributeValueMemberNULL{Value: true}

// byJSON names fields as JSON does.
func byJSON(o *attributevalue.EncoderOptions) {
	o.TagKey = "json"
	o.EncodeTime = func(t time.Time) (types.AttributeValue, error) {
		if t.IsZero() {
			return noTime, nil
		}
		return Text(t.Format(time.RFC3339Nano)), nil
	}
}

// EncodeValue makes an attribute from a value, under its JSON names.
func EncodeValue(v any) (types.AttributeValue, error) {
	return attributevalue.MarshalWithOptions(v, byJSON)
}

// Encode makes an item from a record, under its JSON names, and adds its keys. Times of the record itself that are
// zero are left out.
func Encode(v any, keys ...Item) (Item, error) {
	out, err := attributevalue.MarshalMapWithOptions(v, byJSON)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(out, func(_ string, v types.AttributeValue) bool { return v == noTime })
	for _, k := range keys {
		maps.Copy(out, k)
	}
	return out, nil
}

// Decode reads a record from its item.
func Decode[T any](it Item) (T, error) {
	var v T
	err := attributevalue.UnmarshalMapWithOptions(it, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	return v, err
}

// DecodeValue reads a value from an attribute.
func DecodeValue[T any](av types.AttributeValue) (T, error) {
	var v T
	err := attributevalue.UnmarshalWithOptions(av, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	return v, err
}

// Condition is what must hold for a write. Every write has one.
type Condition struct {
	Expr   string
	Names  map[string]string
	Values Item
}

// Absent holds where no item has the key.
func Absent() Condition {
	return Condition{Expr: "attribute_not_exists(#pk)", Names: map[string]string{"#pk": "pk"}}
}

// Seen holds while the item still has the version that the writer read. Version 0 means that no item was there.
func Seen(version int64) Condition {
	if version == 0 {
		return Absent()
	}
	return Condition{Expr: "#v = :v", Names: map[string]string{"#v": "version"}, Values: Item{":v": Number(version)}}
}

// SeenSeq is like Seen, for records that count their writes apart from their versions. Sequence 0 means that no
// item was there.
func SeenSeq(seq int64) Condition {
	if seq == 0 {
		return Absent()
	}
	return Condition{Expr: "#q = :q", Names: map[string]string{"#q": "seq"}, Values: Item{":q": Number(seq)}}
}

// AsRead holds while the item is exactly the one that was read. Where none was read (nil), it holds while there
// is none. Each write of such an item marks it; one without a mark was written past the store.
func AsRead(it Item) Condition {
	if it == nil {
		return Absent()
	}
	if it[CommitAttr] == nil {
		return Condition{Expr: "attribute_exists(#pk) AND attribute_not_exists(#c)",
			Names: map[string]string{"#pk": "pk", "#c": CommitAttr}}
	}
	return Condition{Expr: "#c = :c", Names: map[string]string{"#c": CommitAttr}, Values: Item{":c": it[CommitAttr]}}
}

// Lapsed holds where no item has the key. It also holds where the item's time is over but the engine has not
// deleted it yet.
func Lapsed(now time.Time) Condition {
	return Condition{
		Expr:   "attribute_not_exists(#pk) OR #ttl <= :now",
		Names:  map[string]string{"#pk": "pk", "#ttl": TTLAttr},
		Values: Item{":now": Number(now.Unix())},
	}
}

// Get reads one item consistently; found is false where there is none, and where its record has ended (Over). A failed
// call is Unavailable.
func (t *Table) Get(ctx context.Context, table string, key Item) (it Item, found bool, err error) {
	out, err := t.DB.GetItem(ctx,
		&dynamodb.GetItemInput{TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, false, Unavailable(err)
	}
	if out.Item == nil || t.absent(table, out.Item) {
		return nil, false, nil
	}
	return out.Item, true, nil
}

// GetRecord reads a record by its kind and id. It returns the error missing where there is none.
func GetRecord[T any](ctx context.Context, t *Table, kind, id string, missing error) (T, error) {
	var none T
	it, found, err := t.Get(ctx, t.Records, RecordKey(kind, id))
	if err != nil {
		return none, err
	}
	if !found {
		return none, missing
	}
	return Decode[T](it)
}

// Collect reads up to want items of a query; 0 means all of them.
func Collect[T any](ctx context.Context, t *Table, in *dynamodb.QueryInput, want int) ([]T, error) {
	return CollectSeen(ctx, t, in, want, func(T) bool { return true })
}

// CollectSeen is like Collect, but returns only the items for which seen is true. It reads past the others until
// it has want items or the query ends.
func CollectSeen[T any](ctx context.Context, t *Table, in *dynamodb.QueryInput, want int,
	seen func(T) bool) ([]T, error) {
	if want > 0 {
		in.Limit = aws.Int32(int32(want))
	}
	var out []T
	for pages := dynamodb.NewQueryPaginator(t.DB, in); pages.HasMorePages() && (want == 0 || len(out) < want); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, Unavailable(err)
		}
		for _, it := range page.Items {
			if t.absent(aws.ToString(in.TableName), it) {
				continue
			}
			v, err := Decode[T](it)
			if err != nil {
				return nil, err
			}
			if seen(v) {
				out = append(out, v)
			}
		}
	}
	if want > 0 {
		out = out[:min(want, len(out))]
	}
	return out, nil
}

// GetAll is GetEach for items of one table.
func (t *Table) GetAll(ctx context.Context, table string, keys []Item) ([]Item, error) {
	found, err := t.GetEach(ctx, map[string][]Item{table: keys})
	return found[table], err
}

// GetEach reads items of several tables consistently in one call, by the name of the table. Items that do not
// exist are left out. The order of the items is not that of the keys. Keys that stay unprocessed are asked for
// again, up to five more times; then it is Unavailable.
func (t *Table) GetEach(ctx context.Context, keys map[string][]Item) (map[string][]Item, error) {
	out, ask := map[string][]Item{}, map[string]types.KeysAndAttributes{}
	for table, of := range keys {
		if len(of) > 0 {
			ask[table] = types.KeysAndAttributes{Keys: of, ConsistentRead: aws.Bool(true)}
		}
	}
	for try := 0; len(ask) > 0; try++ {
		got, err := t.DB.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			return nil, Unavailable(err)
		}
		for table, items := range got.Responses {
			out[table] = append(out[table], slices.DeleteFunc(items, func(it Item) bool { return t.absent(table, it) })...)
		}
		if ask = got.UnprocessedKeys; len(ask) > 0 {
			if try == fewAttempts {
				return nil, Unavailable(errors.New("keys stay unprocessed"))
			}
			if err := pause(ctx, try); err != nil {
				return nil, Unavailable(err)
			}
		}
	}
	return out, nil
}

// MissingOr is the error of a read that found nothing: err if the read failed, else missing.
func MissingOr(err, missing error) error {
	if err != nil {
		return err
	}
	return missing
}

// AppendTo decodes an item and adds it to a list.
func AppendTo[T any](list *[]T, it Item) error {
	v, err := Decode[T](it)
	if err == nil {
		*list = append(*list, v)
	}
	return err
}

// PutOne writes one row under a condition, outside a transaction: half the price. It reports whether the
// condition held. After a lost answer the SDK may repeat the write. The repeat then finds its own mark and
// counts as held.
func (t *Table) PutOne(ctx context.Context, table string, it Item, cond Condition) (held bool, err error) {
	mark := newMark()
	it[CommitAttr] = Text(mark)
	_, err = t.DB.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) && StringOf(failed.Item[CommitAttr]) == mark {
		return true, nil
	}
	return HeldOr(err)
}

// newMark names one write, so that its writer recognises it.
func newMark() string {
	raw := make([]byte, 8)
	rand.Read(raw) // never fails (crypto/rand)
	return hex.EncodeToString(raw)
}

// HeldOr tells a failed condition (false, nil) from a failed call, which is Unavailable.
func HeldOr(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return false, nil
	}
	return false, Unavailable(err)
}

// StringOf is the text of an attribute; empty where the attribute is absent or not a string.
func StringOf(av types.AttributeValue) string {
	s, _ := av.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
