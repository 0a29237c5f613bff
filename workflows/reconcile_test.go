package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/workflows/census"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// overseer is a server of processes in memory.
type overseer struct {
	runs    map[string]ladder.Run // by the workflow's id
	started []string
	renewed []string
	broken  map[string]error // by the record's id
	away    int              // how many calls find nobody there
}

func (o *overseer) Run(_ context.Context, p ladder.Progress) (ladder.Run, error) {
	if o.away > 0 {
		o.away--
		return ladder.Run{}, fmt.Errorf("%w: down", ErrAway)
	}
	return o.runs[p.WorkflowID()], o.broken[p.ID]
}

func (o *overseer) Restart(_ context.Context, p ladder.Progress, last ladder.Run) error {
	if o.runs[p.WorkflowID()] != last {
		return errors.New("not the run that was seen")
	}
	o.started = append(o.started, p.WorkflowID())
	o.runs[p.WorkflowID()] = ladder.Run{ID: fmt.Sprint("run_", len(o.started)), Open: true}
	return nil
}

func (o *overseer) Renew(_ context.Context, p ladder.Progress) error {
	o.renewed = append(o.renewed, p.WorkflowID())
	return nil
}

// watched is a house with n open leads and a server of processes that knows none of them.
func watched(t *testing.T, n int) (*registry, *overseer) {
	t.Helper()
	r := newRegistry()
	r.enquiries(t, n)
	return r, &overseer{runs: map[string]ladder.Run{}, broken: map[string]error{}}
}

// reconciles plays Reconcile to its end.
func (r *registry) reconciles(t *testing.T, o *overseer) (out census.Tally, pages int) {
	t.Helper()
	env, n := r.overseen(o, r)
	env.ExecuteWorkflow(Reconcile, ReconcilePage{})
	if err := env.GetWorkflowResult(&out); err != nil {
		t.Fatal(err)
	}
	return out, *n
}

func (r *registry) overseen(o *overseer, records Records) (*testsuite.TestWorkflowEnvironment, *int) {
	r.runs = o
	return r.env(monday, records)
}

// Whatever became of the process of an open record, it is started, once; a process that goes on is left alone.
func TestOnlyWhatIsGoneIsStarted(t *testing.T) {
	r, o := watched(t, 6)
	lives := map[int]ladder.Run{1: {ID: "goes on", Open: true}, 2: {ID: "ended"},
		3: {ID: "fails", Open: true, Attempt: 8}, 4: {ID: "busy", Open: true, Attempt: 1}}
	for n, run := range lives {
		o.runs[fmt.Sprintf("lead/lead_%04d/1", n)] = run
	}
	got, _ := r.reconciles(t, o)
	want := census.Tally{Open: 6, Running: 2, Started: 3, Failing: 1, FailingIDs: []string{"lead/lead_0003/1"}}
	same(t, "tally", []string{fmt.Sprint(got)}, []string{fmt.Sprint(want)})
	same(t, "started", o.started, []string{"lead/lead_0000/1", "lead/lead_0002/1", "lead/lead_0005/1"})

	got, _ = r.reconciles(t, o)
	want = census.Tally{Open: 6, Running: 5, Failing: 1, FailingIDs: []string{"lead/lead_0003/1"}}
	same(t, "tally of a second run", []string{fmt.Sprint(got)}, []string{fmt.Sprint(want)})
	if len(o.started) != 3 {
		t.Errorf("a second run started %q", o.started)
	}
}

