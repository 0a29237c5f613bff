package complaint_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

func TestComplaintPromiseIsCorrectedBeforeItIsBroken(t *testing.T) {
	terms := crmtest.Terms(t)
	for _, name := range []string{complaint.StateNew, complaint.StateInvestigating, "investigating, paused",
		complaint.StateJudged, complaint.StateCarryingOut} {
		c := crmtest.ComplaintIn(t, name)
		for range 3 {
			i := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoCorrectPromise })
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
			if _, _, err := c.CorrectPromise(terms.Complaint(), at.Add(-time.Second)); fault.KindOf(err) != fault.Refused {
				t.Errorf("%s: too early: %v", name, err)
			}
			next, e, err := c.CorrectPromise(terms.Complaint(), at)
			if err != nil || !next.Promised.After(c.Promised) || e.Type != event.ComplaintPromised || next.Turn != c.Turn {
				t.Fatalf("%s: %v to %v, %v", name, c.Promised, next.Promised, err)
			}
			if _, _, err := next.CorrectPromise(terms.Complaint(), at); fault.KindOf(err) != fault.Refused {
				t.Errorf("%s: corrected twice at once: %v", name, err)
			}
			c = next
		}
	}
	for _, name := range []string{complaint.StateOffered, complaint.StateVerifying, complaint.StateCorrecting,
		complaint.StateClosed} {
		if _, _, err := crmtest.ComplaintIn(t, name).CorrectPromise(terms.Complaint(),
			crmtest.Tuesday.AddDate(1, 0, 0)); err == nil {
			t.Errorf("%s: there is no promise to correct", name)
		}
	}
}

func TestComplaintReprintKeepsItsDay(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateAgreed)
	m := money.Money{Minor: 100_000, Currency: "CNY"}
	c.Remedies = []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 300, Amount: m, Value: m}}
	if _, _, err := c.CarryOutRemedies(own, complaint.CarryOutPlan{}, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a reprint without a day: %v", err)
	}
	if _, _, err := c.CarryOutRemedies(own, complaint.CarryOutPlan{PromisedAt: crmtest.Tuesday, CreditNumber: "CN-1"},
		terms.Complaint(), crmtest.Tuesday); len(kerneltest.FaultsIn(err)) < 2 {
		t.Errorf("a day that is over and a number that nobody needs: %v", kerneltest.FaultsIn(err))
	}
	day := time.Date(2026, 12, 4, 9, 0, 0, 0, time.UTC)
	c, _, err := c.CarryOutRemedies(own, complaint.CarryOutPlan{PromisedAt: day}, terms.Complaint(), crmtest.Tuesday)
	if err != nil || !c.Promised.Equal(day) || !c.Due.Equal(day) {
		t.Fatalf("promised %v, due %v, %v", c.Promised, c.Due, err)
	}
	later := day.Add(72 * time.Hour)
	c, _, err = c.CarryOutRemedies(own, complaint.CarryOutPlan{PromisedAt: later}, terms.Complaint(),
		crmtest.Tuesday.Add(time.Hour))
	if err != nil || !c.Promised.Equal(later) || c.Promises != 1 {
		t.Errorf("a new day: %v %d %v", c.Promised, c.Promises, err)
	}
}

