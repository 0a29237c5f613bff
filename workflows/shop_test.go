package workflows

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/overview"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// registry is a working set of records in memory: leads and customers on the boards of their branches, by the rules
// of crm.
type registry struct {
	*house
	customers map[string]customer.Customer
	told      []event.Event
	calls     []string           // which boards were looked at, from where
	broken    map[string]error   // what a record answers
	stale     func() (more bool) // the set-up is not there yet
	runs      Runs
}

func newRegistry() *registry {
	return &registry{house: newHouse(), customers: map[string]customer.Customer{}, broken: map[string]error{}}
}

func (r *registry) ShopWith(_ context.Context, has func(setup.Shop) bool) (setup.Shop, error) {
	if r.stale != nil && r.stale() || !has(r.shop) {
		return setup.Shop{}, fault.Fail(fault.Unavailable, "忙", "busy")
	}
	return r.shop, nil
}

func (r *registry) OnBoard(_ context.Context, kind, branch, after string, until time.Time,
	limit int) (ids []string, next string, err error) {
	r.calls = append(r.calls, strings.TrimSuffix(kind+" "+branch+" "+after, " "))
	var places []string
	for id, s := range r.obstacles.rows {
		if kind == "stuck" && s.Branch == branch && !s.Closed() {
			places = append(places, s.CreatedAt.Format(time.RFC3339)+"#"+id)
		}
	}
	for id, l := range r.leads {
		if kind == "lead" && l.Branch == branch && !l.Closed() {
			places = append(places, l.Due.Format(time.RFC3339)+"#"+id)
		}
	}
	for id, t := range r.tasks {
		if kind == "task" && t.Branch == branch && !t.Closed() {
			places = append(places, t.Due.Format(time.RFC3339)+"#"+id)
		}
	}
	for id, c := range r.cases {
		if kind == "complaint" && c.Branch == branch && !c.Closed() {
			places = append(places, c.Due.Format(time.RFC3339)+"#"+id)
		}
	}
	for id, h := range r.holds {
		if kind == "hold" && h.Branch == branch && !h.Closed() {
			places = append(places, h.Due.Format(time.RFC3339)+"#"+id)
		}
	}
	for id, c := range r.customers {
		if due, ok := c.Wakes(); ok && kind == "customer" && c.Branch == branch && (until.IsZero() || !due.After(until)) {
			places = append(places, due.Format(time.RFC3339)+"#"+id)
		}
	}
	slices.Sort(places)
	places = slices.DeleteFunc(places, func(p string) bool { return p <= after })
	for _, p := range places[:min(limit, len(places))] {
		_, id, _ := strings.Cut(p, "#")
		ids, next = append(ids, id), p
	}
	if len(places) <= limit {
		next = ""
	}
	return ids, next, nil
}

func (r *registry) ChangeLead(_ context.Context, id string,
	rule func(lead.Lead) (lead.Lead, event.Event, error)) (lead.Lead, error) {
	if err := r.broken[id]; err != nil {
		return lead.Lead{}, err
	}
	if r.reads != nil {
		if err := r.reads(); err != nil {
			return lead.Lead{}, err
		}
	}
	next, e, err := rule(r.leads[id])
	if err == nil && next.Version != r.leads[id].Version {
		r.leads[id] = next
		r.told = append(r.told, e)
	}
	return next, err
}

func (r *registry) ChangeTask(_ context.Context, id string,
	rule func(task.Task) (task.Task, event.Event, error)) (task.Task, error) {
	next, e, err := rule(r.tasks[id])
	if err == nil && next.Version != r.tasks[id].Version {
		r.tasks[id] = next
		r.told = append(r.told, e)
	}
	return next, err
}

func (r *registry) ChangeComplaint(_ context.Context, id string,
	rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) (complaint.Complaint, error) {
	next, e, err := rule(r.cases[id])
	if err == nil && next.Version != r.cases[id].Version {
		r.cases[id] = next
		r.told = append(r.told, e)
	}
	return next, err
}

