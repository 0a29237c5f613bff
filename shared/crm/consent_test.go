package crm

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Whatever comes in whatever order: nobody who said no is written to before he said yes and confirmed it after that no.
func TestNoSequenceTurnsANoIntoAYes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const key = PurposeMarketing + "/" + ChannelEmail
	for range 20_000 {
		g, now := Gate{Person: "cus_1"}, time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
		type offer struct {
			lead Lead
			sub  Submission
		}
		var offers []offer
		var refused time.Time // the last no
		for range 12 {
			now = now.Add(time.Duration(1+random.IntN(1000)) * time.Second)
			was := g.Consents[key]
			switch random.IntN(3) {
			case 0:
				sub := Submission{ID: "sub_" + now.String(), CreatedAt: now, ConsentText: "yes"}
				next, counts := g.Offer(Consent{Yes: true, At: now, Text: "yes", Source: sub.ID}, nil, now)
				lead := Lead{ID: "lead_1", Submission: sub.ID, Consent: ConsentAwaiting, Person: Person{Email: "a@example.com"}}
				if counts {
					lead.Consent = ConsentGiven
				}
				g, offers = next, append(offers, offer{lead, sub})
				if !refused.IsZero() && !was.Yes && g.Consents[key].Yes {
					t.Fatal("a form alone turned a no into a yes")
				}
			case 1:
				g, _ = g.Withdraw(PurposeMarketing, ChannelEmail, "test", "shanghai", Visitor, now)
				refused = now
			case 2:
				if len(offers) == 0 {
					continue
				}
				o := offers[random.IntN(len(offers))]
				next, event, err := g.Confirm(o.lead, o.sub, now)
				if err == nil && (!o.sub.CreatedAt.After(refused) || event.Type != ConsentConfirmed || next.Consents[key].Proof == "") {
					t.Fatalf("a yes of %s was confirmed after a no of %s", o.sub.CreatedAt, refused)
				}
				g = next
			}
		}
		if _, ok := g.Permits(PurposeMarketing, ChannelEmail); ok != g.Consents[key].Yes {
			t.Fatal("the gate does not do what it says")
		}
	}
}

func TestNobodyConfirmsForAnother(t *testing.T) {
	l := Lead{Consent: ConsentAwaiting, Person: Person{Email: "stranger@example.com"}, Unverified: []string{"email"}}
	if l.AwaitsConfirmation() {
		t.Error("the link would go to a mailbox that is not known to be the customer's")
	}
}
