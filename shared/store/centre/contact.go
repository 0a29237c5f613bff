package centre

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Contact reads a contact by its id. A missing contact is NotFound.
func (s *Centre) Contact(ctx context.Context, id string) (customer.Contact, error) {
	missing := fault.Missing("联系人", "contact")
	if first, err := s.contactOf(ctx, table.CameWith(id), id); fault.KindOf(err) != fault.NotFound {
		return first, err
	}
	it, found, err := s.table.Get(ctx, s.table.Records, table.ParentKey(id))
	if err != nil || !found {
		return customer.Contact{}, table.MissingOr(err, missing)
	}
	return s.contactOf(ctx, table.StringOf(it["customer"]), id)
}

// contactOf reads a contact of a customer.
func (s *Centre) contactOf(ctx context.Context, c, id string) (customer.Contact, error) {
	it, found, err := s.table.Get(ctx, s.table.Records, table.ContactKey(c, id))
	if err != nil || !found {
		return customer.Contact{}, table.MissingOr(err, fault.Missing("联系人", "contact"))
	}
	return table.Decode[customer.Contact](it)
}

// Contacts reads the contacts of a customer, oldest first, including those who left.
func (s *Centre) Contacts(ctx context.Context, c string) ([]customer.Contact, error) {
	return table.Collect[customer.Contact](ctx, s.table, &dynamodb.QueryInput{
		TableName: aws.String(s.table.Records), ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND begins_with(#sk, :c)"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.ContactKey(c, "")["pk"], ":c": table.Text(table.ContactSK)},
	}, 0)
}

// ContactRule takes a contact and its customer and gives the next contact with its event, or refuses.
type ContactRule = func(customer.Contact, customer.Customer) (customer.Contact, event.Event, error)

// AddContact adds a contact, made by the rule, to a customer. Contact, claims, gate, suppressions at the
// contact's addresses and the event are one transaction. The gate takes the customer's freeze. The limit is
// customer.ContactsPerCustomer contacts who have not left. The customer's seq goes up, so that two additions cannot
// pass it together. A value that another contact owns is fault.Taken because of customer.Taken. A value that several
// people share becomes a shared value of this contact too.
func (s *Centre) AddContact(ctx context.Context, cust string, rule ContactRule) (customer.Contact, error) {
	none := customer.Contact{ID: s.table.NewID("con"), Customer: cust}
	return s.settleContact(ctx, func() (customer.Contact, customer.Customer, error) {
		c, err := s.Customer(ctx, cust)
		if err != nil {
			return none, c, err
		}
		contacts, err := s.Contacts(ctx, cust)
		present := slices.DeleteFunc(contacts, func(c customer.Contact) bool { return c.LeftAt != nil })
		if err == nil && len(present) >= customer.ContactsPerCustomer {
			return none, c, customer.Full()
		}
		return none, c, err
	}, rule)
}

// ChangeContact applies a rule to a contact. The contact, its claims, its gate, the suppressions at its
// addresses and the event are one transaction. When another writer was faster, the rule decides again on the
// contact as it is now. Its errors are those of AddContact.
func (s *Centre) ChangeContact(ctx context.Context, id string, rule ContactRule) (customer.Contact, error) {
	return s.settleContact(ctx, func() (customer.Contact, customer.Customer, error) {
		contact, err := s.Contact(ctx, id)
		if err != nil {
			return contact, customer.Customer{}, err
		}
		c, err := s.Customer(ctx, contact.Customer)
		return contact, c, err
	}, rule)
}

func (s *Centre) settleContact(ctx context.Context, read func() (customer.Contact, customer.Customer, error),
	rule ContactRule) (customer.Contact, error) {
	var c customer.Customer
	person := func() (contact customer.Contact, err error) {
		contact, c, err = read()
		return contact, err
	}
	decide := func(before customer.Contact) (customer.Contact, event.Event, error) { return rule(before, c) }
	return table.Change(ctx, table.Many, person, decide,
		func(before, next customer.Contact, e event.Event) (customer.Contact, error) {
			if next.Version == before.Version {
				return next, nil
			}
			return s.writeContact(ctx, before, next, c, e)
		})
}

// writeContact puts everything that follows from a change of a contact into one transaction.
func (s *Centre) writeContact(ctx context.Context, before, next customer.Contact, cust customer.Customer,
	e event.Event) (customer.Contact, error) {
	b := table.NewBatch()
	next, err := s.PutContact(ctx, b, before, next, cust, e)
	if err != nil {
		return next, err
	}
	return next, s.table.Commit(ctx, b, next)
}

// PutContact adds to a transaction everything that follows from a change of a contact: claims, gate, suppressions and
// the event. A contact who changed meanwhile fails it with table.ErrChanged.
func (s *Centre) PutContact(ctx context.Context, b *table.Batch, before, next customer.Contact,
	cust customer.Customer, e event.Event) (customer.Contact, error) {
	values := before.Values()
	maps.Copy(values, next.Values())
	held, err := s.heldClaims(ctx, slices.Collect(maps.Keys(values)))
	if err != nil {
		return next, err
	}
	next = next.Sharing(before, func(c identity.Claim) bool { return holder(held[c]).Shared })
	if err := s.putContact(b, before, next, cust); err != nil {
		return next, err
	}
	if held, err = s.yielded(ctx, b, cust, next, held, staff.Actor{ID: e.Cause}); err != nil {
		return next, err
	}
	if err := s.moveClaims(b, before, next, held, func(c identity.Claim, old table.Item) error {
		return (&customer.Taken{Claim: c, Holder: holder(old)}).Refuse(next)
	}); err != nil {
		return next, err
	}
	st, err := s.ReadGateState(ctx, next)
	if err != nil {
		return next, err
	}
	g := st.Gate.Meet(before, next, st.Found(), next.UpdatedAt)
	switch {
	case next.LeftAt != nil:
		err = s.partFreeze(ctx, b, g)
		g = g.Part(next.UpdatedAt)
	case before.LeftAt != nil:
		g, err = s.takeFreeze(ctx, b, g.Readmit(next.UpdatedAt))
	case before.Version == 0:
		g, err = s.takeFreeze(ctx, b, g)
	}
	if err != nil {
		return next, err
	}
	if _, err := s.PutGate(b, st, g, true); err != nil {
		return next, err
	}
	return next, s.table.PutEvent(b, e)
}

// putContact adds the next version of a contact to a transaction. A new contact counts as a write of its
// customer. A changed contact who has not left needs a customer who is not archived.
func (s *Centre) putContact(b *table.Batch, before, next customer.Contact, c customer.Customer) error {
	changed := func(table.Item) error { return table.ErrChanged }
	it, err := table.Encode(next, table.ContactKey(next.Customer, next.ID))
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(before.Version), changed)
	if before.Version > 0 {
		if next.LeftAt == nil {
			b.Check(s.table.Records, table.RecordKey("customer", c.ID), table.Condition{
				Expr:  "attribute_exists(#pk) AND attribute_not_exists(#a)",
				Names: map[string]string{"#pk": "pk", "#a": "archived_at"},
			}, changed)
		}
		return nil
	}
	parent := table.ParentKey(next.ID)
	parent["customer"] = table.Text(next.Customer)
	b.Put(s.table.Records, parent, table.Absent(), changed)
	seq := c.Seq
	c.Seq++
	return s.PutCustomer(b, c, seq)
}

