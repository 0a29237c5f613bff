package workflows

import (
	"context"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"
	"afterpress/workflows/watch"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// Obstacles is implemented by *store.Store. It keeps what is stuck, for a person to see.
type Obstacles interface {
	Stuck(ctx context.Context, id string) (stuck.Stuck, error)
	NoteStuck(ctx context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error)
	StuckOver(ctx context.Context, seen stuck.Stuck) error
}

// patience is how often a step fails before a person is shown it: a store that is away for half a minute needs
// nobody.
const patience = 5

const failingSeconds = watch.FailingSeconds // for how long a step has failed

// gaveUp is how often a step fails for an unknown cause before its process stops asking and waits. Meanwhile the
// process hears events and climbs its other rungs.
const gaveUp = 5

// noting bounds writing down what is stuck, also while the worker is being stopped.
const noting = 5 * time.Second

// step is a step as it would be noted where it is stuck, and when the record says that it is due.
type step struct {
	stuck.Stuck
	due   time.Time
	noted bool // it is shown as stuck
}

// leftOut reads what was noted of a late step, and reports whether a person decided to go on without it. A step in time
// cannot have been stuck. A new run of a process knows of no such decision.
func (w climber[R]) leftOut(ctx context.Context, at *step) (bool, error) {
	if w.now().Sub(at.due) <= time.Minute {
		return false, nil
	}
	row, err := w.Stuck(ctx, stuck.IDOf(at.Stuck))
	if fault.KindOf(err) == fault.NotFound {
		return false, nil
	}
	at.noted = err == nil && !row.Closed()
	return row.State == stuck.StateSkipped, err
}

// stuckAt names a step of a record. Until the record is read, nobody knows whose it is.
func (w climber[R]) stuckAt(id string, round, run int, key string) stuck.Stuck {
	return stuck.Stuck{What: stuck.KindStep, Record: id, Round: round, Run: run, Step: key, Process: w.kind}
}

// attempt counts from 1. Where a test calls a step itself, there is one.
func attempt(ctx context.Context) int32 {
	if !activity.IsActivity(ctx) {
		return 1
	}
	return activity.GetInfo(ctx).Attempt
}

// failed notes an error that a person has to see, and gives the error that Temporal acts on.
func (w climber[R]) failed(ctx context.Context, at stuck.Stuck, err error) error {
	if err == nil {
		return nil
	}
	kind, tries := fault.KindOf(err), attempt(ctx)
	if !busy(kind) && kind != fault.Internal || tries >= patience {
		w.note(ctx, at, string(kind), kind == fault.Impossible)
	}
	return retried(ctx, err)
}

// note writes down what is stuck. Where that fails as well, the log has it, and the next failure tries again.
func (w climber[R]) note(ctx context.Context, at stuck.Stuck, cause string, parked bool) {
	brief, cancel := context.WithTimeout(context.WithoutCancel(ctx), noting)
	defer cancel()
	at.Cause = cause
	noteStuck(brief, w.Obstacles, at, parked)
}

// passed notes that it went on.
func (w climber[R]) passed(ctx context.Context, at stuck.Stuck) {
	if err := w.StuckOver(ctx, at); err != nil {
		activity.GetLogger(ctx).Error("what went on is still shown as stuck", "record", at.Record, "cause", err.Error())
	}
}

// noteStuck writes down what is stuck, and reports whether a person has left it out before.
func noteStuck(ctx context.Context, obstacles Obstacles, at stuck.Stuck, parked bool) (leftOut bool) {
	log := activity.GetLogger(ctx)
	if parked {
		log.Error("a step is parked: it can never succeed as it is", "record", at.Record, "step", at.Step, "parked", 1)
	}
	row, err := obstacles.NoteStuck(ctx, at, parked)
	if err != nil {
		log.Error("what is stuck cannot be noted", "record", at.Record, "step", at.Step, "cause", err.Error())
	}
	return row.State == stuck.StateSkipped
}

// busy reports whether the same call may succeed in a moment.
func busy(kind fault.Kind) bool {
	return kind == fault.Unavailable || kind == fault.TooMany || kind == fault.Conflict
}

// retried tells Temporal what to do about an error: try again for ever while the store is busy, and a few times where
// the cause is unknown. Where no retry cures it, do not try again. Temporal keeps the kind and nothing else; the cause
// goes to the log.
func retried(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	kind := fault.KindOf(err)
	activity.GetLogger(ctx).Warn("a step failed", "kind", string(kind), "cause", err.Error())
	if busy(kind) || kind == fault.Internal && attempt(ctx) < gaveUp {
		return temporal.NewApplicationError("the step failed", string(kind))
	}
	return temporal.NewNonRetryableApplicationError("the step failed", string(kind), nil)
}

// walked tells Temporal what to do about an error of a walk over many records, which ends only with its last page. It
// is tried again for ever, with pauses that grow to an hour where the store is not just busy.
func walked(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	kind, tries := fault.KindOf(err), attempt(ctx)
	activity.GetLogger(ctx).Warn("a page failed", "kind", string(kind), "cause", err.Error())
	if busy(kind) {
		return temporal.NewApplicationError("the page failed", string(kind))
	}
	pause := min(time.Second<<min(tries, 12), time.Hour)
	return temporal.NewApplicationErrorWithOptions("the page failed", string(kind),
		temporal.ApplicationErrorOptions{NextRetryDelay: pause})
}
