package enquiries

import (
	"context"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/store/table"
)

// codeKept is how long a code is kept after its end.
const codeKept = 24 * time.Hour

// CodeRule is the code that follows the one before (zero: there was none), for a contact of a customer.
type CodeRule = func(id string, before proof.Code, of customer.Contact, in customer.Customer) (proof.Code, event.Event,
	error)

// AskCode writes the code that is to be sent to a phone or an e-mail of the contact. The code, its event and the
// value's count of the day are one transaction. The contact must be as they were read. A value that has had
// proof.MostADay codes today is TooMany.
func (s *Enquiries) AskCode(ctx context.Context, contact string, kind identity.ClaimKind,
	rule CodeRule) (proof.Code, error) {
	return table.Retry(ctx, table.Few, func(int) (code proof.Code, err error) {
		of, err := s.centre.Contact(ctx, contact)
		if err != nil {
			return code, err
		}
		in, err := s.centre.Customer(ctx, of.Customer)
		if err != nil {
			return code, err
		}
		before, read, err := s.readCode(ctx, contact, kind)
		if err != nil {
			return code, err
		}
		code, e, err := rule(s.table.NewID("cod"), before, of, in)
		if err != nil {
			return code, err
		}
		return code, s.putAsked(ctx, of, code, read, e)
	})
}

func (s *Enquiries) putAsked(ctx context.Context, of customer.Contact, code proof.Code, read table.Item,
	e event.Event) error {
	it, err := codeRow(code)
	if err != nil {
		return err
	}
	b := table.NewBatch()
	changed := func(table.Item) error { return table.ErrChanged }
	b.Check(s.table.Records, table.ContactKey(of.Customer, of.ID), table.Seen(of.Version), changed)
	b.Put(s.table.Messages, it, table.AsRead(read), changed)
	s.countCode(b, code.Value, code.CreatedAt)
	if err := s.table.PutEvent(b, e); err != nil {
		return err
	}
	return s.table.Commit(ctx, b, code)
}

// countCode adds to a transaction that one more code goes to the value on this day (UTC), for all who ask.
func (s *Enquiries) countCode(b *table.Batch, value string, at time.Time) {
	day := at.UTC().Truncate(24 * time.Hour)
	s.table.CountOne(b, table.CounterKey("code", s.table.Hashed(value), table.At(day)), proof.MostADay,
		day.Add(24*time.Hour), func(table.Item) error { return proof.TooMany() })
}

func codeRow(code proof.Code) (table.Item, error) {
	it, err := table.Encode(code, table.CodeKey(code.Contact, string(code.Kind)))
	if err == nil {
		it[table.TTLAttr] = table.Number(code.Until.Add(codeKept).Unix())
	}
	return it, err
}

// readCode reads a code with its item; both are zero where there is none, or none any more.
func (s *Enquiries) readCode(ctx context.Context, contact string, kind identity.ClaimKind) (code proof.Code,
	read table.Item, err error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.CodeKey(contact, string(kind)))
	if err != nil || !found {
		return code, nil, err
	}
	code, err = table.Decode[proof.Code](it)
	return code, it, err
}

// Code reads the code that was sent last to a phone or an e-mail of the contact; zero where there is none.
func (s *Enquiries) Code(ctx context.Context, contact string, kind identity.ClaimKind) (proof.Code, error) {
	code, _, err := s.readCode(ctx, contact, kind)
	return code, err
}

// TryCode counts that a code is entered for the value, before anybody knows whether it is right: however many are
// entered at once, proof.MostTries count.
func (s *Enquiries) TryCode(ctx context.Context, contact, value string) (proof.Code, error) {
	return table.Retry(ctx, table.Few, func(int) (proof.Code, error) {
		code, read, err := s.readCode(ctx, contact, identity.KindOf(value))
		if err != nil {
			return code, err
		}
		next, err := code.Try(value, s.table.Now())
		if err != nil {
			return code, err
		}
		it, err := codeRow(next)
		if err != nil {
			return code, err
		}
		held, err := s.table.PutOne(ctx, s.table.Messages, it, table.AsRead(read))
		if err == nil && !held {
			err = table.ErrChanged
		}
		return next, err
	})
}
