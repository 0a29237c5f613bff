package crm

import (
	"cmp"
	"slices"
	"time"
)

// States of a lead. New waits for its owner, assigned for the first contact, pooled for anybody who claims it.
const (
	LeadNew       = "new"
	LeadAssigned  = "assigned"
	LeadPooled    = "pooled"
	LeadContacted = "contacted"
	LeadQualified = "qualified"
	LeadLost      = "lost"
)

// LeadStates lists the states in the order of the board.
var LeadStates = []string{LeadNew, LeadAssigned, LeadPooled, LeadContacted, LeadQualified, LeadLost}

// Lead is one enquiry of one person, and what the shop did about it.
type Lead struct {
	ID              string         `json:"id"`
	Version         int64          `json:"version"`
	CreatedAt       time.Time      `json:"created_at"`
	UpdatedAt       time.Time      `json:"updated_at"`
	Branch          string         `json:"branch"`
	State           string         `json:"state"`
	Round           int            `json:"round"` // 1; one more each time it comes back from contacted
	Turn            int            `json:"turn"`  // one more with each owner
	Source          string         `json:"source"`
	Form            string         `json:"form,omitempty"`
	Submission      string         `json:"submission,omitempty"`
	Customer        string         `json:"customer"`
	ContactID       string         `json:"contact_id"`               // the customer's contact who asks
	Attached        bool           `json:"attached"`                 // the shop knew the person before
	DuplicateHint   string         `json:"duplicate_hint,omitempty"` // another customer who has this e-mail
	Unverified      []string       `json:"unverified,omitempty"`     // fields whose value the customer's record does not have
	Person          Person         `json:"person"`
	Product         string         `json:"product,omitempty"`
	Quantity        int64          `json:"quantity,omitempty"`
	NeededBy        string         `json:"needed_by,omitempty"`
	Message         string         `json:"message,omitempty"`
	HeardFrom       string         `json:"heard_from,omitempty"`
	Consent         string         `json:"consent,omitempty"`   // given, or awaiting-confirmation
	Preferred       string         `json:"preferred,omitempty"` // the customer's owner gets it first
	Owner           string         `json:"owner,omitempty"`
	Owners          []string       `json:"owners,omitempty"` // everyone who had it in this round, in order
	FirstContactDue time.Time      `json:"first_contact_due"`
	Due             time.Time      `json:"due_at"`               // of what is next
	Agreed          bool           `json:"due_agreed,omitempty"` // with the person, so that no calendar moves it
	ClockFrom       time.Time      `json:"clock_from,omitzero"`  // from when the time of this state counts
	Rungs           []Rung         `json:"rungs,omitempty"`
	Policy          string         `json:"policy"`
	Attempts        int            `json:"attempts,omitempty"`
	Replies         int            `json:"replies,omitempty"`            // how often the person wrote back
	Unanswered      int            `json:"unanswered_replies,omitempty"` // since somebody last spoke with him
	LastContact     *Conversation  `json:"last_contact,omitempty"`
	Qualification   *Qualification `json:"qualification,omitempty"`
	Loss            *Loss          `json:"loss,omitempty"`
}

// Person is who asks, normalised: phone in E.164, e-mail in lower case.
type Person struct {
	Name    string `json:"name,omitempty"`
	Company string `json:"company,omitempty"`
	Phone   string `json:"phone,omitempty"`
	Email   string `json:"email,omitempty"`
	Lang    Lang   `json:"lang"`
}

// Contact is how a message reaches the person; it has no name, since nobody vouches for what a stranger types.
func (p Person) Contact() Contact {
	return Contact{Phones: reaches(p.Phone, false), Emails: reaches(p.Email, false), Lang: p.Lang}
}

