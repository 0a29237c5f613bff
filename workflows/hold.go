package workflows

import "go.temporal.io/sdk/workflow"

// AskHold gets an answer while the press waits: the customer is asked at once and once more, and the owner is told to
// call. Then the manager has it, and an owner of the shop is told of what still stands. The asker is told the answer.
// It ends when the question is answered or taken back.
func AskHold(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, holdSteps).run(ctx)
}
