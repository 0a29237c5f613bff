package stream

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm"
)

const (
	sweepAge  = time.Minute // younger events are the stream's
	sweepPage = 200
	// sweepReserve is what is left of the function's time when a sweep stops: enough for the event in hand.
	sweepReserve = 10 * time.Second
)

// sweep hands over what is still pending after a minute, oldest first, and logs the age of the oldest. It goes on past what cannot be handed over, until
// nothing is left, Temporal or the tables are away, or its time is up.
func (s *Stream) sweep(ctx context.Context) error {
	total, last := 0, crm.Event{}
	for first := true; ; first = false {
		pending, err := s.Events.PendingAfter(ctx, last, s.Now().Add(-sweepAge), sweepPage)
		if err != nil {
			return err
		}
		if first {
			var age time.Duration
			if len(pending) > 0 {
				age = s.Now().Sub(pending[0].At)
			}
			s.Meter.InfoContext(ctx, "sweep", "pending_age_seconds", int64(age/time.Second))
		}
		for _, e := range pending {
			if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < sweepReserve {
				s.Log.WarnContext(ctx, "the sweep's time is up", "handed", total)
				return nil
			}
			done, err := s.hand(ctx, e)
			if errors.Is(err, errRows) {
				s.Log.ErrorContext(ctx, "an event stays pending", "event", e.ID, "error", err.Error())
				continue
			}
			if err != nil {
				s.Log.ErrorContext(ctx, "events have to wait", "event", e.ID, "error", err.Error())
				return nil // the next sweep is a minute away, and the age above rings the alarm
			}
			if done {
				total++
			}
		}
		if len(pending) < sweepPage {
			return nil
		}
		last = pending[len(pending)-1]
	}
}
