package workflows

import (
	"testing"
	"time"

	"afterpress/shared/crm/message"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// An attempt that follows one that was given up finds its claim lapsed.
func TestAnOutboundActivityOutlivesItsLease(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // as in newPlay
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		if given := workflow.GetActivityOptions(outbound(ctx, "")).StartToCloseTimeout; given <= message.Lease {
			t.Errorf("the activity has %s, and the lease is %s", given, message.Lease)
		}
		for name, options := range map[string]workflow.Context{"quick": quick(ctx), "outbound": outbound(ctx, ""),
			"bulk": bulk(ctx)} {
			if given := workflow.GetActivityOptions(options).StartToCloseTimeout; given < ActivityTime {
				t.Errorf("%s has %s", name, given)
			}
		}
		return nil
	})
	if err := env.GetWorkflowError(); err != nil || !env.IsWorkflowCompleted() {
		t.Error(err)
	}
}
