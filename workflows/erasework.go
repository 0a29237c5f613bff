package workflows

import (
	"context"
	"time"

	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
)

// EraseWork does what the rungs of an erasure's ladder say. It has no state of its own.
type EraseWork struct {
	Erases Erases
	Now    func() time.Time // UTC
}

// Erases is implemented by *store.Store.
type Erases interface {
	Obstacles
	Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	Erase(ctx context.Context, id string) (erase.Erase, error)
	ChangeErase(ctx context.Context, id string, rule func(erase.Erase) (erase.Erase, event.Event, error)) (erase.Erase,
		error)
	// EraseMore erases a part of what is left of the contact, and reports whether more may be left. A repeat goes on.
	EraseMore(ctx context.Context, e erase.Erase) (more bool, err error)
	OpenTask(ctx context.Context, t task.Task, e event.Event) (task.Task, error)
}

// Climb does one rung: it asks somebody by a task, or erases.
func (w *EraseWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the erasure stands.
func (w *EraseWork) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *EraseWork) climber() climber[erase.Erase] {
	return climber[erase.Erase]{
		kind: "erase", Obstacles: w.Erases, customer: func(e erase.Erase) string { return e.Customer },
		read: w.Erases.Erase, change: w.Erases.ChangeErase, terms: w.Erases.Terms, now: w.Now,
		branch: func(e erase.Erase) string { return e.Branch }, write: w.ask, late: outage.Erases,
		rules: map[string]rule[erase.Erase]{
			ladder.DoBeginErase: {apply: func(f file[erase.Erase], e erase.Erase, now time.Time) (erase.Erase, event.Event,
				error) {
				return e.Begin(f.terms.Erase(), now)
			}},
			ladder.DoErase: {unless: w.Erases.EraseMore,
				apply: func(f file[erase.Erase], e erase.Erase, now time.Time) (erase.Erase, event.Event, error) {
					return e.Finish(f.terms.Erase(), now)
				}},
		},
	}
}

// ask opens the task of a rung. again is when to try it where nobody is there who could take it, or where more is left
// to erase.
func (w *EraseWork) ask(ctx context.Context, f file[erase.Erase], rung ladder.Rung) (again time.Duration, err error) {
	switch rung.Do {
	case ladder.DoErase:
		return time.Second, nil
	case ladder.DoAskApprover, ladder.DoTellManager, ladder.DoTellOwner:
	default:
		return 0, errUnknownStep
	}
	t, told, ok, err := f.record.Asks(rung, f.shop.Roster, f.terms.Task(), w.Now())
	if err != nil || !ok {
		return time.Hour, err
	}
	_, err = w.Erases.OpenTask(ctx, t, told)
	return 0, err
}
