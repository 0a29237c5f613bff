package workflows

import "go.temporal.io/sdk/workflow"

// Erase forgets a person: a second colleague is asked to confirm it, and the days pass in which it may be taken back.
// Then everything that is known of the contact is erased. It is late for nobody: people are asked until it is done.
func Erase(ctx workflow.Context, in LadderInput) error {
	return newLoop(ctx, in, eraseSteps).run(ctx)
}
