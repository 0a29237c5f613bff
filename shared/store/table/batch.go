package table

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// commits is how often a transaction is tried that was cancelled for conflict or throttling only; the SDK does not
// repeat those.
const commits = 5

// Batch is one transaction being put together: each write with what its failed condition means.
type Batch struct {
	ID     string // marks every item, so that a repeat of a write that did happen is recognised
	writes []types.TransactWriteItem
	fails  []func(old Item) error
}

// NewBatch is a transaction without writes.
func NewBatch() *Batch { return &Batch{ID: newMark()} }

// Put adds an insert or replacement. cond is its condition; fail says what it means when the condition does not hold,
// given the item that is there.
func (b *Batch) Put(table string, it Item, cond Condition, fail func(old Item) error) {
	it[CommitAttr] = Text(b.ID)
	b.Add(types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// Remove takes an item away.
func (b *Batch) Remove(table string, key Item, cond Condition, fail func(old Item) error) {
	b.Add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: aws.String(table), Key: key, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// Check adds a condition on an item that the transaction does not write.
func (b *Batch) Check(table string, key Item, cond Condition, fail func(old Item) error) {
	b.Add(types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(table), Key: key, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// Update adds an update expression.
func (b *Batch) Update(table string, key Item, set string, cond Condition, fail func(old Item) error) {
	b.Add(types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(table), Key: key, UpdateExpression: aws.String(set),
		ConditionExpression:      aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// Add adds a write that none of the others makes. fail says what its failed condition means.
func (b *Batch) Add(w types.TransactWriteItem, fail func(old Item) error) {
	b.writes, b.fails = append(b.writes, w), append(b.fails, fail)
}

// Commit writes the batch in one transaction. When the request carries a receipt, the receipt is part of it and holds
// the answer made from result.
func (t *Table) Commit(ctx context.Context, b *Batch, result any) error {
	if err := t.addReceipt(ctx, b, result); err != nil {
		return err
	}
	in := &dynamodb.TransactWriteItemsInput{TransactItems: b.writes}
	var err error
	for try := range commits {
		if _, err = t.DB.TransactWriteItems(ctx, in); err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if errors.As(err, &cancelled) {
			if done, meaning := b.meaning(cancelled.CancellationReasons); done {
				return meaning
			}
		} else if !Passing(err) {
			return Unavailable(err)
		}
		if waitErr := pause(ctx, try); waitErr != nil {
			return Unavailable(waitErr)
		}
	}
	return Unavailable(err)
}

// meaning reads why a transaction was cancelled. done is false when only conflict or throttling stood in the way. An
// item with our own mark says that the transaction happened, whatever its repeat met, such as a counter that it filled
// itself. A receipt stands last in the batch and is asked first: a repeat of the same request is a repeat, whatever
// else would have refused it.
func (b *Batch) meaning(reasons []types.CancellationReason) (done bool, err error) {
	for _, r := range reasons {
		if StringOf(r.Item[CommitAttr]) == b.ID {
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
			return true, Unavailable(errors.New("transaction cancelled: " + aws.ToString(r.Code)))
		}
	}
	return false, nil
}

// Passing reports whether an error of a whole call is worth another try.
func Passing(err error) bool {
	var inProgress *types.TransactionInProgressException
	var throttled *types.ProvisionedThroughputExceededException
	var conflict *types.TransactionConflictException
	var limit *types.RequestLimitExceeded
	return errors.As(err, &inProgress) || errors.As(err, &throttled) || errors.As(err, &conflict) ||
		errors.As(err, &limit)
}
