package workflows

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
)

// activities are those of a house, where a worker would call them.
func (h *house) activities() *testsuite.TestActivityEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(time.Minute)
	work := Work{Lead: h.work(), Task: h.taskWork(), Complaint: h.complaintWork(), Hold: h.holdWork(), Shop: &ShopWork{}}
	registerActivities(env, work)
	return env
}

// climbs does one rung of a record of this house.
func (h *house) climbs(s steps, c Climb) (out Climbed, err error) {
	value, err := h.activities().ExecuteActivity(s.climbs, c)
	if err == nil {
		err = value.Get(&out)
	}
	return out, err
}

// The tables' clock may be behind Temporal's. Every rung of every kind waits for its time there: nothing is sent or
// changed before, and it is done when its time has come.
func TestEveryKindWaitsForTheTablesClock(t *testing.T) {
	for name, c := range map[string]struct {
		steps  steps
		record func(*house) accompanied
		begin  func(t *testing.T, h *house)
		does   []string // what its ladder has to hold, among the rest
	}{
		"lead that is new": {leadSteps, leadOf, func(t *testing.T, h *house) { h.capture(t, byEmail) },
			[]string{ladder.DoAcknowledge, ladder.DoAssign}},
		"lead with an owner": {leadSteps, leadOf, func(t *testing.T, h *house) {
			h.capture(t, byEmail)
			h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
		}, []string{ladder.DoTell, ladder.DoRemind, ladder.DoReassign}},
		"task": {taskSteps, taskOf, func(t *testing.T, h *house) { h.opens(t, actor(h, "stf_anna"), "bob", nil) },
			[]string{ladder.DoTell, ladder.DoRemind, ladder.DoTellManager}},
		"hold": {holdSteps, holdOf, func(t *testing.T, h *house) { h.asks(t, "stf_cai", "stf_anna") },
			[]string{ladder.DoAskCustomer, ladder.DoEscalate}},
		"complaint": {complaintSteps, caseOf, func(t *testing.T, h *house) { h.complains(t, staff.Visitor, "") },
			[]string{ladder.DoAcknowledge, ladder.DoAssign, ladder.DoTellManager}},
	} {
		t.Run(name, func(t *testing.T) {
			start := complaintHouse()
			c.begin(t, start)
			plan := c.record(start).Progress()
			for _, do := range c.does {
				if !slices.ContainsFunc(plan.Rungs, func(r ladder.Rung) bool { return r.Do == do }) {
					t.Errorf("no rung does %s", do)
				}
			}
			for _, rung := range plan.Rungs {
				h := complaintHouse()
				c.begin(t, h)
				before := c.record(h)
				now := rung.At.Add(-2 * time.Second)
				h.now = func() time.Time { return now }
				ask := Climb{ID: plan.ID, Round: plan.Round, Key: plan.Key(rung), Rung: rung}
				out, err := h.climbs(c.steps, ask)
				if err != nil || out.Again != 2*time.Second || len(out.Keys) != 0 {
					t.Errorf("%s, early: %+v %v", ask.Key, out, err)
				}
				if len(h.ledger)+len(h.inbox) != 0 || !reflect.DeepEqual(c.record(h), before) {
					t.Errorf("%s was done before its time: %q, %+v", ask.Key, h.inbox, c.record(h))
				}
				now = rung.At
				out, err = h.climbs(c.steps, ask)
				if err != nil || out.Again != 0 || !slices.Contains(out.Keys, ask.Key) {
					t.Errorf("%s, in time: %+v %v", ask.Key, out, err)
				}
			}
		})
	}
}

func leadOf(h *house) accompanied { return h.leads[leadID] }
func taskOf(h *house) accompanied { return h.tasks[taskID] }
func holdOf(h *house) accompanied { return h.holds[holdID] }
func caseOf(h *house) accompanied { return h.cases[caseID] }

// meddled is a house in which somebody else is faster: the lead changes after it was read, and before its rung
// changes it.
type meddled struct {
	*house
	meddle func()
}

func (m meddled) ChangeLead(ctx context.Context, id string,
	rule func(lead.Lead) (lead.Lead, event.Event, error)) (lead.Lead, error) {
	m.meddle()
	return m.house.ChangeLead(ctx, id, rule)
}

// A lead whose deadline moves away while it is being handed on stays with its owner.
func TestALeadThatIsReplannedWhileItIsHandedOn(t *testing.T) {
	h := newHouse()
	h.capture(t, byEmail)
	h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
	rungs := h.leads[leadID].Rungs
	i := slices.IndexFunc(rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoReassign })
	work, plan, rung := h.work(), h.leads[leadID].Progress(), rungs[i]
	work.Now = func() time.Time { return rung.At }
	work.Leads = meddled{h, func() { rungs[i].At = rung.At.Add(time.Hour) }}
	out, err := work.Climb(t.Context(), Climb{ID: leadID, Round: plan.Round, Key: plan.Key(rung), Rung: rung})
	if err != nil || len(out.Keys) != 0 || out.Again != 0 || h.leads[leadID].Owner != "stf_anna" || len(h.inbox) != 0 {
		t.Errorf("%+v %v; owner %s, inbox %q", out, err, h.leads[leadID].Owner, h.inbox)
	}
}

