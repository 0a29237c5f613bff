package workflows

import (
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/workflow"
)

// AgeCustomers notices who has fallen silent: every night it takes the customers whose time has come from one stage of
// their life to the next. Where the policy wants a customer spoken with, it asks the owner to do so. A customer who is
// left as they were has their turn in the next night.
func AgeCustomers(ctx workflow.Context, in AgePage) error {
	_, err := walk(ctx, in.From, Left{}, func(from Place) (Paged, error) {
		return age(ctx, AgePage{From: from})
	}, func(from Place, _ Left) any { return AgePage{From: from} })
	return err
}

// returning names the change by which Replan comes back to the records that it left as they were.
const returning = "what-was-left-is-planned-again"

// Replan sees to it that a changed calendar, policy or branch holds for what is open already: each open lead gets
// its deadline and its reminders anew, from the time from which it ran. While a record is left as it was, all are
// walked again, with growing pauses; who has the new terms is not changed by that.
func Replan(ctx workflow.Context, in ReplanPage) error {
	for {
		left, err := walk(ctx, in.From, in.Left, func(from Place) (Paged, error) {
			return replan(ctx, ReplanPage{Change: in.Change, From: from})
		}, func(from Place, left Left) any {
			return ReplanPage{Change: in.Change, From: from, Left: left, Tries: in.Tries}
		})
		if err != nil || left.Failed == 0 ||
			workflow.GetVersion(ctx, returning, workflow.DefaultVersion, 1) == workflow.DefaultVersion {
			return err
		}
		if err := workflow.Sleep(ctx, left.pause(in.Tries)); err != nil {
			return err
		}
		in = ReplanPage{Change: in.Change, Tries: in.Tries + 1}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, in)
		}
	}
}

// Left counts the records that a walk left as they were, and those of them that can never have another end.
type Left struct {
	Failed int `json:"failed,omitempty"`
	Parked int `json:"parked,omitempty"`
}

// pause is how long a walk waits before it comes back: a minute, twice as long each time, an hour at most. Where
// somebody has to mend something first, it is a day.
func (l Left) pause(tries int) time.Duration {
	if l.Failed == l.Parked {
		return parkedFor
	}
	return min(time.Minute<<min(tries, 6), time.Hour)
}

// replanOf begins a run of Replan from the event of a change.
func replanOf(e event.Event) (id string, in any, ok bool) {
	change, ok := setup.ChangeOf(e)
	return change.WorkflowID(), ReplanPage{Change: change}, ok
}

// pagesARun is after how many pages a walk goes on in a new run, so that no history grows long.
const pagesARun = 500

// walk takes page after page until there are none left, and adds up what was left as it was.
func walk(ctx workflow.Context, from Place, left Left, page func(Place) (Paged, error),
	again func(Place, Left) any) (Left, error) {
	for range pagesARun {
		done, err := page(from)
		if err != nil {
			return left, err
		}
		left.Failed, left.Parked = left.Failed+done.Failed, left.Parked+done.Parked
		if done.Next == nil {
			return left, nil
		}
		from = *done.Next
	}
	return left, workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, again(from, left))
}
