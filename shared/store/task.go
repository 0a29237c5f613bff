package store

import (
	"context"
	"errors"

	"afterpress/shared/crm"
)

// TaskRule takes a task and gives the next one with its event, or refuses.
type TaskRule = func(crm.Task) (crm.Task, crm.Event, error)

// taskRow is the item of a task with the lists in which it stands: its branch's board always; its owner's desk, and what is open with its customer, while
// it is open.
func taskRow(t crm.Task) (Item, error) {
	in := Lists{Kind: "task", ID: t.ID, Branch: t.Branch, Owner: t.Owner, Customer: t.Customer, Closed: t.ClosedAt != nil, At: t.Due}
	if in.Closed {
		in.At = *t.ClosedAt
	}
	return Row(t, t.Card(), in)
}

// Task reads a task by its id.
func (s *Store) Task(ctx context.Context, id string) (crm.Task, error) {
	return GetRecord[crm.Task](ctx, s, "task", id, crm.Missing("任务", "task"))
}

// PutTask adds a task, its new watchers and its event to a transaction; version is the one that was read, 0 for a new task.
func (s *Store) PutTask(b *Batch, t crm.Task, version int64, e crm.Event) error {
	it, err := taskRow(t)
	if err != nil {
		return err
	}
	b.Put(s.tables.Records, it, Seen(version), func(Item) error { return ErrChanged })
	for _, w := range t.Watchers {
		s.putWatcher(b, t, w, e.Type)
	}
	if e.Type == crm.TaskDone {
		s.CountDone(b, "task", t.Owner, *t.ClosedAt, t.InTime, 1)
	}
	return s.PutEvent(b, e)
}

// putWatcher writes the line of a watcher when he becomes one, and when the task leaves or enters his list. Otherwise it stays: the list reads the
// tasks themselves.
func (s *Store) putWatcher(b *Batch, t crm.Task, w crm.TaskWatcher, kind crm.EventType) {
	it, cond := WatcherKey(t.ID, w.Staff), Absent()
	if w.Since != t.Version {
		switch kind {
		case crm.TaskDone, crm.TaskCancelled, crm.TaskReopened:
			cond = Condition{Expr: "attribute_exists(#pk)", Names: map[string]string{"#pk": "pk"}}
		default:
			return
		}
	}
	it["id"], it["kind"] = Text(t.ID), Text("task")
	if !t.Closed() {
		it["desk_pk"], it["desk_sk"] = Text(WatchingOf(w.Staff)), Text(When(t.UpdatedAt, t.ID))
	}
	b.Put(s.tables.Records, it, cond, func(Item) error { return ErrChanged })
}

// NewTaskID makes the id of a task that nobody opens twice.
func (s *Store) NewTaskID() string { return s.NewID("tsk") }

// OpenTask stores a new task with its event. One that is there already is returned as it is: a process that opens a task of the same fact again
// (crm.TaskID) has opened one.
func (s *Store) OpenTask(ctx context.Context, t crm.Task, e crm.Event) (crm.Task, error) {
	b := NewBatch()
	if err := s.PutTask(b, t, 0, e); err != nil {
		return t, err
	}
	if err := s.Commit(ctx, b, t); !errors.Is(err, ErrChanged) {
		return t, err
	}
	return s.Task(ctx, t.ID)
}

// ChangeTask reads a task, applies the rule, and writes the next task and its event in one transaction, on condition that nobody changed it meanwhile.
// When somebody did, the rule decides again on what is there now.
func (s *Store) ChangeTask(ctx context.Context, id string, rule TaskRule) (crm.Task, error) {
	return s.changeTask(ctx, id, rule, nil)
}

