package workflows

import "go.temporal.io/sdk/workflow"

// ResolveComplaint sees to it that nobody who complains is left alone with it: he has our answer within minutes and
// always knows when he hears of us next; one of our people has it in his hands, and his manager and the owner of
// the shop hear when it stands still. What is offered waits for an approval, then for the customer, who is
// reminded. It ends when he says that it is settled and its cause is corrected, when he takes it back, or when he
// does not answer.
func ResolveComplaint(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, complaintSteps).run(ctx)
}
