package store

import (
	"context"

	"afterpress/shared/crm"
)

// gate reads a person's gate; a person without one gets an empty gate of version 0.
func (s *Store) gate(ctx context.Context, customer, person string) (crm.Gate, error) {
	it, found, err := s.get(ctx, s.tables.Messages, gateKey(person))
	if err != nil || !found {
		return crm.Gate{Person: person, Customer: customer}, err
	}
	return decode[crm.Gate](it)
}

// standing is a contact's gate and what is suppressed at each of his addresses, as they were read.
type standing struct {
	contact crm.Contact
	gate    crm.Gate
	marks   []mark
}

// mark is what is suppressed at one address, and the item that says so.
type mark struct {
	crm.Suppression
	address crm.Address
	key     item
	read    item // nil: there is none
}

// standing reads a contact's gate and what is suppressed at his addresses, in one call.
func (s *Store) standing(ctx context.Context, contact crm.Contact) (standing, error) {
	st := standing{contact: contact, gate: crm.Gate{Person: contact.ID, Customer: contact.Customer}}
	keys := []item{gateKey(contact.ID)}
	for _, a := range contact.Addresses() {
		key := suppressionKey(a.Channel, s.hashed(a.Value))
		st.marks, keys = append(st.marks, mark{address: a, key: key}), append(keys, key)
	}
	found, err := s.getAll(ctx, s.tables.Messages, keys)
	for _, it := range found {
		if err != nil {
			break
		}
		if stringOf(it["sk"]) == "GATE" {
			st.gate, err = decode[crm.Gate](it)
			continue
		}
		for i := range st.marks {
			if m := &st.marks[i]; stringOf(m.key["pk"]) == stringOf(it["pk"]) {
				m.read = it
				m.Suppression, err = decode[crm.Suppression](it)
			}
		}
	}
	return st, err
}

// found is what is suppressed at each address.
func (st standing) found() map[crm.Address]crm.Suppression {
	out := map[crm.Address]crm.Suppression{}
	for _, m := range st.marks {
		out[m.address] = m.Suppression
	}
	return out
}

// putGate is the one way in which a gate changes: it adds the gate, the new lines of the consent log, and what is suppressed at the contact's addresses
// because of it. Where he arrives with them, the contact is written in the same transaction, and gate and addresses are held as they were read; otherwise
// the contact must be as it was read, so that no address of his is missed. It returns the lines as they are written; errChanged when somebody was faster.
func (s *Store) putGate(b *batch, st standing, next crm.Gate, arrives bool) ([]crm.ConsentEntry, error) {
	changed := func(item) error { return errChanged }
	turned := next.Version != st.gate.Version
	if turned {
		it, err := row(next, gateKey(next.Person))
		if err != nil {
			return nil, err
		}
		b.put(s.tables.Messages, it, seen(st.gate.Version), changed)
	} else if arrives && st.contact.Version > 1 {
		b.check(s.tables.Messages, gateKey(next.Person), seen(st.gate.Version), changed)
	}
	if !arrives && st.contact.Version > 0 {
		b.check(s.tables.Records, contactKey(st.contact.Customer, st.contact.ID), seen(st.contact.Version), changed)
	}
	if err := s.putMarks(b, st, next, arrives); err != nil {
		return nil, err
	}
	said := next.Said()
	for i := range said {
		said[i].ID = s.newID("cst")
		it, err := row(said[i], consentKey(said[i].Contact, said[i].ID))
		if err != nil {
			return nil, err
		}
		b.put(s.tables.Records, it, absent(), func(item) error { return conflict() })
	}
	return said, nil
}

// putMarks adds what is suppressed at the contact's addresses because of his gate.
func (s *Store) putMarks(b *batch, st standing, next crm.Gate, hold bool) error {
	changed := func(item) error { return errChanged }
	for _, m := range st.marks {
		after := m.Follow(next, m.address.Channel)
		switch {
		case after.Equal(m.Suppression):
			if hold {
				b.check(s.tables.Messages, m.key, asRead(m.read), changed)
			}
		case after.Empty():
			b.remove(s.tables.Messages, m.key, asRead(m.read), changed)
		default:
			it, err := row(after, m.key)
			if err != nil {
				return err
			}
			b.put(s.tables.Messages, it, asRead(m.read), changed)
		}
	}
	return nil
}

// addressee is whom a message went to. Somebody who is no contact has no addresses that we know.
func (s *Store) addressee(ctx context.Context, customer, person string) (crm.Contact, error) {
	contact, err := s.contactOf(ctx, customer, person)
	if crm.KindOf(err) == crm.NotFound {
		return crm.Contact{ID: person, Customer: customer}, nil
	}
	return contact, err
}

// alterGate changes a contact's gate as it stands now, again where somebody was faster, in one transaction with the events. A gate of the same version is
// left alone. result is what a receipt remembers of the lines that were added; nil where there is none.
func (s *Store) alterGate(ctx context.Context, person crm.Contact, result func([]crm.ConsentEntry) any, rule func(crm.Gate) (crm.Gate, []crm.Event, error)) error {
	var st standing
	read := func() (crm.Gate, error) {
		contact, err := s.contactOf(ctx, person.Customer, person.ID)
		if err != nil {
			return crm.Gate{}, err
		}
		st, err = s.standing(ctx, contact)
		return st.gate, err
	}
	_, err := change(ctx, few, read, rule, func(gate, next crm.Gate, events []crm.Event) (crm.Gate, error) {
		if next.Version == gate.Version {
			return next, nil
		}
		b := newBatch()
		said, err := s.putGate(b, st, next, false)
		if err != nil {
			return gate, err
		}
		for _, event := range events {
			if err := s.putEvent(b, event); err != nil {
				return gate, err
			}
		}
		if result == nil {
			return next, s.commit(ctx, b, nil)
		}
		return next, s.commit(ctx, b, result(said))
	})
	return err
}
