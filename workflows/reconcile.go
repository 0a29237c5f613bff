package workflows

import (
	"context"
	"errors"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/workflows/census"
	"afterpress/workflows/dial"

	"github.com/samber/lo"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// Reconcile sees to it that every open record is followed up: it looks at the process of each and starts those that
// are gone. A process that goes on is left alone, so a second run starts nothing. Where the page says so, it is
// renewed. A record whose plan names an older version of the policy is planned anew: the walk of that change may have
// been lost.
func Reconcile(ctx workflow.Context, in ReconcilePage) (census.Tally, error) {
	tally := in.Tally
	_, err := walk(ctx, in.From, Left{}, func(from Place) (Paged, error) {
		done, err := reconcile(ctx, ReconcilePage{Renew: in.Renew, From: from})
		tally = tally.Plus(done.Tally, done.Paged.Failed, done.Paged.FailedIDs)
		return done.Paged, err
	}, func(from Place, _ Left) any { return ReconcilePage{Renew: in.Renew, From: from, Tally: tally} })
	return tally, err
}

// Reconcile has a worker reconcile now, and gives what was found. With renew every process that goes on is renewed as
// well. Where somebody asked for the same already, it is the same run.
func (c *Client) Reconcile(ctx context.Context, renew bool) (census.Tally, error) {
	var out census.Tally
	options := client.StartWorkflowOptions{ID: "reconcile-now", TaskQueue: "reconcile",
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING}
	if renew {
		options.ID = "renew-now"
	}
	run, err := c.temporal.ExecuteWorkflow(ctx, options, Reconcile, ReconcilePage{Renew: renew})
	if err != nil {
		return out, err
	}
	return out, run.Get(ctx, &out)
}

// ReconcilePage asks for a page of the open records, and carries what the pages before it found.
type ReconcilePage struct {
	Renew bool         `json:"renew,omitempty"` // processes that go on are renewed
	From  Place        `json:"from"`
	Tally census.Tally `json:"tally,omitzero"`
}

// Reconciled is how far a page came, and what it found.
type Reconciled struct {
	Paged
	Tally census.Tally `json:"tally"`
}

// Runs is implemented by *Client.
type Runs interface {
	// Run says how the process of a record stands.
	Run(ctx context.Context, p ladder.Progress) (ladder.Run, error)
	// Restart starts the process of a record whose last run has ended or is not there.
	Restart(ctx context.Context, p ladder.Progress, last ladder.Run) error
	// Renew has the process of a record go on by the loop of today.
	Renew(ctx context.Context, p ladder.Progress) error
}

// progressOf reads where a record stands that a process accompanies.
func progressOf[R accompanied](read func(context.Context, string) (R, error)) func(context.Context,
	string) (ladder.Progress, error) {
	return func(ctx context.Context, id string) (ladder.Progress, error) {
		record, err := read(ctx, id)
		if err != nil {
			return ladder.Progress{}, err
		}
		return record.Progress(), nil
	}
}

// Reconcile looks at the processes of a page of open records and starts those that are gone.
func (w *ShopWork) Reconcile(ctx context.Context, in ReconcilePage) (Reconciled, error) {
	shop, err := w.Records.ShopWith(ctx, func(setup.Shop) bool { return true })
	if err != nil {
		return Reconciled{}, walked(ctx, err)
	}
	read := map[string]func(context.Context, string) (ladder.Progress, error){
		"lead": progressOf(w.Records.Lead), "task": progressOf(w.Records.Task),
		"complaint": progressOf(w.Records.Complaint), "hold": progressOf(w.Records.Hold),
		"erase": progressOf(w.Records.Erase),
	}
	var out Reconciled
	var boards []board
	for _, p := range processes {
		for _, branch := range shop.Branches {
			if p.hears {
				boards = append(boards, board{kind: p.kind, branch: branch.ID, step: "reconcile",
					act: w.reconciled(read[p.kind], branch.ID, in.Renew, w.outdated(shop, p.kind, branch.ID), &out.Tally)})
			}
		}
	}
	for _, branch := range append(lo.Map(shop.Branches, func(b firm.Branch, _ int) string { return b.ID }), "") {
		boards = append(boards, board{kind: "stuck", branch: branch, step: "reconcile", act: w.outlived(read)})
	}
	out.Paged, err = w.page(ctx, boards, in.From)
	out.without(shop, in.From)
	return out, walked(ctx, err)
}

// replanning plans a record anew where its plan is out of date, and reports whether its times moved.
type replanning func(ctx context.Context, p ladder.Progress) (moved bool, err error)

// outdated plans a record of a branch anew whose plan names an older version of its policy than today's, or another
// policy. One that names a newer version is left: the set-up that this walk read is the older one.
func (w *ShopWork) outdated(shop setup.Shop, kind, branch string) replanning {
	terms, err := shop.Terms(branch)
	i := slices.IndexFunc(replans, func(r replanner) bool { return r.kind == kind })
	if err != nil || i < 0 { // without terms nothing is planned; /operations says so of each record that comes due
		return func(context.Context, ladder.Progress) (bool, error) { return false, nil }
	}
	replan := replans[i].rule(w, shop, staff.Process("replan"))
	return func(ctx context.Context, p ladder.Progress) (bool, error) {
		id, version, known := setup.ParseRef(p.Policy)
		if !known || id == terms.Policy.ID && version >= terms.Policy.Version {
			return false, nil
		}
		return replan(ctx, p.ID)
	}
}

// reconciled looks at the process of one record and counts it. It starts a process that is gone, and renews one that
// goes on and is to be renewed. Then the record is planned anew where it has to be.
func (w *ShopWork) reconciled(read func(context.Context, string) (ladder.Progress, error), branch string, renew bool,
	replan replanning, tally *census.Tally) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, id string) (changed bool, err error) {
		if err := w.rest(ctx); err != nil {
			return false, unreached(err)
		}
		p, err := read(ctx, id)
		if err != nil {
			return false, err
		}
		run, err := w.Runs.Run(ctx, p)
		if err != nil {
			return false, unreached(err)
		}
		action := p.Reconcile(run)
		if action == ladder.StartRun {
			if err := w.Runs.Restart(ctx, p, run); err != nil {
				return false, unreached(err)
			}
			activity.GetLogger(ctx).Warn("a process was gone and is started", "workflow", p.WorkflowID(), "last", run.ID)
		}
		if renew && run.Open {
			if err := w.Runs.Renew(ctx, p); err != nil {
				return false, unreached(err)
			}
			tally.Renewed++
		}
		tally.Count(p, run, action)
		if err := w.note(ctx, p, branch, action); err != nil {
			return false, err
		}
		moved, err := replan(ctx, p)
		if moved {
			tally.Replanned++
		}
		return moved || action == ladder.StartRun, err
	}
}

