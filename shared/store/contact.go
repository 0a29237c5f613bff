package store

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// Contact reads a contact by its id.
func (s *Store) Contact(ctx context.Context, id string) (crm.Contact, error) {
	missing := crm.Missing("联系人", "contact")
	it, found, err := s.get(ctx, s.tables.Records, parentKey(id))
	if err != nil || !found {
		return crm.Contact{}, missingOr(err, missing)
	}
	return s.contactOf(ctx, stringOf(it["customer"]), id)
}

// contactOf reads a contact of a customer.
func (s *Store) contactOf(ctx context.Context, customer, id string) (crm.Contact, error) {
	it, found, err := s.get(ctx, s.tables.Records, contactKey(customer, id))
	if err != nil || !found {
		return crm.Contact{}, missingOr(err, crm.Missing("联系人", "contact"))
	}
	return decode[crm.Contact](it)
}

// Contacts reads the contacts of a customer, oldest first.
func (s *Store) Contacts(ctx context.Context, customer string) ([]crm.Contact, error) {
	return collect[crm.Contact](ctx, s, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: item{":pk": contactKey(customer, "")["pk"], ":c": text(contactSK)},
	}, 0)
}

// ContactRule takes a contact and his customer and gives the next contact with its event, or refuses.
type ContactRule = func(crm.Contact, crm.Customer) (crm.Contact, crm.Event, error)

// AddContact gives a customer another contact, of which the rule makes the record: contact, claims, gate, what is suppressed at his addresses and the
// event are one transaction. The customer's seq goes up, so that no two additions pass the limit together. A value that somebody else holds is
// Refused because of crm.Taken; one that several people share is his as a shared one.
func (s *Store) AddContact(ctx context.Context, customer string, rule ContactRule) (crm.Contact, error) {
	none := crm.Contact{ID: s.newID("con"), Customer: customer}
	return s.settleContact(ctx, func() (crm.Contact, crm.Customer, error) {
		c, err := s.Customer(ctx, customer)
		if err != nil {
			return none, c, err
		}
		contacts, err := s.Contacts(ctx, customer)
		present := slices.DeleteFunc(contacts, func(c crm.Contact) bool { return c.LeftAt != nil })
		if err == nil && len(present) >= crm.ContactsPerCustomer {
			return none, c, crm.Full()
		}
		return none, c, err
	}, rule)
}

// ChangeContact applies a rule to a contact, in one transaction with his claims, his gate, what is suppressed at his addresses and the event. When somebody
// was faster, the rule decides again on what is there now. Its errors are those of AddContact.
func (s *Store) ChangeContact(ctx context.Context, id string, rule ContactRule) (crm.Contact, error) {
	return s.settleContact(ctx, func() (crm.Contact, crm.Customer, error) {
		contact, err := s.Contact(ctx, id)
		if err != nil {
			return contact, crm.Customer{}, err
		}
		customer, err := s.Customer(ctx, contact.Customer)
		return contact, customer, err
	}, rule)
}

func (s *Store) settleContact(ctx context.Context, read func() (crm.Contact, crm.Customer, error), rule ContactRule) (crm.Contact, error) {
	var customer crm.Customer
	person := func() (contact crm.Contact, err error) {
		contact, customer, err = read()
		return contact, err
	}
	decide := func(before crm.Contact) (crm.Contact, crm.Event, error) { return rule(before, customer) }
	return change(ctx, many, person, decide, func(before, next crm.Contact, event crm.Event) (crm.Contact, error) {
		if next.Version == before.Version {
			return next, nil
		}
		return s.writeContact(ctx, before, next, customer, event)
	})
}

