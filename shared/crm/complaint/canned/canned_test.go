package canned_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/canned"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// TestCannedReplies writes the replies of every row of the state table into a file that a person can read.
func TestCannedReplies(t *testing.T) {
	shop, terms := crmtest.Shop(), crmtest.Terms(t)
	var out strings.Builder
	for _, row := range append(crmtest.ComplaintRows(t),
		crmtest.ComplaintRow{Name: "with a reprint on its way", C: reprinting(t)},
		crmtest.ComplaintRow{Name: "within tolerance", C: withinTolerance(t)},
		crmtest.ComplaintRow{Name: "overdue", C: overdueComplaint(t)}) {
		fmt.Fprintf(&out, "== %s\n", row.Name)
		for _, r := range canned.Replies(row.C, shop.Roster, terms.Complaint(), words.En, crmtest.Tuesday.Add(time.Minute)) {
			if strings.ContainsAny(string(r.Zh)+string(r.En), "{}") || r.Zh == "" || r.En == "" || r.Name == "" {
				t.Errorf("%s, %s: %s / %s", row.Name, r.Situation, r.Zh, r.En)
			}
			for _, staffs := range defect.EvidenceWords { // words that need knowledge of print
				if strings.Contains(string(r.Zh), staffs.Zh) || strings.Contains(string(r.En), staffs.En) {
					t.Errorf("%s, %s asks a customer in the words of staff: %s", row.Name, r.Situation, staffs.En)
				}
			}
			if r.Suits {
				fmt.Fprintf(&out, "%s\n%s\n%s\n", r.Situation, r.Zh, r.En)
			} else {
				fmt.Fprintf(&out, "(%s)\n", r.Situation)
			}
		}
	}
	kerneltest.Golden(t, "canned-replies.txt", out.String())
	c := crmtest.ComplaintIn(t, complaint.StateTriaged)
	c.Job.Ref = "{who}{promised}"
	if got := canned.Replies(c, shop.Roster, terms.Complaint(), words.En,
		crmtest.Tuesday)[0]; !strings.Contains(string(got.En), "about job {who}{promised}.") {
		t.Errorf("what the customer wrote was taken for ours: %s", got.En)
	}
}

func reprinting(t *testing.T) complaint.Complaint {
	t.Helper()
	c, m := crmtest.ComplaintIn(t, complaint.StateAgreed), money.Money{Minor: 100_000, Currency: "CNY"}
	c.Remedies = []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 300, Amount: m, Value: m}}
	c, _, err := c.CarryOutRemedies(staff.ActorOf(crmtest.CaseOwner),
		complaint.CarryOutPlan{PromisedAt: time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)}, crmtest.Terms(t).Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func overdueComplaint(t *testing.T) complaint.Complaint {
	t.Helper()
	c := crmtest.ComplaintIn(t, complaint.StateInvestigating)
	c.Due = crmtest.Tuesday
	return c
}

func withinTolerance(t *testing.T) complaint.Complaint {
	t.Helper()
	c := crmtest.ComplaintIn(t, complaint.StateInvestigating)
	c.Measurements = []defect.Measurement{{Measure: defect.MeasureDE00CMY, Value: 1500, Unit: "ΔE00", Samples: 5},
		{Measure: defect.MeasureDE00K, Value: 2000, Unit: "ΔE00", Samples: 5}}
	facts := crmtest.ColourFacts
	facts.Sample = verdict.SampleLike
	c, _, err := c.Decide(staff.ActorOf(crmtest.CaseOwner), facts, crmtest.Terms(t).Complaint(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err, kerneltest.FaultsIn(err))
	}
	return c
}
