package service

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/store/table"
)

// LodgeComplaint is OpenComplaint for a complaint that a contact opens by their own link. A contact may open up
// to most complaints before the time until, when the count begins anew. The count is part of the transaction, so
// a repeat of the same request counts once. One complaint more than most is TooMany, with the time to wait.
func (s *Service) LodgeComplaint(ctx context.Context, c complaint.Complaint, e event.Event, most int64,
	until time.Time) (complaint.Complaint, error) {
	return s.openComplaint(ctx, c, e, nil, func(b *table.Batch) {
		b.Update(s.table.Messages, table.CounterKey("complaints", c.Contact, table.At(until)),
			"ADD #n :one SET #ttl = :ttl, #m = :mark", table.Condition{
				Expr:  "attribute_not_exists(#n) OR #n < :most",
				Names: map[string]string{"#n": "n", "#ttl": table.TTLAttr, "#m": table.CommitAttr},
				Values: table.Item{":one": table.Number(1), ":most": table.Number(most),
					":ttl": table.Number(until.Add(24 * time.Hour).Unix()), ":mark": table.Text(b.ID)},
			}, func(table.Item) error {
				full := fault.Fail(fault.TooMany, "您今天登记的投诉已达上限。请致电我们，我们会为您登记。",
					"You have opened as many complaints today as this page takes. Call us, and we write it down for you.")
				full.RetryAfter = until.Sub(c.CreatedAt)
				return full
			})
	})
}

// FindContact finds the contact who alone holds one of the values, with the contact's customer. ok is false
// where no contact does, or where the contact has left. Values of two different customers find no contact. A
// phone counts before an e-mail.
func (s *Service) FindContact(ctx context.Context,
	claims []identity.Claim) (c customer.Customer, contact customer.Contact, ok bool, err error) {
	if len(claims) == 0 {
		return c, contact, false, nil
	}
	known, err := s.centre.ReadKnown(ctx, claims)
	whose := known.Attach()
	if err != nil || whose.Customer == "" || whose.Contact == "" || whose.Hint != "" {
		return c, contact, false, err
	}
	c, contact, err = s.centre.ReadPerson(ctx, whose.Customer, whose.Contact)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return c, contact, false, nil
	}
	return c, contact, err == nil && contact.LeftAt == nil, err
}

// Hear keeps a mail that a contact or the contact's system sent, where no record takes it in. It is kept as an
// incoming touch under the customer and changes nothing else, except that its next step opens a task. One whose sender
// is in doubt shares that task with others (centre.HearDoubted). The caller fills in the customer and the content of
// the touch. Beyond what one side may write about one record a person's mail is a *message.Flood; a machine's is not
// counted.
func (s *Service) Hear(ctx context.Context, t customer.Touch) error {
	t.ID, t.Version, t.CreatedAt, t.Direction = s.table.NewID("tch"), 1, s.table.Now(), customer.TouchIn
	t.At = t.CreatedAt
	if t.Sender != "" {
		return s.centre.HearDoubted(ctx, t)
	}
	b := table.NewBatch()
	if t.Kind == message.MailPerson && t.About != "" {
		s.work.CountWord(b, t.About, t.Branch, message.SideOf(t.Sender))
	}
	if t.Next != nil {
		t.Next.Task = s.table.NewID("tsk")
	}
	if err := errors.Join(s.centre.PutTouch(b, t), s.centre.PutNextStep(ctx, b, t)); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, t)
}
