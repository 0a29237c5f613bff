// Package store keeps the facts: three DynamoDB tables, one file per entity, every write under a condition, a change and its event in one
// transaction. Errors are *crm.Error of the kinds NotFound, Conflict, Refused and so on, or *crm.Replay for a request that was answered before.
package store

import (
	"context"
	"crypto/rand"
	"errors"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// Tables are the names of the three tables.
type Tables struct{ Records, Events, Messages string }

// Config is what a Store needs. NewID makes ids by time ("lead_" + UUIDv7); Now is the clock, UTC in milliseconds; SealKey has at least 32 bytes.
type Config struct {
	DB      *dynamodb.Client
	Tables  Tables
	SealKey []byte
	NewID   func(prefix string) string
	Now     func() time.Time
}

// Store reads and writes the tables.
type Store struct {
	db     *dynamodb.Client
	tables Tables
	newID  func(string) string
	now    func() time.Time
	seal   sealer
	// hashKey hashes what a key of a table may not name.
	hashKey []byte
	shop    shopCache
}

// New checks the configuration and makes a Store.
func New(c Config) (*Store, error) {
	if c.DB == nil || c.NewID == nil || c.Now == nil || c.Tables.Records == "" || c.Tables.Events == "" || c.Tables.Messages == "" {
		return nil, errors.New("store: the database, the three table names, NewID and Now are needed")
	}
	seal, err := newSealer(c.SealKey)
	if err != nil {
		return nil, err
	}
	hashKey, err := newHashKey(c.SealKey)
	if err != nil {
		return nil, err
	}
	return &Store{db: c.DB, tables: c.Tables, newID: c.NewID, now: c.Now, seal: seal, hashKey: hashKey}, nil
}

// commits is how often a transaction that was cancelled for conflict or throttling only is tried; the SDK does not repeat those.
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

// pause waits before the next try: 10 ms doubled each time, with full jitter, so that writers who met do not meet again.
func pause(ctx context.Context, try int) error {
	ceiling := int64(10*time.Millisecond) << try
	n, _ := rand.Int(rand.Reader, big.NewInt(ceiling)) // never fails (crypto/rand)
	timer := time.NewTimer(time.Duration(n.Int64()))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// unavailable is the error for a store that does not answer or keeps refusing; nothing was written, or the caller's key makes a repeat safe.
func unavailable(cause error) error {
	e := crm.Fail(crm.Unavailable, "系统暂时繁忙，内容没有丢失。请稍后再试。", "The system is busy for a moment; nothing is lost. Try again shortly.")
	e.RetryAfter = 2 * time.Second
	return e.Because(cause)
}

// conflict is the error of a record that kept changing under the writer.
func conflict() error {
	return crm.Fail(crm.Conflict, "同时有人修改了这条记录。请刷新后再试。", "Somebody changed this record at the same moment. Reload it and try again.")
}
