package store

import (
	"context"
	"errors"

	"afterpress/shared/crm"
)

// AgeRule takes a customer and gives the next one; changed is false when there is nothing to write.
type AgeRule = func(crm.Customer) (next crm.Customer, changed bool)

// AgeCustomer reads a customer, applies the rule of his life, and writes the next customer with the event of a new stage in one transaction, on condition
// that nobody wrote him meanwhile. When somebody did, the rule decides again on what is there now.
func (s *Store) AgeCustomer(ctx context.Context, id string, by crm.Actor, rule AgeRule) (crm.Customer, error) {
	for try := range commits {
		customer, err := s.Customer(ctx, id)
		if err != nil {
			return customer, err
		}
		next, changed := rule(customer)
		if !changed {
			return customer, nil
		}
		b := newBatch()
		if err := s.putAged(b, by, customer, next); err != nil {
			return customer, err
		}
		if err = s.commit(ctx, b, next); !errors.Is(err, errChanged) {
			return next, err
		}
		if err := pause(ctx, try); err != nil {
			return customer, unavailable(err)
		}
	}
	return crm.Customer{}, conflict()
}
