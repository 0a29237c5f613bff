package workflows

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/crm"
)

// TaskWork does what the rungs of a task's ladder say. It has no state of its own and serves any number of attempts at
// a time.
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

// Climb does one rung: it writes to one person.
func (w *TaskWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the task stands.
func (w *TaskWork) Look(ctx context.Context, l Look) (crm.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *TaskWork) climber() climber[crm.Task] {
	return climber[crm.Task]{
		read: w.Tasks.Task, terms: w.Tasks.Terms, now: w.Now,
		branch: func(t crm.Task) string { return t.Branch },
		write:  w.write,
		// Rungs of a closed task stay on its ladder: only whom a comment names is still told.
		over: func(p crm.Progress, rung crm.Rung) bool { return p.Closed && rung.Do != crm.DoTellMention },
	}
}

type taskFile = file[crm.Task]

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *TaskWork) write(ctx context.Context, f taskFile, rung crm.Rung) (again time.Duration, err error) {
	task := f.record
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := crm.Message{
		Customer: task.Log(), About: task.Progress().WorkflowID(), Step: task.Progress().Key(rung),
		Channel: crm.ChannelEmail, Branch: task.Branch, Owner: manager.ID, Person: task.Owner,
	}
	if f.employed(task.Owner, w.Now()) {
		m.Owner = task.Owner
	}
	switch rung.Do {
	case crm.DoTell:
		m.Template = crm.TemplateTaskAssigned
	case crm.DoRemind:
		m.Template = crm.TemplateTaskReminded
		if !rung.At.Before(task.Due) {
			m.Template = crm.TemplateTaskDue
		}
	case crm.DoTellManager:
		m.Template, m.Person = crm.TemplateTaskOverdue, cmp.Or(manager.ID, f.terms.Branch.Manager)
	case crm.DoTellMention:
		m.Template, m.Person = crm.TemplateTaskMentioned, rung.Who
	default:
		return 0, unknownStep()
	}
	return w.notice(ctx, f, m)
}

// notice writes to a member of staff about the task, and into the chat of the branch where it has one.
func (w *TaskWork) notice(ctx context.Context, f taskFile, m crm.Message) (time.Duration, error) {
	task := f.record
	reader, _ := f.shop.Person(m.Person)
	values := map[string]string{"title": task.Title, "reference": crm.Reference(task.ID), "staff": reader.Name, "link": w.URL + task.ID}
	if m.Template != crm.TemplateTaskMentioned {
		values["due"] = f.terms.Calendar.Moment(task.Due, w.Now(), reader.Lang)
	}
	if m.Template == crm.TemplateTaskOverdue {
		values["owner"] = f.name(task.Owner)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}
