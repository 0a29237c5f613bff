package workflows

import (
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/ladder"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Climb asks for one rung of a record's ladder.
type Climb struct {
	ID    string      `json:"id"`
	Round int         `json:"round"`
	Run   int         `json:"run,omitempty"`
	Key   string      `json:"key"`
	Rung  ladder.Rung `json:"rung"` // as the process knows it; At is when it was due
	// More asks for every other rung that is due as well, without those of Not.
	More   bool          `json:"more,omitempty"`
	Not    []string      `json:"not,omitempty"`
	Outage ladder.Outage `json:"outage,omitzero"` // by which the process woke late
}

// Climbed is how far that came. No key and no Again mean that the record says another time now.
type Climbed struct {
	Progress ladder.Progress `json:"progress"`       // the record as it is now
	Keys     []string        `json:"keys,omitempty"` // rungs that are done for good
	// nanoseconds; not done: try again after this time, and go on with the rest
	Again time.Duration `json:"again,omitempty"`
	On    string        `json:"on,omitempty"`    // the channel that is away; its process says before when it is back
	Waits []Wait        `json:"waits,omitempty"` // the same of rungs that were climbed beside it
	Ended time.Time     `json:"ended,omitzero"`  // when the call ended, by the clock of the tables
}

// Wait is a rung that could not be done, and after how many nanoseconds it is tried again.
type Wait struct {
	Key   string        `json:"key"`
	Again time.Duration `json:"again"`
	On    string        `json:"on,omitempty"` // as above
}

// Look asks where a record stands.
type Look struct {
	ID    string `json:"id"`
	Round int    `json:"round"`
	Run   int    `json:"run,omitempty"`
}

// steps are the activities of one kind of record, by name. A patient one keeps a timer that rings too early after a
// change, rather than start another at each.
type steps struct {
	climbs, looks string
	patient       bool
}

var (
	leadSteps = steps{climbs: "ClimbLead", looks: "LookAtLead"}
	taskSteps = steps{climbs: "ClimbTask", looks: "LookAtTask"}
	holdSteps = steps{climbs: "ClimbHold", looks: "LookAtHold"}

	eraseSteps     = steps{climbs: "ClimbErase", looks: "LookAtErase", patient: true}
	complaintSteps = steps{climbs: "ClimbComplaint", looks: "LookAtComplaint", patient: true}
)

func (s steps) climb(ctx workflow.Context, c Climb) (Climbed, error) {
	var out Climbed
	err := workflow.ExecuteActivity(outbound(ctx, c.Key), s.climbs, c).Get(ctx, &out)
	return out, err
}

func (s steps) look(ctx workflow.Context, l Look) (ladder.Progress, error) {
	var out ladder.Progress
	err := workflow.ExecuteActivity(quick(ctx), s.looks, l).Get(ctx, &out)
	return out, err
}

// retries go on for ever: an activity that fails is one whose store does not answer.
var retries = &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute}

// ActivityTime is the least time that an activity has.
const ActivityTime = 10 * time.Second

// quick is for an activity that reads.
func quick(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx,
		workflow.ActivityOptions{StartToCloseTimeout: ActivityTime, RetryPolicy: retries})
}

// outbound is for an activity that may send one message, by mail and by chat, which are given up after 30 s and 9
// s. It takes longer than a message's lease, so that the attempt that follows a crash finds a claim that has
// lapsed.
func outbound(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: message.Lease + 5*time.Second, RetryPolicy: retries, Summary: summary,
	})
}

// Names of the activities that take a page of many records.
const (
	ageStep       = "AgeCustomerPage"
	replanStep    = "ReplanPage"
	reconcileStep = "ReconcilePage"
)

func age(ctx workflow.Context, p AgePage) (Paged, error) {
	var out Paged
	err := workflow.ExecuteActivity(bulk(ctx), ageStep, p).Get(ctx, &out)
	return out, err
}

func replan(ctx workflow.Context, p ReplanPage) (Paged, error) {
	var out Paged
	err := workflow.ExecuteActivity(bulk(ctx), replanStep, p).Get(ctx, &out)
	return out, err
}

func reconcile(ctx workflow.Context, p ReconcilePage) (Reconciled, error) {
	var out Reconciled
	err := workflow.ExecuteActivity(bulk(ctx), reconcileStep, p).Get(ctx, &out)
	return out, err
}

// bulk is for an activity that goes over a page of records, one by one.
func bulk(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx,
		workflow.ActivityOptions{StartToCloseTimeout: 2 * time.Minute, RetryPolicy: retries})
}
