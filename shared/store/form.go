package store

import (
	"context"

	"afterpress/shared/crm"
)

// FormRecord reads a form as it is now, past the cache.
func (s *Store) FormRecord(ctx context.Context, id string) (crm.Form, error) {
	it, found, err := s.Get(ctx, s.tables.Records, ShopKey("FORM", id))
	if err != nil {
		return crm.Form{}, err
	}
	if !found {
		return crm.Form{}, crm.Missing("表单", "form")
	}
	return Decode[crm.Form](it)
}

// PutForm writes the next version of a form with its event.
func (s *Store) PutForm(ctx context.Context, next crm.Form, event crm.Event) error {
	return s.putSetup(ctx, setting{"FORM", next.ID, next.Version, next, event}, nil)
}
