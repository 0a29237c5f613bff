package raffle

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// advance is repeated for ever: what fails is a store that does not answer, or a list that somebody has to look at.
func advance(ctx workflow.Context, f Form) (done Advanced, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2,
			MaximumInterval: 10 * time.Minute}})
	err = workflow.ExecuteActivity(ctx, StepName, f).Get(ctx, &done)
	return done, err
}
