package centre

import (
	"context"
	"errors"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// missingPreference is the answer for a preference that is not there, or is another customer's.
var missingPreference = crm.Missing("偏好或要求", "preference or requirement")

// Preference reads a preference with the customer whose it is, in one call.
func (s *Centre) Preference(ctx context.Context, customer, id string) (crm.Customer, crm.Preference, error) {
	var c crm.Customer
	var p crm.Preference
	found, err := s.table.GetAll(ctx, s.table.Records, []table.Item{table.RecordKey("customer", customer), table.PreferenceKey(customer, id)})
	for _, it := range found {
		if err != nil {
			break
		}
		if table.StringOf(it["sk"]) == table.RecordSK {
			c, err = table.Decode[crm.Customer](it)
		} else {
			p, err = table.Decode[crm.Preference](it)
		}
	}
	switch {
	case err != nil:
	case c.ID == "":
		err = crm.Missing("客户", "customer")
	case p.ID == "":
		err = missingPreference
	}
	return c, p, err
}

// AddPreference gives a customer another preference, in one transaction with its event. The rule gets the customer and
// how many he has; a contact who says so must be his. When somebody changed the customer meanwhile, the rule decides
// again on what is there now.
func (s *Centre) AddPreference(ctx context.Context, customer string, p crm.Preference,
	rule func(c crm.Customer, p crm.Preference, had int) (crm.Customer, crm.Preference, crm.Event, error)) (crm.Preference, error) {
	p.ID = s.table.NewID("prf")
	return table.Again(ctx, table.Few, func(int) (crm.Preference, error) {
		file, err := s.CustomerFile(ctx, customer)
		if err != nil {
			return p, err
		}
		c, next, event, err := rule(file.Customer, p, len(file.Preferences))
		if err != nil {
			return p, err
		}
		b := table.NewBatch()
		if err := errors.Join(s.PutCustomer(b, c, file.Customer.Seq), s.putPreference(b, next, 0, event)); err != nil {
			return p, err
		}
		return next, s.table.Commit(ctx, b, next)
	})
}

// PutPreference writes the next version of a preference with its event. What no event tells of has not changed, and
// nothing is written.
func (s *Centre) PutPreference(ctx context.Context, next crm.Preference, event crm.Event) error {
	if event.Type == "" {
		return nil
	}
	b := table.NewBatch()
	if err := s.putPreference(b, next, next.Version-1, event); err != nil {
		return err
	}
	err := s.table.Commit(ctx, b, next)
	if errors.Is(err, table.ErrChanged) {
		return table.Conflict()
	}
	return err
}

// RemovePreference takes a preference away as it was read, with the event that says so.
func (s *Centre) RemovePreference(ctx context.Context, p crm.Preference, event crm.Event) error {
	b := table.NewBatch()
	b.Remove(s.table.Records, table.PreferenceKey(p.Customer, p.ID), table.Seen(p.Version), func(table.Item) error { return table.Conflict() })
	if err := s.table.PutEvent(b, event); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, nil)
}

// putPreference adds a preference and its event to a transaction; version is the one that was read, 0 for a new one. A
// contact who says so must be there.
func (s *Centre) putPreference(b *table.Batch, p crm.Preference, version int64, e crm.Event) error {
	it, err := table.Encode(p, table.PreferenceKey(p.Customer, p.ID))
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	if p.Source == crm.SourceContact && p.SourceID != "" {
		s.contactThere(b, p.Customer, p.SourceID, "/source_id")
	}
	return s.table.PutEvent(b, e)
}
