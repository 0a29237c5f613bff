package store

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"afterpress/shared/crm"
)

// indexLag is how long after its sending a message may be missing from an index; what is told of it in that time has to be told again.
const indexLag = 2 * time.Minute

// Tagged finds a message by its tag.
func (s *Store) Tagged(ctx context.Context, tag string) (crm.Message, error) {
	missing := crm.Missing("消息", "message")
	out, err := s.DB.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Messages), IndexName: aws.String(TagIndex), Limit: aws.Int32(1),
		KeyConditionExpression:    aws.String("#t = :t"),
		ExpressionAttributeNames:  map[string]string{"#t": TagAttr},
		ExpressionAttributeValues: Item{":t": Text(tag)},
	})
	if err != nil {
		return crm.Message{}, Unavailable(err)
	}
	if len(out.Items) == 0 {
		return crm.Message{}, missing
	}
	it, found, err := s.Get(ctx, s.tables.Messages, Item{"pk": out.Items[0]["pk"], "sk": out.Items[0]["sk"]})
	if err != nil || !found {
		return crm.Message{}, errors.Join(err, missing)
	}
	return Decode[crm.Message](it)
}

// Report takes in what became of a message: its row, the gate of its person, the line on a desk and the event in one transaction. A report of a
// message that is not there is kept for the day on which somebody wants to send it; one that was sent only a moment ago is Unavailable until
// the index has it. A report that tells nothing new changes nothing.
func (s *Store) Report(ctx context.Context, tag string, r crm.Report) error {
	_, err := Again(ctx, Few, func(int) (crm.Message, error) {
		m, err := s.Tagged(ctx, tag)
		if crm.KindOf(err) == crm.NotFound {
			return m, s.keepReport(ctx, tag, r)
		}
		if err != nil {
			return m, err
		}
		return s.heed(ctx, m, r)
	})
	return err
}

// heed writes what a report changes; ErrChanged when a row was changed meanwhile.
func (s *Store) heed(ctx context.Context, m crm.Message, r crm.Report) (crm.Message, error) {
	now := s.Now()
	next, event, changed := m.Heed(r, now)
	if !changed {
		return m, nil
	}
	b := NewBatch()
	if err := s.putHeeded(b, m, next); err != nil {
		return m, err
	}
	if err := s.heedAtGate(ctx, b, m, r); err != nil {
		return m, err
	}
	if event != nil {
		if err := s.PutEvent(b, *event); err != nil {
			return m, err
		}
	}
	return next, s.Commit(ctx, b, next)
}

// putHeeded writes the row, and takes the line of a doubtful message off its desk.
func (s *Store) putHeeded(b *Batch, m, next crm.Message) error {
	if m.State == crm.MessageUnknown {
		return s.putDoubt(b, next, m.Version, m.Version)
	}
	it, err := messageRow(next)
	if err == nil {
		b.Put(s.tables.Messages, it, Seen(m.Version), func(Item) error { return ErrChanged })
	}
	return err
}

// heedAtGate closes the channel to a person, and to his addresses. Staff have no gate.
func (s *Store) heedAtGate(ctx context.Context, b *Batch, m crm.Message, r crm.Report) error {
	if m.ToStaff() {
		return nil
	}
	contact, err := s.addressee(ctx, m.Customer, m.Person)
	if err != nil {
		return err
	}
	st, err := s.ReadStanding(ctx, contact)
	if err != nil {
		return err
	}
	if next, changed := st.Gate.Heed(r, m.Channel); changed {
		_, err = s.PutGate(b, st, next, false)
	}
	return err
}

// keptReport is how a report lies in Messages while its message is not there.
type keptReport struct {
	crm.Report
	Weight int   `json:"weight"`
	TTL    int64 `json:"ttl"`
}

// keepReport keeps the gravest report of a message that has no row.
func (s *Store) keepReport(ctx context.Context, tag string, r crm.Report) error {
	now := s.Now()
	if now.Sub(r.SentAt) < indexLag {
		return Unavailable(errors.New("the message is not in the index yet"))
	}
	it, err := Encode(keptReport{r, r.Weight(), now.Add(messageLife).Unix()}, ReportKey(tag))
	if err != nil {
		return err
	}
	_, err = s.PutOne(ctx, s.tables.Messages, it, Condition{
		Expr: "attribute_not_exists(#pk) OR #w < :w", Names: map[string]string{"#pk": "pk", "#w": "weight"}, Values: Item{":w": Number(int64(r.Weight()))},
	})
	return err
}
