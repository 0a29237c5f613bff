package service

import (
	"context"
	"errors"

	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/naming"
	"afterpress/shared/store/table"
)

// HoldRule takes a production question (a hold on a running job) and gives the next one with its event, or
// refuses.
type HoldRule = func(hold.Hold) (hold.Hold, event.Event, error)

// holdRow is the item of a question with the lists in which it stands. It always stands on its branch's board.
// While it is open, it also stands on its owner's desk and among its customer's open items.
func holdRow(h hold.Hold) (table.Item, error) {
	return table.Row(h, h.Card(),
		table.Lists{Kind: "hold", ID: h.ID, State: h.State, Branch: h.Branch, Owner: h.Owner, Customer: h.Customer,
			Closed: h.Closed(), At: h.Due})
}

// Hold reads a question by its id. A missing question is NotFound.
func (s *Service) Hold(ctx context.Context, id string) (hold.Hold, error) {
	return table.GetRecord[hold.Hold](ctx, s.table, "hold", id, fault.Missing("生产问题", "production question"))
}

// NewHoldID makes the id of a question that is asked only once.
func (s *Service) NewHoldID() string { return s.table.NewID("hld") }

// OpenHold stores a new question with its event. The error is Conflict where a question with this id exists.
func (s *Service) OpenHold(ctx context.Context, h hold.Hold, e event.Event) (hold.Hold, error) {
	b := table.NewBatch()
	if err := s.putHold(b, h, 0, e); err != nil {
		return h, err
	}
	err := s.table.Commit(ctx, b, h)
	if errors.Is(err, table.ErrChanged) {
		err = table.Conflict()
	}
	return h, err
}

// ChangeHold reads a question, applies the rule, and writes the next question and its event in one transaction.
// The condition is that no other writer changed it meanwhile. When one did, the rule decides again on the
// question as it is now.
func (s *Service) ChangeHold(ctx context.Context, id string, rule HoldRule) (hold.Hold, error) {
	read := func() (hold.Hold, error) { return s.Hold(ctx, id) }
	return table.Change(ctx, table.Few, read, rule, func(h, next hold.Hold, e event.Event) (hold.Hold, error) {
		if next.Version == h.Version {
			return next, nil
		}
		b := table.NewBatch()
		if err := s.putHold(b, next, h.Version, e); err != nil {
			return h, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// putHold adds a question and its event to a transaction. version is the one that was read, 0 for a new
// question.
func (s *Service) putHold(b *table.Batch, h hold.Hold, version int64, e event.Event) error {
	it, err := holdRow(h)
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	return s.table.PutEvent(b, e)
}

// HoldQuery asks for questions by one of their lists, and filters the result by the other fields.
type HoldQuery struct {
	Branches []string // the branches that the caller sees; none gives an empty list
	State    string   // empty: open ones
	Owner    string
	Customer string
	Month    string // closed ones: yyyy-mm in which they closed, UTC
	table.Paging
}

// Holds lists questions, most urgent first; closed ones, newest first.
func (s *Service) Holds(ctx context.Context, q HoldQuery) (table.Page[hold.Card], error) {
	if len(q.Branches) == 0 {
		return table.Page[hold.Card]{Items: []hold.Card{}}, nil
	}
	l := table.List{Index: table.BoardIndex, Kind: "hold",
		Card: map[string]string{"state": q.State, "owner": q.Owner, "customer": q.Customer}}
	closed := hold.Hold{State: q.State}.Closed()
	switch {
	case !closed && q.Owner != "":
		l.Index, l.Branches, l.Partitions = table.DeskIndex, q.Branches, []string{table.DeskOf(q.Owner)}
	case !closed && q.Customer != "":
		l.Index, l.Branches, l.Partitions = table.AboutIndex, q.Branches, []string{table.OpenOf(q.Customer)}
	default:
		for _, b := range q.Branches {
			if closed {
				l.Newest, l.Partitions = true, append(l.Partitions, table.ClosedBoard("hold", b, q.Month))
			} else {
				l.States, l.Partitions = BoardStates["hold"], append(l.Partitions, table.OpenBoard("hold", b))
			}
		}
	}
	return table.Cards[hold.Card](s.table.Lines(ctx, l, q.Paging))
}

// NamedHolds are the questions with this reference, or about this job, in any state.
func (s *Service) NamedHolds(ctx context.Context, n naming.Query) (table.Page[hold.Card], error) {
	return naming.Cards[hold.Card](ctx, s.table, "hold", n)
}
