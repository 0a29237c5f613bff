package enquiries

import (
	"context"

	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// putEntry adds to the transaction of an enquiry that its person takes part in the draw of the form. A person who takes
// part already keeps their first entry. Where the draw closes meanwhile, the enquiry is written without an entry.
func (s *Enquiries) putEntry(ctx context.Context, b *table.Batch, capture *lead.Capture, l lead.Lead) error {
	if capture.Draw == nil {
		return nil
	}
	key := table.EntryKey(capture.Form, l.ContactID)
	if l.Attached {
		if _, found, err := s.table.Get(ctx, s.table.Records, key); err != nil || found {
			return err
		}
	}
	it, err := table.Encode(draw.Entry{Number: draw.Number(capture.Form, capture.Submission), Customer: l.Customer,
		Contact: l.ContactID, Lead: l.ID, At: l.CreatedAt}, key)
	if err != nil {
		return err
	}
	it[table.TTLAttr] = table.Number(capture.Draw.ClosesAt.Add(draw.Kept).Unix())
	b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.ErrChanged })
	gate := table.DrawGateKey(capture.Form, table.DrawGateOf(l.ContactID))
	b.Check(s.table.Records, gate, table.Absent(), func(table.Item) error {
		capture.Draw = nil
		return table.ErrChanged
	})
	return nil
}

// DrawEntries are all entries in the draw of a form, in no order that matters.
func (s *Enquiries) DrawEntries(ctx context.Context, of string) ([]draw.Entry, error) {
	return table.Collect[draw.Entry](ctx, s.table, s.table.Below(table.EntryKey(of, "")), 0)
}

// Draw is what became of a form's draw. Before its close it is NotFound.
func (s *Enquiries) Draw(ctx context.Context, of string) (draw.Draw, error) {
	return table.GetRecord[draw.Draw](ctx, s.table, "draw", of, fault.Missing("抽奖", "prize draw"))
}

// CloseDraw closes the draw of a form for good: all its gates in one transaction with the draw and its event. The form
// has to be as it was read, with a draw whose time is over; else it is a Conflict. A draw that is closed already is
// left.
func (s *Enquiries) CloseDraw(ctx context.Context, f form.Form) error {
	d, e := draw.Close(f.ID, f.Branch, *f.Draw, s.table.Now())
	b := table.NewBatch()
	if err := s.putDraw(b, d, 0); err != nil {
		return err
	}
	for n := range table.DrawGates {
		b.Put(s.table.Records, table.DrawGateKey(f.ID, n), table.Absent(), func(table.Item) error { return table.ErrChanged })
	}
	b.Check(s.table.Records, table.ShopKey("FORM", f.ID), table.Seen(f.Version), func(table.Item) error {
		return table.Conflict()
	})
	if err := s.table.PutEvent(b, e); err != nil {
		return err
	}
	err := s.table.Commit(ctx, b, nil)
	if err == nil {
		return nil
	}
	if _, closed := s.Draw(ctx, f.ID); closed == nil {
		return nil
	}
	return err
}

// AdvanceDraw takes a closed draw one stage further, in one transaction with its event (draw.Next). seed is used where
// the draw has none yet. Where another writer was faster, it goes on from what that one left.
func (s *Enquiries) AdvanceDraw(ctx context.Context, of string, seed []byte) (draw.Draw, error) {
	return table.Retry(ctx, table.Few, func(int) (draw.Draw, error) {
		was, err := s.Draw(ctx, of)
		if err != nil || was.Over() {
			return was, err
		}
		entries, err := s.DrawEntries(ctx, of)
		if err != nil {
			return was, err
		}
		next, told, err := was.Next(entries, seed, s.table.Now())
		if err != nil {
			return was, err
		}
		b := table.NewBatch()
		if err := s.putDraw(b, next, was.Version); err != nil {
			return was, err
		}
		if err := s.table.PutEvent(b, told); err != nil {
			return was, err
		}
		return next, s.table.Commit(ctx, b, nil)
	})
}

func (s *Enquiries) putDraw(b *table.Batch, d draw.Draw, was int64) error {
	it, err := table.Encode(d, table.RecordKey("draw", d.ID))
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(was), func(table.Item) error { return table.ErrChanged })
	return nil
}
