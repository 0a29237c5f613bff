package centre

import (
	"context"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

// ReadGate reads a person's gate. A person without one gets an empty gate of version 0.
func (s *Centre) ReadGate(ctx context.Context, c, person string) (gate.Gate, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.GateKey(person))
	if err != nil || !found {
		return gate.Gate{Person: person, Customer: c}, err
	}
	return gateOf(it, c)
}

// gateOf reads a gate from its item, of this form or of the one before. c is the customer of a gate that names none.
func gateOf(it table.Item, c string) (gate.Gate, error) {
	row, err := table.Decode[gate.Row](it)
	return row.Gate(table.PersonOf(it), c), err
}

// putGate adds a gate to a transaction. It fails with table.ErrChanged unless the gate's item is as it was read.
func (s *Centre) putGate(b *table.Batch, g gate.Gate, read table.Item) error {
	it, err := table.Encode(g.Row(), table.GateKey(g.Person))
	if err == nil {
		b.Put(s.table.Messages, it, table.AsRead(read), func(table.Item) error { return table.ErrChanged })
	}
	return err
}

// GateState is a contact's gate and what is suppressed at each of the contact's addresses, as they were read.
type GateState struct {
	contact customer.Contact
	Gate    gate.Gate
	read    table.Item // of the gate; nil: there is none
	marks   []mark
	held    map[identity.Claim]table.Item // of a new contact: claims that others give up (yielded)
}

// mark is what is suppressed at one address, and the item that records it.
type mark struct {
	gate.Suppression
	address message.Address
	key     table.Item
	read    table.Item // nil: there is none
}

// ReadGateState reads a contact's gate and what is suppressed at the contact's addresses, in one call.
func (s *Centre) ReadGateState(ctx context.Context, contact customer.Contact) (GateState, error) {
	st := s.newGateState(contact)
	found, err := s.table.GetAll(ctx, s.table.Messages, append(st.keys(), table.GateKey(contact.ID)))
	if err != nil {
		return st, err
	}
	return st.with(found)
}

// newGateState is the gate state of a contact before anything was read.
func (s *Centre) newGateState(contact customer.Contact) GateState {
	st := GateState{contact: contact, Gate: gate.Gate{Person: contact.ID, Customer: contact.Customer}}
	for _, a := range contact.Addresses() {
		st.marks = append(st.marks, mark{address: a, key: table.SuppressionKey(a.Channel, s.table.Hashed(a.Value))})
	}
	return st
}

// keys are those of what is suppressed at the contact's addresses.
func (st GateState) keys() []table.Item {
	var out []table.Item
	for _, m := range st.marks {
		out = append(out, m.key)
	}
	return out
}

// with takes in the rows that were found; others than the contact's are left out.
func (st GateState) with(found []table.Item) (GateState, error) {
	var err error
	for _, it := range found {
		if table.StringOf(it["sk"]) == "GATE" {
			st.read = it
			st.Gate, err = gateOf(it, st.contact.Customer)
		}
		for i := range st.marks {
			if m := &st.marks[i]; table.StringOf(m.key["pk"]) == table.StringOf(it["pk"]) {
				m.read = it
				m.Suppression, err = table.Decode[gate.Suppression](it)
			}
		}
		if err != nil {
			return st, err
		}
	}
	return st, nil
}

// Found is what is suppressed at each address.
func (st GateState) Found() map[message.Address]gate.Suppression {
	out := map[message.Address]gate.Suppression{}
	for _, m := range st.marks {
		out[m.address] = m.Suppression
	}
	return out
}

