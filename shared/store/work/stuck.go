package work

import (
	"context"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// missingStuck is something stuck that is not there.
var missingStuck = fault.Missing("卡住的事项", "stuck item")

// stuckRow is the item of something stuck. It stands on its branch's board and desk, where the manager sees it.
// Its owner cannot mend it, so it is not on their desk.
func stuckRow(s stuck.Stuck) (table.Item, error) {
	in := table.Lists{Kind: "stuck", ID: s.ID, Branch: s.Branch, Closed: s.Closed(), At: s.CreatedAt}
	if in.Closed {
		in.At = *s.ClosedAt
	}
	return table.Row(s, s.Card(), in)
}

// Stuck reads something stuck by its id. A missing one is NotFound.
func (s *Work) Stuck(ctx context.Context, id string) (stuck.Stuck, error) {
	return table.GetRecord[stuck.Stuck](ctx, s.table, "stuck", id, missingStuck)
}

// NoteStuck notes that something failed, and counts how often. Parked says whether no repeat can succeed. What a person
// left out stays so.
func (s *Work) NoteStuck(ctx context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error) {
	return table.Retry(ctx, table.Few, func(int) (stuck.Stuck, error) {
		was, err := s.Stuck(ctx, stuck.IDOf(seen))
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return was, err
		}
		next := was.Failed(seen, parked, s.table.Now())
		if next.Version == was.Version {
			return was, nil
		}
		return next, s.putStuck(ctx, next, was.Version)
	})
}

// NoteOnce notes what is for a person alone to mend. What stands there already stays as it is.
func (s *Work) NoteOnce(ctx context.Context, seen stuck.Stuck) error {
	it, err := stuckRow(stuck.Stuck{}.Failed(seen, true, s.table.Now()))
	if err == nil {
		_, err = s.table.PutOne(ctx, s.table.Records, it, table.Absent())
	}
	return err
}

// StuckOver notes that it went on. What nobody noted, or what is closed, stays as it is.
func (s *Work) StuckOver(ctx context.Context, seen stuck.Stuck) error {
	_, err := table.Retry(ctx, table.Few, func(int) (stuck.Stuck, error) {
		was, err := s.Stuck(ctx, stuck.IDOf(seen))
		if fault.KindOf(err) == fault.NotFound || err == nil && was.Closed() {
			return was, nil
		}
		if err != nil {
			return was, err
		}
		return was, s.putStuck(ctx, was.Over(s.table.Now()), was.Version)
	})
	return err
}

func (s *Work) putStuck(ctx context.Context, next stuck.Stuck, version int64) error {
	it, err := stuckRow(next)
	if err != nil {
		return err
	}
	held, err := s.table.PutOne(ctx, s.table.Records, it, table.Seen(version))
	if err == nil && !held {
		return table.ErrChanged
	}
	return err
}

// ChangeStuck applies a person's decision, and writes the row and its event in one transaction. When the row changed
// meanwhile, the rule decides again on the row as it is then.
func (s *Work) ChangeStuck(ctx context.Context, id string,
	rule func(stuck.Stuck) (stuck.Stuck, event.Event, error)) (stuck.Stuck, error) {
	read := func() (stuck.Stuck, error) { return s.Stuck(ctx, id) }
	return table.Change(ctx, table.Few, read, rule, func(was, next stuck.Stuck, e event.Event) (stuck.Stuck, error) {
		it, err := stuckRow(next)
		if err != nil {
			return was, err
		}
		b := table.NewBatch()
		b.Put(s.table.Records, it, table.Seen(was.Version), func(table.Item) error { return table.ErrChanged })
		if err := s.table.PutEvent(b, e); err != nil {
			return was, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// StuckQuery asks for what is stuck in these branches; "" is what belongs to no known branch. An empty What asks for
// all kinds.
type StuckQuery struct {
	Branches []string
	What     string
	table.Paging
}

// StuckLine is one line of the list. Since is when it failed first. For a message it is when a colleague should have
// looked.
type StuckLine struct {
	stuck.Card
	Since time.Time `json:"due_at"`
	About string    `json:"about"` // of a message: the process that it belongs to
}

// StuckNow lists what is stuck and the messages of which nobody knows whether they were sent, the oldest first.
func (s *Work) StuckNow(ctx context.Context, q StuckQuery) (table.Page[StuckLine], error) {
	out := table.Page[StuckLine]{Items: []StuckLine{}}
	l := table.List{Index: table.BoardIndex}
	for _, branch := range q.Branches {
		if q.What != stuck.KindMessage {
			l.Partitions = append(l.Partitions, table.OpenBoard("stuck", branch))
		}
		if q.What == "" || q.What == stuck.KindMessage {
			l.Partitions = append(l.Partitions, table.OpenBoard("message", branch))
		}
	}
	if q.What != stuck.KindMessage {
		l.Card = map[string]string{"what": q.What}
	}
	lines, next, err := s.table.Lines(ctx, l, q.Paging)
	if err != nil {
		return out, err
	}
	for _, line := range lines {
		card, err := table.DecodeValue[StuckLine](line.Card)
		if err != nil {
			return out, err
		}
		if line.Kind == "message" {
			card.What, card.Record = stuck.KindMessage, card.About
		}
		out.Items = append(out.Items, card)
	}
	out.Next = next
	return out, nil
}
