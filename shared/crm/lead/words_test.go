package lead_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/kerneltest"
)

func TestPromiseIsNeverOver(t *testing.T) {
	terms := setup.Terms{Terms: firm.Terms{Calendar: kerneltest.WordsCalendar}, Policy: setup.StandardPolicy()}
	due := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	l := lead.Lead{FirstContactDue: due, Due: due.Add(time.Hour)}
	for _, c := range []struct{ now, want time.Time }{
		{due.Add(-time.Minute), due},
		{due, due.Add(time.Hour)},
		{due.Add(time.Hour), due.Add(90 * time.Minute)},
	} {
		if got, err := l.Promise(terms.Lead(), c.now); err != nil || !got.Equal(c.want) {
			t.Errorf("at %s: %s, %v", c.now, got, err)
		}
	}
}
