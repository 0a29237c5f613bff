package complaint_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// complaintTeam is a shop with the people of the tests and nobody else.
func complaintTeam(people ...staff.Staff) setup.Shop {
	shop := crmtest.Shop()
	shop.Staff = people
	return shop
}

func gone(p staff.Staff) staff.Staff {
	at := crmtest.Tuesday.Add(-time.Hour)
	p.LeavesAt = &at
	return p
}

func TestNextComplaintOwner(t *testing.T) {
	terms := crmtest.Terms(t)
	terms.Branch.Manager = "stf_mo"
	ann, ben, sal, mo := crmtest.Colleague("stf_ann", staff.Service), crmtest.Colleague("stf_ben", staff.Service),
		crmtest.Colleague("stf_sal", staff.Sales), crmtest.Colleague("stf_mo", staff.Manager)
	far := crmtest.Colleague("stf_far", staff.Service)
	far.Branches = []string{"hangzhou"}
	boss := staff.Staff{ID: "stf_boss", Roles: []staff.Role{staff.Owner}, HeadOffice: true}
	for _, tc := range []struct {
		name   string
		people []staff.Staff
		turn   int64
		want   string
	}{
		{"service in rotation", []staff.Staff{ann, ben, sal, mo}, 0, "stf_ann"},
		{"the next turn", []staff.Staff{ann, ben, sal, mo}, 1, "stf_ben"},
		{"who is absent is left out", []staff.Staff{crmtest.Absent(ann), ben, sal, mo}, 0, "stf_ben"},
		{"who has left too", []staff.Staff{gone(ann), ben, sal, mo}, 2, "stf_ben"},
		{"and who works elsewhere", []staff.Staff{far, ben, sal, mo}, 0, "stf_ben"},
		{"no service: the customer's own person", []staff.Staff{crmtest.Absent(ann), far, sal, mo}, 0, "stf_sal"},
		{"who is away as well: the manager", []staff.Staff{crmtest.Absent(ann), crmtest.Absent(sal), mo}, 0, "stf_mo"},
		{"no manager: an owner of the shop", []staff.Staff{crmtest.Absent(ann), gone(mo), boss}, 0, "stf_boss"},
		{"nobody", []staff.Staff{crmtest.Absent(ann), gone(mo), far}, 0, ""},
	} {
		c := crmtest.TestComplaint(t)
		c.Account = "stf_sal"
		got, ok := complaint.NextOwner(complaintTeam(tc.people...).Roster, terms.Complaint(), c, tc.turn, crmtest.Tuesday)
		if got.ID != tc.want && ok || ok != (tc.want != "") {
			t.Errorf("%s: %s, %v", tc.name, got.ID, ok)
		}
		if !ok {
			continue
		}
		if _, _, err := c.Assign(staff.Process("complaint"), got, terms.Complaint(), crmtest.Tuesday); err != nil {
			t.Errorf("%s: the rule refuses whom it chose: %v", tc.name, err)
		}
	}
}

func TestComplaintApprover(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	fin, mo, far := crmtest.Colleague("stf_fin", staff.Finance), crmtest.Colleague("stf_mo", staff.Manager),
		crmtest.Colleague("stf_far", staff.Manager)
	far.Branches = []string{"hangzhou"}
	boss := crmtest.Colleague("stf_boss", staff.Owner)
	asking := func(minor int64, before approval.Granted) complaint.Complaint {
		c := crmtest.ComplaintIn(t, complaint.StateJudged)
		next, _, err := c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(minor), Before: before},
			terms.Complaint(), crmtest.Tuesday)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	all := []staff.Staff{crmtest.CaseOwner, crmtest.ComplaintClerk, boss, mo, fin, far}
	for _, tc := range []struct {
		name   string
		c      complaint.Complaint
		people []staff.Staff
		asked  int
		want   string
	}{
		{"the nearest limit", asking(100_000, approval.Granted{}), all, 0, "stf_fin"},
		{"the next one at half time", asking(100_000, approval.Granted{}), all, 1, "stf_mo"},
		{"then the owner of the shop", asking(100_000, approval.Granted{}), all, 2, "stf_boss"},
		{"and again from the first", asking(100_000, approval.Granted{}), all, 3, "stf_fin"},
		{"beyond a limit", asking(400_000, approval.Granted{}), all, 0, "stf_mo"},
		{"what was given before counts", asking(100_000, approval.Granted{Customer: 250_000}), all, 0, "stf_mo"},
		{"beyond every limit", asking(600_000, approval.Granted{}), all, 0, "stf_boss"},
		{"beyond the job's worth", asking(100_000, approval.Granted{Job: 790_000}), all, 0, "stf_boss"},
		{"who is absent is left out", asking(100_000, approval.Granted{}), []staff.Staff{crmtest.Absent(fin), mo, boss}, 0,
			"stf_mo"},
		{"nobody present: an owner of the shop", asking(100_000, approval.Granted{}),
			[]staff.Staff{crmtest.Absent(fin), crmtest.Absent(mo), crmtest.Absent(boss)}, 0, "stf_boss"},
		{"no owner either", asking(100_000, approval.Granted{}), []staff.Staff{gone(boss), crmtest.Absent(fin), far}, 0,
			""},
		{"an overruling: any impartial person", crmtest.ComplaintIn(t, "judged, overruling asked"),
			[]staff.Staff{fin, mo, boss}, 0, "stf_fin"},
		{"but not who asked for it", crmtest.ComplaintIn(t, "judged, overruling asked"), []staff.Staff{boss, mo}, 1,
			"stf_mo"},
	} {
		got, ok := complaint.Approver(complaintTeam(tc.people...).Roster, terms.Complaint(), tc.c, tc.asked, crmtest.Tuesday)
		if ok != (tc.want != "") || ok && got.ID != tc.want {
			t.Errorf("%s: %s, %v", tc.name, got.ID, ok)
		}
		if before := (approval.Granted{}); ok && tc.c.Approval != nil {
			before = tc.c.Approval.Before
			if _, _, err := tc.c.Approve(staff.ActorOf(got), tc.c.Approvals, tc.c.AskedAmount(), before, terms.Complaint(),
				crmtest.Tuesday); err != nil {
				t.Errorf("%s: %s is asked and may not: %v", tc.name, got.ID, err)
			}
		}
	}
	for _, party := range []string{"the customer's own person", "a former owner", "who opened it"} {
		c := asking(100_000, approval.Granted{})
		switch party {
		case "the customer's own person":
			c.Account = "stf_fin"
		case "a former owner":
			c.Owners = append(c.Owners, "stf_fin")
		default:
			c.OpenedBy = "stf_fin"
		}
		if got, _ := complaint.Approver(complaintTeam(fin, mo).Roster, terms.Complaint(), c, 0,
			crmtest.Tuesday); got.ID != "stf_mo" {
			t.Errorf("%s is asked: %s", party, got.ID)
		}
	}
}

