package complaint_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
)

// TestComplaintTriageCorrects: what was worked out stands as long as nothing changed from which it was.
func TestComplaintTriageCorrects(t *testing.T) {
	terms, own, later := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner), crmtest.Tuesday.Add(time.Hour)
	same := func(*complaint.Triage) {}
	fewer := int64(120)
	changes := map[string]func(*complaint.Triage){
		"nothing": same, "press": func(in *complaint.Triage) { in.Job.Press = "海德堡 2" },
		"severity": func(in *complaint.Triage) { in.Severity = 1 },
		"value": func(in *complaint.Triage) {
			in.Job.Value = &complaint.Sourced[money.Money]{money.Money{Minor: 900_000, Currency: "CNY"}, "order"}
		},
		"affected": func(in *complaint.Triage) { in.Affected = &fewer },
		"class":    func(in *complaint.Triage) { in.Job.Class = defect.ClassFine },
		"delivery": func(in *complaint.Triage) {
			in.Job.DeliveredAt = &complaint.Sourced[time.Time]{crmtest.Tuesday.Add(-48 * time.Hour), "customer"}
		},
		"limit": func(in *complaint.Triage) {
			in.Job.Tolerance = &complaint.Sourced[*defect.Tolerance]{&defect.Tolerance{Measure: defect.MeasureDE00CMY,
				Limit: 2_000, Unit: "ΔE00", Source: defect.SourceContract}, "contract"}
		},
		"defect":      func(in *complaint.Triage) { in.Defects = []defect.Kind{defect.Trim} },
		"more defect": func(in *complaint.Triage) { in.Defects = []defect.Kind{defect.Trim, defect.ColourDeviation} },
	}
	again := []string{"affected", "class", "delivery", "limit", "defect"} // the verdict hangs on them
	for _, row := range []string{complaint.StateTriaged, complaint.StateInvestigating, complaint.StateJudged,
		"judged, overruling asked", complaint.StateProposed} {
		for name, change := range changes {
			c := crmtest.ComplaintIn(t, row)
			in := complaint.Triage{Severity: c.Severity}
			change(&in)
			next, event, err := c.Triage(own, in, crmtest.CaseOwner, terms.Complaint(), later)
			if err != nil {
				t.Fatalf("%s, %s: %v %+v", row, name, err, kerneltest.FaultsIn(err))
			}
			want := c.State
			switch judged := c.Verdict != nil; {
			case judged && slices.Contains(again, name):
				want = complaint.StateInvestigating
			case c.State == complaint.StateProposed && (name == "severity" || name == "value"):
				want = complaint.StateJudged
			}
			fell := c.Verdict != nil && next.Verdict == nil && next.Case == nil
			if next.State != want || fell != (want == complaint.StateInvestigating && c.Verdict != nil) ||
				event.Progress.State != want {
				t.Errorf("%s, %s: in %s, the verdict fell: %v", row, name, next.State, fell)
			}
			if kept := len(next.Remedies) > 0; kept != (want == complaint.StateProposed) {
				t.Errorf("%s, %s: remedies %v", row, name, next.Remedies)
			}
			if want == c.State && (next.Turn != c.Turn || !next.ClockFrom.Equal(c.ClockFrom)) || want != c.State &&
				!next.ClockFrom.Equal(later) {
				t.Errorf("%s, %s: the clock runs from %v", row, name, next.ClockFrom)
			}
			if budget := calendar.Seconds(terms.Policy.Complaint.Time[next.State][next.Severity-1]); next.Severity != in.Severity || terms.Calendar.Between(next.ClockFrom, next.Due) != budget {
				t.Errorf("%s, %s: severity %d, due %v", row, name, next.Severity, next.Due)
			}
		}
	}
}

// TestComplaintWithoutValueGoesOn: what the first look left out is entered when it is needed, and the verdict stands.
func TestComplaintWithoutValueGoesOn(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateJudged)
	c.Job.Value = nil
	if _, _, err := c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(10_000)}, terms.Complaint(),
		crmtest.Tuesday); !slices.ContainsFunc(kerneltest.FaultsIn(err),
		func(f fault.Field) bool { return f.Pointer == "/job/value" }) {
		t.Fatalf("%v %+v", err, kerneltest.FaultsIn(err))
	}
	c, _, err := c.Triage(own,
		complaint.Triage{Severity: 3,
			Job: complaint.Job{Value: &complaint.Sourced[money.Money]{money.Money{Minor: 800_000, Currency: "CNY"}, "order"}}},
		crmtest.CaseOwner, terms.Complaint(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err, kerneltest.FaultsIn(err))
	}
	if c, _, err = c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(10_000)}, terms.Complaint(),
		crmtest.Tuesday); err != nil || c.State != complaint.StateOffered {
		t.Fatalf("%s %v %+v", c.State, err, kerneltest.FaultsIn(err))
	}
	// not behind the back of who is to answer
	for _, row := range []string{complaint.StateAwaiting, complaint.StateOffered} {
		_, _, err := crmtest.ComplaintIn(t, row).Triage(own, complaint.Triage{Severity: 3}, crmtest.CaseOwner,
			terms.Complaint(), crmtest.Tuesday)
		if e, ok := err.(*fault.Error); !ok || e.Kind != fault.Refused ||
			e.Text == crmtest.ComplaintIn(t, row).Forbidden("").Text {
			t.Errorf("%s: %v", row, err)
		}
	}
}
