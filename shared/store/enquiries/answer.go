package enquiries

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// AnsweredLead notes on the lead's contact that somebody answered from the address, the first time. The sender alone
// had the address to which the answer was sent. An address that the contact does not have changes nothing.
func (s *Enquiries) AnsweredLead(ctx context.Context, led, from string, by staff.Actor) error {
	l, err := s.Lead(ctx, led)
	if err != nil {
		return err
	}
	return s.AnsweredContact(ctx, l.ContactID, from, by)
}

// AnsweredContact notes that somebody answered from an address of the contact, the first time. A contact who is gone
// is no error, and what nobody can read as an address changes nothing. The request's receipt is left for the request's
// own commit.
func (s *Enquiries) AnsweredContact(ctx context.Context, id, from string, by staff.Actor) error {
	address, unread := identity.Email(from)
	if unread != nil {
		return nil
	}
	_, err := s.centre.ChangeContact(receipt.WithReceipt(ctx, nil), id,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Answered(address, of, by, s.table.Now())
		})
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// answering adds to a change of a gate that somebody answered from an address of its contact, the first time.
func (s *Enquiries) answering(from string, by staff.Actor) func(context.Context, *table.Batch,
	customer.Contact) (bool, error) {
	return func(ctx context.Context, b *table.Batch, c customer.Contact) (bool, error) {
		of, err := s.centre.Customer(ctx, c.Customer)
		if err != nil {
			return false, err
		}
		next, e, err := c.Answered(from, of, by, s.table.Now())
		if err != nil || next.Version == c.Version {
			return false, err
		}
		return true, s.centre.PutHeard(b, next, e)
	}
}

// Addressee reads a contact and their customer, to whom a letter goes. Of one who is gone it is zero.
func (s *Enquiries) Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error) {
	who, err := s.centre.Contact(ctx, contact)
	if fault.KindOf(err) == fault.NotFound {
		return customer.Addressee{}, nil
	}
	if err != nil {
		return customer.Addressee{}, err
	}
	of, err := s.centre.Customer(ctx, cust)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return who.Addressee(of), err
}

// AskToCall opens the task to call a contact about a record of the branch, once for each record. It is due in the time
// that the branch takes to contact somebody who enquires. Where nobody can take it, the record's own clock tells its
// people.
func (s *Enquiries) AskToCall(ctx context.Context, branch string, call customer.Call) error {
	shop, terms, err := s.company.Terms(ctx, branch)
	if err != nil {
		return err
	}
	now := s.table.Now()
	due, err := terms.Calendar.Add(now, calendar.Seconds(terms.Policy.Lead.FirstContact))
	if err != nil {
		return err
	}
	t, e, ok := call.Task(shop.Roster, terms.Task(), due, now)
	if !ok {
		return nil
	}
	_, err = s.work.OpenTask(ctx, t, e)
	return err
}