func TestComplaintCreditNeedsItsNumber(t *testing.T) {
	terms, own, finance := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner),
		staff.ActorOf(crmtest.Colleague("stf_finance", staff.Finance))
	c := crmtest.ComplaintIn(t, complaint.StateAgreed)
	if _, _, err := c.CarryOutRemedies(own, complaint.CarryOutPlan{CreditNumber: "CN-1"}, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("service entered the number: %v", err)
	}
	c, _, err := c.CarryOutRemedies(own, complaint.CarryOutPlan{}, terms.Complaint(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Complete(own, time.Time{}, terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Refused ||
		!strings.Contains(err.Error(), "First enter it (finance, manager, the shop's owner)") {
		t.Errorf("done without a number: %v", err)
	}
	c, _, err = c.CarryOutRemedies(finance, complaint.CarryOutPlan{CreditNumber: "CN-1"}, terms.Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if c, _, err = c.Complete(finance, time.Time{}, terms.Complaint(), crmtest.Tuesday); err != nil || c.Cost == nil ||
		*c.Cost != (money.Money{Minor: 100_000, Currency: "CNY"}) {
		t.Errorf("%v %v", c.Cost, err)
	}
}

func TestComplaintReopening(t *testing.T) {
	terms := crmtest.Terms(t)
	c := crmtest.ComplaintIn(t, complaint.StateClosed)
	c.Severity = 2
	if _, _, err := c.Reopen(staff.Visitor, "Still wrong", terms.Complaint(),
		c.ClosedAt.AddDate(0, 0, 30).Add(time.Second)); fault.KindOf(err) != fault.Refused {
		t.Errorf("after the window: %v", err)
	}
	cost := *c.Cost
	for round, want := range []int{2, 1, 1} {
		at := c.ClosedAt.AddDate(0, 0, 29)
		next, e, err := c.Reopen(staff.Visitor, "Still wrong", terms.Complaint(), at)
		if err != nil {
			t.Fatal(err)
		}
		if next.Round != round+2 || next.Severity != want || next.State != complaint.StateNew ||
			e.Progress.Closed || e.Progress.WorkflowID() == c.Progress().WorkflowID() {
			t.Errorf("reopening %d: round %d, severity %d, %s", round+1, next.Round, next.Severity, next.State)
		}
		if !next.RoundAt.Equal(at) || !next.ResolveDue.After(at) || len(next.Stops) != 0 || next.Verdict != nil ||
			next.Approval != nil ||
			*next.Cost != cost || len(next.Earlier) != round+1 || next.Earlier[round].Open ||
			!next.Earlier[round].ClosedAt.Equal(c.ClosedAt) {
			t.Errorf("reopening %d: the round does not start afresh: %+v", round+1, next)
		}
		if next.Agreement != nil || next.CarryOut != nil || next.Verification != nil || next.Cause != nil ||
			next.Correction != nil || next.Case != nil || next.ProposedBy != "" || !next.ResolvedAt.IsZero() ||
			len(next.Remedies)+len(next.Proposals)+len(next.Corrections)+len(next.Asked) != 0 {
			t.Errorf("reopening %d: a yes, a remedy or a cause of the last round counts in this one: %+v", round+1, next)
		}
		if !slices.ContainsFunc(next.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoAcknowledge }) ||
			!slices.ContainsFunc(next.Rungs,
				func(r ladder.Rung) bool { return r.Do == ladder.DoTellDecided && r.At.Equal(at) }) {
			t.Errorf("reopening %d: customer or owner hears nothing: %v", round+1, next.Rungs)
		}
		if c, _, err = next.Withdraw(staff.Visitor, "", terms.Complaint(), at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
}

// What is settled for the customer is corrected for weeks. Until it is closed the customer reopens it as after: the
// correction that runs is kept, and that it was open.
func TestComplaintReopenedWhileItIsCorrected(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateCorrecting)
	c, _, err := c.Correct(own,
		complaint.Correction{Action: "calibrate weekly", Owner: "stf_production", Due: crmtest.Tuesday.Add(72 * time.Hour)},
		terms.Complaint(), crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	at := crmtest.Tuesday.AddDate(0, 0, 45) // nobody has closed it: no days have begun
	if !slices.Contains(c.CustomerMay(terms.Complaint(), at), permission.ReopenComplaint) {
		t.Error("the customer is not offered it")
	}
	for _, by := range []staff.Actor{staff.Visitor, own} {
		next, e, err := c.Reopen(by, "Still wrong", terms.Complaint(), at)
		if err != nil {
			t.Fatalf("%s: %v", by.ID, err)
		}
		if next.State != complaint.StateNew || next.Round != 2 || !next.RoundAt.Equal(at) || !next.ResolveDue.After(at) ||
			e.Progress.WorkflowID() == c.Progress().WorkflowID() {
			t.Errorf("%s: the round does not start afresh: %+v", by.ID, next)
		}
		if c.Freezes() || !next.Freezes() {
			t.Errorf("%s: marketing goes out again while it is open", by.ID)
		}
		if next.Correction != nil || next.Cause != nil || !next.ResolvedAt.IsZero() || next.Outcome != "" {
			t.Errorf("%s: %+v", by.ID, next)
		}
		was := next.Earlier[0]
		if was.Outcome != complaint.OutcomeSettled || !was.Open || !was.ClosedAt.IsZero() ||
			!was.ResolvedAt.Equal(c.ResolvedAt) || was.Cause != c.Cause || was.Correction != c.Correction {
			t.Errorf("%s: %+v", by.ID, was)
		}
	}
}

// Who of us ends a complaint for the customer says why, and the customer hears of it; the customer is asked for no
// reason, and nobody writes to them.
func TestComplaintWithdrawnByStaff(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateTriaged)
	for _, reason := range []words.InternalText{"", " \n", "\x00", words.InternalText(strings.Repeat("x", 2001))} {
		if same, _, err := c.Withdraw(own, reason, terms.Complaint(),
			crmtest.Tuesday); len(kerneltest.FaultsIn(err)) != 1 || same.Version != c.Version {
			t.Errorf("%.10q: %v", reason, err)
		}
	}
	for by, told := range map[*staff.Actor]bool{&own: true, &staff.Visitor: false} {
		reason := words.InternalText("they called")
		if !told {
			reason = ""
		}
		next, _, err := c.Withdraw(*by, reason, terms.Complaint(), crmtest.Tuesday)
		if err != nil || next.Withdrawal.By != by.ID || next.Withdrawal.Reason != reason {
			t.Fatalf("%s: %+v %v", by.ID, next.Withdrawal, err)
		}
		if got := slices.ContainsFunc(next.Rungs,
			func(r ladder.Rung) bool { return r.Do == ladder.DoTellCustomerWithdrawn && r.Last }); got != told {
			t.Errorf("%s: the customer hears of it: %v", by.ID, got)
		}
		again, _, err := next.Reopen(own, "Still wrong", terms.Complaint(), crmtest.Tuesday.Add(time.Hour))
		if err != nil || again.Withdrawal != nil || again.Earlier[0].Withdrawal != next.Withdrawal {
			t.Errorf("%s: %+v %v", by.ID, again.Withdrawal, err)
		}
	}
}

// While another verdict waits for approval the owner is told so, and not to choose what is offered.
func TestComplaintWaitsForTheOtherVerdict(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c, before := crmtest.ComplaintIn(t, "judged, overruling asked"), crmtest.ComplaintIn(t, complaint.StateJudged)
	_, _, err := c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(10_000)}, terms.Complaint(),
		crmtest.Tuesday)
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Kind != fault.Refused {
		t.Fatal(err)
	}
	for _, lang := range []words.Lang{words.Zh, words.En} {
		if c.NextStep(lang) == before.NextStep(lang) ||
			!strings.Contains(c.NextStep(lang), words.Text{Zh: "审批", En: "approval"}.In(lang)) {
			t.Errorf("next: %s", c.NextStep(lang))
		}
		if text := refused.Text.In(lang); !strings.Contains(text,
			words.Text{Zh: "改判正在等待审批", En: "The other verdict waits for approval"}.In(lang)) {
			t.Error(text)
		}
	}
	approver := staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	if c, _, err = c.Approve(approver, c.Approvals, c.AskedAmount(), approval.Granted{}, terms.Complaint(),
		crmtest.Tuesday); err != nil || c.NextStep(words.En) != before.NextStep(words.En) {
		t.Errorf("once it is approved: %s %v", c.NextStep(words.En), err)
	}
}

func TestComplaintClosesWhenTheCorrectionHelped(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateCorrecting)
	c.Severity, c.Cause = 2, nil
	c, err := c.Plan(terms.Complaint())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.Close(own, terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Refused {
		t.Errorf("without a cause: %v", err)
	}
	action := complaint.Correction{Action: "calibrate weekly", Owner: "stf_production",
		Due: crmtest.Tuesday.Add(72 * time.Hour)}
	if _, _, err := c.Correct(own, action, terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a correction of nothing: %v", err)
	}
	step := func(next complaint.Complaint, _ event.Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, kerneltest.FaultsIn(err))
		}
		c = next
	}
	step(c.FindCause(own, complaint.Cause{Factor: defect.CauseMachine, Text: "ink keys drifted"}, terms.Complaint(),
		crmtest.Tuesday))
	now := crmtest.Tuesday
	for _, effective := range []bool{false, true} {
		action.Due = now.Add(72 * time.Hour)
		step(c.Correct(own, action, terms.Complaint(), now))
		at := c.Correction.CheckAt
		if at.Before(action.Due.AddDate(0, 0, 30)) || at.After(action.Due.AddDate(0, 0, 33)) || !terms.Calendar.Open(at) ||
			!c.Due.After(at) {
			t.Errorf("checked at %v, due %v", at, c.Due)
		}
		if i := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoCheckEffect }); i < 0 ||
			!c.Rungs[i].At.Equal(at) {
			t.Error("nobody looks at the effect")
		}
		if _, _, err := c.Close(own, terms.Complaint(), at); fault.KindOf(err) != fault.Refused {
			t.Errorf("closed over an open effect: %v", err)
		}
		if _, _, err := c.CheckEffect(own, true, terms.Complaint(),
			at.Add(-time.Minute)); fault.KindOf(err) != fault.Refused {
			t.Errorf("looked too early: %v", err)
		}
		now = at
		step(c.CheckEffect(own, effective, terms.Complaint(), now))
		if _, _, err := c.CheckEffect(own, true, terms.Complaint(), now); fault.KindOf(err) != fault.Refused {
			t.Errorf("looked twice: %v", err)
		}
		if _, _, err := c.Close(own, terms.Complaint(), now); (err == nil) != effective {
			t.Errorf("effective %v, closed: %v", effective, err)
		}
	}
}

