package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/workflows/dial"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"google.golang.org/grpc/codes"
)

// ErrAway says that Temporal cannot be reached, or lets nobody in: no event can be handed over now.
var ErrAway = errors.New("workflows: Temporal is away")

// settling is how long a change of the set-up lies before open records are planned anew. A door keeps the set-up that
// it read for 30 seconds and may still write by it until then. What it writes has to be on the board before the
// planning.
const settling = 40 * time.Second

// Client hands events to the processes that they concern.
type Client struct {
	temporal client.Client
	// Settling is how long a run of a process that waits is held back before it begins.
	Settling time.Duration
	// Probing is how long a channel that was away is watched after each message that it may take again.
	Probing time.Duration
	// Epoch is that of the tables: 0, and one more with each restore. Where it is higher than a process's own, what the
	// tables say counts, whatever the process knows.
	Epoch int64
	Now   func() time.Time
}

// NewClient makes a Client over a connection of dial.Connect.
func NewClient(c client.Client) *Client {
	return &Client{temporal: c, Settling: settling, Probing: probing, Now: time.Now}
}

// Hand hands an event to its process and starts the process if need be. Doing it again acts once: the server knows
// the event's id or the run's, and the process drops what is not news. A process that came to its end needs no more
// news. One that failed, or that somebody stopped, begins again. ErrAway means that the process cannot be reached;
// where that holds for several records, Temporal is away. Impossible means that Temporal can never take the event as it
// is. Any other error concerns this event alone.
func (c *Client) Hand(ctx context.Context, e event.Event) error {
	return c.hand(ctx, e, enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY)
}

func (c *Client) hand(ctx context.Context, e event.Event, again enumspb.WorkflowIdReusePolicy) error {
	e.Epoch, e.Handed = c.Epoch, c.Now().UTC()
	p, id, in, ok := begin(e)
	if !ok || e.ID == "" {
		return fmt.Errorf("workflows: no process hears %q as it stands", e.Type)
	}
	options := client.StartWorkflowOptions{ID: id, TaskQueue: p.queue(), WorkflowIDReusePolicy: again}
	var err error
	if p.hears {
		ctx = dial.Naming(ctx, e.ID)
		_, err = c.temporal.SignalWithStartWorkflow(ctx, id, EventSignal, e, options, p.workflow, in)
	} else {
		if p.waits {
			options.StartDelay = c.Settling
		}
		_, err = c.temporal.ExecuteWorkflow(ctx, options, p.workflow, in)
	}
	var ended *serviceerror.WorkflowExecutionAlreadyStarted
	if err == nil || errors.As(err, &ended) {
		return nil
	}
	if dial.Away(err) {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	if serviceerror.ToStatus(err).Code() == codes.InvalidArgument {
		return fault.Fail(fault.Impossible, "流程拒绝了这个事件。", "The process can never take this event.").Because(err)
	}
	return err
}

// Run says how the process of a record stands. ErrAway means that Temporal cannot tell now.
func (c *Client) Run(ctx context.Context, p ladder.Progress) (ladder.Run, error) {
	found, err := c.temporal.DescribeWorkflowExecution(ctx, p.WorkflowID(), "")
	var none *serviceerror.NotFound
	switch {
	case errors.As(err, &none): // the namespace has an error of its own
		return ladder.Run{}, nil
	case err != nil && dial.Away(err):
		return ladder.Run{}, fmt.Errorf("%w: %w", ErrAway, err)
	case err != nil:
		return ladder.Run{}, err
	}
	info := found.GetWorkflowExecutionInfo()
	return ladder.Run{
		ID:      info.GetExecution().GetRunId(),
		Open:    info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING,
		Attempt: int(found.GetPendingWorkflowTask().GetAttempt()),
	}, nil
}

// Restart starts the process of a record as the record stands now, whatever became of the last run, which is its
// Run or zero. It goes the way of an event, so that a run that has begun meanwhile hears what it knows. Two callers
// who saw the same last run start one. The errors are those of Hand.
func (c *Client) Restart(ctx context.Context, p ladder.Progress, last ladder.Run) error {
	i := slices.IndexFunc(processes, func(of process) bool { return of.kind == p.Kind })
	if i < 0 || !processes[i].hears {
		return fmt.Errorf("workflows: no process accompanies a %q", p.Kind)
	}
	e := event.Event{ID: "reconcile/" + p.WorkflowID() + "/" + last.ID, Type: processes[i].opens, V: event.Layout,
		Record: p.ID, Seq: p.Seq, Progress: &p, Wakes: true}
	return c.hand(ctx, e, enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE)
}

// Renew has the process of a record go on in a new run, by the loop and the tables of today. It does so where its own
// are older. One that has ended needs no renewal. ErrAway means that Temporal cannot be asked now.
func (c *Client) Renew(ctx context.Context, p ladder.Progress) error {
	err := c.temporal.SignalWorkflow(ctx, p.WorkflowID(), "", RenewSignal, Renewal{Version: version, Epoch: c.Epoch})
	var none *serviceerror.NotFound
	if err == nil || errors.As(err, &none) { // the namespace has an error of its own
		return nil
	}
	if dial.Away(err) {
		return fmt.Errorf("%w: %w", ErrAway, err)
	}
	return err
}

// Waits has the process of a channel that is away say to a waiting workflow when messages go through again. The error
// is that of Temporal.
func (c *Client) Waits(ctx context.Context, channel, waiting string) error {
	options := client.StartWorkflowOptions{ID: "channel/" + channel, TaskQueue: "channel"}
	_, err := c.temporal.SignalWithStartWorkflow(ctx, options.ID, WaitSignal, waiting, options, WatchChannel,
		Held{Channel: channel, Batch: 1, Tries: 1, Probing: c.Probing})
	return err
}

// Away asks Temporal itself whether it is there. It gives up with the time of the context, or after 5 seconds.
func (c *Client) Away(ctx context.Context) bool {
	brief, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	_, err := c.temporal.CheckHealth(brief, &client.CheckHealthRequest{})
	return err != nil
}

// begin finds the process that hears an event, its run and what that starts with.
func begin(e event.Event) (p process, id string, in any, ok bool) {
	kind := e.Process()
	for _, p := range processes {
		if p.kind == kind && p.begins != nil {
			id, in, ok := p.begins(e)
			return p, id, in, ok
		}
	}
	return p, "", nil, false
}
