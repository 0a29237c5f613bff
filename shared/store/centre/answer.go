package centre

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// Asking is what came in from a contact of a customer and waits for an answer.
type Asking struct {
	By      string // id of the colleague who noted it; any other id is that of a machine
	Contact string // empty: nobody noted who it was
	About   string // id of the lead, or of the touch
	Branch  string // of the lead, or of the touch
	Owner   string // of the open lead; empty where none is meant
	Ask     task.Ask
}

// notedBy is the actor of a task's event: a colleague, or the process that no colleague stands behind.
func notedBy(shop firm.Roster, id string) staff.Actor {
	if p, found := shop.Person(id); found {
		return staff.ActorOf(p)
	}
	return staff.Process("touch")
}

// PutAsked adds to a transaction what came in: it joins the open task to answer the contact, or opens one. The
// customer's record names the task. The caller writes the customer who is returned, on condition that nobody wrote them
// since c was read. So two who ask at once join one task. What was answered before it was noted adds nothing. The
// same holds where nobody takes tasks. A task that another writer changed fails the transaction with table.ErrChanged.
func (s *Centre) PutAsked(ctx context.Context, b *table.Batch, c customer.Customer,
	a Asking) (customer.Customer, error) {
	now := s.table.Now()
	if c.AnsweredBefore(a.Contact, a.Ask.At, now) {
		return c, nil
	}
	shop, terms, err := s.company.Terms(ctx, a.Branch)
	if err != nil {
		return c, err
	}
	by, in := notedBy(shop.Roster, a.By), task.Answer{Customer: c.ID, Contact: a.Contact, About: a.About, Ask: a.Ask}
	if id := c.Awaited(a.Contact); id != "" {
		t, err := s.work.Task(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return c, err
		}
		in.Told = a.Owner != "" && t.Owner == a.Owner
		if next, e, ok := t.Asked(by, in, now); err == nil && ok {
			return c, s.work.PutTask(b, next, t.Version, e)
		}
	}
	owner, found := c.Answerer(a.Owner, shop.Roster, terms.Task(), now)
	if !found {
		return c, nil
	}
	who, err := s.contactOf(ctx, c.ID, a.Contact)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return c, err
	}
	in.ID, in.Who = task.ID(now, "answer\x00"+c.ID+"\x00"+a.Contact+"\x00"+a.Ask.ID), c.CalledWith(who.Name, owner.Lang)
	in.Told = a.Owner != "" && owner.ID == a.Owner
	t, e, err := task.NewAnswer(by, in, owner, terms.Task(), now)
	if err != nil {
		return c, err
	}
	return c.Owes(a.Contact, t.ID), s.work.PutTask(b, t, 0, e)
}

// PutAnswered adds to a transaction that a colleague got in touch with the customer: the tasks that this answers are
// done. Those that are over are struck. The caller writes the customer as for PutAsked. A touch that answers nothing
// adds nothing.
func (s *Centre) PutAnswered(ctx context.Context, b *table.Batch, c customer.Customer,
	line customer.TouchLine) (customer.Customer, error) {
	if !line.Answers() || len(c.Owed) == 0 {
		return c, nil
	}
	shop, err := s.company.Shop(ctx)
	if err != nil {
		return c, err
	}
	by := notedBy(shop.Roster, line.By)
	for _, id := range c.OwedTo(line.Contact) {
		t, err := s.work.Task(ctx, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return c, err
		}
		next, e, ok := t.Answered(by, line.ID, line.At, s.table.Now())
		if ok {
			if err := s.work.PutTask(b, next, t.Version, e); err != nil {
				return c, err
			}
		}
		if next.Closed() { // a task that is gone has no state, and is struck as well
			c = c.Settled(id)
		}
	}
	return c, nil
}

// putAnswers adds to a transaction what a touch that stands under the customer asks or answers.
func (s *Centre) putAnswers(ctx context.Context, b *table.Batch, c customer.Customer,
	t customer.Touch) (customer.Customer, error) {
	if ask, ok := t.Asks(); ok {
		return s.PutAsked(ctx, b, c, Asking{By: t.By, Contact: t.Contact, About: t.ID, Branch: t.Branch, Ask: ask})
	}
	return s.PutAnswered(ctx, b, c, t.Line())
}

// PutLeadAsked is PutAsked for what the person of a lead sends. A lead without a first contact has a clock of its own,
// and adds nothing.
func (s *Centre) PutLeadAsked(ctx context.Context, b *table.Batch, c customer.Customer, l lead.Lead,
	ask task.Ask) (customer.Customer, error) {
	if !l.Pursued() && !l.Closed() {
		return c, nil
	}
	a := Asking{Contact: l.ContactID, About: l.ID, Branch: l.Branch, Ask: ask}
	if !l.Closed() {
		a.Owner = l.Owner
	}
	return s.PutAsked(ctx, b, c, a)
}

// HearLetter keeps a contact's answer to a letter that was about no open record, with the task to answer it, as
// RecordTouch keeps a touch. Beyond what a customer may write in an hour and a day it is a *message.Flood.
func (s *Centre) HearLetter(ctx context.Context, cust string, by staff.Actor, t customer.Touch) error {
	var branch string
	t.Direction, t.At = customer.TouchIn, s.table.Now()
	_, err := s.recordTouch(ctx, cust, t,
		func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
			branch = c.Branch
			next, kept, e := c.Wrote(by, t)
			return next, kept, e, nil
		}, func(b *table.Batch) error {
			s.work.CountWord(b, cust, branch, message.SideCustomer)
			return nil
		})
	return err
}