// A correction that did not help is not forgotten for the next one, nor when the complaint is reopened; one that
// nobody has looked at is only put otherwise.
func TestComplaintKeepsItsCorrections(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c, now := crmtest.ComplaintIn(t, complaint.StateCorrecting), crmtest.Tuesday
	step := func(next complaint.Complaint, _ event.Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err, kerneltest.FaultsIn(err))
		}
		c = next
	}
	correct := func(action words.InternalText) {
		t.Helper()
		step(c.Correct(own, complaint.Correction{Action: action, Owner: "stf_production", Due: now.Add(72 * time.Hour)},
			terms.Complaint(), now))
	}
	kept := func(what string, list []complaint.Correction, want ...words.InternalText) {
		t.Helper()
		var got []words.InternalText
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
	for i, action := range []words.InternalText{"calibrate daily", "new ink keys"} {
		now = c.Correction.CheckAt
		step(c.CheckEffect(own, false, terms.Complaint(), now))
		correct(action)
		kept(string(action), c.Corrections, []words.InternalText{"calibrate weekly", "calibrate daily"}[:i+1]...)
	}
	now = c.Correction.CheckAt
	step(c.CheckEffect(own, true, terms.Complaint(), now))
	step(c.Close(own, terms.Complaint(), now))
	step(c.Reopen(staff.Visitor, "Still wrong", terms.Complaint(), now))
	if len(c.Corrections) != 0 || c.Earlier[0].Correction.Action != "new ink keys" {
		t.Errorf("%+v, before %+v", c.Corrections, c.Earlier[0])
	}
	kept("reopened", c.Earlier[0].Corrections, "calibrate weekly", "calibrate daily")
}

