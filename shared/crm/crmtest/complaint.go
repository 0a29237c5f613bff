package crmtest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"

	"github.com/samber/lo"
)

// Colleague makes a staff member of the branch shanghai with these roles. The name is the id.
func Colleague(id string, roles ...staff.Role) staff.Staff {
	return staff.Staff{ID: id, Name: id, Roles: roles, Branches: []string{"shanghai"}}
}

var (
	// CaseOwner is the owner of the complaint. Actors has another colleague for the service role.
	CaseOwner = Colleague("stf_case", staff.Service)
	// ComplaintClerk asks and overrules where another person is needed.
	ComplaintClerk = Colleague("stf_clerk", staff.Service)
	// Boss is an owner of the shop.
	Boss = Colleague("stf_boss", staff.Owner)
)

// Actors are the columns of the permission tables. They are CaseOwner, one colleague for each role, a manager
// of another branch, the visitor and a process.
func Actors() []staff.Actor {
	out := []staff.Actor{staff.ActorOf(CaseOwner)}
	for _, r := range staff.Roles {
		out = append(out, staff.ActorOf(Colleague("stf_"+string(r), r)))
	}
	elsewhere := staff.Actor{ID: "stf_elsewhere", Roles: []staff.Role{staff.Manager}, Branches: []string{"hangzhou"}}
	return append(out, elsewhere, staff.Visitor, staff.Process("complaint"))
}

// ComplaintOpening is a complaint of 300 copies with a colour deviation, out of a job of 2000 copies for
// 8000.00 CNY.
func ComplaintOpening() complaint.Opening {
	return complaint.Opening{
		Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Wanted: remedy.PartReprint,
		Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral,
			Value:       &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered:   &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: Tuesday.Add(-24 * time.Hour), Source: "delivery-note"}},
	}
}

// ColourFacts are facts by which the verdict finds the shop liable.
var ColourFacts = complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible,
	Sample: verdict.SampleWorse, Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs}

