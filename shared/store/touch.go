package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/crm"
)

// TouchRule takes a touch in: the customer after it, the touch as it is kept, and the event; or refuses.
type TouchRule = func(crm.Customer, crm.Touch) (crm.Customer, crm.Touch, crm.Event, error)

// RecordTouch keeps a touch that staff write down, in one transaction with its line on the customer's card, the task that its next step makes, and its
// event. A contact who is not the customer's is Invalid. When somebody changed the customer meanwhile, the rule decides again on what is there now.
func (s *Store) RecordTouch(ctx context.Context, customer string, t crm.Touch, rule TouchRule) (crm.Touch, error) {
	t.ID = s.newID("tch")
	if t.Next != nil {
		t.Next.Task = s.newID("tsk")
	}
	for try := range meetings {
		c, err := s.Customer(ctx, customer)
		if err != nil {
			return t, err
		}
		_, terms, err := s.Terms(ctx, c.Branch)
		if err != nil {
			return t, err
		}
		life, now := terms.Policy.Life, s.now()
		next, kept, event, err := rule(c.Aged(life, now), t) // the silence before it counts first
		if err != nil {
			return t, err
		}
		b := newBatch()
		if err := errors.Join(s.putAged(b, crm.Actor{ID: kept.By}, c, next.Aged(life, now)), s.putTouch(b, kept), s.putNextStep(ctx, b, kept), s.putEvent(b, event)); err != nil {
			return t, err
		}
		if kept.Contact != "" {
			s.contactThere(b, customer, kept.Contact, "/contact")
		}
		if err = s.commit(ctx, b, kept); !errors.Is(err, errChanged) {
			return kept, err
		}
		if err := pause(ctx, min(try, 4)); err != nil {
			return t, unavailable(err)
		}
	}
	return t, conflict()
}

// putNextStep adds the task that a touch's next step makes: about the touch, for its owner, due when it was agreed.
func (s *Store) putNextStep(ctx context.Context, b *batch, t crm.Touch) error {
	if t.Next == nil {
		return nil
	}
	shop, terms, err := s.Terms(ctx, t.Branch)
	if err != nil {
		return err
	}
	by := crm.Process("touch") // a machine brought it
	if t.By != "" {
		wrote, _ := shop.Person(t.By) // who is nobody here could not sign in
		by = crm.ActorOf(wrote)
	}
	owner, _ := shop.Person(t.Next.Owner)
	task, event, err := crm.NewTask(by, t.Task(), owner, terms.Task(), t.CreatedAt)
	if err != nil {
		return err
	}
	return s.putTask(b, task, 0, event)
}

// contactThere holds a transaction to a contact being the customer's; pointer names the field that says so.
func (s *Store) contactThere(b *batch, customer, contact, pointer string) {
	there := condition{expr: "attribute_exists(#pk)", names: map[string]string{"#pk": "pk"}}
	b.check(s.tables.Records, contactKey(customer, contact), there, func(item) error {
		return crm.Faulty(crm.Field{Pointer: pointer, Text: crm.Text{Zh: "请填写此客户的一位联系人的编号。", En: "Enter the id of one of this customer's contacts."}})
	})
}

// Reply keeps what came back on a message about a lead. A person's words change the lead, wake its process and stand on the customer's card, in one
// transaction with the touch; an automatic answer is kept and changes nothing else. The touch comes without what the lead says of it.
func (s *Store) Reply(ctx context.Context, lead string, by crm.Actor, t crm.Touch) error {
	t.ID, t.Version, t.CreatedAt, t.Direction = s.newID("tch"), 1, s.now(), crm.TouchIn
	t.At = t.CreatedAt
	about := func(l crm.Lead) crm.Touch {
		t.Lead, t.Customer, t.Contact, t.Branch = l.ID, l.Customer, l.ContactID, l.Branch
		return t
	}
	if t.Kind != crm.MailPerson {
		l, err := s.Lead(ctx, lead)
		if err != nil {
			return err
		}
		b := newBatch()
		if err := s.putTouch(b, about(l)); err != nil {
			return err
		}
		return s.commit(ctx, b, t)
	}
	var replied crm.Lead
	_, err := s.changeLead(ctx, lead, func(l crm.Lead) (crm.Lead, crm.Event, error) {
		next, event, err := l.Reply(by, t.ID, t.CreatedAt)
		replied = next
		return next, event, err
	}, func(b *batch) error { return s.putTouch(b, about(replied)) })
	return err
}

func (s *Store) putTouch(b *batch, t crm.Touch) error {
	it, err := row(t, touchKey(t.Customer, when(t.At, t.ID)))
	if err == nil {
		b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	}
	return err
}

// TouchQuery asks for the touches of a customer that are the reader's to see, by channel or about one lead where they are named.
type TouchQuery struct {
	Customer string
	Reader   crm.Actor
	Lead     string
	Channel  string
	Paging
}

func (q TouchQuery) shape() string { return "touches|" + q.Customer + "|" + q.Lead + "|" + q.Channel }

// input is the question to the table: newest first by when they happened.
func (q TouchQuery) input(table string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(table), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :t)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: item{":pk": touchKey(q.Customer, "")["pk"], ":t": text(touchSK)},
	}
	for name, value := range map[string]string{"lead": q.Lead, "channel": q.Channel} {
		if value == "" {
			continue
		}
		if in.FilterExpression == nil {
			in.FilterExpression = aws.String("#" + name + " = :" + name)
		} else {
			in.FilterExpression = aws.String(*in.FilterExpression + " AND #" + name + " = :" + name)
		}
		in.ExpressionAttributeNames["#"+name], in.ExpressionAttributeValues[":"+name] = name, text(value)
	}
	return in
}

// Touches lists touches, newest first by when they happened.
func (s *Store) Touches(ctx context.Context, q TouchQuery) (Page[crm.Touch], error) {
	page := Page[crm.Touch]{Items: []crm.Touch{}}
	in := q.input(s.tables.Records)
	if q.Cursor != "" {
		c, err := s.seal.open(q.Cursor, q.shape(), q.Caller, s.now())
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = touchKey(q.Customer, c.Last)
	}
	found, err := collectSeen(ctx, s, in, q.Limit+1, func(t crm.Touch) bool { return t.SeenBy(q.Reader) })
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
		last := page.Items[q.Limit-1]
		next, err := s.seal.close(cursor{Last: when(last.At, last.ID), Expires: s.now().Add(cursorLife)}, q.shape(), q.Caller)
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}
