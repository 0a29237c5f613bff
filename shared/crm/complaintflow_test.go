package crm

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samber/lo"
)

// complaintIn is the complaint of the row.
func complaintIn(t *testing.T, name string) Complaint {
	t.Helper()
	row, ok := lo.Find(complaintRows(t), func(r complaintRow) bool { return r.name == name })
	if !ok {
		t.Fatalf("no row %s", name)
	}
	return row.c
}

func TestComplaintPromiseIsCorrectedBeforeItIsBroken(t *testing.T) {
	terms := testTerms(t)
	for _, name := range []string{ComplaintNew, ComplaintInvestigating, "investigating, paused", ComplaintJudged, ComplaintCarryingOut} {
		c := complaintIn(t, name)
		for range 3 {
			i := slices.IndexFunc(c.Rungs, func(r Rung) bool { return r.Do == DoCorrectPromise })
			if i < 0 {
				t.Fatalf("%s: nobody looks at the promise", name)
			}
			at := c.Rungs[i].At
			if !at.Before(c.Promised) {
				t.Errorf("%s: looked at %v, promised %v", name, at, c.Promised)
			}
			if c.Pause == nil && c.Promises == 0 && !at.After(c.Due) {
				t.Errorf("%s: the customer hears of a later day at %v, before we have missed our own at %v", name, at, c.Due)
			}
			if _, _, err := c.CorrectPromise(terms.Complaint(), at.Add(-time.Second)); KindOf(err) != Refused {
				t.Errorf("%s: too early: %v", name, err)
			}
			next, event, err := c.CorrectPromise(terms.Complaint(), at)
			if err != nil || !next.Promised.After(c.Promised) || event.Type != ComplaintPromisedEvent || next.Turn != c.Turn {
				t.Fatalf("%s: %v to %v, %v", name, c.Promised, next.Promised, err)
			}
			if _, _, err := next.CorrectPromise(terms.Complaint(), at); KindOf(err) != Refused {
				t.Errorf("%s: corrected twice at once: %v", name, err)
			}
			c = next
		}
	}
	for _, name := range []string{ComplaintOffered, ComplaintVerifying, ComplaintCorrecting, ComplaintClosed} {
		if _, _, err := complaintIn(t, name).CorrectPromise(terms.Complaint(), tuesday.AddDate(1, 0, 0)); err == nil {
			t.Errorf("%s: there is no promise to correct", name)
		}
	}
}

func TestComplaintReprintKeepsItsDay(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintAgreed)
	m := Money{100_000, "CNY"}
	c.Remedies = []Remedy{{Kind: RemedyPartReprint, Quantity: 300, Amount: m, Value: m}}
	if _, _, err := c.CarryOutRemedies(own, CarryOutPlan{}, terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("a reprint without a day: %v", err)
	}
	if _, _, err := c.CarryOutRemedies(own, CarryOutPlan{PromisedAt: tuesday, CreditNumber: "CN-1"}, terms.Complaint(), tuesday); len(faultsIn(err)) < 2 {
		t.Errorf("a day that is over and a number that nobody needs: %v", faultsIn(err))
	}
	day := time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)
	c, _, err := c.CarryOutRemedies(own, CarryOutPlan{PromisedAt: day}, terms.Complaint(), tuesday)
	if err != nil || !c.Promised.Equal(day) || !c.Due.Equal(day) {
		t.Fatalf("promised %v, due %v, %v", c.Promised, c.Due, err)
	}
	later := day.Add(72 * time.Hour)
	c, _, err = c.CarryOutRemedies(own, CarryOutPlan{PromisedAt: later}, terms.Complaint(), tuesday.Add(time.Hour))
	if err != nil || !c.Promised.Equal(later) || c.Promises != 1 {
		t.Errorf("a new day: %v %d %v", c.Promised, c.Promises, err)
	}
}

