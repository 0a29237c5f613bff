package main

import (
	"context"
	"fmt"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
)

// rest is how long the machine rests between two enquiries of which each is to find it idle; it covers the mails to
// staff that follow one.
const rest = 700 * time.Millisecond

// idle measures from a form to the acknowledgement in the inbox, one enquiry after another.
func idle(ctx context.Context, b *bench) error {
	p, err := premises.Open(ctx, stack.Options{})
	if err != nil {
		return err
	}
	defer p.Close()
	send := post(p.API, enquiry)
	var took []time.Duration
	for n := range b.size.idle + 1 {
		began := time.Now()
		if err := send(ctx, n); err != nil {
			return err
		}
		if _, err := p.AwaitMail(ctx, address(n)); err != nil {
			return err
		}
		if n > 0 { // the first one warms
			took = append(took, time.Since(began))
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
	}
	b.atMost("form to inbox when idle, p50", ms(quantile(took, 0.5)), "ms", 300)
	b.note("form to inbox when idle, p99", ms(quantile(took, 0.99)), "ms")
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// backlog collects enquiries while nothing reads the events, and measures how fast they are worked off then.
func backlog(ctx context.Context, b *bench) error {
	p, err := premises.Open(ctx, stack.Options{SkipStream: true})
	if err != nil {
		return err
	}
	defer p.Close()
	n := b.size.backlog
	if _, err := drive(ctx, driving{Clients: 8, Posts: n, Limit: limit}, post(p.API, enquiry)); err != nil {
		return err
	}
	began := time.Now()
	if err := p.Stack.StartStream(ctx); err != nil {
		return err
	}
	drained, err := until(ctx, began, "empty outbox", handedOver(ctx, p))
	if err != nil {
		return err
	}
	written, err := until(ctx, began, "acknowledgement for each", func() (bool, error) {
		return acknowledged(ctx, p, n)
	})
	if err != nil {
		return err
	}
	b.note(fmt.Sprintf("backlog of %d: handed over after", n), drained.Seconds(), "s")
	b.note(fmt.Sprintf("backlog of %d: events handed over", n), float64(n)/drained.Seconds(), "per s")
	b.note(fmt.Sprintf("backlog of %d: everybody acknowledged after", n), written.Seconds(), "s")
	return nil
}

// handedOver reports whether every event was handed over.
func handedOver(ctx context.Context, p *premises.Premises) func() (bool, error) {
	return func() (bool, error) {
		pending, err := p.Store.Pending(ctx, boot.Now().Add(time.Minute), 1)
		return len(pending) == 0, err
	}
}

// acknowledged reports whether everybody has a mail.
func acknowledged(ctx context.Context, p *premises.Premises, n int) (bool, error) {
	mails, err := p.Mails(ctx, "")
	if err != nil {
		return false, err
	}
	readers := map[string]bool{}
	for _, m := range mails {
		for _, to := range m.To {
			readers[to.Address] = true
		}
	}
	for i := range n {
		if !readers[address(i)] {
			return false, nil
		}
	}
	return true, nil
}

// until asks every now and then, rarely enough not to slow down what it waits for, and returns the time since began.
func until(ctx context.Context, began time.Time, what string, there func() (bool, error)) (time.Duration, error) {
	for {
		ok, err := there()
		took := time.Since(began)
		if ok || err != nil {
			return took, err
		}
		if err := pause(ctx, 50*time.Millisecond); err != nil {
			return took, fmt.Errorf("there is no %s: %w", what, err)
		}
	}
}
