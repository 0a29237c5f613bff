package customer

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// Contact is a person at a customer with whom the shop speaks. The gate, the consents and the messages belong
// to the contact, not to the customer.
type Contact struct {
	ID        string     `json:"id"`
	Version   int64      `json:"version"`
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Customer  string     `json:"customer"`
	Name      string     `json:"name,omitempty"` // empty where only a phone or an e-mail is known
	LatinName string     `json:"latin_name,omitempty"`
	Title     string     `json:"title,omitempty"`
	Roles     []string   `json:"roles,omitempty" of:"contact-role"` // values of ContactRoles
	Phones    []Reach    `json:"phones,omitempty"`
	Emails    []Reach    `json:"emails,omitempty"`
	Lang      words.Lang `json:"lang"`
	// Zone is an IANA time zone; empty means the zone of the branch. Automatic messages keep its hours.
	Zone string `json:"zone,omitempty"`
	// LeftAt is when the contact left the customer. From then on nothing is sent to the contact.
	LeftAt *time.Time `json:"left_at,omitempty"`
	// Erasing is since when the contact is to be erased: search does not find them any more. Erased is when it was done.
	Erasing *time.Time `json:"erasing_at,omitempty"`
	Erased  *time.Time `json:"erased_at,omitempty"`
	// Statements say who said the phones and e-mails, and which others later enquiries said. Of values from before
	// November 2026 there are none.
	Statements []Statement `json:"statements,omitempty"`
	// LinkEnds is how often staff ended all links of the contact. A link of before the last time opens no more.
	LinkEnds int64 `json:"link_ends,omitempty"`
}

// ContactRoles are a contact's parts in the customer's buying: decides, buys, approves proofs, receives the
// goods, pays.
var ContactRoles = []string{"decides", "buys", "proofs", "receives", "pays"}

// ContactsPerCustomer is how many contacts a customer may have. Contacts who have left do not count.
const ContactsPerCustomer = 50

// Reach is a phone number (E.164, with ";ext=" before an extension) or an e-mail address (lower case) of a contact. A
// shared value, such as a switchboard, is claimed by no contact.
type Reach struct {
	Value  string `json:"value"`
	Shared bool   `json:"shared,omitempty"`
}

// ETagVersion is the version that an If-Match names.
func (c Contact) ETagVersion() int64 { return c.Version }

// Ownership says how a phone number or an e-mail address belongs to a contact.
type Ownership string

const (
	OwnershipNone   Ownership = ""       // it does not belong to the contact
	OwnershipOwn    Ownership = "own"    // it is the contact's alone, by a claim
	OwnershipShared Ownership = "shared" // several people have it, and nobody has the claim
)

// Values are the phone numbers and e-mail addresses of the contact, each with its standing. A contact who has
// left has none: the number may be the successor's by now.
func (c Contact) Values() map[identity.Claim]Ownership {
	out := map[identity.Claim]Ownership{}
	if c.LeftAt != nil {
		return out
	}
	add := func(kind identity.ClaimKind, list []Reach) {
		for _, r := range list {
			out[identity.Claim{Kind: kind, Value: r.Value}] = OwnershipOwn
			if r.Shared {
				out[identity.Claim{Kind: kind, Value: r.Value}] = OwnershipShared
			}
		}
	}
	add(identity.ClaimPhone, c.Phones)
	add(identity.ClaimEmail, c.Emails)
	return out
}

// Sharing marks as shared each value that is new to the contact and that others share. A value that several
// people have stays unclaimed.
func (c Contact) Sharing(before Contact, shared func(identity.Claim) bool) Contact {
	old := before.Values()
	mark := func(kind identity.ClaimKind, list []Reach) []Reach {
		out := slices.Clone(list)
		for i, r := range out {
			claim := identity.Claim{Kind: kind, Value: r.Value}
			out[i].Shared = r.Shared || old[claim] == OwnershipNone && shared(claim)
		}
		return out
	}
	c.Phones, c.Emails = mark(identity.ClaimPhone, c.Phones), mark(identity.ClaimEmail, c.Emails)
	return c
}

