package work

import (
	"context"

	"afterpress/shared/crm/letter"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// mostPiles is how many tasks of one pile may be closed in a day before further letters on it open none.
const mostPiles = 10

// OpenLetter makes the task of a letter under this id. ok is false where nobody can take it.
type OpenLetter = func(id string) (t task.Task, e event.Event, ok bool)

// PutLetter adds to a transaction the task of a letter that waits for a person; id is the letter's. The first letter of
// its pile opens the task; while that is open, others wait under it. A task that another writer changed fails the
// transaction with table.ErrChanged. found is false where nobody can take the task, where it is full, and where the day
// has its tasks (letter.Pile.Most): the letter is kept all the same.
func (s *Work) PutLetter(ctx context.Context, b *table.Batch, by staff.Actor, p letter.Pile, id string,
	open OpenLetter) (t task.Task, found bool, err error) {
	p.Sender = s.table.Hashed(p.Sender)
	for n := range mostPiles {
		t, err := s.Task(ctx, p.Task(n+1))
		if err != nil && fault.KindOf(err) == fault.NotFound {
			return s.openPile(ctx, b, p, p.Task(n+1), open)
		}
		if err != nil {
			return t, false, err
		}
		if next, e, ok := t.Joined(by, id, s.table.Now()); ok {
			return next, true, s.PutTask(b, next, t.Version, e)
		}
		if !t.Closed() {
			break
		}
	}
	return task.Task{}, false, nil
}

// openPile adds the task of a pile's first letter, unless the day has its tasks.
func (s *Work) openPile(ctx context.Context, b *table.Batch, p letter.Pile, id string,
	open OpenLetter) (t task.Task, found bool, err error) {
	t, e, ok := open(id)
	if !ok {
		return t, false, nil
	}
	key := table.CounterKey("letters", p.About, table.At(p.Ends))
	n, err := s.table.Counted(ctx, key)
	if err != nil || n >= p.Most {
		return t, false, err
	}
	// In the transaction, so that a try which loses uses up nothing.
	s.table.CountOne(b, key, p.Most, p.Ends, func(table.Item) error { return table.ErrChanged })
	if n+1 == p.Most {
		t.Text += "\n" + letter.LastTask.Zh + "\n" + letter.LastTask.En
	}
	return t, true, s.PutTask(b, t, 0, e)
}

// PutDecided adds to a transaction that somebody decided about a letter, by its id, that waits under the task in. The
// last one closes it. A task that is closed, or gone, adds nothing.
func (s *Work) PutDecided(ctx context.Context, b *table.Batch, by staff.Actor, in, id string) error {
	if in == "" {
		return nil
	}
	t, err := s.Task(ctx, in)
	if err != nil && fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	next, e, ok := t.Decided(by, id, s.table.Now())
	if !ok {
		return nil
	}
	return s.PutTask(b, next, t.Version, e)
}
