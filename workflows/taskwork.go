package workflows

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/crm"
)

// Templates of the messages about a task, as shared/notify names them.
const (
	taskAssigned  = "task-assigned"
	taskReminded  = "task-reminded"
	taskDue       = "task-due"
	taskOverdue   = "task-overdue"
	taskMentioned = "task-mentioned"
)

// TaskWork does what the rungs of a task's ladder say. It has no state of its own and serves any number of attempts at a time.
type TaskWork struct {
	Tasks  Tasks
	Ledger Ledger
	Mail   Mail
	Now    func() time.Time // UTC
	URL    string           // where a task is looked at, without its id: https://…/tasks/
}

// Tasks is implemented by *store.Store.
type Tasks interface {
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (crm.Shop, crm.Terms, error)
	Task(ctx context.Context, id string) (crm.Task, error)
}

// Climb does one rung. It reads the record first: what is done, moved or out of date is reported, not done. It writes to at most one person, by mail and
// into the chat of the branch.
func (w *TaskWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	out, err := w.climb(ctx, c)
	return out, verdict(ctx, err)
}

func (w *TaskWork) climb(ctx context.Context, c Climb) (Climbed, error) {
	task, err := w.Tasks.Task(ctx, c.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return Climbed{}, err
	}
	p := inRound(task.Progress(), c.Round)
	rung, there := find(p, c.Key)
	if p.Closed && rung.Do != crm.DoTellMention {
		return Climbed{Progress: p}, nil
	}
	if !there {
		return Climbed{Progress: p, Keys: []string{c.Key}}, nil
	}
	if rung.At.After(c.Rung.At) {
		return Climbed{Progress: p}, nil
	}
	again, err := w.write(ctx, task, rung)
	return climbed(p, c.Key, again), err
}

// Look says where the task stands.
func (w *TaskWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	task, err := w.Tasks.Task(ctx, l.ID)
	if err != nil && crm.KindOf(err) != crm.NotFound {
		return crm.Progress{}, verdict(ctx, err)
	}
	return inRound(task.Progress(), l.Round), nil
}

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *TaskWork) write(ctx context.Context, task crm.Task, rung crm.Rung) (again time.Duration, err error) {
	shop, terms, err := w.Tasks.Terms(ctx, task.Branch)
	if err != nil {
		return 0, err
	}
	manager, _ := shop.Manager(terms.Branch, w.Now())
	m := crm.Message{Customer: task.Log(), About: task.Progress().WorkflowID(), Step: task.Progress().Key(rung), Channel: crm.ChannelEmail, Branch: task.Branch, Owner: manager.ID,
		Person: task.Owner}
	if owner, found := shop.Person(task.Owner); found && owner.Employed(w.Now()) {
		m.Owner = owner.ID
	}
	switch rung.Do {
	case crm.DoTell:
		m.Template = taskAssigned
	case crm.DoRemind:
		m.Template = taskReminded
		if !rung.At.Before(task.Due) {
			m.Template = taskDue
		}
	case crm.DoTellManager:
		m.Template, m.Person = taskOverdue, cmp.Or(manager.ID, terms.Branch.Manager)
	case crm.DoTellMention:
		m.Template, m.Person = taskMentioned, rung.Who
	default:
		return 0, crm.Fail(crm.Invalid, "策略中有未知的步骤。请联系管理员。", "The policy has a step that is not known. Ask whoever runs the system.")
	}
	return w.notice(ctx, m, task, shop, terms)
}

// notice writes to a member of staff about the task, and into the chat of the branch where it has one.
func (w *TaskWork) notice(ctx context.Context, m crm.Message, task crm.Task, shop crm.Shop, terms crm.Terms) (time.Duration, error) {
	reader, _ := shop.Person(m.Person)
	values := map[string]string{"title": task.Title, "reference": crm.Reference(task.ID), "staff": reader.Name, "link": w.URL + task.ID}
	if m.Template != taskMentioned {
		values["due"] = terms.Calendar.Moment(task.Due, w.Now(), reader.Lang)
	}
	if m.Template == taskOverdue {
		owner, _ := shop.Person(task.Owner)
		values["owner"] = cmp.Or(owner.Name, task.Owner)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, terms.Branch.Robot, w.Now(), values)
}
