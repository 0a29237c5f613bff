package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

var byEmail = form.Enquiry{Name: "王女士", Email: "wang@customer.example", Product: "brochures"}

func TestContactedInTime(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 wang@customer.example lead-acknowledged",
		"Mon 09:00 bob@shop.example lead-assigned",
	})
	if l := h.lead(); l.State != lead.StateWon || l.Owner != "stf_bob" {
		t.Errorf("the lead is %s, owned by %s", l.State, l.Owner)
	}
}

func TestNobodyReacts(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("Fri 09:00", loses(actor(h, "stf_mo")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 wang@customer.example lead-acknowledged",
		"Mon 09:00 bob@shop.example lead-assigned",
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:30 bob@shop.example lead-reminded-due",
		"Mon 10:00 anna@shop.example lead-assigned",
		"Mon 10:00 mo@shop.example lead-reassigned",
		"Mon 10:15 anna@shop.example lead-reminded-half",
		"Mon 10:30 anna@shop.example lead-reminded-due",
		"Mon 11:00 cai@shop.example lead-assigned",
		"Mon 11:00 mo@shop.example lead-reassigned",
		"Mon 11:15 cai@shop.example lead-reminded-half",
		"Mon 11:30 cai@shop.example lead-reminded-due",
		"Mon 12:00 mo@shop.example lead-pooled",
		"Wed 12:00 mo@shop.example lead-pooled",
	})
}

func TestClaimedFromThePoolAndContacted(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("13:10", claims(actor(h, "stf_anna")))
	p.commands("13:30", sells(actor(h, "stf_anna"), customer.OutcomeQuote))
	p.run(h.capture(t, byEmail))
	same(t, "inbox after noon", h.inbox[len(h.inbox)-2:], []string{
		"Mon 12:00 mo@shop.example lead-pooled",
		"Mon 13:25 anna@shop.example lead-reminded-half",
	})
	if l := h.lead(); l.State != lead.StateWon || l.Turn != 4 {
		t.Errorf("the lead is %s in turn %d", l.State, l.Turn)
	}
}

func TestLostMidway(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:20", loses(actor(h, "stf_bob")))
	p.run(h.capture(t, byEmail))
	if n := len(h.inbox); n != 3 {
		t.Errorf("%d messages, want acknowledgement, assignment and one reminder", n)
	}
	if !p.Now().Equal(shopTime(t, "09:20")) {
		t.Errorf("the process ended at %s", p.Now())
	}
}

func TestRecycledByItsOwner(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:20", recycles(actor(h, "stf_bob")))
	p.commands("09:40", claims(actor(h, "stf_cai")))
	p.commands("09:50", sells(actor(h, "stf_cai"), customer.OutcomeCallBack))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:20 mo@shop.example lead-pooled",
	})
}

func TestAssignedByTheManager(t *testing.T) {
	h := newHouse()
	anna, _ := h.shop.Person("stf_anna")
	p := newPlay(t, h, monday)
	p.commands("09:20", assigns(actor(h, "stf_mo"), anna))
	p.commands("09:40", sells(actor(h, "stf_anna"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:20 anna@shop.example lead-assigned", // and the manager is not told of the own deed
		"Mon 09:35 anna@shop.example lead-reminded-half",
	})
}

func TestAnAttemptKeepsTheClock(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:05", speaks(actor(h, "stf_bob"), customer.OutcomeUnreachable, time.Time{}))
	p.commands("09:31", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:30 bob@shop.example lead-reminded-due",
	})
}

func TestTheClockStopsAtNight(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, shopTime(t, "17:20"))
	h.now = func() time.Time { return p.start }
	first := h.capture(t, byEmail)
	h.now = p.Now
	p.commands("Tue 08:51", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(first)
	same(t, "inbox", h.inbox[2:], []string{
		"Tue 08:35 bob@shop.example lead-reminded-half",
		"Tue 08:50 bob@shop.example lead-reminded-due",
	})
}

func TestAYesAfterANoIsAskedAboutInTheReply(t *testing.T) {
	for unverified, want := range map[string]string{"": "lead-acknowledged-confirm", "email": "lead-acknowledged"} {
		h := newHouse()
		p := newPlay(t, h, monday)
		p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		first := h.capture(t, byEmail)
		l := h.leads[leadID]
		l.Consent, l.Unverified = gate.ConsentAwaiting, []string{unverified}
		h.leads[leadID] = l
		p.run(first)
		same(t, "inbox", h.inbox[:1], []string{"Mon 09:00 wang@customer.example " + want})
	}
}

