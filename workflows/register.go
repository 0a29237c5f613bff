package workflows

import (
	"fmt"
	"slices"

	"afterpress/shared/kernel/event"
	"afterpress/workflows/ending"
	"afterpress/workflows/notice"
	"afterpress/workflows/raffle"
	"afterpress/workflows/scan"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// process is one kind of process. Each kind has a task queue of its own, so that none waits for another.
type process struct {
	kind     string
	workflow any
	// begins names the run that an event concerns, and its input; ok is false for other events. Nil: a schedule does.
	begins func(event.Event) (id string, in any, ok bool)
	hears  bool       // it accompanies a record and hears every event of it; else each event is a run of its own
	opens  event.Type // of one that hears: the event with which its record begins
	waits  bool       // its run begins when the change has settled
}

var processes = []process{
	{kind: "lead", workflow: FollowUpLead, begins: ladderOf("lead"), hears: true, opens: event.LeadCaptured},
	{kind: "task", workflow: FollowUpTask, begins: ladderOf("task"), hears: true, opens: event.TaskOpened},
	{kind: "complaint", workflow: ResolveComplaint, begins: ladderOf("complaint"), hears: true,
		opens: event.ComplaintOpened},
	{kind: "hold", workflow: AskHold, begins: ladderOf("hold"), hears: true, opens: event.HoldOpened},
	{kind: "erase", workflow: Erase, begins: ladderOf("erase"), hears: true, opens: event.EraseAsked},
	{kind: "replan", workflow: Replan, begins: replanOf, waits: true},
	{kind: "age", workflow: AgeCustomers},
	{kind: "reconcile", workflow: Reconcile},
	{kind: "end", workflow: ending.EndRecords},
	{kind: "channel", workflow: WatchChannel},
	{kind: notice.Kind, workflow: notice.Send, begins: notice.Begins},
	{kind: scan.Kind, workflow: scan.ScanFile, begins: scan.Begins},
	{kind: raffle.Kind, workflow: raffle.HoldDraw, begins: raffle.Begins},
}

// queue is the task queue on which a process of the kind begins today. It names the version of the loop: while an
// update goes on, a worker of the release before must not begin a run of a loop that it does not know.
func (p process) queue() string {
	if p.hears {
		return fmt.Sprintf("%s-%d", p.kind, version)
	}
	return p.kind
}

// Work is what the activities of all processes are done with.
type Work struct {
	Lead      *LeadWork
	Task      *TaskWork
	Complaint *ComplaintWork
	Hold      *HoldWork
	Erase     *EraseWork
	Shop      *ShopWork
	Notice    *notice.Work
	Ending    *ending.Work
	Scan      *scan.Work
	Raffle    *raffle.Work
}

// Queues lists the task queues that a worker has to serve: of today, and of runs from before the loop had a version.
func Queues() []string {
	var out []string
	for _, p := range processes {
		out = append(out, p.kind, p.queue())
	}
	return slices.Compact(out)
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
	r.RegisterActivityWithOptions(work.Complaint.Climb, activity.RegisterOptions{Name: complaintSteps.climbs})
	r.RegisterActivityWithOptions(work.Complaint.Look, activity.RegisterOptions{Name: complaintSteps.looks})
	r.RegisterActivityWithOptions(work.Hold.Climb, activity.RegisterOptions{Name: holdSteps.climbs})
	r.RegisterActivityWithOptions(work.Hold.Look, activity.RegisterOptions{Name: holdSteps.looks})
	r.RegisterActivityWithOptions(work.Erase.Climb, activity.RegisterOptions{Name: eraseSteps.climbs})
	r.RegisterActivityWithOptions(work.Erase.Look, activity.RegisterOptions{Name: eraseSteps.looks})
	r.RegisterActivityWithOptions(work.Shop.Age, activity.RegisterOptions{Name: ageStep})
	r.RegisterActivityWithOptions(work.Shop.Replan, activity.RegisterOptions{Name: replanStep})
	r.RegisterActivityWithOptions(work.Shop.Reconcile, activity.RegisterOptions{Name: reconcileStep})
	r.RegisterActivityWithOptions(work.Ending.End, activity.RegisterOptions{Name: ending.StepName})
	r.RegisterActivityWithOptions(work.Scan.Judge, activity.RegisterOptions{Name: scan.StepName})
	r.RegisterActivityWithOptions(work.Raffle.Advance, activity.RegisterOptions{Name: raffle.StepName})
	r.RegisterActivityWithOptions(work.Notice.Tell, activity.RegisterOptions{Name: notice.StepName})
}

func registerWorkflows(r worker.WorkflowRegistry) {
	for _, p := range processes {
		r.RegisterWorkflow(p.workflow)
	}
}
