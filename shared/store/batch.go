package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// commits is how often a transaction is tried that was cancelled for conflict or throttling only; the SDK does not repeat those.
const commits = 5

// batch is one transaction being put together: each write with what its failed condition means.
type batch struct {
	id     string // marks every item, so that a repeat of a write that did happen is recognised
	writes []types.TransactWriteItem
	fails  []func(old item) error
}

func newBatch() *batch { return &batch{id: newMark()} }

// put adds an insert or replacement. cond is its condition; fail says what it means when the condition does not hold, given the item that is there.
func (b *batch) put(table string, it item, cond condition, fail func(old item) error) {
	it[commitAttr] = text(b.id)
	b.add(types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String(cond.expr),
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// remove takes an item away.
func (b *batch) remove(table string, key item, cond condition, fail func(old item) error) {
	b.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(table), Key: key, ConditionExpression: aws.String(cond.expr),
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// check adds a condition on an item that the transaction does not write.
func (b *batch) check(table string, key item, cond condition, fail func(old item) error) {
	b.add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(table), Key: key, ConditionExpression: aws.String(cond.expr),
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// update adds an update expression.
func (b *batch) update(table string, key item, set string, cond condition, fail func(old item) error) {
	b.add(types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(table), Key: key, UpdateExpression: aws.String(set), ConditionExpression: aws.String(cond.expr),
		ExpressionAttributeNames: cond.names, ExpressionAttributeValues: cond.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

func (b *batch) add(w types.TransactWriteItem, fail func(old item) error) {
	b.writes, b.fails = append(b.writes, w), append(b.fails, fail)
}

// commit writes the batch in one transaction. When the request carries a receipt, the receipt is part of it and holds the answer made from result.
func (s *Store) commit(ctx context.Context, b *batch, result any) error {
	if err := s.addReceipt(ctx, b, result); err != nil {
		return err
	}
	in := &dynamodb.TransactWriteItemsInput{TransactItems: b.writes}
	var err error
	for try := range commits {
		if _, err = s.db.TransactWriteItems(ctx, in); err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if errors.As(err, &cancelled) {
			if done, meaning := b.meaning(cancelled.CancellationReasons); done {
				return meaning
			}
		} else if !passing(err) {
			return unavailable(err)
		}
		if waitErr := pause(ctx, try); waitErr != nil {
			return unavailable(waitErr)
		}
	}
	return unavailable(err)
}

// meaning reads why a transaction was cancelled. done is false when only conflict or throttling stood in the way. An item with our own mark says that the
// transaction happened, whatever its repeat met, such as a counter that it filled itself. A receipt stands last in the batch and is asked first: a repeat
// of the same request is a repeat, whatever else would have refused it.
func (b *batch) meaning(reasons []types.CancellationReason) (done bool, err error) {
	for _, r := range reasons {
		if stringOf(r.Item[commitAttr]) == b.id {
			return true, nil
		}
	}
	for i := len(reasons) - 1; i >= 0; i-- {
		if aws.ToString(reasons[i].Code) != "ConditionalCheckFailed" {
			continue
		}
		return true, b.fails[i](reasons[i].Item)
	}
	for _, r := range reasons {
		switch aws.ToString(r.Code) {
		case "None", "", "TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded":
		default:
			return true, unavailable(errors.New("transaction cancelled: " + aws.ToString(r.Code)))
		}
	}
	return false, nil
}

// passing reports whether an error of a whole call is worth another try.
func passing(err error) bool {
	var inProgress *types.TransactionInProgressException
	var throttled *types.ProvisionedThroughputExceededException
	var conflict *types.TransactionConflictException
	var limit *types.RequestLimitExceeded
	return errors.As(err, &inProgress) || errors.As(err, &throttled) || errors.As(err, &conflict) || errors.As(err, &limit)
}
