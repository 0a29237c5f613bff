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
	t.ID = s.NewID("tch")
	if t.Next != nil {
		t.Next.Task = s.NewID("tsk")
	}
	return Again(ctx, Crowd, func(int) (crm.Touch, error) {
		c, err := s.Customer(ctx, customer)
		if err != nil {
			return t, err
		}
		_, terms, err := s.Terms(ctx, c.Branch)
		if err != nil {
			return t, err
		}
		life, now := terms.Policy.Life, s.Now()
		next, kept, event, err := rule(c.Aged(life, now), t) // the silence before it counts first
		if err != nil {
			return t, err
		}
		b := NewBatch()
		if err := errors.Join(s.putAged(b, crm.Actor{ID: kept.By}, c, next.Aged(life, now)), s.PutTouch(b, kept), s.PutNextStep(ctx, b, kept), s.PutEvent(b, event)); err != nil {
			return t, err
		}
		if kept.Contact != "" {
			s.contactThere(b, customer, kept.Contact, "/contact")
		}
		return kept, s.Commit(ctx, b, kept)
	})
}

// PutNextStep adds the task that a touch's next step makes: about the touch, for its owner, due when it was agreed.
func (s *Store) PutNextStep(ctx context.Context, b *Batch, t crm.Touch) error {
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
	task, event, err := crm.NewTask(by, t.Task(), owner, terms, t.CreatedAt)
	if err != nil {
		return err
	}
	return s.PutTask(b, task, 0, event)
}

// contactThere holds a transaction to a contact being the customer's; pointer names the field that says so.
func (s *Store) contactThere(b *Batch, customer, contact, pointer string) {
	there := Condition{Expr: "attribute_exists(#pk)", Names: map[string]string{"#pk": "pk"}}
	b.Check(s.tables.Records, ContactKey(customer, contact), there, func(Item) error {
		return crm.Faulty(crm.Field{Pointer: pointer, Text: crm.Text{Zh: "请填写此客户的一位联系人的编号。", En: "Enter the id of one of this customer's contacts."}})
	})
}

func (s *Store) PutTouch(b *Batch, t crm.Touch) error {
	it, err := Encode(t, TouchKey(t.Customer, When(t.At, t.ID)))
	if err == nil {
		b.Put(s.tables.Records, it, Absent(), func(Item) error { return Conflict() })
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
		ExpressionAttributeValues: Item{":pk": TouchKey(q.Customer, "")["pk"], ":t": Text(TouchSK)},
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
		in.ExpressionAttributeNames["#"+name], in.ExpressionAttributeValues[":"+name] = name, Text(value)
	}
	return in
}

// Touches lists touches, newest first by when they happened.
func (s *Store) Touches(ctx context.Context, q TouchQuery) (Page[crm.Touch], error) {
	page := Page[crm.Touch]{Items: []crm.Touch{}}
	in := q.input(s.tables.Records)
	if q.Cursor != "" {
		last, err := s.OpenCursor(q.Paging, q.shape())
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = TouchKey(q.Customer, last)
	}
	found, err := CollectSeen(ctx, s, in, q.Limit+1, func(t crm.Touch) bool { return t.SeenBy(q.Reader) })
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
		last := page.Items[q.Limit-1]
		next, err := s.SealCursor(q.Paging, q.shape(), When(last.At, last.ID))
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}
