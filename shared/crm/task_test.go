package crm

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// taskShop is testShop with a second branch, whose person sees nothing of the first.
func taskShop() Shop {
	shop := testShop()
	shop.Staff = append(shop.Staff, Staff{ID: "stf_far", Roles: []Role{Sales, Manager}, Branches: []string{"hangzhou"}},
		Staff{ID: "stf_mis", Roles: []Role{Integration}, Branches: []string{"shanghai"}})
	return shop
}

func colleague(t testing.TB, id string) Staff {
	t.Helper()
	p, ok := taskShop().Person(id)
	if !ok {
		t.Fatal("nobody is called " + id)
	}
	return p
}

func as(t testing.TB, id string) Actor { return ActorOf(colleague(t, id)) }

// opened is a task that stf_b opened for stf_a, with two items.
func opened(t testing.TB, due *time.Time) Task {
	t.Helper()
	task, _, err := NewTask(as(t, "stf_b"), TaskDraft{ID: "tsk_1", Title: "寄纸样", Due: due, Checklist: []string{"选纸", "打包"}}, colleague(t, "stf_a"), testTerms(t).Task(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// taskIn brings a task into a state, with stf_c as a watcher.
func taskIn(t testing.TB, state string) Task {
	t.Helper()
	task, _, err := opened(t, nil).Comment(as(t, "stf_a"), []Staff{colleague(t, "stf_c")}, tuesday)
	switch {
	case err != nil:
	case state == TaskClosed:
		task, _, err = task.Complete(as(t, "stf_a"), true, tuesday)
	case state == TaskDropped:
		task, _, err = task.Cancel(as(t, "stf_b"), tuesday)
	}
	if err != nil {
		t.Fatal(err)
	}
	return task
}

// giveTask gives one command by its name.
func giveTask(t testing.TB, task Task, command string, by Actor) (Task, Event, error) {
	terms, now := testTerms(t), tuesday.Add(time.Minute)
	switch command {
	case CommandChange:
		return task.Change(by, TaskChange{Title: "另一个标题", Priority: "high"}, terms.Task(), now)
	case CommandHandOn:
		return task.HandOn(by, colleague(t, "stf_v"), terms.Task(), now)
	case CommandComment:
		return task.Comment(by, nil, now)
	case CommandCheck:
		return task.Check(by, 1, true, now)
	case CommandComplete:
		return task.Complete(by, true, now)
	case CommandCancel:
		return task.Cancel(by, now)
	default:
		return task.Reopen(by, colleague(t, task.Owner), nil, terms.Task(), now)
	}
}

// TestTaskStateMachine prints for each state and command who may give it, and holds the list of actions to be what the commands obey.
func TestTaskStateMachine(t *testing.T) {
	people := []struct{ who, id string }{{"owner", "stf_a"}, {"creator", "stf_b"}, {"watcher", "stf_c"}, {"colleague", "stf_v"}, {"manager", "stf_m"},
		{"integration", "stf_mis"}, {"elsewhere", "stf_far"}}
	var table strings.Builder
	fmt.Fprintf(&table, "%-10s %-14s", "", "")
	for _, p := range people {
		fmt.Fprintf(&table, " %-11s", p.who)
	}
	table.WriteString("\n")
	for _, state := range TaskStates {
		for _, command := range TaskCommands {
			fmt.Fprintf(&table, "%-10s %-14s", state, command)
			for _, p := range people {
				task, by := taskIn(t, state), as(t, p.id)
				next, event, err := giveTask(t, task, command, by)
				word := "yes"
				if err != nil {
					word = string(KindOf(err))
				}
				i := slices.IndexFunc(TaskActions(by, task), func(a Permitted) bool { return a.Name == command })
				switch {
				case i < 0 && Permit(by, ChangeTask) == nil:
					t.Errorf("%s is not offered to %s", command, p.who)
				case i < 0:
					word = "no tasks"
				case TaskActions(by, task)[i].Allowed != (err == nil):
					t.Errorf("%s %s by %s: %v, and the list says otherwise", state, command, p.who, err)
				case err == nil && (next.Version != task.Version+1 || event.Seq != next.Version || event.Cause != by.ID || !next.UpdatedAt.After(task.UpdatedAt)):
					t.Errorf("%s %s by %s: version %d, event %+v", state, command, p.who, next.Version, event)
				}
				fmt.Fprintf(&table, " %-11s", word)
			}
			table.WriteString("\n")
		}
	}
	golden(t, "task-states.txt", table.String())
}

func TestANewTask(t *testing.T) {
	later := tuesday.Add(3 * time.Hour)
	past, far := tuesday, tuesday.Add(CalendarReach+time.Hour)
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
		task, event, err := NewTask(as(t, c.by), TaskDraft{ID: "tsk_1", Title: "t", Due: c.due}, colleague(t, c.owner), testTerms(t).Task(), tuesday)
		if c.fault != "" {
			if e, _ := err.(*Error); e == nil || e.Fields[0].Pointer != c.fault {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		var rungs []string
		for _, r := range task.Rungs {
			rungs = append(rungs, r.Name)
		}
		if err != nil || strings.Join(rungs, " ") != c.rungs || len(task.Watchers) != c.watchers || task.ByPolicy != (c.due == nil) || !event.Pending || event.Customer != "tsk_1" {
			t.Errorf("%s: %v %v, %d watchers, event %+v", c.name, err, rungs, len(task.Watchers), event)
		}
	}
	left := colleague(t, "stf_a")
	left.LeavesAt = &past
	if _, _, err := NewTask(as(t, "stf_b"), TaskDraft{}, left, testTerms(t).Task(), tuesday); KindOf(err) != Invalid {
		t.Errorf("for somebody who has left: %v", err)
	}
}

// The same fact is the same task, and an id of ours.
func TestTaskID(t *testing.T) {
	a := TaskID(tuesday, "lead_1/handover")
	if a != TaskID(tuesday, "lead_1/handover") || a == TaskID(tuesday, "lead_2/handover") || a == TaskID(tuesday.Add(time.Millisecond), "lead_1/handover") {
		t.Error("an id is not its fact")
	}
	if faults := Validate(struct {
		ID string `json:"id" validate:"id=tsk"`
	}{a}); faults != nil {
		t.Errorf("%s is no id", a)
	}
}

func TestTheChecklist(t *testing.T) {
	task, a := opened(t, nil), as(t, "stf_a")
	must := func(next Task, e Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if e.Wakes && next.State == TaskOpen {
			t.Error("the process is woken by what is not its concern")
		}
		task = next
	}
	must(task.Check(a, 2, true, tuesday))
	if same, _, err := task.Check(a, 2, true, tuesday); err != nil || same.Version != task.Version {
		t.Errorf("checked twice: %d %v", same.Version, err)
	}
	if _, _, err := task.Check(a, 9, true, tuesday); KindOf(err) != Invalid {
		t.Error(err)
	}
	must(task.Change(a, TaskChange{Title: task.Title, Priority: task.Priority, Checklist: []string{"打包", "寄出"}}, testTerms(t).Task(), tuesday))
	if l := task.Checklist; len(l) != 2 || l[0].ID != 2 || !l[0].Done || l[0].By != "stf_a" || l[1].ID != 3 || l[1].Done {
		t.Errorf("%+v", l)
	}
	_, _, err := task.Complete(a, false, tuesday)
	if e, _ := err.(*Error); e == nil || e.Kind != Refused || len(e.Fields) != 1 || e.Fields[0].Pointer != "/checklist/1" {
		t.Errorf("completed with an open item: %v", err)
	}
	must(task.Check(a, 3, true, tuesday))
	must(task.Complete(a, false, tuesday))
}

func TestWhoMovesADeadline(t *testing.T) {
	task := opened(t, nil)
	later := tuesday.Add(48 * time.Hour)
	change := TaskChange{Title: task.Title, Priority: task.Priority, Due: &later, Checklist: []string{"选纸", "打包"}}
	if _, _, err := task.Change(as(t, "stf_a"), change, testTerms(t).Task(), tuesday); KindOf(err) != Forbidden {
		t.Errorf("its owner alone: %v", err)
	}
	for _, who := range []string{"stf_b", "stf_m"} {
		next, e, err := task.Change(as(t, who), change, testTerms(t).Task(), tuesday)
		if err != nil || next.ByPolicy || !next.Due.Equal(later) || next.Turn != 2 || !e.Wakes {
			t.Errorf("%s: %+v %v", who, next, err)
		}
		again, _, err := next.Change(as(t, "stf_a"), change, testTerms(t).Task(), tuesday.Add(time.Hour))
		if err != nil || again.Version != next.Version {
			t.Errorf("nothing changes, and there is a version %d: %v", again.Version, err)
		}
		change.Due = nil
		back, _, err := next.Change(as(t, who), change, testTerms(t).Task(), tuesday.Add(time.Hour))
		if err != nil || !back.ByPolicy || !back.Since.Equal(tuesday.Add(time.Hour)) {
			t.Errorf("the policy's deadline again: %+v %v", back, err)
		}
		change.Due = &later
	}
}

func TestHandingOnKeepsTheDeadline(t *testing.T) {
	task, terms := opened(t, nil), testTerms(t)
	next, e, err := task.HandOn(as(t, "stf_a"), colleague(t, "stf_c"), terms.Task(), tuesday.Add(time.Hour))
	if err != nil || next.Owner != "stf_c" || !next.Due.Equal(task.Due) || next.HandOns != 1 || !next.Watches("stf_a") || !next.Watches("stf_b") || e.Data["previous"] != "stf_a" {
		t.Fatalf("%+v %v", next, err)
	}
	if _, _, err := next.HandOn(as(t, "stf_c"), colleague(t, "stf_c"), terms.Task(), tuesday); KindOf(err) != Invalid {
		t.Errorf("to himself: %v", err)
	}
	late, _, err := next.HandOn(as(t, "stf_m"), colleague(t, "stf_a"), terms.Task(), next.Due.Add(48*time.Hour))
	if err != nil || len(late.Rungs) != 1 || late.Rungs[0].Do != DoTell {
		t.Errorf("handed on when everything is late: %+v %v", late.Rungs, err)
	}
	full := next
	for i := range MaxWatchers - 2 {
		full.Watchers = append(slices.Clone(full.Watchers), TaskWatcher{Staff: fmt.Sprint("stf_", i)})
	}
	if _, _, err := full.Comment(as(t, "stf_m"), []Staff{colleague(t, "stf_v")}, tuesday); KindOf(err) != Invalid || err.(*Error).Fields[0].Pointer != "/mentions" {
		t.Errorf("mentioned with a full list: %v", err)
	}
	over, _, err := full.HandOn(as(t, "stf_m"), colleague(t, "stf_v"), terms.Task(), tuesday)
	if err != nil || len(over.Watchers) != MaxWatchers+1 || !over.Watches("stf_c") {
		t.Errorf("handed on with a full list: %d watchers, %v", len(over.Watchers), err)
	}
	if _, _, err := over.Comment(as(t, "stf_m"), []Staff{colleague(t, "stf_c")}, tuesday); err != nil {
		t.Errorf("a watcher is mentioned: %v", err)
	}
}

// TestATaskGoesThroughAsManyHandsAsItTakes hands a task on and reopens it a hundred times, each time to somebody new.
func TestATaskGoesThroughAsManyHandsAsItTakes(t *testing.T) {
	task, terms := opened(t, nil), testTerms(t)
	by := as(t, "stf_m")
	for i := range 100 {
		to := colleague(t, "stf_c")
		to.ID = fmt.Sprint("stf_", i)
		next, _, err := task.HandOn(by, to, terms.Task(), tuesday)
		if i%3 == 0 {
			closed, _, wrong := task.Complete(by, true, tuesday)
			if wrong != nil {
				t.Fatal(wrong)
			}
			next, _, err = closed.Reopen(by, to, nil, terms.Task(), tuesday)
		}
		if err != nil || next.Owner != to.ID || len(next.Watchers) > 80 || i < 70 && !next.Watches(task.Owner) {
			t.Fatalf("hand %d: %d watchers, %v", i, len(next.Watchers), err)
		}
		task = next
	}
}

func third(_ Task, _ Event, err error) error { return err }

func TestMentions(t *testing.T) {
	task := opened(t, nil)
	for _, who := range []string{"stf_far", "stf_mis"} {
		if _, _, err := task.Comment(as(t, "stf_a"), []Staff{colleague(t, "stf_b"), colleague(t, who)}, tuesday); KindOf(err) != Invalid || err.(*Error).Fields[0].Pointer != "/mentions/1" {
			t.Errorf("%s does not see the task: %v", who, err)
		}
	}
	quiet, e, err := task.Comment(as(t, "stf_v"), nil, tuesday)
	if err != nil || e.Wakes || quiet.Comments != 1 || len(quiet.Rungs) != len(task.Rungs) {
		t.Errorf("a comment that names nobody: %+v %v", e, err)
	}
	told, e, err := quiet.Comment(as(t, "stf_v"), []Staff{colleague(t, "stf_v"), colleague(t, "stf_c")}, tuesday)
	if err != nil || !e.Wakes || told.Watches("stf_v") || !told.Watches("stf_c") || len(told.Rungs) != len(task.Rungs)+1 {
		t.Fatalf("%+v %v", told, err)
	}
	if r := told.Rungs[len(told.Rungs)-1]; r.Who != "stf_c" || told.Progress().Key(r) != "comment-2-2" {
		t.Errorf("%+v", r)
	}
	late, _, err := told.Comment(as(t, "stf_v"), []Staff{colleague(t, "stf_b")}, tuesday.Add(25*time.Hour))
	if err != nil || len(late.Rungs) != len(task.Rungs)+1 {
		t.Errorf("old mentions pile up: %+v", late.Rungs)
	}
}

// TestReplan: only a deadline that the policy gave moves, and what has passed of the ladder stays passed.
func TestTaskReplan(t *testing.T) {
	terms, by, given := testTerms(t), Process("replan"), tuesday.Add(30*time.Hour)
	holiday := terms
	holiday.Calendar.Holidays = []Holiday{{From: "2026-11-25", To: "2026-11-25"}}
	shorter := terms
	shorter.Policy.Version, shorter.Policy.Task.Due = 2, 4*3600
	shorter.Ref = shorter.Policy.Ref()
	for _, c := range []struct {
		name     string
		due      *time.Time
		terms    Terms
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
		task := opened(t, c.due)
		if c.isClosed {
			task, _, _ = task.Cancel(as(t, "stf_b"), tuesday)
		}
		next, e, err := task.Replan(by, c.terms.Task(), tuesday.Add(c.after))
		if err != nil {
			t.Fatal(err)
		}
		var rungs []string
		for _, r := range next.Rungs {
			rungs = append(rungs, r.Name)
		}
		if next.Due.Sub(task.Due) != c.moved || next.Turn != c.turn || next.Version != c.version || strings.Join(rungs, " ") != c.rungs {
			t.Errorf("%s: due %s (moved %s), turn %d, version %d, rungs %v", c.name, next.Due, next.Due.Sub(task.Due), next.Turn, next.Version, rungs)
		}
		if changed := next.Version != task.Version; changed != (e.Type == TaskReplanned) || changed && !e.Wakes {
			t.Errorf("%s: event %+v", c.name, e)
		}
		again, _, err := next.Replan(by, c.terms.Task(), tuesday.Add(c.after))
		if err != nil || again.Version != next.Version {
			t.Errorf("%s, twice: version %d after %d, %v", c.name, again.Version, next.Version, err)
		}
	}
}

func TestTaskPolicyCheck(t *testing.T) {
	if faults := (Policy{Lead: StandardPolicy().Lead}).Check(); len(faults) > 0 {
		t.Errorf("a policy from before there were tasks: %v", Listed(faults))
	}
	for _, c := range []struct {
		want  string
		spoil func(*TaskPolicy)
	}{
		{"/task/due_s", func(p *TaskPolicy) { p.Due = 0 }},
		{"/task/due_s", func(p *TaskPolicy) { p.Due = 1 << 40 }},
		{"/task/ladder/0/state", func(p *TaskPolicy) { p.Ladder[0].State = TaskClosed }},
		{"/task/ladder/1/do", func(p *TaskPolicy) { p.Ladder[1].Do = DoReassign }},
		{"/task/ladder/2/name", func(p *TaskPolicy) { p.Ladder[2].Name = "soon" }},
		{"/task/ladder/3/name", func(p *TaskPolicy) { p.Ladder[3].Name = "comment-1-1" }},
	} {
		p := StandardPolicy()
		c.spoil(&p.Task)
		if faults := p.Check(); !strings.Contains(Listed(faults), c.want) {
			t.Errorf("%s: %v", c.want, Listed(faults))
		}
	}
}

func isPlanned(r Rung) bool { return r.Do != DoTellMention }

// TestATaskAlwaysHasOneOwnerAndOneDeadline gives commands in any order, by anybody: an open task has an owner who may have it and a deadline; whoever
// had it keeps seeing it; what is closed has of its ladder no more than mentions; versions go up by one; no list grows without end.
func TestATaskAlwaysHasOneOwnerAndOneDeadline(t *testing.T) {
	people := []string{"stf_a", "stf_b", "stf_c", "stf_m", "stf_v", "stf_far"}
	rapid.Check(t, func(rt *rapid.T) {
		task, now, terms := opened(t, nil), tuesday, testTerms(t)
		had := map[string]bool{"stf_a": true, "stf_b": true}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 3600*30).Draw(rt, "seconds")) * time.Second)
			by, to := as(t, rapid.SampledFrom(people).Draw(rt, "by")), colleague(t, rapid.SampledFrom(people).Draw(rt, "to"))
			var due *time.Time
			if rapid.Bool().Draw(rt, "dated") {
				at := now.Add(time.Duration(rapid.IntRange(-3600, 3600*200).Draw(rt, "due")) * time.Second)
				due = &at
			}
			var next Task
			var e Event
			var err error
			switch rapid.IntRange(0, 7).Draw(rt, "command") {
			case 0:
				next, e, err = task.Change(by, TaskChange{Title: "t", Priority: "low", Due: due, Checklist: []string{"x"}}, terms.Task(), now)
			case 1:
				next, e, err = task.HandOn(by, to, terms.Task(), now)
			case 2:
				next, e, err = task.Comment(by, []Staff{to}, now)
			case 3:
				next, e, err = task.Check(by, 1, rapid.Bool().Draw(rt, "done"), now)
			case 4:
				next, e, err = task.Complete(by, true, now)
			case 5:
				next, e, err = task.Cancel(by, now)
			case 6:
				next, e, err = task.Reopen(by, to, due, terms.Task(), now)
			default:
				next, e, err = task.Replan(Process("replan"), terms.Task(), now)
			}
			if err != nil {
				if k := KindOf(err); k != Refused && k != Forbidden && k != NotFound && k != Invalid {
					rt.Fatalf("%v", err)
				}
				continue
			}
			if v := next.Version - task.Version; v != 0 && (v != 1 || e.Seq != next.Version || e.Progress.Seq != next.Version) {
				rt.Fatalf("version %d after %d, event %+v", next.Version, task.Version, e)
			}
			task = next
			had[task.Owner] = true
			owner, known := taskShop().Person(task.Owner)
			if !known || !ActorOf(owner).Sees(task.Branch) || task.Due.IsZero() || task.Closed() != (task.ClosedAt != nil) || task.Closed() && slices.ContainsFunc(task.Rungs, isPlanned) {
				rt.Fatalf("%+v", task)
			}
			for who := range had {
				if !task.SeenBy(Actor{ID: who}) {
					rt.Fatalf("%s had the task and does not see it: %+v", who, task)
				}
			}
			if len(task.Watchers) > MaxWatchers || len(task.Rungs) > 4+40 {
				rt.Fatalf("%d watchers, %d rungs", len(task.Watchers), len(task.Rungs))
			}
		}
	})
}

