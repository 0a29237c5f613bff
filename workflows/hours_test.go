package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/words"
)

// Nobody is woken: an enquiry of the night is thanked for by mail at once, and by SMS in the morning.
func TestThanksAtNight(t *testing.T) {
	both := form.Enquiry{Email: "wang@customer.example", Phone: "+8613800138000"}
	phone := form.Enquiry{Phone: "+8613800138000"}
	for _, c := range []struct {
		name           string
		enquiry        form.Enquiry
		prefers, hours string
		quiet          message.QuietPolicy
		want           string
	}{
		{"by mail", byEmail, "", "", message.StandardQuiet(), "Tue 01:35 wang@customer.example lead-acknowledged"},
		{"by SMS", phone, "", "", message.StandardQuiet(), "Tue 08:00 +8613800138000 lead-acknowledged"},
		{"by mail where SMS is preferred", both, "sms", "", message.StandardQuiet(),
			"Tue 01:35 wang@customer.example lead-acknowledged"},
		{"by SMS in the preferred hours", phone, "", "08:20-11:30", message.StandardQuiet(),
			"Tue 08:20 +8613800138000 lead-acknowledged"},
		{"by SMS where the nights are the preferred hours", phone, "", "00:00-05:00", message.StandardQuiet(),
			"Tue 01:35 +8613800138000 lead-acknowledged"},
		{"by SMS in a shop that never rests", phone, "", "", message.NoQuiet(),
			"Tue 01:35 +8613800138000 lead-acknowledged"},
	} {
		h := newHouse()
		h.sms, h.prefers, h.hours, h.shop.Policies[0].Quiet = true, c.prefers, c.hours, c.quiet
		p := newPlay(t, h, shopTime(t, "Tue 01:35"))
		h.now = func() time.Time { return p.start }
		first := h.capture(t, c.enquiry)
		h.now = p.Now
		p.commands("Tue 08:40", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		p.run(first)
		thanks := slices.DeleteFunc(h.inbox, func(line string) bool { return strings.Contains(line, "shop.example") })
		same(t, c.name, thanks, []string{c.want})
	}
}

// A holiday moves the promise of a lead. The person who was told the first time hears the new one, once.
func TestAHolidayMovesAPromise(t *testing.T) {
	holiday := []calendar.Holiday{{From: "2026-11-24", To: "2026-11-24", Name: words.Text{Zh: "停电", En: "No power"}}}
	for _, c := range []struct{ name, at, want string }{
		{"in the evening", "18:30", "Mon 18:30 wang@customer.example lead-postponed"},
		{"at night", "23:30", "Tue 08:00 wang@customer.example lead-postponed"},
	} {
		h := newHouse()
		p := newPlay(t, h, shopTime(t, "17:20"))
		h.now = func() time.Time { return p.start }
		first := h.capture(t, byEmail)
		h.now = p.Now
		for _, at := range []string{c.at, "Tue 08:10"} { // the second time nothing moves
			p.at(at, func() {
				h.mu.Lock()
				defer h.mu.Unlock()
				h.shop.Calendars[0].Holidays = holiday
				before := h.leads[leadID]
				next, e, err := before.Replan(h.terms().Lead(), h.now().UTC())
				if err != nil || next.Version == before.Version {
					return
				}
				h.leads[leadID] = next
				p.SignalWorkflow(EventSignal, e)
			})
		}
		p.commands("Wed 08:31", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
		p.run(first)
		toWang := slices.DeleteFunc(h.inbox, func(line string) bool { return !strings.Contains(line, "wang@") })
		same(t, c.name, toWang, []string{"Mon 17:20 wang@customer.example lead-acknowledged", c.want})
	}
}
