package cloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	shadows map[string]string // by table
	late    []image           // in the order of the writes
}

// image is an item as a write left it, before the shadow has it.
type image struct {
	at     time.Time // when the shadow gets it
	table  string
	key    map[string]types.AttributeValue
	item   map[string]types.AttributeValue // nil: it is gone
	unseen bool                            // the engine did not say what the write left: it is asked when at has come
}

// Lag shows what stale reads see as it was so long ago. db is the engine without a cloud before it; names are the
// tables. Longer than a test runs means: until Settle.
func (c *Cloud) Lag(ctx context.Context, db *dynamodb.Client, by time.Duration, stale Stale, names ...string) error {
	l := &c.lag
	l.mu.Lock()
	defer l.mu.Unlock()
	l.db, l.by, l.stale, l.schemas, l.late = db, by, stale, c.tables, nil
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
	c.lag.mu.Lock()
	defer c.lag.mu.Unlock()
	return c.lag.catchUp(ctx, func(image) bool { return true })
}

// catchUp brings to the shadows, in their order, the images that are due.
func (l *lag) catchUp(ctx context.Context, due func(image) bool) error {
	for len(l.late) > 0 && due(l.late[0]) {
		one, shadow := l.late[0], aws.String(l.shadows[l.late[0].table])
		var err error
		if one.unseen {
			if one.item, err = l.read(ctx, one); err != nil {
				return err
			}
		}
		if one.item == nil {
			_, err = l.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: shadow, Key: one.key})
		} else {
			_, err = l.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: shadow, Item: one.item})
		}
		if err != nil {
			return err
		}
		l.late = l.late[1:]
	}
	return nil
}

// view turns a read that may be stale to the shadow of its table.
func (l *lag) view(ctx context.Context, body []byte, asked call) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	shadow, ok := l.shadows[asked.loose]
	if !ok || l.stale == Indexes && !asked.index {
		return body, nil
	}
	now := time.Now()
	if err := l.catchUp(ctx, func(i image) bool { return !i.at.After(now) }); err != nil {
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

// wrote keeps for the shadows what a write left behind, or may have left: known says that it was carried out.
func (l *lag) wrote(ctx context.Context, asked call, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range asked.writes {
		if _, ok := l.shadows[k.table]; !ok {
			continue
		}
		s := l.schemas[Logical(k.table)]
		one := image{at: time.Now().Add(l.by), table: k.table, unseen: !known,
			key: map[string]types.AttributeValue{s.hash: &types.AttributeValueMemberS{Value: k.hash}}}
		if s.within != "" {
			one.key[s.within] = &types.AttributeValueMemberS{Value: k.within}
		}
		if known {
			var err error
			one.item, err = l.read(ctx, one)
			one.unseen = err != nil
		}
		l.late = append(l.late, one)
	}
}

// read gives the item of an image as it stands in the engine now.
func (l *lag) read(ctx context.Context, of image) (map[string]types.AttributeValue, error) {
	got, err := l.db.GetItem(ctx,
		&dynamodb.GetItemInput{TableName: &of.table, Key: of.key, ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return got.Item, nil
}
