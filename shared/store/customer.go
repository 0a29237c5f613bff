package store

import (
	"context"

	"afterpress/shared/crm"
)

// Customer reads a customer by his id.
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return getRecord[crm.Customer](ctx, s, "customer", id, crm.Missing("客户", "customer"))
}

// adopt adds to a transaction that whoever reached the person becomes his own person, where that changes anything.
func (s *Store) adopt(ctx context.Context, b *batch, l crm.Lead) error {
	shop, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	customer, err := s.Customer(ctx, l.Customer)
	if err != nil {
		return err
	}
	next, changed := customer.Adopt(shop, l.Owner, l.UpdatedAt)
	if !changed {
		return nil
	}
	it, err := row(next, recordKey("customer", next.ID))
	if err == nil {
		b.put(s.tables.Records, it, seen(customer.Version), func(item) error { return errChanged })
	}
	return err
}

// putCustomer adds a new customer and his claims to a transaction. A claim that somebody else has meanwhile fails it with errClaimed.
func (s *Store) putCustomer(b *batch, c crm.Customer) error {
	it, err := row(c, recordKey("customer", c.ID))
	if err != nil {
		return err
	}
	b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	for _, claim := range crm.Claims(c.Phone, c.Email) {
		held := claimKey(claim)
		held["claim"], held["owner"] = text(string(claim.Kind)), text(c.ID)
		b.put(s.tables.Records, held, absent(), func(item) error { return errClaimed })
	}
	return nil
}
