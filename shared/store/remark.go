package store

import (
	"context"

	"afterpress/shared/crm"
)

// What is said about a complaint stands in two lists that nothing mixes up: what goes to the customer or comes from him, and what staff write for staff.

// ReplyComplaint is ChangeComplaint with a word to the customer or from him, in the same transaction. The rule gets the id of the word.
func (s *Store) ReplyComplaint(ctx context.Context, complaint string, rule func(c crm.Complaint, id string) (crm.Complaint, crm.ComplaintReply, crm.Event, error)) (crm.Complaint, crm.ComplaintReply, error) {
	return remark(ctx, s, complaint, ReplySK, rule)
}

// NoteComplaint is ChangeComplaint with a word among staff, in the same transaction. The rule gets the id of the word.
func (s *Store) NoteComplaint(ctx context.Context, complaint string, rule func(c crm.Complaint, id string) (crm.Complaint, crm.ComplaintNote, crm.Event, error)) (crm.Complaint, crm.ComplaintNote, error) {
	return remark(ctx, s, complaint, InternalSK, rule)
}

func remark[R any](ctx context.Context, s *Store, complaint, sk string, rule func(crm.Complaint, string) (crm.Complaint, R, crm.Event, error)) (crm.Complaint, R, error) {
	id := s.NewID("cmt")
	var said R
	next, err := s.changeComplaint(ctx, complaint, false, func(c crm.Complaint, _ crm.Granted) (next crm.Complaint, e crm.Event, err error) {
		next, said, e, err = rule(c, id)
		return next, e, err
	}, func(b *Batch, c crm.Complaint) error {
		it, err := Encode(said, ComplaintChild(c.ID, sk, id))
		if err == nil {
			b.Put(s.tables.Records, it, Absent(), func(Item) error { return Conflict() })
		}
		return err
	})
	return next, said, err
}

// ComplaintReply reads one word to or from the customer.
func (s *Store) ComplaintReply(ctx context.Context, complaint, id string) (crm.ComplaintReply, error) {
	it, found, err := s.Get(ctx, s.tables.Records, ComplaintChild(complaint, ReplySK, id))
	if err != nil {
		return crm.ComplaintReply{}, err
	}
	if !found {
		return crm.ComplaintReply{}, crm.Missing("回复", "reply")
	}
	return Decode[crm.ComplaintReply](it)
}

// ComplaintReplies lists what went to the customer and came from him, newest first.
func (s *Store) ComplaintReplies(ctx context.Context, complaint string, p Paging) (Page[crm.ComplaintReply], error) {
	return NewestBelow(ctx, s, ComplaintChild(complaint, ReplySK, ""), p, func(r crm.ComplaintReply) string { return r.ID })
}

// ComplaintNotes lists what staff wrote for staff, newest first.
func (s *Store) ComplaintNotes(ctx context.Context, complaint string, p Paging) (Page[crm.ComplaintNote], error) {
	return NewestBelow(ctx, s, ComplaintChild(complaint, InternalSK, ""), p, func(n crm.ComplaintNote) string { return n.ID })
}
