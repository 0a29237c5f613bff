package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/app"
	"afterpress/shared/boot"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

// few is the number of customers against which growth is measured; every question is about one of so many.
const few = 1000

// loading bounds how long customers are loaded: those who are there by then are measured. A caller who asks for a
// number has patience.
const (
	loading = 6 * time.Minute
	patient = 90 * time.Minute
)

// asking is a question as the work of one client: a manager asks.
func asking(q question) func(base, dir string) (func(context.Context, int) error, error) {
	return func(base, dir string) (func(context.Context, int) error, error) {
		tokens, err := issuer.Open(stack.IssuerKey(dir))
		if err != nil {
			return nil, err
		}
		bearer, err := tokens.Mint(seed.Subject("manager"))
		return func(ctx context.Context, n int) error {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+q.path(n), nil)
			if err != nil {
				return err
			}
			r.Header.Set("Authorization", "Bearer "+bearer)
			return expect(r, http.StatusOK)
		}, err
	}
}

// searches measures how customers are found and read, with few and with many of them.
func searches(ctx context.Context, b *bench) error {
	many, within := b.size.customers, loading
	if asked := os.Getenv("BENCH_CUSTOMERS"); asked != "" {
		var err error
		if many, err = strconv.Atoi(asked); err != nil || many <= few {
			return fmt.Errorf("BENCH_CUSTOMERS is a number above %d", few)
		}
		within = patient
	}
	var shops []shop
	for _, size := range []int{few, many} {
		dir, err := os.MkdirTemp(memory(), "afterpress-")
		if err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		p, err := premises.Open(ctx, stack.Options{SkipStream: true, Processes: 1, Concurrency: busy, Dir: dir})
		if err != nil {
			return err
		}
		defer p.Close()
		began := time.Now()
		there, err := (&filler{engine: p.Stack.Addresses.DynamoDB}).fill(ctx, size, time.Now().Add(within))
		if err != nil {
			return err
		}
		b.by(straight).note(fmt.Sprintf("loading of %d customers", there), time.Since(began).Seconds(), "s")
		if err := deals(ctx, p); err != nil {
			return err
		}
		shops = append(shops, shop{p, there})
	}
	for _, s := range shops { // what was written down has its own work to do, and is done with it first
		if err := people.Await(ctx, "empty outbox", handedOver(ctx, s.Premises)); err != nil {
			return err
		}
	}
	for _, q := range questions {
		if err := b.ask(ctx, q, shops); err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
	}
	return b.reads(ctx, shops[1].Stack.Addresses.DynamoDB)
}

// memory is a folder that lies in memory, where the machine has one: loading measures the engine then, and not how
// often the disk is waited for. A thousand customers take 21 MB.
func memory() string {
	const shm = "/dev/shm"
	if there, err := os.Stat(shm); err != nil || !there.IsDir() {
		return ""
	}
	return shm
}

// shop is a stack with so many customers.
type shop struct {
	*premises.Premises
	customers int
}

// ask measures one question in each shop. They take turns, so that whatever else the machine does disturbs both alike.
func (b *bench) ask(ctx context.Context, q question, shops []shop) error {
	rounds := make([][]round, len(shops))
	d := driving{Clients: busy, Posts: warming, Limit: limit, Work: q.work}
	for turn := range 1 + b.size.rounds {
		for i, s := range shops {
			d.Dir = s.Stack.Dir
			result, err := outside(ctx, s.API, d)
			if err != nil {
				return err
			}
			if turn > 0 {
				rounds[i] = append(rounds[i], round{driven: result})
			}
		}
		d.From, d.Posts = d.From+d.Posts, b.size.posts
	}
	var p50 []float64
	for i, s := range shops {
		r := middle(rounds[i])
		name := fmt.Sprintf("%s, of %d, clients: %d, ", q.name, s.customers, busy)
		p50 = append(p50, ms(quantile(r.Latencies, 0.5)))
		b.note(name+"p50", p50[i], "ms")
		if p99 := ms(quantile(r.Latencies, 0.99)); q.most > 0 {
			b.atMost(name+"p99", p99, "ms", q.most)
		} else {
			b.note(name+"p99", p99, "ms")
		}
	}
	b.atMost(q.name+", growth of p50", 100*(p50[1]/p50[0]-1), "%", 20)
	return nil
}

// reads counts the store's reads of one request, once the set-up is known to the process.
func (b *bench) reads(ctx context.Context, engine string) error {
	var n atomic.Int64
	s, err := openStore(engine, boot.NewID, func(stk *middleware.Stack) error {
		return stk.Initialize.Add(middleware.InitializeMiddlewareFunc("count",
			func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
				middleware.InitializeOutput, middleware.Metadata, error) {
				n.Add(1)
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
	})
	if err != nil {
		return err
	}
	door := (&api.Server{Office: app.Office{Store: s, Now: boot.Now}, Log: slog.New(slog.DiscardHandler)}).Door().Handler()
	for _, q := range questions {
		for range 2 {
			n.Store(0)
			r := httptest.NewRequestWithContext(httpapi.WithSubject(ctx, seed.Subject("manager")), http.MethodGet, q.path(1),
				nil)
			w := httptest.NewRecorder()
			if door.ServeHTTP(w, r); w.Code != http.StatusOK || strings.Contains(w.Body.String(), `"items":[]`) {
				return fmt.Errorf("%s: %d %s", q.path(1), w.Code, w.Body)
			}
		}
		b.by(straight).note(q.name+": store reads per request", float64(n.Load()), "")
	}
	return nil
}

// dynamo opens an engine of this machine.
func dynamo(engine string, with ...func(*middleware.Stack) error) *dynamodb.Client {
	options := boot.Dynamo(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(engine),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}).Options()
	options.APIOptions = append(options.APIOptions, with...)
	return dynamodb.New(options)
}

// openStore opens the tables with ids of its own, and with something between the store and the engine.
func openStore(engine string, newID func(string) string, with func(*middleware.Stack) error) (*store.Store, error) {
	ring, err := token.NewRing(base64.StdEncoding.EncodeToString([]byte("the key of a store that is measured")))
	if err != nil {
		return nil, err
	}
	return store.New(table.Config{DB: dynamo(engine, with), Ring: ring, NewID: newID, Now: boot.Now,
		Tables: table.Tables{Records: "Records", Events: "Events", Messages: "Messages"}})
}
