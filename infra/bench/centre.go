package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"

	"afterpress/functions/api"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm"
	"afterpress/shared/crm/pinyin"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
)

// few is the number of customers against which growth is measured, and from whom every question is taken.
const few = 1000

// loading bounds how long customers are loaded: what is there by then is measured.
const loading = 6 * time.Minute

// card is the path of what a colleague reads of a customer.
const card = "/customers/%s"

// question is one way to ask for customers, as the work of a client.
type question struct {
	work string
	name string
	path func(n int) string
	most float64 // ms that the 99th percentile may take; 0: no goal
}

// questions take what they ask for from the customers that are there at any size.
var questions = []question{
	{"customers", "customers list", func(int) string { return "/customers" }, 0},
	{"chinese", "customers by part of a Chinese name", func(n int) string { return "/customers?q=" + brand(n%few) }, 0},
	{"common", "customers by what most names have", func(int) string { return "/customers?q=印务" }, 0},
	{"pinyin", "customers by pinyin", func(n int) string { return "/customers?q=" + spelt(brand(n%few)) }, 0},
	{"latin", "customers by the beginning of a Latin name", func(n int) string { return "/customers?q=" + strings.Fields(latin(n % few))[0] }, 0},
	{"digits", "customers by the last digits of a phone", func(n int) string { return fmt.Sprintf("/customers?q=%06d", n%few) }, 0},
	{"card", "a customer's card", func(n int) string { return fmt.Sprintf(card, customerID(int64(n%few)+1)) }, 50},
}

// signs are those of the names: three of them make 64,000 brands.
var signs = []rune("安宝博昌诚达德东丰福高光广国海浩恒宏华汇吉佳嘉建金锦京景康兰联龙美明鹏启瑞盛泰兴")

func brand(n int) string { return string([]rune{signs[n%40], signs[n/40%40], signs[n/1600%40]}) }

func spelt(name string) string {
	var out strings.Builder
	for _, r := range name {
		out.WriteString(pinyin.Read(r)[0])
	}
	return out.String()
}

func latin(n int) string {
	return fmt.Sprintf("%s%d Print Works", string(rune('A'+n%26))+spelt(brand(n)), n)
}

func customerID(n int64) string { return fmt.Sprintf("cus_019b0000-0000-7000-8000-%012d", n) }

// asking is a question as the work of one client: a manager asks.
func asking(q question) func(api, dir string) (func(context.Context, int) error, error) {
	return func(api, dir string) (func(context.Context, int) error, error) {
		tokens, err := issuer.Open(stack.IssuerKey(dir))
		if err != nil {
			return nil, err
		}
		token, err := tokens.Mint(seed.Subject("manager"))
		return func(ctx context.Context, n int) error {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, api+q.path(n), nil)
			if err != nil {
				return err
			}
			r.Header.Set("Authorization", "Bearer "+token)
			return expect(r, http.StatusOK)
		}, err
	}
}

// centre measures how customers are found and read, with few and with many of them.
func centre(ctx context.Context, b *bench) error {
	many := b.size.customers
	if asked := os.Getenv("BENCH_CUSTOMERS"); asked != "" {
		var err error
		if many, err = strconv.Atoi(asked); err != nil || many <= few {
			return fmt.Errorf("BENCH_CUSTOMERS is a number above %d", few)
		}
	}
	p, err := premises.Open(ctx, stack.Options{SkipStream: true, Processes: 1, Concurrency: busy})
	if err != nil {
		return err
	}
	defer p.Close()
	f, err := newFiller(p.Stack.Addresses.DynamoDB)
	if err != nil {
		return err
	}
	before := map[string]time.Duration{}
	for _, size := range []int{few, many} {
		began := time.Now()
		there, err := f.fill(ctx, size)
		if err != nil {
			return err
		}
		b.note(fmt.Sprintf("customers loaded up to %d", there), time.Since(began).Seconds(), "s")
		for _, q := range questions {
			if err := b.ask(ctx, p, q, there, before); err != nil {
				return fmt.Errorf("%s: %w", q.name, err)
			}
		}
	}
	return b.reads(ctx, p.Stack.Addresses.DynamoDB)
}

// ask measures one question among so many customers, beside what it took among few.
func (b *bench) ask(ctx context.Context, p *premises.Premises, q question, there int, before map[string]time.Duration) error {
	d := driving{Clients: busy, Posts: warming, Limit: limit, Work: q.work, Dir: p.Stack.Dir}
	if _, err := outside(ctx, p.API, d); err != nil {
		return err
	}
	var rounds []round
	for range b.size.rounds {
		d.Posts, d.From = b.size.posts, d.From+d.Posts
		result, err := outside(ctx, p.API, d)
		if err != nil {
			return err
		}
		rounds = append(rounds, round{driven: result})
	}
	r := middle(rounds)
	p50, p99 := quantile(r.Latencies, 0.5), quantile(r.Latencies, 0.99)
	name := func(what string) string {
		return fmt.Sprintf("%s, customers: %d, clients: %d: %s", q.name, there, busy, what)
	}
	b.note(name("p50"), ms(p50), "ms")
	if q.most > 0 {
		b.atMost(name("p99"), ms(p99), "ms", q.most)
	} else {
		b.note(name("p99"), ms(p99), "ms")
	}
	if small, known := before[q.name]; known {
		b.atMost(name("growth of p50"), 100*(float64(p50)/float64(small)-1), "%", 20)
	}
	before[q.name] = p50
	return nil
}

