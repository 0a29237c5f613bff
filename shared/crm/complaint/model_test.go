package complaint_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// The long run: go test ./shared/crm -run TestComplaintModel -rapid.checks=200000

// complaintModel plays people, the customer and the timers against one complaint.
type complaintModel struct {
	c     complaint.Complaint
	now   time.Time
	terms setup.Terms
	given approval.Granted // what the store would have counted

	climbed map[string]bool
	went    map[string]int
}

var complaintCast = []staff.Actor{
	staff.ActorOf(crmtest.CaseOwner), staff.ActorOf(crmtest.ComplaintClerk), staff.ActorOf(crmtest.Boss),
	staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager)),
	staff.ActorOf(crmtest.Colleague("stf_next", staff.Manager)),
	staff.ActorOf(crmtest.Colleague("stf_sales", staff.Sales)),
	staff.ActorOf(crmtest.Colleague("stf_finance", staff.Finance)),
	staff.ActorOf(crmtest.Colleague("stf_production", staff.Production)), staff.Visitor, staff.Process("complaint"),
}

func TestComplaintModel(t *testing.T) {
	went := map[string]int{}
	defer func() { t.Log(went) }()
	rows := crmtest.ComplaintRows(t)
	terms := crmtest.Terms(t)
	terms.Policy.Complaint.Pause = 6 * 3600
	terms.Policy.Complaint.Approval.Customer["CNY"] = 600_000
	rapid.Check(t, func(t *rapid.T) {
		m := &complaintModel{c: rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")].C, now: crmtest.Tuesday, terms: terms,
			climbed: map[string]bool{}, went: went}
		if !m.c.Closed() {
			m.c, _ = m.c.Plan(terms.Complaint())
		}
		if m.c.ClosedAt.After(m.now) {
			m.now = m.c.ClosedAt
		}
		m.c.Account = rapid.SampledFrom([]string{"", "stf_manager", "stf_finance"}).Draw(t, "account")
		for range rapid.IntRange(10, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 9).Draw(t, "kind") {
			case 0:
				m.pass(t)
			case 1, 2:
				m.timer(t)
			case 3:
				m.race(t)
			default:
				m.command(t, rapid.SampledFrom(complaintCast).Draw(t, "by"))
			}
		}
	})
}

func (m *complaintModel) pass(t *rapid.T) {
	m.now = m.now.Add(time.Duration(rapid.IntRange(1, 40*60).Draw(t, "minutes")) * time.Minute)
}

// command draws a command, more often one that the state allows, and its input.
func (m *complaintModel) command(t *rapid.T, by staff.Actor) {
	pool := complaint.Commands
	if rapid.IntRange(0, 4).Draw(t, "any") > 0 {
		pool = slices.DeleteFunc(m.c.Allowed(), func(a permission.Action) bool {
			return a == permission.CommentComplaint || a == permission.AssignComplaint || a == permission.JoinComplaint
		})
	}
	if len(pool) == 0 {
		pool = []permission.Action{permission.CommentComplaint}
	}
	command := rapid.SampledFrom(pool).Draw(t, "command")
	if command == permission.JoinComplaint || command == permission.WithdrawComplaint &&
		rapid.IntRange(0, 9).Draw(t, "really") > 0 {
		command = permission.CommentComplaint
	}
	next, e, err := m.give(t, command, by)
	m.take(t, fmt.Sprintf("%s by %s", command, by.ID), by, next, e, err)
}

