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
	it, found, err := s.Get(ctx, s.tables.Records, ParentKey(id))
	if err != nil || !found {
		return crm.Contact{}, MissingOr(err, missing)
	}
	return s.contactOf(ctx, StringOf(it["customer"]), id)
}

// contactOf reads a contact of a customer.
func (s *Store) contactOf(ctx context.Context, customer, id string) (crm.Contact, error) {
	it, found, err := s.Get(ctx, s.tables.Records, ContactKey(customer, id))
	if err != nil || !found {
		return crm.Contact{}, MissingOr(err, crm.Missing("联系人", "contact"))
	}
	return Decode[crm.Contact](it)
}

// Contacts reads the contacts of a customer, oldest first.
func (s *Store) Contacts(ctx context.Context, customer string) ([]crm.Contact, error) {
	return Collect[crm.Contact](ctx, s, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: Item{":pk": ContactKey(customer, "")["pk"], ":c": Text(ContactSK)},
	}, 0)
}

// ContactRule takes a contact and his customer and gives the next contact with its event, or refuses.
type ContactRule = func(crm.Contact, crm.Customer) (crm.Contact, crm.Event, error)

// AddContact gives a customer another contact, of which the rule makes the record: contact, claims, gate, what is suppressed at his addresses and the
// event are one transaction. The customer's seq goes up, so that no two additions pass the limit together. A value that somebody else holds is
// Refused because of crm.Taken; one that several people share is his as a shared one.
func (s *Store) AddContact(ctx context.Context, customer string, rule ContactRule) (crm.Contact, error) {
	none := crm.Contact{ID: s.NewID("con"), Customer: customer}
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
	return Change(ctx, Many, person, decide, func(before, next crm.Contact, event crm.Event) (crm.Contact, error) {
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
	b := NewBatch()
	if err := s.putContact(b, before, next, customer); err != nil {
		return next, err
	}
	if err := s.moveClaims(b, before, next, held, func(c crm.Claim, old Item) error {
		return (&crm.Taken{Claim: c, Holder: holder(old)}).Refuse(next)
	}); err != nil {
		return next, err
	}
	st, err := s.ReadStanding(ctx, next)
	if err != nil {
		return next, err
	}
	gate := st.Gate.Meet(before, next, st.Found(), next.UpdatedAt)
	if next.LeftAt != nil {
		gate = gate.Part(next.UpdatedAt)
	}
	if _, err := s.PutGate(b, st, gate, true); err != nil {
		return next, err
	}
	if err := s.PutEvent(b, event); err != nil {
		return next, err
	}
	return next, s.Commit(ctx, b, next)
}

// putContact adds the next version of a contact to a transaction. A new one counts as a write of his customer; a changed one needs the customer's file open.
func (s *Store) putContact(b *Batch, before, next crm.Contact, customer crm.Customer) error {
	changed := func(Item) error { return ErrChanged }
	it, err := Encode(next, ContactKey(next.Customer, next.ID))
	if err != nil {
		return err
	}
	b.Put(s.tables.Records, it, Seen(before.Version), changed)
	if before.Version > 0 {
		if next.LeftAt == nil {
			b.Check(s.tables.Records, RecordKey("customer", customer.ID), Condition{
				Expr: "attribute_exists(#pk) AND attribute_not_exists(#a)", Names: map[string]string{"#pk": "pk", "#a": "archived_at"},
			}, changed)
		}
		return nil
	}
	parent := ParentKey(next.ID)
	parent["customer"] = Text(next.Customer)
	b.Put(s.tables.Records, parent, Absent(), changed)
	seq := customer.Seq
	customer.Seq++
	return s.PutCustomer(b, customer, seq)
}

// PutNewContact adds the first contact of a new customer: with his claims and the way to him by his id. The gate that he begins with holds what is suppressed
// at his addresses; whoever calls this adds it by PutGate. Somebody else's claim fails the transaction with ErrChanged.
func (s *Store) PutNewContact(ctx context.Context, b *Batch, c crm.Contact) (Standing, crm.Gate, error) {
	st, err := s.ReadStanding(ctx, c)
	if err != nil {
		return st, st.Gate, err
	}
	it, err := Encode(c, ContactKey(c.Customer, c.ID))
	if err != nil {
		return st, st.Gate, err
	}
	b.Put(s.tables.Records, it, Absent(), func(Item) error { return Conflict() })
	parent := ParentKey(c.ID)
	parent["customer"] = Text(c.Customer)
	b.Put(s.tables.Records, parent, Absent(), func(Item) error { return Conflict() })
	if err := s.moveClaims(b, crm.Contact{}, c, nil, func(crm.Claim, Item) error { return ErrChanged }); err != nil {
		return st, st.Gate, err
	}
	return st, st.Gate.Meet(crm.Contact{}, c, st.Found(), c.CreatedAt), nil
}

// heldClaims reads the claims of these that somebody has.
func (s *Store) heldClaims(ctx context.Context, claims []crm.Claim) (map[crm.Claim]Item, error) {
	out := map[crm.Claim]Item{}
	if len(claims) == 0 {
		return out, nil
	}
	keys := make([]Item, len(claims))
	of := map[string]crm.Claim{}
	for i, c := range claims {
		keys[i] = ClaimKey(c)
		of[StringOf(keys[i]["pk"])] = c
	}
	found, err := s.GetAll(ctx, s.tables.Records, keys)
	for _, it := range found {
		out[of[StringOf(it["pk"])]] = it
	}
	return out, err
}

// ReadKnown reads who has the claims.
func (s *Store) ReadKnown(ctx context.Context, claims []crm.Claim) (crm.Known, error) {
	keys := make([]Item, len(claims))
	for i, c := range claims {
		keys[i] = ClaimKey(c)
	}
	var known crm.Known
	found, err := s.GetAll(ctx, s.tables.Records, keys)
	for _, it := range found {
		switch crm.ClaimKind(StringOf(it["claim"])) {
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
func (s *Store) moveClaims(b *Batch, before, next crm.Contact, held map[crm.Claim]Item, taken func(crm.Claim, Item) error) error {
	old, now := before.Values(), next.Values()
	all := maps.Clone(old)
	maps.Copy(all, now)
	for claim := range all {
		was, is := old[claim], now[claim]
		refuse := func(it Item) error { return taken(claim, it) }
		switch {
		case was == is:
		case was == crm.StandingNone && is == crm.StandingOwn:
			b.Put(s.tables.Records, ownClaim(claim, next), Absent(), refuse)
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
func ownClaim(claim crm.Claim, c crm.Contact) Item {
	it := ClaimKey(claim)
	it["claim"], it["owner"], it["contact"] = Text(string(claim.Kind)), Text(c.Customer), Text(c.ID)
	return it
}

// sharedClaim is the claim of a value that several people have: it names nobody and counts them.
func sharedClaim(claim crm.Claim, holders int64) Item {
	it := ClaimKey(claim)
	it["claim"], it["shared"], it["holders"] = Text(string(claim.Kind)), &types.AttributeValueMemberBOOL{Value: true}, Number(holders)
	return it
}

// shareClaim counts one more who shares a value. Whoever has it alone is in the way.
func (s *Store) shareClaim(b *Batch, claim crm.Claim, refuse func(Item) error) {
	b.Update(s.tables.Records, ClaimKey(claim), "ADD #h :one SET #s = :true, #k = :kind, #m = :mark", Condition{
		Expr:   "attribute_not_exists(#pk) OR #s = :true",
		Names:  map[string]string{"#pk": "pk", "#h": "holders", "#s": "shared", "#k": "claim", "#m": CommitAttr},
		Values: Item{":one": Number(1), ":true": &types.AttributeValueMemberBOOL{Value: true}, ":kind": Text(string(claim.Kind)), ":mark": Text(b.ID)},
	}, refuse)
}

// releaseClaim gives up what a contact had alone: it is free, or shared from now on.
func (s *Store) releaseClaim(b *Batch, claim crm.Claim, contact string, is crm.Standing) {
	mine := Condition{Expr: "#o = :o", Names: map[string]string{"#o": "contact"}, Values: Item{":o": Text(contact)}}
	changed := func(Item) error { return ErrChanged }
	if is == crm.StandingShared {
		b.Put(s.tables.Records, sharedClaim(claim, 1), mine, changed)
		return
	}
	b.Remove(s.tables.Records, ClaimKey(claim), mine, changed)
}

// leaveShared takes a contact from those who share a value: the last one leaves nothing behind, or has it alone.
func (s *Store) leaveShared(b *Batch, claim crm.Claim, c crm.Contact, held Item, is crm.Standing) {
	changed := func(Item) error { return ErrChanged }
	holders := holdersOf(held)
	switch {
	case is == crm.StandingOwn:
		b.Put(s.tables.Records, ownClaim(claim, c), AsRead(held), changed)
	case holders > 1:
		b.Put(s.tables.Records, sharedClaim(claim, holders-1), AsRead(held), changed)
	default:
		b.Remove(s.tables.Records, ClaimKey(claim), AsRead(held), changed)
	}
}

// holdersOf is how many people share a value.
func holdersOf(it Item) int64 {
	n, _ := it["holders"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0
	}
	holders, _ := strconv.ParseInt(n.Value, 10, 64) // our own writing
	return holders
}
