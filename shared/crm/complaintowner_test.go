package crm

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// complaintTeam is a shop with the people of the tests and nobody else.
func complaintTeam(people ...Staff) Shop {
	shop := testShop()
	shop.Staff = people
	return shop
}

func absent(p Staff) Staff {
	p.Absences = []Absence{{From: tuesday.Add(-time.Hour), To: tuesday.Add(48 * time.Hour), Reason: "sick"}}
	return p
}

func gone(p Staff) Staff {
	at := tuesday.Add(-time.Hour)
	p.LeavesAt = &at
	return p
}

func TestNextComplaintOwner(t *testing.T) {
	terms := testTerms(t)
	terms.Branch.Manager = "stf_mo"
	ann, ben, sal, mo := complaintStaff("stf_ann", Service), complaintStaff("stf_ben", Service), complaintStaff("stf_sal", Sales), complaintStaff("stf_mo", Manager)
	far := complaintStaff("stf_far", Service)
	far.Branches = []string{"hangzhou"}
	boss := Staff{ID: "stf_boss", Roles: []Role{Owner}, HeadOffice: true}
	for _, tc := range []struct {
		name   string
		people []Staff
		turn   int64
		want   string
	}{
		{"service in rotation", []Staff{ann, ben, sal, mo}, 0, "stf_ann"},
		{"the next turn", []Staff{ann, ben, sal, mo}, 1, "stf_ben"},
		{"who is absent is left out", []Staff{absent(ann), ben, sal, mo}, 0, "stf_ben"},
		{"who has left too", []Staff{gone(ann), ben, sal, mo}, 2, "stf_ben"},
		{"and who works elsewhere", []Staff{far, ben, sal, mo}, 0, "stf_ben"},
		{"no service: the customer's own person", []Staff{absent(ann), far, sal, mo}, 0, "stf_sal"},
		{"who is away as well: the manager", []Staff{absent(ann), absent(sal), mo}, 0, "stf_mo"},
		{"no manager: an owner of the shop", []Staff{absent(ann), gone(mo), boss}, 0, "stf_boss"},
		{"nobody", []Staff{absent(ann), gone(mo), far}, 0, ""},
	} {
		c := testComplaint(t)
		c.Account = "stf_sal"
		got, ok := NextComplaintOwner(complaintTeam(tc.people...).Roster, terms.Complaint(), c, tc.turn, tuesday)
		if got.ID != tc.want && ok || ok != (tc.want != "") {
			t.Errorf("%s: %s, %v", tc.name, got.ID, ok)
		}
		if !ok {
			continue
		}
		if _, _, err := c.Assign(Process("complaint"), got, terms.Complaint(), tuesday); err != nil {
			t.Errorf("%s: the rule refuses whom it chose: %v", tc.name, err)
		}
	}
}

