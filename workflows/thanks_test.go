package workflows

import (
	"strings"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
)

// The owner of a lead reads where nobody thanked the person, and why.
func TestTheOwnerReadsThatNobodyWasThanked(t *testing.T) {
	for _, c := range []struct {
		name, barred, want string
		server             string // what the mail server says to the thanks
	}{
		{"thanked", "", "lead-assigned", message.StateSent},
		{"beyond the domain's limit", message.ReasonDomainCap, "lead-unacknowledged", ""},
		{"beyond the network's limit", message.ReasonNetworkCap, "lead-unacknowledged", ""},
		{"beyond the company's limit", message.ReasonLetterCap, "lead-unacknowledged", ""},
		{"refused for good", "", "lead-unacknowledged", message.StateFailed},
		{"the server is away", "", "lead-assigned", message.StateQueued},
	} {
		h := newHouse()
		h.barsReply = c.barred
		h.server = func(m message.Message) Delivery {
			if m.ToStaff() {
				return Delivery{State: message.StateSent}
			}
			return Delivery{State: c.server, Reason: "550"}
		}
		p := newPlay(t, h, monday)
		p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		p.run(h.capture(t, byEmail))
		if told := strings.Join(h.inbox, "; "); !strings.Contains(told, "bob@shop.example "+c.want) {
			t.Errorf("%s: %q, want %s", c.name, told, c.want)
		}
	}
}
