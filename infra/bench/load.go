package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

const loadCommand = "load"

// driving is a bounded load: so many posts by so many clients, and not longer than the limit.
type driving struct {
	Clients, Posts int
	From           int // number of the first person, so that each post is of somebody new
	Limit          time.Duration
	Work           string // what each client does: a name of works
	Dir            string // of the stack, where its secrets are
}

func driveFlags(flags *flag.FlagSet) *driving {
	d := &driving{}
	flags.IntVar(&d.Clients, "clients", 1, "clients at a time")
	flags.IntVar(&d.Posts, "posts", 1, "posts in all")
	flags.IntVar(&d.From, "from", 0, "number of the first person")
	flags.DurationVar(&d.Limit, "limit", time.Minute, "time after which no post begins")
	flags.StringVar(&d.Work, "work", workPost,
		"what each client does: post, hook, page, complaint, board, or a question of centre.go")
	flags.StringVar(&d.Dir, "dir", "", "folder of the stack")
	return d
}

func (d driving) arguments(api string) []string {
	return []string{loadCommand, "-api", api, "-clients", strconv.Itoa(d.Clients), "-posts", strconv.Itoa(d.Posts),
		"-from", strconv.Itoa(d.From), "-limit", d.Limit.String(), "-work", d.Work, "-dir", d.Dir}
}

// driven is how a load went.
type driven struct {
	Took      time.Duration
	Latencies []time.Duration
	Busy      int // answers 503, after which the work was done again
}

func (d driven) rate() float64 { return float64(len(d.Latencies)) / d.Took.Seconds() }

// drive does the work once for each person, each client one after another. While the door says that it is busy, the
// work is done again, as callers do: the time that this takes is part of the work's. Any other failure ends it.
func drive(ctx context.Context, o driving, work func(ctx context.Context, n int) error) (driven, error) {
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	var mu sync.Mutex
	var out driven
	began := time.Now()
	for range o.Clients {
		group.Go(func() error {
			var mine []time.Duration
			busy := 0
			for n := next.Add(1) - 1; n < int64(o.Posts) && time.Since(began) < o.Limit; n = next.Add(1) - 1 {
				at := time.Now()
				err := work(ctx, o.From+int(n))
				for unavailable(err) && ctx.Err() == nil && time.Since(began) < o.Limit {
					busy++
					err = work(ctx, o.From+int(n))
				}
				switch {
				case err == nil:
					mine = append(mine, time.Since(at))
				case unavailable(err) && ctx.Err() == nil: // the time is up
					busy++
				default:
					return err
				}
			}
			mu.Lock()
			defer mu.Unlock()
			out.Latencies, out.Busy = append(out.Latencies, mine...), out.Busy+busy
			return nil
		})
	}
	err := group.Wait()
	out.Took = time.Since(began)
	return out, err
}

// outside drives the gateway from a process of its own.
func outside(ctx context.Context, api string, o driving) (driven, error) {
	self, err := os.Executable()
	if err != nil {
		return driven{}, err
	}
	cmd := exec.CommandContext(ctx, self, o.arguments(api)...)
	cmd.Stderr = os.Stderr
	text, err := cmd.Output()
	if err != nil {
		return driven{}, fmt.Errorf("the clients: %w", err)
	}
	var out driven
	return out, json.Unmarshal(text, &out)
}

// enquiry is a usual one: every field that people fill in, in a length that they use.
func enquiry(n int) map[string]any {
	return map[string]any{
		"name": "林小满", "company": "小满茶业有限公司", "phone": fmt.Sprintf("138%08d", n), "email": address(n),
		"product":  "packaging",
		"quantity": 2000, "message": "茶叶礼盒，四色印刷，哑膜，月底前要货。请报三种盒型的价格。", "heard_from": "search",
	}
}

// private is the enquiry of a person without a company.
func private(n int) map[string]any {
	said := enquiry(n)
	delete(said, "company")
	return said
}

// address is the e-mail address of person n.
func address(n int) string { return fmt.Sprintf("visitor.%d@visitor.example", n) }
