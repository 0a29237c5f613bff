// Package lead has the rules for enquiries from their capture until they are won or lost.
package lead

import (
	"cmp"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// States of a lead. A new lead waits for its owner, an assigned one for the first contact, a pooled one for a
// colleague who claims it. A contacted one waits for its next step, a qualified one for its quotation and the order.
const (
	StateNew       = "new"
	StateAssigned  = "assigned"
	StatePooled    = "pooled"
	StateContacted = "contacted"
	StateQualified = "qualified"
	StateWon       = "won"
	StateLost      = "lost"
)

// States lists the states in the order of the board.
var States = []string{StateNew, StateAssigned, StatePooled, StateContacted, StateQualified, StateWon, StateLost}

// OpenStates are the states in which a lead is not closed.
var OpenStates = States[:5]

// Lead is one enquiry of one person, and what the shop did about it.
type Lead struct {
	ID        string    `json:"id"`
	Version   int64     `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Branch    string    `json:"branch"`
	State     string    `json:"state" of:"lead-state"`
	// Round starts at 1. It grows when a contacted lead returns to the pool, and when a reply comes after the
	// follow-up has ended.
	Round      int    `json:"round"`
	Turn       int    `json:"turn"` // one more with each owner of the round
	Source     string `json:"source"`
	Form       string `json:"form,omitempty"`
	Submission string `json:"submission,omitempty"`
	// Network is a keyed hash. Automatic replies count against the limit of the network that the enquiry came from.
	Network       string `json:"network,omitempty" description:"Hash of where it came from · 来源网段的哈希值"`
	Customer      string `json:"customer"`
	ContactID     string `json:"contact_id"`               // id of the customer's contact who asks
	Attached      bool   `json:"attached"`                 // the shop knew the person before
	DuplicateHint string `json:"duplicate_hint,omitempty"` // another customer with this e-mail
	// Unverified names the fields whose value the records of the person do not have.
	Unverified []string `json:"unverified,omitempty"`
	Person     Person   `json:"person"`
	Product    string   `json:"product,omitempty"`
	Quantity   int64    `json:"quantity,omitempty"`
	// QuantityTyped is what the person typed where it is not plainly a number of pieces.
	QuantityTyped   string         `json:"quantity_typed,omitempty"`
	NeededBy        string         `json:"needed_by,omitempty"`
	Message         string         `json:"message,omitempty"`
	HeardFrom       string         `json:"heard_from,omitempty"`
	Answers         []form.Answer  `json:"answers,omitempty"`   // to the form's own questions
	Consent         string         `json:"consent,omitempty"`   // gate.ConsentGiven or gate.ConsentAwaiting
	Preferred       string         `json:"preferred,omitempty"` // staff id of who gets it first
	Owner           string         `json:"owner,omitempty"`
	Owners          []string       `json:"owners,omitempty"` // all owners in this round, in order
	FirstContactDue time.Time      `json:"first_contact_due"`
	Due             time.Time      `json:"due_at"`                // of the next step
	Agreed          bool           `json:"due_agreed,omitempty"`  // agreed with the person, so no replan moves it
	ClockFrom       time.Time      `json:"clock_from,omitzero"`   // start of the time of this state
	EnquiredAt      time.Time      `json:"enquired_at,omitzero"`  // when it came, where it waited for a release
	RestartedAt     time.Time      `json:"restarted_at,omitzero"` // start of the first contact's time after an outage
	Postponed       int            `json:"postponed,omitempty"`   // how often that moved what the person was told
	PostponedAt     time.Time      `json:"postponed_at,omitzero"` // when a calendar or a policy moved it last
	Rungs           []ladder.Rung  `json:"rungs,omitempty"`
	Policy          string         `json:"policy"`
	Attempts        int            `json:"attempts,omitempty"`
	Replies         int            `json:"replies,omitempty"`            // how often the person wrote back
	Unanswered      int            `json:"unanswered_replies,omitempty"` // replies since the last contact
	LastContact     *Conversation  `json:"last_contact,omitempty"`
	Qualification   *Qualification `json:"qualification,omitempty"`
	Win             *Win           `json:"win,omitempty"`
	Loss            *Loss          `json:"loss,omitempty"`
}

// Person is the person who asks, normalised: phone in E.164 with its extension, e-mail in lower case.
type Person struct {
	Name    string `json:"name,omitempty"`
	Company string `json:"company,omitempty"`
	Phone   string `json:"phone,omitempty"`
	// PhoneTyped is what the person typed where it holds more than the number, such as a second one.
	PhoneTyped string     `json:"phone_typed,omitempty"`
	Email      string     `json:"email,omitempty"`
	Lang       words.Lang `json:"lang" of:"kept-lang"`
}

// Contact is how a message reaches the person. It has no name, because nobody vouches for what a stranger
// types.
func (p Person) Contact() customer.Contact {
	return customer.Contact{Phones: customer.Reaches(p.Phone, false), Emails: customer.Reaches(p.Email, false),
		Lang: p.Lang}
}

// Conversation is the last time that a colleague spoke with the person, or tried to.
type Conversation struct {
	Channel string    `json:"channel" of:"touch-channel"`
	Outcome string    `json:"outcome" of:"answered-outcome"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Note    string    `json:"note,omitempty"`
}

// Qualification is what makes a lead worth a quotation.
type Qualification struct {
	Need     string       `json:"need"`
	Estimate *money.Money `json:"estimate,omitempty"`
}

// Win says what came of a lead.
type Win struct {
	Order  string       `json:"order,omitempty"` // the number of the order or job, as the shop writes it
	Amount *money.Money `json:"amount,omitempty"`
	Note   string       `json:"note,omitempty"`
}

// Loss says why nothing came of a lead.
type Loss struct {
	Reason     string `json:"reason" of:"loss-reason"`
	Competitor string `json:"competitor,omitempty"`
	Note       string `json:"note,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (l Lead) ETagVersion() int64 { return l.Version }

// Closed reports whether nothing more is to be done with the lead.
func (l Lead) Closed() bool { return l.State == StateWon || l.State == StateLost }

// Pursued reports whether somebody has spoken with the person, and the order is not won or lost yet.
func (l Lead) Pursued() bool { return l.State == StateContacted || l.State == StateQualified }

// dormant reports whether an earlier release planned the lead, which ended the follow-up with the first contact. It is
// followed again from its next change on.
func (l Lead) dormant() bool { return l.Pursued() && !slices.ContainsFunc(l.Rungs, planned) }

// planned reports whether the policy planned the rung, rather than a change of owner or a reply.
func planned(r ladder.Rung) bool { return r.Name != PassedOn && r.Do != ladder.DoTellReply }

// Progress is where the follow-up of the lead stands. It is closed once the lead is closed, and no reply of the
// person waits.
func (l Lead) Progress() ladder.Progress {
	return ladder.Progress{
		Kind: "lead", ID: l.ID, Seq: l.Version, Round: l.Round, Turn: l.Turn, State: l.State,
		Closed: (l.Closed() || l.dormant()) && l.Unanswered == 0,
		Owner:  l.Owner, Due: l.Due, Rungs: l.Rungs, Policy: l.Policy,
	}
}

// Card is a lead as a board or a desk shows it. It says who asks as the person said it, and no id of the customer: with
// one, the row of most leads would be larger than a kilobyte.
type Card struct {
	ID     string    `json:"id"`
	State  string    `json:"state" of:"lead-state"`
	Branch string    `json:"branch"`
	Owner  string    `json:"owner,omitempty"`
	Due    time.Time `json:"due_at"`
	Source string    `json:"source"`
	// Name is the person's. A card of an earlier release has the company's there, where it has one.
	Name          string    `json:"name,omitempty"`
	Company       string    `json:"company,omitempty"`
	Phone         string    `json:"phone,omitempty" description:"E.164; for roles that read contacts · 仅可查看联系人的角色可见"`
	Product       string    `json:"product,omitempty"`
	Quantity      int64     `json:"quantity,omitempty"`
	QuantityTyped string    `json:"quantity_typed,omitempty"`
	NeededBy      string    `json:"needed_by,omitempty"`
	Unanswered    int       `json:"unanswered_replies,omitempty"`
	CreatedAt     time.Time `json:"created_at"`
}

// How many bytes of its longest texts a card has, so that the whole of it stays within 700.
const (
	cardName     = 99
	cardProduct  = 90
	cardQuantity = 40
)

// Card is the lead in a list. What is too long for a list is cut there.
func (l Lead) Card() Card {
	return Card{ID: l.ID, State: l.State, Branch: l.Branch, Owner: l.Owner, Due: l.Due, Source: l.Source,
		Name: words.Clip(l.Person.Name, cardName), Company: words.Clip(l.Person.Company, cardName),
		Phone: l.Person.Phone, Product: words.Clip(l.Product, cardProduct), Quantity: l.Quantity,
		QuantityTyped: words.Clip(l.QuantityTyped, cardQuantity), NeededBy: l.NeededBy, Unanswered: l.Unanswered,
		CreatedAt: l.CreatedAt}
}

// Called is how the lead is called in a list: by the company, else by the person.
func (c Card) Called() string { return cmp.Or(c.Company, c.Name) }

// For is the card as the actor may see it: without permission.ReadContacts it has no phone.
func (c Card) For(by staff.Actor) Card {
	if permission.Permit(by, permission.ReadContacts) != nil {
		c.Phone = ""
	}
	return c
}

// touch is the conversation of the enquiry as the customer's card shows it. The customer began it.
func (c Capture) touch() customer.TouchLine {
	return customer.TouchLine{ID: c.LeadID, At: c.Spoken.At, Channel: c.Spoken.Channel, Direction: customer.TouchIn,
		By: c.Spoken.By, Outcome: c.Spoken.Outcome}
}

// heard is the known customer after the enquiry, with the event of a new stage. Both are nil when nothing
// changed. The colleague who spoke with the customer becomes the owner where there is none, as in Follow.
func (c Capture) heard(now time.Time) (*customer.Customer, *event.Event) {
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

// newcomer is the customer and the contact whom the enquiry brings. A phone number or an e-mail address that
// several people share belongs to the contact as well, but makes no claim.
func (c Capture) newcomer(now time.Time) (*customer.Customer, *customer.Contact) {
	e := c.Enquiry
	cust := customer.Customer{ID: c.CustomerID, Version: 1, CreatedAt: now, UpdatedAt: now, Kind: customer.Person,
		Name: e.Name, Lang: e.Lang,
		Branch: c.Terms.Branch.ID, Source: c.Source}
	if e.Company != "" {
		cust.Kind, cust.Name = customer.Company, e.Company
	}
	if c.Spoken != nil {
		cust.Owner = c.By.ID
	}
	cust, _ = cust.Asked(c.Life, now)
	if c.Spoken != nil {
		cust = cust.Reached(c.Life, now).Met(c.touch())
		cust.Seq = 1
	}
	contact := customer.Contact{ID: c.ContactID, Version: 1, CreatedAt: now, UpdatedAt: now, Customer: c.CustomerID,
		Name: e.Name, Lang: e.Lang,
		Phones: customer.Reaches(e.Phone, c.Known.ByPhone.Shared), Emails: customer.Reaches(e.Email, c.Known.ByEmail.Shared)}
	contact = contact.Stated(c.said(), c.LeadID, now).Without(c.Elsewhere)
	return &cust, &contact
}

// elsewhere names the fields of the enquiry whose values a contact of another branch has.
func (c Capture) elsewhere() (out []string) {
	for _, f := range []struct{ name, value string }{{"phone", c.Enquiry.Phone}, {"email", c.Enquiry.Email}} {
		if slices.Contains(c.Elsewhere, f.value) {
			out = append(out, f.name)
		}
	}
	return out
}

// said is who says what the enquiry says. What was typed into a form, or handed over by another system, a visitor
// said. A colleague who releases a submission did not speak with its person.
func (c Capture) said() string {
	if said := customer.SaidBy(c.By); c.Submission == "" && said == customer.SaidStaff {
		return said
	}
	return customer.SaidVisitor
}

// Proven reports whether the e-mail address of the enquiry is known to be the person's.
func (c Capture) Proven() bool {
	if c.Contact == nil {
		return c.said() == customer.SaidStaff
	}
	return c.Contact.Trust(c.Enquiry.Email, *c.Customer) == customer.TrustProven
}

// others is the known contact after an enquiry that says other values of them, with its event. Both are nil when
// nothing changed.
func (c Capture) others(l Lead, now time.Time) (*customer.Contact, *event.Event) {
	var values []string
	for name, value := range map[string]string{"phone": l.Person.Phone, "email": l.Person.Email} {
		if slices.Contains(l.Unverified, name) {
			values = append(values, value)
		}
	}
	slices.Sort(values)
	next, told := c.Contact.Hear(l.ID, values, *c.Customer, c.By, now)
	if next.Version == c.Contact.Version {
		return nil, nil
	}
	return &next, &told
}

// unverified names the values that came with the enquiry and that the records of the person do not have.
func unverified(p Person, c customer.Customer, contact customer.Contact) []string {
	var out []string
	company := ""
	if c.Kind == customer.Company {
		company = c.Name
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

// enter moves the lead into a state and plans the state's ladder. As long as the deadline of the first contact is
// ahead, the first owner's time runs from the capture. After an outage it runs from its end. Each later owner's time
// runs from the owner's own start.
func (l Lead) enter(state string, terms Terms, now time.Time) (Lead, error) {
	began, captured := l.contactFrom(), state == StateNew && l.ClockFrom.IsZero()
	if l.State == StateNew {
		began = ladder.Later(began, l.ClockFrom)
	}
	l.State, l.Policy, l.ClockFrom = state, terms.Ref, now
	if l.Closed() {
		l.Due, l.Rungs, l.Unanswered = now, nil, 0
		return l, nil
	}
	first := captured || state == StateAssigned && l.Turn == 1 && l.Round == 1
	if first && now.Before(l.FirstContactDue) {
		l.ClockFrom = began
	}
	return l.plan(terms)
}

// contactFrom is when the time for the first contact began.
func (l Lead) contactFrom() time.Time {
	switch {
	case !l.RestartedAt.IsZero():
		return l.RestartedAt
	case !l.EnquiredAt.IsZero():
		return l.EnquiredAt
	}
	return l.CreatedAt
}

// plan computes the deadline and the ladder of the lead's state from the start of its time.
func (l Lead) plan(terms Terms) (Lead, error) {
	if l.Pursued() {
		return l.pursue(terms)
	}
	policy := terms.Policy
	budget := policy.FirstContact
	if l.State == StatePooled {
		budget = policy.Pool
	}
	due, err := terms.Calendar.Add(l.ClockFrom, calendar.Seconds(budget))
	if err != nil {
		return l, err
	}
	l.Due = due
	if l.Rungs, err = ladder.Plan(policy.Ladder, l.State, terms.Calendar, l.ClockFrom, budget); err != nil {
		return l, err
	}
	if l.Round > 1 {
		l.Rungs = slices.DeleteFunc(l.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge })
	}
	postponed, err := l.postponed(terms.Calendar)
	l.Rungs = append(l.Rungs, postponed...)
	return l, err
}
