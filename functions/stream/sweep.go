package stream

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"afterpress/shared/kernel/event"
)

const (
	sweepAge  = time.Minute // younger events are the stream's
	sweepPage = 200
	// sweepReserve is what is left of the function's time when a sweep stops: enough for the event in hand, whose
	// process, rows, mark and a person's word may each take all their patience.
	sweepReserve = 4*patience + 2*time.Second
)

// sweep hands over what is still pending after a minute, the oldest first, and logs the age of the oldest. It goes
// on past what cannot be handed over, until nothing is left, Temporal or the tables are away, or its time is up.
func (s *Stream) sweep(ctx context.Context) error {
	var seen witnesses
	for place, measured := "", false; ; {
		pending, next, err := s.Events.PendingPage(ctx, place, s.Now().Add(-sweepAge), sweepPage)
		if err != nil {
			return err
		}
		if !measured && (len(pending) > 0 || next == "") {
			measured = true
			var age time.Duration
			if len(pending) > 0 {
				age = s.Now().Sub(pending[0].At)
			}
			s.Meter.InfoContext(ctx, "sweep", "pending_age_seconds", int64(age/time.Second))
		}
		if !s.handPage(ctx, pending, &seen) || next == "" {
			return nil
		}
		place = next
	}
}

// handPage hands over what it can of a page, and reports whether the next page is worth trying.
func (s *Stream) handPage(ctx context.Context, page []event.Event, seen *witnesses) bool {
	var ended atomic.Bool
	inLanes(page, func(i int) bool {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < sweepReserve {
			s.Log.WarnContext(ctx, "the sweep's time is up", "event", page[i].ID)
			ended.Store(true)
			return false
		}
		if page[i].Again.After(s.Now()) || seen.busy(page[i].Record) {
			return true // it waits longer each time, or its process cannot be reached
		}
		switch err := s.hand(ctx, page[i], seen); {
		case errors.Is(err, errBusy):
		case errors.Is(err, errRows):
			s.Log.ErrorContext(ctx, "an event stays pending", "event", page[i].ID, "error", err.Error())
		case err != nil: // the next sweep is a minute away, and the age rings the alarm
			s.Log.ErrorContext(ctx, "events have to wait", "event", page[i].ID, "error", err.Error())
			ended.Store(true)
			return false
		}
		return true
	})
	return !ended.Load()
}