// writeContact puts everything that a change of a contact brings about into one transaction.
func (s *Store) writeContact(ctx context.Context, before, next crm.Contact, customer crm.Customer, event crm.Event) (crm.Contact, error) {
	values := before.Values()
	maps.Copy(values, next.Values())
	held, err := s.heldClaims(ctx, slices.Collect(maps.Keys(values)))
	if err != nil {
		return next, err
	}
	next = next.Sharing(before, func(c crm.Claim) bool { return holder(held[c]).Shared })
	b := newBatch()
	if err := s.putContact(b, before, next, customer); err != nil {
		return next, err
	}
	if err := s.moveClaims(b, before, next, held, func(c crm.Claim, old item) error {
		return (&crm.Taken{Claim: c, Holder: holder(old)}).Refuse(next)
	}); err != nil {
		return next, err
	}
	st, err := s.standing(ctx, next)
	if err != nil {
		return next, err
	}
	gate := st.gate.Meet(before, next, st.found(), next.UpdatedAt)
	if next.LeftAt != nil {
		gate = gate.Part(next.UpdatedAt)
	}
	if _, err := s.putGate(b, st, gate, true); err != nil {
		return next, err
	}
	if err := s.putEvent(b, event); err != nil {
		return next, err
	}
	return next, s.commit(ctx, b, next)
}

// putContact adds the next version of a contact to a transaction. A new one counts as a write of his customer; a changed one needs the customer's file open.
func (s *Store) putContact(b *batch, before, next crm.Contact, customer crm.Customer) error {
	changed := func(item) error { return errChanged }
	it, err := row(next, contactKey(next.Customer, next.ID))
	if err != nil {
		return err
	}
	b.put(s.tables.Records, it, seen(before.Version), changed)
	if before.Version > 0 {
		if next.LeftAt == nil {
			b.check(s.tables.Records, recordKey("customer", customer.ID), condition{
				expr: "attribute_exists(#pk) AND attribute_not_exists(#a)", names: map[string]string{"#pk": "pk", "#a": "archived_at"},
			}, changed)
		}
		return nil
	}
	parent := parentKey(next.ID)
	parent["customer"] = text(next.Customer)
	b.put(s.tables.Records, parent, absent(), changed)
	seq := customer.Seq
	customer.Seq++
	return s.putCustomer(b, customer, seq)
}

// putNewContact adds the first contact of a new customer: with his claims and the way to him by his id. The gate that he begins with holds what is suppressed
// at his addresses; whoever calls this adds it by putGate. Somebody else's claim fails the transaction with errChanged.
func (s *Store) putNewContact(ctx context.Context, b *batch, c crm.Contact) (standing, crm.Gate, error) {
	st, err := s.standing(ctx, c)
	if err != nil {
		return st, st.gate, err
	}
	it, err := row(c, contactKey(c.Customer, c.ID))
	if err != nil {
		return st, st.gate, err
	}
	b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	parent := parentKey(c.ID)
	parent["customer"] = text(c.Customer)
	b.put(s.tables.Records, parent, absent(), func(item) error { return conflict() })
	if err := s.moveClaims(b, crm.Contact{}, c, nil, func(crm.Claim, item) error { return errChanged }); err != nil {
		return st, st.gate, err
	}
	return st, st.gate.Meet(crm.Contact{}, c, st.found(), c.CreatedAt), nil
}

// heldClaims reads the claims of these that somebody has.
func (s *Store) heldClaims(ctx context.Context, claims []crm.Claim) (map[crm.Claim]item, error) {
	out := map[crm.Claim]item{}
	if len(claims) == 0 {
		return out, nil
	}
	keys := make([]item, len(claims))
	of := map[string]crm.Claim{}
	for i, c := range claims {
		keys[i] = claimKey(c)
		of[stringOf(keys[i]["pk"])] = c
	}
	found, err := s.getAll(ctx, s.tables.Records, keys)
	for _, it := range found {
		out[of[stringOf(it["pk"])]] = it
	}
	return out, err
}

// known reads who has the claims.
func (s *Store) known(ctx context.Context, claims []crm.Claim) (crm.Known, error) {
	keys := make([]item, len(claims))
	for i, c := range claims {
		keys[i] = claimKey(c)
	}
	var known crm.Known
	found, err := s.getAll(ctx, s.tables.Records, keys)
	for _, it := range found {
		switch crm.ClaimKind(stringOf(it["claim"])) {
		case crm.ClaimPhone:
			known.ByPhone = holder(it)
		case crm.ClaimEmail:
			known.ByEmail = holder(it)
		}
	}
	return known, err
}

