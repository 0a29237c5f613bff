package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
)

// warming is how many posts come before those that count; limit ends a load that is too slow.
const (
	warming = 50
	limit   = 30 * time.Second
)

// used is the processor time that one post takes of each part, in ms.
type used struct{ function, gateway, engine float64 }

// round is one load with what it cost.
type round struct {
	driven
	used
}

// door measures form posts through the shipped binaries, with and without transactions that meet, beside the same
// transactions sent straight to the engine. Each round has a fresh stack; the stream is off, so that what follows a
// lead is not measured as the door. They take turns, and the middle round of each counts: whatever else the machine
// does meanwhile disturbs all of them.
func door(ctx context.Context, b *bench) error {
	for _, clients := range b.size.clients {
		rounds := map[way][]round{}
		for range b.size.rounds {
			for _, w := range []way{proxied, meeting, straight} {
				r, err := b.posts(ctx, w, clients)
				if err != nil {
					return err
				}
				rounds[w] = append(rounds[w], r)
			}
		}
		b.doorFigures(clients, middle(rounds[proxied]), middle(rounds[straight]), middle(rounds[meeting]))
	}
	return nil
}

// middle is the round of the median rate.
func middle(rounds []round) round {
	slices.SortFunc(rounds, func(a, b round) int { return cmp.Compare(a.rate(), b.rate()) })
	return rounds[len(rounds)/2]
}

func (b *bench) doorFigures(clients int, through, bare, met round) {
	name := func(what string) string { return fmt.Sprintf("%s, clients: %d", what, clients) }
	b.note(name("form posts through the door"), through.rate(), "per s")
	b.by(straight).note(name("the same transaction straight to the engine"), bare.rate(), "per s")
	b.atLeast(name("the door's share of that"), 100*through.rate()/bare.rate(), "%", 60)
	b.note(name("form post, p50"), ms(quantile(through.Latencies, 0.5)), "ms")
	b.note(name("form post, p99"), ms(quantile(through.Latencies, 0.99)), "ms")
	b.note(name("answers 503 to them, each asked again"), float64(through.Busy), "")
	b.by(meeting).note(name("form posts through the door"), met.rate(), "per s")
	b.by(meeting).note(name("answers 503 to them, each asked again"), float64(met.Busy), "")
	b.by(meeting).note(name("form post, p99"), ms(quantile(met.Latencies, 0.99)), "ms")
	b.atMost(name("processor time of the function, per lead"), through.function, "ms", 1)
	b.note(name("processor time of gateway and local cloud, per lead"), through.gateway, "ms")
	b.note(name("processor time of the engine, per lead"), through.engine, "ms")
}

// busy is how many clients call the hook and open the page.
const busy = 8

// hooks measures leads that another system hands over, each signed and stored.
func hooks(ctx context.Context, b *bench) error { return b.each(ctx, workHook, "signed hooks", "hook") }

// pages measures how the form's page is drawn.
func pages(ctx context.Context, b *bench) error { return b.each(ctx, workPage, "form pages", "page") }

// each is what the door does of one kind of work. The middle round counts, as with the form posts.
func (b *bench) each(ctx context.Context, work, many, one string) error {
	var rounds []round
	for range b.size.rounds {
		r, err := b.through(ctx, proxied, work, busy)
		if err != nil {
			return err
		}
		rounds = append(rounds, r)
	}
	r := middle(rounds)
	name := func(what string) string { return fmt.Sprintf("%s, clients: %d", what, busy) }
	b.note(name(many+" through the door"), r.rate(), "per s")
	b.note(name(one+", p50"), ms(quantile(r.Latencies, 0.5)), "ms")
	b.note(name(one+", p99"), ms(quantile(r.Latencies, 0.99)), "ms")
	b.note(name("processor time of the function, per "+one), r.function, "ms")
	return nil
}

func (b *bench) posts(ctx context.Context, w way, clients int) (round, error) {
	if w == straight {
		return b.straight(ctx, clients)
	}
	return b.through(ctx, w, workPost, clients)
}

// weather is what the tables do to figures that are taken this way.
func (w way) weather() stack.Weather {
	if w != meeting {
		return stack.Weather{}
	}
	return stack.Weather{Hold: stack.Rough().Hold}
}

