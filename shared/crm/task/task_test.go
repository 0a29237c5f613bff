package task_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"

	"pgregory.net/rapid"
)

// taskShop is crmtest.Shop with a second branch, whose person sees nothing of the first.
func taskShop() setup.Shop {
	shop := crmtest.Shop()
	shop.Staff = append(shop.Staff,
		staff.Staff{ID: "stf_far", Roles: []staff.Role{staff.Sales, staff.Manager}, Branches: []string{"hangzhou"}},
		staff.Staff{ID: "stf_mis", Roles: []staff.Role{staff.Integration}, Branches: []string{"shanghai"}})
	return shop
}

func colleague(t testing.TB, id string) staff.Staff {
	t.Helper()
	p, ok := taskShop().Person(id)
	if !ok {
		t.Fatal("nobody is called " + id)
	}
	return p
}

func as(t testing.TB, id string) staff.Actor { return staff.ActorOf(colleague(t, id)) }

// opened is a task that stf_b opened for stf_a, with two items.
func opened(t testing.TB, due *time.Time) task.Task {
	t.Helper()
	tsk, _, err := task.New(as(t, "stf_b"),
		task.Draft{ID: "tsk_1", Title: "寄纸样", Due: due, Checklist: []string{"选纸", "打包"}}, colleague(t, "stf_a"),
		crmtest.Terms(t).Task(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return tsk
}

// taskIn brings a task into a state, with stf_c as a watcher.
func taskIn(t testing.TB, state string) task.Task {
	t.Helper()
	tsk, _, err := opened(t, nil).Comment(as(t, "stf_a"), []staff.Staff{colleague(t, "stf_c")}, crmtest.Tuesday)
	switch {
	case err != nil:
	case state == task.StateClosed:
		tsk, _, err = tsk.Complete(as(t, "stf_a"), true, crmtest.Tuesday)
	case state == task.StateDropped:
		tsk, _, err = tsk.Cancel(as(t, "stf_b"), crmtest.Tuesday)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tsk
}

// giveTask gives one command by its name.
func giveTask(t testing.TB, tsk task.Task, command string, by staff.Actor) (task.Task, event.Event, error) {
	terms, now := crmtest.Terms(t), crmtest.Tuesday.Add(time.Minute)
	switch command {
	case task.CommandChange:
		return tsk.Change(by, task.Change{Title: "另一个标题", Priority: "high"}, terms.Task(), now)
	case task.CommandHandOn:
		return tsk.HandOn(by, colleague(t, "stf_v"), terms.Task(), now)
	case task.CommandComment:
		return tsk.Comment(by, nil, now)
	case task.CommandCheck:
		return tsk.Check(by, 1, true, now)
	case task.CommandComplete:
		return tsk.Complete(by, true, now)
	case task.CommandCancel:
		return tsk.Cancel(by, now)
	default:
		return tsk.Reopen(by, colleague(t, tsk.Owner), nil, terms.Task(), now)
	}
}

// TestTaskStateMachine prints for each state and command who may give it, and holds the list of actions to be what
// the commands obey.
func TestTaskStateMachine(t *testing.T) {
	people := []struct{ who, id string }{{"owner", "stf_a"}, {"creator", "stf_b"}, {"watcher", "stf_c"},
		{"colleague", "stf_v"}, {"manager", "stf_m"},
		{"integration", "stf_mis"}, {"elsewhere", "stf_far"}}
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s %-14s", "", "")
	for _, p := range people {
		fmt.Fprintf(&table, " %-11s", p.who)
	}
	table.WriteString("\n")
	for _, state := range task.States {
		for _, command := range task.Commands {
			fmt.Fprintf(&table, "%-10s %-14s", state, command)
			for _, p := range people {
				tsk, by := taskIn(t, state), as(t, p.id)
				next, e, err := giveTask(t, tsk, command, by)
				word := "yes"
				if err != nil {
					word = string(fault.KindOf(err))
				}
				if want := map[bool]string{true: "nothing to reopen", false: "First reopen it"}[state == task.StateOpen]; word ==
					string(fault.Refused) && !strings.Contains(err.Error(), want) {
					t.Errorf("%s %s by %s: %v, want %q", state, command, p.who, err, want)
				}
				i := slices.IndexFunc(task.Actions(by, tsk), func(a permission.Permitted) bool { return a.Name == command })
				switch {
				case i < 0 && permission.Permit(by, permission.ChangeTask) == nil:
					t.Errorf("%s is not offered to %s", command, p.who)
				case i < 0:
					word = "no tasks"
				case task.Actions(by, tsk)[i].Allowed != (err == nil):
					t.Errorf("%s %s by %s: %v, and the list says otherwise", state, command, p.who, err)
				case err == nil && (next.Version != tsk.Version+1 || e.Seq != next.Version || e.Cause != by.ID ||
					!next.UpdatedAt.After(tsk.UpdatedAt)):
					t.Errorf("%s %s by %s: version %d, event %+v", state, command, p.who, next.Version, e)
				}
				fmt.Fprintf(&table, " %-11s", word)
			}
			table.WriteString("\n")
		}
	}
	kerneltest.Golden(t, "task-states.txt", table.String())
}

func TestANewTask(t *testing.T) {
	later := crmtest.Tuesday.Add(3 * time.Hour)
	past, far := crmtest.Tuesday, crmtest.Tuesday.Add(calendar.Reach+time.Hour)
	for _, c := range []struct {
		name, by, owner string
		due             *time.Time
		fault           string
		rungs           string
		watchers        int
	}{
		{"for oneself", "stf_a", "stf_a", nil, "", "soon due overdue", 0},
		{"for a colleague", "stf_b", "stf_a", nil, "", "tell soon due overdue", 1},
		{"with a date", "stf_b", "stf_a", &later, "", "tell soon due overdue", 1},
		{"for somebody elsewhere", "stf_b", "stf_far", nil, "/owner", "", 0},
		{"for a machine", "stf_b", "stf_mis", nil, "/owner", "", 0},
		{"for now", "stf_b", "stf_a", &past, "/due_at", "", 0},
		{"for another year", "stf_b", "stf_a", &far, "/due_at", "", 0},
	} {
		tsk, evt, err := task.New(as(t, c.by), task.Draft{ID: "tsk_1", Title: "t", Due: c.due}, colleague(t, c.owner),
			crmtest.Terms(t).Task(), crmtest.Tuesday)
		if c.fault != "" {
			if e, _ := err.(*fault.Error); e == nil || e.Fields[0].Pointer != c.fault {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var rungs []string
		for _, r := range tsk.Rungs {
			rungs = append(rungs, r.Name)
		}
		if err != nil || strings.Join(rungs, " ") != c.rungs || len(tsk.Watchers) != c.watchers ||
			tsk.ByPolicy != (c.due == nil) || !evt.Pending || evt.Customer != "tsk_1" {
			t.Errorf("%s: %v %v, %d watchers, event %+v", c.name, err, rungs, len(tsk.Watchers), evt)
		}
	}
	left := colleague(t, "stf_a")
	left.LeavesAt = &past
	if _, _, err := task.New(as(t, "stf_b"), task.Draft{}, left, crmtest.Terms(t).Task(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("for somebody who has left: %v", err)
	}
}

// The same fact is the same task, and an id of ours.
func TestTaskID(t *testing.T) {
	a := task.ID(crmtest.Tuesday, "lead_1/handover")
	if a != task.ID(crmtest.Tuesday, "lead_1/handover") || a == task.ID(crmtest.Tuesday, "lead_2/handover") ||
		a == task.ID(crmtest.Tuesday.Add(time.Millisecond), "lead_1/handover") {
		t.Error("an id is not its fact")
	}
	if faults := valid.Validate(struct {
		ID string `json:"id" validate:"id=tsk"`
	}{a}); faults != nil {
		t.Errorf("%s is no id", a)
	}
}

func TestTheChecklist(t *testing.T) {
	tsk, a := opened(t, nil), as(t, "stf_a")
	must := func(next task.Task, e event.Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if e.Wakes && next.State == task.StateOpen {
			t.Error("the process is woken by what is not its concern")
		}
		tsk = next
	}
	must(tsk.Check(a, 2, true, crmtest.Tuesday))
	if same, _, err := tsk.Check(a, 2, true, crmtest.Tuesday); err != nil || same.Version != tsk.Version {
		t.Errorf("checked twice: %d %v", same.Version, err)
	}
	if _, _, err := tsk.Check(a, 9, true, crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Error(err)
	}
	must(tsk.Change(a, task.Change{Title: tsk.Title, Priority: tsk.Priority, Checklist: []string{"打包", "寄出"}},
		crmtest.Terms(t).Task(), crmtest.Tuesday))
	if l := tsk.Checklist; len(l) != 2 || l[0].ID != 2 || !l[0].Done || l[0].By != "stf_a" || l[1].ID != 3 || l[1].Done {
		t.Errorf("%+v", l)
	}
	_, _, err := tsk.Complete(a, false, crmtest.Tuesday)
	if e, _ := err.(*fault.Error); e == nil || e.Kind != fault.Refused || len(e.Fields) != 1 ||
		e.Fields[0].Pointer != "/checklist/1" {
		t.Errorf("completed with an open item: %v", err)
	}
	must(tsk.Check(a, 3, true, crmtest.Tuesday))
	must(tsk.Complete(a, false, crmtest.Tuesday))
}

func TestWhoMovesADeadline(t *testing.T) {
	tsk := opened(t, nil)
	later := crmtest.Tuesday.Add(48 * time.Hour)
	change := task.Change{Title: tsk.Title, Priority: tsk.Priority, Due: &later, Checklist: []string{"选纸", "打包"}}
	if _, _, err := tsk.Change(as(t, "stf_a"), change, crmtest.Terms(t).Task(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("its owner alone: %v", err)
	}
	for _, who := range []string{"stf_b", "stf_m"} {
		next, e, err := tsk.Change(as(t, who), change, crmtest.Terms(t).Task(), crmtest.Tuesday)
		if err != nil || next.ByPolicy || !next.Due.Equal(later) || next.Turn != 2 || e.Wakes {
			t.Errorf("%s: %+v %v", who, next, err)
		}
		again, _, err := next.Change(as(t, "stf_a"), change, crmtest.Terms(t).Task(), crmtest.Tuesday.Add(time.Hour))
		if err != nil || again.Version != next.Version {
			t.Errorf("nothing changes, and there is a version %d: %v", again.Version, err)
		}
		change.Due = nil
		back, _, err := next.Change(as(t, who), change, crmtest.Terms(t).Task(), crmtest.Tuesday.Add(time.Hour))
		if err != nil || !back.ByPolicy || !back.Since.Equal(crmtest.Tuesday.Add(time.Hour)) {
			t.Errorf("the policy's deadline again: %+v %v", back, err)
		}
		change.Due = &later
	}
}

func TestHandingOnKeepsTheDeadline(t *testing.T) {
	tsk, terms := opened(t, nil), crmtest.Terms(t)
	next, e, err := tsk.HandOn(as(t, "stf_a"), colleague(t, "stf_c"), terms.Task(), crmtest.Tuesday.Add(time.Hour))
	if err != nil || next.Owner != "stf_c" || !next.Due.Equal(tsk.Due) || next.HandOns != 1 || !next.Watches("stf_a") ||
		!next.Watches("stf_b") || e.Data["previous"] != "stf_a" {
		t.Fatalf("%+v %v", next, err)
	}
	if _, _, err := next.HandOn(as(t, "stf_c"), colleague(t, "stf_c"), terms.Task(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("to himself: %v", err)
	}
	late, _, err := next.HandOn(as(t, "stf_m"), colleague(t, "stf_a"), terms.Task(), next.Due.Add(48*time.Hour))
	if err != nil || len(late.Rungs) != 1 || late.Rungs[0].Do != ladder.DoTell {
		t.Errorf("handed on when everything is late: %+v %v", late.Rungs, err)
	}
	full := next
	for i := range task.MaxWatchers - 2 {
		full.Watchers = append(slices.Clone(full.Watchers), task.Watcher{Staff: fmt.Sprint("stf_", i)})
	}
	if _, _, err := full.Comment(as(t, "stf_m"), []staff.Staff{colleague(t, "stf_v")},
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid || err.(*fault.Error).Fields[0].Pointer != "/mentions" {
		t.Errorf("mentioned with a full list: %v", err)
	}
	over, _, err := full.HandOn(as(t, "stf_m"), colleague(t, "stf_v"), terms.Task(), crmtest.Tuesday)
	if err != nil || len(over.Watchers) != task.MaxWatchers+1 || !over.Watches("stf_c") {
		t.Errorf("handed on with a full list: %d watchers, %v", len(over.Watchers), err)
	}
	if _, _, err := over.Comment(as(t, "stf_m"), []staff.Staff{colleague(t, "stf_c")}, crmtest.Tuesday); err != nil {
		t.Errorf("a watcher is mentioned: %v", err)
	}
}

// TestATaskGoesThroughAsManyHandsAsItTakes hands a task on and reopens it a hundred times, each time to somebody new.
func TestATaskGoesThroughAsManyHandsAsItTakes(t *testing.T) {
	tsk, terms := opened(t, nil), crmtest.Terms(t)
	by := as(t, "stf_m")
	for i := range 100 {
		to := colleague(t, "stf_c")
		to.ID = fmt.Sprint("stf_", i)
		next, _, err := tsk.HandOn(by, to, terms.Task(), crmtest.Tuesday)
		if i%3 == 0 {
			closed, _, wrong := tsk.Complete(by, true, crmtest.Tuesday)
			if wrong != nil {
				t.Fatal(wrong)
			}
			next, _, err = closed.Reopen(by, to, nil, terms.Task(), crmtest.Tuesday)
		}
		if err != nil || next.Owner != to.ID || len(next.Watchers) > 80 || i < 70 && !next.Watches(tsk.Owner) {
			t.Fatalf("hand %d: %d watchers, %v", i, len(next.Watchers), err)
		}
		tsk = next
	}
}

func third(_ task.Task, _ event.Event, err error) error { return err }

func TestMentions(t *testing.T) {
	tsk := opened(t, nil)
	for _, who := range []string{"stf_far", "stf_mis"} {
		if _, _, err := tsk.Comment(as(t, "stf_a"), []staff.Staff{colleague(t, "stf_b"), colleague(t, who)},
			crmtest.Tuesday); fault.KindOf(err) != fault.Invalid || err.(*fault.Error).Fields[0].Pointer != "/mentions/1" {
			t.Errorf("%s does not see the task: %v", who, err)
		}
	}
	quiet, e, err := tsk.Comment(as(t, "stf_v"), nil, crmtest.Tuesday)
	if err != nil || e.Wakes || quiet.Comments != 1 || len(quiet.Rungs) != len(tsk.Rungs) {
		t.Errorf("a comment that names nobody: %+v %v", e, err)
	}
	told, e, err := quiet.Comment(as(t, "stf_v"), []staff.Staff{colleague(t, "stf_v"), colleague(t, "stf_c")},
		crmtest.Tuesday)
	if err != nil || !e.Wakes || told.Watches("stf_v") || !told.Watches("stf_c") || len(told.Rungs) != len(tsk.Rungs)+1 {
		t.Fatalf("%+v %v", told, err)
	}
	if r := told.Rungs[len(told.Rungs)-1]; r.Who != "stf_c" || told.Progress().Key(r) != "comment-2-2" {
		t.Errorf("%+v", r)
	}
	both, _, err := told.Comment(as(t, "stf_v"), []staff.Staff{colleague(t, "stf_b")}, crmtest.Tuesday.Add(time.Second))
	if err != nil || len(both.Rungs) != len(tsk.Rungs)+2 {
		t.Errorf("who was named a second before is not told: %+v %v", both.Rungs, err)
	}
	late, _, err := told.Comment(as(t, "stf_v"), []staff.Staff{colleague(t, "stf_b")}, crmtest.Tuesday.Add(25*time.Hour))
	if err != nil || len(late.Rungs) != len(tsk.Rungs)+1 {
		t.Errorf("old mentions pile up: %+v", late.Rungs)
	}
}

func TestWhatIsDoneWhenItIsDueIsInTime(t *testing.T) {
	tsk := opened(t, nil)
	for after, want := range map[time.Duration]bool{-time.Millisecond: true, 0: true, time.Millisecond: false} {
		done, _, err := tsk.Complete(as(t, "stf_b"), true, tsk.Due.Add(after))
		if err != nil || done.InTime != want {
			t.Errorf("%s after it was due: in time %v, %v", after, done.InTime, err)
		}
	}
}

// TestReplan: only a deadline that the policy gave moves, and what has passed of the ladder stays passed.
func TestTaskReplan(t *testing.T) {
	terms, by, given := crmtest.Terms(t), staff.Process("replan"), crmtest.Tuesday.Add(30*time.Hour)
	holiday := terms
	holiday.Calendar.Holidays = []calendar.Holiday{{From: "2026-11-25", To: "2026-11-25"}}
	shorter := terms
	shorter.Policy.Version, shorter.Policy.Task.Due = 2, 4*3600
	shorter.Ref = shorter.Policy.Ref()
	for _, c := range []struct {
		name     string
		due      *time.Time
		terms    setup.Terms
		after    time.Duration
		moved    time.Duration
		turn     int
		version  int64
		rungs    string
		isClosed bool
	}{
		{"nothing is new", nil, terms, time.Hour, 0, 1, 1, "tell soon due overdue", false},
		{"a holiday", nil, holiday, time.Hour, 24 * time.Hour, 2, 2, "soon due overdue", false},
		{"a holiday, and somebody gave the date", &given, holiday, time.Hour, 0, 1, 2, "tell soon due overdue", false},
		{"half a day instead of two", nil, shorter, time.Hour, -42 * time.Hour, 2, 2, "soon due overdue", false},
		{"which is over", nil, shorter, 6 * time.Hour, -42 * time.Hour, 2, 2, "overdue due", false},
		{"closed", nil, holiday, time.Hour, 0, 1, 2, "", true},
	} {
		tsk := opened(t, c.due)
		if c.isClosed {
			tsk, _, _ = tsk.Cancel(as(t, "stf_b"), crmtest.Tuesday)
		}
		next, e, err := tsk.Replan(by, c.terms.Task(), crmtest.Tuesday.Add(c.after))
		if err != nil {
			t.Fatal(err)
		}
		var rungs []string
		for _, r := range next.Rungs {
			rungs = append(rungs, r.Name)
		}
		if next.Due.Sub(tsk.Due) != c.moved || next.Turn != c.turn || next.Version != c.version ||
			strings.Join(rungs, " ") != c.rungs {
			t.Errorf("%s: due %s (moved %s), turn %d, version %d, rungs %v", c.name, next.Due, next.Due.Sub(tsk.Due),
				next.Turn, next.Version, rungs)
		}
		if changed := next.Version != tsk.Version; changed != (e.Type == event.TaskReplanned) || changed &&
			e.Wakes != ladder.Concerns(tsk.Progress(), next.Progress(), crmtest.Tuesday.Add(c.after)) {
			t.Errorf("%s: event %+v", c.name, e)
		}
		again, _, err := next.Replan(by, c.terms.Task(), crmtest.Tuesday.Add(c.after))
		if err != nil || again.Version != next.Version {
			t.Errorf("%s, twice: version %d after %d, %v", c.name, again.Version, next.Version, err)
		}
	}
}

func TestTaskPolicyCheck(t *testing.T) {
	if faults := (setup.Policy{Lead: setup.StandardPolicy().Lead}).Check(); len(faults) > 0 {
		t.Errorf("a policy from before there were tasks: %v", fault.Listed(faults))
	}
	for _, c := range []struct {
		want  string
		spoil func(*task.Policy)
	}{
		{"/task/due_s", func(p *task.Policy) { p.Due = 0 }},
		{"/task/due_s", func(p *task.Policy) { p.Due = 1 << 40 }},
		{"/task/answer_s", func(p *task.Policy) { p.Answer = -1 }},
		{"/task/answer_s", func(p *task.Policy) { p.Answer = 1 << 40 }},
		{"/task/ladder/3/name", func(p *task.Policy) { p.Ladder[3].Name = "again-2" }},
		{"/task/ladder/0/state", func(p *task.Policy) { p.Ladder[0].State = task.StateClosed }},
		{"/task/ladder/1/do", func(p *task.Policy) { p.Ladder[1].Do = ladder.DoReassign }},
		{"/task/ladder/2/name", func(p *task.Policy) { p.Ladder[2].Name = "soon" }},
		{"/task/ladder/3/name", func(p *task.Policy) { p.Ladder[3].Name = "comment-1-1" }},
	} {
		p := setup.StandardPolicy()
		c.spoil(&p.Task)
		if faults := p.Check(); !strings.Contains(fault.Listed(faults), c.want) {
			t.Errorf("%s: %v", c.want, fault.Listed(faults))
		}
	}
}

func isPlanned(r ladder.Rung) bool { return r.Do != ladder.DoTellMention }

// TestATaskAlwaysHasOneOwnerAndOneDeadline gives commands in any order, by anybody: an open task has an owner who may
// have it and a deadline; the former owner keeps seeing it; what is closed has of its ladder no more than mentions;
// versions go up by one; no list grows without end.
func TestATaskAlwaysHasOneOwnerAndOneDeadline(t *testing.T) {
	people := []string{"stf_a", "stf_b", "stf_c", "stf_m", "stf_v", "stf_far"}
	rapid.Check(t, func(rt *rapid.T) {
		tsk, now, terms := opened(t, nil), crmtest.Tuesday, crmtest.Terms(t)
		had := map[string]bool{"stf_a": true, "stf_b": true}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3600*30).Draw(rt, "seconds")) * time.Second)
			by, to := as(t, rapid.SampledFrom(people).Draw(rt, "by")), colleague(t, rapid.SampledFrom(people).Draw(rt, "to"))
			var due *time.Time
			if rapid.Bool().Draw(rt, "dated") {
				at := now.Add(time.Duration(rapid.IntRange(-3600, 3600*200).Draw(rt, "due")) * time.Second)
				due = &at
			}
			var next task.Task
			var e event.Event
			var err error
			switch rapid.IntRange(0, 7).Draw(rt, "command") {
			case 0:
				next, e, err = tsk.Change(by, task.Change{Title: "t", Priority: "low", Due: due, Checklist: []string{"x"}},
					terms.Task(), now)
			case 1:
				next, e, err = tsk.HandOn(by, to, terms.Task(), now)
			case 2:
				next, e, err = tsk.Comment(by, []staff.Staff{to}, now)
			case 3:
				next, e, err = tsk.Check(by, 1, rapid.Bool().Draw(rt, "done"), now)
			case 4:
				next, e, err = tsk.Complete(by, true, now)
			case 5:
				next, e, err = tsk.Cancel(by, now)
			case 6:
				next, e, err = tsk.Reopen(by, to, due, terms.Task(), now)
			default:
				next, e, err = tsk.Replan(staff.Process("replan"), terms.Task(), now)
			}
			if err != nil {
				if k := fault.KindOf(err); k != fault.Refused && k != fault.Forbidden && k != fault.NotFound &&
					k != fault.Invalid {
					rt.Fatalf("%v", err)
				}
				continue
			}
			if v := next.Version - tsk.Version; v != 0 && (v != 1 || e.Seq != next.Version || e.Progress.Seq != next.Version) {
				rt.Fatalf("version %d after %d, event %+v", next.Version, tsk.Version, e)
			}
			tsk = next
			had[tsk.Owner] = true
			owner, known := taskShop().Person(tsk.Owner)
			if !known || !staff.ActorOf(owner).Sees(tsk.Branch) || tsk.Due.IsZero() || tsk.Closed() != (tsk.ClosedAt != nil) ||
				tsk.Closed() && slices.ContainsFunc(tsk.Rungs, isPlanned) {
				rt.Fatalf("%+v", tsk)
			}
			for who := range had {
				if !tsk.SeenBy(staff.Actor{ID: who}) {
					rt.Fatalf("%s had the task and does not see it: %+v", who, tsk)
				}
			}
			if len(tsk.Watchers) > task.MaxWatchers || len(tsk.Rungs) > 4+40 {
				rt.Fatalf("%d watchers, %d rungs", len(tsk.Watchers), len(tsk.Rungs))
			}
		}
	})
}

// TestNobodyWhoIsAwayGetsATask gives work to a person who is away, by each way in which a task finds its owner.
func TestNobodyWhoIsAwayGetsATask(t *testing.T) {
	terms, shop := crmtest.Terms(t), taskShop()
	due := crmtest.Tuesday.Add(48 * time.Hour)
	hours := func(from, to int) staff.Absence {
		return staff.Absence{From: crmtest.Tuesday.Add(time.Duration(from) * time.Hour),
			To: crmtest.Tuesday.Add(time.Duration(to) * time.Hour)}
	}
	gone := crmtest.Tuesday.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		away   []staff.Absence
		leaves *time.Time
		takes  bool
	}{
		"there":                        {nil, nil, true},
		"away until after it is due":   {[]staff.Absence{hours(-1, 49)}, nil, false},
		"back when it is due":          {[]staff.Absence{hours(-1, 48)}, nil, false},
		"back before":                  {[]staff.Absence{hours(-1, 47)}, nil, true},
		"one absence after the other":  {[]staff.Absence{hours(24, 72), hours(-1, 24)}, nil, false},
		"an hour between two absences": {[]staff.Absence{hours(-1, 23), hours(24, 72)}, nil, true},
		"away from tomorrow":           {[]staff.Absence{hours(24, 72)}, nil, true},
		"away until leaving for good":  {[]staff.Absence{hours(-1, 24)}, &gone, false},
	} {
		to := colleague(t, "stf_c")
		to.Absences, to.LeavesAt = c.away, c.leaves
		here := slices.Clone(shop.Staff)
		here[slices.IndexFunc(here, func(p staff.Staff) bool { return p.ID == to.ID })] = to
		touched := func(by staff.Actor) error {
			_, _, _, err := customer.Customer{ID: "cus_1", Branch: "shanghai"}.Touched(by,
				customer.Touch{At: crmtest.Tuesday, Next: &customer.NextStep{Title: "x", Due: due, Owner: to.ID}},
				firm.Roster{Staff: here}, crmtest.Tuesday)
			return err
		}
		tsk := opened(t, &due)
		closed, _, err := tsk.Complete(as(t, "stf_a"), true, crmtest.Tuesday)
		if err != nil {
			t.Fatal(err)
		}
		for way, err := range map[string]error{
			"opened":    third(task.New(as(t, "stf_b"), task.Draft{ID: "tsk_1", Due: &due}, to, terms.Task(), crmtest.Tuesday)),
			"handed on": third(tsk.HandOn(as(t, "stf_b"), to, terms.Task(), crmtest.Tuesday)),
			"reopened":  third(closed.Reopen(as(t, "stf_b"), to, &due, terms.Task(), crmtest.Tuesday)),
			"next step": touched(as(t, "stf_b")),
		} {
			if c.takes && err != nil || !c.takes &&
				(fault.KindOf(err) != fault.Invalid || !strings.HasSuffix(err.(*fault.Error).Fields[0].Pointer, "/owner")) {
				t.Errorf("%s, %s: %v", name, way, err)
			}
		}
		if own := third(task.New(staff.ActorOf(to), task.Draft{ID: "tsk_1", Due: &due}, to, terms.Task(),
			crmtest.Tuesday)); own != nil || touched(staff.ActorOf(to)) != nil {
			t.Errorf("%s: the own one: %v", name, own)
		}
	}
}
