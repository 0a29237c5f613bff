package workflows

import "go.temporal.io/sdk/workflow"

// ResolveComplaint sees to it that nobody who complains is left alone with it: the customer has our answer within
// minutes and always knows the time of the next one. A colleague owns the complaint, and manager and owner of the shop
// are told when it stands still. What is offered waits for an approval, then for the customer, who is reminded. It
// ends when the customer says that it is settled and its cause is corrected. It also ends when the customer takes it
// back or does not answer.
func ResolveComplaint(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, complaintSteps).run(ctx)
}
