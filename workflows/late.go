package workflows

import (
	"context"
	"slices"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"

	"go.temporal.io/sdk/activity"
)

// outage is that by which the call comes late, with its own wait for a worker. The loop before knew of none.
func (w climber[R]) outage(ctx context.Context, c Climb) ladder.Outage {
	if !c.More {
		return ladder.Outage{}
	}
	d := ladder.Duty{Outage: c.Outage}
	if activity.IsActivity(ctx) {
		i, now := activity.GetInfo(ctx), w.now()
		waited := ladder.Unserved(i.Attempt, i.ScheduledTime, i.StartedTime, i.StartToCloseTimeout+retries.MaximumInterval)
		d.Wakes(now.Add(-waited), now)
	}
	return d.Outage
}

// restart gives a record its time anew where an outage took it, and says where it stands then; p is before.
func (w climber[R]) restart(ctx context.Context, record R, p ladder.Progress, c Climb) (R, ladder.Progress, error) {
	if c.Outage.IsZero() || p.Closed {
		return record, p, nil
	}
	_, terms, err := w.terms(ctx, w.branch(record))
	if err != nil {
		return record, p, err
	}
	now, done := ladder.Later(w.now(), c.Outage.To), func(key string) bool { return slices.Contains(c.Not, key) }
	rule := func(r R) (R, event.Event, error) { return w.late.Restart(r, c.Round, c.Outage, done, terms, now) }
	next, _, err := rule(record)
	if err != nil || next.Progress().Seq == p.Seq {
		return record, p, err
	}
	next, err = w.change(ctx, c.ID, rule)
	return next, inRound(next.Progress(), c.Round), err
}
