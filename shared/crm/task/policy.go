package task

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Policy says how long a task may take that was given no date, and who is told when. All durations are
// seconds of working time. A policy that sets nothing is the standard one: policies from before there were
// tasks have none.
type Policy struct {
	Due int64 `json:"due_s,omitempty" validate:"min=0,max=10000000" description:"Working time when nobody gave a date; absent with the ladder: the standard · 未指定日期时的期限，与 ladder 都不填则按标准"`
	// Answer is the working time until a customer who waits for an answer gets one.
	Answer int64 `json:"answer_s,omitempty" validate:"min=0,max=10000000" description:"Time to answer · 答复时限"`

	Ladder []ladder.Rule `json:"ladder,omitempty" validate:"max=50,dive" description:"Who is told when · 提醒与升级"`
}

// steps are what a task's process can do by policy.
var steps = []string{ladder.DoTell, ladder.DoRemind, ladder.DoTellManager}

// mention begins the names of the rungs by which people are told of a comment.
const mention = "comment-"

// mentionLife is how long a mention waits to be told, such as while the mail server is away.
const mentionLife = 24 * time.Hour

// StandardPolicy gives a task two working days (16 hours), and an answer to a customer half a day (4 hours). It
// reminds the owner when 80 percent are gone and when it is due. Half a day later (4 hours) it tells the manager.
func StandardPolicy() Policy {
	return Policy{Due: 16 * 3600, Answer: 4 * 3600, Ladder: []ladder.Rule{
		{State: StateOpen, Name: "tell", Do: ladder.DoTell},
		{State: StateOpen, Name: "soon", Do: ladder.DoRemind, Percent: 80},
		{State: StateOpen, Name: "due", Do: ladder.DoRemind, Percent: 100},
		{State: StateOpen, Name: "overdue", Do: ladder.DoTellManager, Percent: 100, Plus: 4 * 3600},
	}}
}

// OrStandard is the policy, or the standard one where nothing is set. The time for an answer has a standard of its own,
// since older policies have none.
func (p Policy) OrStandard() Policy {
	standard := StandardPolicy()
	standard.Answer = cmp.Or(p.Answer, standard.Answer)
	if p.Due == 0 && len(p.Ladder) == 0 {
		return standard
	}
	p.Answer = standard.Answer
	return p
}

// time is the working time that the policy gives to a task, or to one that answers a customer.
func (p Policy) time(answers bool) time.Duration {
	if p = p.OrStandard(); answers {
		return calendar.Seconds(p.Answer)
	}
	return calendar.Seconds(p.Due)
}

// Check adds to f what is wrong with the policy, at pointers under /task.
func (p Policy) Check(f *fault.List) {
	p = p.OrStandard()
	if p.Due <= 0 || p.Due > int64(calendar.Reach/time.Second) {
		f.Add("/task/due_s", "请填写大于 0、不超过 400 天的工作时间（秒）。", "Enter working time in seconds: above 0, at most 400 days.")
	}
	if p.Answer <= 0 || p.Answer > int64(calendar.Reach/time.Second) {
		f.Add("/task/answer_s", "请填写大于 0、不超过 400 天的工作时间（秒）。", "Enter working time in seconds: above 0, at most 400 days.")
	}
	for i, r := range p.Ladder {
		if strings.HasPrefix(r.Name, mention) {
			f.Add(fmt.Sprintf("/task/ladder/%d/name", i), mention+" 开头的名称留给评论提醒。请换一个名称。", "Names that begin with "+mention+
				" are those of mentions. Choose another one.")
		}
		if strings.HasPrefix(r.Name, again) {
			f.Add(fmt.Sprintf("/task/ladder/%d/name", i), again+" 开头的名称留给客户再次来信的提醒。请换一个名称。", "Names that begin with "+
				again+" are those of what comes in again. Choose another one.")
		}
	}
	ladder.Check(f, "/task/ladder", p.Ladder, []string{StateOpen}, steps)
}

// Longest is the most working time that the policy asks for at once.
func (p Policy) Longest() time.Duration {
	p = p.OrStandard()
	most := max(p.Due, p.Answer)
	longest := most
	for _, r := range p.Ladder {
		most = max(most, longest*r.Percent/100+r.Plus)
	}
	return calendar.Seconds(most)
}

// dated gives the task its deadline, counted from now, and plans its ladder. give says that the owner is told
// that it is theirs.
func (t Task) dated(due *time.Time, give bool, terms Terms, now time.Time) (Task, error) {
	t.Since, t.ByPolicy = now, due == nil
	if due != nil {
		t.Due = due.UTC().Truncate(time.Millisecond)
		if !t.Due.After(now) || t.Due.After(now.Add(calendar.Reach)) {
			return t, fault.Faulty(fault.Field{Pointer: "/due_at",
				Text: words.Text{Zh: "请填写今后 400 天以内的时间。", En: "Enter a time within the next 400 days."}})
		}
		return t.planned(give, terms, now)
	}
	var err error
	if t.Due, err = terms.due(t.Answers(), now); err != nil {
		return t, err
	}
	return t.planned(give, terms, now)
}

