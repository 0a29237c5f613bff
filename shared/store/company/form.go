package company

import (
	"context"

	"afterpress/shared/crm/draw"
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

// SaveForm writes the next version of a form with its event. Its errors are those of SaveBranch. A draw that was closed
// meanwhile stays as it is (draw.Closed).
func (s *Company) SaveForm(ctx context.Context, next form.Form, e event.Event) error {
	return s.putSetup(ctx, setting{"FORM", next.ID, next.Version, next, e}, func(b *table.Batch) error {
		cond := table.Absent()
		if next.Draw != nil {
			same, err := table.Encode(*next.Draw)
			if err != nil {
				return err
			}
			cond.Expr += " OR #c = :c AND #w = :w AND #p = :p"
			cond.Names["#c"], cond.Names["#w"], cond.Names["#p"] = "closes_at", "winners", "prize"
			cond.Values = table.Item{":c": same["closes_at"], ":w": same["winners"], ":p": same["prize"]}
		}
		b.Check(s.table.Records, table.RecordKey("draw", next.ID), cond, func(table.Item) error {
			return fault.Faulty(draw.Closed)
		})
		return nil
	})
}
