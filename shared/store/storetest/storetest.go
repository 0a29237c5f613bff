// Package storetest gives each test a store of its own: the real engine, fresh tables made from template.yaml,
// and the seeded shop. One engine serves the tests of a package and ends with them.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/sam"
	"afterpress/infra/local/seed"
	"afterpress/shared/boot"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/uuid"
)

// SealKey is the seal key of every test store.
var SealKey = []byte("a seal key for tests, 32 bytes or more")

// Began is when the clock of every test begins: a Tuesday, 10:00 in Shanghai, in opening hours.
var Began = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// Clock is a clock that a test moves. Each reading is a millisecond later than the one before, so that no two
// things happen at once.
type Clock struct{ millis atomic.Int64 }

// Now reads the clock: UTC, in milliseconds.
func (c *Clock) Now() time.Time { return time.UnixMilli(c.millis.Add(1)).UTC() }

// Set moves the clock to a time.
func (c *Clock) Set(t time.Time) { c.millis.Store(t.UnixMilli()) }

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) { c.millis.Add(d.Milliseconds()) }

// Bench is a store for one test, with what the test needs around it.
type Bench struct {
	*store.Store
	DB     *dynamodb.Client
	Tables table.Tables
	Bucket *table.Bucket // nil, except with NewWithFiles
	Clock  *Clock
	Shop   setup.Shop
}

// NewID makes ids as the doors do.
func NewID(prefix string) string { return prefix + "_" + uuid.Must(uuid.NewV7()).String() }

// New gives a store with fresh tables and the seeded shop.
func New(t testing.TB) *Bench {
	t.Helper()
	return start(t, nil)
}

// Empty gives a store with fresh tables and no shop in it.
func Empty(t testing.TB) *Bench {
	t.Helper()
	return bare(t, nil)
}

func bare(t testing.TB, bucket *table.Bucket) *Bench {
	t.Helper()
	db := connect(t)
	b := &Bench{DB: db, Bucket: bucket, Clock: new(Clock), Tables: createTables(t, db)}
	b.Clock.Set(Began)
	b.Store = b.Open(t)
	return b
}

func start(t testing.TB, bucket *table.Bucket) *Bench {
	t.Helper()
	b := bare(t, bucket)
	b.Shop = seed.Shop(Began)
	if err := b.Establish(t.Context(), b.Shop); err != nil {
		t.Fatal(err)
	}
	return b
}

