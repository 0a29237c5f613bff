package enquiries

import (
	"context"
	"errors"

	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"
)

// VisitorCodeRule is the code of a new id that a visitor asks for.
type VisitorCodeRule = func(id string) (proof.VisitorCode, event.Event)

// AskVisitorCode writes a code that a visitor asked for. The code, its event and the value's count of the day are one
// transaction, and the only call. It reads nothing, so it takes as long whether anybody has the value or not. A value
// that has had proof.MostADay codes today is TooMany. The code that was not written comes back with that error.
func (s *Enquiries) AskVisitorCode(ctx context.Context, rule VisitorCodeRule) (proof.VisitorCode, error) {
	code, e := rule(s.table.NewID("cod"))
	if code.Network != "" {
		code.Network = s.table.Hashed(code.Network)
	}
	it, err := table.Encode(code, table.VisitorCodeKey(code.ID))
	if err != nil {
		return code, err
	}
	it[table.TTLAttr] = table.Number(code.Until.Add(codeKept).Unix())
	b := table.NewBatch()
	b.Put(s.table.Messages, it, table.Absent(), func(table.Item) error { return table.Conflict() })
	s.countCode(b, code.Value, code.CreatedAt)
	if err := s.table.PutEvent(b, e); err != nil {
		return code, err
	}
	return code, s.table.Commit(ctx, b, code)
}

// VisitorCode reads a code that a visitor asked for; zero where there is none under this id.
func (s *Enquiries) VisitorCode(ctx context.Context, id string) (proof.VisitorCode, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.VisitorCodeKey(id))
	if err != nil || !found {
		return proof.VisitorCode{}, err
	}
	return table.Decode[proof.VisitorCode](it)
}

// TryVisitorCode counts that a code is entered, before anybody knows whether it is right: however many are entered at
// once, proof.MostTries count. The code is zero where it cannot be entered now or any more. Each call makes the same two
// calls of the engine.
func (s *Enquiries) TryVisitorCode(ctx context.Context, id string) (proof.VisitorCode, error) {
	code, err := s.VisitorCode(ctx, id)
	if err != nil {
		return proof.VisitorCode{}, err
	}
	now := s.table.Now()
	_, err = s.table.Count(ctx, table.CounterKey("tries", id), 1, proof.MostTries, now.Add(proof.Life))
	switch {
	case errors.Is(err, table.ErrFull):
		return proof.VisitorCode{}, nil
	case err != nil || !code.Open(now):
		return proof.VisitorCode{}, err
	}
	return code, nil
}
