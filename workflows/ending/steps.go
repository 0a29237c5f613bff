package ending

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// endPage is repeated for ever: what fails is a store that does not answer.
func endPage(ctx workflow.Context, in Page) (done Paged, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: 2 * time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2,
			MaximumInterval: time.Minute}})
	err = workflow.ExecuteActivity(ctx, StepName, in).Get(ctx, &done)
	return done, err
}
