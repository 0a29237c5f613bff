package lead

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// Capture is everything that one enquiry brings with it.
type Capture struct {
	Enquiry     form.Enquiry
	Source      string
	Form        string
	Submission  string
	Network     string    // from which it came (form.Arrival.Network); the store makes a keyed hash of it
	ConsentText string    // the very words beside the box
	ConsentAt   time.Time // time of the yes; zero means now
	Terms       Terms
	Attachment  customer.Attachment
	Known       customer.Known // who has the phone number and the e-mail
	// Customer and Contact are the known ones, when the enquiry is attached.
	Customer *customer.Customer
	Contact  *customer.Contact
	// Elsewhere are the phone and e-mail that visitors said of a contact of another branch, and that are not known to be
	// theirs. The enquiry makes a person of this branch, who has them once a colleague spoke with that person.
	Elsewhere  []string
	LeadID     string
	CustomerID string // for a new customer
	ContactID  string // for a new contact
	// Preferred is the staff id of the colleague who gets the lead first, unless the customer has an owner.
	Preferred string
	// Counting is held against the limit for each phone and e-mail; nil where nothing is counted.
	Counting *form.Counting
	// Draw is the prize draw of the form, while it takes entries.
	Draw      *draw.Settings
	Came      time.Time           // when the enquiry came; zero: now. The first contact counts from then
	Spoken    *Conversation       // a colleague has spoken with the person already
	Life      customer.LifePolicy // of the enquiry's branch; holds for a new customer
	KnownLife customer.LifePolicy // of the known customer's branch
	Shop      firm.Roster         // needed when the enquiry is attached
	By        staff.Actor
}

// Captured is what an enquiry turns into: a lead with its event, and the customer and contact as far as they
// are new or changed.
type Captured struct {
	Lead     Lead
	Customer *customer.Customer // new or changed; nil when unchanged
	Contact  *customer.Contact  // new, to be written with its claims; nil when known
	Event    event.Event
	// Aged is the event of the customer's new stage; nil when the stage stays.
	Aged *event.Event
	// Heard is the known contact with the values that the enquiry says and the contact does not have, HeardEvent
	// tells of it; nil when there are none.
	Heard      *customer.Contact
	HeardEvent *event.Event
}

// Detached takes the enquiry from a contact of another branch, where it is not known whether what matched is theirs.
// What a visitor claimed first blocks no other branch. The contact's customer stays as a hint. detached is false where
// the contact is the one who enquires.
func (c Capture) Detached(known customer.Customer, contact customer.Contact) (apart Capture, detached bool) {
	var same []string
	for _, value := range []string{c.Enquiry.Phone, c.Enquiry.Email} {
		switch {
		case value == "" || !contact.Has(value):
		case !contact.Yields(value, known, customer.Customer{Branch: c.Terms.Branch.ID}):
			return c, false
		default:
			same = append(same, value)
		}
	}
	if len(same) == 0 {
		return c, false
	}
	apart = c
	apart.Known, apart.Elsewhere = c.Known.Without(contact.ID), slices.Concat(c.Elsewhere, same)
	apart.Attachment = apart.Known.Attach()
	apart.Attachment.Hint = cmp.Or(apart.Attachment.Hint, known.ID)
	return apart, true
}

// Capture turns an enquiry into a lead. A known person's enquiry makes a lead too, and the customer's owner
// gets it first. What the person typed and the records do not have stays on the lead as unverified. An error
// comes from the calendar.
func (c Capture) Capture(now time.Time) (Captured, error) {
	e := c.Enquiry
	lead := Lead{
		ID: c.LeadID, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: c.Terms.Branch.ID, State: StateNew, Round: 1,
		Source: c.Source, Form: c.Form, Submission: c.Submission, Network: c.Network,
		Customer: c.CustomerID, ContactID: c.ContactID,
		DuplicateHint: c.Attachment.Hint,
		Person: Person{Name: e.Name, Company: e.Company, Phone: e.Phone, PhoneTyped: e.PhoneTyped, Email: e.Email,
			Lang: e.Lang},
		Product: e.Product, Quantity: e.Quantity, QuantityTyped: e.QuantityTyped,
		NeededBy: e.NeededBy, Message: e.Message, HeardFrom: e.HeardFrom, Answers: e.Answers,
		Policy: c.Terms.Ref, Preferred: c.Preferred,
	}
	var out Captured
	if c.Customer != nil {
		lead.Customer, lead.ContactID, lead.Attached, lead.Preferred = c.Customer.ID, c.Contact.ID, true,
			cmp.Or(c.Customer.Owner, c.Preferred)
		lead.Unverified = unverified(lead.Person, *c.Customer, *c.Contact)
		out.Customer, out.Aged = c.heard(now)
		out.Heard, out.HeardEvent = c.others(lead, now)
	} else {
		out.Customer, out.Contact = c.newcomer(now)
		lead.Unverified = c.elsewhere()
	}
	if !c.Came.IsZero() && c.Came.Before(now) {
		lead.EnquiredAt = c.Came
	}
	var err error
	lead.FirstContactDue, err = c.Terms.ContactBy(lead.contactFrom())
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
	out.Event = event.NewTransition(event.LeadCaptured, c.By, idle, lead.Progress(), lead.Customer, lead.Branch, now,
		map[string]string{"source": c.Source, "form": c.Form})
	return out, nil
}

// Became is the submission whose enquiry made the lead. told is the event of its release, in the customer's
// log, where a colleague released it; else nil.
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
