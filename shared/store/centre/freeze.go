package centre

import (
	"context"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/gate"
	"afterpress/shared/store/table"
)

// Freeze reads the complaints for which a customer gets no marketing. A customer without such complaints has an
// empty freeze of version 0.
func (s *Centre) Freeze(ctx context.Context, customer string) (gate.Freeze, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.FreezeKey(customer))
	if err != nil || !found {
		return gate.Freeze{Customer: customer}, err
	}
	return table.Decode[gate.Freeze](it)
}

// PutFreeze adds to a transaction what complaints of one customer do to the marketing that they get. It needs at
// least one complaint, all of the same customer. Where nothing changes, it only checks that the freeze is as it
// was read. A freeze that another writer changed fails the transaction with table.ErrChanged.
func (s *Centre) PutFreeze(ctx context.Context, b *table.Batch, complaints ...complaint.Complaint) error {
	customer := complaints[0].Customer
	known, err := s.Freeze(ctx, customer)
	if err != nil {
		return err
	}
	next := known
	for _, c := range complaints {
		next = next.Follow(c.Customer, c.ID, c.Freezes(), s.table.Now())
	}
	if next.Version == known.Version {
		b.Check(s.table.Messages, table.FreezeKey(customer), table.Seen(known.Version),
			func(table.Item) error { return table.ErrChanged })
		return nil
	}
	it, err := table.Encode(next, table.FreezeKey(customer))
	if err == nil {
		b.Put(s.table.Messages, it, table.Seen(known.Version), func(table.Item) error { return table.ErrChanged })
	}
	return err
}
