package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// furniture is what the tables hold once the seeded shop is established. Each process establishes it once; every
// further bench gets a copy, which takes a third of the time.
var furniture struct {
	sync.Mutex
	items map[string][]types.WriteRequest // by logical name of the table
	until time.Time                       // what the clock then says
}

// furnish puts the seeded shop into the tables of a bench.
func (b *Bench) furnish(t testing.TB) {
	t.Helper()
	tables := map[string]string{"Records": b.Tables.Records, "Events": b.Tables.Events, "Messages": b.Tables.Messages}
	if b.first(t, tables) {
		return
	}
	for logical, name := range tables {
		for chunk := range slices.Chunk(furniture.items[logical], 25) { // the most that a batch may hold
			left, err := b.DB.BatchWriteItem(t.Context(),
				&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{name: chunk}})
			if err != nil || len(left.UnprocessedItems) > 0 {
				t.Fatalf("the shop could not be copied: %v", err)
			}
		}
	}
	b.Clock.Set(furniture.until)
}

// first establishes the shop and keeps what that wrote, if no bench before did.
func (b *Bench) first(t testing.TB, tables map[string]string) bool {
	t.Helper()
	furniture.Lock()
	defer furniture.Unlock()
	if furniture.items != nil {
		return false
	}
	if err := b.Establish(t.Context(), b.Shop); err != nil {
		t.Fatal(err)
	}
	items := map[string][]types.WriteRequest{}
	for logical, name := range tables {
		items[logical] = b.copied(t, name)
	}
	furniture.items, furniture.until = items, b.Clock.Now()
	return true
}

// copied reads a table as the requests that would write it.
func (b *Bench) copied(t testing.TB, table string) (all []types.WriteRequest) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(b.DB, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			all = append(all, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
		}
	}
	return all
}
