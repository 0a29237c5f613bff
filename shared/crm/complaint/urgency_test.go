package complaint_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	"github.com/samber/lo"
)

// The customer's own day comes before the policy's, and makes the shop faster. A day that is over does neither.
func TestTheCustomersDayRaisesUrgency(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t)
	open := func(needed time.Time) complaint.Complaint {
		in := crmtest.ComplaintOpening()
		in.NeededBy = needed
		c, _, err := complaint.Open(in, complaint.Opener{ID: "cmp_1", By: staff.Visitor, Terms: terms.Complaint()},
			crmtest.Tuesday)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	usual := open(time.Time{})
	soon := open(crmtest.Tuesday.Add(72 * time.Hour))
	if !soon.Pressing || !soon.ResolveDue.Equal(soon.NeededBy) || !soon.Due.Before(usual.Due) ||
		soon.Severity != usual.Severity || soon.Promised.After(usual.Promised) {
		t.Errorf("needed in three days: pressing %t, resolve %v, due %v; usually %v", soon.Pressing, soon.ResolveDue,
			soon.Due, usual.Due)
	}
	for name, needed := range map[string]time.Time{"after the policy's date": usual.ResolveDue.Add(time.Hour),
		"before the report": crmtest.Tuesday.Add(-time.Hour)} {
		if c := open(needed); c.Pressing || !c.ResolveDue.Equal(usual.ResolveDue) || !c.Due.Equal(usual.Due) {
			t.Errorf("%s: pressing %t, %v, %v", name, c.Pressing, c.ResolveDue, c.Due)
		}
	}
	c := crmtest.ComplaintIn(t, complaint.StateVerifying)
	c.NeededBy = c.RoundAt.Add(time.Hour)
	settled, _, err := c.Verify(staff.Visitor, true, terms.Complaint(), crmtest.Tuesday.Add(24*time.Hour))
	if err != nil || settled.InTime() {
		t.Errorf("settled after the customer's day: in time %t, %v", settled.InTime(), err)
	}
}

// An offer of goods asks for the answer while production can still keep the day. Afterwards the owner calls, and the
// complaint stays open for the customer's whole time.
func TestTheAnswerIsDueBeforeProductionNeedsIt(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t)
	offered := func(promised, ready time.Time) complaint.Complaint {
		c := crmtest.ComplaintIn(t, complaint.StateOffered)
		c.Remedies = []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 300, PromisedAt: promised}}
		c.ProposedFrom = &proposal.Basis{At: c.ClockFrom, Inputs: proposal.Case{ReprintAt: ready}}
		c, err := c.Plan(terms.Complaint())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	usual := crmtest.ComplaintIn(t, complaint.StateOffered)
	from, hours := usual.ClockFrom, time.Hour
	for name, row := range map[string]struct {
		promised, ready time.Time
		by              time.Duration // working time until the answer is due
		waits           bool
	}{
		"two days, one of work":     {add(t, from, 16*hours), add(t, from, 8*hours), 8 * hours, true},
		"hardly any room":           {add(t, from, 16*hours), add(t, from, 16*hours), 4 * hours, true},
		"far away":                  {add(t, from, 160*hours), add(t, from, 8*hours), 40 * hours, false},
		"no facts: the policy's":    {add(t, from, 32*hours), time.Time{}, 8 * hours, true},
		"a day that is over":        {from.Add(-hours), time.Time{}, 40 * hours, false},
		"no day was promised":       {time.Time{}, time.Time{}, 40 * hours, false},
		"work of longer than a day": {add(t, from, 24*hours), add(t, from, 12*hours), 12 * hours, true},
	} {
		c := offered(row.promised, row.ready)
		if got := terms.Calendar.Between(from, c.Due); got != row.by || c.ProductionWaits() != row.waits {
			t.Errorf("%s: %v, waits %t", name, got, c.ProductionWaits())
		}
		if !row.promised.IsZero() && row.promised.After(from) && c.Due.After(row.promised) {
			t.Errorf("%s: the answer is due after the goods", name)
		}
		silent, _ := lo.Find(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoCloseUnanswered })
		if terms.Calendar.Between(from, silent.At) != 40*hours {
			t.Errorf("%s: closed after %v", name, terms.Calendar.Between(from, silent.At))
		}
		needed := lo.ContainsBy(c.Rungs,
			func(r ladder.Rung) bool { return r.Do == ladder.DoRemind && r.At.Equal(c.Due) && r.Name == "needed" })
		if needed != row.waits {
			t.Errorf("%s: the owner is reminded: %t", name, needed)
		}
		_, _, err := c.CloseUnanswered(terms.Complaint(), silent.At.Add(-time.Second))
		if fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: closed too soon: %v", name, err)
		}
		if next, _, err := c.CloseUnanswered(terms.Complaint(), silent.At); err != nil || !next.Closed() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// add is the time so much working time later.
