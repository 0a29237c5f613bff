package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store"

	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"
)

// peer is five times the complaints that the best peer takes in a second (89 on the machine of the measurement).
const peer = 445

// workComplaint opens a complaint for customer n as staff do.
const workComplaint = "complaint"

// board is the question of a colleague who looks at what is open, most urgent first.
var board = question{"board", "board of complaints", func(int) string { return "/complaints" }, 50}

func init() {
	works[workComplaint] = opening
	works[board.work] = asking(board)
}

// complaints measures how fast complaints are opened, and how their board is read with few and with many of them open.
func complaints(ctx context.Context, b *bench) error {
	for _, measure := range []func(context.Context, *bench) error{openings, boards} {
		if err := measure(ctx, b); err != nil {
			return err
		}
	}
	return nil
}

// openings measures complaints opened through the API, with and without transactions that meet, beside the same
// transactions sent straight to the engine. They take turns as those of the door do.
func openings(ctx context.Context, b *bench) error {
	for _, clients := range b.size.openers {
		rounds := map[way][]round{}
		for range b.size.rounds {
			for _, w := range []way{proxied, meeting, straight} {
				r, err := b.opened(ctx, w, clients)
				if err != nil {
					return err
				}
				rounds[w] = append(rounds[w], r)
			}
		}
		api, bare, met := middle(rounds[proxied]), middle(rounds[straight]), middle(rounds[meeting])
		name := func(what string) string { return fmt.Sprintf("%s, clients: %d", what, clients) }
		b.by(straight).note(name("the same transaction straight to the engine"), bare.rate(), "per s")
		b.atLeast(name("complaints opened through the API"), api.rate(), "per s", min(peer, 0.6*bare.rate()))
		b.atLeast(name("that beside five times the best peer, where it was measured"), api.rate(), "per s", peer)
		b.note(name("answers 503 to them, each asked again"), float64(api.Busy), "")
		b.note(name("complaint opened, p50"), ms(quantile(api.Latencies, 0.5)), "ms")
		b.note(name("complaint opened, p99"), ms(quantile(api.Latencies, 0.99)), "ms")
		b.by(meeting).note(name("complaints opened through the API"), met.rate(), "per s")
		b.by(meeting).note(name("answers 503 to them, each asked again"), float64(met.Busy), "")
		b.by(meeting).note(name("complaint opened, p99"), ms(quantile(met.Latencies, 0.99)), "ms")
	}
	return nil
}

// opened is one round on a fresh stack: each complaint is another customer's.
func (b *bench) opened(ctx context.Context, w way, clients int) (round, error) {
	do := throughAPI
	if w == straight {
		do = straightIn
	}
	p, err := premises.Open(ctx,
		stack.Options{SkipStream: true, Processes: 1, Concurrency: clients, Weather: w.weather()})
	if err != nil {
		return round{}, err
	}
	defer p.Close()
	if err := complainants(ctx, p, warming+b.size.posts); err != nil {
		return round{}, err
	}
	if _, err := do(ctx, p, driving{Clients: clients, Posts: warming, Limit: limit, Work: workComplaint,
		Dir: p.Stack.Dir}); err != nil {
		return round{}, err
	}
	result, err := do(ctx, p,
		driving{Clients: clients, Posts: b.size.posts, From: warming, Limit: limit, Work: workComplaint, Dir: p.Stack.Dir})
	return round{driven: result}, err
}

func throughAPI(ctx context.Context, p *premises.Premises, d driving) (driven, error) {
	return outside(ctx, p.API, d)
}

func straightIn(ctx context.Context, p *premises.Premises, d driving) (driven, error) {
	_, terms, err := p.Store.Terms(ctx, seed.Shanghai)
	if err != nil {
		return driven{}, err
	}
	return drive(ctx, d, func(ctx context.Context, n int) error { return lodge(ctx, p.Store, terms, n, boot.Now()) })
}

// complainants makes so many customers, each with a contact. One after another, so that customer n has contact n.
func complainants(ctx context.Context, p *premises.Premises, many int) error {
	facts, err := openStore(p.Stack.Addresses.DynamoDB, (&filler{}).newID, func(*middleware.Stack) error { return nil })
	if err != nil {
		return err
	}
	for n := range many {
		if _, err := facts.OpenCustomer(ctx, aCustomer(n), person(n), staff.Actor{ID: seed.StaffID(2)}); err != nil {
			return err
		}
	}
	return nil
}

