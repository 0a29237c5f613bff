package centre_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

// dismiss lets a contact go.
func dismiss(t *testing.T, b *storetest.Bench, id string) {
	t.Helper()
	if _, err := b.ChangeContact(t.Context(), id,
		func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			return c.Leave(in, staff.Process("test"), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
}

// Somebody said no and left; the person comes again through a form, with a tick, as if unknown. The no stands until
// the yes is confirmed.
func TestANoOutlivesTheRecord(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	e := storetest.Li(1)
	e.Consent = true
	first := storetest.Agreeing(t, b, e)
	person, err := b.Contact(ctx, first.ContactID)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.WithdrawConsent(ctx, person, message.ChannelEmail, "one-click", seed.Shanghai,
		staff.Visitor); err != nil {
		t.Fatal(err)
	}
	dismiss(t, b, person.ID)
	for _, line := range b.Items(t) {
		if strings.HasPrefix(line, b.Tables.Messages) &&
			(strings.Contains(line, "lina1@example.com") || strings.Contains(line, "13813800001")) {
			t.Errorf("a row of Messages names an address: %s", line)
		}
	}
	again, err := storetest.Enquire(t, b, e)
	if err != nil || again.ContactID == first.ContactID || again.Attached || again.Consent != gate.ConsentAwaiting {
		t.Fatalf("%+v %v", again, err)
	}
	may := func() bool {
		p, err := b.Preferences(ctx, again.ContactID)
		if err != nil {
			t.Fatal(err)
		}
		_, ok := p.Gate.Permits(message.PurposeMarketing, message.ChannelEmail)
		return ok
	}
	if may() {
		t.Error("the person is written to")
	}
	log, err := b.Consents(ctx, again.ContactID, table.Paging{Limit: 10})
	if err != nil || len(log.Items) != 1 || log.Items[0].Source != gate.SourceSuppressed || log.Items[0].Yes {
		t.Errorf("%+v %v", log, err)
	}
	if err := b.ConfirmConsent(ctx, again.ID); err != nil || !may() {
		t.Errorf("the yes was confirmed: %v", err)
	}
	if n := b.Count(t, b.Tables.Messages, "SUPPRESSED#"); n != 0 {
		t.Errorf("%d suppressions after a newer yes", n)
	}
}

// A mail came back, or was complained about: a contact who gets that address gets the block with it, and a better
// address opens the channel.
func TestABlockStaysWithTheAddress(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	lead, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	m := thanks(lead.ContactID)
	for _, day := range []string{"2026-11-24", "2026-11-25"} {
		m.Customer, m.Step = lead.Customer, day
		claim, err := b.ClaimMessage(ctx, m, message.PurposeService)
		if err == nil {
			err = b.SettleMessage(ctx, claim, message.StateSent, "p", "")
		}
		if err == nil {
			b.Clock.Advance(time.Hour)
			err = b.Report(ctx, claim.Tag(), message.Report{Fate: message.FateBounced, Source: "ses", Proof: "f", Day: day,
				SentAt: storetest.Began, At: b.Clock.Now()})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	blocked := func(contact string) string {
		t.Helper()
		p, err := b.Preferences(ctx, contact)
		if err != nil {
			t.Fatal(err)
		}
		why, _ := p.Gate.Permits(message.PurposeService, message.ChannelEmail)
		return why
	}
	mailed := func(values ...string) func(customer.Contact, customer.Customer) (customer.Contact, event.Event, error) {
		return func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
			said := customer.Contact{Name: "李娜"}
			for _, v := range values {
				said.Emails = append(said.Emails, customer.Reach{Value: v})
			}
			return c.Reshape(said, in, staff.Process("test"), b.Clock.Now())
		}
	}
	if why := blocked(lead.ContactID); why != message.ReasonBlocked {
		t.Fatalf("after the bounce: %q", why)
	}
	if _, err := b.ChangeContact(ctx, lead.ContactID, mailed("right@example.com")); err != nil ||
		blocked(lead.ContactID) != "" {
		t.Errorf("another address: %q %v", blocked(lead.ContactID), err)
	}
	other, err := b.AddContact(ctx, lead.Customer, mailed("lina1@example.com"))
	if err != nil || blocked(other.ID) != message.ReasonBlocked {
		t.Errorf("the dead address came to another: %q %v", blocked(other.ID), err)
	}
	dismiss(t, b, other.ID)
	if why := blocked(other.ID); why != message.ReasonLeft {
		t.Errorf("the contact has left: %q", why)
	}
	m = thanks(other.ID)
	m.Customer, m.Step = lead.Customer, "later"
	if got, err := b.ClaimMessage(ctx, m, message.PurposeService); err != nil || got.State != message.StateSuppressed ||
		got.Reason != message.ReasonLeft {
		t.Errorf("%+v %v", got, err)
	}
}

// A no and a new address at the same moment: the second writer sees the first, so the new address has the no.
func TestANoMeetsANewAddress(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	ctx := t.Context()
	for i := range 8 {
		lead, err := storetest.Enquire(t, b, storetest.Li(i+1))
		if err != nil {
			t.Fatal(err)
		}
		person := customer.Contact{ID: lead.ContactID, Customer: lead.Customer}
		fresh := "fresh" + string(rune('a'+i)) + "@example.com"
		done := make(chan error)
		go func() {
			done <- b.WithdrawConsent(ctx, person, message.ChannelEmail, "one-click", seed.Shanghai, staff.Visitor)
		}()
		_, err = b.ChangeContact(ctx, person.ID,
			func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return c.Reshape(customer.Contact{Name: c.Name, Emails: []customer.Reach{{Value: fresh}}}, in,
					staff.Process("test"), b.Clock.Now())
			})
		if other := <-done; err != nil || other != nil {
			t.Fatal(err, other)
		}
		dismiss(t, b, person.ID)
		again := form.Enquiry{Name: "李娜", Email: fresh, Product: "cards", Lang: words.Zh, Consent: true}
		if lead, err = storetest.Enquire(t, b, again); err != nil || lead.Consent != gate.ConsentAwaiting {
			t.Errorf("the new address forgot the no: %+v %v", lead.Consent, err)
		}
	}
}
