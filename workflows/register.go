package workflows

import (
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// process is one kind of record with the workflow that accompanies it. The kind is its task queue too, so that no kind waits for another.
type process struct {
	kind     string
	workflow any
}

var processes = []process{
	{"lead", FollowUpLead},
}

// Queues lists the task queues that a worker has to serve.
func Queues() []string {
	var out []string
	for _, p := range processes {
		out = append(out, p.kind)
	}
	return out
}

// Register gives a worker everything that it may be asked to do. One list serves the worker and every test.
func Register(r worker.Registry, lead *LeadWork) {
	registerWorkflows(r)
	registerActivities(r, lead)
}

func registerActivities(r worker.ActivityRegistry, lead *LeadWork) {
	r.RegisterActivityWithOptions(lead.Climb, activity.RegisterOptions{Name: leadSteps.climbs})
	r.RegisterActivityWithOptions(lead.Look, activity.RegisterOptions{Name: leadSteps.looks})
}

func registerWorkflows(r worker.WorkflowRegistry) {
	for _, p := range processes {
		r.RegisterWorkflow(p.workflow)
	}
}
