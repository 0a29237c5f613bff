package task

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Commands of a task.
const (
	CommandChange   = "task.change"
	CommandHandOn   = "task.hand-on"
	CommandComment  = "task.comment"
	CommandCheck    = "task.check"
	CommandComplete = "task.complete"
	CommandCancel   = "task.cancel"
	CommandReopen   = "task.reopen"
)

// Commands lists the commands of a task in the order in which they are offered.
var Commands = []string{CommandChange, CommandHandOn, CommandComment, CommandCheck, CommandComplete, CommandCancel,
	CommandReopen}

// moves is the state machine of a task: the states in which each command may be given.
var moves = map[string][]string{
	CommandChange:   {StateOpen},
	CommandHandOn:   {StateOpen},
	CommandComment:  {StateOpen},
	CommandCheck:    {StateOpen},
	CommandComplete: {StateOpen},
	CommandCancel:   {StateOpen},
	CommandReopen:   {StateClosed, StateDropped},
}

// Actions lists what the actor may do with the task now, and why not the rest. An actor whose roles have no
// tasks gets an empty list.
func Actions(by staff.Actor, t Task) []permission.Permitted {
	out := []permission.Permitted{}
	if permission.Permit(by, permission.ChangeTask) != nil {
		return out
	}
	for _, command := range Commands {
		p := permission.Permitted{Name: command, Allowed: true}
		if err := t.may(by, command); err != nil {
			p.Allowed, p.Text = false, err.Text
		}
		out = append(out, p)
	}
	return out
}

// may refuses a command that the actor or the state does not allow. Everybody who sees a task may comment on
// it. Its owner, its creator and the branch's managers may do the rest. Only the creator and the managers may
// cancel it: owners would cancel what they do not want to do.
func (t Task) may(by staff.Actor, command string) *fault.Error {
	if !t.SeenBy(by) {
		return fault.Missing("任务", "task")
	}
	if !slices.Contains(moves[command], t.State) {
		e := t.forbidden()
		e.State, e.Record = t.State, t
		for _, c := range Commands {
			if slices.Contains(moves[c], t.State) {
				e.Allowed = append(e.Allowed, c)
			}
		}
		return e
	}
	switch {
	case command == CommandComment || t.answersFor(by):
		return nil
	case t.Owner != by.ID:
		return fault.Fail(fault.Forbidden, "这项任务由其他同事负责。请写评论，或联系负责人、创建人或经理。",
			"Another colleague has this task. Comment on it, or ask its owner, its creator or the manager.")
	case command == CommandCancel:
		return fault.Fail(fault.Forbidden, "任务只能由创建人或经理取消。请写评论告诉他们原因。",
			"Only the creator or the manager cancels a task. Comment on it and say why.")
	}
	return nil
}

// forbidden refuses what the state does not allow, with who may take the step that comes first.
func (t Task) forbidden() *fault.Error {
	if t.State == StateOpen {
		return fault.Fail(fault.Refused, "任务没有关闭，无需重新打开。", "The task is open, so there is nothing to reopen.")
	}
	return fault.Fail(fault.Refused, "任务已关闭。请先重新打开任务（负责人、创建人或经理）。",
		"The task is closed. First reopen it (its owner, its creator or a manager).")
}

// answersFor reports whether the actor gave the task or manages its branch. Owners of the shop count as
// managers, and processes always answer for it.
func (t Task) answersFor(by staff.Actor) bool {
	return by.IsProcess() || t.Creator == by.ID || (by.Has(staff.Manager) || by.Has(staff.Owner)) && by.Sees(t.Branch)
}

// next is the task's next version.
func (t Task) next(now time.Time) Task {
	t.Version, t.UpdatedAt = t.Version+1, now
	return t
}

// event makes the event of a change. The process hears only of changes to its ladder.
func (t Task) event(kind event.Type, by staff.Actor, before Task, now time.Time, data map[string]string) event.Event {
	return event.NewTransition(kind, by, before.Progress(), t.Progress(), t.Log(), t.Branch, now, data)
}

// Change is the new content of a task. Without Due the policy gives the deadline. Where a person had given
// it, the policy's working time counts from now.
type Change struct {
	Title, Text, Priority string
	Due                   *time.Time
	Checklist             []string
}

