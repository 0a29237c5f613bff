package workflows

import (
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"

	"go.temporal.io/sdk/workflow"
)

// AgeCustomers notices who has fallen silent: every night it takes the customers whose time has come from one stage
// of their life to the next, and asks their own people to speak with those whom the policy does not want forgotten.
func AgeCustomers(ctx workflow.Context, in AgePage) error {
	return walk(ctx, in.From, func(from Place) (Paged, error) {
		return age(ctx, AgePage{From: from})
	}, func(from Place) any { return AgePage{From: from} })
}

// Replan sees to it that a changed calendar, policy or branch holds for what is open already: each open lead gets
// its deadline and its reminders anew, from the time from which it ran.
func Replan(ctx workflow.Context, in ReplanPage) error {
	return walk(ctx, in.From, func(from Place) (Paged, error) {
		return replan(ctx, ReplanPage{Change: in.Change, From: from})
	}, func(from Place) any { return ReplanPage{Change: in.Change, From: from} })
}

// replanOf begins a run of Replan from the event of a change.
func replanOf(e event.Event) (id string, in any, ok bool) {
	change, ok := setup.ChangeOf(e)
	return change.WorkflowID(), ReplanPage{Change: change}, ok
}

// pagesARun is after how many pages a walk goes on in a new run, so that no history grows long.
const pagesARun = 500

// walk takes page after page until there are none left.
func walk(ctx workflow.Context, from Place, page func(Place) (Paged, error), again func(Place) any) error {
	for range pagesARun {
		done, err := page(from)
		if err != nil || done.Next == nil {
			return err
		}
		from = *done.Next
	}
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, again(from))
}
