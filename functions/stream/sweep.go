package stream

import (
	"context"
	"time"
)

const (
	sweepAge  = time.Minute // younger events are the stream's
	sweepPage = 200
	// sweepReserve is what is left of the function's time when a sweep stops: enough for the event in hand.
	sweepReserve = 10 * time.Second
)

// sweep hands over what is still pending after a minute, oldest first, and logs the age of the oldest. It goes on until nothing is left that can be handed
// over, Temporal is away, or its time is up.
func (s *Stream) sweep(ctx context.Context) error {
	total := 0
	for first := true; ; first = false {
		pending, err := s.Events.Pending(ctx, s.Now().Add(-sweepAge), sweepPage)
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
		handed := 0
		for _, e := range pending {
			if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < sweepReserve {
				s.Log.WarnContext(ctx, "the sweep's time is up", "handed", total+handed)
				return nil
			}
			done, err := s.hand(ctx, e)
			if err != nil {
				s.Log.ErrorContext(ctx, "Temporal is away", "event", e.ID, "error", err.Error())
				return nil // the next sweep is a minute away, and the age above rings the alarm
			}
			if done {
				handed++
			}
		}
		total += handed
		if handed == 0 || len(pending) < sweepPage {
			return nil
		}
	}
}