// planned plans the ladder up to the deadline that the task has. Rungs of the past are left out: new owners
// are not reminded of what a former one let pass. Rungs lie in working time. Where the deadline is at night,
// the last reminder comes before it.
func (t Task) planned(give bool, terms Terms, now time.Time) (Task, error) {
	t.Policy = terms.Ref
	rungs, err := ladder.Plan(terms.Policy.OrStandard().Ladder, StateOpen, terms.Calendar, t.Since,
		int64(terms.Calendar.Between(t.Since, t.Due)/time.Second))
	if err != nil {
		return t, err
	}
	next := t.mentioned(now)
	for _, r := range rungs {
		switch {
		case r.Do == ladder.DoTell && give:
			r.At = now
		case r.Do == ladder.DoTell || !r.At.After(now):
			continue
		}
		next = append(next, r)
	}
	t.Rungs = next
	return t, nil
}

// mentioned are the mentions of the last mentionLife, told or not.
func (t Task) mentioned(now time.Time) []ladder.Rung {
	var out []ladder.Rung
	for _, r := range t.Rungs {
		if r.Do == ladder.DoTellMention && now.Before(r.At.Add(mentionLife)) {
			out = append(out, r)
		}
	}
	return out
}

// Replan brings an open task under the calendar and the policy of today. The deadline moves only where the
// policy gave it, and is counted from Since. A deadline that a person gave stays; its reminders keep to
// working time. A task on which nothing changes comes back in its version, with no event.
func (t Task) Replan(by staff.Actor, terms Terms, now time.Time) (Task, event.Event, error) {
	if t.Closed() {
		return t, event.Event{}, nil
	}
	next, moved := t, false
	if t.ByPolicy {
		due, err := terms.due(t.Answers(), t.Since)
		if err != nil {
			return t, event.Event{}, err
		}
		next.Due, moved = due, !due.Equal(t.Due)
	}
	if moved {
		next.Turn++
	}
	next, err := next.planned(false, terms, now)
	if err != nil {
		return t, event.Event{}, err
	}
	if !moved {
		next.Rungs = keptRungs(t.Rungs, next.Rungs, now)
	} else if !next.Due.After(now) && t.Due.After(now) { // the new plan made it overdue: its owner hears it
		next.Rungs = append(next.Rungs, ladder.Rung{Name: "due", Do: ladder.DoRemind, At: now})
	}
	if next.Due.Equal(t.Due) && next.Policy == t.Policy &&
		slices.EqualFunc(inOrder(next.Rungs), inOrder(t.Rungs), sameRung) {
		return t, event.Event{}, nil
	}
	next.Version, next.UpdatedAt = t.Version+1, now
	return next, event.NewTransition(event.TaskReplanned, by, t.Progress(), next.Progress(), t.Log(), t.Branch, now,
		map[string]string{"from": t.Due.Format(time.RFC3339)}), nil
}

// keptRungs are the rungs of the same turn after a new plan. Rungs whose time has come stay, climbed or about
// to be.
func keptRungs(before, after []ladder.Rung, now time.Time) []ladder.Rung {
	var out []ladder.Rung
	for _, r := range before {
		if r.Do != ladder.DoTellMention && !r.At.After(now) {
			out = append(out, r)
		}
	}
	for _, r := range after {
		if !slices.ContainsFunc(out, func(k ladder.Rung) bool { return k.Name == r.Name }) {
			out = append(out, r)
		}
	}
	return out
}

func inOrder(rungs []ladder.Rung) []ladder.Rung {
	return slices.SortedFunc(slices.Values(rungs),
		func(a, b ladder.Rung) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Name, b.Name)) })
}

func sameRung(a, b ladder.Rung) bool {
	return a.Name == b.Name && a.Do == b.Do && a.Who == b.Who && a.At.Equal(b.At)
}

// Terms are the rules that hold for the tasks of one branch at one moment.
type Terms struct {
	firm.Terms
	Policy Policy
}

// Due is when a task is due that is opened now without a date.
func (t Terms) Due(now time.Time) (time.Time, error) { return t.due(false, now) }

// AnswerDue is when a customer has to have an answer to what comes in now.
func (t Terms) AnswerDue(now time.Time) (time.Time, error) { return t.due(true, now) }

// due is when a task is due whose time began then.
func (t Terms) due(answers bool, began time.Time) (time.Time, error) {
	return t.Calendar.Add(began, t.Policy.time(answers))
}
