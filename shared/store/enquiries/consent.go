package enquiries

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Awaiting is a consent to marketing that waits for its confirmation. It holds the enquiry that gave the
// consent, its submission as it was posted, and the person's gate.
type Awaiting struct {
	Lead       lead.Lead
	Submission form.Submission
	Gate       gate.Gate
}

// AwaitingConsent reads what a confirmation link is about. NotFound means that there is nothing to confirm.
func (s *Enquiries) AwaitingConsent(ctx context.Context, l string) (Awaiting, error) {
	var out Awaiting
	var err error
	if out.Lead, err = s.Lead(ctx, l); err != nil {
		return out, err
	}
	if !out.Lead.AwaitsConfirmation() {
		return out, fault.Missing("待确认的许可", "consent to confirm")
	}
	if out.Submission, err = s.Submission(ctx, out.Lead.Submission); err != nil {
		return out, err
	}
	out.Gate, err = s.centre.ReadGate(ctx, out.Lead.Customer, out.Lead.ContactID)
	return out, err
}

// ConfirmConsent makes the consent count, in one transaction with its event. The click shows that the mailbox is
// read, which is noted on the contact. Doing it again changes nothing.
func (s *Enquiries) ConfirmConsent(ctx context.Context, l string) error {
	a, err := s.AwaitingConsent(ctx, l)
	if err != nil {
		return err
	}
	return s.centre.ChangeGate(ctx, customer.Contact{ID: a.Lead.ContactID, Customer: a.Lead.Customer}, nil,
		func(g gate.Gate) (gate.Gate, []event.Event, error) {
			if lead.Confirming(g, a.Submission) == lead.ConfirmDone {
				return g, nil, nil
			}
			next, e, err := lead.Confirm(g, a.Lead, a.Submission, s.table.Now())
			return next, []event.Event{e}, err
		}, s.answering(a.Lead.Person.Email, staff.Visitor))
}

// WithdrawConsent records that a contact refuses marketing by a channel. Doing it again changes nothing but the
// time.
func (s *Enquiries) WithdrawConsent(ctx context.Context, person customer.Contact, channel, source, branch string,
	by staff.Actor) error {
	return s.centre.ChangeGate(ctx, person, nil, func(g gate.Gate) (gate.Gate, []event.Event, error) {
		next, events := g.Withdraw(message.PurposeMarketing, channel, source, branch, by, s.table.Now())
		return next, events, nil
	})
}

// RecordConsent adds an answer that a contact gave, as staff report it. It returns the answer's line in the
// consent log. A receipt remembers that line.
func (s *Enquiries) RecordConsent(ctx context.Context, person customer.Contact, choice gate.Choice, c gate.Consent,
	branch string, by staff.Actor) (entry gate.ConsentEntry, err error) {
	err = s.centre.ChangeGate(ctx, person, func(said []gate.ConsentEntry) any { entry = said[0]; return entry },
		func(g gate.Gate) (gate.Gate, []event.Event, error) {
			return g.Record(choice, c, branch, by, s.table.Now())
		})
	return entry, err
}

// Consents lists what a contact agreed to or refused, as it was recorded, newest first.
func (s *Enquiries) Consents(ctx context.Context, contact string,
	p table.Paging) (table.Page[gate.ConsentEntry], error) {
	page := table.Page[gate.ConsentEntry]{Items: []gate.ConsentEntry{}}
	shape := "consents|" + contact
	in := &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ScanIndexForward: aws.Bool(false), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.ConsentKey(contact, "")["pk"], ":c": table.Text(table.ConsentSK)},
	}
	if p.Cursor != "" {
		last, err := s.table.OpenCursor(p, shape)
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = table.ConsentKey(contact, last)
	}
	found, err := table.Collect[gate.ConsentEntry](ctx, s.table, in, p.Limit+1)
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found[:min(len(found), p.Limit)]...)
	if len(found) > p.Limit {
		next, err := s.table.SealCursor(p, shape, page.Items[p.Limit-1].ID)
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}

// Preferences is a person, their customer, and the gate that holds what the person said about messages.
type Preferences struct {
	Customer customer.Customer
	Contact  customer.Contact
	Gate     gate.Gate
}

// Preferences reads the choices that a person may make. NotFound means that there is no such person.
func (s *Enquiries) Preferences(ctx context.Context, person string) (Preferences, error) {
	contact, err := s.centre.Contact(ctx, person)
	if err != nil {
		return Preferences{}, err
	}
	c, err := s.centre.Customer(ctx, contact.Customer)
	if err != nil {
		return Preferences{}, err
	}
	g, err := s.centre.ReadGate(ctx, c.ID, person)
	return Preferences{c, contact, g}, err
}

// Choose takes a person's choices, in one transaction with their events. stale is the same as in
// gate.Gate.Choose. Doing it again changes nothing but the time of refusals.
func (s *Enquiries) Choose(ctx context.Context, person customer.Contact, branch string,
	chosen gate.Chosen) (stale bool, err error) {
	err = s.centre.ChangeGate(ctx, person, nil, func(g gate.Gate) (next gate.Gate, events []event.Event, _ error) {
		next, events, stale = g.Choose(chosen, branch, s.table.Now())
		return next, events, nil
	})
	return stale, err
}
