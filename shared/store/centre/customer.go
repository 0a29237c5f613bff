package centre

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Customer reads a customer by their id. A missing customer is NotFound.
func (s *Centre) Customer(ctx context.Context, id string) (customer.Customer, error) {
	return table.GetRecord[customer.Customer](ctx, s.table, "customer", id, fault.Missing("客户", "customer"))
}

// lapsedUntil is the place of lapsed customers on the board of their branch. Silence changes nothing for them; a
// policy of more patience does.
var lapsedUntil = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// customerRow is the item of a customer with its place on the branch's board. The place is the day on which
// silence alone changes the life cycle, or the cadence asks for something. The earlier of the two counts.
func customerRow(c customer.Customer) (table.Item, error) {
	it, err := table.Encode(c, table.RecordKey("customer", c.ID))
	switch {
	case err != nil:
	case c.LifeCycle == customer.LifeLapsed:
		it["board_pk"], it["board_sk"] = table.Text(table.OpenBoard("customer", c.Branch)),
			table.Text(table.When(lapsedUntil, c.ID))
	default:
		if due, ok := c.Wakes(); ok { // by the day: another word that day leaves the index alone
			it["board_pk"] = table.Text(table.OpenBoard("customer", c.Branch))
			it["board_sk"] = table.Text(table.When(due.Truncate(24*time.Hour), c.ID))
		}
	}
	return it, err
}