func (r *registry) ChangeHold(_ context.Context, id string,
	rule func(hold.Hold) (hold.Hold, event.Event, error)) (hold.Hold, error) {
	next, e, err := rule(r.holds[id])
	if err == nil && next.Version != r.holds[id].Version {
		r.holds[id] = next
		r.told = append(r.told, e)
	}
	return next, err
}

func (r *registry) AgeCustomer(_ context.Context, id string, by staff.Actor,
	rule func(customer.Customer) (customer.Customer, bool)) (customer.Customer, error) {
	if err := r.broken[id]; err != nil {
		return customer.Customer{}, err
	}
	next, changed := rule(r.customers[id])
	if told, aged := next.AgedFrom(r.customers[id], by, r.now()); aged {
		r.told = append(r.told, told)
	}
	if changed {
		r.customers[id] = next
	}
	return next, nil
}

func (r *registry) TendCustomer(_ context.Context, id string, by staff.Actor,
	rule func(customer.Customer, customer.Dealings) (customer.Tended, error)) (customer.Customer, error) {
	if err := r.broken[id]; err != nil {
		return customer.Customer{}, err
	}
	var open []overview.OpenItem
	for _, t := range r.tasks {
		if t.Customer == id && !t.Closed() {
			open = append(open, overview.OpenItem{Kind: "task", ID: t.ID})
		}
	}
	done, err := rule(r.customers[id], overview.DealingsOf(open, time.Time{}))
	if err != nil || !done.Changed {
		return r.customers[id], err
	}
	if told, aged := done.Customer.AgedFrom(r.customers[id], by, r.now()); aged {
		r.told = append(r.told, told)
	}
	for _, o := range done.Opened {
		r.tasks[o.Task.ID], r.told = o.Task, append(r.told, o.Event)
	}
	r.customers[id] = done.Customer
	return done.Customer, nil
}

// people adds n customers of a branch who asked at the time.
func (r *registry) people(n int, branch string, at time.Time) {
	for range n {
		c := customer.Customer{ID: fmt.Sprintf("cus_%04d", len(r.customers)), Seq: 1, Branch: branch, CreatedAt: at}
		c, _ = c.Asked(r.shop.Policies[0].Life, at)
		r.customers[c.ID] = c
	}
}

// enquiries adds n new leads to the branch of the house.
func (r *registry) enquiries(t *testing.T, n int) {
	t.Helper()
	for range n {
		r.capture(t, byEmail)
		l := r.leads[leadID]
		delete(r.leads, leadID)
		l.ID = fmt.Sprintf("lead_%04d", len(r.leads))
		r.leads[l.ID] = l
	}
}

// env runs a process of the shop in simulated time and counts its activities.
func (r *registry) env(at time.Time, records Records) (env *testsuite.TestWorkflowEnvironment, pages *int) {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env, pages = suite.NewTestWorkflowEnvironment(), new(int)
	env.SetStartTime(at)
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // as in newPlay
	r.now = env.Now
	shop := &ShopWork{Records: records, Runs: r.runs, Now: func() time.Time { return r.now().UTC() }}
	Register(env, Work{Lead: r.work(), Shop: shop})
	env.SetOnActivityStartedListener(func(_ *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if *pages++; *pages == mostLooks { // a page that is tried for ever
			env.CancelWorkflow()
		}
	})
	return env, pages
}

func (r *registry) stages() map[string]int {
	out := map[string]int{}
	for _, c := range r.customers {
		out[c.LifeCycle]++
	}
	return out
}

func TestTheDailyStepTakesWhoIsDue(t *testing.T) {
	for _, c := range []struct {
		due, fresh, elsewhere int
		pages                 int
	}{{0, 0, 0, 1}, {0, 30, 0, 1}, {3, 3, 2, 1}, {100, 1, 0, 2}, {100, 0, 1, 2}, {250, 10, 60, 4}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := newRegistry()
			r.shop.Branches = append(r.shop.Branches, r.shop.Branches[0])
			r.shop.Branches[1].ID = "bra_2"
			r.people(c.due, "bra_1", monday.AddDate(0, 0, -180))
			r.people(c.fresh, "bra_1", monday.AddDate(0, 0, -179))
			r.people(c.elsewhere, "bra_2", monday.AddDate(0, 0, -181))
			for i, changed := range []int{c.due + c.elsewhere, 0} {
				r.told = nil
				env, pages := r.env(monday, r)
				env.ExecuteWorkflow(AgeCustomers, AgePage{})
				if err := env.GetWorkflowError(); err != nil {
					t.Fatal(err)
				}
				if len(r.told) != changed || i == 0 && *pages != c.pages || i == 1 && *pages != 1 {
					t.Errorf("run %d told of %d on %d pages, want %d on %d", i+1, len(r.told), *pages, changed, c.pages)
				}
			}
			if got := r.stages(); got[customer.LifeLapsed] != c.due+c.elsewhere || got[customer.LifeLead] != c.fresh {
				t.Errorf("stages: %v", got)
			}
		})
	}
}

