package workflows

import (
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
)

func replies(l lead.Lead, _ setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
	return l.Reply(message.Reporter("mail"), "tch_1", now)
}

// The owner is told at once, and the clock goes on: a reply is not a contact.
func TestTheOwnerIsToldOfAReply(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:05", replies)
	p.commands("09:20", replies)
	p.commands("09:25", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:05 bob@shop.example lead-replied",
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:20 bob@shop.example lead-replied",
	})
}

func TestAReplyInThePoolIsTheManagers(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("12:30", replies)
	p.commands("13:10", claims(actor(h, "stf_anna")))
	p.commands("13:20", sells(actor(h, "stf_anna"), customer.OutcomeQuote))
	p.run(h.capture(t, byEmail))
	same(t, "inbox after noon", h.inbox[len(h.inbox)-2:], []string{
		"Mon 12:00 mo@shop.example lead-pooled",
		"Mon 12:30 mo@shop.example lead-replied",
	})
}

// Once a colleague has spoken with the person the process goes on: each reply is told, until the order comes.
func TestAReplyAfterTheContact(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:10", speaks(actor(h, "stf_bob"), customer.OutcomeInterested, time.Time{}))
	p.commands("11:00", replies)
	p.commands("11:10", replies)
	p.commands("11:30", sells(actor(h, "stf_bob"), customer.OutcomeQuote))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 11:00 bob@shop.example lead-replied",
		"Mon 11:10 bob@shop.example lead-replied",
	})
	if l := h.lead(); l.Unanswered != 0 || l.Replies != 2 || l.Round != 1 {
		t.Errorf("%d of %d replies unanswered in round %d", l.Unanswered, l.Replies, l.Round)
	}
}

// On a closed lead the owner is told, and nothing waits.
func TestAReplyOnAClosedLead(t *testing.T) {
	h := newHouse()
	first := newPlay(t, h, monday)
	first.commands("09:10", loses(actor(h, "stf_bob")))
	first.run(h.capture(t, byEmail))
	for _, clock := range []string{"11:00", "Tue 11:00"} {
		again := newPlay(t, h, shopTime(t, clock))
		again.run(h.act(t, replies))
		if !again.Now().Equal(shopTime(t, clock)) {
			t.Errorf("the process ended at %s", again.Now())
		}
	}
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 11:00 bob@shop.example lead-replied",
		"Tue 11:00 bob@shop.example lead-replied",
	})
}
