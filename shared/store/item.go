package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is one row as the engine knows it. Records are stored under their JSON names.
type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func encode(v any) (types.AttributeValue, error) {
	return attributevalue.MarshalWithOptions(v, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
}

// row makes an item from a record and its keys.
func row(v any, keys ...item) (item, error) {
	out, err := attributevalue.MarshalMapWithOptions(v, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		maps.Copy(out, k)
	}
	return out, nil
}

func decode[T any](it item) (T, error) {
	var v T
	err := attributevalue.UnmarshalMapWithOptions(it, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	return v, err
}

func decodeValue[T any](av types.AttributeValue) (T, error) {
	var v T
	err := attributevalue.UnmarshalWithOptions(av, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	return v, err
}

// condition is what must hold for a write. Every write has one.
type condition struct {
	expr   string
	names  map[string]string
	values item
}

// absent holds where no item has the key.
func absent() condition {
	return condition{expr: "attribute_not_exists(#pk)", names: map[string]string{"#pk": "pk"}}
}

// seen holds while the item has the version that the writer read; version 0 is an item that is not there.
func seen(version int64) condition {
	if version == 0 {
		return absent()
	}
	return condition{expr: "#v = :v", names: map[string]string{"#v": "version"}, values: item{":v": number(version)}}
}

// seenSeq is seen for records that count their writes apart from their versions.
func seenSeq(seq int64) condition {
	if seq == 0 {
		return absent()
	}
	return condition{expr: "#q = :q", names: map[string]string{"#q": "seq"}, values: item{":q": number(seq)}}
}

// asRead holds while the item is the very one that was read, or still not there where none was.
func asRead(it item) condition {
	if it == nil {
		return absent()
	}
	return condition{expr: "#c = :c", names: map[string]string{"#c": commitAttr}, values: item{":c": it[commitAttr]}}
}

// lapsed holds where no item has the key, or the item's time is over and the engine has not taken it away yet.
func lapsed(now time.Time) condition {
	return condition{
		expr:   "attribute_not_exists(#pk) OR #ttl <= :now",
		names:  map[string]string{"#pk": "pk", "#ttl": ttlAttr},
		values: item{":now": number(now.Unix())},
	}
}

// get reads one item consistently; found is false where there is none.
func (s *Store) get(ctx context.Context, table string, key item) (it item, found bool, err error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(table), Key: key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, false, unavailable(err)
	}
	return out.Item, out.Item != nil, nil
}

// getRecord reads a record by its id.
func getRecord[T any](ctx context.Context, s *Store, kind, id string, missing error) (T, error) {
	var none T
	it, found, err := s.get(ctx, s.tables.Records, recordKey(kind, id))
	if err != nil {
		return none, err
	}
	if !found {
		return none, missing
	}
	return decode[T](it)
}

// collect reads up to want items of a query; 0 is all of them.
func collect[T any](ctx context.Context, s *Store, in *dynamodb.QueryInput, want int) ([]T, error) {
	return collectSeen(ctx, s, in, want, func(T) bool { return true })
}

// collectSeen is collect of the items that are seen; it reads on past the others.
func collectSeen[T any](ctx context.Context, s *Store, in *dynamodb.QueryInput, want int, seen func(T) bool) ([]T, error) {
	if want > 0 {
		in.Limit = aws.Int32(int32(want))
	}
	var out []T
	for pages := dynamodb.NewQueryPaginator(s.db, in); pages.HasMorePages() && (want == 0 || len(out) < want); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, it := range page.Items {
			v, err := decode[T](it)
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

// getAll reads several items consistently in one call.
func (s *Store) getAll(ctx context.Context, table string, keys []item) ([]item, error) {
	var out []item
	ask := map[string]types.KeysAndAttributes{table: {Keys: keys, ConsistentRead: aws.Bool(true)}}
	for try := 0; len(ask) > 0; try++ {
		got, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: ask})
		if err != nil {
			return nil, unavailable(err)
		}
		out = append(out, got.Responses[table]...)
		if ask = got.UnprocessedKeys; len(ask) > 0 {
			if try == commits {
				return nil, unavailable(errors.New("keys stay unprocessed"))
			}
			if err := pause(ctx, try); err != nil {
				return nil, unavailable(err)
			}
		}
	}
	return out, nil
}

// missingOr is the error of a read that found nothing.
func missingOr(err, missing error) error {
	if err != nil {
		return err
	}
	return missing
}

// appendTo decodes an item and adds it to a list.
func appendTo[T any](list *[]T, it item) error {
	v, err := decode[T](it)
	if err == nil {
		*list = append(*list, v)
	}
	return err
}

// putOne writes one row under a condition, outside a transaction: half the price. It reports whether the condition held; a repeat by the SDK
// after a lost answer finds its own mark and counts as held.
func (s *Store) putOne(ctx context.Context, table string, it item, cond condition) (held bool, err error) {
	mark := newMark()
	it[commitAttr] = text(mark)
	_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String(cond.expr),
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) && stringOf(failed.Item[commitAttr]) == mark {
		return true, nil
	}
	return heldOr(err)
}

// newMark names one write, so that its writer recognises it.
func newMark() string {
	raw := make([]byte, 8)
	rand.Read(raw) // never fails (crypto/rand)
	return hex.EncodeToString(raw)
}

// heldOr tells a failed condition from a failed call.
func heldOr(err error) (bool, error) {
	if err == nil {
		return true, nil
	}
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		return false, nil
	}
	return false, unavailable(err)
}

// stringOf is the text of an attribute; empty where it is none.
func stringOf(av types.AttributeValue) string {
	s, _ := av.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
