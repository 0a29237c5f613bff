package service

import (
	"context"
	"fmt"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/table"
)

// Grants reads what a customer was given. A customer who was given nothing has an empty ledger of version 0.
func (s *Service) Grants(ctx context.Context, customer string) (complaint.Grants, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.GrantsKey(customer))
	if err != nil || !found {
		return complaint.Grants{Customer: customer}, err
	}
	return table.Decode[complaint.Grants](it)
}

// putGrants adds to a transaction what a change of a complaint gives its customer or takes back. known is the
// ledger that the rule decided by; nil where the rule asked for none.
func (s *Service) putGrants(ctx context.Context, b *table.Batch, before, next complaint.Complaint,
	known *complaint.Grants) error {
	if known == nil {
		read, err := s.Grants(ctx, next.Customer)
		if err != nil {
			return err
		}
		known = &read
	}
	after := known.After(before, next, s.table.Now())
	if after.Version == known.Version {
		return nil
	}
	it, err := table.Encode(after, table.GrantsKey(after.Customer))
	if err == nil {
		b.Put(s.table.Records, it, table.Seen(known.Version), func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// putRemedies writes a line for each remedy at the moment when all of them are done. Nothing writes a line a
// second time.
func (s *Service) putRemedies(b *table.Batch, before, next complaint.Complaint, e event.Event) error {
	if e.Type != event.ComplaintCompleted {
		return nil
	}
	for i, r := range before.Remedies {
		entry := complaint.RemedyEntry{ID: fmt.Sprintf("%d-%d", before.Turn, i+1), Complaint: next.ID,
			Customer: next.Customer, Branch: next.Branch, Remedy: r,
			CreditNumber: before.CarryOut.CreditNumber, By: e.Cause, At: e.At}
		it, err := table.Encode(entry, table.RemedyKey(next.ID, entry.ID))
		if err != nil {
			return err
		}
		b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.ErrChanged })
	}
	return nil
}

// RemedyEntries lists the remedies of a complaint that were carried out, oldest first.
func (s *Service) RemedyEntries(ctx context.Context, c string) ([]complaint.RemedyEntry, error) {
	return table.Collect[complaint.RemedyEntry](ctx, s.table, s.table.Below(table.RemedyKey(c, "")), 0)
}