// reads counts the store's reads of one request, once the set-up is known to the process.
func (b *bench) reads(ctx context.Context, engine string) error {
	var n atomic.Int64
	s, err := openStore(engine, boot.NewID, func(in any, next func() (any, error)) (any, error) {
		n.Add(1)
		return next()
	})
	if err != nil {
		return err
	}
	door := (&api.Server{Store: s, Log: slog.New(slog.DiscardHandler), Now: boot.Now}).Door().Handler()
	for _, q := range questions {
		for range 2 {
			n.Store(0)
			r := httptest.NewRequestWithContext(httpapi.WithSubject(ctx, seed.Subject("manager")), http.MethodGet, q.path(1), nil)
			w := httptest.NewRecorder()
			if door.ServeHTTP(w, r); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"items":[]`) {
				return fmt.Errorf("%s: %d %s", q.path(1), w.Code, w.Body)
			}
		}
		b.note(q.name+": store reads per request", float64(n.Load()), "")
	}
	return nil
}

// openStore opens the tables with something between the store and the engine.
func openStore(engine string, newID func(string) string, between func(in any, next func() (any, error)) (any, error)) (*store.Store, error) {
	options := boot.Dynamo(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(engine),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}).Options()
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("between", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
			out middleware.InitializeOutput, meta middleware.Metadata, err error) {
			out.Result, err = between(in.Parameters, func() (any, error) {
				var err error
				out, meta, err = next.HandleInitialize(ctx, in)
				return out.Result, err
			})
			return out, meta, err
		}), middleware.Before)
	})
	key := sha256.Sum256([]byte("bench"))
	return store.New(store.Config{DB: dynamodb.New(options), SealKey: key[:], NewID: newID, Now: boot.Now,
		Tables: store.Tables{Records: "Records", Events: "Events", Messages: "Messages"}})
}

// filler makes customers by the shipped rules, each with a contact, his claims and his rows of the directory. What the store puts in a
// transaction goes to the engine in batches: nobody else writes meanwhile.
type filler struct {
	store *store.Store
	made  atomic.Int64
	ids   sync.Map // of each prefix: how many were given
}

func newFiller(engine string) (*filler, error) {
	f := &filler{}
	db := boot.Dynamo(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(engine), Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
	var err error
	f.store, err = openStore(engine, f.newID, func(in any, next func() (any, error)) (any, error) {
		transaction, writes := in.(*dynamodb.TransactWriteItemsInput)
		if !writes || slices.ContainsFunc(transaction.TransactItems, func(it types.TransactWriteItem) bool { return it.Put == nil }) {
			return next()
		}
		return &dynamodb.TransactWriteItemsOutput{}, inBatches(db, transaction.TransactItems)
	})
	return f, err
}

// newID numbers the ids of each kind from 1, so that clients know them.
func (f *filler) newID(prefix string) string {
	n, _ := f.ids.LoadOrStore(prefix, new(atomic.Int64))
	return fmt.Sprintf("%s_%s", prefix, strings.TrimPrefix(customerID(n.(*atomic.Int64).Add(1)), "cus_"))
}

func inBatches(db *dynamodb.Client, items []types.TransactWriteItem) error {
	const most = 25
	batch := map[string][]types.WriteRequest{}
	n := 0
	for i, it := range items {
		batch[*it.Put.TableName] = append(batch[*it.Put.TableName], types.WriteRequest{PutRequest: &types.PutRequest{Item: it.Put.Item}})
		if n++; n < most && i < len(items)-1 {
			continue
		}
		for len(batch) > 0 {
			out, err := db.BatchWriteItem(context.Background(), &dynamodb.BatchWriteItemInput{RequestItems: batch})
			if err != nil {
				return err
			}
			batch = out.UnprocessedItems
		}
		batch, n = map[string][]types.WriteRequest{}, 0
	}
	return nil
}

// fill makes customers until there are so many, or the time is up, and says how many there are.
func (f *filler) fill(ctx context.Context, many int) (int, error) {
	directory, until := store.Directory{Store: f.store, Read: pinyin.Read}, time.Now().Add(loading)
	group, ctx := errgroup.WithContext(ctx)
	var take atomic.Int64
	take.Store(f.made.Load())
	for range 4 {
		group.Go(func() error {
			for n := take.Add(1) - 1; n < int64(many) && time.Now().Before(until); n = take.Add(1) - 1 {
				c, err := f.store.OpenCustomer(ctx, customer(int(n)), person(int(n)), crm.Actor{ID: seed.StaffID(2)})
				if err != nil {
					return err
				}
				if err := directory.Index(ctx, c.ID); err != nil {
					return err
				}
				f.made.Add(1)
			}
			return nil
		})
	}
	err := group.Wait()
	return int(f.made.Load()), err
}

func customer(n int) crm.Customer {
	return crm.Customer{Kind: "company", Name: "上海" + brand(n) + "印务有限公司", LatinName: latin(n), Lang: crm.Zh, Branch: seed.Shanghai, Source: "walk-in", Category: "order"}
}

func person(n int) *crm.Contact {
	return &crm.Contact{Name: "王" + string(signs[n%40]), Lang: crm.Zh, Roles: []string{"buys"}, Phones: []crm.Reach{{Value: fmt.Sprintf("+86139%08d", n)}}}
}
