package lead

import (
	"cmp"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Capture is everything that one enquiry brings about.
type Capture struct {
	Enquiry     form.Enquiry
	Source      string
	Form        string
	Submission  string
	ConsentText string    // the very words beside the box
	ConsentAt   time.Time // when he said yes; zero is now
	Terms       Terms
	Attachment  customer.Attachment
	Known       customer.Known     // whose the phone and the e-mail are
	Customer    *customer.Customer // the known customer and his contact, when the enquiry is attached
	Contact     *customer.Contact
	LeadID      string
	CustomerID  string              // for a new customer
	ContactID   string              // for a new contact
	Preferred   string              // staff id: gets it first, unless the customer has somebody of his own
	Spoken      *Conversation       // staff already spoke to him
	Life        customer.LifePolicy // of the branch where the enquiry came in; a new customer lives by it
	KnownLife   customer.LifePolicy // of the known customer's branch
	Shop        firm.Roster         // who works here, when the enquiry is attached
	By          staff.Actor
}

// Captured is what an enquiry turns into: a lead, the customer where it changes him, the contact if he is new, and
// the event.
type Captured struct {
	Lead     Lead
	Customer *customer.Customer // new or changed; nil when he stays as he was
	Contact  *customer.Contact  // new, to be written with its claims; nil when the person was known
	Event    event.Event
	Aged     *event.Event // the enquiry took the customer to another stage of his life
}

// Capture turns an enquiry into a lead. A known person's enquiry makes a lead too; his owner gets it first, and
// what he typed that his record does not have stays on the lead as unverified.
func (c Capture) Capture(now time.Time) (Captured, error) {
	e := c.Enquiry
	lead := Lead{
		ID: c.LeadID, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: c.Terms.Branch.ID, State: StateNew, Round: 1,
		Source: c.Source, Form: c.Form, Submission: c.Submission, Customer: c.CustomerID, ContactID: c.ContactID,
		DuplicateHint: c.Attachment.Hint,
		Person:        Person{Name: e.Name, Company: e.Company, Phone: e.Phone, Email: e.Email, Lang: e.Lang},
		Product:       e.Product, Quantity: e.Quantity, NeededBy: e.NeededBy, Message: e.Message, HeardFrom: e.HeardFrom,
		Policy: c.Terms.Ref, Preferred: c.Preferred,
	}
	var out Captured
	if c.Customer != nil {
		lead.Customer, lead.ContactID, lead.Attached, lead.Preferred = c.Customer.ID, c.Contact.ID, true,
			cmp.Or(c.Customer.Owner, c.Preferred)
		lead.Unverified = unverified(lead.Person, *c.Customer, *c.Contact)
		out.Customer, out.Aged = c.heard(now)
	} else {
		out.Customer, out.Contact = c.newcomer(now)
	}
	var err error
	lead.FirstContactDue, err = c.Terms.Calendar.Add(now, calendar.Seconds(c.Terms.Policy.FirstContact))
	if err != nil {
		return Captured{}, err
	}
	if c.Spoken != nil {
		lead.LastContact, lead.Owner, lead.Owners, lead.Turn = c.Spoken, c.By.ID, []string{c.By.ID}, 1
		lead, err = lead.enter(StateContacted, c.Terms, now)
	} else {
		lead, err = lead.enter(StateNew, c.Terms, now)
	}
	if err != nil {
		return Captured{}, err
	}
	out.Lead = lead
	idle := ladder.Progress{Closed: true}
	out.Event = event.Tell(event.LeadCaptured, c.By, idle, lead.Progress(), lead.Customer, lead.Branch, now,
		map[string]string{"source": c.Source, "form": c.Form})
	return out, nil
}

// Became is the submission whose enquiry made the lead. Where a person released it, told is the event of that, in
// the customer's log.
func Became(s form.Submission, l Lead) (next form.Submission, told *event.Event) {
	s.Lead, s.Customer, s.Outcome = l.ID, l.Customer, form.OutcomeCreated
	if l.Attached {
		s.Outcome = form.OutcomeAttached
	}
	if s.Decision == nil {
		return s, nil
	}
	e := s.Event(event.SubmissionReleased, l.Customer, map[string]string{"lead": l.ID, "was": s.Difficulty})
	return s, &e
}