func TestComplaintWordsForTheCustomer(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, row := range crmtest.ComplaintRows(t) {
		for _, lang := range []words.Lang{words.Zh, words.En} {
			if !row.C.Closed() && row.C.NextStep(lang) == "" || row.C.DefectWords(lang) == "" ||
				row.C.SeverityWords(lang) == "" {
				t.Errorf("%s: no words", row.Name)
			}
			by, until := row.C.AskedBy()
			if asked := row.C.State == complaint.StateAwaiting ||
				row.Name == "judged, overruling asked"; asked != (by != "") || asked &&
				(until.IsZero() || row.C.Question(lang) == "") {
				t.Errorf("%s: %q asks until %v: %q", row.Name, by, until, row.C.Question(lang))
			}
		}
		if at, err := row.C.Promise(terms.Complaint(), crmtest.Tuesday.Add(400*time.Hour)); !row.C.Closed() &&
			(err != nil || !at.After(crmtest.Tuesday.Add(400*time.Hour))) {
			t.Errorf("%s: a promise of %v, %v", row.Name, at, err)
		}
	}
}

// What the customer was told holds while the complaint goes on inside the house; only a message gives the customer
// another time.
func TestComplaintPromiseHolds(t *testing.T) {
	terms, own, boss := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner), staff.ActorOf(crmtest.Boss)
	c := crmtest.TestComplaint(t)
	told := c.Promised
	now := crmtest.Tuesday.Add(30 * time.Minute)
	step := func(next complaint.Complaint, _ event.Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, kerneltest.FaultsIn(err))
		}
		c, now = next, now.Add(10*time.Minute)
	}
	step(c.Triage(boss, complaint.Triage{Severity: 3}, crmtest.CaseOwner, terms.Complaint(), now))
	step(c.Measure(own, crmtest.ComplaintFarOff(defect.ColourDeviation), terms.Complaint(), now))
	if !c.Promised.Equal(told) {
		t.Errorf("investigating: %v, the customer was told %v", c.Promised, told)
	}
	asked, _, err := c.RequestEvidence(own, []defect.Evidence{defect.EvidencePhoto}, terms.Complaint(), now)
	if err != nil || !asked.Promised.Equal(told) {
		t.Errorf("asked for evidence in the same state: %v, %v", asked.Promised, err)
	}
	step(c.Decide(own, crmtest.ColourFacts, terms.Complaint(), now))
	step(c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(100_000)}, terms.Complaint(), now))
	if !c.Promised.Equal(told) || c.State != complaint.StateAwaiting {
		t.Errorf("%s: %v, the customer was told %v", c.State, c.Promised, told)
	}
	i := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoCorrectPromise })
	if i < 0 || !c.Rungs[i].At.Before(told) {
		t.Fatalf("nobody looks at the promise: %v", c.Rungs)
	}
	corrected, _, err := c.CorrectPromise(terms.Complaint(), c.Rungs[i].At)
	if err != nil || !corrected.Promised.After(told) {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(corrected.Rungs,
		func(r ladder.Rung) bool { return r.Do == ladder.DoTellPromise && r.At.Equal(c.Rungs[i].At) }) {
		t.Errorf("the customer does not hear of it: %v", corrected.Rungs)
	}
	step(c.Approve(boss, c.Approvals, c.AskedAmount(), approval.Granted{}, terms.Complaint(), now))
	step(c.Agree(staff.Visitor, c.Turn, terms.Complaint(), now))
	if !c.Promised.After(told) {
		t.Errorf("agreed: %v", c.Promised)
	}
}

// However often a complaint changes hands, its time runs on.
func TestComplaintNewOwnerGetsNoNewTime(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, row := range crmtest.ComplaintRows(t) {
		if row.C.Closed() {
			continue
		}
		next, _, err := row.C.Assign(staff.ActorOf(crmtest.Boss), crmtest.Colleague("stf_next", staff.Manager),
			terms.Complaint(), row.C.UpdatedAt.Add(time.Minute))
		if err != nil || next.Owner != "stf_next" || !next.Due.Equal(row.C.Due) || next.Turn != row.C.Turn ||
			!next.ClockFrom.Equal(row.C.ClockFrom) {
			t.Errorf("%s: due at %s, was %s; %v", row.Name, next.Due, row.C.Due, err)
		}
	}
}