func TestComplaintApprover(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	fin, mo, far := complaintStaff("stf_fin", Finance), complaintStaff("stf_mo", Manager), complaintStaff("stf_far", Manager)
	far.Branches = []string{"hangzhou"}
	boss := complaintStaff("stf_boss", Owner)
	asking := func(minor int64, before Granted) Complaint {
		c := complaintIn(t, ComplaintJudged)
		next, _, err := c.Propose(own, RemedyChoice{Remedies: credit(minor), Before: before}, terms.Complaint(), tuesday)
		if err != nil {
			t.Fatal(err)
		}
		return next
	}
	all := []Staff{complaintOwner, complaintClerk, boss, mo, fin, far}
	for _, tc := range []struct {
		name   string
		c      Complaint
		people []Staff
		asked  int
		want   string
	}{
		{"the nearest limit", asking(100_000, Granted{}), all, 0, "stf_fin"},
		{"the next one at half time", asking(100_000, Granted{}), all, 1, "stf_mo"},
		{"then the owner of the shop", asking(100_000, Granted{}), all, 2, "stf_boss"},
		{"and again from the first", asking(100_000, Granted{}), all, 3, "stf_fin"},
		{"beyond a limit", asking(400_000, Granted{}), all, 0, "stf_mo"},
		{"what was given before counts", asking(100_000, Granted{Customer: 250_000}), all, 0, "stf_mo"},
		{"beyond every limit", asking(600_000, Granted{}), all, 0, "stf_boss"},
		{"beyond the job's worth", asking(100_000, Granted{Job: 790_000}), all, 0, "stf_boss"},
		{"who is absent is left out", asking(100_000, Granted{}), []Staff{absent(fin), mo, boss}, 0, "stf_mo"},
		{"nobody present: an owner of the shop", asking(100_000, Granted{}), []Staff{absent(fin), absent(mo), absent(boss)}, 0, "stf_boss"},
		{"no owner either", asking(100_000, Granted{}), []Staff{gone(boss), absent(fin), far}, 0, ""},
		{"an overruling: any impartial person", complaintIn(t, "judged, overruling asked"), []Staff{fin, mo, boss}, 0, "stf_fin"},
		{"but not who asked for it", complaintIn(t, "judged, overruling asked"), []Staff{boss, mo}, 1, "stf_mo"},
	} {
		got, ok := Approver(complaintTeam(tc.people...).Roster, terms.Complaint(), tc.c, tc.asked, tuesday)
		if ok != (tc.want != "") || ok && got.ID != tc.want {
			t.Errorf("%s: %s, %v", tc.name, got.ID, ok)
		}
		if before := (Granted{}); ok && tc.c.Approval != nil {
			before = tc.c.Approval.Before
			if _, _, err := tc.c.Approve(ActorOf(got), tc.c.Approvals, tc.c.asked(), before, terms.Complaint(), tuesday); err != nil {
				t.Errorf("%s: %s is asked and may not: %v", tc.name, got.ID, err)
			}
		}
	}
	for _, party := range []string{"the customer's own person", "a former owner", "who opened it"} {
		c := asking(100_000, Granted{})
		switch party {
		case "the customer's own person":
			c.Account = "stf_fin"
		case "a former owner":
			c.Owners = append(c.Owners, "stf_fin")
		default:
			c.OpenedBy = "stf_fin"
		}
		if got, _ := Approver(complaintTeam(fin, mo).Roster, terms.Complaint(), c, 0, tuesday); got.ID != "stf_mo" {
			t.Errorf("%s is asked: %s", party, got.ID)
		}
	}
}