// Read normalises phone numbers and e-mail addresses to the form under which people are known. Numbers
// without a country code are read as of the place. The faults name the fields as JSON pointers.
func (c Contact) Read(at identity.Place) (Contact, []fault.Field) {
	var faults []fault.Field
	flt := func(pointer string, text words.Text) {
		faults = append(faults, fault.Field{Pointer: pointer, Text: text})
	}
	read := func(field string, list []Reach, one func(string) (string, error), wrong func(error) words.Text) []Reach {
		var out []Reach
		for i, r := range list {
			pointer := fmt.Sprintf("/%s/%d/value", field, i)
			value, err := one(r.Value)
			switch {
			case err != nil:
				flt(pointer, wrong(err))
			case slices.ContainsFunc(out, func(x Reach) bool { return x.Value == value }):
				flt(pointer, words.Text{Zh: "这一项填写了两次。请只保留一次。", En: "This stands there twice. Keep one."})
			}
			out = append(out, Reach{value, r.Shared})
		}
		return out
	}
	c.Phones = read("phones", c.Phones, at.Phone, identity.PhoneWords)
	c.Emails = read("emails", c.Emails, identity.Email, func(error) words.Text {
		return words.Text{Zh: "请检查电子邮箱，例如 name@example.com。", En: "Check the e-mail address, such as name@example.com."}
	})
	if c.Name == "" && c.LatinName == "" && len(c.Phones)+len(c.Emails) == 0 {
		flt("/name", words.Text{Zh: "请填写姓名、电话或电子邮箱中的至少一项。", En: "Enter a name, a phone number or an e-mail address."})
	}
	return c, faults
}

// Reshape is the next version of the contact and its event. A contact of version 0 is a new one. The error is
// Refused when the contact has left or the customer is archived. Without a change the contact comes back as
// it is, without an event.
func (c Contact) Reshape(next Contact, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	switch {
	case c.LeftAt != nil:
		return c, event.Event{}, HasLeft()
	case in.ArchivedAt != nil:
		return c, event.Event{}, archivedContacts()
	}
	kind := event.ContactChanged
	next.ID, next.Customer, next.Version, next.CreatedAt, next.UpdatedAt, next.LeftAt = c.ID, in.ID, c.Version+1,
		c.CreatedAt, now, nil
	next.Statements, next.LinkEnds = c.stated(next, by, now), c.LinkEnds
	if next.Lang == "" {
		next.Lang = in.Lang
	}
	switch {
	case c.Version == 0:
		kind, next.CreatedAt = event.ContactAdded, now
	case fault.Same(c, next):
		return c, event.Event{}, nil
	}
	return next, event.New(kind, by, in.ID, next.ID, next.Version, in.Branch, now, nil), nil
}

// Leave notes that the contact is no longer with the customer. From then on nothing is sent to the contact,
// and the contact's own values are free for others. The error is Refused when the contact has left already.
func (c Contact) Leave(in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	if c.LeftAt != nil {
		return c, event.Event{}, HasLeft()
	}
	c.Version, c.UpdatedAt, c.LeftAt = c.Version+1, now, &now
	return c, event.New(event.ContactLeft, by, in.ID, c.ID, c.Version, in.Branch, now, nil), nil
}

// Forget is the beginning of a contact's erasure: from then on they have left, and search does not find them.
func (c Contact) Forget(in Customer, by staff.Actor, now time.Time) (Contact, event.Event) {
	kind := event.ContactChanged
	if c.LeftAt == nil {
		kind, c.LeftAt = event.ContactLeft, &now
	}
	c.Version, c.UpdatedAt, c.Erasing = c.Version+1, now, &now
	return c, event.New(kind, by, in.ID, c.ID, c.Version, in.Branch, now, nil)
}

// Recall undoes Forget. A contact whom that parted is back, with their phones and e-mails where nobody else has them
// meanwhile. The error is Refused where the customer is archived.
func (c Contact) Recall(parted bool, in Customer, by staff.Actor, now time.Time) (Contact, event.Event, error) {
	if in.ArchivedAt != nil {
		return c, event.Event{}, archivedContacts()
	}
	if c.Version, c.UpdatedAt, c.Erasing = c.Version+1, now, nil; parted {
		c.LeftAt = nil
	}
	return c, event.New(event.ContactReturned, by, in.ID, c.ID, c.Version, in.Branch, now, nil), nil
}

// HasLeft is the Refused error for a contact who has left the customer. Its state is "left".
func HasLeft() *fault.Error {
	e := fault.Fail(fault.Refused, "这位联系人已离开该客户。如再次回来，请新建联系人。",
		"This contact has left the customer. If they are back, add them as a new contact.")
	e.State = "left"
	return e
}

// archivedContacts is the Refused error for a change of a contact whose customer is archived.
func archivedContacts() *fault.Error {
	return fault.Fail(fault.Refused, "客户档案已归档，不能再修改联系人。",
		"The customer's file is archived; its contacts stay as they are.")
}

// Full is the Refused error for a contact beyond ContactsPerCustomer.
func Full() *fault.Error {
	return fault.Fail(fault.Refused, "一个客户最多有 50 位联系人。请先将已离开的标记为离开。",
		"A customer has at most 50 contacts. Mark those who have left first.")
}

// Taken reports that another contact already owns the value. It is the cause of a refusal, so that Named can
// tell the other contact to a colleague who may see that contact.
type Taken struct {
	Claim  identity.Claim
	Holder Holder
}