func TestComplaintClockStopsWhileTheCustomerDecides(t *testing.T) {
	terms := crmtest.Terms(t)
	c := crmtest.ComplaintIn(t, complaint.StateVerifying)
	before := c.ResolveDue
	late := crmtest.Tuesday.Add(5 * 24 * time.Hour)
	done, _, err := c.Verify(staff.Visitor, true, terms.Complaint(), late)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := terms.Calendar.Between(before, done.ResolveDue),
		terms.Calendar.Between(crmtest.Tuesday, late); got != want || !done.InTime() {
		t.Errorf("moved by %v, not by the %v that they took", got, want)
	}
	again, _, err := c.Verify(staff.Visitor, false, terms.Complaint(), late)
	if err != nil || again.State != complaint.StateInvestigating || again.CarryOut != nil ||
		!again.ResolvedAt.IsZero() || again.Cost == nil {
		t.Errorf("%s %v", again.State, err)
	}
}

func TestComplaintOfferTakesNoTimeOfOurs(t *testing.T) {
	terms := crmtest.Terms(t)
	c := crmtest.ComplaintIn(t, complaint.StateOffered)
	late := crmtest.Tuesday.Add(2 * 24 * time.Hour)
	for name, answer := range map[string]func() (complaint.Complaint, event.Event, error){
		"yes": func() (complaint.Complaint, event.Event, error) {
			return c.Agree(staff.Visitor, c.Turn, terms.Complaint(), late)
		},
		"no": func() (complaint.Complaint, event.Event, error) {
			return c.Decline(staff.Visitor, terms.Complaint(), late)
		},
	} {
		next, _, err := answer()
		if got, want := terms.Calendar.Between(c.ResolveDue, next.ResolveDue),
			terms.Calendar.Between(crmtest.Tuesday, late); err != nil || got != want {
			t.Errorf("%s: moved by %v, not by the %v that they took: %v", name, got, want, err)
		}
	}
}

