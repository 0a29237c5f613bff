package enquiries

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/table"
)

// Capture stores an enquiry in one transaction: the submission (nil when staff typed the enquiry), the lead, and
// the person or the link to them. The claims on phone and e-mail, the consent and the event are part of it.
// capture comes without its attachment, which the claims decide here. The submission is new, or the next version
// of a stored one. Afterwards sub holds what became of it. A receipt remembers the submission, or the lead when
// there is none. An enquiry beyond the limit for its phone or e-mail (capture.Counting) is form.ErrPersonLimit; its
// place of the form's limit is given back. Where the form has a prize draw (capture.Draw), the person enters it, unless
// they did before or its gates are closed.
func (s *Enquiries) Capture(ctx context.Context, capture lead.Capture, sub *form.Submission) (lead.Lead, error) {
	capture.LeadID, capture.CustomerID = s.table.NewID("lead"), s.table.NewID("cus")
	capture.ContactID = table.FirstContact(capture.CustomerID)
	if sub != nil { // one reference for the page, the message and the desk
		capture.LeadID = "lead" + strings.TrimPrefix(sub.ID, "sub")
	}
	if capture.Network != "" {
		capture.Network = s.table.Hashed(capture.Network)
	}
	l, err := table.Retry(ctx, table.Many, func(int) (lead.Lead, error) {
		came, err := s.attach(ctx, &capture)
		if err != nil {
			return lead.Lead{}, err
		}
		return s.write(ctx, &capture, came, sub)
	})
	if errors.Is(err, form.ErrPersonLimit) {
		s.company.ReturnPlace(*capture.Counting)
	}
	return l, err
}

// Answered is the answer that the same enquiry of a person got before (a *receipt.Replay), or nil.
func (s *Enquiries) Answered(ctx context.Context, phone, email string) error {
	came, err := s.centre.ReadArrival(ctx, phone, email, nil)
	if err != nil {
		return err
	}
	before, err := came.Answered(ctx)
	if err == nil && before != nil {
		return before
	}
	return err
}

// attach finds out to which customer and contact the enquiry belongs.
func (s *Enquiries) attach(ctx context.Context, c *lead.Capture) (centre.Arrival, error) {
	came, err := s.centre.ReadArrival(ctx, c.Enquiry.Phone, c.Enquiry.Email, c.Counting)
	if err != nil {
		return came, err
	}
	if before, err := came.Answered(ctx); err != nil {
		return came, err
	} else if before != nil {
		return came, before
	}
	if c.Counting != nil {
		if over, err := came.Exceeds(*c.Counting); err != nil || over {
			return came, cmp.Or(err, form.ErrPersonLimit)
		}
	}
	c.Known, c.Attachment, c.Customer, c.Contact, c.Elsewhere = came.Known, came.Attach(), nil, nil, nil
	for c.Attachment.Customer != "" {
		known, contact, err := s.centre.ReadPerson(ctx, c.Attachment.Customer, c.Attachment.Contact)
		if err != nil {
			return came, err
		}
		if apart, detached := c.Detached(known, contact); detached {
			*c = apart
			continue
		}
		shop, terms, err := s.company.Terms(ctx, known.Branch)
		c.Customer, c.Contact, c.KnownLife, c.Shop = &known, &contact, terms.Policy.Life, shop.Roster
		return came, err
	}
	return came, nil
}

// write puts everything that follows from the enquiry into one transaction.
func (s *Enquiries) write(ctx context.Context, capture *lead.Capture, came centre.Arrival,
	sub *form.Submission) (lead.Lead, error) {
	now := s.table.Now()
	done, err := capture.Capture(now)
	if err != nil {
		return lead.Lead{}, err
	}
	b := table.NewBatch()
	var stored form.Submission
	var told *event.Event
	if sub != nil {
		stored, told = lead.Became(*sub, done.Lead)
	}
	first, noted := centre.First{}, false
	if sub != nil && done.Contact != nil { // a repeat of the post finds its answer at the new contact's claim
		if noted, err = came.NoteReceipt(ctx, first, *done.Contact, stored); err != nil {
			return lead.Lead{}, err
		}
	}
	if done.Lead.Consent, err = s.putPerson(ctx, b, *capture, came, done, first); err != nil {
		return lead.Lead{}, err
	}
	if err := s.putLead(b, done.Lead, 0, done.Event); err != nil {
		return lead.Lead{}, err
	}
	if done.Customer != nil {
		if err := s.centre.PutCustomer(b, *done.Customer, done.Customer.Seq-1); err != nil {
			return lead.Lead{}, err
		}
	}
	if done.Aged != nil {
		if err := s.table.PutEvent(b, *done.Aged); err != nil {
			return lead.Lead{}, err
		}
	}
	if done.Heard != nil {
		if err := s.centre.PutHeard(b, *done.Heard, *done.HeardEvent); err != nil {
			return lead.Lead{}, err
		}
	}
	if sub == nil {
		return done.Lead, s.table.Commit(ctx, b, done.Lead)
	}
	if err := errors.Join(s.putSubmission(b, stored), s.putDecision(ctx, b, stored)); err != nil {
		return lead.Lead{}, err
	}
	if told != nil {
		if err := s.table.PutEvent(b, *told); err != nil {
			return lead.Lead{}, err
		}
	}
	if err := s.putEntry(ctx, b, capture, done.Lead); err != nil {
		return lead.Lead{}, err
	}
	var answer any // without a note, the receipt's row holds it
	if !noted {
		answer = stored
	}
	if err = s.table.Commit(ctx, b, answer); err == nil {
		*sub = stored
	}
	return done.Lead, err
}

// putPerson adds the person if they are new, counts their enquiry, and takes their consent to marketing into their
// gate. It returns what became of the consent, for the lead.
func (s *Enquiries) putPerson(ctx context.Context, b *table.Batch, c lead.Capture, came centre.Arrival,
	done lead.Captured, first centre.First) (consent string, err error) {
	if c.Counting != nil {
		if err = came.CountPerson(b, first, *c.Counting, done.Contact != nil); err != nil {
			return "", err
		}
	}
	if done.Contact != nil {
		st, err := came.GateState(*done.Contact)
		if err != nil {
			return "", err
		}
		g, err := s.centre.PutNewContact(b, st, first)
		if err != nil {
			return "", err
		}
		if consent, g = offered(c, done.Lead, st, g); g.Version == st.Gate.Version {
			return consent, nil // nothing is suppressed at the addresses, nothing was agreed to: there is no gate to hold
		}
		_, err = s.centre.PutGate(b, st, g, true)
		return consent, err
	}
	if !c.Enquiry.Consent {
		return "", nil
	}
	st, err := s.centre.ReadGateState(ctx, *c.Contact)
	if err != nil {
		return "", err
	}
	consent, gte := offered(c, done.Lead, st, st.Gate)
	if gte.Version != st.Gate.Version {
		_, err = s.centre.PutGate(b, st, gte, done.Heard != nil)
	}
	return consent, err
}

// offered is the gate with the consent of the enquiry, if it holds one, and what became of that consent.
func offered(c lead.Capture, l lead.Lead, st centre.GateState, g gate.Gate) (string, gate.Gate) {
	if !c.Enquiry.Consent {
		return "", g
	}
	next, counts := g.Offer(gate.Consent{Yes: true, At: cmp.Or(c.ConsentAt, l.CreatedAt), Text: c.ConsentText,
		Source: c.Submission},
		c.Proven(), st.Found(), l.CreatedAt)
	if !counts {
		return gate.ConsentAwaiting, next
	}
	return gate.ConsentGiven, next
}