// Error names the kind of the value and the id of the contact who has it, for logs.
func (t *Taken) Error() string {
	return "customer: a " + string(t.Claim.Kind) + " is held by " + t.Holder.Contact
}

// Pointer is the JSON pointer to the value in the contact; empty where the contact does not have it.
func (t *Taken) Pointer(c Contact) string {
	for field, list := range map[string][]Reach{"phones": c.Phones, "emails": c.Emails} {
		if i := slices.IndexFunc(list, func(r Reach) bool { return r.Value == t.Claim.Value }); i >= 0 {
			return fmt.Sprintf("/%s/%d/value", field, i)
		}
	}
	return ""
}

// Refuse is the fault.Taken error for a contact whose value another contact owns. It does not name the other
// contact.
func (t *Taken) Refuse(c Contact) error {
	text := words.Text{Zh: "此号码或邮箱属于另一位客户的联系人，您无权查看。请联系总店核对。",
		En: "This belongs to a contact whom you may not see. Ask head office about it."}
	if t.Holder.Shared {
		text = words.Text{Zh: "此号码或邮箱由多人共用。其他人去掉它之后，才能只归一人。",
			En: "Several people have this. It can be one person's when the others no longer have it."}
	}
	e := fault.Fail(fault.Taken, text.Zh, text.En)
	e.Fields = []fault.Field{{Pointer: t.Pointer(c), Text: text}}
	return e.Because(t)
}

// Named is a copy of the refusal that names the contact who owns the value and that contact's customer. It is
// only for a colleague who may see the other contact.
func (t *Taken) Named(refusal *fault.Error, other Contact, of Customer) *fault.Error {
	e := *refusal
	who := cmp.Or(other.Name, other.LatinName, other.ID)
	e.Text = words.Text{
		Zh: fmt.Sprintf("此号码或邮箱属于客户“%s”的联系人“%s”。如为多人共用，请先在那里标记为共用。", of.Name, who),
		En: fmt.Sprintf("This belongs to the contact %q of the customer %q. If several people share it, mark it as shared there first.", who, of.Name),
	}
	e.Record = other.Shown()
	e.Fields = slices.Clone(refusal.Fields)
	for i := range e.Fields {
		e.Fields[i].Text = e.Text
	}
	return &e
}

// Has reports whether the value is one of the contact's phone numbers or e-mail addresses.
func (c Contact) Has(value string) bool {
	is := func(r Reach) bool { return r.Value == value }
	return slices.ContainsFunc(c.Phones, is) || slices.ContainsFunc(c.Emails, is)
}

// Shown is the contact as staff read it, with the domains of addresses in their own script.
func (c Contact) Shown() Contact {
	c.Emails = slices.Clone(c.Emails)
	for i := range c.Emails {
		c.Emails[i].Value = identity.EmailShown(c.Emails[i].Value)
	}
	c.Statements = slices.Clone(c.Statements)
	for i := range c.Statements {
		c.Statements[i].Value = identity.EmailShown(c.Statements[i].Value)
	}
	return c
}

// Reaches makes a list of the one value; nil of an empty value.
func Reaches(value string, shared bool) []Reach {
	if value == "" {
		return nil
	}
	return []Reach{{value, shared}}
}

// AddressFor is where a message about the contact's own affairs goes. It is the first e-mail address, else
// the first number to which the shop sends SMS. The number comes first where prefers is PrefersSMS; no other
// value of PreferredChannels changes anything. Where address is empty, reason says why: message.ReasonLeft,
// message.ReasonNoAddress, or why no number takes an SMS.
func (c Contact) AddressFor(sms message.SMSPolicy, prefers string) (channel, address, reason string) {
	number := ""
	for _, phone := range c.Phones {
		why, takes := sms.Permits(phone.Value)
		if takes {
			number = phone.Value
			break
		}
		reason = cmp.Or(reason, why)
	}
	switch {
	case c.LeftAt != nil:
		return message.ChannelEmail, "", message.ReasonLeft
	case number != "" && (prefers == PrefersSMS || len(c.Emails) == 0):
		return message.ChannelSMS, number, ""
	case len(c.Emails) > 0:
		return message.ChannelEmail, c.Emails[0].Value, ""
	case reason == "":
		return message.ChannelEmail, "", message.ReasonNoAddress
	}
	return message.ChannelSMS, "", reason
}

// Addresses are the contact's addresses, with those that are shared: a message to a shared mailbox reaches
// the same people.
func (c Contact) Addresses() []message.Address {
	var out []message.Address
	for _, e := range c.Emails {
		out = append(out, message.Address{Channel: message.ChannelEmail, Value: e.Value})
	}
	for _, p := range c.Phones {
		out = append(out, message.Address{Channel: message.ChannelSMS, Value: p.Value})
	}
	return out
}
