package workflows

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
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