// PutGate is the only way in which a gate changes. It adds the gate, the new lines of the consent log, and the
// suppressions at the contact's addresses that follow from it. arrives says that the contact is written in the
// same transaction. Gate and addresses must then be as they were read. Without arrives, the contact must be as
// it was read, so that no address of theirs is missed. PutGate returns the lines as they are written. The
// transaction fails with table.ErrChanged when another writer was faster.
func (s *Centre) PutGate(b *table.Batch, st GateState, next gate.Gate, arrives bool) ([]gate.ConsentEntry, error) {
	changed := func(table.Item) error { return table.ErrChanged }
	turned := next.Version != st.Gate.Version
	if turned {
		if err := s.putGate(b, next, st.read); err != nil {
			return nil, err
		}
	} else if arrives && st.contact.Version > 1 {
		b.Check(s.table.Messages, table.GateKey(next.Person), table.AsRead(st.read), changed)
	}
	if !arrives && st.contact.Version > 0 {
		b.Check(s.table.Records, table.ContactKey(st.contact.Customer, st.contact.ID), table.Seen(st.contact.Version),
			changed)
	}
	if err := s.putMarks(b, st, next, arrives); err != nil {
		return nil, err
	}
	said := next.Said()
	for i := range said {
		said[i].ID = s.table.NewID("cst")
		it, err := table.Encode(said[i], table.ConsentKey(said[i].Contact, said[i].ID))
		if err != nil {
			return nil, err
		}
		b.Put(s.table.Records, it, table.Absent(), func(table.Item) error { return table.Conflict() })
	}
	return said, nil
}

// putMarks adds what is suppressed at the contact's addresses because of the gate. hold also requires unchanged
// marks to be as they were read.
func (s *Centre) putMarks(b *table.Batch, st GateState, next gate.Gate, hold bool) error {
	changed := func(table.Item) error { return table.ErrChanged }
	for _, m := range st.marks {
		after := m.Follow(next, m.address.Channel)
		switch {
		case after.Equal(m.Suppression):
			if hold {
				b.Check(s.table.Messages, m.key, table.AsRead(m.read), changed)
			}
		case after.Empty():
			b.Remove(s.table.Messages, m.key, table.AsRead(m.read), changed)
		default:
			it, err := table.Encode(after, m.key)
			if err != nil {
				return err
			}
			b.Put(s.table.Messages, it, table.AsRead(m.read), changed)
		}
	}
	return nil
}

// addressee is the contact to whom a message went. A person who is no contact has no addresses that we know.
func (s *Centre) addressee(ctx context.Context, c, person string) (customer.Contact, error) {
	contact, err := s.contactOf(ctx, c, person)
	if fault.KindOf(err) == fault.NotFound {
		return customer.Contact{ID: person, Customer: c}, nil
	}
	return contact, err
}

// OpenChannel opens a channel that returned messages closed or narrowed, at a person's word. A receipt remembers what
// result gives.
func (s *Centre) OpenChannel(ctx context.Context, person customer.Contact, channel, reason, branch string,
	by staff.Actor, result any) error {
	return s.ChangeGate(ctx, person, func([]gate.ConsentEntry) any { return result },
		func(g gate.Gate) (gate.Gate, []event.Event, error) {
			return g.Open(channel, reason, branch, by, s.table.Now())
		})
}

// ChangeGate applies a rule to a contact's current gate, and tries again where another writer was faster. Gate
// and events are one transaction. A gate of the same version is left alone. result gives what a receipt
// remembers of the added lines. Without result (nil), no receipt is written. also adds writes to the transaction, such
// as Answering, and reports whether the contact is among them.
func (s *Centre) ChangeGate(ctx context.Context, person customer.Contact, result func([]gate.ConsentEntry) any,
	rule func(gate.Gate) (gate.Gate, []event.Event, error),
	also ...func(context.Context, *table.Batch, customer.Contact) (contact bool, err error)) error {
	var st GateState
	read := func() (gate.Gate, error) {
		contact, err := s.contactOf(ctx, person.Customer, person.ID)
		if err != nil {
			return gate.Gate{}, err
		}
		st, err = s.ReadGateState(ctx, contact)
		return st.Gate, err
	}
	_, err := table.Change(ctx, table.Few, read, rule, func(g, next gate.Gate, events []event.Event) (gate.Gate, error) {
		if next.Version == g.Version {
			return next, nil
		}
		b, written := table.NewBatch(), false
		for _, add := range also {
			wrote, err := add(ctx, b, st.contact)
			if err != nil {
				return g, err
			}
			written = written || wrote
		}
		said, err := s.PutGate(b, st, next, written)
		if err != nil {
			return g, err
		}
		for _, e := range events {
			if err := s.table.PutEvent(b, e); err != nil {
				return g, err
			}
		}
		if result == nil {
			return next, s.table.Commit(ctx, b, nil)
		}
		return next, s.table.Commit(ctx, b, result(said))
	})
	return err
}
