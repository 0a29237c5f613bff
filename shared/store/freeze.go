package store

import (
	"context"

	"afterpress/shared/crm"
)

// Freeze reads for which complaints a customer gets no marketing; one who complains of nothing has an empty item of version 0.
func (s *Store) Freeze(ctx context.Context, customer string) (crm.Freeze, error) {
	it, found, err := s.get(ctx, s.tables.Messages, freezeKey(customer))
	if err != nil || !found {
		return crm.Freeze{Customer: customer}, err
	}
	return decode[crm.Freeze](it)
}

// putFreeze adds to a transaction what complaints of one customer do to the marketing that he gets.
func (s *Store) putFreeze(ctx context.Context, b *batch, complaints ...crm.Complaint) error {
	customer := complaints[0].Customer
	known, err := s.Freeze(ctx, customer)
	if err != nil {
		return err
	}
	next := known
	for _, c := range complaints {
		next = next.Follow(c.Customer, c.ID, c.Freezes(), s.now())
	}
	if next.Version == known.Version {
		b.check(s.tables.Messages, freezeKey(customer), seen(known.Version), func(item) error { return errChanged })
		return nil
	}
	it, err := row(next, freezeKey(customer))
	if err == nil {
		b.put(s.tables.Messages, it, seen(known.Version), func(item) error { return errChanged })
	}
	return err
}