// NoteTask is ChangeTask with what is written under the task, in the same transaction.
func (s *Store) NoteTask(ctx context.Context, id string, note crm.TaskNote, rule TaskRule) (crm.Task, error) {
	return s.changeTask(ctx, id, rule, func(b *Batch, t crm.Task) error {
		note.ID, note.Version, note.CreatedAt, note.Task = s.NewID("cmt"), 1, t.UpdatedAt, t.ID
		it, err := Encode(note, NoteKey(t.ID, note.ID))
		if err == nil {
			b.Put(s.tables.Records, it, Absent(), func(Item) error { return Conflict() })
		}
		return err
	})
}

func (s *Store) changeTask(ctx context.Context, id string, rule TaskRule, extra func(*Batch, crm.Task) error) (crm.Task, error) {
	read := func() (crm.Task, error) { return s.Task(ctx, id) }
	return Change(ctx, Few, read, rule, func(task, next crm.Task, event crm.Event) (crm.Task, error) {
		if next.Version == task.Version {
			return next, nil
		}
		b := NewBatch()
		if err := s.PutTask(b, next, task.Version, event); err != nil {
			return task, err
		}
		if task.State == crm.TaskClosed && !next.Closed() { // it was not done after all
			s.CountDone(b, "task", task.Owner, *task.ClosedAt, task.InTime, -1)
		}
		if extra != nil {
			if err := extra(b, next); err != nil {
				return task, err
			}
		}
		return next, s.Commit(ctx, b, next)
	})
}

// TaskQuery asks for tasks by one of its lists, and filters what it finds by the rest.
type TaskQuery struct {
	Branches []string // whose tasks the caller sees
	State    string   // empty: those that are open
	Owner    string
	Own      bool // Owner asks for himself: whatever branch they are of
	Customer string
	About    string
	Month    string // closed tasks: yyyy-mm in which they were closed, UTC
	Paging
}

// Tasks lists tasks, most urgent first; closed ones newest first.
func (s *Store) Tasks(ctx context.Context, q TaskQuery) (Page[crm.TaskCard], error) {
	l := List{Index: BoardIndex, Kind: "task", Card: map[string]string{"state": q.State, "owner": q.Owner, "customer": q.Customer, "about": q.About}}
	closed := q.State != "" && q.State != crm.TaskOpen
	switch {
	case len(q.Branches) == 0 && !q.Own:
		return Page[crm.TaskCard]{Items: []crm.TaskCard{}}, nil
	case closed:
		l.Newest = true
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, ClosedBoard("task", b, q.Month))
		}
	case q.Owner != "":
		l.Index, l.Partitions = DeskIndex, []string{DeskOf(q.Owner)}
		if !q.Own {
			l.Branches = q.Branches
		}
	case q.Customer != "":
		l.Index, l.Branches, l.Partitions = OpenIndex, q.Branches, []string{OpenOf(q.Customer)}
	default:
		for _, b := range q.Branches {
			l.Partitions = append(l.Partitions, OpenBoard("task", b))
		}
	}
	return Cards[crm.TaskCard](s.Lines(ctx, l, q.Paging))
}

// WatchedTasks lists the open tasks that a person watches, those that he began to watch last first.
func (s *Store) WatchedTasks(ctx context.Context, staff string, p Paging) (Page[crm.TaskCard], error) {
	page := Page[crm.TaskCard]{Items: []crm.TaskCard{}}
	lines, next, err := s.Lines(ctx, List{Index: DeskIndex, Partitions: []string{WatchingOf(staff)}, Newest: true}, p)
	if err != nil || len(lines) == 0 {
		return page, err
	}
	keys, found := make([]Item, len(lines)), map[string]crm.Task{}
	for i, l := range lines {
		keys[i] = RecordKey("task", l.ID)
	}
	rows, err := s.GetAll(ctx, s.tables.Records, keys)
	if err != nil {
		return page, err
	}
	for _, it := range rows {
		t, err := Decode[crm.Task](it)
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

// TaskNotes lists what was written under a task, newest first.
func (s *Store) TaskNotes(ctx context.Context, task string, p Paging) (Page[crm.TaskNote], error) {
	return NewestBelow(ctx, s, NoteKey(task, ""), p, func(n crm.TaskNote) string { return n.ID })
}
