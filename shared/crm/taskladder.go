package crm

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// TaskPolicy says how long a task may take when nobody gave a date, and who is told when. All durations are seconds of working time. One that sets
// nothing is the standard one: policies that were written before there were tasks have none.
type TaskPolicy struct {
	Due    int64      `json:"due_s,omitempty" validate:"min=0,max=10000000" description:"Working time when nobody gave a date; absent with the ladder: the standard · 未指定日期时的期限，与 ladder 都不填则按标准"`
	Ladder []RungRule `json:"ladder,omitempty" validate:"max=50,dive" description:"Who is told when · 提醒与升级"`
}

// taskSteps are what a task's process can do by policy.
var taskSteps = []string{DoTell, DoRemind, DoTellManager}

// mention begins the names of the rungs by which people are told of a comment.
const mention = "comment-"

// mentionLife is how long a mention waits to be told: while the mail server is away.
const mentionLife = 24 * time.Hour

// standardTaskPolicy gives a task two working days, reminds its owner when four fifths are gone and when it is due, and tells the manager half a day later.
func standardTaskPolicy() TaskPolicy {
	return TaskPolicy{Due: 16 * 3600, Ladder: []RungRule{
		{State: TaskOpen, Name: "tell", Do: DoTell},
		{State: TaskOpen, Name: "soon", Do: DoRemind, Percent: 80},
		{State: TaskOpen, Name: "due", Do: DoRemind, Percent: 100},
		{State: TaskOpen, Name: "overdue", Do: DoTellManager, Percent: 100, Plus: 4 * 3600},
	}}
}

// orStandard is the policy, or the standard one where nothing is set.
func (p TaskPolicy) orStandard() TaskPolicy {
	if p.Due == 0 && len(p.Ladder) == 0 {
		return standardTaskPolicy()
	}
	return p
}

func (p TaskPolicy) check(f *FaultList) {
	p = p.orStandard()
	if p.Due <= 0 || p.Due > int64(CalendarReach/time.Second) {
		f.add("/task/due_s", "请填写大于 0、不超过 400 天的工作时间（秒）。", "Enter working time in seconds: above 0, at most 400 days.")
	}
	for i, r := range p.Ladder {
		if strings.HasPrefix(r.Name, mention) {
			f.add(fmt.Sprintf("/task/ladder/%d/name", i), mention+" 开头的名称留给评论提醒。请换一个名称。", "Names that begin with "+mention+" are those of mentions. Choose another one.")
		}
	}
	checkLadder(f, "/task/ladder", p.Ladder, []string{TaskOpen}, taskSteps)
}

// longest is the most working time that the policy asks for at once.
func (p TaskPolicy) longest() time.Duration {
	p = p.orStandard()
	most := p.Due
	for _, r := range p.Ladder {
		most = max(most, p.Due*r.Percent/100+r.Plus)
	}
	return seconds(most)
}

// dated gives the task its deadline, counted from now, and plans its ladder. give says that the owner is told that it is his.
func (t Task) dated(due *time.Time, give bool, terms TaskTerms, now time.Time) (Task, error) {
	t.Since, t.ByPolicy = now, due == nil
	if due != nil {
		t.Due = due.UTC().Truncate(time.Millisecond)
		if !t.Due.After(now) || t.Due.After(now.Add(CalendarReach)) {
			return t, Faulty(Field{Pointer: "/due_at", Text: Text{Zh: "请填写今后 400 天以内的时间。", En: "Enter a time within the next 400 days."}})
		}
		return t.planned(give, terms, now)
	}
	var err error
	if t.Due, err = terms.Calendar.Add(now, seconds(terms.Policy.orStandard().Due)); err != nil {
		return t, err
	}
	return t.planned(give, terms, now)
}

// planned plans the ladder up to the deadline that the task has. What lies behind is left out: whoever gets a task late is not reminded of what another one
// let pass. Times are working times, so where the deadline is at night the last reminder comes before it.
func (t Task) planned(give bool, terms TaskTerms, now time.Time) (Task, error) {
	t.Policy = terms.Ref
	rungs, err := plan(terms.Policy.orStandard().Ladder, TaskOpen, terms.Calendar, t.Since, int64(terms.Calendar.Between(t.Since, t.Due)/time.Second))
	if err != nil {
		return t, err
	}
	next := t.mentioned(now)
	for _, r := range rungs {
		switch {
		case r.Do == DoTell && give:
			r.At = now
		case r.Do == DoTell || !r.At.After(now):
			continue
		}
		next = append(next, r)
	}
	t.Rungs = next
	return t, nil
}

// mentioned are the mentions that are still to be told, or were a short while ago.
func (t Task) mentioned(now time.Time) []Rung {
	var out []Rung
	for _, r := range t.Rungs {
		if r.Do == DoTellMention && now.Before(r.At.Add(mentionLife)) {
			out = append(out, r)
		}
	}
	return out
}

// Replan brings an open task under the calendar and the policy of today. The deadline moves only where the policy gave it, and is counted from when it was
// given; a deadline that a person gave stays, and its reminders keep to working time. A task on which nothing changes comes back in its version.
func (t Task) Replan(by Actor, terms TaskTerms, now time.Time) (Task, Event, error) {
	if t.Closed() {
		return t, Event{}, nil
	}
	next, moved := t, false
	if t.ByPolicy {
		due, err := terms.Calendar.Add(t.Since, seconds(terms.Policy.orStandard().Due))
		if err != nil {
			return t, Event{}, err
		}
		next.Due, moved = due, !due.Equal(t.Due)
	}
	if moved {
		next.Turn++
	}
	next, err := next.planned(false, terms, now)
	if err != nil {
		return t, Event{}, err
	}
	if !moved {
		next.Rungs = keptRungs(t.Rungs, next.Rungs, now)
	} else if !next.Due.After(now) && t.Due.After(now) { // it has become overdue by this: its owner hears it
		next.Rungs = append(next.Rungs, Rung{Name: "due", Do: DoRemind, At: now})
	}
	if next.Due.Equal(t.Due) && next.Policy == t.Policy && slices.EqualFunc(inOrder(next.Rungs), inOrder(t.Rungs), sameRung) {
		return t, Event{}, nil
	}
	next.Version, next.UpdatedAt = t.Version+1, now
	return next, tell(TaskReplanned, by, t.Progress(), next.Progress(), t.Log(), t.Branch, now, map[string]string{"from": t.Due.Format(time.RFC3339)}), nil
}

// keptRungs are the rungs of the same turn after a new plan: those whose time has come stay, climbed or about to be.
func keptRungs(before, after []Rung, now time.Time) []Rung {
	var out []Rung
	for _, r := range before {
		if r.Do != DoTellMention && !r.At.After(now) {
			out = append(out, r)
		}
	}
	for _, r := range after {
		if !slices.ContainsFunc(out, func(k Rung) bool { return k.Name == r.Name }) {
			out = append(out, r)
		}
	}
	return out
}

func inOrder(rungs []Rung) []Rung {
	return slices.SortedFunc(slices.Values(rungs), func(a, b Rung) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
}

func sameRung(a, b Rung) bool {
	return a.Name == b.Name && a.Do == b.Do && a.Who == b.Who && a.At.Equal(b.At)
}

// TaskTerms are the rules that hold for the tasks of one branch at one moment.
type TaskTerms struct {
	FirmTerms
	Policy TaskPolicy
}