func TestComplaintWordsForTheCustomer(t *testing.T) {
	terms := testTerms(t)
	c := complaintIn(t, ComplaintOffered)
	m := func(minor int64) Money { return Money{minor, "CNY"} }
	c.Remedies = []Remedy{
		{Kind: RemedyPartReprint, Quantity: 300, Amount: m(54_321), Value: m(120_000), CustomerPays: m(20_000), PromisedAt: time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)},
		{Kind: RemedyPriceCut, Amount: m(54_321), Value: m(100_050)}, {Kind: RemedyApology, Amount: m(0), Value: m(0)},
	}
	for lang, want := range map[Lang]string{
		Zh: "部分重印，300 件，您承担 200.00 元，12月4日 周五 17:00之前交付\n折让留用，1,000.50 元\n道歉并说明",
		En: "partial reprint, 300 pieces; your part is CNY 200.00; delivered by Fri 4 Dec, 17:00\nprice reduction and keep, CNY 1,000.50\napology",
	} {
		if got := c.OfferWords(terms.Calendar, tuesday, lang); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		if strings.Contains(c.OfferWords(terms.Calendar, tuesday, lang), "543") {
			t.Error("the customer reads what it costs us")
		}
	}
	for evidence, words := range EvidenceWords {
		c.Asked = []Evidence{evidence}
		if c.AskedWords(Zh) == "" || c.AskedWords(En) == "" || evidence == EvidenceFile && c.AskedWords(En) == words.En {
			t.Errorf("%s: %q", evidence, c.AskedWords(En))
		}
	}
	for _, row := range complaintRows(t) {
		for _, lang := range []Lang{Zh, En} {
			if row.c.Stage(lang) == "" || !row.c.Closed() && row.c.NextStep(lang) == "" || row.c.DefectWords(lang) == "" || row.c.SeverityWords(lang) == "" {
				t.Errorf("%s: no words", row.name)
			}
			by, until := row.c.AskedBy()
			if asked := row.c.State == ComplaintAwaiting || row.name == "judged, overruling asked"; asked != (by != "") || asked && (until.IsZero() || row.c.Question(lang) == "") {
				t.Errorf("%s: %q asks until %v: %q", row.name, by, until, row.c.Question(lang))
			}
			if until, wanted, after := row.c.AnswerBy(); (row.c.theirs() || row.c.Pause != nil) && (!until.After(tuesday) || wanted.In(lang) == "" || after.In(lang) == "") {
				t.Errorf("%s: %v %q %q", row.name, until, wanted.In(lang), after.In(lang))
			}
		}
		if at, err := row.c.Promise(terms.Complaint(), tuesday.Add(400*time.Hour)); !row.c.Closed() && (err != nil || !at.After(tuesday.Add(400*time.Hour))) {
			t.Errorf("%s: a promise of %v, %v", row.name, at, err)
		}
	}
}

// What the customer was told holds while the complaint goes on inside the house; only a message gives him another time.
func TestComplaintPromiseHolds(t *testing.T) {
	terms, own, boss := testTerms(t), ActorOf(complaintOwner), ActorOf(complaintBoss)
	c := testComplaint(t)
	told := c.Promised
	now := tuesday.Add(30 * time.Minute)
	step := func(next Complaint, _ Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, faultsIn(err))
		}
		c, now = next, now.Add(10*time.Minute)
	}
	step(c.Triage(boss, ComplaintTriage{Severity: 3}, complaintOwner, terms.Complaint(), now))
	step(c.Measure(own, complaintFarOff(DefectColourDeviation), terms.Complaint(), now))
	if !c.Promised.Equal(told) {
		t.Errorf("investigating: %v, he was told %v", c.Promised, told)
	}
	asked, _, err := c.RequestEvidence(own, []Evidence{EvidencePhoto}, terms.Complaint(), now)
	if err != nil || !asked.Promised.Equal(told) {
		t.Errorf("asked for evidence in the same state: %v, %v", asked.Promised, err)
	}
	step(c.Decide(own, colourFacts, terms.Complaint(), now))
	step(c.Propose(own, RemedyChoice{Remedies: credit(100_000)}, terms.Complaint(), now))
	if !c.Promised.Equal(told) || c.State != ComplaintAwaiting {
		t.Errorf("%s: %v, he was told %v", c.State, c.Promised, told)
	}
	i := slices.IndexFunc(c.Rungs, func(r Rung) bool { return r.Do == DoCorrectPromise })
	if i < 0 || !c.Rungs[i].At.Before(told) {
		t.Fatalf("nobody looks at the promise: %v", c.Rungs)
	}
	corrected, _, err := c.CorrectPromise(terms.Complaint(), c.Rungs[i].At)
	if err != nil || !corrected.Promised.After(told) {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(corrected.Rungs, func(r Rung) bool { return r.Do == DoTellPromise && r.At.Equal(c.Rungs[i].At) }) {
		t.Errorf("he does not hear of it: %v", corrected.Rungs)
	}
	step(c.Approve(boss, c.Approvals, c.asked(), Granted{}, terms.Complaint(), now))
	step(c.Agree(Visitor, c.Turn, terms.Complaint(), now))
	if !c.Promised.After(told) {
		t.Errorf("agreed: %v", c.Promised)
	}
}
