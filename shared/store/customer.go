package store

import (
	"context"

	"afterpress/shared/crm"
)

// Customer reads a customer by his id.
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return getRecord[crm.Customer](ctx, s, "customer", id, crm.Missing("客户", "customer"))
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
