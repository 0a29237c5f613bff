package workflows

import (
	"cmp"
	"context"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/crm/outage"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/words"
	"afterpress/workflows/notice"
)

// TaskWork does what the rungs of a task's ladder say. It has no state of its own and serves any number of attempts at
// a time.
type TaskWork struct {
	Tasks    Tasks
	Ledger   Ledger
	Mail     Mail
	Channels Channels         // who watches a channel that is away; nil: nobody
	Now      func() time.Time // UTC
	URL      string           // where a task is looked at, without its id: https://…/tasks/
}

// Tasks is implemented by *store.Store.
type Tasks interface {
	Obstacles
	notice.Contacts
	// Terms is the shop with the calendar and policy of a branch.
	Terms(ctx context.Context, branch string) (setup.Shop, setup.Terms, error)
	Task(ctx context.Context, id string) (task.Task, error)
	// ChangeTask does for a task what Leads.ChangeLead does for a lead.
	ChangeTask(ctx context.Context, id string, rule func(task.Task) (task.Task, event.Event, error)) (task.Task, error)
}

// Climb does one rung: it writes to one person.
func (w *TaskWork) Climb(ctx context.Context, c Climb) (Climbed, error) {
	return w.climber().Climb(ctx, c)
}

// Look says where the task stands.
func (w *TaskWork) Look(ctx context.Context, l Look) (ladder.Progress, error) {
	return w.climber().Look(ctx, l)
}

func (w *TaskWork) climber() climber[task.Task] {
	return climber[task.Task]{
		kind: "task", Obstacles: w.Tasks, channels: w.Channels, customer: task.Task.Log,
		read: w.Tasks.Task, change: w.Tasks.ChangeTask, terms: w.Tasks.Terms, now: w.Now,
		branch: func(t task.Task) string { return t.Branch },
		write:  w.write, late: outage.Tasks,
		// Rungs of a closed task stay on its ladder: only whom a comment names is still told.
		over: func(p ladder.Progress, rung ladder.Rung) bool { return p.Closed && rung.Do != ladder.DoTellMention },
	}
}

type taskFile = file[task.Task]

// write sends the message of a rung. again is the time after which to try again, when it was surely not sent.
func (w *TaskWork) write(ctx context.Context, f taskFile, rung ladder.Rung) (again time.Duration, err error) {
	t := f.record
	manager, _ := f.shop.Manager(f.terms.Branch, w.Now())
	m := message.Message{
		Customer: t.Log(), About: t.Progress().WorkflowID(), Step: t.Progress().Key(rung),
		Channel: message.ChannelEmail, Branch: t.Branch, Owner: manager.ID, Person: t.Owner,
	}
	if f.employed(t.Owner, w.Now()) {
		m.Owner = t.Owner
	}
	switch rung.Do {
	case ladder.DoTellManager:
		m.Person = cmp.Or(manager.ID, f.terms.Branch.Manager)
	case ladder.DoTellMention:
		m.Person = rung.Who
	}
	if m.Template = notice.TaskTemplate(t, rung); m.Template == "" {
		return 0, errUnknownStep
	}
	return w.notice(ctx, f, m)
}

// notice writes to a member of staff about the task, and into the chat of the branch where it has one.
func (w *TaskWork) notice(ctx context.Context, f taskFile, m message.Message) (time.Duration, error) {
	t := f.record
	reader, _ := f.shop.Person(m.Person)
	values := map[string]string{"title": t.Title, "reference": words.Reference(t.ID), "staff": reader.Name,
		"link": w.URL + t.ID}
	if m.Template != message.TemplateTaskMentioned {
		var err error
		values["due"] = f.terms.Calendar.Moment(t.Due, w.Now(), reader.Lang)
		if values["details"], err = notice.TaskDetails(ctx, w.Tasks, t, reader.Lang); err != nil {
			return 0, err
		}
	}
	if m.Template == message.TemplateTaskOverdue || m.Template == message.TemplateTaskAnswerLate {
		values["owner"] = f.name(t.Owner)
	}
	return tellStaff(ctx, w.Ledger, w.Mail, m, reader, f.terms.Branch.Robot, w.Now(), values)
}
