package centre

import (
	"context"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Freeze reads the complaints for which a customer gets no marketing. A customer without such complaints has an
// empty freeze of version 0.
func (s *Centre) Freeze(ctx context.Context, of string) (gate.Freeze, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.FreezeKey(of))
	if err != nil || !found {
		return gate.Freeze{Customer: of}, err
	}
	return table.Decode[gate.Freeze](it)
}

// Complainant is a customer, one of their contacts, and the complaints for which they get no marketing, as one
// call read them.
type Complainant struct {
	Customer customer.Customer
	Contact  customer.Contact // without an id: the customer has no such contact
	Freeze   gate.Freeze
}

// Complainant reads a customer who complains. A missing customer is NotFound.
func (s *Centre) Complainant(ctx context.Context, cust, contact string) (Complainant, error) {
	out := Complainant{Freeze: gate.Freeze{Customer: cust}}
	found, err := s.table.GetEach(ctx, map[string][]table.Item{
		s.table.Records:  {table.RecordKey("customer", cust), table.ContactKey(cust, contact)},
		s.table.Messages: {table.FreezeKey(cust)},
	})
	for _, it := range found[s.table.Records] {
		if err == nil && table.StringOf(it["sk"]) == table.RecordSK {
			out.Customer, err = table.Decode[customer.Customer](it)
		} else if err == nil {
			out.Contact, err = table.Decode[customer.Contact](it)
		}
	}
	for _, it := range found[s.table.Messages] {
		if err == nil {
			out.Freeze, err = table.Decode[gate.Freeze](it)
		}
	}
	if err == nil && out.Customer.ID == "" {
		err = fault.Missing("客户", "customer")
	}
	return out, err
}

// PutFreeze adds to a transaction what complaints of one customer do to the marketing that they get. It needs at
// least one complaint, all of the same customer. The gates that took the freeze are told in the same transaction.
func (s *Centre) PutFreeze(ctx context.Context, b *table.Batch, complaints ...complaint.Complaint) error {
	known, err := s.Freeze(ctx, complaints[0].Customer)
	if err != nil {
		return err
	}
	return s.FollowFreeze(b, known, complaints...)
}

// FollowFreeze is PutFreeze for a freeze that was read. Where nothing changes, it only checks that the freeze is
// as it was read. A freeze that another writer changed, or that a gate took meanwhile, fails the transaction with
// table.ErrChanged.
func (s *Centre) FollowFreeze(b *table.Batch, known gate.Freeze, complaints ...complaint.Complaint) error {
	of, next := complaints[0].Customer, known
	for _, c := range complaints {
		next = next.Follow(c.Customer, c.ID, c.Freezes(), s.table.Now())
	}
	if next.Version == known.Version {
		b.Check(s.table.Messages, table.FreezeKey(of), table.Seen(known.Version),
			func(table.Item) error { return table.ErrChanged })
		return nil
	}
	if err := s.putFreeze(b, next, known.Version); err != nil {
		return err
	}
	for _, contact := range next.Contacts {
		s.tellGate(b, contact, next)
	}
	return nil
}

// putFreeze adds a freeze to a transaction. version is the one that was read, 0 for a new one.
func (s *Centre) putFreeze(b *table.Batch, f gate.Freeze, version int64) error {
	it, err := table.Encode(f, table.FreezeKey(f.Customer))
	if err == nil {
		b.Put(s.table.Messages, it, table.Seen(version), func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// tellGate adds to a transaction what the gate of a contact is told of the freeze. It has no condition, so that a
// customer with fifty contacts can complain while each of them is written to. The transaction holds the freeze, so a
// gate is told of changes in their order. A claim that read the gate before sees that it changed.
func (s *Centre) tellGate(b *table.Batch, contact string, f gate.Freeze) {
	b.Add(types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(s.table.Messages), Key: table.GateKey(contact),
		UpdateExpression: aws.String("SET #f = :f, #u = :now, #c = :mark ADD #v :one"),
		ExpressionAttributeNames: map[string]string{"#f": "frozen", "#u": "updated_at", "#c": table.CommitAttr,
			"#v": "version"},
		ExpressionAttributeValues: table.Item{":f": &types.AttributeValueMemberB{Value: f.Frozen().Bytes()},
			":now": table.Text(f.UpdatedAt.Format(time.RFC3339Nano)), ":mark": table.Text(b.ID), ":one": table.Number(1)},
	}}, nil) // it cannot fail
}

// takeFreeze gives the gate of a contact as it stands by the customer's freeze. It adds to the transaction that the
// freeze tells the gate from then on. The caller adds the gate. A freeze that changed since fails the transaction with
// table.ErrChanged.
func (s *Centre) takeFreeze(ctx context.Context, b *table.Batch, g gate.Gate) (gate.Gate, error) {
	known, err := s.Freeze(ctx, g.Customer)
	if err != nil {
		return g, err
	}
	now := s.table.Now()
	return g.Under(known, now), s.putFreeze(b, known.Take(g.Customer, g.Person, now), known.Version)
}

// partFreeze adds to a transaction that the freeze tells the gate of a contact who leaves nothing more. A gate that
// was told nothing adds nothing. A freeze that changed since fails the transaction with table.ErrChanged.
func (s *Centre) partFreeze(ctx context.Context, b *table.Batch, g gate.Gate) error {
	if g.Frozen == nil {
		return nil
	}
	known, err := s.Freeze(ctx, g.Customer)
	if err != nil {
		return err
	}
	return s.putFreeze(b, known.Part(g.Person, s.table.Now()), known.Version)
}
