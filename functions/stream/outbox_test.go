package stream

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// outbox is a working Events table: which events are pending, and what went wrong with them.
type outbox struct {
	mu     sync.Mutex
	events []event.Event // oldest first
	marked map[string]bool
	faults map[string]string
	stale  map[string]bool // the index still has them, though they were handed over
	parked map[string]bool
	stuck  map[string]stuck.Stuck
	place  string // of the last sweep
	down   bool
	locked bool // no mark comes off
	handed int  // how often a mark was taken off by itself

	uncounted   map[string]bool
	counted     map[string]int // how often what an event counts was added up
	uncountable map[string]fault.Kind
}

func (b *outbox) AddUp(_ context.Context, events []event.Event) []error {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]error, len(events))
	for i, e := range events {
		if kind := b.uncountable[e.ID]; kind != "" {
			out[i] = fault.Fail(kind, "不行", "no")
			continue
		}
		if b.uncounted[e.ID] {
			b.counted[e.ID]++
			delete(b.uncounted, e.ID)
		}
		if e.OnlyCounts() {
			delete(b.marked, e.ID)
		}
	}
	return out
}

func (b *outbox) Handed(_ context.Context, e event.Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down || b.locked {
		return fault.Fail(fault.Unavailable, "忙", "busy")
	}
	delete(b.marked, e.ID)
	b.handed++
	return nil
}

// Queued has what the image in the stream may lack.
func (b *outbox) Queued(_ context.Context, events []event.Event) ([]event.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return nil, fault.Fail(fault.Unavailable, "忙", "busy")
	}
	out := slices.Clone(events)
	for i := range out {
		out[i].Pending, out[i].Uncounted = b.marked[out[i].ID], b.uncounted[out[i].ID]
		for _, e := range b.events {
			if e.ID == out[i].ID {
				out[i].Tries, out[i].Again = e.Tries, e.Again
			}
		}
	}
	return out, nil
}

func (b *outbox) NotHanded(_ context.Context, e event.Event, cause string, again time.Time) (waits bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.marked[e.ID] {
		return false, nil
	}
	b.faults[e.ID] = cause
	for i := range b.events {
		if b.events[i].ID == e.ID {
			b.events[i].Tries, b.events[i].Again = b.events[i].Tries+1, again
		}
	}
	return true, nil
}

// PendingPage has a page that is short where events were handed over since the index was read, as the real one.
func (b *outbox) PendingPage(_ context.Context, after string, before time.Time,
	limit int) (page []event.Event, next string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down {
		return nil, "", fault.Fail(fault.Unavailable, "忙", "busy")
	}
	place := func(e event.Event) string { return table.When(e.At, e.ID) }
	queue := slices.Clone(b.events)
	slices.SortFunc(queue, func(x, y event.Event) int { return cmp.Compare(place(x), place(y)) })
	listed := 0
	for _, e := range queue {
		if !e.At.Before(before) || place(e) <= after || !b.marked[e.ID] && !b.stale[e.ID] {
			continue
		}
		if listed++; listed > limit {
			break
		}
		e.Pending, e.Uncounted = true, b.uncounted[e.ID]
		if next = place(e); b.marked[e.ID] {
			page = append(page, e)
		}
	}
	if listed < limit {
		next = ""
	}
	return page, next, nil
}

func (b *outbox) SweepPlace(context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.place, nil
}

func (b *outbox) KeepSweepPlace(_ context.Context, began, place string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.place == began {
		b.place = place
	}
	return nil
}

func (b *outbox) Park(_ context.Context, e event.Event, cause string) (parked bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.marked[e.ID] {
		return false, nil
	}
	b.faults[e.ID] = cause
	delete(b.marked, e.ID)
	b.parked[e.ID] = true
	for i := range b.events {
		if b.events[i].ID == e.ID {
			b.events[i].Tries++
		}
	}
	return true, nil
}

func (b *outbox) Requeue(_ context.Context, _, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.parked[id] {
		delete(b.parked, id)
		b.marked[id] = true
	}
	for i := range b.events {
		if b.events[i].ID == id {
			b.events[i].Again = time.Time{}
		}
	}
	return nil
}

func (b *outbox) LeaveOut(_ context.Context, _, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.parked, id)
	delete(b.marked, id)
	return nil
}

// NoteStuck and StuckOver keep what is stuck by the rules.
func (b *outbox) NoteStuck(_ context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.stuck[seen.Event] = b.stuck[seen.Event].Failed(seen, parked, now)
	return b.stuck[seen.Event], nil
}

func (b *outbox) StuckOver(_ context.Context, seen stuck.Stuck) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if row, found := b.stuck[seen.Event]; found && !row.Closed() {
		b.stuck[seen.Event] = row.Over(now)
	}
	return nil
}

func (b *outbox) pending() []string {
	var out []string
	for _, e := range b.events {
		if b.marked[e.ID] {
			out = append(out, e.ID)
		}
	}
	return out
}
