package table

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ErrFull says that a counter has reached its limit.
var ErrFull = errors.New("table: the limit is reached")

// Count adds weight to a counter that is below its limit, and returns the new value, which may exceed the limit.
// It returns ErrFull when the limit is reached. The row counts as absent a day after its window ends.
func (t *Table) Count(ctx context.Context, key Item, weight, limit int64, ends time.Time) (int64, error) {
	out, err := t.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(t.Messages), Key: key,
		UpdateExpression:         aws.String("ADD #n :weight SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#n) OR #n < :limit"),
		ExpressionAttributeNames: map[string]string{"#n": "n", "#ttl": TTLAttr},
		ExpressionAttributeValues: Item{
			":weight": Number(weight), ":limit": Number(limit), ":ttl": Number(ends.Add(24 * time.Hour).Unix()),
		},
		ReturnValues: types.ReturnValueUpdatedNew,
	})
	if held, err := HeldOr(err); err != nil {
		return 0, err
	} else if !held {
		return 0, ErrFull
	}
	return CountOf(out.Attributes)
}

// Counted reads a counter; one that is not there has counted nothing.
func (t *Table) Counted(ctx context.Context, key Item) (int64, error) {
	it, found, err := t.Get(ctx, t.Messages, key)
	if err != nil || !found {
		return 0, err
	}
	return CountOf(it)
}

// Figure is a figure of a counter that was read; 0 where it has none yet.
func Figure(it Item, name string) int64 {
	n, _ := it[name].(*types.AttributeValueMemberN)
	if n == nil {
		return 0
	}
	count, _ := strconv.ParseInt(n.Value, 10, 64) // the store wrote it
	return count
}

// CountOf is the value of a counter that was read.
func CountOf(it Item) (int64, error) {
	n, _ := it["n"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0, Unavailable(errors.New("the counter has no number"))
	}
	return strconv.ParseInt(n.Value, 10, 64)
}

// CountOne is CountIn with a weight of one.
func (t *Table) CountOne(b *Batch, key Item, limit int64, ends time.Time, fail func(Item) error) {
	t.CountIn(b, key, 1, limit, ends, fail)
}

// CountIn adds to a transaction what Count does. fail gives the error for a counter that has reached its limit.
// Only for counters of one person: transactions that count in one item at once refuse each other.
func (t *Table) CountIn(b *Batch, key Item, weight, limit int64, ends time.Time, fail func(Item) error) {
	b.Update(t.Messages, key, "ADD #n :weight SET #ttl = :ttl", Condition{
		Expr:  "attribute_not_exists(#n) OR #n < :limit",
		Names: map[string]string{"#n": "n", "#ttl": TTLAttr},
		Values: Item{":weight": Number(weight), ":limit": Number(limit),
			":ttl": Number(ends.Add(24 * time.Hour).Unix())},
	}, fail)
}