// A lead whose new ladder has only a reminder under the same name stays with its owner, who is reminded.
func TestALeadWhoseLadderChangesWhileItIsHandedOn(t *testing.T) {
	h := newHouse()
	h.capture(t, byEmail)
	h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
	rungs := h.leads[leadID].Rungs
	i := slices.IndexFunc(rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoReassign })
	work, plan, rung := h.work(), h.leads[leadID].Progress(), rungs[i]
	work.Now = func() time.Time { return rung.At }
	work.Leads = meddled{h, func() { rungs[i].Do = ladder.DoRemind }}
	out, err := work.Climb(t.Context(), Climb{ID: leadID, Round: plan.Round, Key: plan.Key(rung), Rung: rung})
	if err != nil || !slices.Equal(out.Keys, []string{plan.Key(rung)}) || h.leads[leadID].Owner != "stf_anna" {
		t.Errorf("%+v %v; owner %s", out, err, h.leads[leadID].Owner)
	}
	same(t, "inbox", h.inbox, []string{"Mon 09:00 anna@shop.example lead-reminded-due"})
}

// A lead that ends while it is being handed on stays with its owner, though its rungs still stand.
func TestALeadThatEndsWhileItIsHandedOn(t *testing.T) {
	h := newHouse()
	h.capture(t, byEmail)
	h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
	plan := h.leads[leadID].Progress()
	i := slices.IndexFunc(plan.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoReassign })
	work, rung := h.work(), plan.Rungs[i]
	work.Now = func() time.Time { return rung.At }
	work.Leads = meddled{h, func() {
		l := h.leads[leadID]
		l.State = lead.StateLost
		h.leads[leadID] = l
	}}
	out, err := work.Climb(t.Context(), Climb{ID: leadID, Round: plan.Round, Key: plan.Key(rung), Rung: rung})
	if err != nil || len(out.Keys) != 0 || !out.Progress.Closed || h.leads[leadID].Owner != "stf_anna" {
		t.Errorf("%+v %v; owner %s", out, err, h.leads[leadID].Owner)
	}
}

// A release that lacks a step leaves it to the one that has it: each step of each kind is given another name in turn.
// It waits, a person is shown it, nothing is sent or changed, and it is done once its name is known.
func TestEachStepWaitsForTheReleaseThatKnowsIt(t *testing.T) {
	for name, c := range map[string]struct {
		steps steps
		begin func(t *testing.T, h *house)
		plan  func(*house) accompanied
		names func(h *house, from, to string)
	}{
		"lead": {leadSteps, func(t *testing.T, h *house) { h.capture(t, byEmail) }, leadOf, func(h *house, from, to string) {
			l := h.leads[leadID]
			l.Rungs = called(l.Rungs, from, to)
			h.leads[leadID] = l
		}},
		"task": {taskSteps, func(t *testing.T, h *house) { h.opens(t, actor(h, "stf_anna"), "bob", nil) }, taskOf,
			func(h *house, from, to string) {
				k := h.tasks[taskID]
				k.Rungs = called(k.Rungs, from, to)
				h.tasks[taskID] = k
			}},
		"hold": {holdSteps, func(t *testing.T, h *house) { h.asks(t, "stf_cai", "stf_anna") }, holdOf,
			func(h *house, from, to string) {
				q := h.holds[holdID]
				q.Rungs = called(q.Rungs, from, to)
				h.holds[holdID] = q
			}},
		"complaint": {complaintSteps, func(t *testing.T, h *house) { h.complains(t, staff.Visitor, "") }, caseOf,
			func(h *house, from, to string) {
				q := h.cases[caseID]
				q.Rungs = called(q.Rungs, from, to)
				h.cases[caseID] = q
			}},
	} {
		start := complaintHouse()
		c.begin(t, start)
		for _, rung := range c.plan(start).Progress().Rungs {
			t.Run(name+" "+rung.Do, func(t *testing.T) {
				h := complaintHouse()
				c.begin(t, h)
				now := rung.At.Add(2 * time.Minute)
				h.now = func() time.Time { return now }
				c.names(h, rung.Do, "later-release")
				p, strange := c.plan(h).Progress(), rung
				strange.Do = "later-release"
				ask := Climb{ID: p.ID, Round: p.Round, Key: p.Key(strange), Rung: strange}
				before := c.plan(h)
				out, err := h.climbs(c.steps, ask)
				if err != nil || out.Again < time.Minute || len(out.Keys) != 0 || len(h.ledger)+len(h.inbox) != 0 ||
					!reflect.DeepEqual(c.plan(h), before) {
					t.Errorf("unknown: %+v, %v, inbox %q", out, err, h.inbox)
				}
				same(t, "shown", h.shown(), []string{ask.Key + " waiting " + stuck.Unknown + " bra_1"})
				c.names(h, "later-release", rung.Do)
				unknown := ask.Key
				ask.Key, ask.Rung = p.Key(rung), rung
				out, err = h.climbs(c.steps, ask)
				if err != nil || !slices.Contains(out.Keys, ask.Key) {
					t.Errorf("known: %+v, %v", out, err)
				}
				if ask.Key == unknown { // an acknowledgement has another key, once it is known to be one
					same(t, "shown", h.shown(), []string{ask.Key + " over " + stuck.Unknown + " bra_1"})
				}
			})
		}
	}
}

// called are the rungs, of which those that do one thing do another.
func called(rungs []ladder.Rung, from, to string) []ladder.Rung {
	rungs = slices.Clone(rungs)
	for i, r := range rungs {
		if r.Do == from {
			rungs[i].Do = to
		}
	}
	return rungs
}
