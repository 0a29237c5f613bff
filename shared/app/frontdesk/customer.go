package frontdesk

import (
	"cmp"
	"context"

	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/words"
)

// CustomerEntry is what people enter of a customer. All else about them follows from what happens.
type CustomerEntry struct {
	Kind             string         `json:"kind" validate:"required,one=customer-kind"`
	Name             string         `json:"name" validate:"required,max=150,oneline,shown" description:"As the customer writes it · 客户自己的写法"`
	LatinName        string         `json:"latin_name,omitempty" validate:"max=150,oneline,shown" description:"Where the name is Chinese · 中文名称的拉丁写法"`
	Lang             string         `json:"lang" validate:"required,lang" description:"In which the customer is written to · 联系所用的语言"`
	Branch           string         `json:"branch,omitempty" validate:"max=64" description:"Absent: your only one · 不填则为您所在的网点"`
	Shared           bool           `json:"shared,omitempty" description:"Every branch sees the customer; a manager decides · 各网点共享，由经理决定"`
	Owner            string         `json:"owner,omitempty" validate:"omitempty,id=stf" description:"The owner; a manager decides, sales may take a customer without one · 负责人，由经理指定；销售可认领无负责人的客户"`
	Source           string         `json:"source" validate:"required,max=40,slug" description:"Of the policy · 规则中的来源"`
	Industry         string         `json:"industry,omitempty" validate:"omitempty,one=industry"`
	Periodical       string         `json:"periodical,omitempty" validate:"omitempty,one=periodical" description:"Rhythm of work that comes back; absent: none · 周期性业务的节奏，没有则不填"`
	Category         string         `json:"category,omitempty" validate:"omitempty,max=40,slug" description:"An open leaf of the tree of GET /categories · 末级类别"`
	Scope            string         `json:"scope,omitempty" validate:"omitempty,one=scope"`
	ValueOrientation string         `json:"value_orientation,omitempty" validate:"omitempty,one=value-orientation"`
	PurchasePurpose  string         `json:"purchase_purpose,omitempty" validate:"omitempty,one=purchase-purpose"`
	Relationship     string         `json:"relationship,omitempty" validate:"omitempty,one=relationship"`
	Competitor       string         `json:"competitor,omitempty" validate:"max=150,oneline,shown" description:"Who else prints for the customer · 还有谁为其印刷"`
	TaxNumber        string         `json:"tax_number,omitempty" validate:"max=40,oneline" description:"One customer's alone · 不可与其他客户重复"`
	Addresses        []AddressEntry `json:"addresses,omitempty" validate:"max=10,dive"`
	PreferredChannel string         `json:"preferred_channel,omitempty" validate:"omitempty,one=preferred-channel" description:"sms: thanks for an enquiry and questions about a job go to the mobile number, even beside an e-mail address; letters about complaints go by e-mail first. Any other value is for colleagues to read · sms：询价回信和订单问题优先发短信，投诉信件仍先发邮件；其他值仅供同事参考"`
	PreferredHours   string         `json:"preferred_hours,omitempty" validate:"max=11" pattern:"^([0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9])?$" description:"Such as 09:00-11:30, in the contact's zone; automatic messages wait for them · 客户当地时间，例如 09:00-11:30；自动消息只在此时间内发送"`
}

// AddressEntry is where a customer is, or wants something sent.
type AddressEntry struct {
	Use     string `json:"use" validate:"required,one=address-use"`
	Lines   string `json:"lines" validate:"required,max=500,text,shown"`
	City    string `json:"city,omitempty" validate:"max=100,oneline,shown"`
	Postal  string `json:"postal_code,omitempty" validate:"max=20,oneline"`
	Country string `json:"country,omitempty" validate:"omitempty,region" description:"ISO 3166"`
}

// OpenCustomer is a new customer.
type OpenCustomer struct {
	CustomerEntry
	Contact *ContactDefinition `json:"contact,omitempty" validate:"omitempty" description:"Whom to speak with · 联系人"`
}

func (e CustomerEntry) customer() customer.Customer {
	c := customer.Customer{Kind: e.Kind, Name: e.Name, LatinName: e.LatinName, Lang: words.Lang(e.Lang),
		Branch: e.Branch, Shared: e.Shared, Owner: e.Owner,
		Source: e.Source, Industry: e.Industry, Periodical: e.Periodical, Category: e.Category, Scope: e.Scope,
		ValueOrientation: e.ValueOrientation,
		PurchasePurpose:  e.PurchasePurpose, Relationship: e.Relationship, Competitor: e.Competitor, TaxNumber: e.TaxNumber,
		PreferredChannel: e.PreferredChannel, PreferredHours: e.PreferredHours}
	for _, a := range e.Addresses {
		c.Addresses = append(c.Addresses, customer.Address(a))
	}
	return c.Normalise()
}

// entryOf is a customer as people entered them, for an edit.
func entryOf(c customer.Customer) CustomerEntry {
	e := CustomerEntry{Kind: c.Kind, Name: c.Name, LatinName: c.LatinName, Lang: string(c.Lang), Branch: c.Branch,
		Shared: c.Shared, Owner: c.Owner,
		Source: c.Source, Industry: c.Industry, Periodical: c.Periodical, Category: c.Category, Scope: c.Scope,
		ValueOrientation: c.ValueOrientation,
		PurchasePurpose:  c.PurchasePurpose, Relationship: c.Relationship, Competitor: c.Competitor, TaxNumber: c.TaxNumber,
		PreferredChannel: c.PreferredChannel, PreferredHours: c.PreferredHours}
	for _, a := range c.Addresses {
		e.Addresses = append(e.Addresses, AddressEntry(a))
	}
	return e
}

