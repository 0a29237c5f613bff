package worker

import (
	"fmt"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// gives hands the lead to a sales person of Shanghai, on the real tables and to its process.
func gives(t *testing.T, b *storetest.Bench, c client.Client, l lead.Lead, to string) {
	t.Helper()
	person, _ := b.Shop.Person(to)
	order(t, b, l, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(by, person, terms.Lead(), b.Clock.Now())
	})
	handOver(t, b, workflows.NewClient(c))
}

// A process that failed, or that somebody stopped, begins again with the next event on the real server. One that came
// to its end does not.
func TestWhatStoppedBeginsAgainWithTheNextEvent(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c, inbox := startTemporal(t), make(arrivals, 100)
	serve(t, c, crew(t, b, c, inbox))
	for i, fate := range []string{"terminated", "cancelled", "failed", "completed"} {
		l := enquire(t, b, seed.Shanghai, fmt.Sprintf("visitor%d@customer.example", i))
		id, run := l.Progress().WorkflowID(), ""
		if fate == "failed" || fate == "completed" {
			var in any = "what it cannot read"
			if gone := l.Progress(); fate == "completed" {
				gone.Closed = true
				in = workflows.LadderInput{Progress: gone}
			}
			begun, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "lead"},
				"FollowUpLead", in)
			if err != nil {
				t.Fatal(err)
			}
			if err := begun.Get(t.Context(), nil); (err != nil) != (fate == "failed") {
				t.Fatalf("%s: it ended with %v", fate, err)
			}
			run = begun.GetRunID()
			handOver(t, b, workflows.NewClient(c))
		} else {
			handOver(t, b, workflows.NewClient(c))
			waits(t, c, id)
			takes(t, inbox, 2)
			run = stopped(t, c, id, fate)
			gives(t, b, c, l, seed.StaffID(3))
		}
		found, err := c.DescribeWorkflowExecution(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		info := found.GetWorkflowExecutionInfo()
		again := info.GetExecution().GetRunId() != run && info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
		if again != (fate != "completed") {
			t.Errorf("%s: begun again %v, %s", fate, again, info.GetStatus())
		}
		if again {
			waits(t, c, id)
			inbox.next(t) // whom the event concerns hears of it
		}
		if fate == "failed" {
			inbox.next(t) // and who asked
		}
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many", len(inbox))
	}
}

// stopped stops the process and names the run that it was.
func stopped(t *testing.T, c client.Client, id, fate string) (run string) {
	t.Helper()
	found, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	run = found.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	if fate == "terminated" {
		err = c.TerminateWorkflow(t.Context(), id, run, "a slip of the hand")
	} else {
		err = c.CancelWorkflow(t.Context(), id, run)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := c.GetWorkflow(t.Context(), id, run).Get(t.Context(), nil); err == nil {
		t.Fatalf("%s: it ended well", fate)
	}
	return run
}