// Conversation is the last time somebody spoke, or tried to speak, with the person.
type Conversation struct {
	Channel string    `json:"channel"`
	Outcome string    `json:"outcome"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Note    string    `json:"note,omitempty"`
}

// Qualification is what makes a lead worth a quotation.
type Qualification struct {
	Need     string `json:"need"`
	Estimate *Money `json:"estimate,omitempty"`
}

// Loss says why nothing came of a lead.
type Loss struct {
	Reason     string `json:"reason"`
	Competitor string `json:"competitor,omitempty"`
	Note       string `json:"note,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (l Lead) ETagVersion() int64 { return l.Version }

// Closed reports whether nothing more is to be done with the lead.
func (l Lead) Closed() bool { return l.State == LeadQualified || l.State == LeadLost }

// Progress is where the follow-up of the lead stands. It has nothing left to do once the person was reached and no reply of his waits.
func (l Lead) Progress() Progress {
	return Progress{
		Kind: "lead", ID: l.ID, Seq: l.Version, Round: l.Round, Turn: l.Turn, State: l.State,
		Closed: (l.Closed() || l.State == LeadContacted) && l.Unanswered == 0,
		Owner:  l.Owner, Due: l.Due, Rungs: l.Rungs, Policy: l.Policy,
	}
}

// LeadCard is what a board or a desk shows of a lead.
type LeadCard struct {
	ID         string    `json:"id"`
	State      string    `json:"state"`
	Branch     string    `json:"branch"`
	Owner      string    `json:"owner,omitempty"`
	Due        time.Time `json:"due_at"`
	Source     string    `json:"source"`
	Name       string    `json:"name,omitempty"`
	Product    string    `json:"product,omitempty"`
	Unanswered int       `json:"unanswered_replies,omitempty"`
	CreatedAt  time.Time `json:"created_at"`
}

// Card is the lead in a list.
func (l Lead) Card() LeadCard {
	name := l.Person.Company
	if name == "" {
		name = l.Person.Name
	}
	return LeadCard{ID: l.ID, State: l.State, Branch: l.Branch, Owner: l.Owner, Due: l.Due, Source: l.Source,
		Name: name, Product: l.Product, Unanswered: l.Unanswered, CreatedAt: l.CreatedAt}
}

// Capture is everything that one enquiry brings about.
type Capture struct {
	Enquiry     Enquiry
	Source      string
	Form        string
	Submission  string
	ConsentText string    // the very words beside the box
	ConsentAt   time.Time // when he said yes; zero is now
	Terms       LeadTerms
	Attachment  Attachment
	Known       Known     // whose the phone and the e-mail are
	Customer    *Customer // the known customer and his contact, when the enquiry is attached
	Contact     *Contact
	LeadID      string
	CustomerID  string        // for a new customer
	ContactID   string        // for a new contact
	Preferred   string        // staff id: gets it first, unless the customer has somebody of his own
	Spoken      *Conversation // staff already spoke to him
	Life        LifePolicy    // of the branch where the enquiry came in; a new customer lives by it
	KnownLife   LifePolicy    // of the known customer's branch
	Shop        Roster        // who works here, when the enquiry is attached
	By          Actor
}

// Captured is what an enquiry turns into: a lead, the customer where it changes him, the contact if he is new, and the event.
type Captured struct {
	Lead     Lead
	Customer *Customer // new or changed; nil when he stays as he was
	Contact  *Contact  // new, to be written with its claims; nil when the person was known
	Event    Event
	Aged     *Event // the enquiry took the customer to another stage of his life
}

// Capture turns an enquiry into a lead. A known person's enquiry makes a lead too; his owner gets it first, and what he typed that his record does
// not have stays on the lead as unverified.
func (c Capture) Capture(now time.Time) (Captured, error) {
	e := c.Enquiry
	lead := Lead{
		ID: c.LeadID, Version: 1, CreatedAt: now, UpdatedAt: now, Branch: c.Terms.Branch.ID, State: LeadNew, Round: 1,
		Source: c.Source, Form: c.Form, Submission: c.Submission, Customer: c.CustomerID, ContactID: c.ContactID, DuplicateHint: c.Attachment.Hint,
		Person:  Person{Name: e.Name, Company: e.Company, Phone: e.Phone, Email: e.Email, Lang: e.Lang},
		Product: e.Product, Quantity: e.Quantity, NeededBy: e.NeededBy, Message: e.Message, HeardFrom: e.HeardFrom,
		Policy: c.Terms.Ref, Preferred: c.Preferred,
	}
	var out Captured
	if c.Customer != nil {
		lead.Customer, lead.ContactID, lead.Attached, lead.Preferred = c.Customer.ID, c.Contact.ID, true, cmp.Or(c.Customer.Owner, c.Preferred)
		lead.Unverified = unverified(lead.Person, *c.Customer, *c.Contact)
		out.Customer, out.Aged = c.heard(now)
	} else {
		out.Customer, out.Contact = c.newcomer(now)
	}
	var err error
	lead.FirstContactDue, err = c.Terms.Calendar.Add(now, seconds(c.Terms.Policy.FirstContact))
	if err != nil {
		return Captured{}, err
	}
	if c.Spoken != nil {
		lead.LastContact, lead.Owner, lead.Owners, lead.Turn = c.Spoken, c.By.ID, []string{c.By.ID}, 1
		lead, err = lead.enter(LeadContacted, c.Terms, now)
	} else {
		lead, err = lead.enter(LeadNew, c.Terms, now)
	}
	if err != nil {
		return Captured{}, err
	}
	out.Lead = lead
	idle := Progress{Closed: true}
	out.Event = tell(LeadCaptured, c.By, idle, lead.Progress(), lead.Customer, lead.Branch, now,
		map[string]string{"source": c.Source, "form": c.Form})
	return out, nil
}

// touch is the conversation in which the enquiry came about, as the customer's card shows it: he began it.
func (c Capture) touch() TouchLine {
	return TouchLine{ID: c.LeadID, At: c.Spoken.At, Channel: c.Spoken.Channel, Direction: TouchIn, By: c.Spoken.By, Outcome: c.Spoken.Outcome}
}

// heard is the known customer after the enquiry, with the event of a new stage; nil when he stays as he was. Whoever spoke with him becomes his own person
// where he has none, as in Follow.
func (c Capture) heard(now time.Time) (*Customer, *Event) {
	next, changed := c.Customer.Asked(c.KnownLife, now)
	if c.Spoken != nil {
		next, _ = next.Adopt(c.Shop, c.By.ID, now)
		next, changed = next.Reached(c.KnownLife, now).Met(c.touch()).Aged(c.KnownLife, now), true
		next.Seq = c.Customer.Seq + 1
	}
	if !changed {
		return nil, nil
	}
	if told, ok := next.AgedFrom(*c.Customer, c.By, now); ok {
		return &next, &told
	}
	return &next, nil
}

// newcomer is the customer and the contact whom the enquiry brings. A phone or an e-mail that several people share is theirs as well, and no claim.
func (c Capture) newcomer(now time.Time) (*Customer, *Contact) {
	e := c.Enquiry
	customer := Customer{ID: c.CustomerID, Version: 1, CreatedAt: now, UpdatedAt: now, Kind: CustomerPerson, Name: e.Name, Lang: e.Lang,
		Branch: c.Terms.Branch.ID, Source: c.Source}
	if e.Company != "" {
		customer.Kind, customer.Name = CustomerCompany, e.Company
	}
	if c.Spoken != nil {
		customer.Owner = c.By.ID
	}
	customer, _ = customer.Asked(c.Life, now)
	if c.Spoken != nil {
		customer = customer.Reached(c.Life, now).Met(c.touch())
		customer.Seq = 1
	}
	return &customer, &Contact{ID: c.ContactID, Version: 1, CreatedAt: now, UpdatedAt: now, Customer: c.CustomerID, Name: e.Name, Lang: e.Lang,
		Phones: reaches(e.Phone, c.Known.ByPhone.Shared), Emails: reaches(e.Email, c.Known.ByEmail.Shared)}
}

// unverified names the values that a form brought and the records of the person do not have.
func unverified(p Person, customer Customer, contact Contact) []string {
	var out []string
	company := ""
	if customer.Kind == CustomerCompany {
		company = customer.Name
	}
	for _, f := range []struct {
		name, said string
		known      bool
	}{
		{"name", p.Name, p.Name == contact.Name}, {"company", p.Company, p.Company == company},
		{"phone", p.Phone, contact.Has(p.Phone)}, {"email", p.Email, contact.Has(p.Email)},
	} {
		if f.said != "" && !f.known {
			out = append(out, f.name)
		}
	}
	return out
}

// enter moves the lead into a state and plans the state's ladder. The first owner's time runs from the capture; each later one's from his own start.
func (l Lead) enter(state string, terms LeadTerms, now time.Time) (Lead, error) {
	l.State, l.Policy, l.ClockFrom, l.Agreed = state, terms.Ref, now, false
	if l.Closed() {
		l.Due, l.Rungs, l.Unanswered = now, nil, 0
		return l, nil
	}
	if state == LeadAssigned && l.Turn == 1 && l.Round == 1 && now.Before(l.FirstContactDue) {
		l.ClockFrom = l.CreatedAt
	}
	return l.plan(terms)
}

// plan computes deadline and ladder of the lead's state from the start of its time.
func (l Lead) plan(terms LeadTerms) (Lead, error) {
	policy := terms.Policy
	budget := policy.FirstContact
	switch l.State {
	case LeadPooled:
		budget = policy.Pool
	case LeadContacted:
		budget = policy.NextStep
	}
	due, err := terms.Calendar.Add(l.ClockFrom, seconds(budget))
	if err != nil {
		return l, err
	}
	l.Due = due
	l.Rungs, err = plan(policy.Ladder, l.State, terms.Calendar, l.ClockFrom, budget)
	if l.Round > 1 {
		l.Rungs = slices.DeleteFunc(l.Rungs, func(r Rung) bool { return r.Do == DoAcknowledge })
	}
	return l, err
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

// LeadTerms are the rules that hold for the leads of one branch at one moment.
type LeadTerms struct {
	FirmTerms
	Policy LeadPolicy
}