// moveClaims adds what becomes of the claims when a contact changes. held is how the claims were read; only values that stop being shared need it; while others
// share one, it is nobody's. taken makes the error of a value that somebody else holds.
func (s *Store) moveClaims(b *batch, before, next crm.Contact, held map[crm.Claim]item, taken func(crm.Claim, item) error) error {
	old, now := before.Values(), next.Values()
	all := maps.Clone(old)
	maps.Copy(all, now)
	for claim := range all {
		was, is := old[claim], now[claim]
		refuse := func(it item) error { return taken(claim, it) }
		switch {
		case was == is:
		case was == crm.StandingNone && is == crm.StandingOwn:
			b.put(s.tables.Records, ownClaim(claim, next), absent(), refuse)
		case was == crm.StandingNone:
			s.shareClaim(b, claim, refuse)
		case was == crm.StandingOwn:
			s.releaseClaim(b, claim, next.ID, is)
		case is == crm.StandingOwn && holdersOf(held[claim]) > 1:
			return refuse(held[claim])
		default:
			s.leaveShared(b, claim, next, held[claim], is)
		}
	}
	return nil
}

// ownClaim is the claim of a value that one contact has.
func ownClaim(claim crm.Claim, c crm.Contact) item {
	it := claimKey(claim)
	it["claim"], it["owner"], it["contact"] = text(string(claim.Kind)), text(c.Customer), text(c.ID)
	return it
}

// sharedClaim is the claim of a value that several people have: it names nobody and counts them.
func sharedClaim(claim crm.Claim, holders int64) item {
	it := claimKey(claim)
	it["claim"], it["shared"], it["holders"] = text(string(claim.Kind)), &types.AttributeValueMemberBOOL{Value: true}, number(holders)
	return it
}

// shareClaim counts one more who shares a value. Whoever has it alone is in the way.
func (s *Store) shareClaim(b *batch, claim crm.Claim, refuse func(item) error) {
	b.update(s.tables.Records, claimKey(claim), "ADD #h :one SET #s = :true, #k = :kind, #m = :mark", condition{
		expr:   "attribute_not_exists(#pk) OR #s = :true",
		names:  map[string]string{"#pk": "pk", "#h": "holders", "#s": "shared", "#k": "claim", "#m": commitAttr},
		values: item{":one": number(1), ":true": &types.AttributeValueMemberBOOL{Value: true}, ":kind": text(string(claim.Kind)), ":mark": text(b.id)},
	}, refuse)
}

// releaseClaim gives up what a contact had alone: it is free, or shared from now on.
func (s *Store) releaseClaim(b *batch, claim crm.Claim, contact string, is crm.Standing) {
	mine := condition{expr: "#o = :o", names: map[string]string{"#o": "contact"}, values: item{":o": text(contact)}}
	changed := func(item) error { return errChanged }
	if is == crm.StandingShared {
		b.put(s.tables.Records, sharedClaim(claim, 1), mine, changed)
		return
	}
	b.remove(s.tables.Records, claimKey(claim), mine, changed)
}

// leaveShared takes a contact from those who share a value: the last one leaves nothing behind, or has it alone.
func (s *Store) leaveShared(b *batch, claim crm.Claim, c crm.Contact, held item, is crm.Standing) {
	changed := func(item) error { return errChanged }
	holders := holdersOf(held)
	switch {
	case is == crm.StandingOwn:
		b.put(s.tables.Records, ownClaim(claim, c), asRead(held), changed)
	case holders > 1:
		b.put(s.tables.Records, sharedClaim(claim, holders-1), asRead(held), changed)
	default:
		b.remove(s.tables.Records, claimKey(claim), asRead(held), changed)
	}
}

// holdersOf is how many people share a value.
func holdersOf(it item) int64 {
	n, _ := it["holders"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0
	}
	holders, _ := strconv.ParseInt(n.Value, 10, 64) // our own writing
	return holders
}