// PutCustomer adds a customer to a transaction. seq is that of the customer that was read, 0 for a new one. A
// customer who changed since fails the transaction with table.ErrChanged.
func (s *Centre) PutCustomer(b *table.Batch, c customer.Customer, seq int64) error {
	it, err := customerRow(c)
	if err == nil {
		b.Put(s.table.Records, it, table.SeenSeq(seq), func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// putAged is PutCustomer with the event of a new life stage, where the change brought one. before is the
// customer that was read.
func (s *Centre) putAged(b *table.Batch, by staff.Actor, before, next customer.Customer) error {
	if err := s.PutCustomer(b, next, before.Seq); err != nil {
		return err
	}
	told, aged := next.AgedFrom(before, by, s.table.Now())
	if !aged {
		return nil
	}
	return s.table.PutEvent(b, told)
}

// PutLeadNews adds to a transaction what the news of a lead means for its customer, in one write of the
// customer. A word with the customer is noted, and the life stage follows. News that means nothing for the
// customer adds nothing.
func (s *Centre) PutLeadNews(ctx context.Context, b *table.Batch, l lead.Lead, news event.Event) error {
	line, spoke := l.Spoke(news)
	if !spoke && news.Type != event.LeadQualified && news.Type != event.LeadWon {
		return nil // spares two reads
	}
	shop, err := s.company.Shop(ctx)
	if err != nil {
		return err
	}
	c, err := s.Customer(ctx, l.Customer)
	if err != nil {
		return err
	}
	terms, err := shop.Terms(c.Branch)
	if err != nil {
		return err
	}
	next, changed := lead.Follow(c, news.Type, l, shop.Roster, terms.Policy.Life, l.UpdatedAt)
	if !changed && !spoke {
		return nil
	}
	if spoke {
		next = next.Met(line).Aged(terms.Policy.Life, l.UpdatedAt)
	}
	next.Seq = c.Seq + 1
	return s.putAged(b, staff.Actor{ID: news.Cause}, c, next)
}

// OpenCustomer makes a customer from what was entered, with a first contact if there is one. It is one
// transaction with their claims. Another customer's phone, e-mail or tax number is fault.Taken. The error
// names that customer if by may see them. The ids are given here.
func (s *Centre) OpenCustomer(ctx context.Context, entered customer.Customer, contact *customer.Contact,
	by staff.Actor) (customer.Customer, error) {
	_, terms, err := s.company.Terms(ctx, entered.Branch)
	if err != nil {
		return entered, err
	}
	c, e := entered.Open(s.table.NewID("cus"), by, s.table.Now())
	c = c.Aged(terms.Policy.Life, c.CreatedAt)
	claims := c.Claims()
	if contact != nil {
		contact.ID, contact.Customer, contact.Version = table.FirstContact(c.ID), c.ID, 1
		contact.CreatedAt, contact.UpdatedAt = c.CreatedAt, c.CreatedAt
		*contact = contact.Stated(customer.SaidBy(by), "", c.CreatedAt)
		claims = slices.AppendSeq(claims, maps.Keys(contact.Values()))
	}
	return table.Retry(ctx, table.Many, func(int) (customer.Customer, error) {
		if err := s.untaken(ctx, claims, c, by); err != nil {
			return c, err
		}
		b := table.NewBatch()
		if err := s.PutCustomer(b, c, 0); err != nil {
			return c, err
		}
		s.putClaims(b, c.ID, "", c.Claims())
		if contact != nil {
			if err := s.putFirstContact(ctx, b, c, *contact, by); err != nil {
				return c, err
			}
		}
		if err := s.table.PutEvent(b, e); err != nil {
			return c, err
		}
		return c, s.table.Commit(ctx, b, c)
	})
}

// putFirstContact adds a new customer's contact with its first gate. A value that several people share becomes a
// shared value of this contact too.
func (s *Centre) putFirstContact(ctx context.Context, b *table.Batch, of customer.Customer, c customer.Contact,
	by staff.Actor) error {
	held, err := s.heldClaims(ctx, slices.Collect(maps.Keys(c.Values())))
	if err != nil {
		return err
	}
	c = c.Sharing(customer.Contact{}, func(claim identity.Claim) bool { return holder(held[claim]).Shared })
	st, err := s.ReadGateState(ctx, c)
	if err != nil {
		return err
	}
	if st.held, err = s.yielded(ctx, b, of, c, held, by); err != nil {
		return err
	}
	gate, err := s.PutNewContact(b, st, nil)
	if err == nil {
		_, err = s.PutGate(b, st, gate, true)
	}
	return err
}

// untaken refuses claims that a customer other than this one holds alone. A contact of another branch who gives a value
// up (yielded) does not stand in the way.
func (s *Centre) untaken(ctx context.Context, claims []identity.Claim, of customer.Customer, by staff.Actor) error {
	held, err := s.heldClaims(ctx, claims)
	if err != nil {
		return err
	}
	for _, c := range claims {
		it, taken := held[c]
		who := holder(it)
		if !taken || who.Customer == of.ID || who.Shared {
			continue
		}
		cust, err := s.Customer(ctx, who.Customer)
		if err != nil {
			return err
		}
		if who.Contact != "" {
			contact, err := s.contactOf(ctx, who.Customer, who.Contact)
			if err != nil {
				return err
			}
			if contact.Yields(c.Value, cust, of) {
				continue
			}
		}
		return customer.BelongsTo(c.Kind, cust, by)
	}
	return nil
}

// FindClaimed reads the customer who alone holds the first taken one of the values. found is false where no
// customer does.
func (s *Centre) FindClaimed(ctx context.Context,
	claims []identity.Claim) (cust customer.Customer, found bool, err error) {
	for _, c := range claims {
		it, known, err := s.table.Get(ctx, s.table.Records, table.ClaimKey(c))
		if err != nil {
			return cust, false, err
		}
		if held := holder(it); known && !held.Shared {
			cust, err = s.Customer(ctx, held.Customer)
			return cust, err == nil, err
		}
	}
	return cust, false, nil
}

// CustomerRule takes a customer and gives the next one with the events of the change, or refuses. No events mean
// that nothing changed.
type CustomerRule = func(customer.Customer) (customer.Customer, []event.Event, error)

// ChangeCustomer reads a customer, applies the rule, and writes the result. The next customer, the events and
// the move of the customer's own claims are one transaction. The condition is that the customer has not been
// written meanwhile. When they have, the rule decides again on the customer as they are now; it says whether the
// change is still allowed.
func (s *Centre) ChangeCustomer(ctx context.Context, id string, by staff.Actor,
	rule CustomerRule) (customer.Customer, error) {
	read := func() (customer.Customer, error) { return s.Customer(ctx, id) }
	return table.Change(ctx, table.Many, read, rule,
		func(c, next customer.Customer, events []event.Event) (customer.Customer, error) {
			if len(events) == 0 {
				return next, nil
			}
			return s.writeCustomer(ctx, c, next, events, by)
		})
}

// writeCustomer writes the changed customer, in the life stage that follows from the change.
func (s *Centre) writeCustomer(ctx context.Context, c, next customer.Customer, events []event.Event,
	by staff.Actor) (customer.Customer, error) {
	_, terms, err := s.company.Terms(ctx, next.Branch)
	if err != nil {
		return c, err
	}
	next = next.Aged(terms.Policy.Life, s.table.Now())
	gone, come := moved(c.Claims(), next.Claims())
	if err := s.untaken(ctx, come, next, by); err != nil {
		return c, err
	}
	b := table.NewBatch()
	if err := s.putAged(b, by, c, next); err != nil {
		return c, err
	}
	for _, claim := range gone {
		b.Remove(s.table.Records, table.ClaimKey(claim), heldBy(next.ID), func(table.Item) error { return table.ErrChanged })
	}
	s.putClaims(b, next.ID, "", come)
	for _, e := range events {
		if err := s.table.PutEvent(b, e); err != nil {
			return c, err
		}
	}
	return next, s.table.Commit(ctx, b, next)
}

// moved separates the claims that go from those that come.
func moved(before, after []identity.Claim) (gone, come []identity.Claim) {
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

// heldBy holds while the customer owns a claim.
func heldBy(c string) table.Condition {
	return table.Condition{Expr: "#o = :o", Names: map[string]string{"#o": "owner"},
		Values: table.Item{":o": table.Text(c)}}
}

// putClaims adds values that only one contact or customer may hold. A value that is already claimed fails the
// transaction with table.ErrChanged.
func (s *Centre) putClaims(b *table.Batch, c, contact string, claims []identity.Claim) {
	for _, claim := range claims {
		held := table.ClaimKey(claim)
		held["claim"], held["owner"], held["contact"] = table.Text(string(claim.Kind)), table.Text(c), table.Text(contact)
		b.Put(s.table.Records, held, table.Absent(), func(table.Item) error { return table.ErrChanged })
	}
}

// holder reads who holds a claim.
func holder(it table.Item) customer.Holder {
	shared, _ := it["shared"].(*types.AttributeValueMemberBOOL)
	return customer.Holder{Customer: table.StringOf(it["owner"]), Contact: table.StringOf(it["contact"]),
		Shared: shared != nil && shared.Value}
}

// ReadPerson reads a customer and one of their contacts in one call. NotFound says that one of the two is
// missing.
func (s *Centre) ReadPerson(ctx context.Context, cust, contact string) (customer.Customer, customer.Contact, error) {
	var c customer.Customer
	var p customer.Contact
	found, err := s.table.GetAll(ctx, s.table.Records,
		[]table.Item{table.RecordKey("customer", cust), table.ContactKey(cust, contact)})
	if err != nil {
		return c, p, err
	}
	if len(found) < 2 {
		return c, p, fault.Missing("客户", "customer")
	}
	for _, it := range found {
		if table.StringOf(it["sk"]) == "RECORD" {
			c, err = table.Decode[customer.Customer](it)
		} else {
			p, err = table.Decode[customer.Contact](it)
		}
		if err != nil {
			return c, p, err
		}
	}
	return c, p, nil
}

// Claimant reads the contact who alone has a phone or an e-mail, with their customer. found is false where nobody has
// it, where people share it, and where the contact is gone.
func (s *Centre) Claimant(ctx context.Context,
	claim identity.Claim) (of customer.Customer, who customer.Contact, found bool, err error) {
	it, taken, err := s.table.Get(ctx, s.table.Records, table.ClaimKey(claim))
	held := holder(it)
	if err != nil || !taken || held.Shared || held.Contact == "" {
		return of, who, false, err
	}
	of, who, err = s.ReadPerson(ctx, held.Customer, held.Contact)
	if fault.KindOf(err) == fault.NotFound {
		return of, who, false, nil
	}
	return of, who, err == nil, err
}

// CustomerNames reads the names of at most the first hundred customers, by id, in one call. A customer who does
// not exist has no entry, and one whom seen refuses has none.
func (s *Centre) CustomerNames(ctx context.Context, ids []string,
	seen func(customer.Customer) bool) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	var keys []table.Item
	for _, id := range ids[:min(len(ids), 100)] {
		keys = append(keys, table.RecordKey("customer", id))
	}
	found, err := s.table.GetAll(ctx, s.table.Records, keys)
	for _, it := range found {
		c, unread := table.Decode[customer.Customer](it)
		if err = cmp.Or(err, unread); err == nil && seen(c) {
			out[c.ID] = c.Name
		}
	}
	return out, err
}