// At an operator's word what goes on is renewed, once, also what gets nowhere. At night nothing is.
func TestWhatGoesOnIsRenewed(t *testing.T) {
	for _, renew := range []bool{true, false} {
		r, o := watched(t, 3)
		o.runs["lead/lead_0001/1"] = ladder.Run{ID: "goes on", Open: true}
		o.runs["lead/lead_0002/1"] = ladder.Run{ID: "fails", Open: true, Attempt: 8}
		env, _ := r.overseen(o, r)
		env.ExecuteWorkflow(Reconcile, ReconcilePage{Renew: renew})
		var got census.Tally
		if err := env.GetWorkflowResult(&got); err != nil {
			t.Fatal(err)
		}
		var want []string
		if renew {
			want = []string{"lead/lead_0001/1", "lead/lead_0002/1"}
		}
		if same(t, "renewed", o.renewed, want); got.Renewed != len(want) || got.Started != 1 {
			t.Errorf("%+v", got)
		}
	}
}

// A process that gets nowhere is noted for a person, once, and over when it goes on or begins anew.
func TestAProcessThatGetsNowhereIsNoted(t *testing.T) {
	for _, mended := range []ladder.Run{{ID: "r", Open: true}, {ID: "r"}} {
		r, o := watched(t, 2)
		o.runs["lead/lead_0001/1"] = ladder.Run{ID: "r", Open: true, Attempt: 8}
		for range 2 {
			r.reconciles(t, o)
		}
		for id, s := range r.obstacles.rows {
			if s.What != stuck.KindProcess || s.Record != "lead_0001" || s.Step != "lead/lead_0001/1" ||
				s.Branch != "bra_1" || s.Process != "lead" || s.Round != 1 || s.Closed() || s.Tries != 2 || s.ID != id {
				t.Errorf("noted %+v", s)
			}
		}
		if len(r.obstacles.rows) != 1 {
			t.Errorf("%d are noted", len(r.obstacles.rows))
		}
		o.runs["lead/lead_0001/1"] = mended
		r.reconciles(t, o)
		for _, s := range r.obstacles.rows {
			if s.State != stuck.StateOver {
				t.Errorf("after it %+v", s)
			}
		}
	}
}

// Records of every kind that a process accompanies, in every branch; none of those whose process has nothing to do.
func TestEveryKindIsReconciled(t *testing.T) {
	r, o := watched(t, 1)
	r.shop.Branches = append(r.shop.Branches, r.shop.Branches[0])
	r.shop.Branches[1].ID = "bra_2"
	r.opens(t, actor(r.house, "stf_mo"), "bob", nil)
	r.complains(t, actor(r.house, "stf_mo"), "")
	r.asks(t, "stf_bob", "stf_anna")
	far := r.leads["lead_0000"]
	far.ID, far.Branch = "lead_far", "bra_2"
	met := r.leads["lead_0000"]
	met.ID, met.State, met.Rungs = "lead_met", "contacted", nil // as an earlier release left it
	r.leads[far.ID], r.leads[met.ID] = far, met
	got, _ := r.reconciles(t, o)
	same(t, "started", o.started, []string{"lead/lead_0000/1", "lead/lead_far/1", "task/" + taskID + "/1",
		"complaint/" + caseID + "/1", "hold/" + holdID + "/1"})
	if got.Open != 5 || got.Started != 5 {
		t.Errorf("%+v", got)
	}
	heard := map[string]bool{"stuck": true} // whose records may be over
	for _, p := range processes {
		heard[p.kind] = p.hears
	}
	for _, id := range r.calls {
		if kind, _, _ := strings.Cut(id, " "); !heard[kind] {
			t.Errorf("the board %s was read", id)
		}
	}
}

// A record that cannot be read, or whose process cannot be started, is named and holds up no other. One that is gone
// since the board was read is nothing.
func TestWhatCannotBeReconciledIsNamed(t *testing.T) {
	r, o := watched(t, 4)
	o.broken["lead_0001"] = errors.New("too many signals")
	o.broken["lead_0002"] = fault.Missing("线索", "lead")
	got, _ := r.reconciles(t, o)
	want := census.Tally{Open: 2, Started: 2, Failed: 1, FailedIDs: []string{"lead_0001"}}
	same(t, "tally", []string{fmt.Sprint(got)}, []string{fmt.Sprint(want)})
}

