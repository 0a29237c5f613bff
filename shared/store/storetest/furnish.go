package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// furniture is what the tables hold once something is established in them. The first bench of a process that wants it
// establishes it; each further one gets a copy.
type furniture struct {
	sync.Mutex
	items map[string][]types.WriteRequest // by logical name of the table
	until time.Time                       // what the clock then says
}

var furnitures sync.Map // of *furniture, by name

// Furnished is a bench with the seeded shop and what establish adds to it. Benches of one name have the same.
func Furnished(t testing.TB, name string, establish func(*Bench) error) *Bench {
	t.Helper()
	return furnished(t, nil, name, establish)
}

func furnished(t testing.TB, bucket *table.Bucket, name string, establish func(*Bench) error) *Bench {
	t.Helper()
	b := bare(t, bucket)
	b.Shop = seed.Shop(Began)
	kept, _ := furnitures.LoadOrStore(name, &furniture{})
	f := kept.(*furniture)
	tables := map[string]string{"Records": b.Tables.Records, "Events": b.Tables.Events, "Messages": b.Tables.Messages}
	if f.first(t, b, tables, establish) {
		return b
	}
	for logical, name := range tables {
		for chunk := range slices.Chunk(f.items[logical], 25) { // the most that a batch may hold
			left, err := b.DB.BatchWriteItem(t.Context(),
				&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{name: chunk}})
			if err != nil || len(left.UnprocessedItems) > 0 {
				t.Fatalf("%s could not be copied: %v", name, err)
			}
		}
	}
	b.Clock.Set(f.until)
	if err := b.ReleaseNew(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b
}

// ofTheseTables reports whether a row is about the tables that hold it, so that a copy needs its own.
func ofTheseTables(w types.WriteRequest) bool {
	it := w.PutRequest.Item
	return table.StringOf(it["pk"]) == table.ShopPK && table.StringOf(it["sk"]) == "MARKETING"
}

// first establishes the furniture in the tables of a bench and keeps what that wrote, if no bench before did.
func (f *furniture) first(t testing.TB, b *Bench, tables map[string]string, establish func(*Bench) error) bool {
	t.Helper()
	f.Lock()
	defer f.Unlock()
	if f.items != nil {
		return false
	}
	if err := b.Establish(t.Context(), b.Shop); err != nil {
		t.Fatal(err)
	}
	if err := establish(b); err != nil {
		t.Fatal(err)
	}
	items := map[string][]types.WriteRequest{}
	for logical, name := range tables {
		items[logical] = slices.DeleteFunc(b.copied(t, name), ofTheseTables)
	}
	f.items, f.until = items, b.Clock.Now()
	return true
}

// copied reads a table as the requests that would write it.
func (b *Bench) copied(t testing.TB, from string) (all []types.WriteRequest) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(b.DB, &dynamodb.ScanInput{TableName: &from, ConsistentRead: aws.Bool(true)})
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
