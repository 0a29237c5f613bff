// Package storetest gives each test a store of its own: the real engine, fresh tables made from template.yaml,
// and the seeded shop. One engine serves the tests of a package and ends with them.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/engine"
	"afterpress/infra/local/sam"
	"afterpress/shared/boot"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/uuid"
)

// Key is the text of the secret of every test store: one key, which hashes and seals.
const Key = "YSBzZWFsIGtleSBmb3IgdGVzdHMsIDMyIGJ5dGVzIG9yIG1vcmU="

// Ring holds Key.
var Ring = func() *token.Ring {
	r, err := token.NewRing(Key)
	if err != nil {
		panic(err)
	}
	return r
}()

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
	engine string
	Cloud  *cloud.Cloud // before the engine: it holds what OpenAs makes to its role, and gives all of it its weather
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
	sky := above(t)
	n := benches.Add(1)
	endpoint, err := engineOf(n)
	if err != nil {
		t.Fatalf("no engine to test on; run: make fetch: %v", err)
	}
	b := &Bench{DB: client(t, endpoint, sky, operator), Bucket: bucket, Clock: new(Clock), Cloud: sky, engine: endpoint}
	b.Tables = createTables(t, b.DB, n)
	b.Clock.Set(Began)
	b.Store = b.Open(t)
	return b
}

func start(t testing.TB, bucket *table.Bucket) *Bench {
	t.Helper()
	return furnished(t, bucket, "the seeded shop", func(*Bench) error { return nil })
}

// Open makes another store on the same tables, as a second process would. It is the operator's, whom no role binds.
func (b *Bench) Open(t testing.TB) *store.Store {
	t.Helper()
	return b.open(t, b.DB, b.Bucket, Ring)
}

// OpenAs makes a store on the same tables for the function or the worker of that name: api, console, intake, stream,
// worker. What its role in template.yaml does not allow fails the test. The stream has no keys there, so it has none
// here.
func (b *Bench) OpenAs(t testing.TB, role string) *store.Store {
	t.Helper()
	if !slices.Contains([]string{"api", "console", "intake", "stream", "worker"}, role) {
		t.Fatalf("nobody is called %s", role) // and would be the operator, whom no role binds
	}
	var bucket *table.Bucket
	if b.Bucket != nil {
		bucket = b.Bucket.Signed(credentials.NewStaticCredentialsProvider(role, engine.ObjectKey, ""))
	}
	ring := Ring
	if role == "stream" {
		ring = nil
	}
	return b.open(t, client(t, b.engine, b.Cloud, role), bucket, ring)
}

