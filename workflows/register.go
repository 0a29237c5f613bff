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
	{"task", FollowUpTask},
}

// Queues lists the task queues that a worker has to serve.
func Queues() []string {
	var out []string
	for _, p := range processes {
		out = append(out, p.kind)
	}
	return out
}

// Work is what does the steps of each process.
type Work struct {
	Lead *LeadWork
	Task *TaskWork
}

// Register gives a worker everything that it may be asked to do. One list serves the worker and every test.
func Register(r worker.Registry, work Work) {
	registerWorkflows(r)
	registerActivities(r, work)
}

func registerActivities(r worker.ActivityRegistry, work Work) {
	r.RegisterActivityWithOptions(work.Lead.Climb, activity.RegisterOptions{Name: leadSteps.climbs})
	r.RegisterActivityWithOptions(work.Lead.Look, activity.RegisterOptions{Name: leadSteps.looks})
	r.RegisterActivityWithOptions(work.Task.Climb, activity.RegisterOptions{Name: taskSteps.climbs})
	r.RegisterActivityWithOptions(work.Task.Look, activity.RegisterOptions{Name: taskSteps.looks})
}

func registerWorkflows(r worker.WorkflowRegistry) {
	for _, p := range processes {
		r.RegisterWorkflow(p.workflow)
	}
}
