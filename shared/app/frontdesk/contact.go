package frontdesk

import (
	"context"
	"errors"
	"strings"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

// ContactDefinition is what staff say of a person at a customer. A name, a phone or an e-mail is needed.
type ContactDefinition struct {
	Name      string         `json:"name,omitempty" validate:"max=100,oneline,shown"`
	LatinName string         `json:"latin_name,omitempty" validate:"max=100,oneline,shown" description:"Where the name is Chinese · 中文姓名的拉丁字母写法"`
	Title     string         `json:"title,omitempty" validate:"max=100,oneline,shown"`
	Roles     []string       `json:"roles,omitempty" validate:"max=5,unique,dive,one=contact-role"`
	Phones    []ContactReach `json:"phones,omitempty" validate:"max=5,dive" description:"Without a country code: read as of the branch's country · 不带国家代码的按网点所在国家识别"`
	Emails    []ContactReach `json:"emails,omitempty" validate:"max=5,dive"`
	Lang      string         `json:"lang,omitempty" validate:"omitempty,lang" description:"In which the contact is written to; absent: the customer's · 联系所用的语言，不填则与客户相同"`
	Zone      string         `json:"zone,omitempty" validate:"omitempty,max=64,timezone" description:"Automatic messages keep its hours; absent: that of the branch · 时区，自动消息按此时区的时间发送，不填则与网点相同"`
}

// ContactReach is a phone or an e-mail address. One that is not shared belongs to this contact alone, in the whole
// company.
type ContactReach struct {
	Value  string `json:"value" validate:"required,max=254"`
	Shared bool   `json:"shared,omitempty" description:"A switchboard or a shared mailbox; what others share already is shared here as well · 总机或公共邮箱；他人已共用的，这里同样视为共用"`
}

// contact is what the definition says, or a refusal of it.
func (d ContactDefinition) contact(shop setup.Shop, cust customer.Customer) (customer.Contact, error) {
	c, faults := d.read(shop, cust)
	if len(faults) > 0 {
		return c, fault.Faulty(faults...)
	}
	return c, nil
}

// read reads what the definition says by the branch of the customer.
func (d ContactDefinition) read(shop setup.Shop, cust customer.Customer) (customer.Contact, []fault.Field) {
	branch, _ := shop.Branch(cust.Branch) // one without a region reads whole numbers only
	c := customer.Contact{Name: d.Name, LatinName: d.LatinName, Title: d.Title, Roles: d.Roles, Lang: words.Lang(d.Lang),
		Zone: d.Zone}
	for _, r := range d.Phones {
		c.Phones = append(c.Phones, customer.Reach(r))
	}
	for _, r := range d.Emails {
		c.Emails = append(c.Emails, customer.Reach(r))
	}
	return c.Read(branch.Place())
}

// contactDefinitionOf is a contact as its definition says it, for an edit.
func contactDefinitionOf(c customer.Contact) ContactDefinition {
	d := ContactDefinition{Name: c.Name, LatinName: c.LatinName, Title: c.Title, Roles: c.Roles, Lang: string(c.Lang),
		Zone: c.Zone}
	for _, r := range c.Phones {
		d.Phones = append(d.Phones, ContactReach(r))
	}
	for _, r := range c.Emails {
		d.Emails = append(d.Emails, ContactReach(r))
	}
	return d
}

// contact reads a contact with their customer, for the action. One whom the caller does not see is missing.
func (d Desk) contact(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (customer.Contact, customer.Customer, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return customer.Contact{}, customer.Customer{}, err
	}
	return app.Contact(ctx, d.Office, by, at.ID)
}

// contactToChange is contact, in the version that the caller has to name.
func (d Desk) contactToChange(ctx context.Context, by app.Caller,
	at app.Record) (customer.Contact, customer.Customer, error) {
	contact, c, err := d.contact(ctx, by, permission.ChangeContacts, at)
	if err != nil {
		return contact, c, err
	}
	return contact, c, at.Named(contact.Version, contact.Shown())
}

// Contacts lists the people at a customer, the oldest first, those who have left as well.
func (d Desk) Contacts(ctx context.Context, by app.Caller, at app.Record) (table.Page[customer.Contact], error) {
	c, err := d.customer(ctx, by, permission.ReadContacts, at)
	if err != nil {
		return table.Page[customer.Contact]{}, err
	}
	contacts, err := d.Store.Contacts(ctx, c.ID)
	if err != nil {
		return table.Page[customer.Contact]{}, err
	}
	shown := []customer.Contact{}
	for _, contact := range contacts {
		shown = append(shown, contact.Shown())
	}
	return table.Page[customer.Contact]{Items: shown}, nil
}

// Contact is a contact as their reader sees them, with the channels that are closed to them.
type Contact struct {
	customer.Contact
	Closed []ClosedChannel `json:"closed_channels,omitempty" description:"To all, or to marketing · 已停用的渠道"`
}

// ClosedChannel is a closed channel in the reader's words.
type ClosedChannel struct {
	gate.ClosedChannel
	Text string `json:"text"`
}

// Contact reads a contact.
func (d Desk) Contact(ctx context.Context, by app.Caller, at app.Record) (Contact, error) {
	contact, _, err := d.contact(ctx, by, permission.ReadContacts, at)
	if err != nil {
		return Contact{}, err
	}
	st, err := d.Store.ReadGateState(ctx, contact)
	if err != nil {
		return Contact{}, err
	}
	out := Contact{Contact: contact.Shown()}
	for _, c := range st.Gate.ClosedChannels(st.Found()) {
		out.Closed = append(out.Closed, ClosedChannel{c, c.Words().In(by.Lang)})
	}
	return out, nil
}

// AddContact adds a person at a customer.
func (d Desk) AddContact(ctx context.Context, by app.Caller, at app.Record,
	in ContactDefinition) (customer.Contact, error) {
	c, err := d.customer(ctx, by, permission.ChangeContacts, at)
	if err != nil {
		return customer.Contact{}, err
	}
	said, err := d.saidOf(ctx, c, in)
	if err != nil {
		return customer.Contact{}, err
	}
	contact, err := d.Store.AddContact(app.Showing(ctx, customer.Contact.Shown), c.ID,
		func(none customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return none.Reshape(said, of, by.Actor, d.Now())
		})
	if err != nil {
		return customer.Contact{}, d.named(ctx, by, err)
	}
	return contact.Shown(), nil
}

// saidOf is what the definition says of a contact of the customer.
func (d Desk) saidOf(ctx context.Context, c customer.Customer, in ContactDefinition) (customer.Contact, error) {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return customer.Contact{}, err
	}
	return in.contact(shop, c)
}

