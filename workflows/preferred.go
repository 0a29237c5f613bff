package workflows

import (
	"context"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
)

// customers is implemented by *store.Store.
type customers interface {
	Customer(ctx context.Context, id string) (customer.Customer, error)
}

// addressees is implemented by *store.Store.
type addressees interface {
	Addressee(ctx context.Context, cust, contact string) (customer.Addressee, error)
	AskToCall(ctx context.Context, branch string, call customer.Call) error
}

// preferred is the channel that the customer of somebody prefers; it is read only where the contact can be reached by
// two.
func preferred(ctx context.Context, from customers, cust string, who customer.Contact) (string, error) {
	if len(who.Emails) == 0 || len(who.Phones) == 0 {
		return "", nil
	}
	c, err := from.Customer(ctx, cust)
	if fault.KindOf(err) == fault.NotFound {
		return "", nil
	}
	return c.PreferredChannel, err
}

// tellContact sends a message to a customer's contact, by the contact's one way. SMS may be closed, because number or
// company had its share or the contact said no to SMS. Then it goes by mail where there is an address; an automatic
// reply to somebody who just had one does not. Where m answers an address by itself, that is the one that it goes to.
func tellContact(ctx context.Context, ledger Ledger, mail Mail, m message.Message, who customer.Contact,
	policy message.SMSPolicy, prefers string,
	values map[string]string) (again time.Duration, err error) {
	channel, address, reason := who.AddressFor(policy, prefers)
	m.Channel, m.Address = channel, address
	if address == "" {
		return 0, ledger.SuppressMessage(ctx, m, reason)
	}
	if m.Replies != "" {
		m.Replies = address
	}
	if channel == message.ChannelEmail {
		return send(ctx, ledger, mail, m, Recipient{Name: who.Name, Email: address}, values)
	}
	m.Number = address
	sms, again, err := deliver(ctx, ledger, mail, m, Recipient{Phone: address}, values)
	if err != nil || sms.State != message.StateSuppressed || sms.Reason == message.ReasonAnswered ||
		len(who.Emails) == 0 {
		return again, err
	}
	who.Phones, m.Number = nil, ""
	return tellContact(ctx, ledger, mail, m, who, policy, "", values)
}