func (b *Bench) open(t testing.TB, db *dynamodb.Client, bucket *table.Bucket, ring *token.Ring) *store.Store {
	t.Helper()
	s, err := store.New(table.Config{DB: db, Tables: b.Tables, Bucket: bucket, Ring: ring, NewID: NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// held is how long a transaction keeps its items from others in a crowd. DynamoDB holds them for milliseconds.
const held = 12 * time.Millisecond

// Crowd has writers meet as they do on AWS. A transaction keeps its items from others for some milliseconds, and no
// index shows anything of what is written from now on, until Settle.
func (b *Bench) Crowd(t testing.TB) {
	t.Helper()
	b.Cloud.Conflict(held)
	if err := b.Cloud.Lag(t.Context(), client(t, b.engine, nil, operator), time.Hour, cloud.Indexes, b.Tables.Records,
		b.Tables.Events, b.Tables.Messages); err != nil {
		t.Fatal(err)
	}
}

// Patient does something again while the store is busy, as callers do who are told so. A crowd on a slow machine may
// use up the store's own repeats; nothing was done then.
func Patient(do func() error) error {
	err := do()
	for try := 0; fault.KindOf(err) == fault.Unavailable && try < 50; try++ {
		err = do()
	}
	return err
}

// Settle lets the indexes catch up.
func (b *Bench) Settle(t testing.TB) {
	t.Helper()
	if err := b.Cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// Index writes the search rows of every customer and record of which a pending event tells. functions/stream does the
// same a moment after each event.
func (b *Bench) Index(t testing.TB) {
	t.Helper()
	events, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10_000)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, e := range events {
		if event.Catalogue[e.Type].Opens {
			if err := b.Directory(t).Name(t.Context(), e.Record); err != nil {
				t.Fatal(err)
			}
		}
		if event.Catalogue[e.Type].Search && !known[e.Customer] {
			known[e.Customer] = true
			if err := b.Directory(t).Index(t.Context(), e.Customer); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Directory writes search rows as the shipped function does, under its role.
func (b *Bench) Directory(t testing.TB) finder.Directory {
	t.Helper()
	return finder.Directory{Finder: b.OpenAs(t, "stream").Finder, Read: pinyin.Read}
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
	s, err := store.New(table.Config{DB: dynamodb.New(options), Tables: b.Tables, Ring: Ring, NewID: NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// crew is how many engines serve the benches of this process in turn. The usual one does one thing at a time; what
// ENGINE names does many, and takes seconds to start.
func crew() int64 {
	if os.Getenv("ENGINE") != "" {
		return 1
	}
	return 4
}

var engines sync.Map // of func() (string, error), by number

// engineOf is the address of the engine that serves a bench, by its number.
func engineOf(bench int64) (string, error) {
	start, _ := engines.LoadOrStore(bench%crew(), sync.OnceValues(func() (string, error) {
		// The engine dies with this process.
		endpoint, _, err := engine.StartDynamoDB(context.Background(), "")
		return endpoint, err
	}))
	return start.(func() (string, error))()
}

// operator is the key that belongs to no function.
const operator = "operator"

// above makes a cloud for one test before the engine of all.
func above(t testing.TB) *cloud.Cloud {
	t.Helper()
	template, err := templated()
	if err != nil {
		t.Fatal(err)
	}
	c, err := cloud.New(cloud.Options{Template: template, Next: wire,
		Refused: func(r cloud.Refusal) { t.Errorf("access denied: %s", r) }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wire leads to the engines. Its connections are kept, since many tests run at once.
var wire = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}

// client makes the client that ships, with the key of a role, through a cloud. nil leads straight to the engine.
func client(t testing.TB, endpoint string, through *cloud.Cloud, key string) *dynamodb.Client {
	t.Helper()
	var transport http.RoundTripper = wire
	if through != nil {
		transport = through
	}
	ships := boot.Dynamo(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint), HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""),
	})
	return dynamodb.New(ships.Options(), func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, unbounded) })
}

// unbounded lets a call take all the time that an engine here takes beside other work. The bound of AWS's calls has a
// test of its own.
func unbounded(stack *middleware.Stack) error {
	_, err := stack.Initialize.Remove(boot.Bound)
	return err
}

var templated = sync.OnceValues(func() (*sam.Template, error) {
	root, err := engine.Root()
	if err != nil {
		return nil, err
	}
	return sam.Load(filepath.Join(root, "template.yaml"), map[string]string{
		"TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com", "WorkerVpc": "test",
		"PublicUrl": "https://shop.example",
	})
})

var benches atomic.Int64

// createTables makes the tables of template.yaml, each under a name of its own.
func createTables(t testing.TB, db *dynamodb.Client, n int64) table.Tables {
	t.Helper()
	template, err := templated()
	if err != nil {
		t.Fatal(err)
	}
	for _, described := range template.Tables {
		in := described.CreateInput()
		in.StreamSpecification = nil // nobody here reads it, and the engine walks all that it holds at each write
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

// State changes with everything that is written to the tables. A refused request leaves it unchanged. All of a bench
// goes through its cloud, so no write passes unseen.
func (b *Bench) State() int64 { return b.Cloud.Written() }

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
	for _, it := range b.log(t, log) {
		e, err := table.DecodeEvent(it)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// log are the items of a log, oldest first.
func (b *Bench) log(t testing.TB, log string) (out []table.Item) {
	t.Helper()
	pages := dynamodb.NewQueryPaginator(b.DB, &dynamodb.QueryInput{
		TableName: aws.String(b.Tables.Events), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: table.Item{":pk": table.EventKey(log, "")["pk"]},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, page.Items...)
	}
	return out
}
