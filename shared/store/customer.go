package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// Customer reads a customer by his id.
func (s *Store) Customer(ctx context.Context, id string) (crm.Customer, error) {
	return getRecord[crm.Customer](ctx, s, "customer", id, crm.Missing("客户", "customer"))
}

// lapsedUntil is where those who lapsed stand on the board of their branch: silence changes nothing for them, a policy of more patience does.
var lapsedUntil = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// customerRow is the item of a customer with the list in which it stands: its branch's, by the day on which silence alone changes its life cycle or its
// cadence asks for something, whichever comes first.
func customerRow(c crm.Customer) (item, error) {
	it, err := row(c, recordKey("customer", c.ID))
	switch {
	case err != nil:
	case c.LifeCycle == crm.LifeLapsed:
		it["board_pk"], it["board_sk"] = text(openBoard("customer", c.Branch)), text(when(lapsedUntil, c.ID))
	default:
		if due, ok := c.Wakes(); ok {
			it["board_pk"], it["board_sk"] = text(openBoard("customer", c.Branch)), text(when(due.Truncate(24*time.Hour), c.ID)) // a word of the same day leaves the index alone
		}
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

// putAged is putCustomer with the event of a new stage of his life, where the change brought one. before is the customer that was read.
func (s *Store) putAged(b *batch, by crm.Actor, before, next crm.Customer) error {
	if err := s.putCustomer(b, next, before.Seq); err != nil {
		return err
	}
	told, aged := next.AgedFrom(before, by, s.now())
	if !aged {
		return nil
	}
	return s.putEvent(b, told)
}

// follow adds to a transaction what the news of a lead makes of its customer, in one write of him: somebody spoke or wrote, and his life goes on.
func (s *Store) follow(ctx context.Context, b *batch, l crm.Lead, news crm.Event) error {
	line, spoke := l.Spoke(news)
	if !spoke && news.Type != crm.LeadWon {
		return nil // which spares two reads
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return err
	}
	customer, err := s.Customer(ctx, l.Customer)
	if err != nil {
		return err
	}
	terms, err := shop.Terms(customer.Branch)
	if err != nil {
		return err
	}
	next, changed, err := customer.Follow(news.Type, l, shop, l.UpdatedAt)
	if err != nil || !changed && !spoke {
		return err
	}
	if spoke {
		next = next.Met(line).Aged(terms.Policy.Life, l.UpdatedAt)
	}
	next.Seq = customer.Seq + 1
	return s.putAged(b, crm.Actor{ID: news.Cause}, customer, next)
}

// OpenCustomer makes a customer of what was entered, with a first contact if there is one, in one transaction with their claims. A phone, an e-mail or a
// tax number that a customer has already is refused as a Conflict, which names him if by sees him. Ids are given here.
func (s *Store) OpenCustomer(ctx context.Context, entered crm.Customer, contact *crm.Contact, by crm.Actor) (crm.Customer, error) {
	_, terms, err := s.Terms(ctx, entered.Branch)
	if err != nil {
		return entered, err
	}
	customer, event := entered.Open(s.newID("cus"), by, s.now())
	customer = customer.Aged(terms.Policy.Life, customer.CreatedAt)
	claims := customer.Claims()
	if contact != nil {
		contact.ID, contact.Customer, contact.Version = s.newID("con"), customer.ID, 1
		contact.CreatedAt, contact.UpdatedAt = customer.CreatedAt, customer.CreatedAt
		claims = slices.AppendSeq(claims, maps.Keys(contact.Values()))
	}
	return again(ctx, many, func(int) (crm.Customer, error) {
		if err := s.untaken(ctx, claims, customer.ID, by); err != nil {
			return customer, err
		}
		b := newBatch()
		if err := s.putCustomer(b, customer, 0); err != nil {
			return customer, err
		}
		s.putClaims(b, customer.ID, "", customer.Claims())
		if contact != nil {
			if err := s.putFirstContact(ctx, b, *contact); err != nil {
				return customer, err
			}
		}
		if err := s.putEvent(b, event); err != nil {
			return customer, err
		}
		return customer, s.commit(ctx, b, customer)
	})
}

// putFirstContact adds a new customer's contact with the gate that he begins with. A value that several people share is his as a shared one.
func (s *Store) putFirstContact(ctx context.Context, b *batch, c crm.Contact) error {
	held, err := s.heldClaims(ctx, slices.Collect(maps.Keys(c.Values())))
	if err != nil {
		return err
	}
	c = c.Sharing(crm.Contact{}, func(claim crm.Claim) bool { return holder(held[claim]).Shared })
	st, gate, err := s.putNewContact(ctx, b, c)
	if err == nil {
		_, err = s.putGate(b, st, gate, true)
	}
	return err
}

// untaken refuses claims that another customer than own has.
func (s *Store) untaken(ctx context.Context, claims []crm.Claim, own string, by crm.Actor) error {
	held, err := s.heldClaims(ctx, claims)
	if err != nil {
		return err
	}
	for _, c := range claims {
		it, taken := held[c]
		if !taken || holder(it).Customer == own || holder(it).Shared {
			continue
		}
		customer, err := s.Customer(ctx, holder(it).Customer)
		if err != nil {
			return err
		}
		return crm.BelongsTo(c.Kind, customer, by)
	}
	return nil
}

// FindClaimed reads the customer who alone has one of the values; found is false where nobody has.
func (s *Store) FindClaimed(ctx context.Context, claims []crm.Claim) (customer crm.Customer, found bool, err error) {
	for _, c := range claims {
		it, known, err := s.get(ctx, s.tables.Records, claimKey(c))
		if err != nil {
			return customer, false, err
		}
		if held := holder(it); known && !held.Shared {
			customer, err = s.Customer(ctx, held.Customer)
			return customer, err == nil, err
		}
	}
	return customer, false, nil
}

// CustomerRule takes a customer and gives the next one with the events of the change, or refuses. No events change nothing.
type CustomerRule = func(crm.Customer) (crm.Customer, []crm.Event, error)

// ChangeCustomer reads a customer, applies the rule, and writes the next customer, his events and the move of his own claims in one transaction, on condition
// that nothing was written to him meanwhile. When something was, the rule decides again on what is there now; it says whether that may be.
func (s *Store) ChangeCustomer(ctx context.Context, id string, by crm.Actor, rule CustomerRule) (crm.Customer, error) {
	read := func() (crm.Customer, error) { return s.Customer(ctx, id) }
	return change(ctx, many, read, rule, func(customer, next crm.Customer, events []crm.Event) (crm.Customer, error) {
		if len(events) == 0 {
			return next, nil
		}
		return s.writeCustomer(ctx, customer, next, events, by)
	})
}

// writeCustomer writes a customer as he has become, in the stage of life that follows from it.
func (s *Store) writeCustomer(ctx context.Context, customer, next crm.Customer, events []crm.Event, by crm.Actor) (crm.Customer, error) {
	_, terms, err := s.Terms(ctx, next.Branch)
	if err != nil {
		return customer, err
	}
	next = next.Aged(terms.Policy.Life, s.now())
	gone, come := moved(customer.Claims(), next.Claims())
	if err := s.untaken(ctx, come, next.ID, by); err != nil {
		return customer, err
	}
	b := newBatch()
	if err := s.putAged(b, by, customer, next); err != nil {
		return customer, err
	}
	for _, claim := range gone {
		b.remove(s.tables.Records, claimKey(claim), heldBy(next.ID), func(item) error { return errChanged })
	}
	s.putClaims(b, next.ID, "", come)
	for _, e := range events {
		if err := s.putEvent(b, e); err != nil {
			return customer, err
		}
	}
	return next, s.commit(ctx, b, next)
}

// moved tells the claims that go from those that come.
func moved(before, after []crm.Claim) (gone, come []crm.Claim) {
	for _, c := range before {
		if !slices.Contains(after, c) {
			gone = append(gone, c)
		}
	}
	for _, c := range after {
		if !slices.Contains(before, c) {
			come = append(come, c)
		}
	}
	return gone, come
}

// heldBy holds while a claim is the customer's.
func heldBy(customer string) condition {
	return condition{expr: "#o = :o", names: map[string]string{"#o": "owner"}, values: item{":o": text(customer)}}
}

// putClaims adds what a contact or a customer alone may have; somebody else's fails the transaction with errChanged.
func (s *Store) putClaims(b *batch, customer, contact string, claims []crm.Claim) {
	for _, claim := range claims {
		held := claimKey(claim)
		held["claim"], held["owner"], held["contact"] = text(string(claim.Kind)), text(customer), text(contact)
		b.put(s.tables.Records, held, absent(), func(item) error { return errChanged })
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

// CustomerNames reads the names of customers, of at most the first hundred, in one call. Those that are not there have none.
func (s *Store) CustomerNames(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var keys []item
	for _, id := range ids[:min(len(ids), 100)] {
		keys = append(keys, recordKey("customer", id))
	}
	found, err := s.getAll(ctx, s.tables.Records, keys)
	for _, it := range found {
		out[stringOf(it["id"])] = stringOf(it["name"])
	}
	return out, err
}
