package workflows

import "go.temporal.io/sdk/workflow"

// FollowUpTask sees to it that nothing that was promised is forgotten: a colleague who gets a task from somebody else
// is told, and reminded before it is due and when it is. The manager is told of overdue tasks. A colleague named in a
// comment is told of it. It ends when the task is done or cancelled.
func FollowUpTask(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, taskSteps).run(ctx)
}
