package complaint_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

func TestComplaintJoining(t *testing.T) {
	terms, boss := crmtest.Terms(t), staff.ActorOf(crmtest.Boss)
	older, younger := crmtest.TestComplaint(t), crmtest.ComplaintIn(t, complaint.StateInvestigating)
	older.ID, older.CreatedAt = "cmp_1", crmtest.Tuesday.Add(-time.Hour)
	ended, kept, events, err := younger.Join(boss, older, terms.Complaint(), crmtest.Tuesday)
	if err != nil || ended.State != complaint.StateJoined || ended.JoinedInto != "cmp_1" ||
		kept.Version != older.Version+1 || events[0].Record != "cmp_2" || events[1].Record != "cmp_1" {
		t.Fatalf("%s %+v %v", ended.State, kept.Joined, err)
	}
	if len(kept.Joined) != 1 || kept.Joined[0].Complaint != "cmp_2" || len(kept.Joined[0].Measurements) != 1 {
		t.Errorf("evidence: %+v", kept.Joined)
	}
	if got := kept.CaseOf(crmtest.ColourFacts).Measurements; len(got) != 1 {
		t.Errorf("the verdict does not see what was joined: %v", got)
	}
	for name, spoil := range map[string]func(older *complaint.Complaint){
		"another customer": func(o *complaint.Complaint) { o.Customer = "cus_2" },
		"another job":      func(o *complaint.Complaint) { o.Job.Ref = "J-2" },
		"a younger one":    func(o *complaint.Complaint) { o.CreatedAt = crmtest.Tuesday.Add(time.Hour) },
		"itself":           func(o *complaint.Complaint) { o.ID = younger.ID },
		"a closed one":     func(o *complaint.Complaint) { o.State = complaint.StateClosed },
		"a settled one":    func(o *complaint.Complaint) { o.ResolvedAt = crmtest.Tuesday },
		"another branch":   func(o *complaint.Complaint) { o.Branch = "hangzhou" },
	} {
		o := older
		spoil(&o)
		a, b, told, err := younger.Join(boss, o, terms.Complaint(), crmtest.Tuesday)
		if fault.KindOf(err) != fault.Invalid || a.Version != younger.Version || b.Version != o.Version ||
			told[0].Type != "" || told[1].Type != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestComplaintJoiningHidesNothing: the kept one is as grave as the graver, about all that is wrong, and judged
// again where its verdict knew less.
func TestComplaintJoiningHidesNothing(t *testing.T) {
	terms, boss, now := crmtest.Terms(t), staff.ActorOf(crmtest.Boss), crmtest.Tuesday.Add(time.Hour)
	for _, tc := range []struct {
		name, row, state string
		younger          func(*complaint.Complaint)
	}{
		{"a graver one into a new one", complaint.StateNew, complaint.StateNew,
			func(c *complaint.Complaint) { c.Severity, c.Defects = 1, []defect.Kind{defect.WrongContent} }},
		{"nothing new", complaint.StateJudged, complaint.StateJudged,
			func(c *complaint.Complaint) { c.Severity, c.Measurements = 4, nil }},
		{"graver, judged", complaint.StateJudged, complaint.StateJudged, func(c *complaint.Complaint) {
			c.Severity, c.Measurements, c.Defects = 1, nil, []defect.Kind{defect.Trim}
		}},
		{"more are bad", complaint.StateJudged, complaint.StateInvestigating,
			func(c *complaint.Complaint) { c.Affected, c.Measurements = 900, nil }},
		{"another measurement", "judged, overruling asked", complaint.StateInvestigating, func(*complaint.Complaint) {}},
		{"graver, proposed", complaint.StateProposed, complaint.StateJudged,
			func(c *complaint.Complaint) { c.Severity, c.Measurements = 1, nil }},
		{"while it is paused", "investigating, paused", complaint.StateInvestigating,
			func(c *complaint.Complaint) { c.Severity = 1 }},
		{"an offer lies with the customer", complaint.StateOffered, complaint.StateOffered,
			func(c *complaint.Complaint) { c.Severity, c.Affected = 1, 900 }},
	} {
		older, younger := crmtest.ComplaintIn(t, tc.row), crmtest.ComplaintIn(t, complaint.StateInvestigating)
		older.ID, older.CreatedAt = "cmp_1", crmtest.Tuesday.Add(-time.Hour)
		tc.younger(&younger)
		_, kept, events, err := younger.Join(boss, older, terms.Complaint(), now)
		if err != nil {
			t.Fatalf("%s: %v %+v", tc.name, err, kerneltest.FaultsIn(err))
		}
		if kept.State != tc.state || kept.Severity != min(older.Severity, younger.Severity) ||
			kept.Affected != max(older.Affected, younger.Affected) || !kept.Freezes() ||
			events[1].Wakes != ladder.Concerns(older.Progress(), kept.Progress(), now) {
			t.Errorf("%s: in %s, severity %d, %d bad", tc.name, kept.State, kept.Severity, kept.Affected)
		}
		for _, kind := range younger.Defects {
			if !slices.Contains(kept.Defects, kind) || kept.Defects[0] != older.Defects[0] {
				t.Errorf("%s: %v", tc.name, kept.Defects)
			}
		}
		if judged := kept.Verdict != nil; judged != (tc.state == complaint.StateJudged ||
			tc.state == complaint.StateOffered) {
			t.Errorf("%s: verdict %+v", tc.name, kept.Verdict)
		}
		if (kept.Pause == nil) != (older.Pause == nil) {
			t.Errorf("%s: pause %+v", tc.name, kept.Pause)
		}
		if same, _, err := kept.Replan(terms.Complaint(), now); err != nil || same.Version != kept.Version {
			t.Errorf("%s: it was not planned anew: %v", tc.name, err)
		}
	}
	cosmetic, worst := crmtest.TestComplaint(t), crmtest.ComplaintIn(t, complaint.StateTriaged)
	cosmetic.ID, cosmetic.CreatedAt, cosmetic.Severity, cosmetic.Defects = "cmp_1", crmtest.Tuesday.Add(-time.Hour), 4,
		[]defect.Kind{defect.Banding}
	worst.Severity = 1
	if _, kept, _, err := worst.Join(boss, cosmetic, terms.Complaint(), now); err != nil || cosmetic.Freezes() ||
		!kept.Freezes() || !kept.ResolveDue.Before(cosmetic.ResolveDue) {
		t.Errorf("freezes %v, due %v, %v", kept.Freezes(), kept.ResolveDue, err)
	}
	full := cosmetic
	for _, d := range defect.Defects()[:9] {
		full.Defects = append(full.Defects, d.Kind)
	}
	if _, kept, _, err := worst.Join(boss, full, terms.Complaint(), now); err != nil || len(kept.Defects) > 10 {
		t.Errorf("%v %v", kept.Defects, err)
	}
}

// TestComplaintJoiningKeepsTheFirstWord: which of two complaints was entered first says nothing about which was made
// first.
func TestComplaintJoiningKeepsTheFirstWord(t *testing.T) {
	terms, own, now := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner), crmtest.Tuesday.Add(time.Hour)
	older, younger := crmtest.ComplaintIn(t, complaint.StateInvestigating),
		crmtest.ComplaintIn(t, complaint.StateInvestigating)
	older.ID, older.CreatedAt = "cmp_1", crmtest.Tuesday.Add(-time.Hour)
	older.Job.DeliveredAt = &complaint.Sourced[time.Time]{crmtest.Tuesday.AddDate(0, 0, -9), "customer"}
	older, _, err := older.Decide(own, crmtest.ColourFacts, terms.Complaint(), now)
	if err != nil || older.Verdict.Liability != verdict.OutOfWindow {
		t.Fatalf("%+v %v", older.Verdict, err)
	}
	older.NeededBy = now.Add(72 * time.Hour)
	younger.ReportedAt, younger.NeededBy = crmtest.Tuesday.AddDate(0, 0, -3), now.Add(24*time.Hour)
	_, kept, _, err := younger.Join(staff.ActorOf(crmtest.Boss), older, terms.Complaint(), now)
	if err != nil || kept.State != complaint.StateInvestigating || !kept.ReportedAt.Equal(younger.ReportedAt) ||
		!kept.NeededBy.Equal(younger.NeededBy) {
		t.Fatalf("in %s, reported at %v, needed by %v, %v", kept.State, kept.ReportedAt, kept.NeededBy, err)
	}
	if kept, _, err = kept.Decide(own, crmtest.ColourFacts, terms.Complaint(), now); err != nil ||
		kept.Verdict.Liability != verdict.LiableUs {
		t.Errorf("%+v %v", kept.Verdict, err)
	}
	proposed, later := crmtest.ComplaintIn(t, complaint.StateProposed),
		crmtest.ComplaintIn(t, complaint.StateInvestigating)
	proposed.ID, proposed.CreatedAt, proposed.ReportedAt, proposed.NeededBy = "cmp_1", crmtest.Tuesday.Add(-2*time.Hour),
		crmtest.Tuesday.Add(-2*time.Hour), time.Time{}
	later.Measurements, later.NeededBy = nil, now.Add(72*time.Hour)
	if _, kept, _, err = later.Join(staff.ActorOf(crmtest.Boss), proposed, terms.Complaint(), now); err != nil ||
		kept.State != complaint.StateJudged || !kept.NeededBy.Equal(later.NeededBy) ||
		!kept.ReportedAt.Equal(proposed.ReportedAt) {
		t.Errorf("in %s, needed by %v, reported at %v, %v", kept.State, kept.NeededBy, kept.ReportedAt, err)
	}
}