// Key customers of whom nobody has heard: each has one task for the owner, however often the step runs, until somebody
// speaks with the customer; a policy that asks sooner moves the days of all, and the next step opens what it asks for.
func TestTheDailyStepOpensTasksForKeyCustomers(t *testing.T) {
	r := newRegistry()
	r.people(3, "bra_1", monday.AddDate(0, 0, -40))
	r.people(2, "bra_1", monday.AddDate(0, 0, -20))
	for id, c := range r.customers {
		c.Relationship, c.Owner = "key-account", "stf_anna"
		if id == "cus_0000" {
			c.Relationship = "repeat"
		}
		r.customers[id] = c.Aged(customer.StandardLife(), monday)
	}
	var opened []event.Event
	step := func(at time.Time, want int) {
		t.Helper()
		for range 2 {
			r.told = nil
			env, _ := r.env(at, r)
			env.ExecuteWorkflow(AgeCustomers, AgePage{})
			if err := env.GetWorkflowError(); err != nil {
				t.Fatal(err)
			}
			if len(r.told) != want {
				t.Fatalf("told of %d: %+v", len(r.told), r.told)
			}
			opened, want = append(opened, r.told...), 0
		}
	}
	step(monday, 2)
	for _, tsk := range r.tasks {
		heard := slices.ContainsFunc(opened, func(e event.Event) bool {
			id, _, ok := ladderOf("task")(e)
			return ok && e.Wakes && id == "task/"+tsk.ID+"/1"
		})
		if !heard {
			t.Errorf("no process hears of %s", tsk.ID)
		}
		if tsk.Owner != "stf_anna" || !strings.Contains(tsk.Title, "40") || tsk.Creator != "process:age" ||
			r.customers[tsk.Customer].Cadence.TouchTask != tsk.ID {
			t.Errorf("%+v", tsk)
		}
	}
	step(monday.AddDate(0, 0, 1), 0)
	change := r.rules(func(p *setup.Policy) {
		p.Life.Cadence = []customer.CadenceRule{{Relationship: "key-account", Touch: 10}}
	})
	env, _ := r.env(monday.AddDate(0, 0, 1), r)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: change})
	if err := env.GetWorkflowError(); err != nil || len(r.tasks) != 2 {
		t.Fatalf("%d tasks, %v", len(r.tasks), err)
	}
	for id, c := range r.customers {
		if due := c.Cadence.TouchDue; id >= "cus_0003" && (due == nil || !due.Equal(monday.AddDate(0, 0, -10))) {
			t.Errorf("%s is due at %v", id, due)
		}
	}
	step(monday.AddDate(0, 0, 2), 2)
}

// One record that cannot be changed holds up no other; a store that does not answer is asked again.
func TestOneRecordHoldsUpNoOther(t *testing.T) {
	r := newRegistry()
	r.people(3, "bra_1", monday.AddDate(-1, 0, 0))
	r.broken["cus_0000"] = errors.New("cannot be read")
	r.broken["cus_0001"] = fault.Missing("客户", "customer")
	env, _ := r.env(monday, r)
	tries := 0
	r.stale = func() bool { tries++; return tries < 4 }
	env.ExecuteWorkflow(AgeCustomers, AgePage{})
	if err := env.GetWorkflowError(); err != nil || tries != 4 ||
		r.customers["cus_0002"].LifeCycle != customer.LifeLapsed {
		t.Errorf("%v after %d tries; the third is %s", err, tries, r.customers["cus_0002"].LifeCycle)
	}
}