// PutNewContact adds the first contact of a new customer (table.FirstContact), with the contact's claims. st is the
// contact's standing as it was read. It returns the contact's first gate, which holds what is suppressed at the
// contact's addresses. The caller adds that gate by PutGate. A claim that another contact owns fails the transaction
// with table.ErrChanged.
func (s *Centre) PutNewContact(b *table.Batch, st GateState, first First) (gate.Gate, error) {
	c := st.contact
	it, err := table.Encode(c, table.ContactKey(c.Customer, c.ID))
	if err != nil {
		return st.Gate, err
	}
	b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
	changed := func(table.Item) error { return table.ErrChanged }
	for claim, ownership := range c.Values() {
		if ownership == customer.OwnershipShared {
			s.shareClaim(b, claim, changed)
			continue
		}
		own := ownClaim(claim, c)
		maps.Copy(own, first[claim])
		b.Put(s.table.Records, own, freed(st.held[claim]), changed)
	}
	return st.Gate.Meet(customer.Contact{}, c, st.Found(), c.CreatedAt), nil
}

// PutHeard adds a contact with what a later enquiry said of them, and its event. Claims and gate stay: nothing of it
// is the contact's yet. A contact who changed meanwhile fails the transaction with table.ErrChanged.
func (s *Centre) PutHeard(b *table.Batch, next customer.Contact, e event.Event) error {
	it, err := table.Encode(next, table.ContactKey(next.Customer, next.ID))
	if err != nil {
		return err
	}
	b.Put(s.table.Records, it, table.Seen(next.Version-1), func(table.Item) error { return table.ErrChanged })
	return s.table.PutEvent(b, e)
}

