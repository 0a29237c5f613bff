package store

import (
	"context"

	"afterpress/shared/crm"
)

// Freeze reads for which complaints a customer gets no marketing; one who complains of nothing has an empty item of version 0.
func (s *Store) Freeze(ctx context.Context, customer string) (crm.Freeze, error) {
	it, found, err := s.Get(ctx, s.tables.Messages, FreezeKey(customer))
	if err != nil || !found {
		return crm.Freeze{Customer: customer}, err
	}
	return Decode[crm.Freeze](it)
}

// PutFreeze adds to a transaction what complaints of one customer do to the marketing that he gets.
func (s *Store) PutFreeze(ctx context.Context, b *Batch, complaints ...crm.Complaint) error {
	customer := complaints[0].Customer
	known, err := s.Freeze(ctx, customer)
	if err != nil {
		return err
	}
	next := known
	for _, c := range complaints {
		next = next.Follow(c, s.Now())
	}
	if next.Version == known.Version {
		b.Check(s.tables.Messages, FreezeKey(customer), Seen(known.Version), func(Item) error { return ErrChanged })
		return nil
	}
	it, err := Encode(next, FreezeKey(customer))
	if err == nil {
		b.Put(s.tables.Messages, it, Seen(known.Version), func(Item) error { return ErrChanged })
	}
	return err
}
