package workflows

import "go.temporal.io/sdk/workflow"

// FollowUpLead sees to it that no enquiry is forgotten. It thanks the person, finds an owner, reminds, hands on, and
// returns what lies idle to the pool. It ends when the lead is won or lost.
func FollowUpLead(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, leadSteps).run(ctx)
}
