package crm

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

// grownComplaint is one of which there is something of everything.
func grownComplaint(t *testing.T) Complaint {
	t.Helper()
	c := complaintIn(t, ComplaintCarryingOut)
	c.Withdrawal = &Withdrawal{By: "stf_case", Reason: "he called", At: tuesday}
	c.Decision = &ComplaintDecision{Say: SayAgree, No: 1, At: tuesday}
	c.Account, c.Samples, c.NeededBy, c.ReportedAt = "stf_sales", 5, tuesday.AddDate(0, 0, 5), tuesday.Add(-time.Hour)
	c.Remedies = append(c.Remedies, Remedy{Kind: RemedyPartReprint, Quantity: 300, Amount: Money{1, "CNY"}, Value: Money{1, "CNY"}, CustomerPays: Money{1, "CNY"}, PromisedAt: tuesday})
	c.Cost = &Money{5, "CNY"}
	job, _ := c.remedyJob()
	rc := c.remedyCase(RemedyFacts{Usable: true}, job)
	c.ProposedFrom = &ProposalBasis{Rule: RemedyRule, Policy: "standard@1", Settings: StandardRemedyPolicy(), Inputs: rc}
	c.Proposals = ProposeRemedies(rc, StandardRemedyPolicy())
	c.Cause = &ComplaintCause{Factor: "machine", Text: "ink keys drifted", By: "stf_production", At: tuesday}
	failed := Correction{Action: "calibrate weekly", Owner: "stf_production", Due: tuesday, By: "stf_case", At: tuesday, CheckAt: tuesday, CheckedBy: "stf_case", CheckedAt: tuesday}
	c.Correction, c.Corrections = &failed, []Correction{failed}
	c.Earlier = []ComplaintEarlier{{Round: 1, Severity: 3, Outcome: OutcomeSettled, Open: true, Remedies: c.Remedies, Cause: c.Cause, Correction: c.Correction,
		Corrections: c.Corrections, ResolvedAt: tuesday, ClosedAt: tuesday}}
	return c
}

// TestWhichFieldsOfAComplaintEachRoleSees lists them role by role, with those of the answer that says why; who reads no complaints gets none.
func TestWhichFieldsOfAComplaintEachRoleSees(t *testing.T) {
	c, shop := grownComplaint(t), testShop()
	var out strings.Builder
	for _, role := range Roles {
		by := Actor{ID: "stf_z", Roles: []Role{role}, Branches: []string{"shanghai"}}
		fmt.Fprintf(&out, "%s\n", role)
		if Permit(by, ReadComplaints) != nil {
			continue
		}
		fields := map[string]bool{}
		for name, v := range map[string]any{"": c.For(by), "card": c.Card().For(by), "why": c.Why(by, shop.Roster, testTerms(t).Complaint(), En, tuesday)} {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			var answer any
			if err := json.Unmarshal(raw, &answer); err != nil {
				t.Fatal(err)
			}
			for path := range maps.Keys(shownPaths(name, answer)) {
				fields[path] = true
			}
		}
		for _, field := range slices.Sorted(maps.Keys(fields)) {
			fmt.Fprintf(&out, "  %s\n", field)
		}
	}
	golden(t, "complaint-fields.txt", out.String())
}

// shownPaths are the fields that say something.
func shownPaths(prefix string, v any) map[string]bool {
	out := map[string]bool{}
	paths(prefix, dropEmpty(v), out)
	return out
}

func dropEmpty(v any) any {
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	kept := map[string]any{}
	for name, field := range object {
		if field != "" && field != nil {
			kept[name] = dropEmpty(field)
		}
	}
	return kept
}

// TestTheComplaintThatIsShownLeavesTheRecordAlone: leaving fields out changes nothing of what was read.
func TestTheComplaintThatIsShownLeavesTheRecordAlone(t *testing.T) {
	c := grownComplaint(t)
	before, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	c.For(Actor{ID: "stf_p", Roles: []Role{Production}, Branches: []string{"shanghai"}})
	if after, err := json.Marshal(c); err != nil || string(after) != string(before) {
		t.Error("the record was changed")
	}
}