func TestComplaintSmallRemediesAddUp(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateJudged)
	for _, tc := range []struct {
		before approval.Granted
		want   string
	}{
		{approval.Granted{}, complaint.StateOffered}, {approval.Granted{Customer: 10_000}, complaint.StateOffered},
		{approval.Granted{Customer: 10_001}, complaint.StateAwaiting},
		{approval.Granted{Job: 795_000}, complaint.StateAwaiting},
	} {
		next, _, err := c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(10_000), Before: tc.before},
			terms.Complaint(), crmtest.Tuesday)
		if err != nil || next.State != tc.want {
			t.Errorf("after %+v: %s %v", tc.before, next.State, err)
		}
	}
}

func TestComplaintAgreesToTheOfferThatHeRead(t *testing.T) {
	terms, boss := crmtest.Terms(t), staff.ActorOf(crmtest.Boss)
	c := crmtest.ComplaintIn(t, complaint.StateOffered)
	read := c.Turn
	edited, _, err := c.Propose(boss, complaint.RemedyChoice{Remedies: crmtest.Credit(50_000)}, terms.Complaint(),
		crmtest.Tuesday)
	if err != nil || edited.State != complaint.StateOffered || edited.Approval.State != approval.StateVoid {
		t.Fatalf("%s %+v %v", edited.State, edited.Approval, err)
	}
	if _, _, err := edited.Agree(staff.Visitor, read, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Refused {
		t.Errorf("agreed to an offer that was never seen: %v", err)
	}
	if next, _, err := edited.Agree(staff.Visitor, edited.Turn, terms.Complaint(),
		crmtest.Tuesday); err != nil || next.Agreement.By != staff.Visitor.ID {
		t.Error(err)
	}
}

func TestComplaintProposalsAreOnTheTable(t *testing.T) {
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateJudged)
	next, _, err := c.Propose(own,
		complaint.RemedyChoice{Facts: &complaint.RemedyFacts{Usable: true, ReprintAt: crmtest.Tuesday.Add(96 * time.Hour)}},
		terms.Complaint(), crmtest.Tuesday)
	if err != nil || next.State != complaint.StateProposed || len(next.Proposals) == 0 || len(next.Remedies) != 0 {
		t.Fatalf("%s %d %v %+v", next.State, len(next.Proposals), err, kerneltest.FaultsIn(err))
	}
	for name, remedies := range map[string][]remedy.Remedy{
		"nothing": nil, "another currency": {{Kind: remedy.Refund, Amount: money.Money{Minor: 1, Currency: "EUR"},
			Value: money.Money{Minor: 1, Currency: "EUR"}}},
		"a negative amount": crmtest.Credit(-1),
		"more pieces than were delivered": {{Kind: remedy.PartReprint, Quantity: 2001,
			Amount: money.Money{Minor: 1, Currency: "CNY"}, Value: money.Money{Minor: 1, Currency: "CNY"}}},
	} {
		if same, _, err := next.Propose(own, complaint.RemedyChoice{Remedies: remedies}, terms.Complaint(),
			crmtest.Tuesday); fault.KindOf(err) != fault.Invalid || same.Version != next.Version {
			t.Errorf("%s: %v", name, err)
		}
	}
	next.Job.Value = nil
	if _, _, err := next.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(1)}, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid {
		t.Errorf("without the job's value: %v", err)
	}
}

