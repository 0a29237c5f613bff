package store

import (
	"context"

	"afterpress/shared/crm"
)

// FormRecord reads a form as it is now, past the cache.
func (s *Store) FormRecord(ctx context.Context, id string) (crm.Form, error) {
	it, found, err := s.get(ctx, s.tables.Records, shopKey("FORM", id))
	if err != nil {
		return crm.Form{}, err
	}
	if !found {
		return crm.Form{}, crm.Missing("表单", "form")
	}
	return decode[crm.Form](it)
}

// PutForm writes the next version of a form with its event, on condition that the version before it is the current one. This process knows it at
// once, others within 30 seconds.
func (s *Store) PutForm(ctx context.Context, next crm.Form, event crm.Event) error {
	it, err := row(next, shopKey("FORM", next.ID))
	if err != nil {
		return err
	}
	b := newBatch()
	b.put(s.tables.Records, it, seen(next.Version-1), func(old item) error {
		if next.Version == 1 {
			return crm.Faulty(crm.Field{Pointer: "/id", Text: crm.Text{Zh: "这个编号已经用过。请换一个。", En: "This id was used before. Choose another one."}})
		}
		return conflict()
	})
	if err := s.putEvent(b, event); err != nil {
		return err
	}
	err = s.commit(ctx, b, next)
	if s.shop.take(ctx) != nil {
		return err // what is in memory is 30 seconds old at most
	}
	defer s.shop.give()
	s.shop.read = s.shop.read.Add(-2 * shopLife)
	return err
}
