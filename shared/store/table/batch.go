package table

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Persistence is how long a transaction is repeated while only a conflict or throttling cancels it, which the SDK does
// not repeat. Each of many parallel writers holds the rows that they share for some milliseconds. No try begins later;
// the last one may take as long as any call (boot.LongestCall).
const Persistence = 3 * time.Second

// Batch is one transaction under construction. Each write comes with the meaning of its failed condition.
type Batch struct {
	ID     string // marks what Put writes, so that a repeat recognises its own write
	writes []types.TransactWriteItem
	fails  []func(old Item) error
}

// NewBatch is a transaction without writes, with a fresh mark.
func NewBatch() *Batch { return &Batch{ID: newMark()} }

// Put adds an insert or a replacement, and puts the batch's mark on the item. cond is its condition. fail gives
// the error for a condition that does not hold; old is the item that is there.
func (b *Batch) Put(table string, it Item, cond Condition, fail func(old Item) error) {
	it[CommitAttr] = Text(b.ID)
	b.Add(types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(table), Item: it, ConditionExpression: aws.String(cond.Expr),
		ExpressionAttributeNames: cond.Names, ExpressionAttributeValues: cond.Values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}, fail)
}

// Remove adds the deletion of an item.
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

// Add adds a write of another form than those above. fail gives the error for its failed condition.
func (b *Batch) Add(w types.TransactWriteItem, fail func(old Item) error) {
	b.writes, b.fails = append(b.writes, w), append(b.fails, fail)
}

// Commit writes the batch in one transaction. When the request carries a receipt, the receipt joins the
// transaction and holds the answer made from result. A nil result leaves no receipt. A failed condition gives
// the error of its fail function. A batch that stays in conflict or throttled for as long as Persistence, or until the
// caller's deadline, is Unavailable.
func (t *Table) Commit(ctx context.Context, b *Batch, result any) error {
	if err := t.addReceipt(ctx, b, result); err != nil {
		return err
	}
	in := &dynamodb.TransactWriteItemsInput{TransactItems: b.writes}
	persists, done := context.WithTimeout(ctx, Persistence)
	defer done()
	for try := 0; ; try++ {
		_, err := t.DB.TransactWriteItems(ctx, in)
		if err == nil {
			return nil
		}
		var cancelled *types.TransactionCanceledException
		if errors.As(err, &cancelled) {
			if done, meaning := b.meaning(cancelled); done {
				return meaning
			}
		} else if !Passing(err) {
			return Unavailable(err)
		}
		if pause(persists, try) != nil {
			return Unavailable(err) // what stood in the way, rather than that time is up
		}
	}
}

// meaning reads why a transaction was cancelled. done is false when only a conflict or throttling stood in the
// way.
//
// An item with this batch's own mark shows that the transaction happened. That holds whatever its repeat met,
// for example a counter that the first attempt filled. A receipt stands last in the batch and is asked first. So
// a repeat of the same request counts as a repeat, even where another condition would also refuse it.
func (b *Batch) meaning(cancelled *types.TransactionCanceledException) (done bool, err error) {
	reasons := cancelled.CancellationReasons
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
			return true, Unavailable(cancelled)
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
