package centre

import (
	"context"
	"errors"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TouchRule takes in a touch, or refuses. It gives the customer after it, the touch as it is kept, and the
// event.
type TouchRule = func(customer.Customer, customer.Touch) (customer.Customer, customer.Touch, event.Event, error)

// RecordTouch keeps a touch that staff record. The touch, its line on the customer's card, its tasks and its
// event are one transaction: the task of its next step, and the one that it asks for or answers. A contact of another
// customer is Invalid. When another writer changed the customer meanwhile, the rule decides again on the customer as
// they are now.
func (s *Centre) RecordTouch(ctx context.Context, cust string, t customer.Touch,
	rule TouchRule) (customer.Touch, error) {
	return s.recordTouch(ctx, cust, t, rule, func(*table.Batch) error { return nil })
}

func (s *Centre) recordTouch(ctx context.Context, cust string, t customer.Touch, rule TouchRule,
	extra func(*table.Batch) error) (customer.Touch, error) {
	t.ID = s.table.NewID("tch")
	if t.Next != nil {
		t.Next.Task = s.table.NewID("tsk")
	}
	return table.Retry(ctx, table.Crowd, func(int) (customer.Touch, error) {
		c, err := s.Customer(ctx, cust)
		if err != nil {
			return t, err
		}
		_, terms, err := s.company.Terms(ctx, c.Branch)
		if err != nil {
			return t, err
		}
		life, now := terms.Policy.Life, s.table.Now()
		next, kept, e, err := rule(c.Aged(life, now), t) // the silence before the touch counts first
		if err != nil {
			return t, err
		}
		b := table.NewBatch()
		if next, err = s.putAnswers(ctx, b, next, kept); err != nil {
			return t, err
		}
		if err := errors.Join(s.putAged(b, staff.Actor{ID: kept.By}, c, next.Aged(life, now)),
			s.PutTouch(b, kept), s.PutNextStep(ctx, b, kept), s.table.PutEvent(b, e)); err != nil {
			return t, err
		}
		if kept.Contact != "" {
			s.contactThere(b, cust, kept.Contact, "/contact")
		}
		if err := extra(b); err != nil {
			return t, err
		}
		return kept, s.table.Commit(ctx, b, kept)
	})
}

// PutNextStep adds the task of a touch's next step. The task is about the touch, belongs to the step's owner,
// and is due at the agreed time. A touch without a next step adds nothing.
func (s *Centre) PutNextStep(ctx context.Context, b *table.Batch, t customer.Touch) error {
	if t.Next == nil {
		return nil
	}
	shop, terms, err := s.company.Terms(ctx, t.Branch)
	if err != nil {
		return err
	}
	by := staff.Process("touch") // a system brought the touch
	if t.By != "" {
		wrote, _ := shop.Person(t.By) // only known staff can sign in
		by = staff.ActorOf(wrote)
	}
	owner, _ := shop.Person(t.Next.Owner)
	tsk, e, err := task.New(by, t.Task(), owner, terms.Task(), t.CreatedAt)
	if err != nil {
		return err
	}
	return s.work.PutTask(b, tsk, 0, e)
}

// contactThere makes a transaction fail unless the contact exists under the customer. pointer names the field of
// the request that names the contact.
func (s *Centre) contactThere(b *table.Batch, c, contact, pointer string) {
	there := table.Condition{Expr: "attribute_exists(#pk)", Names: map[string]string{"#pk": "pk"}}
	b.Check(s.table.Records, table.ContactKey(c, contact), there, func(table.Item) error {
		return fault.Faulty(fault.Field{Pointer: pointer,
			Text: words.Text{Zh: "请填写此客户的一位联系人的编号。", En: "Enter the id of one of this customer's contacts."}})
	})
}

// PutTouch adds a touch to a transaction. A touch is written once and never again.
func (s *Centre) PutTouch(b *table.Batch, t customer.Touch) error {
	it, err := table.Encode(t, table.TouchKey(t.Customer, table.When(t.At, t.ID)))
	if err == nil {
		b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
	}
	return err
}

// TouchQuery asks for the touches of a customer that the reader may see. Channel and Lead narrow it; empty ones
// ask nothing.
type TouchQuery struct {
	Customer string
	Reader   staff.Actor
	Lead     string
	Channel  string
	table.Paging
}

func (q TouchQuery) shape() string { return "touches|" + q.Customer + "|" + q.Lead + "|" + q.Channel }

// input is the query on the table: newest first, by when the touches happened.
func (q TouchQuery) input(records string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(records), ScanIndexForward: aws.Bool(false), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :t)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.TouchKey(q.Customer, "")["pk"], ":t": table.Text(table.TouchSK)},
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
		in.ExpressionAttributeNames["#"+name], in.ExpressionAttributeValues[":"+name] = name, table.Text(value)
	}
	return in
}

// Touches lists touches, newest first, by when they happened.
func (s *Centre) Touches(ctx context.Context, q TouchQuery) (table.Page[customer.Touch], error) {
	page := table.Page[customer.Touch]{Items: []customer.Touch{}}
	in := q.input(s.table.Records)
	if q.Cursor != "" {
		last, err := s.table.OpenCursor(q.Paging, q.shape())
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = table.TouchKey(q.Customer, last)
	}
	found, err := table.CollectSeen(ctx, s.table, in, q.Limit+1,
		func(t customer.Touch) bool { return timeline.SeesTouch(t, q.Reader) })
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > q.Limit {
		page.Items = page.Items[:q.Limit]
		last := page.Items[q.Limit-1]
		next, err := s.table.SealCursor(q.Paging, q.shape(), table.When(last.At, last.ID))
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}

// LastAnswer is what the person of a lead wrote last, as text. It is empty where they did not write.
func (s *Centre) LastAnswer(ctx context.Context, cust, lead string) (string, error) {
	found, err := table.CollectSeen(ctx, s.table, TouchQuery{Customer: cust, Lead: lead}.input(s.table.Records), 1,
		func(t customer.Touch) bool { return t.Direction == customer.TouchIn && t.Kind == message.MailPerson })
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0].Text, nil
}