// TestComplaint is the complaint of ComplaintOpening, which the visitor opened on Tuesday.
func TestComplaint(t complaintTB) complaint.Complaint {
	in := ComplaintOpening()
	c, _, err := complaint.Open(in,
		complaint.Opener{ID: "cmp_2", Customer: "cus_1", Contact: "con_1", By: staff.Visitor,
			Terms: ComplaintTerms(t).Complaint()}, Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ComplaintTerms are the terms of the branch shanghai in Shop.
func ComplaintTerms(t complaintTB) setup.Terms {
	terms, err := Shop().Terms("shanghai")
	if err != nil {
		t.Fatal(err)
	}
	return terms
}

// complaintTB is what testing.T and rapid.T share.
type complaintTB interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// Credit is a credit note of so many minor units of CNY, as the only remedy.
func Credit(minor int64) []remedy.Remedy {
	m := money.Money{Minor: minor, Currency: "CNY"}
	return []remedy.Remedy{{Kind: remedy.CreditNote, Amount: m, Value: m}}
}

// ComplaintDo gives one command by its name, with input that the rules accept, under ComplaintTerms.
func ComplaintDo(t complaintTB, c complaint.Complaint, command permission.Action, by staff.Actor,
	now time.Time) (complaint.Complaint, event.Event, error) {
	t.Helper()
	return ComplaintGive(t, c, command, by, ComplaintTerms(t), now)
}

// ComplaintGive is ComplaintDo under the given terms. It ends the test for a command without input.
func ComplaintGive(t complaintTB, c complaint.Complaint, command permission.Action, by staff.Actor, terms setup.Terms,
	now time.Time) (complaint.Complaint, event.Event, error) {
	older := TestComplaint(t)
	older.ID, older.CreatedAt = "cmp_1", Tuesday.Add(-time.Hour)
	switch command {
	case permission.AssignComplaint:
		return c.Assign(by, ComplaintClerk, terms.Complaint(), now)
	case permission.TriageComplaint:
		return c.Triage(by, complaint.Triage{Severity: 3}, CaseOwner, terms.Complaint(), now)
	case permission.RequestEvidence:
		wanted := defect.EvidencePhoto
		if slices.Contains(c.Asked, wanted) { // the same question would change nothing
			wanted = defect.EvidenceLabel
		}
		return c.RequestEvidence(by, []defect.Evidence{wanted}, terms.Complaint(), now)
	case permission.MeasureComplaint:
		return c.Measure(by, ComplaintFarOff(defect.ColourDeviation), terms.Complaint(), now)
	case permission.PauseComplaint:
		return c.PauseClock(by, complaint.PauseSample, terms.Complaint(), now)
	case permission.ResumeComplaint:
		return c.Resume(by, terms.Complaint(), now)
	case permission.DecideComplaint:
		return c.Decide(by, ColourFacts, terms.Complaint(), now)
	case permission.OverruleComplaint:
		return c.Overrule(by, ColourFacts,
			verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "the proof was pale too"},
			terms.Complaint(), now)
	case permission.ProposeComplaint:
		return c.Propose(by, complaint.RemedyChoice{Remedies: Credit(100_000)}, terms.Complaint(), now)
	case permission.ApproveComplaint:
		return c.Approve(by, c.Approvals, c.AskedAmount(), approval.Granted{}, terms.Complaint(), now)
	case permission.RejectComplaint:
		return c.Reject(by, c.Approvals, "too much", terms.Complaint(), now)
	case permission.AgreeComplaint:
		return c.Agree(by, c.Turn, terms.Complaint(), now)
	case permission.DeclineComplaint:
		return c.Decline(by, terms.Complaint(), now)
	case permission.CarryOutComplaint:
		return c.CarryOutRemedies(by, complaint.CarryOutPlan{}, terms.Complaint(), now)
	case permission.CompleteComplaint:
		return c.Complete(by, time.Time{}, terms.Complaint(), now)
	case permission.VerifyComplaint:
		return c.Verify(by, true, terms.Complaint(), now)
	case permission.FindCauseComplaint:
		return c.FindCause(by, complaint.Cause{Factor: "machine", Text: "ink keys drifted"}, terms.Complaint(), now)
	case permission.CorrectComplaint:
		return c.Correct(by, complaint.Correction{Action: "calibrate weekly", Owner: "stf_production",
			Due: now.Add(72 * time.Hour)}, terms.Complaint(), now)
	case permission.CloseComplaint:
		return c.Close(by, terms.Complaint(), now)
	case permission.ReopenComplaint:
		return c.Reopen(by, "Still wrong", terms.Complaint(), now)
	case permission.WithdrawComplaint:
		return c.Withdraw(by, "客户来电撤回", terms.Complaint(), now)
	case permission.CommentComplaint:
		next, _, e, err := c.Reply(by, fmt.Sprintf("cmt_%d", c.Version), "we are looking at it", terms.Complaint(), now)
		return next, e, err
	case permission.JoinComplaint:
		next, _, events, err := c.Join(by, older, terms.Complaint(), now)
		return next, events[0], err
	}
	t.Fatalf("no input for %s", command)
	return complaint.Complaint{}, event.Event{}, nil
}

// ComplaintFarOff is a measurement at three times the defect's limit.
func ComplaintFarOff(kind defect.Kind) defect.Measurement {
	tol := defect.TolerancesFor(kind, defect.ClassGeneral, nil)[0]
	return defect.Measurement{Measure: tol.Measure, Value: tol.Limit * 3, Unit: tol.Unit, Samples: 5}
}

// ComplaintRow is a complaint in one state of the table. Name is the state, with what else lies over it.
type ComplaintRow struct {
	Name string
	C    complaint.Complaint
}

// ComplaintRows brings a complaint into every state by the rules.
func ComplaintRows(t testing.TB) []ComplaintRow {
	terms, boss, own := Terms(t), staff.ActorOf(Boss), staff.ActorOf(CaseOwner)
	c := TestComplaint(t)
	var rows []ComplaintRow
	keep := func(name string) { rows = append(rows, ComplaintRow{name, c}) }
	do := func(by staff.Actor, command permission.Action) {
		t.Helper()
		next, _, err := ComplaintDo(t, c, command, by, Tuesday)
		if err != nil {
			t.Fatalf("%s in %s: %v %+v", command, c.State, err, kerneltest.FaultsIn(err))
		}
		c = next
	}
	aside := func(name string, by staff.Actor, commands ...permission.Action) {
		t.Helper()
		before := c
		for _, command := range commands {
			do(by, command)
		}
		keep(name)
		c = before
	}
	keep(complaint.StateNew)
	do(boss, permission.TriageComplaint)
	keep(complaint.StateTriaged)
	do(own, permission.RequestEvidence)
	do(own, permission.MeasureComplaint)
	keep(complaint.StateInvestigating)
	aside("investigating, paused", own, permission.PauseComplaint)
	do(own, permission.DecideComplaint)
	keep(complaint.StateJudged)
	aside("judged, overruling asked", boss, permission.OverruleComplaint)
	next, _, err := c.Propose(own, complaint.RemedyChoice{Remedies: Credit(100_000), Draft: true}, terms.Complaint(),
		Tuesday)
	if err != nil {
		t.Fatal(err, kerneltest.FaultsIn(err))
	}
	c = next
	keep(complaint.StateProposed)
	do(own, permission.ProposeComplaint)
	keep(complaint.StateAwaiting)
	do(boss, permission.ApproveComplaint)
	keep(complaint.StateOffered)
	do(staff.Visitor, permission.AgreeComplaint)
	keep(complaint.StateAgreed)
	do(own, permission.CarryOutComplaint)
	c, _, err = c.CarryOutRemedies(boss, complaint.CarryOutPlan{CreditNumber: "CN-7"}, terms.Complaint(), Tuesday)
	if err != nil {
		t.Fatal(err, kerneltest.FaultsIn(err))
	}
	keep(complaint.StateCarryingOut)
	do(own, permission.CompleteComplaint)
	keep(complaint.StateVerifying)
	do(staff.Visitor, permission.VerifyComplaint)
	do(own, permission.FindCauseComplaint)
	keep(complaint.StateCorrecting)
	do(own, permission.CloseComplaint)
	keep(complaint.StateClosed)
	c = rows[2].C
	do(own, permission.WithdrawComplaint)
	keep(complaint.StateWithdrawn)
	for _, r := range rows {
		if r.Name == complaint.StateOffered {
			if c, _, err = r.C.CloseUnanswered(terms.Complaint(), r.C.Due); err != nil {
				t.Fatal(err)
			}
		}
	}
	keep(complaint.StateUnanswered)
	c = rows[2].C
	do(own, permission.JoinComplaint)
	keep(complaint.StateJoined)
	return rows
}

// ComplaintIn is the complaint in the row of ComplaintRows with this name. It ends the test when there is
// none.
func ComplaintIn(t *testing.T, name string) complaint.Complaint {
	t.Helper()
	row, ok := lo.Find(ComplaintRows(t), func(r ComplaintRow) bool { return r.Name == name })
	if !ok {
		t.Fatalf("no row %s", name)
	}
	return row.C
}

// Absent is the person on sick leave, from an hour before Tuesday to 48 hours after it.
func Absent(p staff.Staff) staff.Staff {
	p.Absences = []staff.Absence{{From: Tuesday.Add(-time.Hour), To: Tuesday.Add(48 * time.Hour), Reason: "sick"}}
	return p
}
