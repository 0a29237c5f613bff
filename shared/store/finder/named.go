package finder

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/store/naming"
)

// Name writes the rows by which a record is found by its reference and by the number of its job. functions/stream calls
// it once the record is there. It may run any number of times and in parallel. A record of a kind that people do not
// call by a reference has no rows.
func (d Directory) Name(ctx context.Context, record string) error {
	if naming.KindOf(record) == "" {
		return nil
	}
	return naming.BringRows(ctx, d.Finder.table, record)
}

// CustomersNamed are the customers of the records that are called so, each once. It asks for each of the kinds.
func (s *Finder) CustomersNamed(ctx context.Context, n naming.Query, kinds []string) (out []customer.Card, err error) {
	seen := map[string]bool{"": true}
	for _, n.Kind = range kinds {
		lines, err := naming.Find(ctx, s.table, n)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			if seen[line.Of] {
				continue
			}
			seen[line.Of] = true
			c, err := s.centre.Customer(ctx, line.Of)
			if err != nil {
				return nil, err
			}
			out = append(out, c.Card())
		}
	}
	return out, nil
}