// settleContact applies a rule to a contact in the version that the caller has read.
func (d Desk) settleContact(ctx context.Context, at app.Record, rule centre.ContactRule) (customer.Contact, error) {
	return d.Store.ChangeContact(ctx, at.ID,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			if err := at.Current(c.Version, c.Shown()); err != nil {
				return c, event.Event{}, err
			}
			return rule(c, of)
		})
}

// ChangeContact changes what staff say of a contact.
func (d Desk) ChangeContact(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[ContactDefinition]) (customer.Contact, error) {
	before, c, err := d.contactToChange(ctx, by, at)
	if err != nil {
		return customer.Contact{}, err
	}
	definition, err := edit(contactDefinitionOf(before))
	if err != nil {
		return customer.Contact{}, err
	}
	said, err := d.saidOf(ctx, c, definition)
	if err != nil {
		return customer.Contact{}, err
	}
	contact, err := d.settleContact(app.Showing(ctx, customer.Contact.Shown), at,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Reshape(said, of, by.Actor, d.Now())
		})
	if err != nil {
		return customer.Contact{}, d.named(ctx, by, err)
	}
	return contact.Shown(), nil
}

// ContactLeft notes that a contact has left their customer. Nothing more is written to them, and their numbers and
// addresses are free.
func (d Desk) ContactLeft(ctx context.Context, by app.Caller, at app.Record) error {
	if _, _, err := d.contactToChange(ctx, by, at); err != nil {
		return err
	}
	_, err := d.settleContact(ctx, at,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Leave(of, by.Actor, d.Now())
		})
	return err
}

// VouchContact is a colleague's word on one value of a contact.
type VouchContact struct {
	Value string `json:"value" validate:"required,max=254,oneline" description:"As the record has it · 写法与记录一致"`
}

// stored is the value as contacts keep it. What cannot be read stays as it was typed.
func (in VouchContact) stored(at identity.Place) string {
	read := at.Phone
	if strings.Contains(in.Value, "@") {
		read = identity.Email
	}
	if value, err := read(in.Value); err == nil {
		return value
	}
	return in.Value
}

// VouchContact notes that the caller spoke with the contact, and that a phone or an e-mail is theirs. From then on
// links about the contact's affairs go there. Saying it again changes nothing.
func (d Desk) VouchContact(ctx context.Context, by app.Caller, at app.Record,
	in VouchContact) (customer.Contact, error) {
	_, cust, err := d.contact(ctx, by, permission.VouchContacts, at)
	if err != nil {
		return customer.Contact{}, err
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return customer.Contact{}, err
	}
	branch, _ := shop.Branch(cust.Branch) // one without a region reads whole numbers only
	value := in.stored(branch.Place())
	contact, err := d.settleContact(app.Showing(ctx, customer.Contact.Shown), at,
		func(c customer.Contact, of customer.Customer) (customer.Contact, event.Event, error) {
			return c.Vouch(value, of, by.Actor, d.Now())
		})
	if err != nil {
		return customer.Contact{}, d.named(ctx, by, err)
	}
	return contact.Shown(), nil
}

// named says in a refusal which contact already owns the value, where the caller may see that contact.
func (d Desk) named(ctx context.Context, by app.Caller, err error) error {
	var taken *customer.Taken
	var refusal *fault.Error
	if !errors.As(err, &taken) || !errors.As(err, &refusal) || taken.Holder.Contact == "" {
		return err
	}
	owner, of, unseen := app.Contact(ctx, d.Office, by, taken.Holder.Contact)
	if unseen != nil {
		return err
	}
	return taken.Named(refusal, owner, of)
}
