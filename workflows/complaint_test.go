package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm"
)

const (
	toCustomer = " wang@customer.example complaint-"
	toSue      = " sue@shop.example complaint-"
	toTom      = " tom@shop.example complaint-"
	toManager  = " mo@shop.example complaint-"
	toBoss     = " lu@shop.example complaint-"
)

// From the phone call to the customer's word that all is well, within the day.
func TestAComplaintSettled(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	sue := h.party("sue")
	p.on("09:10", sue.offers(20_000)...)
	p.on("09:20", h.settles()...)
	p.on("09:30", sue.closes())
	p.resolves(h.complains(t, sue.by, ""))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00" + toCustomer + "acknowledged",
		"Mon 09:00" + toTom + "assigned",
		"Mon 09:10" + toSue + "assigned", // the manager of the day triages it to her; she did it herself
		"Mon 09:10" + toCustomer + "offered",
		"Mon 09:20" + toCustomer + "progress",
		"Mon 09:20" + toCustomer + "verify",
	})
}

func TestDebug(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	p.on("Wed 17:00", h.party("lu").withdraws())
	p.resolves(h.complains(t, h.party("customer").by, ""))
	for _, l := range h.inbox {
		t.Log(l)
	}
	t.Log(strings.Join(h.states(), "\n"), slices.Sorted(func(func(string) bool) {}), time.Now(), crm.Zh)
}
