package scan

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// judge is repeated for ever: what fails is a store that does not answer.
func judge(ctx workflow.Context, f File) (found Judged, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2,
			MaximumInterval: time.Minute}})
	err = workflow.ExecuteActivity(ctx, StepName, f).Get(ctx, &found)
	return found, err
}
