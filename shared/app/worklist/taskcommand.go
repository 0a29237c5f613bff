package worklist

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/work"
)

// taskCommand gives one command to a task of the shop, on the terms of the task's branch.
type taskCommand func(t task.Task, shop setup.Shop, terms task.Terms) (task.Task, event.Event, error)

// taskRule is a command as the store applies it. A task that the caller does not see, and a version that is over, come
// before what the command itself refuses.
func taskRule(by app.Caller, at app.Record, shop setup.Shop, command taskCommand) work.TaskRule {
	return func(t task.Task) (task.Task, event.Event, error) {
		if !t.SeenBy(by.Actor) {
			return t, event.Event{}, app.MissingTask
		}
		if err := at.Current(t.Version, t); err != nil {
			return t, event.Event{}, err
		}
		terms, err := shop.Terms(t.Branch)
		if err != nil {
			return t, event.Event{}, err
		}
		return command(t, shop, terms.Task())
	}
}

// commandTask changes a task, with the note that goes under it, and returns what the caller sees of it then.
func (d Desk) commandTask(ctx context.Context, by app.Caller, at app.Record, note *task.Note,
	command taskCommand) (Task, error) {
	if err := permission.Permit(by.Actor, permission.ChangeTask); err != nil {
		return Task{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return Task{}, err
	}
	show, rule := shownTask(by), taskRule(by, at, shop, command)
	ctx = app.Showing(ctx, show)
	var t task.Task
	if note == nil {
		t, err = d.Store.ChangeTask(ctx, at.ID, rule)
	} else {
		note.By = by.ID
		t, err = d.Store.NoteTask(ctx, at.ID, *note, rule)
	}
	if err != nil {
		return Task{}, err
	}
	return show(t), nil
}

// ChangeTask changes what was said of a task.
func (d Desk) ChangeTask(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[TaskDefinition]) (Task, error) {
	before, err := d.task(ctx, by, permission.ChangeTask, at)
	if err == nil {
		err = at.Named(before.Version, before)
	}
	if err != nil {
		return Task{}, err
	}
	in, err := edit(taskDefinition(before))
	if err != nil {
		return Task{}, err
	}
	change := task.Change{Title: in.Title, Text: in.Text, Priority: in.Priority, Due: in.DueAt,
		Checklist: in.Checklist}
	return d.commandTask(ctx, by, at, nil,
		func(t task.Task, _ setup.Shop, terms task.Terms) (task.Task, event.Event, error) {
			return t.Change(by.Actor, change, terms, d.Now())
		})
}

// HandOnTask names who gets the task, and why.
type HandOnTask struct {
	Owner  string `json:"owner" validate:"required,id=stf"`
	Reason string `json:"reason" validate:"required,max=2000,text,shown"`
}

// HandOnTask gives a task to a colleague. The former owner keeps seeing it.
func (d Desk) HandOnTask(ctx context.Context, by app.Caller, at app.Record, in HandOnTask) (Task, error) {
	return d.commandTask(ctx, by, at, &task.Note{Kind: task.NoteHandOn, Text: in.Reason, To: in.Owner},
		func(t task.Task, shop setup.Shop, terms task.Terms) (task.Task, event.Event, error) {
			to, _ := shop.Person(in.Owner) // a person who is not there works in no branch, so the rule refuses
			return t.HandOn(by.Actor, to, terms, d.Now())
		})
}

// CommentTask is a comment. Those whom it mentions are told, and keep seeing the task.
type CommentTask struct {
	Text     string   `json:"text" validate:"required,max=4000,text,shown"`
	Mentions []string `json:"mentions,omitempty" validate:"max=10,unique,dive,id=stf" description:"Staff ids of colleagues who see the branch · 可查看该网点的同事编号"`
}

// CommentTask writes a comment under a task.
func (d Desk) CommentTask(ctx context.Context, by app.Caller, at app.Record, in CommentTask) (Task, error) {
	return d.commandTask(ctx, by, at, &task.Note{Kind: task.NoteComment, Text: in.Text, Mentions: in.Mentions},
		func(t task.Task, shop setup.Shop, _ task.Terms) (task.Task, event.Event, error) {
			var named []staff.Staff
			for _, id := range in.Mentions {
				p, _ := shop.Person(id) // a person who is not there sees no branch, so the rule refuses
				named = append(named, p)
			}
			return t.Comment(by.Actor, named, d.Now())
		})
}

// CheckTask marks one item of the checklist.
type CheckTask struct {
	Item int   `json:"item" validate:"required,min=1,max=1000000" description:"The item's id · 清单项的编号"`
	Done *bool `json:"done" validate:"required" description:"false takes the mark back · false 为取消勾选"`
}

// CheckTask marks an item of the checklist, or takes the mark back.
func (d Desk) CheckTask(ctx context.Context, by app.Caller, at app.Record, in CheckTask) (Task, error) {
	return d.commandTask(ctx, by, at, nil,
		func(t task.Task, _ setup.Shop, _ task.Terms) (task.Task, event.Event, error) {
			return t.Check(by.Actor, in.Item, *in.Done, d.Now())
		})
}

// CompleteTask closes the task.
type CompleteTask struct {
	Force bool `json:"force,omitempty" description:"Open items of the checklist stay open · 允许清单中有未完成的项目"`
}

// CompleteTask closes a task as done.
func (d Desk) CompleteTask(ctx context.Context, by app.Caller, at app.Record, in CompleteTask) (Task, error) {
	return d.closeTask(ctx, by, at, nil,
		func(t task.Task, _ setup.Shop, _ task.Terms) (task.Task, event.Event, error) {
			return t.Complete(by.Actor, in.Force, d.Now())
		})
}

// closeTask is commandTask for a command that closes the task. The end of the letters that waited under it begins then;
// submissions among them wait on for their own decision.
func (d Desk) closeTask(ctx context.Context, by app.Caller, at app.Record, note *task.Note,
	command taskCommand) (Task, error) {
	before, err := d.task(ctx, by, permission.ChangeTask, at)
	if err != nil {
		return Task{}, err
	}
	at.Version = cmp.Or(at.Version, before.Version) // a letter that joins meanwhile is not ended unseen
	var closed Task
	err = d.Store.EndLetters(ctx, before.Branch, before.Letters, func() (err error) {
		closed, err = d.commandTask(ctx, by, at, note, command)
		return err
	})
	return closed, err
}

// CancelTask says why the task is not to be done.
type CancelTask struct {
	Reason string `json:"reason" validate:"required,max=2000,text,shown"`
}

// CancelTask closes a task as not to be done.
func (d Desk) CancelTask(ctx context.Context, by app.Caller, at app.Record, in CancelTask) (Task, error) {
	return d.closeTask(ctx, by, at, &task.Note{Kind: task.NoteCancel, Text: in.Reason},
		func(t task.Task, _ setup.Shop, _ task.Terms) (task.Task, event.Event, error) {
			return t.Cancel(by.Actor, d.Now())
		})
}

// ReopenTask says why the task is not done after all.
type ReopenTask struct {
	Reason string     `json:"reason" validate:"required,max=2000,text,shown"`
	Owner  string     `json:"owner,omitempty" validate:"omitempty,id=stf" description:"Absent: who had it · 不填则为原负责人"`
	DueAt  *time.Time `json:"due_at,omitempty" description:"Absent: after the working time that the policy gives · 不填则按规则的工作时间推算"`
}

// ReopenTask reopens a closed task with a new deadline. Where the input names no owner, the former one gets it again.
func (d Desk) ReopenTask(ctx context.Context, by app.Caller, at app.Record, in ReopenTask) (Task, error) {
	return d.commandTask(ctx, by, at, &task.Note{Kind: task.NoteReopen, Text: in.Reason},
		func(t task.Task, shop setup.Shop, terms task.Terms) (task.Task, event.Event, error) {
			to, _ := shop.Person(cmp.Or(in.Owner, t.Owner)) // one who is not there works in no branch: the rule refuses
			return t.Reopen(by.Actor, to, in.DueAt, terms, d.Now())
		})
}