func (m *complaintModel) give(t *rapid.T, command permission.Action,
	by staff.Actor) (complaint.Complaint, event.Event, error) {
	c := m.c
	switch command {
	case permission.AssignComplaint:
		to := rapid.SampledFrom([]staff.Staff{crmtest.CaseOwner, crmtest.ComplaintClerk,
			crmtest.Colleague("stf_next", staff.Manager)}).Draw(t, "to")
		return c.Assign(by, to, m.terms.Complaint(), m.now)
	case permission.TriageComplaint:
		in := complaint.Triage{Severity: rapid.IntRange(1, 4).Draw(t, "severity")}
		switch rapid.IntRange(0, 3).Draw(t, "correct") {
		case 0:
			bad := rapid.Int64Range(250, 300).Draw(t, "bad")
			in.Affected = &bad
		case 1:
			in.Job.Value = &complaint.Sourced[money.Money]{money.Money{Minor: rapid.SampledFrom([]int64{700_000,
				800_000}).Draw(t, "worth"), Currency: "CNY"}, "order"}
		}
		return c.Triage(by, in, crmtest.CaseOwner, m.terms.Complaint(), m.now)
	case permission.PauseComplaint:
		return c.PauseClock(by, rapid.SampledFrom(complaint.Pauses).Draw(t, "reason"), m.terms.Complaint(), m.now)
	case permission.ProposeComplaint:
		amount := rapid.SampledFrom([]int64{0, 5_000, 20_000, 60_000, 300_000, 500_000, 790_000, 900_000}).Draw(t, "amount")
		return c.Propose(by, complaint.RemedyChoice{Remedies: crmtest.Credit(amount),
			Draft: rapid.IntRange(0, 5).Draw(t, "draft") == 0, Before: m.given}, m.terms.Complaint(), m.now)
	case permission.ApproveComplaint:
		return c.Approve(by, c.Approvals-rapid.IntRange(0, 5).Draw(t, "stale")/5, c.AskedAmount(), m.given,
			m.terms.Complaint(), m.now)
	case permission.CarryOutComplaint:
		number := ""
		if by.Has(staff.Finance) || by.Has(staff.Manager) || by.Has(staff.Owner) {
			number = "CN-1"
		}
		return c.CarryOutRemedies(by, complaint.CarryOutPlan{CreditNumber: number}, m.terms.Complaint(), m.now)
	case permission.VerifyComplaint:
		return c.Verify(by, rapid.Bool().Draw(t, "satisfied"), m.terms.Complaint(), m.now)
	case permission.CorrectComplaint:
		if c.Correction != nil && c.Correction.CheckedAt.IsZero() {
			return c.CheckEffect(by, rapid.Bool().Draw(t, "effective"), m.terms.Complaint(), m.now)
		}
		return c.Correct(by, complaint.Correction{Action: "calibrate weekly", Owner: "stf_production",
			Due: m.now.Add(72 * time.Hour)}, m.terms.Complaint(), m.now)
	case permission.OverruleComplaint:
		return c.Overrule(by, crmtest.ColourFacts,
			verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "pale proof"}, m.terms.Complaint(), m.now)
	}
	if command == permission.CommentComplaint && by.ID == staff.Visitor.ID && rapid.Bool().Draw(t, "files") {
		next, e, err := c.Show("art_1", m.terms.Complaint(), m.now)
		if err == nil && next.Version == c.Version { // told with those before
			return c.Comment(staff.Visitor, event.ComplaintReplied, nil, "cmt_1", m.terms.Complaint(), m.now)
		}
		return next, e, err
	}
	return crmtest.ComplaintGive(t, c, command, by, m.terms, m.now)
}

// timer climbs the next rung, sometimes too early, as a worker with a wrong clock would.
func (m *complaintModel) timer(t *rapid.T) {
	rung, ok := m.c.Progress().Next(func(key string) bool { return m.climbed[key] })
	if !ok {
		return
	}
	early := rapid.IntRange(0, 3).Draw(t, "early") == 0 && rung.At.After(m.now)
	if !early && rung.At.After(m.now) {
		m.now = rung.At
	}
	by := staff.Process("complaint")
	var next complaint.Complaint
	var e event.Event
	var err error
	switch rung.Do {
	case ladder.DoExpire:
		next, e, err = m.c.Expire(m.terms.Complaint(), m.now)
	case ladder.DoCloseUnanswered:
		next, e, err = m.c.CloseUnanswered(m.terms.Complaint(), m.now)
	case ladder.DoResume:
		next, e, err = m.c.Resume(by, m.terms.Complaint(), m.now)
	case ladder.DoCorrectPromise:
		next, e, err = m.c.CorrectPromise(m.terms.Complaint(), m.now)
		if err == nil && !next.Promised.After(m.now) {
			t.Fatalf("the new promise %v is already broken at %v", next.Promised, m.now)
		}
	case ladder.DoAssign:
		next, e, err = m.c.Assign(by, crmtest.CaseOwner, m.terms.Complaint(), m.now)
	default:
		if !early {
			m.climbed[m.c.Progress().Key(rung)] = true
		}
		return
	}
	if early && rung.Do != ladder.DoAssign && err == nil {
		t.Fatalf("%s fired at %v, before %v", rung.Name, m.now, rung.At)
	}
	if !early && err != nil {
		t.Fatalf("%s in %s at %v: %v", rung.Name, m.c.State, m.now, err)
	}
	if err == nil {
		m.climbed[m.c.Progress().Key(rung)] = true
	}
	m.take(t, rung.Name, by, next, e, err)
}

