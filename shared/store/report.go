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
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Messages), IndexName: aws.String(tagIx), Limit: aws.Int32(1),
		KeyConditionExpression:    aws.String("#t = :t"),
		ExpressionAttributeNames:  map[string]string{"#t": tagAttr},
		ExpressionAttributeValues: item{":t": text(tag)},
	})
	if err != nil {
		return crm.Message{}, unavailable(err)
	}
	if len(out.Items) == 0 {
		return crm.Message{}, missing
	}
	it, found, err := s.get(ctx, s.tables.Messages, item{"pk": out.Items[0]["pk"], "sk": out.Items[0]["sk"]})
	if err != nil || !found {
		return crm.Message{}, errors.Join(err, missing)
	}
	return decode[crm.Message](it)
}

// Report takes in what became of a message: its row, the gate of its person, the line on a desk and the event in one transaction. A report of a
// message that is not there is kept for the day on which somebody wants to send it; one that was sent only a moment ago is Unavailable until
// the index has it. A report that tells nothing new changes nothing.
func (s *Store) Report(ctx context.Context, tag string, r crm.Report) error {
	_, err := again(ctx, few, func(int) (crm.Message, error) {
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

// heed writes what a report changes; errChanged when a row was changed meanwhile.
func (s *Store) heed(ctx context.Context, m crm.Message, r crm.Report) (crm.Message, error) {
	now := s.now()
	next, event, changed := m.Heed(r, now)
	if !changed {
		return m, nil
	}
	b := newBatch()
	if err := s.putHeeded(b, m, next); err != nil {
		return m, err
	}
	if err := s.heedAtGate(ctx, b, m, r); err != nil {
		return m, err
	}
	if event != nil {
		if err := s.putEvent(b, *event); err != nil {
			return m, err
		}
	}
	return next, s.commit(ctx, b, next)
}

// putHeeded writes the row, and takes the line of a doubtful message off its desk.
func (s *Store) putHeeded(b *batch, m, next crm.Message) error {
	if m.State == crm.MessageUnknown {
		return s.putDoubt(b, next, m.Version, m.Version)
	}
	it, err := messageRow(next)
	if err == nil {
		b.put(s.tables.Messages, it, seen(m.Version), func(item) error { return errChanged })
	}
	return err
}

// heedAtGate closes the channel to a person, and to his addresses. Staff have no gate.
func (s *Store) heedAtGate(ctx context.Context, b *batch, m crm.Message, r crm.Report) error {
	if m.ToStaff() {
		return nil
	}
	contact, err := s.addressee(ctx, m.Customer, m.Person)
	if err != nil {
		return err
	}
	st, err := s.standing(ctx, contact)
	if err != nil {
		return err
	}
	if next, changed := st.gate.Heed(r, m.Channel); changed {
		_, err = s.putGate(b, st, next, false)
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
	now := s.now()
	if now.Sub(r.SentAt) < indexLag {
		return unavailable(errors.New("the message is not in the index yet"))
	}
	it, err := row(keptReport{r, r.Weight(), now.Add(messageLife).Unix()}, reportKey(tag))
	if err != nil {
		return err
	}
	_, err = s.putOne(ctx, s.tables.Messages, it, condition{
		expr: "attribute_not_exists(#pk) OR #w < :w", names: map[string]string{"#pk": "pk", "#w": "weight"}, values: item{":w": number(int64(r.Weight()))},
	})
	return err
}
