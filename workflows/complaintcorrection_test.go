package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/staff"
)

// A day that was given for the goods is kept or corrected before it is over.
func TestAReprintThatTakesLonger(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:11", h.party("sue").measures())
		p.on("09:12", h.party("sue").judges())
		p.on("09:13", h.party("lu").reprints(100_000))
		p.on("10:00", h.party("customer").agrees())
		p.on("10:10", h.party("sue").carriesOut(shopTime(p.t, "Wed 17:00"), ""))
		p.on("Tue 10:00", h.party("sue").carriesOut(shopTime(p.t, "Thu 17:00"), ""))
		p.on("Fri 10:00", h.party("sue").completes())
		p.on("Fri 10:10", h.party("customer").verifies(true))
		p.on("Fri 10:20", h.party("sue").closes())
	})
	letters := slices.DeleteFunc(slices.Clone(h.inbox[1:]),
		func(line string) bool { return !strings.Contains(line, toCustomer) })
	same(t, "letters", letters, []string{
		"Mon 09:13" + toCustomer + "offered",
		"Mon 10:10" + toCustomer + "progress",
		"Tue 10:00" + toCustomer + "promise", // sue gives tom another day
		"Thu 12:00" + toCustomer + "promise", // and the process the next one, four working hours before that is over
		"Fri 10:00" + toCustomer + "verify",
	})
}

func TestACorrectionAndItsEffect(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	p.on("09:10", h.party("mo").triages(2, "sue"))
	p.on("09:11", h.party("sue").measures())
	p.on("09:12", h.party("sue").judges())
	p.on("09:13", h.party("sue").proposes(20_000))
	done(p, h)
	p.on("10:30", h.party("customer").verifies(true), h.party("sue").findsCause())
	p.on("11:00", h.party("sue").corrects("bob", shopTime(t, "Wed 15:00")))
	p.RegisterDelayedCallback(func() { // 30 days after it is done
		if e := h.orders(t, h.party("sue").checks(true)); e.Pending {
			p.SignalWorkflow(EventSignal, e)
		}
		p.SignalWorkflow(EventSignal, h.orders(t, h.party("sue").closes()))
	}, 33*24*time.Hour)
	p.resolves(h.complains(t, staff.Visitor, ""))
	inbox(t, h, given, []string{
		"Mon 09:13" + toCustomer + "offered", "Mon 10:00" + toSue + "decided", "Mon 10:02" + toCustomer + "progress",
		"Mon 10:06" + toCustomer + "verify",
		"Mon 10:30" + toSue + "decided",
		"Mon 11:00 bob@shop.example complaint-to-correct",
		"Wed 15:00 bob@shop.example complaint-correction",
		"Fri 15:00" + toSue + "effect",
	})
	ends(t, h, complaint.StateClosed)
}

// A colleague who records a correction for themselves is told nothing.
func TestACorrectionOfOnesOwn(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 20_000)
		done(p, h)
		p.on("10:30", h.party("customer").verifies(true), h.party("sue").findsCause())
		p.on("11:00", h.party("sue").corrects("sue", shopTime(t, "Wed 15:00")))
		p.RegisterDelayedCallback(func() {
			if e := h.orders(t, h.party("sue").checks(true)); e.Pending {
				p.SignalWorkflow(EventSignal, e)
			}
			p.SignalWorkflow(EventSignal, h.orders(t, h.party("sue").closes()))
		}, 33*24*time.Hour)
	})
	if all := strings.Join(h.inbox, "\n"); strings.Contains(all, "to-correct") ||
		!strings.Contains(all, "Wed 15:00"+toSue+"correction") {
		t.Error(all)
	}
}