// Change edits the task. Only its creator and the branch's managers may move the deadline. Where nothing
// changes, the task comes back in its version with no event.
func (t Task) Change(by staff.Actor, c Change, terms Terms, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandChange); err != nil {
		return t, event.Event{}, err
	}
	next := t.next(now)
	next.Title, next.Text, next.Priority, next.Checklist = c.Title, c.Text, urgency(c.Priority), t.listed(c.Checklist)
	stays := c.Due == nil && t.ByPolicy || c.Due != nil && c.Due.Equal(t.Due) && !t.ByPolicy
	if !stays {
		if !t.answersFor(by) {
			return t, event.Event{}, fault.Fail(fault.Forbidden, "任务期限只能由创建人或经理更改。请写评论请他们更改。",
				"Only the creator or the manager moves the deadline. Comment on the task and ask them to.")
		}
		next.Turn++
		var err error
		if next, err = next.dated(c.Due, false, terms, now); err != nil {
			return t, event.Event{}, err
		}
	} else if next.Title == t.Title && next.Text == t.Text && next.Priority == t.Priority &&
		slices.Equal(next.Checklist, t.Checklist) {
		return t, event.Event{}, nil
	}
	return next, next.event(event.TaskChanged, by, t, now, map[string]string{"due": next.Due.Format(time.RFC3339)}), nil
}

// HandOn gives the task to another person. Its former owner and its creator keep seeing it. Its deadline
// stays.
func (t Task) HandOn(by staff.Actor, to staff.Staff, terms Terms, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandHandOn); err != nil {
		return t, event.Event{}, err
	}
	if err := MayTake(to, t.Branch, now, "/owner"); err != nil {
		return t, event.Event{}, err
	}
	if err := IsThere(by, to, t.Due, "/owner", now); err != nil {
		return t, event.Event{}, err
	}
	if to.ID == t.Owner {
		return t, event.Event{}, fault.Faulty(fault.Field{Pointer: "/owner",
			Text: words.Text{Zh: "任务已由此人负责。请选择其他同事。", En: "This colleague already has the task. Choose another one."}})
	}
	next := t.next(now)
	next.Owner, next.Turn, next.HandOns = to.ID, t.Turn+1, t.HandOns+1
	next.keep(t.Owner)
	next, err := next.planned(by.ID != to.ID, terms, now)
	if err != nil {
		return t, event.Event{}, err
	}
	return next, next.event(event.TaskHanded, by, t, now, map[string]string{"owner": to.ID, "previous": t.Owner}), nil
}

// crowded refuses more watchers than MaxWatchers.
func crowded() error {
	return fault.Faulty(fault.Field{Pointer: "/mentions", Text: words.Text{
		Zh: fmt.Sprintf("一项任务最多有 %d 位关注人。请减少提及的人，或新建任务。", MaxWatchers),
		En: fmt.Sprintf("A task has at most %d watchers. Name fewer people, or open another task.", MaxWatchers)}})
}

// Comment counts a comment. Each colleague whom it names watches the task from now on and is told of it,
// except for the writer.
func (t Task) Comment(by staff.Actor, named []staff.Staff, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandComment); err != nil {
		return t, event.Event{}, err
	}
	next := t.next(now)
	next.Comments++
	var told []ladder.Rung
	for i, p := range named {
		if !p.Employed(now) || !staff.ActorOf(p).Sees(t.Branch) ||
			permission.Permit(staff.ActorOf(p), permission.ReadTasks) != nil {
			return t, event.Event{}, fault.Faulty(fault.Field{Pointer: fmt.Sprintf("/mentions/%d", i), Text: words.Text{
				Zh: "此人看不到该网点的任务。请提及该网点在职的同事。",
				En: "This person does not see tasks of the branch. Name a colleague who works there."}})
		}
		if p.ID == by.ID {
			continue
		}
		next.watch(p.ID)
		told = append(told, ladder.Rung{Name: fmt.Sprintf("%s%d-%d", mention, next.Comments, i+1), Do: ladder.DoTellMention,
			At: now, Who: p.ID})
	}
	if n := len(next.Watchers); n > MaxWatchers && n > len(t.Watchers) {
		return t, event.Event{}, crowded()
	}
	if len(told) > 0 {
		planned := slices.DeleteFunc(slices.Clone(t.Rungs), func(r ladder.Rung) bool { return r.Do == ladder.DoTellMention })
		next.Rungs = slices.Concat(planned, t.mentioned(now), told)
	}
	return next, next.event(event.TaskCommented, by, t, now, map[string]string{"mentions": strconv.Itoa(len(named))}), nil
}

