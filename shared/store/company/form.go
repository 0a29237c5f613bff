package company

import (
	"context"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// FormRecord reads a form as it is now, past the cache.
func (s *Company) FormRecord(ctx context.Context, id string) (crm.Form, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ShopKey("FORM", id))
	if err != nil {
		return crm.Form{}, err
	}
	if !found {
		return crm.Form{}, crm.Missing("表单", "form")
	}
	return table.Decode[crm.Form](it)
}

// PutForm writes the next version of a form with its event.
func (s *Company) PutForm(ctx context.Context, next crm.Form, event crm.Event) error {
	return s.putSetup(ctx, setting{"FORM", next.ID, next.Version, next, event}, nil)
}
