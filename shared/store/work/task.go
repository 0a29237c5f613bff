package work

import (
	"context"
	"errors"

	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

// TaskRule takes a task and gives the next one with its event, or refuses.
type TaskRule = func(task.Task) (task.Task, event.Event, error)

// taskRow is the item of a task with the lists in which it stands. It always stands on its branch's board. While
// it is open, it also stands on its owner's desk and among its customer's open items.
func taskRow(t task.Task) (table.Item, error) {
	in := table.Lists{Kind: "task", ID: t.ID, Branch: t.Branch, Owner: t.Owner, Customer: t.Customer,
		Closed: t.ClosedAt != nil, At: t.Due}
	if in.Closed {
		in.At = *t.ClosedAt
	}
	return table.Row(t, t.Card(), in)
}

// Task reads a task by its id. A missing task is NotFound.
func (s *Work) Task(ctx context.Context, id string) (task.Task, error) {
	return table.GetRecord[task.Task](ctx, s.table, "task", id, fault.Missing("任务", "task"))
}

// PutTask adds a task, its new watchers and its event to a transaction. version is the one that was read, 0 for
// a new task. A task that changed since fails the transaction with table.ErrChanged.
func (s *Work) PutTask(b *table.Batch, t task.Task, version int64, e event.Event) error {
	it, err := taskRow(t)
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	for _, w := range t.Watchers {
		s.putWatcher(b, t, w, e.Type)
	}
	if e.Type == event.TaskDone {
		s.CountDone(b, "task", t.Owner, *t.ClosedAt, t.InTime, 1)
	}
	return s.table.PutEvent(b, e)
}

// putWatcher writes a watcher's line when the person starts to watch, and when the task leaves or enters their
// list. Otherwise the line stays, because the list reads the tasks themselves.
func (s *Work) putWatcher(b *table.Batch, t task.Task, w task.Watcher, kind event.Type) {
	it, cond := table.WatcherKey(t.ID, w.Staff), table.Absent()
	if w.Since != t.Version {
		switch kind {
		case event.TaskDone, event.TaskCancelled, event.TaskReopened:
			cond = table.Condition{Expr: "attribute_exists(#pk)", Names: map[string]string{"#pk": "pk"}}
		default:
			return
		}
	}
	it["id"], it["kind"] = table.Text(t.ID), table.Text("task")
	if !t.Closed() {
		it["desk_pk"], it["desk_sk"] = table.Text(table.WatchingOf(w.Staff)), table.Text(table.When(t.UpdatedAt, t.ID))
	}
	b.Put(s.table.Records, it, cond, func(table.Item) error { return table.ErrChanged })
}

// NewTaskID makes the id of a task that is opened only once.
func (s *Work) NewTaskID() string { return s.table.NewID("tsk") }

// OpenTask stores a new task with its event. A task with this id that exists already is returned as it is. A
// process may open a task for the same fact again (task.ID), and then it gets the task that it opened.
func (s *Work) OpenTask(ctx context.Context, t task.Task, e event.Event) (task.Task, error) {
	b := table.NewBatch()
	if err := s.PutTask(b, t, 0, e); err != nil {
		return t, err
	}
	if err := s.table.Commit(ctx, b, t); !errors.Is(err, table.ErrChanged) {
		return t, err
	}
	return s.Task(ctx, t.ID)
}

// ChangeTask reads a task, applies the rule, and writes the next task and its event in one transaction. The
// condition is that no other writer changed it meanwhile. When one did, the rule decides again on the task as it
// is now.
func (s *Work) ChangeTask(ctx context.Context, id string, rule TaskRule) (task.Task, error) {
	return s.changeTask(ctx, id, rule, nil)
}

// NoteTask is ChangeTask with a comment under the task, in the same transaction.
func (s *Work) NoteTask(ctx context.Context, id string, note task.Note, rule TaskRule) (task.Task, error) {
	return s.changeTask(ctx, id, rule, func(b *table.Batch, t task.Task) error {
		note.ID, note.Version, note.CreatedAt, note.Task = s.table.NewID("cmt"), 1, t.UpdatedAt, t.ID
		it, err := table.Encode(note, table.NoteKey(t.ID, note.ID))
		if err == nil {
			b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
		}
		return err
	})
}

func (s *Work) changeTask(ctx context.Context, id string, rule TaskRule,
	extra func(*table.Batch, task.Task) error) (task.Task, error) {
	read := func() (task.Task, error) { return s.Task(ctx, id) }
	return table.Change(ctx, table.Few, read, rule, func(t, next task.Task, e event.Event) (task.Task, error) {
		if next.Version == t.Version {
			return next, nil
		}
		b := table.NewBatch()
		if err := s.PutTask(b, next, t.Version, e); err != nil {
			return t, err
		}
		if t.State == task.StateClosed && !next.Closed() { // reopened: it was not done after all
			s.CountDone(b, "task", t.Owner, *t.ClosedAt, t.InTime, -1)
		}
		if extra != nil {
			if err := extra(b, next); err != nil {
				return t, err
			}
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// TaskQuery asks for tasks by one of their lists, and filters the result by the other fields.
type TaskQuery struct {
	Branches []string // the branches that the caller sees
	State    string   // empty: open ones
	Owner    string
	Own      bool // Owner is the caller: open tasks of any branch
	Customer string
	About    string
	Month    string // closed tasks: yyyy-mm in which they were closed, UTC
	table.Paging
}

// Tasks lists tasks, most urgent first; closed ones, newest first.
func (s *Work) Tasks(ctx context.Context, q TaskQuery) (table.Page[task.Card], error) {
	l := table.List{Index: table.BoardIndex, Kind: "task",
		Card: map[string]string{"state": q.State, "owner": q.Owner, "customer": q.Customer, "about": q.About}}
	closed := q.State != "" && q.State != task.StateOpen
	switch {
	case len(q.Branches) == 0 && !q.Own:
		return table.Page[task.Card]{Items: []task.Card{}}, nil
	case closed:
		l.Newest = true
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, table.ClosedBoard("task", b, q.Month))
		}
	case q.Owner != "":
		l.Index, l.Partitions = table.DeskIndex, []string{table.DeskOf(q.Owner)}
		if !q.Own {
			l.Branches = q.Branches
		}
	case q.Customer != "":
		l.Index, l.Branches, l.Partitions = table.AboutIndex, q.Branches, []string{table.OpenOf(q.Customer)}
	default:
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, table.OpenBoard("task", b))
		}
	}
	return table.Cards[task.Card](s.table.Lines(ctx, l, q.Paging))
}

// WatchedTasks lists the open tasks that a person watches. The ones that they began to watch last come first.
func (s *Work) WatchedTasks(ctx context.Context, staff string, p table.Paging) (table.Page[task.Card], error) {
	page := table.Page[task.Card]{Items: []task.Card{}}
	lines, next, err := s.table.Lines(ctx,
		table.List{Index: table.DeskIndex, Partitions: []string{table.WatchingOf(staff)}, Newest: true}, p)
	if err != nil || len(lines) == 0 {
		return page, err
	}
	keys, found := make([]table.Item, len(lines)), map[string]task.Task{}
	for i, l := range lines {
		keys[i] = table.RecordKey("task", l.ID)
	}
	rows, err := s.table.GetAll(ctx, s.table.Records, keys)
	if err != nil {
		return page, err
	}
	for _, it := range rows {
		t, err := table.Decode[task.Task](it)
		if err != nil {
			return page, err
		}
		found[t.ID] = t
	}
	for _, l := range lines {
		if t, there := found[l.ID]; there {
			page.Items = append(page.Items, t.Card())
		}
	}
	page.Next = next
	return page, nil
}

// TaskNotes lists the comments under a task, newest first.
func (s *Work) TaskNotes(ctx context.Context, t string, p table.Paging) (table.Page[task.Note], error) {
	return table.NewestBelow(ctx, s.table, table.NoteKey(t, ""), p, func(n task.Note) string { return n.ID })
}

// NamedTasks are the tasks with this reference, in any state.
func (s *Work) NamedTasks(ctx context.Context, n naming.Query) (table.Page[task.Card], error) {
	return naming.Cards[task.Card](ctx, s.table, "task", n)
}
