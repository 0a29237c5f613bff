package customer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

func TestWhenAPreferenceIsStale(t *testing.T) {
	for _, c := range []struct {
		days  int64
		after time.Duration
		stale bool
	}{
		{0, 0, false}, {0, 365*24*time.Hour - time.Millisecond, false}, {0, 365 * 24 * time.Hour, true},
		{365, 365 * 24 * time.Hour, true},
		{1, 24*time.Hour - time.Millisecond, false}, {1, 24 * time.Hour, true}, {3650, 3649 * 24 * time.Hour, false},
		{90, 91 * 24 * time.Hour, true},
		{90, -time.Hour, false},
	} {
		p := customer.Preference{ConfirmedAt: crmtest.Told}
		if got := p.Stale(customer.PreferencePolicy{StaleDays: c.days}, crmtest.Told.Add(c.after)); got != c.stale {
			t.Errorf("%d days, %s after: stale %t", c.days, c.after, got)
		}
	}
	for days, good := range map[int64]bool{-1: false, 0: true, 1: true, 3650: true, 3651: false} {
		if faults := (setup.Policy{Lead: setup.StandardPolicy().Lead,
			Preference: customer.PreferencePolicy{StaleDays: days}}).Check(); (len(faults) == 0) != good {
			t.Errorf("%d days: %v", days, fault.Listed(faults))
		}
	}
}

func TestEveryKindOfPreferenceHasWords(t *testing.T) {
	for _, kind := range customer.PreferenceKinds {
		if w := (customer.Preference{Kind: kind}).Words(); w.Zh == "" || w.En == "" {
			t.Errorf("%s: %+v", kind, w)
		}
	}
}

func TestWhatIsHeededWithAJob(t *testing.T) {
	year := 365 * 24 * time.Hour
	list := []customer.Preference{
		{ID: "prf_1", Customer: "cus_1", Kind: "packing", Value: "50 一扎", ConfirmedAt: crmtest.Told.Add(-2 * year),
			Requirement: true, Source: customer.SourceContact, SourceID: "con_1"},
		{ID: "prf_2", Customer: "cus_1", Kind: "ink", Value: "大豆油墨", ConfirmedAt: crmtest.Told},
		{ID: "prf_3", Customer: "cus_1", Kind: "proof", Value: "先打样", ConfirmedAt: crmtest.Told, Requirement: true,
			Products: []string{"cards"}},
		{ID: "prf_4", Customer: "cus_1", Kind: "paper", Value: "157 g", ConfirmedAt: crmtest.Told.Add(-2 * year)},
	}
	var got []string
	for _, p := range customer.ForJob(list, customer.PreferencePolicy{}, words.En, crmtest.Told) {
		got = append(got, fmt.Sprintf("%s %s %t %v", p.ID, p.KindText, p.Stale, p.Products))
	}
	if want := []string{"prf_3 Proof false [cards]", "prf_2 Ink false []", "prf_1 Packing true []",
		"prf_4 Paper true []"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if list[0].ID != "prf_1" {
		t.Error("the list itself was sorted")
	}
	if none := customer.ForJob(nil, customer.PreferencePolicy{}, words.Zh, crmtest.Told); none == nil || len(none) != 0 {
		t.Errorf("%v of nothing", none)
	}
}
