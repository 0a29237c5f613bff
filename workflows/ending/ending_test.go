package ending

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"
)

// attic is a store in memory: lost leads, discarded submissions, and what became of them.
type attic struct {
	shop    setup.Shop
	leads   []string
	spam    []string
	ended   []string
	broken  map[string]error // what a record answers
	busy    int              // so often the store does not answer
	endless bool
	stuck   []string
	until   map[string]time.Time
}

func newAttic(leads, spam int) *attic {
	a := &attic{shop: crmtest.Shop(), broken: map[string]error{}, until: map[string]time.Time{}}
	for i := range leads {
		a.leads = append(a.leads, fmt.Sprintf("lead_%03d", i))
	}
	for i := range spam {
		a.spam = append(a.spam, fmt.Sprintf("sub_%03d", i))
	}
	a.shop.Branches = a.shop.Branches[:1]
	return a
}

func (a *attic) ShopWith(context.Context, func(setup.Shop) bool) (setup.Shop, error) {
	if a.busy--; a.busy >= 0 {
		return setup.Shop{}, errors.New("the store is busy")
	}
	return a.shop, nil
}

func (a *attic) OnClosed(_ context.Context, kind, _, state, after string, until time.Time, limit int) ([]string,
	string, error) {
	if a.endless {
		return nil, after + "x", nil
	}
	a.until[kind+" "+state] = until
	if kind != "lead" {
		return nil, "", nil
	}
	ids, next := beyond(a.leads, after, limit)
	return ids, next, nil
}

func (a *attic) OnSubmissions(_ context.Context, outcome, _, after string, until time.Time, limit int) ([]string,
	string, error) {
	a.until["submission "+outcome] = until
	if outcome != "discarded" {
		return nil, "", nil
	}
	ids, next := beyond(a.spam, after, limit)
	return ids, next, nil
}

func beyond(all []string, after string, limit int) (ids []string, next string) {
	for _, id := range all {
		if id > after {
			ids = append(ids, id)
		}
	}
	if len(ids) > limit {
		ids = ids[:limit]
		next = ids[limit-1]
	}
	return ids, next
}

func (a *attic) EndRecord(_ context.Context, _, id string, p retention.Policy) (bool, error) {
	if err := a.broken[id]; err != nil {
		return false, err
	}
	a.ended = append(a.ended, fmt.Sprint(id, " ", p.Leads))
	gone := func(other string) bool { return other == id }
	a.leads, a.spam = slices.DeleteFunc(slices.Clone(a.leads), gone), slices.DeleteFunc(slices.Clone(a.spam), gone)
	return true, nil
}

func (a *attic) NoteStuck(_ context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error) {
	a.stuck = append(a.stuck, fmt.Sprint(seen.Record, " ", parked))
	return seen, nil
}

func (a *attic) StuckOver(context.Context, stuck.Stuck) error { return nil }

// night plays one night and counts its pages.
func (a *attic) night(t *testing.T) (pages int, err error) {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	work := &Work{Store: a, Now: func() time.Time { return crmtest.Tuesday }}
	env.RegisterActivityWithOptions(func(ctx context.Context, in Page) (Paged, error) {
		out, err := work.End(ctx, in)
		if err == nil {
			pages++
		}
		return out, err
	}, activity.RegisterOptions{Name: StepName})
	env.ExecuteWorkflow(EndRecords, Page{})
	return pages, env.GetWorkflowError()
}

// Every night the records end whose time is over, by the policy of their branch. One that cannot end holds up no other,
// and a person is shown it.
func TestTheNightEndsRecords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ leads, spam, pages int }{{0, 0, 1}, {5, 5, 1}, {100, 0, 2}, {99, 3, 2}, {250, 40, 3}} {
		a := newAttic(c.leads, c.spam)
		a.shop.Policies = slices.Clone(a.shop.Policies)
		a.shop.Policies[0].Retention.Leads = 400
		a.busy = 2
		pages, err := a.night(t)
		if err != nil || pages != c.pages || len(a.ended) != c.leads+c.spam {
			t.Errorf("%+v: %d ended on %d pages, %v", c, len(a.ended), pages, err)
		}
		if c.leads > 0 && a.ended[0] != "lead_000 400" {
			t.Errorf("by another policy: %s", a.ended[0])
		}
		for list, days := range map[string]int{"lead lost": 90, "complaint joined": 1095, "submission discarded": 30,
			"submission created": 90, "task done": 365, "hold answered": 730} {
			if want := crmtest.Tuesday.Add(-time.Duration(days) * 24 * time.Hour); !a.until[list].Equal(want) {
				t.Errorf("%s is read until %s, want %s", list, a.until[list], want)
			}
		}
	}
	a := newAttic(3, 0)
	a.broken["lead_001"] = fault.Fail(fault.Impossible, "不行", "no")
	if _, err := a.night(t); err != nil || len(a.ended) != 2 || !slices.Equal(a.stuck, []string{"lead_001 true"}) {
		t.Errorf("%v, %v, %v", a.ended, a.stuck, err)
	}
}

func TestALongNightGoesOnInANewRun(t *testing.T) {
	t.Parallel()
	a := newAttic(0, 0)
	a.endless = true
	pages, err := a.night(t)
	var again *workflow.ContinueAsNewError
	if !errors.As(err, &again) || again.WorkflowType.Name != "EndRecords" || pages != pagesARun {
		t.Errorf("after %d pages: %v", pages, err)
	}
}
