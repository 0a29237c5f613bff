package lead_test

import (
	rand "math/rand/v2"
	"testing"
	"time"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
)

// Whatever comes in whatever order: nobody who said no is written to before a yes that was confirmed after that no.
func TestNoSequenceTurnsANoIntoAYes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const key = message.PurposeMarketing + "/" + message.ChannelEmail
	for range 20_000 {
		g, now := gate.Gate{Person: "cus_1"}, time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
		type offer struct {
			lead lead.Lead
			sub  form.Submission
		}
		var offers []offer
		var refused time.Time // the last no
		for range 12 {
			now = now.Add(time.Duration(1+random.IntN(1000)) * time.Second)
			was := g.Consents[key]
			switch random.IntN(3) {
			case 0:
				sub := form.Submission{ID: "sub_" + now.String(), CreatedAt: now, ConsentText: "yes"}
				next, counts := g.Offer(gate.Consent{Yes: true, At: now, Text: "yes", Source: sub.ID}, true, nil, now)
				l := lead.Lead{ID: "lead_1", Submission: sub.ID, Consent: gate.ConsentAwaiting,
					Person: lead.Person{Email: "a@example.com"}}
				if counts {
					l.Consent = gate.ConsentGiven
				}
				g, offers = next, append(offers, offer{l, sub})
				if !refused.IsZero() && !was.Yes && g.Consents[key].Yes {
					t.Fatal("a form alone turned a no into a yes")
				}
			case 1:
				g, _ = g.Withdraw(message.PurposeMarketing, message.ChannelEmail, "test", "shanghai", staff.Visitor, now)
				refused = now
			case 2:
				if len(offers) == 0 {
					continue
				}
				o := offers[random.IntN(len(offers))]
				next, e, err := lead.Confirm(g, o.lead, o.sub, now)
				if err == nil && (!o.sub.CreatedAt.After(refused) || e.Type != event.ConsentConfirmed ||
					next.Consents[key].Proof == "") {
					t.Fatalf("a yes of %s was confirmed after a no of %s", o.sub.CreatedAt, refused)
				}
				g = next
			}
		}
		if _, ok := g.Permits(message.PurposeMarketing, message.ChannelEmail); ok != g.Consents[key].Yes {
			t.Fatal("the gate does not do what it says")
		}
	}
}

func TestNobodyConfirmsForAnother(t *testing.T) {
	l := lead.Lead{Consent: gate.ConsentAwaiting, Person: lead.Person{Email: "stranger@example.com"},
		Unverified: []string{"email"}}
	if l.AwaitsConfirmation() {
		t.Error("the link would go to a mailbox that is not known to be the customer's")
	}
}