// outlived takes a step or a process off the board whose record does not ask for it any more, since nobody
// would try it again.
func (w *ShopWork) outlived(read map[string]func(context.Context, string) (ladder.Progress,
	error)) func(context.Context, string) (bool, error) {
	return func(ctx context.Context, id string) (over bool, err error) {
		row, err := w.Records.Stuck(ctx, id)
		look := read[row.Process]
		if err != nil || look == nil {
			return false, err
		}
		p, err := look(ctx, row.Record)
		if gone := fault.KindOf(err) == fault.NotFound; err != nil && !gone || !gone && !row.Outlived(p) {
			return false, err
		}
		return true, w.Records.StuckOver(ctx, row)
	}
}

// note keeps that a process gets nowhere, so that a person sees it, and that it goes on again.
func (w *ShopWork) note(ctx context.Context, p ladder.Progress, branch string, action ladder.Action) error {
	seen := stuck.Stuck{What: stuck.KindProcess, Record: p.ID, Step: p.WorkflowID(), Process: p.Kind, Round: p.Round,
		Run: p.Run, Branch: branch, Owner: p.Owner, Cause: failingTask}
	if action == ladder.ReportRun {
		_, err := w.Records.NoteStuck(ctx, seen, false)
		return err
	}
	return w.Records.StuckOver(ctx, seen)
}

// failingTask is the cause of a process whose own program fails. Temporal tries it again, with growing pauses.
const failingTask = "workflow-task"

// rest waits, so that the walk leaves the tables and Temporal to those who need them now.
func (w *ShopWork) rest(ctx context.Context) error {
	if w.Pace == 0 {
		return nil
	}
	timer := time.NewTimer(w.Pace)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// unreached is the error of a call to Temporal as the walk understands it: what stands in the way of every record
// ends the page, and it is tried again.
func unreached(err error) error {
	if dial.Away(err) || errors.Is(err, ErrAway) {
		return fault.Fail(fault.Unavailable, "流程服务暂时不可用，请稍后再试。",
			"The server of processes does not answer. Try again later.").Because(err)
	}
	return err
}
