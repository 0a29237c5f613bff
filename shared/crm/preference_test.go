package crm_test

import (
	"testing"
	"time"

	"afterpress/shared/crm"
)

func TestWhenAPreferenceIsStale(t *testing.T) {
	for _, c := range []struct {
		days  int64
		after time.Duration
		stale bool
	}{
		{0, 0, false}, {0, 365*24*time.Hour - time.Millisecond, false}, {0, 365 * 24 * time.Hour, true}, {365, 365 * 24 * time.Hour, true},
		{1, 24*time.Hour - time.Millisecond, false}, {1, 24 * time.Hour, true}, {3650, 3649 * 24 * time.Hour, false}, {90, 91 * 24 * time.Hour, true},
		{90, -time.Hour, false},
	} {
		p := crm.Preference{ConfirmedAt: told}
		if got := p.Stale(crm.PreferencePolicy{StaleDays: c.days}, told.Add(c.after)); got != c.stale {
			t.Errorf("%d days, %s after: stale %t", c.days, c.after, got)
		}
	}
	for days, good := range map[int64]bool{-1: false, 0: true, 1: true, 3650: true, 3651: false} {
		if faults := (crm.Policy{Lead: crm.StandardPolicy().Lead, Preference: crm.PreferencePolicy{StaleDays: days}}).Check(); (len(faults) == 0) != good {
			t.Errorf("%d days: %v", days, crm.Listed(faults))
		}
	}
}

func TestEveryKindOfPreferenceHasWords(t *testing.T) {
	for _, kind := range crm.PreferenceKinds {
		if w := (crm.Preference{Kind: kind}).Words(); w.Zh == "" || w.En == "" {
			t.Errorf("%s: %+v", kind, w)
		}
	}
}
