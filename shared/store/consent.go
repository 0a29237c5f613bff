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
	out.Gate, err = s.gate(ctx, out.Lead.Customer)
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
		if err = s.changeGate(ctx, next, event); !errors.Is(err, errChanged) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return unavailable(err)
		}
	}
	return conflict()
}

// WithdrawConsent takes a person's no to marketing by e-mail. Doing it again changes nothing but the time.
func (s *Store) WithdrawConsent(ctx context.Context, person, source, branch string, by crm.Actor) error {
	for try := range commits {
		gate, err := s.gate(ctx, person)
		if err != nil {
			return err
		}
		next, event := gate.Withdraw(crm.PurposeMarketing, crm.ChannelEmail, source, branch, by, s.now())
		if err = s.changeGate(ctx, next, event); !errors.Is(err, errChanged) {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return unavailable(err)
		}
	}
	return conflict()
}

// changeGate writes the next version of a gate with its event; errChanged when the gate is not as it was read.
func (s *Store) changeGate(ctx context.Context, next crm.Gate, event crm.Event) error {
	b := newBatch()
	if err := s.putGate(b, next, next.Version-1); err != nil {
		return err
	}
	if err := s.putEvent(b, event); err != nil {
		return err
	}
	return s.commit(ctx, b, nil)
}
