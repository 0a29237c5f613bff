package crm

import (
	"slices"
	"testing"
	"time"
)

// TestComplaintTriageCorrects: what was worked out stands as long as nothing changed from which it was.
func TestComplaintTriageCorrects(t *testing.T) {
	terms, own, later := testTerms(t), ActorOf(complaintOwner), tuesday.Add(time.Hour)
	same := func(*ComplaintTriage) {}
	fewer := int64(120)
	changes := map[string]func(*ComplaintTriage){
		"nothing": same, "press": func(in *ComplaintTriage) { in.Job.Press = "海德堡 2" },
		"severity": func(in *ComplaintTriage) { in.Severity = 1 },
		"value":    func(in *ComplaintTriage) { in.Job.Value = &Sourced[Money]{Money{900_000, "CNY"}, "order"} },
		"affected": func(in *ComplaintTriage) { in.Affected = &fewer },
		"class":    func(in *ComplaintTriage) { in.Job.Class = ClassFine },
		"delivery": func(in *ComplaintTriage) {
			in.Job.DeliveredAt = &Sourced[time.Time]{tuesday.Add(-48 * time.Hour), "customer"}
		},
		"limit": func(in *ComplaintTriage) {
			in.Job.Tolerance = &Sourced[*Tolerance]{&Tolerance{Measure: MeasureDE00CMY, Limit: 2_000, Unit: "ΔE00", Source: sourceContract}, "contract"}
		},
		"defect":      func(in *ComplaintTriage) { in.Defects = []DefectKind{DefectTrim} },
		"more defect": func(in *ComplaintTriage) { in.Defects = []DefectKind{DefectTrim, DefectColourDeviation} },
	}
	again := []string{"affected", "class", "delivery", "limit", "defect"} // the verdict hangs on them
	for _, row := range []string{ComplaintTriaged, ComplaintInvestigating, ComplaintJudged, "judged, overruling asked", ComplaintProposed} {
		for name, change := range changes {
			c := complaintIn(t, row)
			in := ComplaintTriage{Severity: c.Severity}
			change(&in)
			next, event, err := c.Triage(own, in, complaintOwner, terms.Complaint(), later)
			if err != nil {
				t.Fatalf("%s, %s: %v %+v", row, name, err, faultsIn(err))
			}
			want := c.State
			switch judged := c.Verdict != nil; {
			case judged && slices.Contains(again, name):
				want = ComplaintInvestigating
			case c.State == ComplaintProposed && (name == "severity" || name == "value"):
				want = ComplaintJudged
			}
			fell := c.Verdict != nil && next.Verdict == nil && next.Case == nil
			if next.State != want || fell != (want == ComplaintInvestigating && c.Verdict != nil) || event.Progress.State != want {
				t.Errorf("%s, %s: in %s, the verdict fell: %v", row, name, next.State, fell)
			}
			if kept := len(next.Remedies) > 0; kept != (want == ComplaintProposed) {
				t.Errorf("%s, %s: remedies %v", row, name, next.Remedies)
			}
			if want == c.State && (next.Turn != c.Turn || !next.ClockFrom.Equal(c.ClockFrom)) || want != c.State && !next.ClockFrom.Equal(later) {
				t.Errorf("%s, %s: the clock runs from %v", row, name, next.ClockFrom)
			}
			if budget := seconds(terms.Policy.Complaint.Time[next.State][next.Severity-1]); next.Severity != in.Severity || terms.Calendar.Between(next.ClockFrom, next.Due) != budget {
				t.Errorf("%s, %s: severity %d, due %v", row, name, next.Severity, next.Due)
			}
		}
	}
}

// TestComplaintWithoutValueGoesOn: what the first look left out is entered when it is needed, and the verdict stands.
func TestComplaintWithoutValueGoesOn(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintJudged)
	c.Job.Value = nil
	if _, _, err := c.Propose(own, RemedyChoice{Remedies: credit(10_000)}, terms.Complaint(), tuesday); !slices.ContainsFunc(faultsIn(err), func(f Field) bool { return f.Pointer == "/job/value" }) {
		t.Fatalf("%v %+v", err, faultsIn(err))
	}
	c, _, err := c.Triage(own, ComplaintTriage{Severity: 3, Job: ComplaintJob{Value: &Sourced[Money]{Money{800_000, "CNY"}, "order"}}}, complaintOwner, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err, faultsIn(err))
	}
	if c, _, err = c.Propose(own, RemedyChoice{Remedies: credit(10_000)}, terms.Complaint(), tuesday); err != nil || c.State != ComplaintOffered {
		t.Fatalf("%s %v %+v", c.State, err, faultsIn(err))
	}
	for _, row := range []string{ComplaintAwaiting, ComplaintOffered} { // not behind the back of who is to answer
		_, _, err := complaintIn(t, row).Triage(own, ComplaintTriage{Severity: 3}, complaintOwner, terms.Complaint(), tuesday)
		if e, ok := err.(*Error); !ok || e.Kind != Refused || e.Text == complaintIn(t, row).forbidden("").Text {
			t.Errorf("%s: %v", row, err)
		}
	}
}