// heldClaims reads those of the claims that are taken, by one owner or shared.
func (s *Centre) heldClaims(ctx context.Context, claims []identity.Claim) (map[identity.Claim]table.Item, error) {
	out := map[identity.Claim]table.Item{}
	if len(claims) == 0 {
		return out, nil
	}
	keys := make([]table.Item, len(claims))
	of := map[string]identity.Claim{}
	for i, c := range claims {
		keys[i] = table.ClaimKey(c)
		of[table.StringOf(keys[i]["pk"])] = c
	}
	found, err := s.table.GetAll(ctx, s.table.Records, keys)
	for _, it := range found {
		out[of[table.StringOf(it["pk"])]] = it
	}
	return out, err
}

// ReadKnown reads who holds the phone and the e-mail among the claims.
func (s *Centre) ReadKnown(ctx context.Context, claims []identity.Claim) (customer.Known, error) {
	found, err := s.table.GetAll(ctx, s.table.Records, claimKeys(claims))
	return knownBy(found), err
}

// Sender is the doubt about a letter that came from the address, about a record of the customer and the contact; empty
// where the address is one of the customer's. What nobody can read as an address is a stranger's.
func (s *Centre) Sender(ctx context.Context, cust, contact, from string) (doubt string, err error) {
	address, err := identity.Email(from)
	if err != nil {
		return customer.SenderStranger, nil
	}
	known, err := s.ReadKnown(ctx, []identity.Claim{{Kind: identity.ClaimEmail, Value: address}})
	if err != nil || known.ByEmail.Customer == cust {
		return "", err
	}
	c, err := s.Contact(ctx, contact)
	switch {
	case err != nil && fault.KindOf(err) != fault.NotFound:
		return "", err
	case err == nil && c.Erased != nil: // the thread is over: what is written is for a person to look at
		return "", fault.Missing("联系人", "contact")
	case err == nil && (c.Has(address) || known.ByEmail.Customer == c.Customer): // a customer may have been merged
		return "", nil
	}
	return customer.SenderStranger, nil
}

func claimKeys(claims []identity.Claim) []table.Item {
	keys := make([]table.Item, len(claims))
	for i, c := range claims {
		keys[i] = table.ClaimKey(c)
	}
	return keys
}

func knownBy(claims []table.Item) customer.Known {
	var known customer.Known
	for _, it := range claims {
		switch identity.ClaimKind(table.StringOf(it["claim"])) {
		case identity.ClaimPhone:
			known.ByPhone = holder(it)
		case identity.ClaimEmail:
			known.ByEmail = holder(it)
		}
	}
	return known
}

