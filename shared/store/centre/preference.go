package centre

import (
	"context"
	"errors"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// missingPreference is the answer for a preference that does not exist or belongs to another customer.
var missingPreference = fault.Missing("偏好或要求", "preference or requirement")

// Preference reads a preference and its customer, in one call. A missing one of either is NotFound.
func (s *Centre) Preference(ctx context.Context, cust, id string) (customer.Customer, customer.Preference, error) {
	var c customer.Customer
	var p customer.Preference
	found, err := s.table.GetAll(ctx, s.table.Records,
		[]table.Item{table.RecordKey("customer", cust), table.PreferenceKey(cust, id)})
	for _, it := range found {
		if err != nil {
			break
		}
		if table.StringOf(it["sk"]) == table.RecordSK {
			c, err = table.Decode[customer.Customer](it)
		} else {
			p, err = table.Decode[customer.Preference](it)
		}
	}
	switch {
	case err != nil:
	case c.ID == "":
		err = fault.Missing("客户", "customer")
	case p.ID == "":
		err = missingPreference
	}
	return c, p, err
}

// PreferRule gives a customer the preference p. Had is how many they have already.
type PreferRule = func(c customer.Customer, p customer.Preference, had int) (customer.Customer, customer.Preference,
	event.Event, error)

// AddPreference adds a preference to a customer, in one transaction with its event. The rule gets the customer
// and the number of preferences that they had. A contact named as the source must be a contact of this customer.
// When another writer changed the customer meanwhile, the rule decides again on the customer as they are now.
func (s *Centre) AddPreference(ctx context.Context, cust string, p customer.Preference,
	rule PreferRule) (customer.Preference, error) {
	p.ID = s.table.NewID("prf")
	return table.Retry(ctx, table.Few, func(int) (customer.Preference, error) {
		file, err := s.CustomerFile(ctx, cust)
		if err != nil {
			return p, err
		}
		c, next, e, err := rule(file.Customer, p, len(file.Preferences))
		if err != nil {
			return p, err
		}
		b := table.NewBatch()
		if err := errors.Join(s.PutCustomer(b, c, file.Customer.Seq), s.putPreference(b, next, 0, e)); err != nil {
			return p, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// SavePreference writes the next version of a preference with its event. An event without a type means that
// nothing changed, and nothing is written. A preference that changed meanwhile is a Conflict.
func (s *Centre) SavePreference(ctx context.Context, next customer.Preference, e event.Event) error {
	if e.Type == "" {
		return nil
	}
	b := table.NewBatch()
	if err := s.putPreference(b, next, next.Version-1, e); err != nil {
		return err
	}
	err := s.table.Commit(ctx, b, next)
	if errors.Is(err, table.ErrChanged) {
		return table.Conflict()
	}
	return err
}

// RemovePreference removes a preference, in one transaction with its event. A preference that changed since it
// was read is a Conflict.
func (s *Centre) RemovePreference(ctx context.Context, p customer.Preference, e event.Event) error {
	b := table.NewBatch()
	b.Remove(s.table.Records, table.PreferenceKey(p.Customer, p.ID), table.Seen(p.Version),
		func(table.Item) error { return table.Conflict() })
	if err := s.table.PutEvent(b, e); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, nil)
}

// putPreference adds a preference and its event to a transaction. version is the one that was read, 0 for a new
// one. A contact named as the source must exist.
func (s *Centre) putPreference(b *table.Batch, p customer.Preference, version int64, e event.Event) error {
	it, err := table.Encode(p, table.PreferenceKey(p.Customer, p.ID))
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	if p.Source == customer.SourceContact && p.SourceID != "" {
		s.contactThere(b, p.Customer, p.SourceID, "/source_id")
	}
	return s.table.PutEvent(b, e)
}