// numbered is the nth id of its kind.
func numbered(prefix string, n int64) string {
	return fmt.Sprintf("%s_019b0000-0000-7000-8000-%012d", prefix, n)
}

// complained is what customer n says.
func complained(n int) map[string]any {
	figure := func(value any) map[string]any { return map[string]any{"value": value, "source": "order"} }
	return map[string]any{
		"customer": numbered("cus", int64(n)+1), "contact": numbered("con", int64(n)+1), "channel": "phone",
		"defects": []string{string(defect.ColourDeviation)},
		"words":   "封面的红色偏暗，和签字样张明显不一样，大约六百本。", "affected": 600,
		"job": map[string]any{"ref": fmt.Sprintf("J-%06d", n), "class": defect.ClassGeneral,
			"value":   figure(map[string]any{"minor": 1280000, "currency": "CNY"}),
			"ordered": figure(5000), "delivered": figure(5000),
			"delivered_at": figure(boot.Now().Add(-48 * time.Hour).Format(time.RFC3339)), "paper": "157 g 铜版纸"},
	}
}

// opening is the work of one client at the API, in the name of the service desk.
func opening(api, dir string) (func(context.Context, int) error, error) {
	tokens, err := issuer.Open(stack.IssuerKey(dir))
	if err != nil {
		return nil, err
	}
	token, err := tokens.Mint(seed.Subject("service"))
	return func(ctx context.Context, n int) error {
		body, err := json.Marshal(complained(n))
		if err != nil {
			return err
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, api+"/complaints", bytes.NewReader(body))
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		return expect(r, http.StatusCreated)
	}, err
}

// lodge stores the complaint of customer n as the API does.
func lodge(ctx context.Context, s *store.Store, terms setup.Terms, n int, now time.Time) error {
	of := func(v int64) *complaint.Sourced[int64] { return &complaint.Sourced[int64]{Value: v, Source: "order"} }
	said := complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation},
		Words: "封面的红色偏暗，和签字样张明显不一样，大约六百本。", Affected: 600,
		Job: complaint.Job{Ref: fmt.Sprintf("J-%06d", n), Class: defect.ClassGeneral, Ordered: of(5000),
			Delivered: of(5000), Paper: "157 g 铜版纸",
			Value:       &complaint.Sourced[money.Money]{Value: money.Money{Minor: 1280000, Currency: "CNY"}, Source: "order"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-48 * time.Hour), Source: "order"}}}
	c, event, err := complaint.Open(said,
		complaint.Opener{ID: boot.NewID("cmp"), Customer: numbered("cus", int64(n)+1), Contact: numbered("con", int64(n)+1),
			By:    staff.Actor{ID: seed.StaffID(6), Roles: []staff.Role{staff.Service}, Branches: []string{seed.Shanghai}},
			Terms: terms.Complaint()}, now)
	if err != nil {
		return err
	}
	_, err = s.OpenComplaint(ctx, c, event)
	return err
}

// boards reads the board with few and with many open complaints. They take turns.
func boards(ctx context.Context, b *bench) error {
	var shops []shop
	for _, size := range b.size.boards {
		p, err := premises.Open(ctx, stack.Options{SkipStream: true, Processes: 1, Concurrency: busy})
		if err != nil {
			return err
		}
		defer p.Close()
		if err := fillBoard(ctx, p.Store, size); err != nil {
			return err
		}
		shops = append(shops, shop{p, size})
	}
	return b.ask(ctx, board, shops)
}

// fillBoard opens so many complaints, a minute of opening times apart, each of another customer.
func fillBoard(ctx context.Context, s *store.Store, many int) error {
	_, terms, err := s.Terms(ctx, seed.Shanghai)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	first := boot.Now().Add(-time.Duration(many) * time.Minute)
	for range 4 {
		group.Go(func() error {
			for n := next.Add(1) - 1; n < int64(many); n = next.Add(1) - 1 {
				if err := lodge(ctx, s, terms, int(n), first.Add(time.Duration(n)*time.Minute)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return group.Wait()
}
