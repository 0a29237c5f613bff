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
func taskRow(t crm.Task) (item, error) {
	in := lists{kind: "task", id: t.ID, branch: t.Branch, owner: t.Owner, customer: t.Customer, closed: t.ClosedAt != nil, at: t.Due}
	if in.closed {
		in.at = *t.ClosedAt
	}
	return recordRow(t, t.Card(), in)
}

// Task reads a task by its id.
func (s *Store) Task(ctx context.Context, id string) (crm.Task, error) {
	return getRecord[crm.Task](ctx, s, "task", id, crm.Missing("任务", "task"))
}

// putTask adds a task, its new watchers and its event to a transaction; version is the one that was read, 0 for a new task.
func (s *Store) putTask(b *batch, t crm.Task, version int64, e crm.Event) error {
	it, err := taskRow(t)
	if err != nil {
		return err
	}
	b.put(s.tables.Records, it, seen(version), func(item) error { return errChanged })
	for _, w := range t.Watchers {
		s.putWatcher(b, t, w, e.Type)
	}
	if e.Type == crm.TaskDone {
		s.countDone(b, "task", t.Owner, *t.ClosedAt, t.InTime, 1)
	}
	return s.putEvent(b, e)
}

// putWatcher writes the line of a watcher when he becomes one, and when the task leaves or enters his list. Otherwise it stays: the list reads the
// tasks themselves.
func (s *Store) putWatcher(b *batch, t crm.Task, w crm.TaskWatcher, kind crm.EventType) {
	it, cond := watcherKey(t.ID, w.Staff), absent()
	if w.Since != t.Version {
		switch kind {
		case crm.TaskDone, crm.TaskCancelled, crm.TaskReopened:
			cond = condition{expr: "attribute_exists(#pk)", names: map[string]string{"#pk": "pk"}}
		default:
			return
		}
	}
	it["id"], it["kind"] = text(t.ID), text("task")
	if !t.Closed() {
		it["desk_pk"], it["desk_sk"] = text(watchingOf(w.Staff)), text(when(t.UpdatedAt, t.ID))
	}
	b.put(s.tables.Records, it, cond, func(item) error { return errChanged })
}

// NewTaskID makes the id of a task that nobody opens twice.
func (s *Store) NewTaskID() string { return s.newID("tsk") }

// OpenTask stores a new task with its event. One that is there already is returned as it is: a process that opens a task of the same fact again
// (crm.TaskID) has opened one.
func (s *Store) OpenTask(ctx context.Context, t crm.Task, e crm.Event) (crm.Task, error) {
	b := newBatch()
	if err := s.putTask(b, t, 0, e); err != nil {
		return t, err
	}
	if err := s.commit(ctx, b, t); !errors.Is(err, errChanged) {
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
	return s.changeTask(ctx, id, rule, func(b *batch, t crm.Task) error {
		note.ID, note.Version, note.CreatedAt, note.Task = s.newID("cmt"), 1, t.UpdatedAt, t.ID
		it, err := row(note, noteKey(t.ID, note.ID))
		if err == nil {
			b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
		}
		return err
	})
}

func (s *Store) changeTask(ctx context.Context, id string, rule TaskRule, extra func(*batch, crm.Task) error) (crm.Task, error) {
	read := func() (crm.Task, error) { return s.Task(ctx, id) }
	return change(ctx, few, read, rule, func(task, next crm.Task, event crm.Event) (crm.Task, error) {
		if next.Version == task.Version {
			return next, nil
		}
		b := newBatch()
		if err := s.putTask(b, next, task.Version, event); err != nil {
			return task, err
		}
		if task.State == crm.TaskClosed && !next.Closed() { // it was not done after all
			s.countDone(b, "task", task.Owner, *task.ClosedAt, task.InTime, -1)
		}
		if extra != nil {
			if err := extra(b, next); err != nil {
				return task, err
			}
		}
		return next, s.commit(ctx, b, next)
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
	l := list{index: boardIndex, kind: "task", card: map[string]string{"state": q.State, "owner": q.Owner, "customer": q.Customer, "about": q.About}}
	closed := q.State != "" && q.State != crm.TaskOpen
	switch {
	case len(q.Branches) == 0 && !q.Own:
		return Page[crm.TaskCard]{Items: []crm.TaskCard{}}, nil
	case closed:
		l.newest = true
		for _, b := range q.Branches {
			l.partitions = append(l.partitions, closedBoard("task", b, q.Month))
		}
	case q.Owner != "":
		l.index, l.partitions = deskIndex, []string{deskOf(q.Owner)}
		if !q.Own {
			l.branches = q.Branches
		}
	case q.Customer != "":
		l.index, l.branches, l.partitions = openIndex, q.Branches, []string{openOf(q.Customer)}
	default:
		for _, b := range q.Branches {
			l.partitions = append(l.partitions, openBoard("task", b))
		}
	}
	return cards[crm.TaskCard](s.lines(ctx, l, q.Paging))
}

// WatchedTasks lists the open tasks that a person watches, those that he began to watch last first.
func (s *Store) WatchedTasks(ctx context.Context, staff string, p Paging) (Page[crm.TaskCard], error) {
	page := Page[crm.TaskCard]{Items: []crm.TaskCard{}}
	lines, next, err := s.lines(ctx, list{index: deskIndex, partitions: []string{watchingOf(staff)}, newest: true}, p)
	if err != nil || len(lines) == 0 {
		return page, err
	}
	keys, found := make([]item, len(lines)), map[string]crm.Task{}
	for i, l := range lines {
		keys[i] = recordKey("task", l.id)
	}
	rows, err := s.getAll(ctx, s.tables.Records, keys)
	if err != nil {
		return page, err
	}
	for _, it := range rows {
		t, err := decode[crm.Task](it)
		if err != nil {
			return page, err
		}
		found[t.ID] = t
	}
	for _, l := range lines {
		if t, there := found[l.id]; there {
			page.Items = append(page.Items, t.Card())
		}
	}
	page.Next = next
	return page, nil
}

// TaskNotes lists what was written under a task, newest first.
func (s *Store) TaskNotes(ctx context.Context, task string, p Paging) (Page[crm.TaskNote], error) {
	return newestBelow(ctx, s, noteKey(task, ""), p, func(n crm.TaskNote) string { return n.ID })
}
