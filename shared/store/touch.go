package store

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/crm"
)

// Reply keeps what came back on a message about a lead. A person's words change the lead and wake its process, in one transaction with the touch; an
// automatic answer is kept and changes nothing else. The touch comes without what the lead says of it.
func (s *Store) Reply(ctx context.Context, lead string, by crm.Actor, t crm.Touch) error {
	t.ID, t.Version, t.CreatedAt = s.newID("tch"), 1, s.now()
	if t.Kind != crm.MailPerson {
		l, err := s.Lead(ctx, lead)
		if err != nil {
			return err
		}
		b := newBatch()
		if err := s.putTouch(b, t, l); err != nil {
			return err
		}
		return s.commit(ctx, b, t)
	}
	var replied crm.Lead
	_, err := s.changeLead(ctx, lead, func(l crm.Lead) (crm.Lead, crm.Event, error) {
		next, event, err := l.Reply(by, t.ID, t.CreatedAt)
		replied = next
		return next, event, err
	}, func(b *batch) error { return s.putTouch(b, t, replied) })
	return err
}

func (s *Store) putTouch(b *batch, t crm.Touch, l crm.Lead) error {
	t.Lead, t.Customer, t.Branch = l.ID, l.Customer, l.Branch
	it, err := row(t, touchKey(l.Customer, t.ID))
	if err == nil {
		b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	}
	return err
}

// Touches lists when a customer was spoken with, newest first; of one lead alone where it is named.
func (s *Store) Touches(ctx context.Context, customer, lead string, p Paging) (Page[crm.Touch], error) {
	page := Page[crm.Touch]{Items: []crm.Touch{}}
	shape := "touches|" + customer + "|" + lead
	in := &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ScanIndexForward: aws.Bool(false),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :t)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: item{":pk": touchKey(customer, "")["pk"], ":t": text(touchSK)},
	}
	if lead != "" {
		in.FilterExpression = aws.String("#lead = :lead")
		in.ExpressionAttributeNames["#lead"], in.ExpressionAttributeValues[":lead"] = "lead", text(lead)
	}
	if p.Cursor != "" {
		c, err := s.seal.open(p.Cursor, shape, p.Caller, s.now())
		if err != nil {
			return page, err
		}
		in.ExclusiveStartKey = touchKey(customer, c.Last)
	}
	found, err := collect[crm.Touch](ctx, s, in, p.Limit+1)
	if err != nil {
		return page, err
	}
	page.Items = append(page.Items, found...)
	if len(page.Items) > p.Limit {
		page.Items = page.Items[:p.Limit]
		last := page.Items[p.Limit-1].ID
		next, err := s.seal.close(cursor{Last: last, Expires: s.now().Add(cursorLife)}, shape, p.Caller)
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}
