package company

import (
	"context"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// FormRecord reads a form as it is now, past the cache. A missing form is NotFound.
func (s *Company) FormRecord(ctx context.Context, id string) (form.Form, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ShopKey("FORM", id))
	if err != nil {
		return form.Form{}, err
	}
	if !found {
		return form.Form{}, fault.Missing("表单", "form")
	}
	return table.Decode[form.Form](it)
}

// SaveForm writes the next version of a form with its event. Its errors are those of SaveBranch.
func (s *Company) SaveForm(ctx context.Context, next form.Form, e event.Event) error {
	return s.putSetup(ctx, setting{"FORM", next.ID, next.Version, next, e}, nil)
}
