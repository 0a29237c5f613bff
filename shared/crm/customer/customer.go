// Package customer has the rules for customers, their contacts, history, preferences and cadence.
package customer

import (
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Kinds of customers.
const (
	Company = "company"
	Person  = "person"
)

// Customer is a company or a person that the shop knows. The people to speak with are its contacts. Version
// counts what people entered, and an If-Match names it. Seq counts every write. A touch or a step of the life
// cycle therefore disturbs no colleague who is editing.
type Customer struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	Seq       int64      `json:"seq"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Kind      string     `json:"kind" of:"customer-kind"`
	Name      string     `json:"name"`                 // as the customer writes it
	LatinName string     `json:"latin_name,omitempty"` // where Name is Chinese
	Lang      words.Lang `json:"lang"`
	Branch    string     `json:"branch"`
	Shared    bool       `json:"shared,omitempty"` // every branch sees it
	Owner     string     `json:"owner,omitempty"`  // staff id
	Source    string     `json:"source"`

	Industry         string    `json:"industry,omitempty"`
	Periodical       string    `json:"periodical,omitempty"` // a value of Periodicals; empty: no rhythm
	Category         string    `json:"category,omitempty"`   // a leaf of the category tree
	Scope            string    `json:"scope,omitempty"`
	ValueOrientation string    `json:"value_orientation,omitempty"`
	PurchasePurpose  string    `json:"purchase_purpose,omitempty"`
	Relationship     string    `json:"relationship,omitempty"`
	Competitor       string    `json:"competitor,omitempty"` // another shop that prints for the customer
	TaxNumber        string    `json:"tax_number,omitempty"` // claimed, so no other customer has it
	Addresses        []Address `json:"addresses,omitempty"`
	PreferredChannel string    `json:"preferred_channel,omitempty"`
	// PreferredHours are like "09:00-11:30", in the customer's local time. Automatic messages wait for them.
	PreferredHours string `json:"preferred_hours,omitempty"`

	// LifeCycle is derived by rule and never typed in.
	LifeCycle string `json:"life_cycle" description:"Derived by rule. first-order, active, at-risk and won-back come with orders, which this system does not keep yet · 按规则得出；first-order、active、at-risk、won-back 须有订单数据，目前尚无" of:"life-stage"`

	LifeSince   time.Time   `json:"life_cycle_since"`
	LifeDue     *time.Time  `json:"life_cycle_due,omitempty"` // when silence alone would change the stage
	History     History     `json:"history"`
	Cadence     Cadence     `json:"cadence,omitzero" description:"How often the policy asks to contact and to review the customer · 按规则多久联系、回顾一次"`
	LastTouches []TouchLine `json:"last_touches,omitempty"` // newest first, at most keptTouches
	// Owed are the tasks by which people of the customer get an answer. A task may be closed already.
	Owed       []Owed     `json:"owed,omitempty" description:"Tasks to answer its contacts · 待答复的任务"`
	ArchivedAt *time.Time `json:"archived_at,omitempty"`
}

// Address is where a customer is, or where goods or bills go.
type Address struct {
	Use     string `json:"use"` // billing, delivery or visit
	Lines   string `json:"lines"`
	City    string `json:"city,omitempty"`
	Postal  string `json:"postal_code,omitempty"`
	Country string `json:"country,omitempty"` // ISO 3166
}

// History is what the life cycle is derived from. A time that is nil says that it never happened.
type History struct {
	FirstLeadAt  *time.Time `json:"first_lead_at,omitempty"`
	ReachedAt    *time.Time `json:"reached_at,omitempty"`
	QualifiedAt  *time.Time `json:"qualified_at,omitempty"`
	Orders       int        `json:"orders,omitempty"`
	FirstOrderAt *time.Time `json:"first_order_at,omitempty"`
	LastOrderAt  *time.Time `json:"last_order_at,omitempty"`
	WonBackAt    *time.Time `json:"won_back_at,omitempty"` // the order that ended a lapse
	LastTouchAt  *time.Time `json:"last_touch_at,omitempty"`
}

// TouchLine is a touch as the customer's card shows it.
type TouchLine struct {
	ID        string    `json:"id"`
	At        time.Time `json:"at"`
	Channel   string    `json:"channel" of:"touch-channel"`
	Direction string    `json:"direction" of:"touch-direction"` // in or out
	By        string    `json:"by,omitempty"`
	Contact   string    `json:"contact,omitempty"`
	Outcome   string    `json:"outcome,omitempty" of:"answered-outcome"`
}

// keptTouches is how many touches the customer's record names. All touches are stored beside the record.
const keptTouches = 5

// ETagVersion is the version that an If-Match names.
func (c Customer) ETagVersion() int64 { return c.Version }

// SeenBy reports whether the actor may see the customer: a customer of the actor's branches, or one that all
// branches share.
func (c Customer) SeenBy(by staff.Actor) bool {
	return by.Sees(c.Branch) || c.Shared && len(by.Branches) > 0
}

// Adopt makes the colleague who reached the customer the customer's owner. The owner gets the customer's next
// enquiry first. An owner who still works here stays. A colleague who may not own the customer, such as one
// of another branch, does not become the owner. changed is false in both cases.
func (c Customer) Adopt(shop firm.Roster, owner string, now time.Time) (next Customer, changed bool) {
	if p, found := shop.Person(c.Owner); found && p.Employed(now) {
		return c, false
	}
	if p, found := shop.Person(owner); !found || !c.mayBeOf(p, now) {
		return c, false
	}
	c.Owner = owner
	return c.edited(now), true
}

// mayBeOf reports whether the colleague may own the customer. The colleague must work here, be in sales, a
// manager or an owner, and see the customer's branch.
func (c Customer) mayBeOf(p staff.Staff, now time.Time) bool {
	return p.Employed(now) && staff.ActorOf(p).Sees(c.Branch) &&
		(p.Has(staff.Sales) || p.Has(staff.Manager) || p.Has(staff.Owner))
}

// edited counts a change that people see as one of theirs, in Version as well as in Seq.
func (c Customer) edited(now time.Time) Customer {
	c.Version, c.Seq, c.UpdatedAt = c.Version+1, c.Seq+1, now
	return c
}

// Met notes a touch on the customer's card. A touch that did not reach the customer does not end the silence.
func (c Customer) Met(t TouchLine) Customer {
	c.Seq++
	at := t.At
	if t.Outcome != OutcomeUnreachable && (c.History.LastTouchAt == nil || c.History.LastTouchAt.Before(at)) {
		c.History.LastTouchAt = &at
	}
	lines := append([]TouchLine{t}, c.LastTouches...)
	slices.SortStableFunc(lines, func(a, b TouchLine) int { return b.At.Compare(a.At) })
	c.LastTouches = lines[:min(len(lines), keptTouches)]
	return c
}

// Holder is the owner of a claimed value: a contact of a customer, or a customer alone. A shared value
// belongs to several people and decides nothing.
type Holder struct {
	Customer, Contact string
	Shared            bool
}

// Known is what the claims say of a phone number and an e-mail address. A zero Holder says that nobody has
// it.
type Known struct{ ByPhone, ByEmail Holder }

// Without is what is known when nothing is concluded from what this contact has.
func (k Known) Without(contact string) Known {
	if k.ByPhone.Contact == contact {
		k.ByPhone = Holder{}
	}
	if k.ByEmail.Contact == contact {
		k.ByEmail = Holder{}
	}
	return k
}

// Attachment says to which customer and contact an enquiry belongs. An empty Customer says that the person is
// new.
type Attachment struct {
	Customer, Contact string
	Hint              string // another customer with this e-mail: perhaps the same person twice
}

// Attach decides to whom an enquiry belongs: to the owner of the phone number, else to the owner of the
// e-mail address. Where the two have different owners, the phone's owner gets it, with the other as a hint. A
// form merges nothing. A shared value decides nothing.
func (k Known) Attach() Attachment {
	phone, email := k.ByPhone, k.ByEmail
	if phone.Shared {
		phone = Holder{}
	}
	if email.Shared {
		email = Holder{}
	}
	switch {
	case phone.Customer == "":
		return Attachment{Customer: email.Customer, Contact: email.Contact}
	case email.Customer != "" && email.Customer != phone.Customer:
		return Attachment{Customer: phone.Customer, Contact: phone.Contact, Hint: email.Customer}
	default:
		return Attachment{Customer: phone.Customer, Contact: phone.Contact}
	}
}
