package complaint_test

import (
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/money"
)

// An offer is measured with all that the customer got before: in thirty days, and for the same job at any time.
func TestWhatCountsAsGivenBefore(t *testing.T) {
	const day = 24 * time.Hour
	const life = complaint.MostReopenDays * day
	c := complaint.Complaint{ID: "cmp_1", Job: complaint.Job{Ref: "J-1",
		Value: &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}}}}
	line := func(of, job, currency string, ago time.Duration, done bool) complaint.Grant {
		return complaint.Grant{Complaint: of, Job: job, Amount: money.Money{Minor: 100, Currency: currency},
			At: crmtest.Tuesday.Add(-ago), Done: done}
	}
	recent, earlier := approval.Granted{Customer: 100}, approval.Granted{Job: 100}
	both := approval.Granted{Customer: 100, Job: 100}
	for name, tc := range map[string]struct {
		line complaint.Grant
		want approval.Granted
	}{
		"its own offer, which this one replaces": {line("cmp_1", "J-1", "CNY", day, false), approval.Granted{}},
		"its own, carried out in another round":  {line("cmp_1", "J-1", "CNY", day, true), both},
		"another complaint's offer":              {line("cmp_2", "J-2", "CNY", day, false), recent},
		"another complaint's, carried out":       {line("cmp_2", "J-2", "CNY", day, true), recent},
		"another complaint about the same job":   {line("cmp_2", "J-1", "CNY", day, true), both},
		"a moment less than thirty days ago":     {line("cmp_2", "J-2", "CNY", 30*day-1, true), recent},
		"thirty days ago":                        {line("cmp_2", "J-2", "CNY", 30*day, true), approval.Granted{}},
		"for the job, a year ago":                {line("cmp_2", "J-1", "CNY", 365*day, true), earlier},
		"for the job, as long as it may reopen":  {line("cmp_2", "J-1", "CNY", life-1, true), earlier},
		"for the job, longer ago than that":      {line("cmp_2", "J-1", "CNY", life, true), approval.Granted{}},
		"an offer that has stood for longer":     {line("cmp_2", "J-1", "CNY", life, false), earlier},
		"in another currency":                    {line("cmp_2", "J-1", "EUR", day, true), approval.Granted{}},
	} {
		if got := (complaint.Grants{Lines: []complaint.Grant{tc.line}}).Given(c, crmtest.Tuesday); got != tc.want {
			t.Errorf("%s: %+v, want %+v", name, got, tc.want)
		}
	}
}

// Whatever a complaint does to the ledger, a grant whose time is over leaves it, and an offer that stands does not.
func TestAGrantLeavesTheLedger(t *testing.T) {
	const life = complaint.MostReopenDays * 24 * time.Hour
	over := complaint.Grant{Complaint: "cmp_1", Job: "J-1", At: crmtest.Tuesday.Add(-life), Done: true}
	stands, lately := over, over
	stands.Complaint, stands.Done = "cmp_2", false
	lately.Complaint, lately.At = "cmp_3", over.At.Add(1)
	before := complaint.Grants{Version: 3, Lines: []complaint.Grant{over, stands, lately}}
	c := complaint.Complaint{ID: "cmp_9", State: complaint.StateWithdrawn}
	after := before.After(c, c, crmtest.Tuesday)
	if len(after.Lines) != 2 || after.Lines[0] != stands || after.Lines[1] != lately || after.Version != 4 ||
		len(before.Lines) != 3 {
		t.Errorf("%+v", after)
	}
}