// A plan that names an older version of the policy is made anew in the night: the walk of that change was lost. What
// today's policy does not move is left, and so is what names a newer version than this walk knows.
func TestAPlanOfAnOlderPolicyIsMadeAnew(t *testing.T) {
	r, o := watched(t, 3)
	r.opens(t, actor(r.house, "stf_mo"), "bob", nil)
	r.complains(t, actor(r.house, "stf_mo"), "")
	newer := r.leads["lead_0002"]
	newer.Policy = setup.Policy{ID: r.shop.Policies[0].ID, Version: 9}.Ref()
	r.leads[newer.ID] = newer
	untouched := fmt.Sprint(r.cases[caseID])
	change := r.rules(func(p *setup.Policy) { slower(p); p.Task.Due *= 2 })
	today := r.shop.Policies[0].Ref()
	r.told = nil
	got, _ := r.reconciles(t, o)
	if got.Replanned != 3 || got.Failed != 0 || len(r.told) != 3 || change.Version != 2 {
		t.Errorf("%+v, told of %d", got, len(r.told))
	}
	for _, ref := range []string{r.leads["lead_0000"].Policy, r.leads["lead_0001"].Policy, r.tasks[taskID].Policy} {
		if ref != today {
			t.Errorf("a plan is by %s, today's is %s", ref, today)
		}
	}
	if fmt.Sprint(r.leads[newer.ID]) != fmt.Sprint(newer) || fmt.Sprint(r.cases[caseID]) != untouched {
		t.Error("what today's policy does not move was moved")
	}
	if got, _ = r.reconciles(t, o); got.Replanned != 0 || len(r.told) != 3 {
		t.Errorf("a second night: %+v, told of %d", got, len(r.told))
	}
}

// While Temporal is away the page waits, and starts each once.
func TestReconcileWaitsForTemporal(t *testing.T) {
	r, o := watched(t, 3)
	o.away = 3
	got, pages := r.reconciles(t, o)
	if got.Started != 3 || got.Failed != 0 || len(o.started) != 3 || pages != 4 {
		t.Errorf("%+v on %d pages, started %q", got, pages, o.started)
	}
}

// A long walk counts on in its next run, and names no more than a run may carry.
func TestReconcileCountsOnInANewRun(t *testing.T) {
	r, o := watched(t, 0)
	before := census.Tally{Open: 7, Running: 6, Started: 1}
	env, _ := r.overseen(o, endless{r})
	env.ExecuteWorkflow(Reconcile, ReconcilePage{Tally: before})
	var again *workflow.ContinueAsNewError
	if err := env.GetWorkflowError(); !errors.As(err, &again) {
		t.Fatalf("it ended with %v", err)
	}
	var in ReconcilePage
	if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &in); err != nil ||
		fmt.Sprint(in.Tally) != fmt.Sprint(before) || in.From.After == "" {
		t.Errorf("carried %+v, %v", in, err)
	}
	page := Reconciled{Paged: Paged{Failed: 80, FailedIDs: slices.Repeat([]string{"lead_1"}, 80)},
		Tally: census.Tally{Failing: 80, FailingIDs: slices.Repeat([]string{"lead/lead_2/1"}, 80)}}
	sum := census.Tally{}.Plus(page.Tally, page.Paged.Failed, page.Paged.FailedIDs).
		Plus(page.Tally, page.Paged.Failed, page.Paged.FailedIDs)
	if sum.Failed != 160 || sum.Failing != 160 || len(sum.FailedIDs) != 100 || len(sum.FailingIDs) != 100 {
		t.Errorf("%d, %d; %d, %d are named", sum.Failed, sum.Failing, len(sum.FailedIDs), len(sum.FailingIDs))
	}
}

// A rest ends with the call that it belongs to.
func TestAWalkRests(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (&ShopWork{Pace: time.Hour}).rest(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	if err := (&ShopWork{Pace: time.Nanosecond}).rest(t.Context()); err != nil {
		t.Error(err)
	}
}
