package store

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// errClaimed says that somebody claimed the phone, e-mail or tax number between looking and writing.
var errClaimed = errors.New("store: claimed meanwhile")

// Customer reads a customer by his id.
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return getRecord[crm.Customer](ctx, s, "customer", id, crm.Missing("客户", "customer"))
}

// customerRow is the item of a customer with the list in which it stands: its branch's, by the day on which silence alone changes its life cycle.
func customerRow(c crm.Customer) (item, error) {
	it, err := row(c, recordKey("customer", c.ID))
	if err == nil && c.LifeDue != nil {
		it["board_pk"], it["board_sk"] = text(openBoard("customer", c.Branch)), text(when(*c.LifeDue, c.ID))
	}
	return it, err
}

// putCustomer adds a customer to a transaction; seq is that of the customer that was read, 0 for a new one.
func (s *Store) putCustomer(b *batch, c crm.Customer, seq int64) error {
	it, err := customerRow(c)
	if err == nil {
		b.put(s.tables.Records, it, seenSeq(seq), func(item) error { return errChanged })
	}
	return err
}

// meet adds to a transaction that somebody spoke or wrote about the lead: it stands on the customer's card, and whoever reached him becomes his own
// person where he has none.
func (s *Store) meet(ctx context.Context, b *batch, l crm.Lead, e crm.Event, line crm.TouchLine) error {
	shop, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	customer, err := s.Customer(ctx, l.Customer)
	if err != nil {
		return err
	}
	next := customer.Met(line)
	if e.Type == crm.LeadReached {
		next, _ = next.Adopt(shop, l.Owner, l.UpdatedAt)
	}
	return s.putCustomer(b, next, customer.Seq)
}

// putClaims adds what a contact or a customer alone may have; somebody else's fails the transaction with errClaimed.
func (s *Store) putClaims(b *batch, customer, contact string, claims []crm.Claim) {
	for _, claim := range claims {
		held := claimKey(claim)
		held["claim"], held["owner"], held["contact"] = text(string(claim.Kind)), text(customer), text(contact)
		b.put(s.tables.Records, held, absent(), func(item) error { return errClaimed })
	}
}

// holder reads whose a claim is.
func holder(it item) crm.Holder {
	shared, _ := it["shared"].(*types.AttributeValueMemberBOOL)
	return crm.Holder{Customer: stringOf(it["owner"]), Contact: stringOf(it["contact"]), Shared: shared != nil && shared.Value}
}

// person reads a customer and one of his contacts in one call.
func (s *Store) person(ctx context.Context, customer, contact string) (crm.Customer, crm.Contact, error) {
	var c crm.Customer
	var p crm.Contact
	found, err := s.getAll(ctx, s.tables.Records, []item{recordKey("customer", customer), contactKey(customer, contact)})
	if err != nil {
		return c, p, err
	}
	if len(found) < 2 {
		return c, p, crm.Missing("客户", "customer")
	}
	for _, it := range found {
		if stringOf(it["sk"]) == "RECORD" {
			c, err = decode[crm.Customer](it)
		} else {
			p, err = decode[crm.Contact](it)
		}
		if err != nil {
			return c, p, err
		}
	}
	return c, p, nil
}