// Open makes another store on the same tables, as a second process would.
func (b *Bench) Open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.New(table.Config{DB: b.DB, Tables: b.Tables, Bucket: b.Bucket, SealKey: SealKey, NewID: NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Index writes the search rows of every customer with a pending event that concerns the search. functions/stream
// does the same a moment after each event.
func (b *Bench) Index(t testing.TB) {
	t.Helper()
	events, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, e := range events {
		if event.Catalogue[e.Type].Search && !known[e.Customer] {
			known[e.Customer] = true
			if err := b.Directory().Index(t.Context(), e.Customer); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Directory writes search rows as the shipped function does.
func (b *Bench) Directory() centre.Directory {
	return centre.Directory{Centre: b.Store.Centre, Read: pinyin.Read}
}

// OpenBreaking makes a store on the same tables whose process ends after that many writes. A transaction counts
// as one write.
func (b *Bench) OpenBreaking(t testing.TB, writes int) *store.Store {
	t.Helper()
	var done atomic.Int64
	return b.OpenWatched(t, func(input any) error {
		switch input.(type) {
		case *dynamodb.TransactWriteItemsInput, *dynamodb.PutItemInput, *dynamodb.UpdateItemInput, *dynamodb.DeleteItemInput:
			if done.Add(1) > int64(writes) {
				return errors.New("the process has ended")
			}
		}
		return nil
	})
}

// OpenWatched makes a store on the same tables. watch sees the input of each request to the engine before it is
// sent. An error of watch takes the place of the request. The store has no bucket.
func (b *Bench) OpenWatched(t testing.TB, watch func(input any) error) *store.Store {
	t.Helper()
	options := b.DB.Options()
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("watch",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
				middleware.InitializeOutput, middleware.Metadata, error) {
				if err := watch(in.Parameters); err != nil {
					return middleware.InitializeOutput{}, middleware.Metadata{}, err
				}
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
	s, err := store.New(table.Config{DB: dynamodb.New(options), Tables: b.Tables, SealKey: SealKey, NewID: NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var startEngine = sync.OnceValues(func() (string, error) {
	// The engine dies with this process.
	endpoint, _, err := engine.StartDynamoDB(context.Background(), "")
	return endpoint, err
})

// connect makes the client that ships. The SDK's own client puts a token on each transaction, and the engine
// walks all tokens of the last ten minutes.
func connect(t testing.TB) *dynamodb.Client {
	t.Helper()
	endpoint, err := startEngine()
	if err != nil {
		t.Fatalf("no engine to test on; run: make fetch: %v", err)
	}
	return boot.Dynamo(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

var templated = sync.OnceValues(func() (*sam.Template, error) {
	root, err := engine.Root()
	if err != nil {
		return nil, err
	}
	return sam.Load(filepath.Join(root, "template.yaml"), map[string]string{
		"TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com",
	})
})

var benches atomic.Int64

// createTables makes the tables of template.yaml, each under a name of its own. The engine may keep a stream's
// records longer than its table.
func createTables(t testing.TB, db *dynamodb.Client) table.Tables {
	t.Helper()
	template, err := templated()
	if err != nil {
		t.Fatal(err)
	}
	n := benches.Add(1)
	for _, described := range template.Tables {
		in := described.CreateInput()
		in.TableName = aws.String(fmt.Sprintf("%s-%d", *in.TableName, n))
		if _, err := db.CreateTable(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	name := func(of string) string { return fmt.Sprintf("%s-%d", of, n) }
	return table.Tables{Records: name("Records"), Events: name("Events"), Messages: name("Messages")}
}

// Items reads every item of the three tables as JSON, each after its table's name, sorted.
func (b *Bench) Items(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, name := range []string{b.Tables.Records, b.Tables.Events, b.Tables.Messages} {
		pages := dynamodb.NewScanPaginator(b.DB,
			&dynamodb.ScanInput{TableName: aws.String(name), ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page.Items {
				line, err := json.Marshal(it)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, name+" "+string(line))
			}
		}
	}
	slices.Sort(out)
	return out
}

// Hash is one value for everything that the three tables hold. A refused request leaves it unchanged.
func (b *Bench) Hash(t testing.TB) string {
	t.Helper()
	h := sha256.New()
	for _, line := range b.Items(t) {
		fmt.Fprintln(h, line)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// CountRecords counts the records of a kind, without the items under them.
func (b *Bench) CountRecords(t testing.TB, kind string) int {
	t.Helper()
	n := 0
	for _, line := range b.Items(t) {
		if strings.HasPrefix(line, b.Tables.Records+" ") && strings.Contains(line, `"pk":{"Value":"`+kind+"#") &&
			strings.Contains(line, `"sk":{"Value":"RECORD"}`) {
			n++
		}
	}
	return n
}

// Count counts the items of a table whose partition key begins with prefix.
func (b *Bench) Count(t testing.TB, name, prefix string) int {
	t.Helper()
	n := 0
	pages := dynamodb.NewScanPaginator(b.DB, &dynamodb.ScanInput{
		TableName: aws.String(name), FilterExpression: aws.String("begins_with(#pk, :p)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: prefix}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.Items)
	}
	return n
}

// Events reads the events of a log, oldest first. log is a customer's id, or the log's name after "CUSTOMER#".
func (b *Bench) Events(t testing.TB, log string) []event.Event {
	t.Helper()
	var out []event.Event
	pages := dynamodb.NewQueryPaginator(b.DB, &dynamodb.QueryInput{
		TableName: aws.String(b.Tables.Events), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:   aws.String("#pk = :pk"),
		ExpressionAttributeNames: map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: "CUSTOMER#" +
			log}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			e, err := table.DecodeEvent(it)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, e)
		}
	}
	return out
}