func TestComplaintCreditNeedsItsNumber(t *testing.T) {
	terms, own, finance := testTerms(t), ActorOf(complaintOwner), ActorOf(complaintStaff("stf_finance", Finance))
	c := complaintIn(t, ComplaintAgreed)
	if _, _, err := c.CarryOutRemedies(own, CarryOutPlan{CreditNumber: "CN-1"}, terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("service entered the number: %v", err)
	}
	c, _, err := c.CarryOutRemedies(own, CarryOutPlan{}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Complete(own, terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("done without a number: %v", err)
	}
	c, _, err = c.CarryOutRemedies(finance, CarryOutPlan{CreditNumber: "CN-1"}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = c.Complete(finance, terms.Complaint(), tuesday); err != nil || c.Cost == nil || *c.Cost != (Money{100_000, "CNY"}) {
		t.Errorf("%v %v", c.Cost, err)
	}
}

func TestComplaintReopening(t *testing.T) {
	terms := testTerms(t)
	c := complaintIn(t, ComplaintClosed)
	c.Severity = 2
	if _, _, err := c.Reopen(Visitor, terms.Complaint(), c.ClosedAt.AddDate(0, 0, 30).Add(time.Second)); KindOf(err) != Refused {
		t.Errorf("after the window: %v", err)
	}
	cost := *c.Cost
	for round, want := range []int{2, 1, 1} {
		at := c.ClosedAt.AddDate(0, 0, 29)
		next, event, err := c.Reopen(Visitor, terms.Complaint(), at)
		if err != nil {
			t.Fatal(err)
		}
		if next.Round != round+2 || next.Severity != want || next.State != ComplaintNew ||
			event.Progress.Closed || event.Progress.WorkflowID() == c.Progress().WorkflowID() {
			t.Errorf("reopening %d: round %d, severity %d, %s", round+1, next.Round, next.Severity, next.State)
		}
		if !next.RoundAt.Equal(at) || !next.ResolveDue.After(at) || len(next.Stops) != 0 || next.Verdict != nil || next.Approval != nil ||
			*next.Cost != cost || len(next.Earlier) != round+1 || next.Earlier[round].Open || !next.Earlier[round].ClosedAt.Equal(c.ClosedAt) {
			t.Errorf("reopening %d: the round does not start afresh: %+v", round+1, next)
		}
		if !slices.ContainsFunc(next.Rungs, func(r Rung) bool { return r.Do == DoAcknowledge }) ||
			!slices.ContainsFunc(next.Rungs, func(r Rung) bool { return r.Do == DoTellDecided && r.At.Equal(at) }) {
			t.Errorf("reopening %d: customer or owner hears nothing: %v", round+1, next.Rungs)
		}
		if c, _, err = next.Withdraw(Visitor, "", terms.Complaint(), at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
}

// What is settled for the customer is corrected for weeks. Until it is closed he reopens it as after: the correction that runs is kept, and that it was open.
func TestComplaintReopenedWhileItIsCorrected(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintCorrecting)
	c, _, err := c.Correct(own, Correction{Action: "calibrate weekly", Owner: "stf_production", Due: tuesday.Add(72 * time.Hour)}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	at := tuesday.AddDate(0, 0, 45) // nobody has closed it: no days have begun
	if !slices.Contains(c.CustomerMay(terms.Complaint(), at), ReopenComplaint) {
		t.Error("the customer is not offered it")
	}
	for _, by := range []Actor{Visitor, own} {
		next, event, err := c.Reopen(by, terms.Complaint(), at)
		if err != nil {
			t.Fatalf("%s: %v", by.ID, err)
		}
		if next.State != ComplaintNew || next.Round != 2 || !next.RoundAt.Equal(at) || !next.ResolveDue.After(at) || event.Progress.WorkflowID() == c.Progress().WorkflowID() {
			t.Errorf("%s: the round does not start afresh: %+v", by.ID, next)
		}
		if c.Freezes() || !next.Freezes() {
			t.Errorf("%s: he gets marketing again while it is open", by.ID)
		}
		if next.Correction != nil || next.Cause != nil || !next.ResolvedAt.IsZero() || next.Outcome != "" {
			t.Errorf("%s: %+v", by.ID, next)
		}
		was := next.Earlier[0]
		if was.Outcome != OutcomeSettled || !was.Open || !was.ClosedAt.IsZero() || !was.ResolvedAt.Equal(c.ResolvedAt) || was.Cause != c.Cause || was.Correction != c.Correction {
			t.Errorf("%s: %+v", by.ID, was)
		}
	}
}

// Who of us ends a complaint for the customer says why, and the customer hears of it; of himself no reason is asked, and nobody writes to him.
func TestComplaintWithdrawnByStaff(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintTriaged)
	for _, reason := range []InternalText{"", " \n", "\x00", InternalText(strings.Repeat("x", 2001))} {
		if same, _, err := c.Withdraw(own, reason, terms.Complaint(), tuesday); len(faultsIn(err)) != 1 || same.Version != c.Version {
			t.Errorf("%.10q: %v", reason, err)
		}
	}
	for by, told := range map[*Actor]bool{&own: true, &Visitor: false} {
		reason := InternalText("he called")
		if !told {
			reason = ""
		}
		next, _, err := c.Withdraw(*by, reason, terms.Complaint(), tuesday)
		if err != nil || next.Withdrawal.By != by.ID || next.Withdrawal.Reason != reason {
			t.Fatalf("%s: %+v %v", by.ID, next.Withdrawal, err)
		}
		if got := slices.ContainsFunc(next.Rungs, func(r Rung) bool { return r.Do == DoTellTakenBack && r.Last }); got != told {
			t.Errorf("%s: the customer hears of it: %v", by.ID, got)
		}
		again, _, err := next.Reopen(own, terms.Complaint(), tuesday.Add(time.Hour))
		if err != nil || again.Withdrawal != nil || again.Earlier[0].Withdrawal != next.Withdrawal {
			t.Errorf("%s: %+v %v", by.ID, again.Withdrawal, err)
		}
	}
}

// While another verdict waits for approval the owner is told so, and not to choose what is offered.
func TestComplaintWaitsForTheOtherVerdict(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c, before := complaintIn(t, "judged, overruling asked"), complaintIn(t, ComplaintJudged)
	_, _, err := c.Propose(own, RemedyChoice{Remedies: credit(10_000)}, terms.Complaint(), tuesday)
	var refused *Error
	if !errors.As(err, &refused) || refused.Kind != Refused {
		t.Fatal(err)
	}
	for _, lang := range []Lang{Zh, En} {
		if c.NextStep(lang) == before.NextStep(lang) || !strings.Contains(c.NextStep(lang), Text{"审批", "approval"}.In(lang)) {
			t.Errorf("next: %s", c.NextStep(lang))
		}
		if text := refused.Text.In(lang); !strings.Contains(text, Text{"改判正在等待审批", "The other verdict waits for approval"}.In(lang)) {
			t.Error(text)
		}
	}
	approver := ActorOf(complaintStaff("stf_manager", Manager))
	if c, _, err = c.Approve(approver, c.Approvals, c.asked(), Granted{}, terms.Complaint(), tuesday); err != nil || c.NextStep(En) != before.NextStep(En) {
		t.Errorf("once it is approved: %s %v", c.NextStep(En), err)
	}
}

func TestComplaintJoining(t *testing.T) {
	terms, boss := testTerms(t), ActorOf(complaintBoss)
	older, younger := testComplaint(t), complaintIn(t, ComplaintInvestigating)
	older.ID, older.CreatedAt = "cmp_1", tuesday.Add(-time.Hour)
	ended, kept, events, err := younger.Join(boss, older, terms.Complaint(), tuesday)
	if err != nil || ended.State != ComplaintJoined || ended.JoinedInto != "cmp_1" ||
		kept.Version != older.Version+1 || events[0].Record != "cmp_2" || events[1].Record != "cmp_1" {
		t.Fatalf("%s %+v %v", ended.State, kept.Joined, err)
	}
	if len(kept.Joined) != 1 || kept.Joined[0].Complaint != "cmp_2" || len(kept.Joined[0].Measurements) != 1 {
		t.Errorf("evidence: %+v", kept.Joined)
	}
	if got := kept.caseOf(colourFacts).Measurements; len(got) != 1 {
		t.Errorf("the verdict does not see what was joined: %v", got)
	}
	for name, spoil := range map[string]func(older *Complaint){
		"another customer": func(o *Complaint) { o.Customer = "cus_2" }, "another job": func(o *Complaint) { o.Job.Ref = "J-2" },
		"a younger one": func(o *Complaint) { o.CreatedAt = tuesday.Add(time.Hour) }, "itself": func(o *Complaint) { o.ID = younger.ID },
		"a closed one": func(o *Complaint) { o.State = ComplaintClosed }, "a settled one": func(o *Complaint) { o.ResolvedAt = tuesday },
		"another branch": func(o *Complaint) { o.Branch = "hangzhou" },
	} {
		o := older
		spoil(&o)
		a, b, told, err := younger.Join(boss, o, terms.Complaint(), tuesday)
		if KindOf(err) != Invalid || a.Version != younger.Version || b.Version != o.Version || told[0].Type != "" || told[1].Type != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestComplaintJoiningHidesNothing: the kept one is as grave as the graver, about all that is wrong, and judged again where its verdict knew less.
func TestComplaintJoiningHidesNothing(t *testing.T) {
	terms, boss, now := testTerms(t), ActorOf(complaintBoss), tuesday.Add(time.Hour)
	for _, tc := range []struct {
		name, row, state string
		younger          func(*Complaint)
	}{
		{"a graver one into a new one", ComplaintNew, ComplaintNew, func(c *Complaint) { c.Severity, c.Defects = 1, []DefectKind{DefectWrongContent} }},
		{"nothing new", ComplaintJudged, ComplaintJudged, func(c *Complaint) { c.Severity, c.Measurements = 4, nil }},
		{"graver, judged", ComplaintJudged, ComplaintJudged, func(c *Complaint) { c.Severity, c.Measurements, c.Defects = 1, nil, []DefectKind{DefectTrim} }},
		{"more are bad", ComplaintJudged, ComplaintInvestigating, func(c *Complaint) { c.Affected, c.Measurements = 900, nil }},
		{"another measurement", "judged, overruling asked", ComplaintInvestigating, func(*Complaint) {}},
		{"graver, proposed", ComplaintProposed, ComplaintJudged, func(c *Complaint) { c.Severity, c.Measurements = 1, nil }},
		{"while it is paused", "investigating, paused", ComplaintInvestigating, func(c *Complaint) { c.Severity = 1 }},
		{"an offer lies with the customer", ComplaintOffered, ComplaintOffered, func(c *Complaint) { c.Severity, c.Affected = 1, 900 }},
	} {
		older, younger := complaintIn(t, tc.row), complaintIn(t, ComplaintInvestigating)
		older.ID, older.CreatedAt = "cmp_1", tuesday.Add(-time.Hour)
		tc.younger(&younger)
		_, kept, events, err := younger.Join(boss, older, terms.Complaint(), now)
		if err != nil {
			t.Fatalf("%s: %v %+v", tc.name, err, faultsIn(err))
		}
		if kept.State != tc.state || kept.Severity != min(older.Severity, younger.Severity) || kept.Affected != max(older.Affected, younger.Affected) || !kept.Freezes() || !events[1].Wakes {
			t.Errorf("%s: in %s, severity %d, %d bad", tc.name, kept.State, kept.Severity, kept.Affected)
		}
		for _, kind := range younger.Defects {
			if !slices.Contains(kept.Defects, kind) || kept.Defects[0] != older.Defects[0] {
				t.Errorf("%s: %v", tc.name, kept.Defects)
			}
		}
		if judged := kept.Verdict != nil; judged != (tc.state == ComplaintJudged || tc.state == ComplaintOffered) {
			t.Errorf("%s: verdict %+v", tc.name, kept.Verdict)
		}
		if (kept.Pause == nil) != (older.Pause == nil) {
			t.Errorf("%s: pause %+v", tc.name, kept.Pause)
		}
		if same, _, err := kept.Replan(terms.Complaint(), now); err != nil || same.Version != kept.Version {
			t.Errorf("%s: it was not planned anew: %v", tc.name, err)
		}
	}
	cosmetic, worst := testComplaint(t), complaintIn(t, ComplaintTriaged)
	cosmetic.ID, cosmetic.CreatedAt, cosmetic.Severity, cosmetic.Defects = "cmp_1", tuesday.Add(-time.Hour), 4, []DefectKind{DefectBanding}
	worst.Severity = 1
	if _, kept, _, err := worst.Join(boss, cosmetic, terms.Complaint(), now); err != nil || cosmetic.Freezes() || !kept.Freezes() || !kept.ResolveDue.Before(cosmetic.ResolveDue) {
		t.Errorf("freezes %v, due %v, %v", kept.Freezes(), kept.ResolveDue, err)
	}
	full := cosmetic
	for _, d := range Defects()[:9] {
		full.Defects = append(full.Defects, d.Kind)
	}
	if _, kept, _, err := worst.Join(boss, full, terms.Complaint(), now); err != nil || len(kept.Defects) > 10 {
		t.Errorf("%v %v", kept.Defects, err)
	}
}

// TestComplaintJoiningKeepsTheFirstWord: which of two complaints was entered first says nothing about which he made first.
func TestComplaintJoiningKeepsTheFirstWord(t *testing.T) {
	terms, own, now := testTerms(t), ActorOf(complaintOwner), tuesday.Add(time.Hour)
	older, younger := complaintIn(t, ComplaintInvestigating), complaintIn(t, ComplaintInvestigating)
	older.ID, older.CreatedAt = "cmp_1", tuesday.Add(-time.Hour)
	older.Job.DeliveredAt = &Sourced[time.Time]{tuesday.AddDate(0, 0, -9), "customer"}
	older, _, err := older.Decide(own, colourFacts, terms.Complaint(), now)
	if err != nil || older.Verdict.Liability != OutOfWindow {
		t.Fatalf("%+v %v", older.Verdict, err)
	}
	older.NeededBy = now.Add(72 * time.Hour)
	younger.ReportedAt, younger.NeededBy = tuesday.AddDate(0, 0, -3), now.Add(24*time.Hour)
	_, kept, _, err := younger.Join(ActorOf(complaintBoss), older, terms.Complaint(), now)
	if err != nil || kept.State != ComplaintInvestigating || !kept.ReportedAt.Equal(younger.ReportedAt) || !kept.NeededBy.Equal(younger.NeededBy) {
		t.Fatalf("in %s, reported at %v, needed by %v, %v", kept.State, kept.ReportedAt, kept.NeededBy, err)
	}
	if kept, _, err = kept.Decide(own, colourFacts, terms.Complaint(), now); err != nil || kept.Verdict.Liability != LiableUs {
		t.Errorf("%+v %v", kept.Verdict, err)
	}
	proposed, later := complaintIn(t, ComplaintProposed), complaintIn(t, ComplaintInvestigating)
	proposed.ID, proposed.CreatedAt, proposed.ReportedAt, proposed.NeededBy = "cmp_1", tuesday.Add(-2*time.Hour), tuesday.Add(-2*time.Hour), time.Time{}
	later.Measurements, later.NeededBy = nil, now.Add(72*time.Hour)
	if _, kept, _, err = later.Join(ActorOf(complaintBoss), proposed, terms.Complaint(), now); err != nil || kept.State != ComplaintJudged || !kept.NeededBy.Equal(later.NeededBy) || !kept.ReportedAt.Equal(proposed.ReportedAt) {
		t.Errorf("in %s, needed by %v, reported at %v, %v", kept.State, kept.NeededBy, kept.ReportedAt, err)
	}
}

func TestComplaintClosesWhenTheCorrectionHelped(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintCorrecting)
	c.Severity, c.Cause = 2, nil
	c, err := c.plan(terms.Complaint())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Close(own, terms.Complaint(), tuesday); KindOf(err) != Refused {
		t.Errorf("without a cause: %v", err)
	}
	action := Correction{Action: "calibrate weekly", Owner: "stf_production", Due: tuesday.Add(72 * time.Hour)}
	if _, _, err := c.Correct(own, action, terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("a correction of nothing: %v", err)
	}
	step := func(next Complaint, _ Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, faultsIn(err))
		}
		c = next
	}
	step(c.FindCause(own, ComplaintCause{Factor: causeMachine, Text: "ink keys drifted"}, terms.Complaint(), tuesday))
	now := tuesday
	for _, effective := range []bool{false, true} {
		action.Due = now.Add(72 * time.Hour)
		step(c.Correct(own, action, terms.Complaint(), now))
		at := c.Correction.CheckAt
		if at.Before(action.Due.AddDate(0, 0, 30)) || at.After(action.Due.AddDate(0, 0, 33)) || !terms.Calendar.Open(at) || !c.Due.After(at) {
			t.Errorf("checked at %v, due %v", at, c.Due)
		}
		if i := slices.IndexFunc(c.Rungs, func(r Rung) bool { return r.Do == DoCheckEffect }); i < 0 || !c.Rungs[i].At.Equal(at) {
			t.Error("nobody looks at the effect")
		}
		if _, _, err := c.Close(own, terms.Complaint(), at); KindOf(err) != Refused {
			t.Errorf("closed over an open effect: %v", err)
		}
		if _, _, err := c.CheckEffect(own, true, terms.Complaint(), at.Add(-time.Minute)); KindOf(err) != Refused {
			t.Errorf("looked too early: %v", err)
		}
		now = at
		step(c.CheckEffect(own, effective, terms.Complaint(), now))
		if _, _, err := c.CheckEffect(own, true, terms.Complaint(), now); KindOf(err) != Refused {
			t.Errorf("looked twice: %v", err)
		}
		if _, _, err := c.Close(own, terms.Complaint(), now); (err == nil) != effective {
			t.Errorf("effective %v, closed: %v", effective, err)
		}
	}
}

// A correction that did not help is not forgotten for the next one, nor when the complaint is reopened; one that nobody has looked at is only put otherwise.
func TestComplaintKeepsItsCorrections(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c, now := complaintIn(t, ComplaintCorrecting), tuesday
	step := func(next Complaint, _ Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, faultsIn(err))
		}
		c = next
	}
	correct := func(action InternalText) {
		t.Helper()
		step(c.Correct(own, Correction{Action: action, Owner: "stf_production", Due: now.Add(72 * time.Hour)}, terms.Complaint(), now))
	}
	kept := func(what string, list []Correction, want ...InternalText) {
		t.Helper()
		var got []InternalText
		for _, k := range list {
			if got = append(got, k.Action); k.CheckedBy != own.ID || k.CheckedAt.IsZero() || k.Effective {
				t.Errorf("%s: how it was found is lost: %+v", what, k)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	correct("calibrat weekly")
	correct("calibrate weekly")
	kept("put otherwise", c.Corrections)
	for i, action := range []InternalText{"calibrate daily", "new ink keys"} {
		now = c.Correction.CheckAt
		step(c.CheckEffect(own, false, terms.Complaint(), now))
		correct(action)
		kept(string(action), c.Corrections, []InternalText{"calibrate weekly", "calibrate daily"}[:i+1]...)
	}
	now = c.Correction.CheckAt
	step(c.CheckEffect(own, true, terms.Complaint(), now))
	step(c.Close(own, terms.Complaint(), now))
	step(c.Reopen(Visitor, terms.Complaint(), now))
	if len(c.Corrections) != 0 || c.Earlier[0].Correction.Action != "new ink keys" {
		t.Errorf("%+v, before %+v", c.Corrections, c.Earlier[0])
	}
	kept("reopened", c.Earlier[0].Corrections, "calibrate weekly", "calibrate daily")
}

func TestComplaintClockStopsWhileTheCustomerDecides(t *testing.T) {
	terms := testTerms(t)
	c := complaintIn(t, ComplaintVerifying)
	before := c.ResolveDue
	late := tuesday.Add(5 * 24 * time.Hour)
	done, _, err := c.Verify(Visitor, true, terms.Complaint(), late)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := terms.Calendar.Between(before, done.ResolveDue), terms.Calendar.Between(tuesday, late); got != want || !done.InTime() {
		t.Errorf("moved by %v, not by the %v that he took", got, want)
	}
	again, _, err := c.Verify(Visitor, false, terms.Complaint(), late)
	if err != nil || again.State != ComplaintInvestigating || again.CarryOut != nil || !again.ResolvedAt.IsZero() || again.Cost == nil {
		t.Errorf("%s %v", again.State, err)
	}
}

func TestComplaintOfferTakesNoTimeOfOurs(t *testing.T) {
	terms := testTerms(t)
	c := complaintIn(t, ComplaintOffered)
	late := tuesday.Add(2 * 24 * time.Hour)
	for name, answer := range map[string]func() (Complaint, Event, error){
		"yes": func() (Complaint, Event, error) { return c.Agree(Visitor, c.Turn, terms.Complaint(), late) },
		"no":  func() (Complaint, Event, error) { return c.Decline(Visitor, terms.Complaint(), late) },
	} {
		next, _, err := answer()
		if got, want := terms.Calendar.Between(c.ResolveDue, next.ResolveDue), terms.Calendar.Between(tuesday, late); err != nil || got != want {
			t.Errorf("%s: moved by %v, not by the %v that he took: %v", name, got, want, err)
		}
	}
}

func TestComplaintSmallRemediesAddUp(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintJudged)
	for _, tc := range []struct {
		before Granted
		want   string
	}{
		{Granted{}, ComplaintOffered}, {Granted{Customer: 10_000}, ComplaintOffered}, {Granted{Customer: 10_001}, ComplaintAwaiting}, {Granted{Job: 795_000}, ComplaintAwaiting},
	} {
		next, _, err := c.Propose(own, RemedyChoice{Remedies: credit(10_000), Before: tc.before}, terms.Complaint(), tuesday)
		if err != nil || next.State != tc.want {
			t.Errorf("after %+v: %s %v", tc.before, next.State, err)
		}
	}
}

func TestComplaintAgreesToTheOfferThatHeRead(t *testing.T) {
	terms, boss := testTerms(t), ActorOf(complaintBoss)
	c := complaintIn(t, ComplaintOffered)
	read := c.Public().Turn
	edited, _, err := c.Propose(boss, RemedyChoice{Remedies: credit(50_000)}, terms.Complaint(), tuesday)
	if err != nil || edited.State != ComplaintOffered || edited.Approval.State != ApprovalVoid {
		t.Fatalf("%s %+v %v", edited.State, edited.Approval, err)
	}
	if _, _, err := edited.Agree(Visitor, read, terms.Complaint(), tuesday); KindOf(err) != Refused {
		t.Errorf("he agreed to what he never saw: %v", err)
	}
	if next, _, err := edited.Agree(Visitor, edited.Public().Turn, terms.Complaint(), tuesday); err != nil || next.Agreement.By != Visitor.ID {
		t.Error(err)
	}
}

func TestComplaintProposalsAreOnTheTable(t *testing.T) {
	terms, own := testTerms(t), ActorOf(complaintOwner)
	c := complaintIn(t, ComplaintJudged)
	next, _, err := c.Propose(own, RemedyChoice{Facts: &RemedyFacts{Usable: true, ReprintAt: tuesday.Add(96 * time.Hour)}}, terms.Complaint(), tuesday)
	if err != nil || next.State != ComplaintProposed || len(next.Proposals) == 0 || len(next.Remedies) != 0 {
		t.Fatalf("%s %d %v %+v", next.State, len(next.Proposals), err, faultsIn(err))
	}
	for name, remedies := range map[string][]Remedy{
		"nothing": nil, "another currency": {{Kind: RemedyRefund, Amount: Money{1, "EUR"}, Value: Money{1, "EUR"}}},
		"a negative amount": credit(-1), "more pieces than were delivered": {{Kind: RemedyPartReprint, Quantity: 2001, Amount: Money{1, "CNY"}, Value: Money{1, "CNY"}}},
	} {
		if same, _, err := next.Propose(own, RemedyChoice{Remedies: remedies}, terms.Complaint(), tuesday); KindOf(err) != Invalid || same.Version != next.Version {
			t.Errorf("%s: %v", name, err)
		}
	}
	next.Job.Value = nil
	if _, _, err := next.Propose(own, RemedyChoice{Remedies: credit(1)}, terms.Complaint(), tuesday); KindOf(err) != Invalid {
		t.Errorf("without the job's value: %v", err)
	}
}

func TestComplaintPolicyCheck(t *testing.T) {
	if faults := (Policy{Lead: StandardPolicy().Lead}).Check(); len(faults) > 0 {
		t.Errorf("a policy from before there were complaints: %v", Listed(faults))
	}
	for want, spoil := range map[string]func(*ComplaintPolicy){
		"/complaint/acknowledge_s":    func(p *ComplaintPolicy) { p.Acknowledge = -1 },
		"/complaint/time_s/judged/2":  func(p *ComplaintPolicy) { p.Time[ComplaintJudged] = [4]int64{1, 1, 0, 1} },
		"/complaint/time_s/waiting":   func(p *ComplaintPolicy) { p.Time["waiting"] = [4]int64{1, 1, 1, 1} },
		"/complaint/resolve_s/0":      func(p *ComplaintPolicy) { p.Resolve[0] = 1 << 40 },
		"/complaint/pause_s":          func(p *ComplaintPolicy) { p.Pause = 0 },
		"/complaint/promise_percent":  func(p *ComplaintPolicy) { p.Promise = 50 },
		"/complaint/reopen_days":      func(p *ComplaintPolicy) { p.ReopenDays = 0 },
		"/complaint/ladder/1/state":   func(p *ComplaintPolicy) { p.Ladder[1].State = "closed" },
		"/complaint/ladder/1/do":      func(p *ComplaintPolicy) { p.Ladder[1].Do = DoExpire },
		"/complaint/ladder/1/percent": func(p *ComplaintPolicy) { p.Ladder[1].Percent = -1 },
		"/complaint/ladder/3/name":    func(p *ComplaintPolicy) { p.Ladder[3].Name = p.Ladder[2].Name },
		"/complaint/ladder/2/name":    func(p *ComplaintPolicy) { p.Ladder[2].Name = "promised-1" },
		"after he was asked": func(p *ComplaintPolicy) {
			p.Ladder = slices.DeleteFunc(p.Ladder, func(r RungRule) bool { return r.Do == DoAskCustomer })
		},
		"closes in offered":                     func(p *ComplaintPolicy) { p.Ladder[1].Do = DoCloseSilent },
		"/complaint/verdict/visible_days":       func(p *ComplaintPolicy) { p.Verdict.VisibleDays = 0 },
		"/complaint/remedy/waste":               func(p *ComplaintPolicy) { p.Remedy.Waste = 101 },
		"/complaint/approval/roles/owner":       func(p *ComplaintPolicy) { p.Approval.Roles[Owner] = map[string]int64{"CNY": 1} },
		"/complaint/approval/roles/service/RMB": func(p *ComplaintPolicy) { p.Approval.Roles[Service] = map[string]int64{"RMB": 1} },
		"/complaint/approval/customer/CNY":      func(p *ComplaintPolicy) { p.Approval.Customer["CNY"] = -1 },
		"/complaint/approval/expires_s":         func(p *ComplaintPolicy) { p.Approval.Expires = 0 },
	} {
		p := StandardPolicy()
		spoil(&p.Complaint)
		if got := Listed(p.Check()); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}