func add(t *testing.T, from time.Time, working time.Duration) time.Time {
	t.Helper()
	at, err := crmtest.Terms(t).Calendar.Add(from, working)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A verdict needs facts and no detour: what is triaged is judged where they are there.
func TestDecideFromTriaged(t *testing.T) {
	t.Parallel()
	terms, own := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner)
	c := crmtest.ComplaintIn(t, complaint.StateTriaged)
	c.Defects = []defect.Kind{defect.Late}
	late := complaint.Facts{Defect: defect.Late, Cause: "ours"}
	if _, _, err := c.Decide(own, late, terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Invalid ||
		strings.Contains(fault.Blamed(err)[0].Text.En, "ruler") {
		t.Errorf("without the promised time: %v", err)
	}
	c.Job.PromisedAt = &complaint.Sourced[time.Time]{Value: crmtest.Tuesday.Add(-72 * time.Hour), Source: "order"}
	next, _, err := c.Decide(own, late, terms.Complaint(), crmtest.Tuesday)
	if err != nil || next.State != complaint.StateJudged {
		t.Errorf("%s %v", next.State, err)
	}
}

// The same question, asked twice, is one. An answer makes room for another.
func TestTheSameEvidenceIsAskedOnce(t *testing.T) {
	t.Parallel()
	terms, own := crmtest.Terms(t).Complaint(), staff.ActorOf(crmtest.CaseOwner)
	ask := func(c complaint.Complaint, what ...defect.Evidence) complaint.Complaint {
		c, _, err := c.RequestEvidence(own, what, terms, crmtest.Tuesday.Add(time.Hour))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := ask(crmtest.ComplaintIn(t, complaint.StateTriaged), defect.EvidencePhoto, defect.EvidenceCount)
	if again := ask(first, defect.EvidencePhoto); again.Version != first.Version || again.Requests != 1 {
		t.Errorf("asked again: %d", again.Requests)
	}
	if more := ask(first, defect.EvidencePhoto, defect.EvidenceLabel); more.Requests != 2 {
		t.Errorf("asked for more: %d", more.Requests)
	}
	answered, _, _, err := first.Reply(staff.Visitor, "cmt_1", "here", terms, crmtest.Tuesday.Add(2*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if again := ask(answered, defect.EvidencePhoto); again.Requests != 2 {
		t.Errorf("asked again after an answer: %d", again.Requests)
	}
	stranger := staff.ActorOf(crmtest.ComplaintClerk)
	if _, _, err := first.RequestEvidence(stranger, []defect.Evidence{defect.EvidencePhoto}, terms,
		crmtest.Tuesday.Add(time.Hour)); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a stranger asked again: %v", err)
	}
}

// Reopening asks why: the customer's words are theirs to read, a reason of staff is not.
func TestReopeningAsksWhy(t *testing.T) {
	t.Parallel()
	terms := crmtest.Terms(t).Complaint()
	c := crmtest.ComplaintIn(t, complaint.StateClosed)
	at := c.ClosedAt.Add(time.Hour)
	for by, place := range map[string]string{staff.Visitor.ID: "/text", crmtest.Boss.ID: "/internal_reason"} {
		actor := staff.Visitor
		if by != staff.Visitor.ID {
			actor = staff.ActorOf(crmtest.Boss)
		}
		for _, why := range []string{"", " \n", strings.Repeat("长", 2001)} {
			_, _, err := c.Reopen(actor, why, terms, at)
			if faults := fault.Blamed(err); len(faults) != 1 || faults[0].Pointer != place {
				t.Errorf("%s, %.9q: %v", by, why, err)
			}
		}
		next, _, err := c.Reopen(actor, "还是偏红", terms, at)
		if err != nil || next.Reopened == nil || !next.Reopened.At.Equal(at) ||
			(next.Reopened.Words != "") != (actor.ID == staff.Visitor.ID) ||
			(next.Reopened.Reason != "") == (actor.ID == staff.Visitor.ID) {
			t.Errorf("%s: %+v %v", by, next.Reopened, err)
		}
	}
}

// What is recorded as done was done: after it began, and not in the future.
func TestDoneIsNotInTheFuture(t *testing.T) {
	t.Parallel()
	terms, own := crmtest.Terms(t).Complaint(), staff.ActorOf(crmtest.Boss)
	c := crmtest.ComplaintIn(t, complaint.StateCarryingOut)
	c.CarryOut.CreditNumber = "C-1"
	now := c.CarryOut.Since.Add(48 * time.Hour)
	for name, row := range map[string]struct {
		done, want time.Time
	}{
		"now":               {time.Time{}, now},
		"yesterday":         {now.Add(-24 * time.Hour), now.Add(-24 * time.Hour)},
		"a second too late": {now.Add(time.Second), time.Time{}},
		"before it began":   {c.CarryOut.Since.Add(-time.Second), time.Time{}},
	} {
		next, _, err := c.Complete(own, row.done, terms, now)
		if refused := fault.KindOf(err) == fault.Invalid; refused != row.want.IsZero() ||
			!refused && (err != nil || !next.CarryOut.DoneAt.Equal(row.want)) {
			t.Errorf("%s: %+v %v", name, next.CarryOut, err)
		}
	}
}