// TestDeadlinesAddUp: the steps of each deadline end where it is due, and its parts are the working time between.
func TestDeadlinesAddUp(t *testing.T) {
	terms := testTerms(t)
	for _, row := range complaintRows(t) {
		for _, lang := range []Lang{Zh, En} {
			for _, d := range row.c.Deadlines(terms.Complaint(), lang, tuesday) {
				if d.Name == "" || d.Due.IsZero() {
					t.Errorf("%s: %+v", row.name, d)
				}
				if len(d.Steps) == 0 {
					continue
				}
				if got := terms.Calendar.Between(d.From, d.Due); got != seconds(d.Working+d.Stopped) {
					t.Errorf("%s %s: %v of working time, not %d + %d s", row.name, d.Kind, got, d.Working, d.Stopped)
				}
			}
		}
		if row.c.Closed() != (len(row.c.Deadlines(terms.Complaint(), Zh, tuesday)) == 0) {
			t.Errorf("%s: something is due once it has ended, or nothing before", row.name)
		}
	}
	c := complaintIn(t, "investigating, paused")
	c, _, err := c.Resume(ActorOf(complaintOwner), terms.Complaint(), tuesday.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(c.Deadlines(terms.Complaint(), En, tuesday), func(d ComplaintDeadline) bool { return d.Kind == "state" })
	if d := c.Deadlines(terms.Complaint(), En, tuesday)[i]; d.Stopped != 2*3600 || d.Working != terms.Policy.Complaint.Time[ComplaintInvestigating][c.Severity-1] {
		t.Errorf("%+v", d)
	}
}

// TestCannedReplies writes the replies of every row of the state table into a file that a person can read.
func TestCannedReplies(t *testing.T) {
	shop, terms := testShop(), testTerms(t)
	var out strings.Builder
	for _, row := range append(complaintRows(t), complaintRow{"with a reprint on its way", reprinting(t)}, complaintRow{"within tolerance", withinTolerance(t)},
		complaintRow{"overdue", overdueComplaint(t)}) {
		fmt.Fprintf(&out, "== %s\n", row.name)
		for _, r := range row.c.CannedReplies(shop.Roster, terms.Complaint(), En, tuesday.Add(time.Minute)) {
			if strings.ContainsAny(string(r.Zh)+string(r.En), "{}") || r.Zh == "" || r.En == "" || r.Name == "" {
				t.Errorf("%s, %s: %s / %s", row.name, r.Situation, r.Zh, r.En)
			}
			if r.Suits {
				fmt.Fprintf(&out, "%s\n%s\n%s\n", r.Situation, r.Zh, r.En)
			} else {
				fmt.Fprintf(&out, "(%s)\n", r.Situation)
			}
		}
	}
	golden(t, "canned-replies.txt", out.String())
	c := complaintIn(t, ComplaintTriaged)
	c.Job.Ref = "{who}{promised}"
	if got := c.CannedReplies(shop.Roster, terms.Complaint(), En, tuesday)[0]; !strings.Contains(string(got.En), "about job {who}{promised}.") {
		t.Errorf("what the customer wrote was taken for ours: %s", got.En)
	}
}

func reprinting(t *testing.T) Complaint {
	t.Helper()
	c, m := complaintIn(t, ComplaintAgreed), Money{100_000, "CNY"}
	c.Remedies = []Remedy{{Kind: RemedyPartReprint, Quantity: 300, Amount: m, Value: m}}
	c, _, err := c.CarryOutRemedies(ActorOf(complaintOwner), CarryOutPlan{PromisedAt: time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)}, testTerms(t).Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func overdueComplaint(t *testing.T) Complaint {
	t.Helper()
	c := complaintIn(t, ComplaintInvestigating)
	c.Due = tuesday
	return c
}

func withinTolerance(t *testing.T) Complaint {
	t.Helper()
	c := complaintIn(t, ComplaintInvestigating)
	c.Measurements = []Measurement{{Measure: MeasureDE00CMY, Value: 1500, Unit: "ΔE00", Samples: 5}, {Measure: MeasureDE00K, Value: 2000, Unit: "ΔE00", Samples: 5}}
	facts := colourFacts
	facts.Sample = SampleLike
	c, _, err := c.Decide(ActorOf(complaintOwner), facts, testTerms(t).Complaint(), tuesday)
	if err != nil {
		t.Fatal(err, faultsIn(err))
	}
	return c
}

func TestComplaintReportRows(t *testing.T) {
	rows, left := ReportComplaints(map[string]map[string]int64{
		"a": {"opened": 2, "rounds": 3, "settled": 2, "in_time": 1, "cost_CNY": 500, "cost_USD": 7, "reached_judged": 2, "seconds_judged": 7201},
		"b": {"opened": 5, "rounds": 5, "ended_withdrawn": 1}, "c": {"opened": 0, "rounds": 0, "cost_CNY": 0},
	}, func(value string) string { return map[string]string{"a": "A"}[value] })
	if left != 0 || len(rows) != 2 || rows[0].Value != "b" || rows[0].Name != "b" || rows[0].Kept != nil || rows[0].Ended["withdrawn"] != 1 {
		t.Fatalf("%+v", rows)
	}
	if a := rows[1]; a.Name != "A" || *a.Kept != 50 || len(a.Cost) != 2 || a.Cost[0] != (Money{500, "CNY"}) || len(a.Stages) != 1 || a.Stages[0].Seconds != 3600 {
		t.Errorf("%+v", a)
	}
}