// moveClaims adds to a transaction what becomes of the claims when a contact changes. held is how the claims
// were read; only values that stop being shared need it. While other contacts share a value, no contact can own
// it. taken makes the error for a value that another contact holds.
func (s *Centre) moveClaims(b *table.Batch, before, next customer.Contact, held map[identity.Claim]table.Item,
	taken func(identity.Claim, table.Item) error) error {
	old, now := before.Values(), next.Values()
	all := maps.Clone(old)
	maps.Copy(all, now)
	for claim := range all {
		was, is := old[claim], now[claim]
		refuse := func(it table.Item) error { return taken(claim, it) }
		switch {
		case was == is:
		case was == customer.OwnershipNone && is == customer.OwnershipOwn:
			b.Put(s.table.Records, ownClaim(claim, next), freed(held[claim]), refuse)
		case was == customer.OwnershipNone:
			s.shareClaim(b, claim, refuse)
		case was == customer.OwnershipOwn:
			s.releaseClaim(b, claim, next.ID, is)
		case is == customer.OwnershipOwn && holdersOf(held[claim]) > 1:
			return refuse(held[claim])
		default:
			s.leaveShared(b, claim, next, held[claim], is)
		}
	}
	return nil
}

// ownClaim is the claim of a value that one contact owns.
func ownClaim(claim identity.Claim, c customer.Contact) table.Item {
	it := table.ClaimKey(claim)
	it["claim"], it["owner"], it["contact"] = table.Text(string(claim.Kind)), table.Text(c.Customer), table.Text(c.ID)
	return it
}

// sharedClaim is the claim of a value that several people share. It names none of them and counts them.
func sharedClaim(claim identity.Claim, holders int64) table.Item {
	it := table.ClaimKey(claim)
	it["claim"], it["shared"], it["holders"] = table.Text(string(claim.Kind)),
		&types.AttributeValueMemberBOOL{Value: true}, table.Number(holders)
	return it
}

// shareClaim counts one more contact that shares a value. A contact that owns it alone makes the transaction
// fail.
func (s *Centre) shareClaim(b *table.Batch, claim identity.Claim, refuse func(table.Item) error) {
	b.Update(s.table.Records, table.ClaimKey(claim), "ADD #h :one SET #s = :true, #k = :kind, #m = :mark",
		table.Condition{
			Expr:  "attribute_not_exists(#pk) OR #s = :true",
			Names: map[string]string{"#pk": "pk", "#h": "holders", "#s": "shared", "#k": "claim", "#m": table.CommitAttr},
			Values: table.Item{":one": table.Number(1), ":true": &types.AttributeValueMemberBOOL{Value: true},
				":kind": table.Text(string(claim.Kind)), ":mark": table.Text(b.ID)},
		}, refuse)
}

// releaseClaim gives up a value that a contact owned alone. The value is free, or shared from now on.
func (s *Centre) releaseClaim(b *table.Batch, claim identity.Claim, contact string, is customer.Ownership) {
	mine := table.Condition{Expr: "#o = :o", Names: map[string]string{"#o": "contact"},
		Values: table.Item{":o": table.Text(contact)}}
	changed := func(table.Item) error { return table.ErrChanged }
	if is == customer.OwnershipShared {
		b.Put(s.table.Records, sharedClaim(claim, 1), mine, changed)
		return
	}
	b.Remove(s.table.Records, table.ClaimKey(claim), mine, changed)
}

// leaveShared removes a contact from those that share a value. The last contact leaves no claim behind, or
// becomes the owner of the value.
func (s *Centre) leaveShared(b *table.Batch, claim identity.Claim, c customer.Contact, held table.Item,
	is customer.Ownership) {
	changed := func(table.Item) error { return table.ErrChanged }
	holders := holdersOf(held)
	switch {
	case is == customer.OwnershipOwn:
		b.Put(s.table.Records, ownClaim(claim, c), table.AsRead(held), changed)
	case holders > 1:
		b.Put(s.table.Records, sharedClaim(claim, holders-1), table.AsRead(held), changed)
	default:
		b.Remove(s.table.Records, table.ClaimKey(claim), table.AsRead(held), changed)
	}
}

// holdersOf is how many people share a value.
func holdersOf(it table.Item) int64 {
	n, _ := it["holders"].(*types.AttributeValueMemberN)
	if n == nil {
		return 0
	}
	holders, _ := strconv.ParseInt(n.Value, 10, 64) // the store wrote it
	return holders
}
