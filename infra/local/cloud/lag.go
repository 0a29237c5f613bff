package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Stale says which reads see a table as it was.
type Stale int

const (
	Indexes Stale = iota + 1 // queries and scans of an index, which on AWS are never consistent
	Loose                    // those, and every read that does not ask to be consistent
)

// lag shows a table as it was a moment ago: each table has a shadow in the engine, to which a write comes late. A
// shadow lacks what is new, still has what was removed, and still has a row under the key that it had.
type lag struct {
	mu      sync.Mutex
	db      *dynamodb.Client // the engine's own
	by      time.Duration
	stale   Stale
	schemas tables
	shadows map[string]string            // by table
	late    map[string]map[key]time.Time // by table: when the shadow gets what was written first since it last did

	settling sync.Mutex // one after another: what is due is read and written in two steps
}

// Lag shows what stale reads see as it was so long ago. db is the engine without a cloud before it; names are the
// tables. Longer than a test runs means: until Settle.
func (c *Cloud) Lag(ctx context.Context, db *dynamodb.Client, by time.Duration, stale Stale, names ...string) error {
	l := &c.lag
	l.mu.Lock()
	defer l.mu.Unlock()
	l.db, l.by, l.stale, l.schemas, l.late = db, by, stale, c.tables, map[string]map[key]time.Time{}
	if l.shadows == nil {
		l.shadows = map[string]string{}
	}
	for _, name := range names {
		if err := l.shadow(ctx, name); err != nil {
			return fmt.Errorf("shadow of %s: %w", name, err)
		}
	}
	return nil
}

// shadow makes a table like the one of that name, with all that this one holds. One of an earlier start goes.
func (l *lag) shadow(ctx context.Context, name string) error {
	got, err := l.db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return err
	}
	in := &dynamodb.CreateTableInput{TableName: aws.String(name + "-shadow"), KeySchema: got.Table.KeySchema,
		AttributeDefinitions: got.Table.AttributeDefinitions, BillingMode: types.BillingModePayPerRequest}
	for _, index := range got.Table.GlobalSecondaryIndexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: index.IndexName, KeySchema: index.KeySchema, Projection: index.Projection})
	}
	_, err = l.db.DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: in.TableName})
	var none *types.ResourceNotFoundException
	if err == nil {
		err = dynamodb.NewTableNotExistsWaiter(l.db, func(o *dynamodb.TableNotExistsWaiterOptions) {
			o.MinDelay = 20 * time.Millisecond
		}).Wait(ctx, &dynamodb.DescribeTableInput{TableName: in.TableName}, time.Minute)
	}
	if err != nil && !errors.As(err, &none) {
		return err
	}
	if _, err := l.db.CreateTable(ctx, in); err != nil {
		return err
	}
	pages := dynamodb.NewScanPaginator(l.db, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, item := range page.Items {
			if _, err := l.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: in.TableName, Item: item}); err != nil {
				return err
			}
		}
	}
	l.shadows[name] = *in.TableName
	return nil
}

// Settle lets every index and every replica catch up.
func (c *Cloud) Settle(ctx context.Context) error {
	var faults []error
	for _, table := range slices.Sorted(maps.Keys(c.lag.shadows)) {
		faults = append(faults, c.lag.catchUp(ctx, table, func(time.Time) bool { return true }))
	}
	return errors.Join(faults...)
}

// catchUp brings to a table's shadow what is due. What fails is due again.
func (l *lag) catchUp(ctx context.Context, table string, due func(time.Time) bool) error {
	l.settling.Lock()
	defer l.settling.Unlock()
	keys := l.take(table, due)
	for chunk := range slices.Chunk(keys, 25) { // the most that a batch of writes may hold
		if err := l.copy(ctx, table, chunk); err != nil {
			l.wrote(keys)
			return err
		}
	}
	return nil
}

// take gives the keys that are due, which are late no more.
func (l *lag) take(table string, due func(time.Time) bool) (keys []key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, at := range l.late[table] {
		if due(at) {
			keys = append(keys, k)
			delete(l.late[table], k)
		}
	}
	return keys
}

// copy brings the items of some keys to the shadow as they are.
func (l *lag) copy(ctx context.Context, table string, keys []key) error {
	var places []map[string]types.AttributeValue
	for _, k := range keys {
		places = append(places, l.place(k))
	}
	got, err := l.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
		table: {Keys: places, ConsistentRead: aws.Bool(true)}}})
	if err != nil || len(got.UnprocessedKeys) > 0 {
		return errors.Join(err, unprocessed(len(got.UnprocessedKeys)))
	}
	s, there := l.schemas[Logical(table)], map[key]bool{}
	var writes []types.WriteRequest
	for _, it := range got.Responses[table] {
		k := key{table: table, hash: it[s.hash].(*types.AttributeValueMemberS).Value}
		if s.within != "" {
			k.within = it[s.within].(*types.AttributeValueMemberS).Value
		}
		there[k], writes = true, append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
	}
	for i, k := range keys {
		if !there[k] {
			writes = append(writes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: places[i]}})
		}
	}
	left, err := l.db.BatchWriteItem(ctx,
		&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{l.shadows[table]: writes}})
	if err != nil || len(left.UnprocessedItems) > 0 {
		return errors.Join(err, unprocessed(len(left.UnprocessedItems)))
	}
	return nil
}

func unprocessed(n int) error {
	if n == 0 {
		return nil
	}
	return errors.New("the engine left a part of a batch undone")
}

// place is a key as the engine takes it. Every key of the template is a text.
func (l *lag) place(k key) map[string]types.AttributeValue {
	s := l.schemas[Logical(k.table)]
	place := map[string]types.AttributeValue{s.hash: &types.AttributeValueMemberS{Value: k.hash}}
	if s.within != "" {
		place[s.within] = &types.AttributeValueMemberS{Value: k.within}
	}
	return place
}

// view turns a read that may be stale to the shadow of its table.
func (l *lag) view(ctx context.Context, body []byte, asked call) ([]byte, error) {
	l.mu.Lock()
	shadow, ok := l.shadows[asked.loose]
	ok = ok && (l.stale == Loose || asked.index)
	l.mu.Unlock()
	if !ok {
		return body, nil
	}
	now := time.Now()
	if err := l.catchUp(ctx, asked.loose, func(at time.Time) bool { return !at.After(now) }); err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, err
	}
	name, err := json.Marshal(shadow)
	if err != nil {
		return nil, err
	}
	fields["TableName"] = name
	return json.Marshal(fields)
}

// wrote keeps which items a write has changed, or may have.
func (l *lag) wrote(writes []key) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range writes {
		if _, ok := l.shadows[k.table]; !ok {
			continue
		}
		if l.late[k.table] == nil {
			l.late[k.table] = map[key]time.Time{}
		}
		if _, ok := l.late[k.table][k]; !ok { // else what is written again and again would never come
			l.late[k.table][k] = time.Now().Add(l.by)
		}
	}
}
