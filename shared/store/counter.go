package store

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// errFull says that a counter has reached its limit.
var errFull = errors.New("store: the limit is reached")

// count adds to a counter that is below its limit and returns what it says then. The row counts as absent a day after its window has ended.
func (s *Store) count(ctx context.Context, key item, weight, limit int64, ends time.Time) (int64, error) {
	out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.tables.Messages), Key: key,
		UpdateExpression:         aws.String("ADD #n :weight SET #ttl = :ttl"),
		ConditionExpression:      aws.String("attribute_not_exists(#n) OR #n < :limit"),
		ExpressionAttributeNames: map[string]string{"#n": "n", "#ttl": ttlAttr},
		ExpressionAttributeValues: item{
			":weight": number(weight), ":limit": number(limit), ":ttl": number(ends.Add(24 * time.Hour).Unix()),
		},
		ReturnValues: types.ReturnValueUpdatedNew,
	})
	if held, err := heldOr(err); err != nil {
		return 0, err
	} else if !held {
		return 0, errFull
	}
	n, _ := out.Attributes["n"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0, unavailable(errors.New("the counter has no number"))
	}
	return strconv.ParseInt(n.Value, 10, 64)
}

// countOne adds to a transaction that a counter below its limit goes up by one. fail is the error of one that has reached its
// limit. The row counts as absent a day after its window has ended.
func (s *Store) countOne(b *batch, key item, limit int64, ends time.Time, fail func(item) error) {
	b.update(s.tables.Messages, key, "ADD #n :one SET #ttl = :ttl", condition{
		expr:   "attribute_not_exists(#n) OR #n < :limit",
		names:  map[string]string{"#n": "n", "#ttl": ttlAttr},
		values: item{":one": number(1), ":limit": number(limit), ":ttl": number(ends.Add(24 * time.Hour).Unix())},
	}, fail)
}
