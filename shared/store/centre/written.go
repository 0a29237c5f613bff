package centre

import (
	"context"
	"errors"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"
)

// Touch reads one touch of a customer, by its id and the time at which it happened.
func (s *Centre) Touch(ctx context.Context, cust, id string, at time.Time) (customer.Touch, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.TouchKey(cust, table.When(at, id)))
	if err != nil || !found {
		return customer.Touch{}, table.MissingOr(err, fault.Missing("接触记录", "touch"))
	}
	return table.Decode[customer.Touch](it)
}

// WriteTo keeps what a colleague writes to a customer, as RecordTouch keeps a touch. Its event has it sent. alike is
// the mark of its words (message.Written): beyond message.MostAlike within an hour it is TooMany.
func (s *Centre) WriteTo(ctx context.Context, cust string, t customer.Touch, alike string,
	rule TouchRule) (customer.Touch, error) {
	return s.recordTouch(ctx, cust, t, rule, func(b *table.Batch) error { return s.countAlike(ctx, b, alike) })
}

// PutWritten adds to a transaction what a colleague writes about another record of the customer: the touch, its count
// among texts that are alike, and the event that has it sent.
func (s *Centre) PutWritten(ctx context.Context, b *table.Batch, t customer.Touch, alike string,
	sending event.Event) error {
	s.contactThere(b, t.Customer, t.Contact, "/contact_id")
	if err := errors.Join(s.countAlike(ctx, b, alike), s.PutTouch(b, t)); err != nil {
		return err
	}
	return s.table.PutEvent(b, sending)
}

// alikeRow is when texts that are alike were sent within the last hour.
type alikeRow struct {
	At  []time.Time `json:"at"`
	TTL int64       `json:"ttl"`
}

// countAlike counts a text among those of the last hour that are alike, in an item of its own. A text without a mark is
// not counted.
func (s *Centre) countAlike(ctx context.Context, b *table.Batch, alike string) error {
	if alike == "" {
		return nil
	}
	key := table.CounterKey("alike", alike)
	it, found, err := s.table.Get(ctx, s.table.Messages, key)
	var was alikeRow
	if err == nil && found {
		was, err = table.Decode[alikeRow](it)
	}
	if err != nil {
		return err
	}
	now := s.table.Now()
	sent, err := message.Again(was.At, now)
	if err != nil {
		return err
	}
	next, err := table.Encode(alikeRow{sent, now.Add(message.AlikeHour).Unix()}, key)
	if err != nil {
		return err
	}
	unseen := table.Lapsed(now)
	if found {
		unseen = table.AsRead(it)
	}
	b.Put(s.table.Messages, next, unseen, func(table.Item) error { return table.ErrChanged })
	return nil
}
