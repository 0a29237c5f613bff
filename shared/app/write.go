package app

import (
	"cmp"
	"context"
	"strings"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"
)

// WriteMessage is what a colleague writes to a customer. It goes out at once, whatever the hour.
type WriteMessage struct {
	Contact string `json:"contact_id,omitempty" validate:"omitempty,id=con" description:"Absent: who asks · 默认"`
	Channel string `json:"channel" validate:"required,one=written-channel" description:"An SMS asks for a call · 短信请客户回电"`
	Subject string `json:"subject,omitempty" validate:"max=150,oneline" description:"Of an e-mail · 邮件主题"`
	Text    string `json:"text,omitempty" validate:"max=4000,text" description:"The customer reads it · 邮件正文，客户可见"`
}

func (in WriteMessage) written() message.Written {
	return message.Written{Channel: in.Channel, Subject: in.Subject, Text: in.Text}
}

// to is the reader whom the message names among the customer's contacts.
func (in WriteMessage) to(ctx context.Context, o Office, cust, contact string) (customer.Addressee, error) {
	if faults := in.written().Check(); len(faults) > 0 {
		return customer.Addressee{}, fault.Faulty(faults...)
	}
	who, err := o.Store.Addressee(ctx, cust, contact)
	if err == nil && who.Customer != cust {
		err = fault.Faulty(fault.Field{Pointer: "/contact_id", Text: words.Text{
			Zh: "请填写此客户的一位联系人的编号。", En: "Enter the id of one of this customer's contacts."}})
	}
	return who, err
}

// reaches refuses a message whose channel does not reach the reader, as far as it is known now. The gate is asked again
// when the message is claimed.
func (in WriteMessage) reaches(ctx context.Context, o Office, cust, contact string, who customer.Contact,
	terms setup.Terms) error {
	address, reason := who.Reached(in.Channel, terms.Policy.SMS)
	if address == "" {
		return customer.Unreached(reason)
	}
	g, err := o.Store.ReadGate(ctx, cust, contact)
	if err != nil {
		return err
	}
	if why, ok := g.Permits(message.PurposeService, in.Channel); !ok {
		return customer.Unreached(why)
	}
	return nil
}

// WriteLead writes about a lead that the caller sees. It is a contact with the person: the next step is due after it.
func (in WriteMessage) WriteLead(ctx context.Context, o Office, by Caller, l lead.Lead) (customer.Touch, error) {
	contact := cmp.Or(in.Contact, l.ContactID)
	who, err := in.to(ctx, o, l.Customer, contact)
	if err != nil {
		return customer.Touch{}, err
	}
	_, terms, err := o.Store.Terms(ctx, l.Branch)
	if err == nil {
		err = in.reaches(ctx, o, l.Customer, contact, l.Reader(who), terms)
	}
	if err != nil {
		return customer.Touch{}, err
	}
	t := customer.Outgoing(in.written(), contact)
	return o.Store.WriteLead(ctx, l.ID, by.Actor, t, in.written().Alike(l.Branch, who.Name),
		func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Written(by.Actor, t, terms.Lead(), o.Now())
		})
}

// WriteCustomer writes to a customer whom the caller sees. about is the record of which it speaks; it may be empty.
func (in WriteMessage) WriteCustomer(ctx context.Context, o Office, by Caller, c customer.Customer,
	about string) (customer.Touch, error) {
	in.Contact = cmp.Or(in.Contact, table.FirstContact(c.ID))
	who, err := in.to(ctx, o, c.ID, in.Contact)
	if err != nil {
		return customer.Touch{}, err
	}
	_, terms, err := o.Store.Terms(ctx, c.Branch)
	if err == nil {
		err = in.reaches(ctx, o, c.ID, in.Contact, who.Written(), terms)
	}
	if err != nil {
		return customer.Touch{}, err
	}
	t := customer.Outgoing(in.written(), in.Contact)
	if strings.HasPrefix(about, "cmp_") || strings.HasPrefix(about, "hld_") {
		t.About = about
	}
	t.At = o.Now()
	return o.Store.WriteTo(ctx, c.ID, t, in.written().Alike(c.Branch, who.Name),
		func(c customer.Customer, t customer.Touch) (customer.Customer, customer.Touch, event.Event, error) {
			if !c.SeenBy(by.Actor) {
				return c, t, event.Event{}, MissingCustomer
			}
			return c.Writes(by.Actor, t, t.At)
		})
}