// endless is a board without end.
type endless struct{ *registry }

func (e endless) OnBoard(_ context.Context, _, _, after string, _ time.Time, _ int) ([]string, string, error) {
	return nil, after + "x", nil
}

func TestALongWalkGoesOnInANewRun(t *testing.T) {
	r := newRegistry()
	r.shop.Policies[0].Version = 7
	change := setup.Change{What: setup.ReplanPolicy, ID: "standard", Version: 7}
	for name, c := range map[string]struct {
		run  any
		in   any
		want Place
	}{
		"Replan": {Replan, ReplanPage{Change: change, From: Place{Kind: "lead", Branch: "bra_1", After: "y"}},
			Place{Kind: "lead", Branch: "bra_1", After: "y" + strings.Repeat("x", pagesARun)}},
		"AgeCustomers": {AgeCustomers, AgePage{},
			Place{Kind: "customer", Branch: "bra_1", After: strings.Repeat("x", pagesARun)}},
	} {
		env, pages := r.env(monday, endless{r})
		env.ExecuteWorkflow(c.run, c.in)
		var again *workflow.ContinueAsNewError
		if err := env.GetWorkflowError(); !errors.As(err, &again) || again.WorkflowType.Name != name {
			t.Fatalf("%s does not go on in a new run: %v", name, err)
		}
		var in ReplanPage // which has all that the other has
		err := converter.GetDefaultDataConverter().FromPayloads(again.Input, &in)
		if err != nil || in.From != c.want || *pages != pagesARun || name == "Replan" && in.Change != change {
			t.Errorf("%s carried %+v after %d pages, %v", name, in, *pages, err)
		}
	}
}

// rules makes another version of the house's policy, and says what changed.
func (r *registry) rules(change func(*setup.Policy)) setup.Change {
	r.shop.Policies = slices.Clone(r.shop.Policies)
	p := &r.shop.Policies[0]
	p.Version++
	change(p)
	return setup.Change{What: setup.ReplanPolicy, ID: p.ID, Version: p.Version}
}

func slower(p *setup.Policy) { p.Lead.FirstContact *= 2 }

func TestAChangedPolicyPlansWhatIsOpenAnew(t *testing.T) {
	// A lead that moved beyond the page is met again and left as it is: of 350, all but the last page's.
	for _, c := range []struct{ leads, people, pages int }{{0, 0, 1}, {3, 2, 1}, {100, 0, 2}, {99, 2, 2}, {350, 20, 8}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			r := newRegistry()
			r.shop.Branches = append(r.shop.Branches, r.shop.Branches[0])
			r.shop.Branches[1].ID, r.shop.Branches[1].Policy = "bra_2", "other"
			r.shop.Policies = append(r.shop.Policies, r.shop.Policies[0])
			r.shop.Policies[1].ID = "other"
			r.enquiries(t, c.leads)
			r.people(c.people, "bra_1", monday)
			r.people(c.people, "bra_2", monday)
			change := r.rules(func(p *setup.Policy) { slower(p); p.Life.Quiet = 10 })
			for run, want := range []int{c.leads, 0} {
				r.told = nil
				env, pages := r.env(monday.Add(time.Minute), r)
				env.ExecuteWorkflow(Replan, ReplanPage{Change: change})
				if err := env.GetWorkflowError(); err != nil {
					t.Fatal(err)
				}
				if len(r.told) != want || run == 0 && *pages != c.pages {
					t.Errorf("run %d told of %d on %d pages, want %d on %d", run+1, len(r.told), *pages, want, c.pages)
				}
			}
			for id, l := range r.leads {
				if l.Policy != "standard@2" || !l.Due.Equal(monday.Add(time.Hour)) {
					t.Errorf("%s is due at %s by %s", id, l.Due, l.Policy)
				}
			}
			for id, p := range r.customers {
				days := map[string]int{"bra_1": 10, "bra_2": 180}[p.Branch]
				if !p.LifeDue.Equal(monday.AddDate(0, 0, days)) {
					t.Errorf("%s of %s lapses at %s", id, p.Branch, p.LifeDue)
				}
			}
		})
	}
}