// customerFor leaves out what the caller's roles do not see of a customer.
func customerFor(by app.Caller) func(customer.Customer) customer.Customer {
	return func(c customer.Customer) customer.Customer { return c.For(by.Actor) }
}

// customer reads a customer for the action. One whom the caller does not see is missing.
func (d Desk) customer(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (customer.Customer, error) {
	if err := permission.Permit(by.Actor, action); err != nil {
		return customer.Customer{}, err
	}
	return app.Customer(ctx, d.Office, by, at.ID)
}

// Customer reads a customer, without what the caller's roles do not see.
func (d Desk) Customer(ctx context.Context, by app.Caller, at app.Record) (customer.Customer, error) {
	c, err := d.customer(ctx, by, permission.ReadCustomers, at)
	return c.For(by.Actor), err
}

// OpenCustomer makes a customer, with a first contact where one is named.
func (d Desk) OpenCustomer(ctx context.Context, by app.Caller, in OpenCustomer) (customer.Customer, error) {
	if err := permission.Permit(by.Actor, permission.OpenCustomer); err != nil {
		return customer.Customer{}, err
	}
	entered, contact, err := d.enteredCustomer(ctx, by, in)
	if err != nil {
		return customer.Customer{}, err
	}
	show := customerFor(by)
	made, err := d.Store.OpenCustomer(app.Showing(ctx, show), entered, contact, by.Actor)
	if err != nil {
		return customer.Customer{}, err
	}
	return show(made), nil
}

// enteredCustomer is a new customer and their first contact, checked. The contact reads the customer's language unless
// another one is named.
func (d Desk) enteredCustomer(ctx context.Context, by app.Caller,
	in OpenCustomer) (customer.Customer, *customer.Contact, error) {
	if in.Branch == "" && len(by.Branches) == 1 {
		in.Branch = by.Branches[0]
	}
	entered := in.customer()
	if err := d.checkCustomer(ctx, by, customer.Customer{Branch: "?"}, entered); err != nil {
		return entered, nil, err
	}
	if in.Contact == nil {
		return entered, nil, nil
	}
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return entered, nil, err
	}
	contact, faults := in.Contact.read(shop, entered)
	if len(faults) > 0 {
		for i := range faults {
			faults[i].Pointer = "/contact" + faults[i].Pointer
		}
		return entered, nil, fault.Faulty(faults...)
	}
	contact.Lang = cmp.Or(contact.Lang, entered.Lang)
	return entered, &contact, nil
}

// checkCustomer refuses what the caller may not enter, and what the shop cannot use.
func (d Desk) checkCustomer(ctx context.Context, by app.Caller, before, entered customer.Customer) error {
	shop, err := d.Store.Shop(ctx)
	if err != nil {
		return err
	}
	if err := before.MayBecome(before.Enter(entered), by.Actor); err != nil {
		return err
	}
	faults := fault.List(entered.Check(before, shop.Roster, shop.Categories, by.Actor, d.Now()))
	if terms, err := shop.Terms(entered.Branch); err == nil && entered.Source != before.Source {
		terms.Policy.Sources.OfCustomer(&faults, entered.Source)
	}
	return faults.Invalid()
}

// customerToChange is customer, in the version that the caller has to name.
func (d Desk) customerToChange(ctx context.Context, by app.Caller, action permission.Action,
	at app.Record) (customer.Customer, error) {
	c, err := d.customer(ctx, by, action, at)
	if err != nil {
		return c, err
	}
	return c, at.Named(c.Version, c.For(by.Actor))
}

// settleCustomer applies a rule to a customer in the version that the caller has read.
func (d Desk) settleCustomer(ctx context.Context, by app.Caller, at app.Record,
	rule func(customer.Customer) (customer.Customer, []event.Event, error)) (customer.Customer, error) {
	return d.Store.ChangeCustomer(ctx, at.ID, by.Actor,
		func(c customer.Customer) (customer.Customer, []event.Event, error) {
			if err := at.Current(c.Version, c.For(by.Actor)); err != nil {
				return c, nil, err
			}
			return rule(c)
		})
}

// ChangeCustomer changes what people entered of a customer.
func (d Desk) ChangeCustomer(ctx context.Context, by app.Caller, at app.Record,
	edit app.Edit[CustomerEntry]) (customer.Customer, error) {
	before, err := d.customerToChange(ctx, by, permission.ChangeCustomer, at)
	if err != nil {
		return customer.Customer{}, err
	}
	entry, err := edit(entryOf(before))
	if err != nil {
		return customer.Customer{}, err
	}
	entered := entry.customer()
	if err := d.checkCustomer(ctx, by, before, entered); err != nil {
		return customer.Customer{}, err
	}
	next, err := d.settleCustomer(ctx, by, at, func(c customer.Customer) (customer.Customer, []event.Event, error) {
		return c.Edit(entered, by.Actor, d.Now())
	})
	if err != nil {
		return customer.Customer{}, err
	}
	return next.For(by.Actor), nil
}

// ArchiveCustomer takes a customer out of the lists. Their next enquiry brings them back.
func (d Desk) ArchiveCustomer(ctx context.Context, by app.Caller, at app.Record) error {
	if _, err := d.customerToChange(ctx, by, permission.ArchiveCustomer, at); err != nil {
		return err
	}
	_, err := d.settleCustomer(ctx, by, at, func(c customer.Customer) (customer.Customer, []event.Event, error) {
		return c.Archive(by.Actor, d.Now())
	})
	return err
}