// TestNobodyWhoIsAwayGetsATask gives work to a person who is away, by each way in which a task finds its owner.
func TestNobodyWhoIsAwayGetsATask(t *testing.T) {
	terms, shop := testTerms(t), taskShop()
	due := tuesday.Add(48 * time.Hour)
	hours := func(from, to int) Absence {
		return Absence{From: tuesday.Add(time.Duration(from) * time.Hour), To: tuesday.Add(time.Duration(to) * time.Hour)}
	}
	gone := tuesday.Add(24 * time.Hour)
	for name, c := range map[string]struct {
		away   []Absence
		leaves *time.Time
		takes  bool
	}{
		"there":                         {nil, nil, true},
		"away until after it is due":    {[]Absence{hours(-1, 49)}, nil, false},
		"back when it is due":           {[]Absence{hours(-1, 48)}, nil, false},
		"back before":                   {[]Absence{hours(-1, 47)}, nil, true},
		"one absence after the other":   {[]Absence{hours(24, 72), hours(-1, 24)}, nil, false},
		"an hour between two absences":  {[]Absence{hours(-1, 23), hours(24, 72)}, nil, true},
		"away from tomorrow":            {[]Absence{hours(24, 72)}, nil, true},
		"away until he leaves for good": {[]Absence{hours(-1, 24)}, &gone, false},
	} {
		to := colleague(t, "stf_c")
		to.Absences, to.LeavesAt = c.away, c.leaves
		here := slices.Clone(shop.Staff)
		here[slices.IndexFunc(here, func(p Staff) bool { return p.ID == to.ID })] = to
		touched := func(by Actor) error {
			_, _, _, err := Customer{ID: "cus_1", Branch: "shanghai"}.Touched(by, Touch{At: tuesday, Next: &NextStep{Title: "x", Due: due, Owner: to.ID}}, Roster{Staff: here}, tuesday)
			return err
		}
		task := opened(t, &due)
		closed, _, err := task.Complete(as(t, "stf_a"), true, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		for way, err := range map[string]error{
			"opened":    third(NewTask(as(t, "stf_b"), TaskDraft{ID: "tsk_1", Due: &due}, to, terms.Task(), tuesday)),
			"handed on": third(task.HandOn(as(t, "stf_b"), to, terms.Task(), tuesday)),
			"reopened":  third(closed.Reopen(as(t, "stf_b"), to, &due, terms.Task(), tuesday)),
			"next step": touched(as(t, "stf_b")),
		} {
			if c.takes && err != nil || !c.takes && (KindOf(err) != Invalid || !strings.HasSuffix(err.(*Error).Fields[0].Pointer, "/owner")) {
				t.Errorf("%s, %s: %v", name, way, err)
			}
		}
		if own := third(NewTask(ActorOf(to), TaskDraft{ID: "tsk_1", Due: &due}, to, terms.Task(), tuesday)); own != nil || touched(ActorOf(to)) != nil {
			t.Errorf("%s: his own: %v", name, own)
		}
	}
}
