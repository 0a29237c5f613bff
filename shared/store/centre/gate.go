package centre

import (
	"context"

	"afterpress/shared/crm"
	"afterpress/shared/store/table"
)

// ReadGate reads a person's gate; a person without one gets an empty gate of version 0.
func (s *Centre) ReadGate(ctx context.Context, customer, person string) (crm.Gate, error) {
	it, found, err := s.table.Get(ctx, s.table.Messages, table.GateKey(person))
	if err != nil || !found {
		return crm.Gate{Person: person, Customer: customer}, err
	}
	return table.Decode[crm.Gate](it)
}

// Standing is a contact's gate and what is suppressed at each of his addresses, as they were read.
type Standing struct {
	contact crm.Contact
	Gate    crm.Gate
	marks   []mark
}

// mark is what is suppressed at one address, and the item that says so.
type mark struct {
	crm.Suppression
	address crm.Address
	key     table.Item
	read    table.Item // nil: there is none
}

// ReadStanding reads a contact's gate and what is suppressed at his addresses, in one call.
func (s *Centre) ReadStanding(ctx context.Context, contact crm.Contact) (Standing, error) {
	st := Standing{contact: contact, Gate: crm.Gate{Person: contact.ID, Customer: contact.Customer}}
	keys := []table.Item{table.GateKey(contact.ID)}
	for _, a := range contact.Addresses() {
		key := table.SuppressionKey(a.Channel, s.table.Hashed(a.Value))
		st.marks, keys = append(st.marks, mark{address: a, key: key}), append(keys, key)
	}
	found, err := s.table.GetAll(ctx, s.table.Messages, keys)
	for _, it := range found {
		if err != nil {
			break
		}
		if table.StringOf(it["sk"]) == "GATE" {
			st.Gate, err = table.Decode[crm.Gate](it)
			continue
		}
		for i := range st.marks {
			if m := &st.marks[i]; table.StringOf(m.key["pk"]) == table.StringOf(it["pk"]) {
				m.read = it
				m.Suppression, err = table.Decode[crm.Suppression](it)
			}
		}
	}
	return st, err
}

// Found is what is suppressed at each address.
func (st Standing) Found() map[crm.Address]crm.Suppression {
	out := map[crm.Address]crm.Suppression{}
	for _, m := range st.marks {
		out[m.address] = m.Suppression
	}
	return out
}

// PutGate is the one way in which a gate changes: it adds the gate, the new lines of the consent log, and what is
// suppressed at the contact's addresses because of it. Where he arrives with them, the contact is written in the same
// transaction, and gate and addresses are held as they were read; otherwise the contact must be as it was read, so
// that no address of his is missed. It returns the lines as they are written; ErrChanged when somebody was faster.
func (s *Centre) PutGate(b *table.Batch, st Standing, next crm.Gate, arrives bool) ([]crm.ConsentEntry, error) {
	changed := func(table.Item) error { return table.ErrChanged }
	turned := next.Version != st.Gate.Version
	if turned {
		it, err := table.Encode(next, table.GateKey(next.Person))
		if err != nil {
			return nil, err
		}
		b.Put(s.table.Messages, it, table.Seen(st.Gate.Version), changed)
	} else if arrives && st.contact.Version > 1 {
		b.Check(s.table.Messages, table.GateKey(next.Person), table.Seen(st.Gate.Version), changed)
	}
	if !arrives && st.contact.Version > 0 {
		b.Check(s.table.Records, table.ContactKey(st.contact.Customer, st.contact.ID), table.Seen(st.contact.Version), changed)
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

// putMarks adds what is suppressed at the contact's addresses because of his gate.
func (s *Centre) putMarks(b *table.Batch, st Standing, next crm.Gate, hold bool) error {
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

// addressee is whom a message went to. Somebody who is no contact has no addresses that we know.
func (s *Centre) addressee(ctx context.Context, customer, person string) (crm.Contact, error) {
	contact, err := s.contactOf(ctx, customer, person)
	if crm.KindOf(err) == crm.NotFound {
		return crm.Contact{ID: person, Customer: customer}, nil
	}
	return contact, err
}

// ChangeGate changes a contact's gate as it stands now, again where somebody was faster, in one transaction with the
// events. A gate of the same version is left alone. result is what a receipt remembers of the lines that were added;
// nil where there is none.
func (s *Centre) ChangeGate(ctx context.Context, person crm.Contact, result func([]crm.ConsentEntry) any, rule func(crm.Gate) (crm.Gate, []crm.Event, error)) error {
	var st Standing
	read := func() (crm.Gate, error) {
		contact, err := s.contactOf(ctx, person.Customer, person.ID)
		if err != nil {
			return crm.Gate{}, err
		}
		st, err = s.ReadStanding(ctx, contact)
		return st.Gate, err
	}
	_, err := table.Change(ctx, table.Few, read, rule, func(gate, next crm.Gate, events []crm.Event) (crm.Gate, error) {
		if next.Version == gate.Version {
			return next, nil
		}
		b := table.NewBatch()
		said, err := s.PutGate(b, st, next, false)
		if err != nil {
			return gate, err
		}
		for _, event := range events {
			if err := s.table.PutEvent(b, event); err != nil {
				return gate, err
			}
		}
		if result == nil {
			return next, s.table.Commit(ctx, b, nil)
		}
		return next, s.table.Commit(ctx, b, result(said))
	})
	return err
}