// Check marks an item of the checklist as done, or as open again. An item that is marked so already stays as
// it is, with no event.
func (t Task) Check(by staff.Actor, item int, done bool, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandCheck); err != nil {
		return t, event.Event{}, err
	}
	i := slices.IndexFunc(t.Checklist, func(c ChecklistItem) bool { return c.ID == item })
	if i < 0 {
		return t, event.Event{}, fault.Faulty(fault.Field{Pointer: "/item",
			Text: words.Text{Zh: "清单中没有这一项。请刷新后再选择。", En: "The checklist has no such item. Reload the task and choose again."}})
	}
	if t.Checklist[i].Done == done {
		return t, event.Event{}, nil
	}
	next := t.next(now)
	next.Checklist = slices.Clone(t.Checklist)
	next.Checklist[i].Done, next.Checklist[i].By, next.Checklist[i].At = done, "", nil
	if done {
		next.Checklist[i].By, next.Checklist[i].At = by.ID, &now
	}
	return next, next.event(event.TaskChanged, by, t, now,
		map[string]string{"item": strconv.Itoa(item), "done": strconv.FormatBool(done)}), nil
}

// Complete closes the task as done. Open items of its checklist are refused one by one. With force they stay
// open.
func (t Task) Complete(by staff.Actor, force bool, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandComplete); err != nil {
		return t, event.Event{}, err
	}
	var left []fault.Field
	for i, item := range t.Checklist {
		if !item.Done {
			left = append(left, fault.Field{Pointer: fmt.Sprintf("/checklist/%d", i),
				Text: words.Text{Zh: "此项尚未完成：" + item.Text, En: "This item is open: " + item.Text}})
		}
	}
	if len(left) > 0 && !force {
		e := fault.Fail(fault.Refused, "清单中还有未完成的项目。请先勾选，或以 force 为 true 再次提交，让它们保持未完成。",
			"The checklist has open items. Check them first, or send force as true to leave them open.")
		e.State, e.Record, e.Fields = t.State, t, left
		return t, event.Event{}, e
	}
	next := t.closed(StateClosed, by, now)
	next.InTime = !now.After(t.Due)
	return next, next.event(event.TaskDone, by, t, now,
		map[string]string{"in_time": strconv.FormatBool(next.InTime), "open_items": strconv.Itoa(len(left))}), nil
}

// Cancel closes the task as not to be done.
func (t Task) Cancel(by staff.Actor, now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandCancel); err != nil {
		return t, event.Event{}, err
	}
	next := t.closed(StateDropped, by, now)
	return next, next.event(event.TaskCancelled, by, t, now, nil), nil
}

// closed closes the task. The mentions of its ladder stay: a comment just before the closing is still to be
// told.
func (t Task) closed(state string, by staff.Actor, now time.Time) Task {
	next := t.next(now)
	next.State, next.Rungs, next.ClosedAt, next.ClosedBy = state, t.mentioned(now), &now, by.ID
	return next
}

// Reopen begins a new round of a closed task, with a new deadline. Its owner is the one who had it or another
// person. The former owner keeps seeing it.
func (t Task) Reopen(by staff.Actor, owner staff.Staff, due *time.Time, terms Terms,
	now time.Time) (Task, event.Event, error) {
	if err := t.may(by, CommandReopen); err != nil {
		return t, event.Event{}, err
	}
	if err := MayTake(owner, t.Branch, now, "/owner"); err != nil {
		return t, event.Event{}, err
	}
	next := t.next(now)
	next.State, next.Round, next.Turn, next.Owner = StateOpen, t.Round+1, t.Turn+1, owner.ID
	// the process of the last round tells its mentions itself
	next.ClosedAt, next.ClosedBy, next.InTime, next.Rungs, next.AnsweredBy = nil, "", false, nil, ""
	next.keep(t.Owner)
	next, err := next.dated(due, by.ID != owner.ID, terms, now)
	if err == nil {
		err = IsThere(by, owner, next.Due, "/owner", now)
	}
	if err != nil {
		return t, event.Event{}, err
	}
	return next, next.event(event.TaskReopened, by, t, now, map[string]string{"owner": owner.ID}), nil
}
