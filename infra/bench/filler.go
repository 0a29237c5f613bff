package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/finder"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"
)

const (
	fillers  = 4  // writers at a time
	batchful = 25 // items that one call takes
)

// filler makes customers as the shipped functions do, each with a contact, claim, event and rows of the directory,
// some thirty items. The items are made by the store itself: it is given a client that keeps what is written and
// answers reads from that. Many customers' items go to the engine in batches. So the store alone knows its keys, and
// the engine is not asked whether new customers are new.
type filler struct {
	engine string
	made   atomic.Int64
	ids    sync.Map // of each prefix: how many were given
}

// newID numbers the ids of each kind from 1, so that clients know them.
func (f *filler) newID(prefix string) string {
	n, _ := f.ids.LoadOrStore(prefix, new(atomic.Int64))
	return fmt.Sprintf("%s_%s", prefix, strings.TrimPrefix(customerID(n.(*atomic.Int64).Add(1)), "cus_"))
}

// fill makes customers until there are so many, or the time is up, and says how many there are.
func (f *filler) fill(ctx context.Context, many int, until time.Time) (int, error) {
	group, ctx := errgroup.WithContext(ctx)
	var take atomic.Int64
	for range fillers {
		group.Go(func() error {
			kept := &kept{engine: dynamo(f.engine)}
			s, err := openStore(f.engine, f.newID, kept.stand)
			if err != nil {
				return err
			}
			directory := finder.Directory{Finder: s.Finder, Read: pinyin.Read}
			for n := take.Add(1) - 1; n < int64(many) && time.Now().Before(until); n = take.Add(1) - 1 {
				c, err := s.OpenCustomer(ctx, aCustomer(int(n)), person(int(n)), staff.Actor{ID: seed.StaffID(2)})
				if err != nil {
					return err
				}
				if err := directory.Index(ctx, c.ID); err != nil {
					return err
				}
				if err := kept.send(ctx, batchful); err != nil {
					return err
				}
				f.made.Add(1)
			}
			return kept.send(ctx, 1)
		})
	}
	err := group.Wait()
	return int(f.made.Load()), err
}

// kept is what a store wrote since the last batches, by one writer after another.
type kept struct {
	engine *dynamodb.Client
	mu     sync.Mutex // a run of the directory writes several rows at a time
	items  []keptItem
}

type keptItem struct {
	table string
	item  map[string]types.AttributeValue
}

// stand takes the place of the engine for all but the set-up of the shop.
func (k *kept) stand(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("keep",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			middleware.InitializeOutput, middleware.Metadata, error) {
			out, err := k.answer(in.Parameters)
			if out == nil && err == nil {
				return next.HandleInitialize(ctx, in)
			}
			return middleware.InitializeOutput{Result: out}, middleware.Metadata{}, err
		}), middleware.Before)
}

func (k *kept) answer(input any) (any, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch in := input.(type) {
	case *dynamodb.TransactWriteItemsInput:
		for _, w := range in.TransactItems {
			switch {
			case w.Put != nil:
				k.put(*w.Put.TableName, w.Put.Item)
			case w.ConditionCheck == nil:
				return nil, fmt.Errorf("a new customer is written by puts alone")
			}
		}
		return &dynamodb.TransactWriteItemsOutput{}, nil
	case *dynamodb.PutItemInput:
		k.put(*in.TableName, in.Item)
		return &dynamodb.PutItemOutput{}, nil
	case *dynamodb.GetItemInput:
		return &dynamodb.GetItemOutput{Item: k.get(*in.TableName, in.Key)}, nil
	case *dynamodb.BatchGetItemInput:
		out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}}
		for table, asked := range in.RequestItems {
			for _, key := range asked.Keys {
				if it := k.get(table, key); it != nil {
					out.Responses[table] = append(out.Responses[table], it)
				}
			}
		}
		return out, nil
	case *dynamodb.QueryInput:
		return k.query(in)
	}
	return nil, fmt.Errorf("a new customer needs no %T", input)
}

// send writes what is kept in full batches while there are at least so many items.
func (k *kept) send(ctx context.Context, least int) error {
	for len(k.items) >= least {
		n := min(batchful, len(k.items))
		ask := map[string][]types.WriteRequest{}
		for _, it := range k.items[:n] {
			ask[it.table] = append(ask[it.table], types.WriteRequest{PutRequest: &types.PutRequest{Item: it.item}})
		}
		k.items = k.items[n:]
		for len(ask) > 0 { // an engine of this machine refuses none; one that throttles is asked again
			out, err := k.engine.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: ask})
			if err != nil {
				return err
			}
			ask = out.UnprocessedItems
		}
	}
	return nil
}

// query answers which items of a partition begin with a text: the contacts of a customer. Of the shop the engine is
// asked.
func (k *kept) query(in *dynamodb.QueryInput) (any, error) {
	out := &dynamodb.QueryOutput{}
	for name, value := range in.ExpressionAttributeValues {
		if name == ":pk" {
			continue
		}
		for _, kept := range k.items {
			if same(kept.item["pk"], in.ExpressionAttributeValues[":pk"]) &&
				strings.HasPrefix(plain(kept.item["sk"]), plain(value)) {
				out.Items = append(out.Items, kept.item)
			}
		}
		return out, nil
	}
	return nil, nil
}

func (k *kept) find(table string, key map[string]types.AttributeValue) int {
	for i := len(k.items) - 1; i >= 0; i-- {
		if it := k.items[i]; it.table == table && same(it.item["sk"], key["sk"]) && same(it.item["pk"], key["pk"]) {
			return i
		}
	}
	return -1
}

func (k *kept) get(table string, key map[string]types.AttributeValue) map[string]types.AttributeValue {
	if i := k.find(table, key); i >= 0 {
		return k.items[i].item
	}
	return nil
}

// put keeps an item. An event is kept as functions/stream leaves it, handed over: the rows are written here, and a
// sweep of a hundred thousand events would be what the bench measures.
func (k *kept) put(table string, it map[string]types.AttributeValue) {
	delete(it, "pending_pk")
	delete(it, "pending_sk")
	if i := k.find(table, it); i >= 0 {
		k.items[i].item = it
		return
	}
	k.items = append(k.items, keptItem{table, it})
}

func plain(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	return cmp.Or(s, &types.AttributeValueMemberS{}).Value
}

func same(a, b types.AttributeValue) bool { return plain(a) == plain(b) }
