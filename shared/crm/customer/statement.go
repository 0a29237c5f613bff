package customer

import (
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Sources of the statement that a phone or an e-mail is the contact's.
const (
	SaidVisitor = "visitor" // typed into a form, or handed over with an enquiry
	SaidStaff   = "staff"
	SaidFile    = "file" // brought in by another system
)

// Statement is who said that a phone or an e-mail is the contact's, and what shows that it is. A value that is
// not among the contact's phones and e-mails is what a later enquiry said. It waits for a colleague's word.
type Statement struct {
	Value string    `json:"value"`
	Said  string    `json:"said"`           // SaidVisitor, SaidStaff or SaidFile
	Lead  string    `json:"lead,omitempty"` // id of the enquiry that said it
	At    time.Time `json:"at"`
	// ReadAt is when somebody answered from the value: the mailbox is read. It does not say whose the mailbox is.
	ReadAt *time.Time `json:"read_at,omitempty"`
	// SpokenAt is when a colleague (SpokenBy) noted that they spoke with the contact, whose value it is.
	SpokenAt *time.Time `json:"spoken_at,omitempty"`
	SpokenBy string     `json:"spoken_by,omitempty"`
	// CodeAt is when the code that was sent to the value came back: beside SpokenAt to a colleague, beside ReadAt by the
	// public page for complaints.
	CodeAt *time.Time `json:"code_at,omitempty"`
}

// mostHeard is how many values of later enquiries a contact keeps. The newest stay.
const mostHeard = 10

// SaidBy is who says what this actor enters of a contact.
func SaidBy(by staff.Actor) string {
	switch {
	case by.ID == staff.Visitor.ID:
		return SaidVisitor
	case slices.Equal(by.Roles, []staff.Role{staff.Integration}):
		return SaidFile
	}
	return SaidStaff
}

// Stated is a new contact all of whose values were said at once. lead is the id of the enquiry that said them; empty
// for what staff entered without one.
func (c Contact) Stated(said, lead string, now time.Time) Contact {
	c.Statements = nil
	for _, value := range c.all() {
		c.Statements = append(c.Statements, Statement{Value: value, Said: said, Lead: lead, At: now})
	}
	return c
}

// all are the phones and e-mails of the contact.
func (c Contact) all() []string {
	var out []string
	for _, r := range slices.Concat(c.Phones, c.Emails) {
		out = append(out, r.Value)
	}
	return out
}

// stated are the statements of the next version. A value that the actor adds is theirs to answer for. Statements
// about values that went go with them.
func (c Contact) stated(next Contact, by staff.Actor, now time.Time) []Statement {
	out := slices.DeleteFunc(slices.Clone(c.Statements),
		func(s Statement) bool { return c.Has(s.Value) != next.Has(s.Value) })
	for _, value := range next.all() {
		if !c.Has(value) {
			out = append(out, Statement{Value: value, Said: SaidBy(by), At: now})
		}
	}
	return out
}

// statement is what is known of a value. Of a value that was stored before statements were kept, it follows from
// the customer of the contact (before).
func (c Contact) statement(value string, of Customer) Statement {
	if i := slices.IndexFunc(c.Statements, func(s Statement) bool { return s.Value == value }); i >= 0 {
		return c.Statements[i]
	}
	return c.before(value, of)
}

// before is the statement about a value of the time before statements were kept. What staff or a file brought
// counts as spoken. An enquiry brought the value where it made customer and contact at one moment. A touch that shows
// an answer proves it where it was all that the enquiry brought: nobody knows from which of several the answer came.
func (c Contact) before(value string, of Customer) Statement {
	s := Statement{Value: value, Said: SaidStaff, At: c.CreatedAt}
	h := of.History
	asked := h.FirstLeadAt != nil && h.FirstLeadAt.Equal(of.CreatedAt) && c.CreatedAt.Equal(of.CreatedAt)
	answered := h.ReachedAt != nil || slices.ContainsFunc(of.LastTouches,
		func(t TouchLine) bool { return t.Direction == TouchIn && t.Channel == TouchMail })
	if asked && (!answered || c.opening() > 1) {
		s.Said = SaidVisitor
	}
	return s
}

// opening is how many values the contact began with. A value of before statements has none, or one as old as the
// contact.
func (c Contact) opening() int {
	n := 0
	for _, value := range c.said() {
		i := slices.IndexFunc(c.Statements, func(s Statement) bool { return s.Value == value })
		if i < 0 || c.Statements[i].At.Equal(c.CreatedAt) {
			n++
		}
	}
	return n
}

// Trust is how far a phone or an e-mail is known to be the contact's.
type Trust string

// Degrees of trust.
const (
	TrustNone Trust = ""
	TrustSaid Trust = "said" // a visitor said it
	TrustRead Trust = "read" // and somebody answers from it, whose values the others of the contact may not be
	// it is the contact's: staff or a file brought it, a colleague spoke with the contact, or somebody answers from it
	// and nothing else is known of the contact
	TrustProven Trust = "proven"
)

// Trust says how far a value is known to be the contact's. of is the contact's customer. An answer proves that
// the mailbox is read, not whose it is. It proves the value where nothing else was said of the contact. Beside any
// other phone or e-mail a colleague's word decides: a stranger may have typed one of the two.
func (c Contact) Trust(value string, of Customer) Trust {
	s := c.statement(value, of)
	others := slices.DeleteFunc(c.said(), func(v string) bool { return v == value })
	switch {
	case !c.Has(value):
		return TrustNone
	case s.Said != SaidVisitor, s.SpokenAt != nil:
		return TrustProven
	case s.ReadAt == nil:
		return TrustSaid
	case len(others) > 0:
		return TrustRead
	}
	return TrustProven
}

// said are the phones and e-mails of the contact, and those that later enquiries said.
func (c Contact) said() []string {
	out := c.all()
	for _, s := range c.Statements {
		if !slices.Contains(out, s.Value) {
			out = append(out, s.Value)
		}
	}
	return out
}

// Proven is the contact with those phones and e-mails alone that are known to be the contact's. A link to a case
// or a question goes nowhere else.
func (c Contact) Proven(of Customer) Contact {
	known := func(list []Reach) []Reach {
		return slices.DeleteFunc(slices.Clone(list), func(r Reach) bool { return c.Trust(r.Value, of) != TrustProven })
	}
	c.Phones, c.Emails = known(c.Phones), known(c.Emails)
	return c
}

// Addressee is a contact to whom a letter about their own affairs goes.
type Addressee struct {
	Contact
	// Known is the contact as Proven gives them. One who left gets nothing anyway, which the gate says.
	Known   Contact
	Typed   bool   // the contact has other phones or e-mails, of which nobody knows whose they are
	Prefers string // the customer's preferred channel
	Hours   string // the customer's preferred hours, such as "09:00-11:30"
	Of      string // what the customer is called: the company, or the person
}

// Addressee is the contact of the customer as a letter reaches them.
func (c Contact) Addressee(of Customer) Addressee {
	a := Addressee{Contact: c, Known: c, Prefers: of.PreferredChannel, Hours: of.PreferredHours, Of: of.Name}
	if c.LeftAt == nil {
		a.Known = c.Proven(of)
	}
	a.Typed = len(a.Known.all()) < len(c.all())
	return a
}

// Email is the first e-mail address of the contact, if any.
func (c Contact) Email() string {
	if len(c.Emails) == 0 {
		return ""
	}
	return c.Emails[0].Value
}

// Alone reports whether one value is all that was said of the contact. A letter there, without a link, reaches
// the contact, even where it is not known who that is.
func (c Contact) Alone() bool { return len(c.said()) == 1 }

// Hear notes the values that a later enquiry said and the contact does not have. Nothing about the contact is
// sent there until a colleague spoke with the contact. Without a new value the contact comes back as it is, without
// an event.
func (c Contact) Hear(lead string, values []string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event) {
	next := c
	next.Statements = slices.Clone(c.Statements)
	for _, value := range values {
		if value != "" && !slices.Contains(next.said(), value) {
			next.Statements = append(next.Statements, Statement{Value: value, Said: SaidVisitor, Lead: lead, At: now})
		}
	}
	if len(next.Statements) == len(c.Statements) || c.LeftAt != nil {
		return c, event.Event{}
	}
	for heard := len(next.said()) - len(c.all()); heard > mostHeard; heard-- {
		i := slices.IndexFunc(next.Statements, func(s Statement) bool { return !c.Has(s.Value) })
		next.Statements = slices.Delete(next.Statements, i, i+1)
	}
	next.Version, next.UpdatedAt = c.Version+1, now
	return next, event.New(event.ContactHeard, by, in.ID, c.ID, next.Version, in.Branch, now,
		map[string]string{"lead": lead})
}

// Answered notes that somebody answered from a value that a visitor said. Where nothing new follows, the contact
// comes back as it is, without an event.
func (c Contact) Answered(value string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	s := c.statement(value, in)
	if c.LeftAt != nil || in.ArchivedAt != nil || !c.Has(value) || s.Said != SaidVisitor || s.ReadAt != nil {
		return c, event.Event{}, nil
	}
	s.ReadAt = &now
	next := c.restated(s, now)
	return next, event.New(event.ContactAnswered, by, in.ID, c.ID, next.Version, in.Branch, now, nil), nil
}

// TakesCode reports whether a code that a visitor asked for goes to the value of the contact. The code opens the
// contact's own link, so it goes by the rule of links (Proven). Else it goes to the only value that was ever
// said of the contact. A value that a stranger may have typed beside the contact's own gets none, and neither does one that others share.
func (c Contact) TakesCode(value string, of Customer) bool {
	return c.LeftAt == nil && c.Values()[identity.Claim{Kind: identity.KindOf(value), Value: value}] == OwnershipOwn &&
		(c.Trust(value, of) == TrustProven || c.Alone())
}

// Coded notes that the code came back which was sent to the value after a visitor had asked for it. It shows what an
// answer shows: the value is read. Where nothing new follows, the contact comes back as it is, without an event.
func (c Contact) Coded(value string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	next, e, err := c.Answered(value, in, by, now)
	if err != nil || e.Type == "" {
		return c, e, err
	}
	s := next.statement(value, in)
	s.CodeAt = &now
	next.Statements = append(slices.DeleteFunc(slices.Clone(next.Statements),
		func(old Statement) bool { return old.Value == value }), s)
	return next, event.New(event.ContactProven, by, in.ID, c.ID, next.Version, in.Branch, now,
		map[string]string{"which": string(identity.KindOf(value))}), nil
}

// Vouch is a colleague's word that they spoke with the contact and that the value is the contact's. A value that
// a later enquiry said becomes one of the contact's. Saying it again changes nothing. The error is Refused when
// the contact has left or the customer is archived, and Invalid for a value that nobody said of the contact.
func (c Contact) Vouch(value string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	return c.vouch(value, in, by, now, false)
}

// Prove is Vouch by a colleague to whom the contact said the code that was sent to the value.
func (c Contact) Prove(value string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	return c.vouch(value, in, by, now, true)
}

// Doubtful refuses a value of which nobody has to find out whether it is the contact's. The errors are those of Vouch,
// and Refused for a value that is known to be theirs.
func (c Contact) Doubtful(value string, in Customer) error {
	if err := c.vouchable(value, in); err != nil {
		return err
	}
	if c.Trust(value, in) == TrustProven {
		return fault.Fail(fault.Refused, "已知此电话或邮箱属于联系人本人，无需验证码。",
			"This phone or e-mail is known to be the contact's. No code is needed.")
	}
	return nil
}

// vouchable refuses where nobody can vouch for the value.
func (c Contact) vouchable(value string, in Customer) error {
	switch {
	case c.LeftAt != nil:
		return HasLeft()
	case in.ArchivedAt != nil:
		return archivedContacts()
	case !slices.Contains(c.said(), value):
		return fault.Faulty(fault.Field{Pointer: "/value", Text: words.Text{
			Zh: "请填写此联系人的一个电话或邮箱，写法与联系人记录中一致。",
			En: "Enter one of the phones and e-mails of this contact, as the contact's record has it."}})
	}
	return nil
}

func (c Contact) vouch(value string, in Customer, by staff.Actor, now time.Time, code bool) (Contact, event.Event,
	error) {
	if err := c.vouchable(value, in); err != nil {
		return c, event.Event{}, err
	}
	s := c.statement(value, in)
	if c.Has(value) && (s.Said != SaidVisitor || s.SpokenAt != nil) {
		return c, event.Event{}, nil
	}
	s.SpokenAt, s.SpokenBy = &now, by.ID
	how := event.ContactVouched
	if code {
		s.CodeAt, how = &now, event.ContactProven
	}
	next := c.restated(s, now)
	kind, list := identity.KindOf(value), &next.Phones
	if kind == identity.ClaimEmail {
		list = &next.Emails
	}
	if !c.Has(value) {
		*list = append(slices.Clone(*list), Reach{Value: value})
	}
	return next, event.New(how, by, in.ID, c.ID, next.Version, in.Branch, now,
		map[string]string{"which": string(kind)}), nil
}

// restated is the next version with this statement in place of the one about its value.
func (c Contact) restated(s Statement, now time.Time) Contact {
	list := slices.DeleteFunc(slices.Clone(c.Statements), func(old Statement) bool { return old.Value == s.Value })
	c.Statements = append(list, s)
	c.Version, c.UpdatedAt = c.Version+1, now
	return c
}

// Yields reports whether the contact gives up a value that a colleague enters for a contact of the other customer. A
// visitor said it of this one, and nobody knows that it is theirs. In one branch, or of a customer whom all branches
// see, the colleague opens the contact instead.
func (c Contact) Yields(value string, of, other Customer) bool {
	trust := c.Trust(value, of)
	return of.Branch != other.Branch && !of.Shared && (trust == TrustSaid || trust == TrustRead)
}

// Yield takes a value away from the contact, since a colleague entered it as another contact's. It stays among what was
// said.
func (c Contact) Yield(value string, in Customer, by staff.Actor, now time.Time) (Contact, event.Event) {
	next := c.restated(c.statement(value, in), now).Without([]string{value})
	return next, event.New(event.ContactChanged, by, in.ID, c.ID, next.Version, in.Branch, now, nil)
}

// Without is the contact without these phones and e-mails. What was said of them stays.
func (c Contact) Without(values []string) Contact {
	among := func(r Reach) bool { return slices.Contains(values, r.Value) }
	c.Phones = slices.DeleteFunc(slices.Clone(c.Phones), among)
	c.Emails = slices.DeleteFunc(slices.Clone(c.Emails), among)
	return c
}

// Call is the need to call a contact about a record: no phone or e-mail of theirs is known to be theirs, so that no
// link may be sent.
type Call struct {
	Contact  Contact
	Customer string
	About    string    // id of the record
	Since    time.Time // when the record began: one task for each record
	Owner    string    // staff id of who looks after the record; may be empty
	Unsent   string    // why what a colleague wrote was not sent (a reason of a message); empty for a contact in doubt
}

// Task is the task to call, due at a time. Its owner is the record's, else the branch's manager, else an owner of the
// shop. ok is false where none of them can take it.
func (c Call) Task(shop firm.Roster, terms task.Terms, due, now time.Time) (t task.Task, e event.Event, ok bool) {
	own, _ := shop.Person(c.Owner)
	manager, _ := shop.Manager(terms.Branch, now)
	head, _ := shop.Head(terms.Branch, now)
	owner, found := task.FirstTaker(terms.Branch.ID, due, now, own, manager, head)
	if !found {
		return task.Task{}, event.Event{}, false
	}
	title := words.Text{Zh: "请致电客户核实联系方式（%s）", En: "Call the customer and confirm their phone and e-mail (%s)"}
	text := words.Text{
		Zh: "此联系人的电话和邮箱由来访者填写，尚不知道是否属于本人，所以没有发送链接。请致电联系人，核实后登记：POST /contacts/%s/vouch",
		En: "A visitor typed the phone and e-mail of this contact. Nobody knows whose they are, so no link was sent. " +
			"Call the contact, then note what is theirs: POST /contacts/%s/vouch"}
	key := "call/"
	if c.Unsent != "" {
		title, text, key = c.unsent()
	}
	draft := task.Draft{ID: task.ID(c.Since, key+c.About), Customer: c.Customer, About: c.About, Priority: "high",
		Title: fmt.Sprintf(title.In(owner.Lang), words.Reference(c.About)),
		Text:  fmt.Sprintf(text.In(owner.Lang), c.Contact.ID), Due: &due}
	t, e, err := task.New(staff.Process("call"), draft, owner, terms, now)
	return t, e, err == nil
}