// race lets two people act on the same version: the store lets one of them through, and the other gives the command
// again on what is then there.
func (m *complaintModel) race(t *rapid.T) {
	first := rapid.SampledFrom(complaintCast).Draw(t, "first")
	before := m.c
	m.command(t, first)
	if m.c.Version == before.Version || before.State != complaint.StateAwaiting || m.c.Approvals == before.Approvals &&
		m.c.Approval.State == approval.StateRequested {
		return
	}
	for _, by := range complaintCast { // people who read the question before it was decided
		if _, _, err := m.c.Approve(by, before.Approval.No, before.Approval.Amount, m.given, m.terms.Complaint(),
			m.now); err == nil {
			t.Fatalf("%s approved what was decided", by.ID)
		}
	}
}

// take checks what one step did, and goes on from there.
func (m *complaintModel) take(t *rapid.T, what string, by staff.Actor, next complaint.Complaint, evt event.Event,
	err error) {
	before := m.c
	if err != nil {
		var e *fault.Error
		if !errors.As(err, &e) || e.Text.Zh == "" || e.Kind == fault.Internal {
			t.Fatalf("%s in %s: %v", what, before.State, err)
		}
		if !reflect.DeepEqual(next, before) || evt.Type != "" {
			t.Fatalf("%s in %s: a refusal changed something", what, before.State)
		}
		return
	}
	if strings.HasPrefix(what, string(permission.RequestEvidence)) && reflect.DeepEqual(next, before) {
		return // what was asked already is asked once
	}
	if next.Version != before.Version+1 || evt.Seq != next.Version || evt.Progress.State != next.State {
		t.Fatalf("%s in %s: version %d after %d, event %d", what, before.State, next.Version, before.Version, evt.Seq)
	}
	m.c = next
	m.went[before.State+" > "+next.State]++
	if next.Round > before.Round || next.Run > before.Run {
		m.climbed = map[string]bool{} // the round has a process of its own, and so has a word after its end
	}
	m.words(t, what, before, evt)
	m.money(t, what, by, before)
	m.clock(t, what)
}

// money: nothing is offered unless a person without interest, or within the own limit, has answered for it; nobody but
// the owner of the shop passes a limit.
func (m *complaintModel) money(t *rapid.T, what string, by staff.Actor, before complaint.Complaint) {
	c, policy := m.c, m.terms.Policy.Complaint.Approval
	if a := c.Approval; a != nil && a.State == approval.StateApproved && before.State == complaint.StateAwaiting &&
		c.State == complaint.StateOffered {
		if a.DecidedBy == a.RequestedBy || before.Interested(by) || a.DecidedBy != by.ID || by.IsProcess() ||
			by.ID == staff.Visitor.ID {
			t.Fatalf("%s: %s approved for himself: %+v", what, by.ID, a)
		}
		if amount, _ := complaint.GivenAway(c.Remedies, jobOf(c)); amount != a.Amount || a.Amount != before.Approval.Amount {
			t.Fatalf("%s: approved %v, offered %v", what, a.Amount, amount)
		}
	}
	if c.State == complaint.StateOffered && (before.State != complaint.StateOffered || c.Turn != before.Turn) {
		amount, _ := complaint.GivenAway(c.Remedies, jobOf(c))
		total := m.given.Customer + amount.Minor
		limit := int64(-1)
		for role, limits := range policy.Roles {
			if by.Has(role) {
				limit = max(limit, limits["CNY"])
			}
		}
		if !by.Has(staff.Owner) && amount.Minor > 0 &&
			(total > limit || total > policy.Customer["CNY"] || m.given.Job+amount.Minor > c.Job.Value.Value.Minor) {
			t.Fatalf("%s: %s offered %d after %d with a limit of %d", what, by.ID, amount.Minor, m.given.Customer, limit)
		}
	}
	if before.State == complaint.StateOffered && c.State == complaint.StateAgreed {
		amount, _ := complaint.GivenAway(c.Remedies, jobOf(c))
		m.given.Customer, m.given.Job = m.given.Customer+amount.Minor, m.given.Job+amount.Minor
	}
	if c.State == complaint.StateAwaiting && (c.Approval == nil || c.Approval.State != approval.StateRequested) {
		t.Fatalf("%s: awaiting an approval that is not asked for", what)
	}
	if c.State != complaint.StateAwaiting && c.Approval != nil && c.Approval.State == approval.StateRequested {
		t.Fatalf("%s: a question is open in %s", what, c.State)
	}
	if by, until := c.AskedBy(); by != "" &&
		!slices.ContainsFunc(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoExpire && r.At.Equal(until) }) {
		t.Fatalf("%s: the question of %s has no end", what, by)
	}
	if v := c.Verdict; v != nil && v.Overruled != nil && v.Overruled.ApprovedBy == v.Overruled.By {
		t.Fatalf("%s: an overruling approved by who asked for it", what)
	}
}

