package main

import (
	"context"
	"fmt"

	"afterpress/infra/local/seed"
	"afterpress/shared/boot"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"github.com/aws/smithy-go/middleware"
)

// claimUnits is what the right to send a message to a contact may cost in write units: gate and message, at two units
// each in one transaction, and the message's entries in two lists. The first marketing of a contact takes the freeze
// of their customer, which costs two more.
const claimUnits = 6

// claims reads what the right to send a message costs, for a contact of one of the customers who are there.
func claims(ctx context.Context, b *bench, m *meter) error {
	s, err := openStore(m.URL, boot.NewID, func(*middleware.Stack) error { return nil })
	if err != nil {
		return err
	}
	var person customer.Contact
	if err := s.EveryCustomer(ctx, func(id string) error {
		people, err := s.Contacts(ctx, id)
		if len(people) > 0 {
			person = people[0]
		}
		return err
	}); err != nil {
		return err
	}
	yes := gate.Consent{Yes: true, At: boot.Now(), Text: "yes", Source: "bench", Proof: "bench"}
	if _, err := s.RecordConsent(ctx, person, gate.Wording, yes, seed.Shanghai, staff.Process("bench")); err != nil {
		return err
	}
	for _, c := range []struct {
		name, purpose string
		most          float64
	}{
		{"an answer", message.PurposeService, claimUnits},
		{"the first marketing", message.PurposeMarketing, claimUnits + 2},
		{"marketing", message.PurposeMarketing, claimUnits},
	} {
		before, _ := m.reading()
		got, err := s.ClaimMessage(ctx, message.Message{Person: person.ID, Customer: person.Customer, About: "bench",
			Step: c.name, Channel: message.ChannelEmail, Template: message.TemplateLeadAcknowledged, Lang: words.Zh,
			Branch: seed.Shanghai, Owner: seed.StaffID(3)}, c.purpose)
		if err != nil {
			return err
		}
		if got.State != message.StateClaimed {
			return fmt.Errorf("the claim of %s is %s: %s", c.name, got.State, got.Reason)
		}
		after, _ := m.reading()
		b.atMost("write units of the claim of "+c.name, after-before, "", c.most)
	}
	return nil
}
