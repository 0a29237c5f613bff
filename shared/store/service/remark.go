package service

import (
	"context"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// What is said about a complaint stands in two lists that nothing mixes up: what goes to the customer or comes from
// him, and what staff write for staff.

// ReplyComplaint is ChangeComplaint with a word to the customer or from him, in the same transaction. The rule gets
// the id of the word.
func (s *Service) ReplyComplaint(ctx context.Context, complaint string, rule func(c crm.Complaint, id string) (crm.Complaint, crm.ComplaintReply, crm.Event, error)) (crm.Complaint, crm.ComplaintReply, error) {
	return remark(ctx, s, complaint, table.ReplySK, rule)
}

// NoteComplaint is ChangeComplaint with a word among staff, in the same transaction. The rule gets the id of the word.
func (s *Service) NoteComplaint(ctx context.Context, complaint string, rule func(c crm.Complaint, id string) (crm.Complaint, crm.ComplaintNote, crm.Event, error)) (crm.Complaint, crm.ComplaintNote, error) {
	return remark(ctx, s, complaint, table.InternalSK, rule)
}

func remark[R any](ctx context.Context, s *Service, complaint, sk string, rule func(crm.Complaint, string) (crm.Complaint, R, crm.Event, error)) (crm.Complaint, R, error) {
	id := s.table.NewID("cmt")
	var said R
	next, err := s.changeComplaint(ctx, complaint, false, func(c crm.Complaint, _ crm.Granted) (next crm.Complaint, e crm.Event, err error) {
		next, said, e, err = rule(c, id)
		return next, e, err
	}, func(b *table.Batch, c crm.Complaint) error {
		it, err := table.Encode(said, table.ComplaintChild(c.ID, sk, id))
		if err == nil {
			b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
		}
		return err
	})
	return next, said, err
}

// ComplaintReply reads one word to or from the customer.
func (s *Service) ComplaintReply(ctx context.Context, complaint, id string) (crm.ComplaintReply, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ComplaintChild(complaint, table.ReplySK, id))
	if err != nil {
		return crm.ComplaintReply{}, err
	}
	if !found {
		return crm.ComplaintReply{}, crm.Missing("回复", "reply")
	}
	return table.Decode[crm.ComplaintReply](it)
}

// ComplaintReplies lists what went to the customer and came from him, newest first.
func (s *Service) ComplaintReplies(ctx context.Context, complaint string, p table.Paging) (table.Page[crm.ComplaintReply], error) {
	return table.NewestBelow(ctx, s.table, table.ComplaintChild(complaint, table.ReplySK, ""), p, func(r crm.ComplaintReply) string { return r.ID })
}

// ComplaintNotes lists what staff wrote for staff, newest first.
func (s *Service) ComplaintNotes(ctx context.Context, complaint string, p table.Paging) (table.Page[crm.ComplaintNote], error) {
	return table.NewestBelow(ctx, s.table, table.ComplaintChild(complaint, table.InternalSK, ""), p, func(n crm.ComplaintNote) string { return n.ID })
}
