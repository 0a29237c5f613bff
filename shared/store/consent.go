package store

import (
	"context"
	"errors"

	"afterpress/shared/crm"
)

// Awaiting is a yes to marketing that waits for its confirmation: the enquiry that held it, as it was posted, and the person's gate.
type Awaiting struct {
	Lead       crm.Lead
	Submission crm.Submission
	Gate       crm.Gate
}

// AwaitingConsent reads what a confirmation link is about. NotFound means that there is nothing to confirm.
func (s *Store) AwaitingConsent(ctx context.Context, lead string) (Awaiting, error) {
	var out Awaiting
	var err error
	if out.Lead, err = s.Lead(ctx, lead); err != nil {
		return out, err
	}
	if !out.Lead.AwaitsConfirmation() {
		return out, crm.Missing("待确认的许可", "consent to confirm")
	}
	if out.Submission, err = s.Submission(ctx, out.Lead.Submission); err != nil {
		return out, err
	}
	out.Gate, err = s.gate(ctx, out.Lead.Customer, out.Lead.ContactID)
	return out, err
}

// ConfirmConsent makes the yes count, in one transaction with its event. Doing it again changes nothing.
func (s *Store) ConfirmConsent(ctx context.Context, lead string) error {
	for try := range commits {
		a, err := s.AwaitingConsent(ctx, lead)
		if err != nil || a.Gate.Confirming(a.Submission) == crm.ConfirmDone {
			return err
		}
		next, event, err := a.Gate.Confirm(a.Lead, a.Submission, s.now())
		if err != nil {
			return err
		}
		if err = s.changeGate(ctx, a.Gate.Version, next, event); !errors.Is(err, errChanged) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return unavailable(err)
		}
	}
	return conflict()
}

// WithdrawConsent takes a contact's no to marketing by a channel. Doing it again changes nothing but the time.
func (s *Store) WithdrawConsent(ctx context.Context, person crm.Contact, channel, source, branch string, by crm.Actor) error {
	return s.alterGate(ctx, person, func(g crm.Gate) (crm.Gate, []crm.Event) {
		return g.Withdraw(crm.PurposeMarketing, channel, source, branch, by, s.now())
	})
}

// Preferences are a person and what he said of being written to.
type Preferences struct {
	Customer crm.Customer
	Contact  crm.Contact
	Gate     crm.Gate
}

// Preferences reads what a person may choose from. NotFound means that there is no such person.
func (s *Store) Preferences(ctx context.Context, person string) (Preferences, error) {
	contact, err := s.Contact(ctx, person)
	if err != nil {
		return Preferences{}, err
	}
	customer, err := s.Customer(ctx, contact.Customer)
	if err != nil {
		return Preferences{}, err
	}
	gate, err := s.gate(ctx, customer.ID, person)
	return Preferences{customer, contact, gate}, err
}

// Choose takes a person's choices, in one transaction with their events. stale is that of crm.Gate.Choose. Doing it again changes nothing but the
// time of what he refused.
func (s *Store) Choose(ctx context.Context, person crm.Contact, branch string, chosen crm.Chosen) (stale bool, err error) {
	err = s.alterGate(ctx, person, func(g crm.Gate) (next crm.Gate, events []crm.Event) {
		next, events, stale = g.Choose(chosen, branch, s.now())
		return next, events
	})
	return stale, err
}

// alterGate changes a gate as it stands now, again where somebody was faster. A gate of the same version is left alone.
func (s *Store) alterGate(ctx context.Context, person crm.Contact, change func(crm.Gate) (crm.Gate, []crm.Event)) error {
	for try := range commits {
		gate, err := s.gate(ctx, person.Customer, person.ID)
		if err != nil {
			return err
		}
		next, events := change(gate)
		if next.Version == gate.Version {
			return nil
		}
		if err = s.changeGate(ctx, gate.Version, next, events...); !errors.Is(err, errChanged) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return unavailable(err)
		}
	}
	return conflict()
}

// changeGate writes what a gate has become with its events; errChanged when the gate is not of the version that was read.
func (s *Store) changeGate(ctx context.Context, was int64, next crm.Gate, events ...crm.Event) error {
	b := newBatch()
	if err := s.putGate(b, next, was); err != nil {
		return err
	}
	for _, event := range events {
		if err := s.putEvent(b, event); err != nil {
			return err
		}
	}
	return s.commit(ctx, b, nil)
}