// Tasks move as leads do: those whose deadline the policy gave, and not those to which a person gave one.
func TestOpenTasksAreReplanned(t *testing.T) {
	r := newRegistry()
	agreed := monday.Add(72 * time.Hour)
	bob, _ := r.shop.Person("stf_bob")
	for id, due := range map[string]*time.Time{"tsk_policy": nil, "tsk_person": &agreed} {
		tsk, _, err := task.New(actor(r.house, "stf_mo"), task.Draft{ID: id, Title: "call the paper mill", Due: due}, bob,
			r.terms().Task(), monday)
		if err != nil {
			t.Fatal(err)
		}
		r.tasks[id] = tsk
	}
	before := r.tasks["tsk_policy"].Due
	env, _ := r.env(monday.Add(time.Minute), r)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: r.rules(func(p *setup.Policy) { p.Task.Due = 40 * 3600 })})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if got := r.tasks["tsk_policy"]; !got.Due.After(before) || got.Policy != "standard@2" {
		t.Errorf("by the policy: due %s, was %s, by %s", got.Due, before, got.Policy)
	}
	if got := r.tasks["tsk_person"]; !got.Due.Equal(agreed) {
		t.Errorf("by a person: due %s", got.Due)
	}
}

// A question's time follows its policy, from when it was asked.
func TestOpenQuestionsAreReplanned(t *testing.T) {
	r := newRegistry()
	r.asks(t, "stf_bob", "stf_anna")
	before := r.holds[holdID]
	env, _ := r.env(monday.Add(time.Minute), r)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: r.rules(func(p *setup.Policy) {
		p.Hold = hold.StandardPolicy()
		p.Hold.Answer = 3600
	})})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	if got := r.holds[holdID]; !got.Due.Equal(monday.Add(time.Hour)) || got.Policy != "standard@2" ||
		got.Version != before.Version+1 || len(r.told) != 1 || !r.told[0].Wakes {
		t.Errorf("due %s by %s, %+v", got.Due, got.Policy, r.told)
	}
}

// Complaints too: what is due moves, what the customer was promised stays.
func TestOpenComplaintsAreReplanned(t *testing.T) {
	r := newRegistry()
	r.complains(t, staff.Visitor, "")
	before := r.cases[caseID]
	change := r.rules(func(p *setup.Policy) {
		p.Complaint = complaint.StandardPolicy()
		p.Complaint.Time[complaint.StateNew] = [4]int64{7200, 7200, 7200, 7200}
	})
	for run, want := range []int{1, 0} { // a second time finds it done
		r.told = nil
		env, _ := r.env(monday.Add(time.Minute), r)
		env.ExecuteWorkflow(Replan, ReplanPage{Change: change})
		if err := env.GetWorkflowError(); err != nil {
			t.Fatal(err)
		}
		if len(r.told) != want || want > 0 && (r.told[0].Type != event.ComplaintReplanned || !r.told[0].Pending) {
			t.Errorf("run %d told %+v", run+1, r.told)
		}
	}
	if got := r.cases[caseID]; !got.Due.Equal(monday.Add(2*time.Hour)) || !got.Promised.Equal(before.Promised) ||
		got.Policy != "standard@2" {
		t.Errorf("due %s, promised %s after %s, by %s", got.Due, got.Promised, before.Promised, got.Policy)
	}
}

// A calendar is nothing to the customers, and their board is not read for it.
func TestACalendarConcernsNoCustomer(t *testing.T) {
	r := newRegistry()
	r.shop.Calendars[0].Version = 2
	env, _ := r.env(monday, r)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: setup.Change{What: setup.ReplanCalendar, ID: "cal_1", Version: 2}})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	same(t, "boards", r.calls, []string{"lead bra_1", "task bra_1", "complaint bra_1", "hold bra_1"})
}

