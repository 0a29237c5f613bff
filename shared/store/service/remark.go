package service

import (
	"context"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// Words about a complaint stand in two lists that nothing mixes. One holds the words to the customer and from
// them. The other holds what staff write for staff.

// ReplyComplaint is ChangeComplaint with a reply to the customer or from them, in the same transaction. The rule
// gets the id of the reply. Beyond what a customer may write about one complaint it is a *message.Flood.
func (s *Service) ReplyComplaint(ctx context.Context, cmp string,
	rule func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event,
		error)) (complaint.Complaint, complaint.Reply, error) {
	return remark(ctx, s, cmp, table.ReplySK, rule, func(b *table.Batch, c complaint.Complaint, r complaint.Reply) {
		if r.By == staff.Visitor.ID {
			s.work.CountWord(b, c.ID, c.Branch, message.SideCustomer)
		}
	})
}

// NoteComplaint is ChangeComplaint with a note among staff, in the same transaction. The rule gets the id of the
// note.
func (s *Service) NoteComplaint(ctx context.Context, cmp string,
	rule func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Note, event.Event,
		error)) (complaint.Complaint, complaint.Note, error) {
	return remark(ctx, s, cmp, table.InternalSK, rule, func(*table.Batch, complaint.Complaint, complaint.Note) {})
}

func remark[R any](ctx context.Context, s *Service, cmp, sk string,
	rule func(complaint.Complaint, string) (complaint.Complaint, R, event.Event, error),
	count func(*table.Batch, complaint.Complaint, R)) (complaint.Complaint, R, error) {
	id := s.table.NewID("cmt")
	var said R
	next, err := s.changeComplaint(ctx, cmp, false,
		func(c complaint.Complaint, _ approval.Granted) (next complaint.Complaint, e event.Event, err error) {
			next, said, e, err = rule(c, id)
			return next, e, err
		}, func(b *table.Batch, c complaint.Complaint) error {
			count(b, c, said)
			it, err := table.Encode(said, table.ComplaintChild(c.ID, sk, id))
			if err == nil {
				b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
			}
			return err
		})
	return next, said, err
}

// ComplaintReply reads one reply to or from the customer. A missing reply is NotFound.
func (s *Service) ComplaintReply(ctx context.Context, c, id string) (complaint.Reply, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ComplaintChild(c, table.ReplySK, id))
	if err != nil {
		return complaint.Reply{}, err
	}
	if !found {
		return complaint.Reply{}, fault.Missing("回复", "reply")
	}
	return table.Decode[complaint.Reply](it)
}

// ComplaintReplies lists the replies to the customer and from them, newest first.
func (s *Service) ComplaintReplies(ctx context.Context, c string,
	p table.Paging) (table.Page[complaint.Reply], error) {
	return table.NewestBelow(ctx, s.table, table.ComplaintChild(c, table.ReplySK, ""), p,
		func(r complaint.Reply) string { return r.ID })
}

// newestReplies is how many of the newest replies are read for the customer's last one.
const newestReplies = 20

// LastReply is what the customer wrote last about a complaint. It is empty where that is not among the newest replies.
func (s *Service) LastReply(ctx context.Context, c string) (string, error) {
	page, err := s.ComplaintReplies(ctx, c, table.Paging{Limit: newestReplies})
	for _, r := range page.Items {
		if r.By == staff.Visitor.ID {
			return string(r.Text), err
		}
	}
	return "", err
}

// ComplaintNotes lists what staff wrote for staff, newest first.
func (s *Service) ComplaintNotes(ctx context.Context, c string, p table.Paging) (table.Page[complaint.Note], error) {
	return table.NewestBelow(ctx, s.table, table.ComplaintChild(c, table.InternalSK, ""), p,
		func(n complaint.Note) string { return n.ID })
}