func TestAPersonWithoutEmailIsNotAcknowledged(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, form.Enquiry{Phone: "+8613800138000"}))
	same(t, "ledger", h.states(), []string{"con_1 acknowledge suppressed", "stf_bob 1/tell sent"})
	if reason := h.ledger["con_1lead/"+leadID+"/1/acknowledge/email"].Reason; reason != message.ReasonNoAddress {
		t.Errorf("the timeline would say %q", reason)
	}
}

func TestNobodyIsThere(t *testing.T) {
	h := newHouse()
	h.shop.Staff = h.shop.Staff[3:] // the manager
	p := newPlay(t, h, monday)
	p.commands("10:10", loses(actor(h, "stf_mo")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[1:], []string{
		"Mon 09:00 mo@shop.example lead-assigned",
		"Mon 09:15 mo@shop.example lead-reminded-half",
		"Mon 09:30 mo@shop.example lead-reminded-due",
		"Mon 10:00 mo@shop.example lead-pooled",
	})
}

func TestNobodyAtAll(t *testing.T) {
	h := newHouse()
	gone := monday.Add(-time.Hour)
	for i := range h.shop.Staff {
		h.shop.Staff[i].LeavesAt = &gone
	}
	p := newPlay(t, h, monday)
	p.commands("10:10", loses(actor(h, "stf_mo")))
	p.run(h.capture(t, byEmail))
	// who has left is written to no more
	same(t, "inbox", h.inbox, []string{"Mon 09:00 wang@customer.example lead-acknowledged"})
	same(t, "ledger", h.states(), []string{"con_1 acknowledge sent", "stf_mo 0/pooled suppressed"})
}

// The manager has left: an owner of the shop answers for the branch.
func TestTheManagerHasLeft(t *testing.T) {
	h := newHouse()
	gone := monday.Add(-time.Hour)
	for i := range h.shop.Staff {
		h.shop.Staff[i].LeavesAt = &gone
	}
	h.shop.Staff = append(h.shop.Staff,
		staff.Staff{ID: "stf_lu", Name: "陆", Email: "lu@shop.example", Lang: words.Zh, Roles: []staff.Role{staff.Owner},
			HeadOffice: true})
	h.server = func(m message.Message) Delivery {
		if m.Step == "acknowledge" {
			if m.Owner != "stf_lu" {
				t.Errorf("a doubtful acknowledgement would land on the desk of %q", m.Owner)
			}
		}
		return Delivery{State: message.StateSent}
	}
	p := newPlay(t, h, monday)
	p.commands("10:10", loses(actor(h, "stf_lu")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[1:], []string{
		"Mon 09:00 lu@shop.example lead-assigned",
		"Mon 09:15 lu@shop.example lead-reminded-half",
		"Mon 09:30 lu@shop.example lead-reminded-due",
		"Mon 10:00 lu@shop.example lead-pooled",
	})
}

// The owner leaves with the lead in hand: nobody writes to the former owner, and the next person gets it in time.
func TestTheOwnerLeaves(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.at("09:05", func() {
		gone := h.now()
		h.shop.Staff = slices.Clone(h.shop.Staff)
		h.shop.Staff[1].LeavesAt = &gone
	})
	p.commands("10:10", sells(actor(h, "stf_anna"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:],
		[]string{"Mon 10:00 anna@shop.example lead-assigned", "Mon 10:00 mo@shop.example lead-reassigned"})
}

// The worker was away while the second try of a rung fell due and a person moved the lead on: the new state's rung
// is climbed once, not for ever.
func TestASecondTryThatTheRecordHasMovedBeyond(t *testing.T) {
	h := newHouse()
	anna, _ := h.shop.Person("stf_anna")
	p := newPlay(t, h, monday)
	h.server = func(m message.Message) Delivery {
		if m.Person == "con_1" && h.now().Before(shopTime(t, "09:00").Add(3*time.Second)) {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	p.RegisterDelayedCallback(func() { // a moment before the second try at 09:00:05
		// the tables' clock: the first contact is overdue, so the new owner's time begins now
		h.now = func() time.Time { return p.Now().Add(31 * time.Minute) }
		h.act(t, assigns(actor(h, "stf_mo"), anna)) // whose event is late
		h.now = p.Now
	}, 4*time.Second)
	p.commands("09:40", sells(actor(h, "stf_anna"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	if n := strings.Count(strings.Join(h.inbox, " "), "lead-acknowledged"); n != 1 || h.looks > 20 {
		t.Errorf("%d acknowledgements after reading the record %d times", n, h.looks)
	}
}

// A mail server that is away holds up the messages and nothing else.
func TestMailServerAwayForTwentyMinutes(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	h.server = func(message.Message) Delivery {
		if h.now().Before(shopTime(t, "09:20")) {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	p.at("09:01", func() {
		if owner := h.lead().Owner; owner != "stf_bob" {
			t.Errorf("the owner is %q while the mail server is away", owner)
		}
	})
	p.commands("09:50", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "ledger", h.states(), []string{
		"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent", "stf_bob 1/tell sent",
	})
	if len(h.inbox) != 4 || h.inbox[0] < "Mon 09:20" || h.inbox[3] != "Mon 09:30 bob@shop.example lead-reminded-due" {
		t.Errorf("inbox: %q", h.inbox)
	}
}

// One full mailbox must not keep the lead from its owner.
func TestAFullMailboxHoldsUpNobodyElse(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	h.server = func(m message.Message) Delivery {
		if m.Person == "con_1" || m.Person == "stf_mo" {
			return Delivery{State: message.StateQueued, Reason: "452"}
		}
		return Delivery{State: message.StateSent}
	}
	p.commands("10:20", loses(actor(h, "stf_anna")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example lead-assigned",
		"Mon 09:15 bob@shop.example lead-reminded-half",
		"Mon 09:30 bob@shop.example lead-reminded-due",
		"Mon 10:00 anna@shop.example lead-assigned",
		"Mon 10:15 anna@shop.example lead-reminded-half",
	})
}

func TestARefusedMessageIsFailedAndTheProcessGoesOn(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	h.server = func(m message.Message) Delivery {
		if m.Person == "con_1" {
			return Delivery{State: message.StateFailed, Reason: "550"}
		}
		return Delivery{State: message.StateUnknown, Reason: "timeout"}
	}
	p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "ledger", h.states(), []string{"con_1 acknowledge failed", "stf_bob 1/tell unknown"})
}

// What this release cannot do waits for the one that can, and the other rungs go on.
func TestAStepThatCannotBeDoneWaits(t *testing.T) {
	for name, broken := range map[string]func(*house){
		"a step that this release does not know": func(h *house) {
			for i, rule := range h.shop.Policies[0].Lead.Ladder {
				if rule.Name == "half" {
					h.shop.Policies[0].Lead.Ladder[i].Do = "send-a-dove"
				}
			}
		},
		"a refusal that no retry cures": func(h *house) {
			h.refuses = func(m message.Message) error {
				if m.Step == "1/half" && h.now().Before(shopTime(t, "09:40")) {
					return fault.Fail(fault.Refused, "不行", "no")
				}
				return nil
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			broken(h)
			p := newPlay(t, h, monday)
			p.at("09:40", func() { // the release that knows it
				led := h.lead()
				for i, rung := range led.Rungs {
					if rung.Name == "half" {
						led.Rungs[i].Do = ladder.DoRemind
					}
				}
				h.leads[led.ID] = led
			})
			p.commands("09:55", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
			p.run(h.capture(t, byEmail))
			same(t, "ledger", h.states(), []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent",
				"stf_bob 1/tell sent"})
			if h.looks > 40 {
				t.Errorf("the lead was read %d times in an hour", h.looks)
			}
		})
	}
}

func TestAnAttemptThatDies(t *testing.T) {
	for _, c := range []struct {
		point, step string
		ledger      string
		copies      int
	}{
		{claimBefore, "acknowledge", "con_1 acknowledge sent", 1},
		{sendBefore, "acknowledge", "con_1 acknowledge unknown", 0},
		{sendAfterAccept, "acknowledge", "con_1 acknowledge unknown", 1},
		{claimBefore, "1/tell", "stf_bob 1/tell sent", 1},
		{sendBefore, "1/tell", "stf_bob 1/tell unknown", 0},
		{sendAfterAccept, "1/tell", "stf_bob 1/tell unknown", 1},
		{changeAfter, lead.StateAssigned, "stf_bob 1/tell sent", 1},
	} {
		t.Run(c.point+" of "+c.step, func(t *testing.T) {
			h := newHouse()
			h.dies = once(c.point, c.step)
			p := newPlay(t, h, monday)
			p.commands("09:10", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
			p.run(h.capture(t, byEmail))
			if !slices.Contains(h.states(), c.ledger) || len(h.states()) != 2 {
				t.Errorf("ledger: %q", h.states())
			}
			to := "bob@"
			if c.step == "acknowledge" {
				to = "wang@"
			}
			copies := 0
			for _, line := range h.inbox {
				if strings.Contains(line, to) {
					copies++
				}
			}
			if copies != c.copies {
				t.Errorf("%d copies arrived, want %d: %q", copies, c.copies, h.inbox)
			}
			if l := h.lead(); l.Turn != 1 {
				t.Errorf("the lead had %d owners", l.Turn)
			}
		})
	}
}

func TestTheManagerHearsOfAHandOnThatDied(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.at("09:59", func() { h.dies = once(changeAfter, lead.StateAssigned) })
	p.commands("10:10", loses(actor(h, "stf_anna")))
	p.run(h.capture(t, byEmail))
	same(t, "inbox from 10:00", h.inbox[4:], []string{
		"Mon 10:00 anna@shop.example lead-assigned",
		"Mon 10:00 mo@shop.example lead-reassigned",
	})
}

func TestARungThatCannotBeDoneDoesNotStopTheOthers(t *testing.T) {
	h := newHouse()
	rungs := h.shop.Policies[0].Lead.Ladder
	h.shop.Policies[0].Lead.Ladder = append(slices.Clone(rungs),
		ladder.Rule{State: lead.StateAssigned, Name: "dance", Do: "dance", Percent: 10})
	p := newPlay(t, h, monday)
	p.commands("09:20", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{"Mon 09:15 bob@shop.example lead-reminded-half"})
}

// A changed calendar moves the deadlines of open records without an event.
func TestAMovedRungWaits(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.at("09:05", func() {
		h.act(t, func(l lead.Lead, _ setup.Terms, _ time.Time) (lead.Lead, event.Event, error) {
			l.Rungs = slices.Clone(l.Rungs)
			for i := range l.Rungs {
				l.Rungs[i].At = l.Rungs[i].At.Add(time.Hour)
			}
			l.Version, l.Due = l.Version+1, l.Due.Add(time.Hour)
			return l, event.Event{}, nil
		})
	})
	p.commands("10:20", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{"Mon 10:15 bob@shop.example lead-reminded-half"})
}

func TestAMissingEventMakesItReadTheRecord(t *testing.T) {
	h := newHouse()
	anna, _ := h.shop.Person("stf_anna")
	p := newPlay(t, h, monday)
	p.at("09:05", func() {
		h.act(t, assigns(actor(h, "stf_mo"), h.staff("cai"))) // whose event is lost
		e := h.act(t, assigns(actor(h, "stf_mo"), anna))
		e.Progress.Rungs = slices.DeleteFunc(slices.Clone(e.Progress.Rungs),
			func(r ladder.Rung) bool { return r.Do == ladder.DoTell })
		h.looks = 0
		p.SignalWorkflow(EventSignal, e)
	})
	p.at("09:06", func() {
		if h.looks != 2 { // what it read had the rung that the event lacked
			t.Errorf("the record was read %d times, want once by the look and once by the climb", h.looks)
		}
	})
	p.commands("09:10", sells(actor(h, "stf_anna"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "inbox", h.inbox[2:], []string{"Mon 09:05 anna@shop.example lead-assigned"})
}

// The event that ends the round is late; the one that began the next round went to another process.
func TestAProcessOfAnEarlierRoundEnds(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.at("09:10", func() {
		h.act(t, speaks(actor(h, "stf_bob"), customer.OutcomeNotNow, time.Time{}))
		h.act(t, recycles(actor(h, "stf_bob")))
	})
	p.run(h.capture(t, byEmail))
	if !p.Now().Equal(shopTime(t, "09:15")) || len(h.inbox) != 2 {
		t.Errorf("it ended at %s with %q", p.Now(), h.inbox)
	}
}

func TestTheSecondRoundIsNotAcknowledged(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	h.capture(t, byEmail)
	h.act(t, speaks(actor(h, "stf_mo"), customer.OutcomeNotNow, time.Time{}))
	again := h.act(t, recycles(actor(h, "stf_mo")))
	if got := again.Progress.WorkflowID(); got != "lead/"+leadID+"/2" {
		t.Errorf("the second round is %s", got)
	}
	p.commands("09:10", loses(actor(h, "stf_mo")))
	p.run(again)
	same(t, "inbox", h.inbox, []string{"Mon 09:00 mo@shop.example lead-pooled"})
}

func TestALeadThatIsGoneEndsItsProcess(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	first := h.capture(t, byEmail)
	h.leads = map[string]lead.Lead{}
	p.run(first)
	if len(h.inbox) != 0 {
		t.Errorf("inbox: %q", h.inbox)
	}
}