// A category that moves below another one takes its customers to the cadence of that one, though nobody touches
// them; nothing else is read for it.
func TestAMovedCategoryMovesTheCadenceOfItsCustomers(t *testing.T) {
	r := newRegistry()
	r.people(1, "bra_1", monday)
	for id, c := range r.customers {
		c.Category = "academy"
		r.customers[id] = c
	}
	r.shop.Policies = slices.Clone(r.shop.Policies)
	r.shop.Policies[0].Life.Cadence = []customer.CadenceRule{{Category: "order", Touch: 20}}
	r.shop.Categories = customer.CategoryTree{{ID: "order", Version: 1}, {ID: "academy", Version: 2, Parent: "order"}}
	env, _ := r.env(monday, r)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: setup.Change{What: setup.ReplanCategory, ID: "academy", Version: 2}})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	for id, c := range r.customers {
		if c.Cadence.TouchDue == nil || !c.Cadence.TouchDue.Equal(monday.AddDate(0, 0, 20)) {
			t.Errorf("%s: %+v", id, c.Cadence)
		}
	}
	same(t, "boards", r.calls, []string{"customer bra_1"})
}

// replanned changes the policy at a time and tells the lead's process what became of the lead.
func (p *play) replanned(clock string, change func(*setup.Policy)) {
	p.at(clock, func() {
		r := &registry{house: p.house}
		r.rules(change)
		if e := p.house.act(p.t, func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
			return l.Replan(terms.Lead(), now)
		}); e.Wakes {
			p.SignalWorkflow(EventSignal, e)
		}
	})
}

// What a replanning means to the process that waits: standard is half 09:15, due 09:30, handed on at 10:00.
func TestAProcessIsReplanned(t *testing.T) {
	for _, c := range []struct {
		name, at string
		change   func(*setup.Policy)
		inbox    []string // after the acknowledgement and the assignment
	}{
		{"later, before the reminder: it waits", "09:05", slower,
			[]string{"Mon 09:05 wang@customer.example lead-postponed", "Mon 09:30 bob@shop.example lead-reminded-half",
				"Mon 10:00 bob@shop.example lead-reminded-due"}},
		{"later, after the reminder: it is not repeated", "09:20", slower,
			[]string{"Mon 09:15 bob@shop.example lead-reminded-half", "Mon 09:20 wang@customer.example lead-postponed",
				"Mon 10:00 bob@shop.example lead-reminded-due"}},
		{"sooner, and past: at once, and once", "09:10", func(p *setup.Policy) { p.Lead.FirstContact = 600 },
			[]string{"Mon 09:10 bob@shop.example lead-reminded-half", "Mon 09:10 bob@shop.example lead-reminded-due",
				"Mon 09:40 anna@shop.example lead-assigned",
				"Mon 09:40 mo@shop.example lead-reassigned", "Mon 09:45 anna@shop.example lead-reminded-half",
				"Mon 09:50 anna@shop.example lead-reminded-due"}},
		{"sooner, after the reminder", "09:20", func(p *setup.Policy) { p.Lead.FirstContact = 1500 },
			[]string{"Mon 09:15 bob@shop.example lead-reminded-half", "Mon 09:25 bob@shop.example lead-reminded-due",
				"Mon 09:55 anna@shop.example lead-assigned",
				"Mon 09:55 mo@shop.example lead-reassigned"}},
		{"no reminders any more", "09:10", func(p *setup.Policy) {
			p.Lead.Ladder = slices.DeleteFunc(slices.Clone(p.Lead.Ladder),
				func(r ladder.Rule) bool { return r.Do == ladder.DoRemind })
		}, nil},
		{"nothing that concerns it", "09:10", func(p *setup.Policy) { p.SMS.Countries = []string{"HK"} },
			[]string{"Mon 09:15 bob@shop.example lead-reminded-half", "Mon 09:30 bob@shop.example lead-reminded-due"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse()
			p := newPlay(t, h, monday)
			p.replanned(c.at, c.change)
			ends := "09:59"
			if c.name == "later, before the reminder: it waits" || c.name == "later, after the reminder: it is not repeated" {
				ends = "10:05"
			}
			p.commands(ends, loses(actor(h, "stf_mo")))
			p.run(h.capture(t, byEmail))
			same(t, "inbox", h.inbox[2:], c.inbox)
		})
	}
}