func TestComplaintPolicyCheck(t *testing.T) {
	if faults := (setup.Policy{Lead: setup.StandardPolicy().Lead}).Check(); len(faults) > 0 {
		t.Errorf("a policy from before there were complaints: %v", fault.Listed(faults))
	}
	for want, spoil := range map[string]func(*complaint.Policy){
		"/complaint/acknowledge_s":    func(p *complaint.Policy) { p.Acknowledge = -1 },
		"/complaint/time_s/judged/2":  func(p *complaint.Policy) { p.Time[complaint.StateJudged] = [4]int64{1, 1, 0, 1} },
		"/complaint/time_s/waiting":   func(p *complaint.Policy) { p.Time["waiting"] = [4]int64{1, 1, 1, 1} },
		"/complaint/resolve_s/0":      func(p *complaint.Policy) { p.Resolve[0] = 1 << 40 },
		"/complaint/pause_s":          func(p *complaint.Policy) { p.Pause = 0 },
		"/complaint/promise_percent":  func(p *complaint.Policy) { p.Promise = 50 },
		"/complaint/reopen_days":      func(p *complaint.Policy) { p.ReopenDays = 0 },
		"/complaint/ladder/1/state":   func(p *complaint.Policy) { p.Ladder[1].State = "closed" },
		"/complaint/ladder/1/do":      func(p *complaint.Policy) { p.Ladder[1].Do = ladder.DoExpire },
		"/complaint/ladder/1/percent": func(p *complaint.Policy) { p.Ladder[1].Percent = -1 },
		"/complaint/ladder/3/name":    func(p *complaint.Policy) { p.Ladder[3].Name = p.Ladder[2].Name },
		"/complaint/ladder/2/name":    func(p *complaint.Policy) { p.Ladder[2].Name = "promised-1" },
		"reminders must come before": func(p *complaint.Policy) {
			p.Ladder = slices.DeleteFunc(p.Ladder, func(r ladder.Rule) bool { return r.Do == ladder.DoAskCustomer })
		},
		"closes only in offered":                func(p *complaint.Policy) { p.Ladder[1].Do = ladder.DoCloseUnanswered },
		"/complaint/verdict/visible_days":       func(p *complaint.Policy) { p.Verdict.VisibleDays = 0 },
		"/complaint/remedy/waste":               func(p *complaint.Policy) { p.Remedy.Waste = 101 },
		"/complaint/approval/roles/owner":       func(p *complaint.Policy) { p.Approval.Roles[staff.Owner] = map[string]int64{"CNY": 1} },
		"/complaint/approval/roles/service/RMB": func(p *complaint.Policy) { p.Approval.Roles[staff.Service] = map[string]int64{"RMB": 1} },
		"/complaint/approval/customer/CNY":      func(p *complaint.Policy) { p.Approval.Customer["CNY"] = -1 },
		"/complaint/approval/expires_s":         func(p *complaint.Policy) { p.Approval.Expires = 0 },
	} {
		p := setup.StandardPolicy()
		spoil(&p.Complaint)
		if got := fault.Listed(p.Check()); !strings.Contains(got, want) {
			t.Errorf("%s: %s", want, got)
		}
	}
}
