package stream

import (
	"cmp"
	"context"
	"errors"
	"math"
	"sync/atomic"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"

	"golang.org/x/time/rate"
)

const (
	sweepAge = time.Minute // younger events are the stream's
	// sweepFresh is the age from which an event is of the backlog. For a younger one somebody may still be waiting, so a
	// sweep takes those first.
	sweepFresh = 5 * time.Minute
	sweepPage  = 100
	sweepHead  = 8 // enough to look past what was handed over since the index was read
	sweepLanes = 4 // half of those of the stream, whose events are new
	// sweepReserve is what is left of the function's time when a sweep stops: enough for the event in hand, whose
	// process, rows, mark and a person's word may each take all their patience.
	sweepReserve = 4*patience + 2*time.Second
)

// Budget and Pace are those of the shipped sweep. A sweep of 1,000 events at 50 a second takes 20 of a minute's
// seconds. A backlog of 10,000 is gone after ten minutes, and leads come through at full speed meanwhile.
const (
	Budget = 1000
	Pace   = rate.Limit(50)
)

// sweeping is one sweep.
type sweeping struct {
	*Stream
	seen    witnesses
	pace    *rate.Limiter
	left    int           // of the budget
	looked  int           // events that were looked at
	reached time.Duration // the age of the last of them
	handed  atomic.Int64
	ended   atomic.Bool // Temporal or the tables are away, or the time is up
}

// sweep hands over what is still pending after a minute, and logs the age of the oldest. What became pending within
// the last minutes comes first and may take half of the budget. Then the backlog goes on where the sweep before
// stopped, and begins anew behind its end. It goes on past what cannot be handed over. It ends when the budget or its
// time is used up, nothing is left, or Temporal or the tables are away.
func (s *Stream) sweep(ctx context.Context) error {
	now := s.Now()
	oldest, pending, err := s.oldest(ctx, now)
	if err != nil {
		return err
	}
	s.Meter.InfoContext(ctx, "sweep", "pending_age_seconds", int64(oldest/time.Second))
	if !pending {
		return nil
	}
	began, err := s.Events.SweepPlace(ctx)
	if err != nil {
		return err
	}
	w := &sweeping{Stream: s, pace: rate.NewLimiter(cmp.Or(s.Pace, rate.Inf), 1),
		left: cmp.Or(s.Budget, math.MaxInt)}
	if _, err := w.walk(ctx, table.At(now.Add(-sweepFresh)), now.Add(-sweepAge), w.left/2); err != nil {
		return err
	}
	place, err := w.walk(ctx, began, now.Add(-sweepFresh), w.left)
	s.Meter.InfoContext(ctx, "swept", "looked_at", w.looked, "handed_over", w.handed.Load(),
		"backlog_goes_on", place != "", "reached_age_seconds", int64(w.reached/time.Second))
	if err != nil || place == began {
		return err
	}
	return s.Events.KeepSweepPlace(ctx, began, place)
}

// oldest is the age of the oldest event that is still pending after a minute; pending is false where there is none.
func (s *Stream) oldest(ctx context.Context, now time.Time) (age time.Duration, pending bool, err error) {
	for place, more := "", true; more; more = place != "" {
		var page []event.Event
		if page, place, err = s.Events.PendingPage(ctx, place, now.Add(-sweepAge), sweepHead); err != nil {
			return 0, false, err
		}
		if len(page) > 0 {
			return now.Sub(page[0].At), true, nil
		}
	}
	return 0, false, nil
}

// walk goes over a range of the queue page by page, at most so many events. It gives the place before which all was
// looked at, and "" at the end of the range.
func (w *sweeping) walk(ctx context.Context, from string, before time.Time, most int) (place string, err error) {
	for most > 0 && !w.ended.Load() {
		page, next, err := w.Events.PendingPage(ctx, from, before, min(sweepPage, most))
		if err != nil {
			return from, err
		}
		w.handPage(ctx, page)
		if w.ended.Load() {
			break
		}
		most, w.left, w.looked = most-len(page), w.left-len(page), w.looked+len(page)
		if len(page) > 0 {
			w.reached = w.Now().Sub(page[len(page)-1].At)
		}
		if next == "" {
			return "", nil
		}
		from = next
	}
	return from, nil
}

// handPage hands over what it can of a page.
func (w *sweeping) handPage(ctx context.Context, page []event.Event) {
	counts := w.count(ctx, page)
	defer func() { <-counts.done }()
	inLanes(page, sweepLanes, func(i int) bool {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < sweepReserve {
			w.Log.WarnContext(ctx, "the sweep's time is up", "event", page[i].ID)
			w.ended.Store(true)
			return false
		}
		if page[i].Again.After(w.Now()) || w.seen.busy(page[i].Record) {
			return true // it waits longer each time, or its process cannot be reached
		}
		err := w.pace.Wait(ctx)
		if err == nil {
			err = w.hand(ctx, page[i], &w.seen, counts)
		}
		switch {
		case err == nil:
			w.handed.Add(1)
		case errors.Is(err, errBusy):
		case errors.Is(err, errRows):
			w.Log.ErrorContext(ctx, "an event stays pending", "event", page[i].ID, "error", err.Error())
		default: // the next sweep is a minute away, and the age rings the alarm
			w.Log.ErrorContext(ctx, "events have to wait", "event", page[i].ID, "error", err.Error())
			w.ended.Store(true)
			return false
		}
		return true
	})
}
