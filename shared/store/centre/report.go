package centre

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// indexLag is how long after its sending a message may be missing from an index. A report that arrives in that
// time must be sent again.
const indexLag = 2 * time.Minute

// Tagged finds a message by its tag. A missing message is NotFound.
func (s *Centre) Tagged(ctx context.Context, tag string) (message.Message, error) {
	missing := fault.Missing("消息", "message")
	out, err := s.table.DB.Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Messages), IndexName: aws.String(table.TagIndex), Limit: aws.Int32(1),
		KeyConditionExpression:    aws.String("#t = :t"),
		ExpressionAttributeNames:  map[string]string{"#t": table.TagAttr},
		ExpressionAttributeValues: table.Item{":t": table.Text(tag)},
	})
	if err != nil {
		return message.Message{}, table.Unavailable(err)
	}
	if len(out.Items) == 0 {
		return message.Message{}, missing
	}
	it, found, err := s.table.Get(ctx, s.table.Messages, table.Item{"pk": out.Items[0]["pk"], "sk": out.Items[0]["sk"]})
	if err != nil || !found {
		return message.Message{}, errors.Join(err, missing)
	}
	return table.Decode[message.Message](it)
}

// Report takes in what became of a message. The message's row, the person's gate, the line on a desk and the
// event change in one transaction. A report on a message without a row is kept until that message is about to be
// sent. A report on a message sent within the last two minutes is Unavailable while the index lacks the message.
// A report with nothing new changes nothing.
func (s *Centre) Report(ctx context.Context, tag string, r message.Report) error {
	_, err := table.Retry(ctx, table.Few, func(int) (message.Message, error) {
		m, err := s.Tagged(ctx, tag)
		if fault.KindOf(err) == fault.NotFound {
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
func (s *Centre) heed(ctx context.Context, m message.Message, r message.Report) (message.Message, error) {
	now := s.table.Now()
	next, event, changed := m.Heed(r, now)
	if !changed {
		return m, nil
	}
	if err := s.tellOperations(ctx, m, r); err != nil {
		return m, err
	}
	b := table.NewBatch()
	if err := s.putHeeded(b, m, next); err != nil {
		return m, err
	}
	if err := s.heedAtGate(ctx, b, m, r); err != nil {
		return m, err
	}
	if event != nil {
		if err := s.table.PutEvent(b, *event); err != nil {
			return m, err
		}
	}
	return next, s.table.Commit(ctx, b, next)
}

// putHeeded writes the row, and takes the line of a doubtful message off its desk.
func (s *Centre) putHeeded(b *table.Batch, m, next message.Message) error {
	if m.State == message.StateUnknown {
		return s.putDoubt(b, next, m.Version, m.Version)
	}
	it, err := messageRow(next)
	if err == nil {
		b.Put(s.table.Messages, it, table.Seen(m.Version), func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// heedAtGate closes the channel to a person and to their addresses. Staff have no gate. What became of a message to an
// address that is not the contact's changes that address alone: a visitor may have typed any.
func (s *Centre) heedAtGate(ctx context.Context, b *table.Batch, m message.Message, r message.Report) error {
	if m.ToStaff() {
		return nil
	}
	contact, err := s.addressee(ctx, m.Customer, m.Person)
	if err != nil {
		return err
	}
	st, err := s.ReadGateState(ctx, contact)
	if err != nil {
		return err
	}
	if m.To != "" && contact.Version > 0 && !st.reaches(m) {
		return s.heedElsewhere(ctx, b, st, m, r)
	}
	next, changed := st.Gate.Heed(r, m.Channel)
	if !changed {
		return nil
	}
	if _, err := s.PutGate(b, st, next, false); err != nil {
		return err
	}
	if e, closed := next.Closed(st.Gate, r, m, s.table.Now()); closed {
		return s.table.PutEvent(b, e)
	}
	return nil
}

// reaches reports whether the message went to an address that is the contact's.
func (st GateState) reaches(m message.Message) bool {
	pk := table.StringOf(table.SuppressionKey(m.Channel, m.To)["pk"])
	return slices.ContainsFunc(st.marks, func(own mark) bool { return table.StringOf(own.key["pk"]) == pk })
}

// heedElsewhere closes an address that is not the contact's, while it is not.
func (s *Centre) heedElsewhere(ctx context.Context, b *table.Batch, st GateState, m message.Message,
	r message.Report) error {
	st.marks = []mark{{address: message.Address{Channel: m.Channel}, key: table.SuppressionKey(m.Channel, m.To)}}
	found, err := s.table.GetAll(ctx, s.table.Messages, st.keys())
	if err == nil {
		st, err = st.with(found)
	}
	if err == nil {
		st.Gate = st.marks[0].Heed(r, m.Channel)
		_, err = s.PutGate(b, st, st.Gate, false)
	}
	return err
}

// tellOperations notes once a day and branch that other servers refuse our mail, and in which words. Nothing else is
// written with it: however many messages come back, they do not wait for one another.
func (s *Centre) tellOperations(ctx context.Context, m message.Message, r message.Report) error {
	if !r.ConcernsUs() {
		return nil
	}
	return s.work.NoteOnce(ctx, stuck.Stuck{What: stuck.KindDelivery, Branch: m.Branch, Cause: r.Words,
		Step: strings.Join([]string{cmp.Or(r.Code, "-"), r.Day, m.Branch}, " ")})
}

// keptReport is how a report is stored in Messages while its message has no row.
type keptReport struct {
	message.Report
	Weight int   `json:"weight"`
	TTL    int64 `json:"ttl"`
}

// keepReport keeps the gravest report on a message that has no row, for messageLife.
func (s *Centre) keepReport(ctx context.Context, tag string, r message.Report) error {
	now := s.table.Now()
	if now.Sub(r.SentAt) < indexLag {
		return table.Unavailable(errors.New("the message is not in the index yet"))
	}
	it, err := table.Encode(keptReport{r, r.Weight(), now.Add(messageLife).Unix()}, table.ReportKey(tag))
	if err != nil {
		return err
	}
	_, err = s.table.PutOne(ctx, s.table.Messages, it, table.Condition{
		Expr: "attribute_not_exists(#pk) OR #w < :w", Names: map[string]string{"#pk": "pk", "#w": "weight"},
		Values: table.Item{":w": table.Number(int64(r.Weight()))},
	})
	return err
}
