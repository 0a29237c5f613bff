package notice

import (
	"time"

	"afterpress/shared/crm/message"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// tell has as much time as a message's claim, so that the attempt after a crash finds a claim that has lapsed. It is
// repeated for ever: what fails is a store or a channel that does not answer.
func tell(ctx workflow.Context, s Step) (told Told, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: message.Lease + 5*time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2,
			MaximumInterval: time.Minute},
	})
	err = workflow.ExecuteActivity(ctx, StepName, s).Get(ctx, &told)
	return told, err
}
