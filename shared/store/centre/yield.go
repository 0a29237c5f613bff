package centre

import (
	"context"
	"maps"

	"afterpress/shared/crm/customer"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// yieldedAttr marks a claim, as it was read, whose contact gives it up in the same transaction.
const yieldedAttr = "yielded"

// freed is the condition under which a value may be claimed: nobody has it, or the contact who gives it up still does.
func freed(held table.Item) table.Condition {
	if _, yields := held[yieldedAttr]; !yields {
		return table.Absent()
	}
	return table.Condition{Expr: "#o = :o", Names: map[string]string{"#o": "contact"},
		Values: table.Item{":o": held["contact"]}}
}

// yielded has contacts of other branches give up values that a colleague enters for this contact, and that visitors
// said of those contacts: what a visitor claimed first blocks nobody. Those contacts and their events join the
// transaction. It gives the claims with yieldedAttr on those that are given up.
func (s *Centre) yielded(ctx context.Context, b *table.Batch, of customer.Customer, next customer.Contact,
	held map[identity.Claim]table.Item, by staff.Actor) (map[identity.Claim]table.Item, error) {
	out := maps.Clone(held)
	gives := map[string]giving{}
	for claim, ownership := range next.Values() {
		who := holder(held[claim])
		if ownership != customer.OwnershipOwn || who.Contact == "" || who.Contact == next.ID || who.Customer == of.ID {
			continue
		}
		g, read := gives[who.Contact]
		if !read {
			var err error
			if g.of, g.before, err = s.ReadPerson(ctx, who.Customer, who.Contact); err != nil {
				return held, err
			}
			g.next = g.before
		}
		if g.next.Yields(claim.Value, g.of, of) {
			g.next, g.told = g.next.Yield(claim.Value, g.of, by, s.table.Now())
			out[claim] = maps.Clone(held[claim])
			out[claim][yieldedAttr] = table.Text(who.Contact)
		}
		gives[who.Contact] = g
	}
	for _, g := range gives {
		if g.next.Version == g.before.Version {
			continue
		}
		it, err := table.Encode(g.next, table.ContactKey(g.next.Customer, g.next.ID))
		if err != nil {
			return held, err
		}
		b.Put(s.table.Records, it, table.Seen(g.before.Version), func(table.Item) error { return table.ErrChanged })
		if err := s.table.PutEvent(b, g.told); err != nil {
			return held, err
		}
	}
	return out, nil
}

// giving is a contact who gives up values, before and after it.
type giving struct {
	of           customer.Customer
	before, next customer.Contact
	told         event.Event
}
