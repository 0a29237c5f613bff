package workflows

import "go.temporal.io/sdk/workflow"

// FollowUpLead sees to it that nobody who asks us for something is forgotten: he gets our thanks, one of our people
// gets his enquiry and is reminded, and when that person does not get in touch in time the next one does, then
// everybody. It ends when somebody has spoken with him, or the enquiry is closed.
func FollowUpLead(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, leadSteps).run(ctx)
}
