package store

import (
	"context"

	"afterpress/shared/crm"
)

// gate reads a person's gate; a person without one gets an empty gate of version 0.
func (s *Store) gate(ctx context.Context, customer, person string) (crm.Gate, error) {
	it, found, err := s.get(ctx, s.tables.Messages, gateKey(person))
	if err != nil || !found {
		return crm.Gate{Person: person, Customer: customer}, err
	}
	return decode[crm.Gate](it)
}

// putGate adds a gate to the transaction of what changes a permission.
func (s *Store) putGate(b *batch, g crm.Gate, version int64) error {
	it, err := row(g, gateKey(g.Person))
	if err == nil {
		b.put(s.tables.Messages, it, seen(version), func(item) error { return errChanged })
	}
	return err
}