// words: whatever is written to or by the customer wakes a process that has a rung for it, also where the complaint
// has ended. A process that looks by itself before the rung is due needs no waking.
func (m *complaintModel) words(t *rapid.T, what string, before complaint.Complaint, e event.Event) {
	c := m.c
	for _, s := range c.Said {
		if !slices.ContainsFunc(c.Rungs,
			func(r ladder.Rung) bool { got, ok := c.SaidBy(r); return ok && got == s && r.Last && r.Once }) {
			t.Fatalf("%s in %s: nobody tells the customer %s", what, c.State, s.Reply)
		}
	}
	if len(c.Said) > complaint.MostSaid {
		t.Fatalf("%s: %d words wait", what, len(c.Said))
	}
	m.decided(t, what, before, e)
	if e.Type != event.ComplaintReplied {
		return
	}
	p := e.Progress
	reply := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTellReply })
	looks := func(r ladder.Rung) bool { return reply >= 0 && r.At.After(e.At) && !r.At.After(c.Rungs[reply].At) }
	if !e.Wakes && !slices.ContainsFunc(before.Rungs, looks) || c.Closed() &&
		(p.Over(func(string) bool { return false }) || p.WorkflowID() == before.Progress().WorkflowID()) {
		t.Fatalf("%s in %s wakes nobody: %+v", what, c.State, p)
	}
}

// decided: what the customer decides is told to the owner by a rung of its own; what staff enter for the customer is
// not.
func (m *complaintModel) decided(t *rapid.T, what string, before complaint.Complaint, e event.Event) {
	c := m.c
	decisions := []event.Type{event.ComplaintAgreed, event.ComplaintDeclined, event.ComplaintVerified,
		event.ComplaintWithdrawn, event.ComplaintReopened}
	his := e.Cause == staff.Visitor.ID && slices.Contains(decisions, e.Type)
	if !his && c.Round == before.Round && !reflect.DeepEqual(before.Decision, c.Decision) {
		t.Fatalf("%s: %+v became %+v", what, before.Decision, c.Decision)
	}
	if his && (c.Decision == before.Decision || !c.Decision.At.Equal(m.now) || c.Decision.Words(words.Zh) == "" ||
		c.Decision.Words(words.En) == "") {
		t.Fatalf("%s: nobody notes the decision: %+v", what, c.Decision)
	}
	if his && (!e.Wakes || !slices.ContainsFunc(c.Rungs,
		func(r ladder.Rung) bool { return r.Do == ladder.DoTellDecided && r.Once && r.Last && r.At.Equal(m.now) })) {
		t.Fatalf("%s: nobody is told: %v", what, c.Rungs)
	}
}

// clock: pauses keep to their budget, deadlines are not before their start, rungs are one each, and a rung that was
// climbed does not come back.
func (m *complaintModel) clock(t *rapid.T, what string) {
	c := m.c
	if used := c.PauseUsed(m.terms.Calendar); used > calendar.Seconds(m.terms.Policy.Complaint.Pause) {
		t.Fatalf("%s: pauses took %v", what, used)
	}
	if c.Due.Before(c.ClockFrom) || c.ResolveDue.Before(c.RoundAt) || c.Severity < 1 || c.Severity > 4 {
		t.Fatalf("%s: due %v, from %v, severity %d", what, c.Due, c.ClockFrom, c.Severity)
	}
	keys := map[string]bool{}
	for _, r := range c.Rungs {
		key := c.Progress().Key(r)
		if keys[key] {
			t.Fatalf("%s in %s: two rungs are %s", what, c.State, key)
		}
		keys[key] = true
	}
	if c.Closed() != (c.Outcome != "") || c.Closed() &&
		(c.Pause != nil || slices.ContainsFunc(c.Rungs, func(r ladder.Rung) bool { return !r.Last })) {
		t.Fatalf("%s: closed %v with outcome %q, rungs %v", what, c.Closed(), c.Outcome, c.Rungs)
	}
	if !c.Closed() && len(c.Rungs) == 0 {
		t.Fatalf("%s: nothing watches over %s", what, c.State)
	}
	if c.Owner != "" && !slices.Contains(c.Owners, c.Owner) {
		t.Fatalf("%s: %s is not among %v", what, c.Owner, c.Owners)
	}
	if same, _, err := c.Replan(m.terms.Complaint(), m.now); err != nil || same.Version != c.Version {
		t.Fatalf("%s in %s: planning anew by the same rules changed it: %v", what, c.State, err)
	}
}

func jobOf(c complaint.Complaint) remedy.Job {
	job, _ := c.RemedyJob()
	return job
}
