package workflows

import (
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
)

// pursues plays a lead with which bob is in touch at 09:10, with what else happens.
func pursues(t *testing.T, next time.Time, also func(h *house, p *play)) *house {
	t.Helper()
	h := newHouse()
	p := newPlay(t, h, monday)
	p.commands("09:10", speaks(actor(h, "stf_bob"), customer.OutcomeInterested, next))
	also(h, p)
	p.run(h.capture(t, byEmail))
	return h
}

// A next step that passes reminds the owner, a working day later the manager, and the lead returns to the pool when
// nothing happens. A new round begins there.
func TestANextStepThatPasses(t *testing.T) {
	h := pursues(t, shopTime(t, "Wed 10:00"), func(*house, *play) {})
	same(t, "inbox", h.inbox[2:], []string{
		"Wed 10:00 bob@shop.example lead-step-due",
		"Thu 10:00 mo@shop.example lead-step-late",
	})
	if l := h.lead(); l.State != lead.StatePooled || l.Round != 2 || l.Owner != "" || l.Progress().Closed ||
		l.UpdatedAt.Sub(monday) < 10*24*time.Hour {
		t.Errorf("the lead is %s in round %d of %q since %s", l.State, l.Round, l.Owner, l.UpdatedAt)
	}
}

// What was agreed for a time at which the shop is closed is reminded when it opens.
func TestANextStepAtNight(t *testing.T) {
	h := pursues(t, shopTime(t, "Tue 22:00"), func(h *house, p *play) {
		p.commands("Wed 09:00", loses(actor(h, "stf_bob")))
	})
	same(t, "inbox", h.inbox[2:], []string{"Wed 08:30 bob@shop.example lead-step-due"})
}

// Each next step has a reminder of its own.
func TestOneNextStepAfterAnother(t *testing.T) {
	h := pursues(t, shopTime(t, "Tue 10:00"), func(h *house, p *play) {
		p.commands("Tue 10:30", speaks(actor(h, "stf_bob"), customer.OutcomeCallBack, shopTime(t, "Wed 15:00")))
		p.commands("Wed 15:30", loses(actor(h, "stf_bob")))
	})
	same(t, "inbox", h.inbox[2:], []string{
		"Tue 10:00 bob@shop.example lead-step-due",
		"Wed 15:00 bob@shop.example lead-step-due",
	})
}

// A lead of somebody's own customer stays, and the manager is told.
func TestALeadOfSomebodysOwnCustomerStays(t *testing.T) {
	for _, c := range []struct {
		name     string
		attached bool
		owner    string
		state    string
	}{
		{"known, and somebody's", true, "stf_bob", lead.StateContacted},
		{"known, and nobody looks after them", true, "", lead.StatePooled},
		{"their colleague has left", true, "stf_gone", lead.StatePooled},
		{"new with this enquiry", false, "stf_bob", lead.StatePooled},
	} {
		h := newHouse()
		h.ownedBy = c.owner
		p := newPlay(t, h, monday)
		p.commands("09:10", speaks(actor(h, "stf_bob"), customer.OutcomeInterested, shopTime(t, "Mon 15:00")))
		first := h.capture(t, byEmail)
		l := h.leads[leadID]
		l.Attached = c.attached
		h.leads[leadID] = l
		state := ""
		p.RegisterDelayedCallback(func() { state = h.lead().State }, 30*24*time.Hour)
		p.RegisterDelayedCallback(func() { p.CancelWorkflow() }, 31*24*time.Hour)
		flow, _, in, _ := begin(first)
		p.ExecuteWorkflow(flow.workflow, in)
		if c.state == lead.StatePooled {
			state = h.lead().State // its process has ended
		}
		told := h.inbox[len(h.inbox)-1]
		if state != c.state || (told[len("Mon 09:00 "):] == "mo@shop.example lead-kept") != (c.state == lead.StateContacted) {
			t.Errorf("%s: %s, %s", c.name, state, told)
		}
	}
}

// A qualified lead gives its owner a task to quote, and stays until it is won.
func TestAQualifiedLeadAsksForAQuotation(t *testing.T) {
	h := pursues(t, time.Time{}, func(h *house, p *play) {
		p.commands("10:00", qualifies(actor(h, "stf_bob")))
		p.commands("Wed 15:00", func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
			return l.Won(actor(h, "stf_bob"), lead.Win{Order: "J-118"}, terms.Lead(), now)
		})
	})
	same(t, "inbox", h.inbox[2:], []string{"Wed 10:00 bob@shop.example lead-quote-due"})
	if len(h.tasks) != 1 {
		t.Fatalf("tasks: %v", h.tasks)
	}
	for _, asked := range h.tasks {
		if asked.Owner != "stf_bob" || asked.About != leadID || !asked.Due.Equal(shopTime(t, "Wed 10:00")) ||
			asked.State != task.StateOpen || asked.Title != "报价：王女士 ("+words.Reference(leadID)+")" {
			t.Errorf("task %+v", asked)
		}
	}
}

// A lead whose person was reached goes on to another colleague: that one is told, and reminded of what was agreed.
func TestAContactedLeadGoesToAColleague(t *testing.T) {
	h := pursues(t, shopTime(t, "Wed 10:00"), func(h *house, p *play) {
		anna, _ := h.shop.Person("stf_anna")
		p.commands("Tue 09:00", assigns(actor(h, "stf_mo"), anna))
		p.commands("Wed 11:00", loses(actor(h, "stf_anna")))
	})
	same(t, "inbox", h.inbox[2:], []string{
		"Tue 09:00 anna@shop.example lead-handed-over",
		"Wed 10:00 anna@shop.example lead-step-due",
	})
}

// A lead that an earlier release left at its first contact has no process. The next change begins one.
func TestALeadOfAnEarlierReleaseIsFollowedAgain(t *testing.T) {
	h := newHouse()
	h.capture(t, byEmail)
	h.act(t, speaks(actor(h, "stf_bob"), customer.OutcomeInterested, time.Time{}))
	l := h.lead()
	l.Rungs = nil
	if !l.Progress().Closed {
		t.Fatal("it has a process")
	}
	h.leads[leadID] = l
	e := h.act(t, speaks(actor(h, "stf_bob"), customer.OutcomeCallBack, shopTime(t, "Tue 10:00")))
	if l := h.lead(); l.Round != 2 || l.Progress().Closed || !e.Pending {
		t.Errorf("round %d, closed %v, pending %v", l.Round, l.Progress().Closed, e.Pending)
	}
}