// through drives the public door. One process serves all invocations, so that its processor time is that of a warm
// function.
func (b *bench) through(ctx context.Context, w way, work string, clients int) (round, error) {
	return b.loaded(ctx,
		stack.Options{SkipStream: true, Processes: 1, Concurrency: clients, Weather: w.weather()}, work, "intake", nil)
}

// loaded drives one function of a fresh stack. first makes what the work needs; nil makes nothing.
func (b *bench) loaded(ctx context.Context, o stack.Options, work, function string,
	first func(context.Context, *premises.Premises) error) (round, error) {
	p, err := premises.Open(ctx, o)
	if err != nil {
		return round{}, err
	}
	defer p.Close()
	if first != nil {
		if err := first(ctx, p); err != nil {
			return round{}, err
		}
	}
	d := driving{Clients: o.Concurrency, Posts: warming, Limit: limit, Work: work, Dir: p.Stack.Dir}
	if _, err := outside(ctx, p.API, d); err != nil {
		return round{}, err
	}
	pids := p.Stack.Pids()
	parts := [][]int{pids[function], {os.Getpid()}, pids[stack.DynamoDB]}
	before, err := cpus(parts)
	if err != nil {
		return round{}, err
	}
	d.Posts, d.From = b.size.posts, warming
	result, err := outside(ctx, p.API, d)
	if err != nil {
		return round{}, err
	}
	after, err := cpus(parts)
	if err != nil {
		return round{}, err
	}
	each := func(part int) float64 { return ms(after[part]-before[part]) / float64(len(result.Latencies)) }
	return round{result, used{function: each(0), gateway: each(1), engine: each(2)}}, nil
}

func cpus(parts [][]int) ([]time.Duration, error) {
	out := make([]time.Duration, len(parts))
	for i, pids := range parts {
		var err error
		if out[i], err = cpu(pids...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// straight makes the same leads in this process, with nothing between the store and the engine.
func (b *bench) straight(ctx context.Context, clients int) (round, error) {
	p, err := premises.Open(ctx, stack.Options{SkipStream: true, Processes: 1})
	if err != nil {
		return round{}, err
	}
	defer p.Close()
	f, shop, err := p.Store.Form(ctx, seed.Quote)
	if err != nil {
		return round{}, err
	}
	terms, err := shop.Terms(f.Branch)
	if err != nil {
		return round{}, err
	}
	work := func(ctx context.Context, n int) error { return capture(ctx, p.Store, f, terms, n) }
	if _, err := drive(ctx, driving{Clients: clients, Posts: warming, Limit: limit}, work); err != nil {
		return round{}, err
	}
	result, err := drive(ctx, driving{Clients: clients, Posts: b.size.posts, From: warming, Limit: limit}, work)
	return round{driven: result}, err
}

// capture stores the enquiry of person n as the door does: with its raw body and the receipt that makes a repeat
// harmless.
func capture(ctx context.Context, s *store.Store, f form.Form, terms setup.Terms, n int) error {
	body, err := json.Marshal(enquiry(n))
	if err != nil {
		return err
	}
	now := boot.Now()
	asked, faults := form.Enquiry{
		Name: "林小满", Company: "小满茶业有限公司", Phone: fmt.Sprintf("138%08d", n), Email: address(n), Product: "packaging",
		Quantity: 2000, Message: "茶叶礼盒，四色印刷，哑膜，月底前要货。请报三种盒型的价格。", HeardFrom: "search", Lang: words.Zh,
	}.Read(f, now)
	if len(faults) > 0 {
		return fault.Faulty(faults...)
	}
	sub := form.Submission{ID: boot.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: f.ID,
		Branch: f.Branch,
		Type:   "application/json", Body: string(body)}
	sum := sha256.Sum256(body)
	key := hex.EncodeToString(sum[:])
	answer := receipt.SavedAnswer{Status: 202, Body: `{"submission_id":"` + sub.ID + `","status":"received"}`}
	ctx = receipt.WithReceipt(ctx,
		&receipt.Receipt{Key: key, Hash: key, Keep: 10 * time.Minute,
			Answer: func(any) (receipt.SavedAnswer, error) { return answer, nil }})
	_, err = s.Capture(ctx, lead.Capture{
		Enquiry: asked, Source: f.Source, Form: f.ID, Submission: sub.ID, ConsentText: f.Consent.In(asked.Lang),
		Terms: terms.Lead(), Life: terms.Policy.Life, By: staff.Visitor,
	}, &sub)
	return err
}
