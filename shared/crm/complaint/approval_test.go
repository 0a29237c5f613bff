package complaint_test

import (
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/proposal"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/complaint/why"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/firm"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

func TestApprovalLimits(t *testing.T) {
	policy, worth := approval.StandardPolicy(), money.Money{Minor: 10_000_000, Currency: "CNY"}
	as := func(roles ...staff.Role) staff.Actor { return staff.ActorOf(crmtest.Colleague("stf_x", roles...)) }
	for _, tc := range []struct {
		name   string
		by     staff.Actor
		amount money.Money
		before approval.Granted
		worth  money.Money
		want   bool
	}{
		{"service gives a gift", as(staff.Service), money.Money{Minor: 20_000, Currency: "CNY"}, approval.Granted{}, worth,
			true},
		{"and not a cent more", as(staff.Service), money.Money{Minor: 20_001, Currency: "CNY"}, approval.Granted{}, worth,
			false},
		{"nor the same in two parts", as(staff.Service), money.Money{Minor: 10_001, Currency: "CNY"},
			approval.Granted{Customer: 10_000}, worth, false},
		{"the higher of two roles counts", as(staff.Service, staff.Manager), money.Money{Minor: 500_000, Currency: "CNY"},
			approval.Granted{}, worth, true},
		{"a manager sees the parts too", as(staff.Manager), money.Money{Minor: 1, Currency: "CNY"},
			approval.Granted{Customer: 500_000}, worth, false},
		{"production has no limit at all", as(staff.Production), money.Money{Minor: 1, Currency: "CNY"},
			approval.Granted{}, worth, false},
		{"a currency that the policy does not have", as(staff.Manager), money.Money{Minor: 1, Currency: "EUR"},
			approval.Granted{}, money.Money{Minor: 1000, Currency: "EUR"}, false},
		{"which the shop's owner may", as(staff.Owner), money.Money{Minor: 1, Currency: "EUR"}, approval.Granted{},
			money.Money{Minor: 1000, Currency: "EUR"}, true},
		{"more than the job was worth", as(staff.Manager), money.Money{Minor: 1001, Currency: "CNY"}, approval.Granted{},
			money.Money{Minor: 1000, Currency: "CNY"}, false},
		{"more than the job was worth in two parts", as(staff.Manager), money.Money{Minor: 501, Currency: "CNY"},
			approval.Granted{Job: 500}, money.Money{Minor: 1000, Currency: "CNY"}, false},
		{"the shop's owner may", as(staff.Owner), money.Money{Minor: 1001, Currency: "CNY"}, approval.Granted{},
			money.Money{Minor: 1000, Currency: "CNY"}, true},
		{"sums beyond 64 bits", as(staff.Manager), money.Money{Minor: 1 << 62, Currency: "CNY"},
			approval.Granted{Customer: 1 << 62}, worth, false},
		{"a counter below zero", as(staff.Manager), money.Money{Minor: 1, Currency: "CNY"}, approval.Granted{Customer: -5},
			worth, false},
		{"an apology after all that", as(staff.Service), money.Money{Minor: 0, Currency: "CNY"},
			approval.Granted{Customer: 900_000}, worth, true},
		{"an apology in any currency", as(staff.Service), money.Money{Minor: 0, Currency: "EUR"}, approval.Granted{},
			money.Money{Minor: 1000, Currency: "EUR"}, true},
	} {
		err := policy.Covers(tc.by, tc.amount, tc.before, tc.worth)
		if (err == nil) != tc.want {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// TestApprovalNeverBySplitting: however a sum is cut, the parts that a role's word covers never pass its limit, the
// customer's, or the job's worth.
func TestApprovalNeverBySplitting(t *testing.T) {
	policy := approval.StandardPolicy()
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(staff.Roles).Draw(t, "role")
		worth := money.Money{Minor: rapid.Int64Range(0, 3_000_000).Draw(t, "worth"), Currency: "CNY"}
		var given approval.Granted
		for i := range rapid.IntRange(1, 20).Draw(t, "parts") {
			amount := rapid.Int64Range(0, 700_000).Draw(t, "part")
			if i%3 == 0 {
				amount = rapid.Int64Range(0, 100).Draw(t, "small")
			}
			if policy.Covers(staff.ActorOf(crmtest.Colleague("stf_x", role)),
				money.Money{Minor: amount, Currency: "CNY"},
				given, worth) == nil {
				given.Customer, given.Job = given.Customer+amount, given.Job+amount
			}
		}
		limit := min(policy.Roles[role]["CNY"], policy.Customer["CNY"], worth.Minor)
		if role != staff.Owner && given.Customer > limit {
			t.Fatalf("%s gave %d, more than %d", role, given.Customer, limit)
		}
	})
}

func awaiting(t *testing.T) complaint.Complaint {
	for _, row := range crmtest.ComplaintRows(t) {
		if row.Name == complaint.StateAwaiting {
			return row.C
		}
	}
	t.Fatal("no such row")
	return complaint.Complaint{}
}

func TestApprovalHasOneOutcome(t *testing.T) {
	terms, manager, own := crmtest.Terms(t), staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager)),
		staff.ActorOf(crmtest.CaseOwner)
	c := awaiting(t)
	late := c.Approval.Expires
	outcomes := map[string]func(complaint.Complaint, time.Time) (complaint.Complaint, event.Event, error){
		"approve": func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Approve(manager, 1, money.Money{Minor: 100_000, Currency: "CNY"}, approval.Granted{}, terms.Complaint(),
				now)
		},
		"reject": func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Reject(manager, 1, "too much", terms.Complaint(), now)
		},
		"edit": func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(90_000)}, terms.Complaint(), now)
		},
		"withdraw": func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(own, "客户来电撤回", terms.Complaint(), now)
		},
		"expire": func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Expire(terms.Complaint(), now)
		},
	}
	for first, do := range outcomes {
		now := late.Add(-time.Second)
		if first == "expire" {
			if _, _, err := do(c, now); fault.KindOf(err) != fault.Refused {
				t.Errorf("it expired too early: %v", err)
			}
			now = late
		}
		after, _, err := do(c, now)
		if err != nil {
			t.Fatalf("%s: %v %+v", first, err, fault.FieldsOf(err))
		}
		if first != "edit" && after.Approval.State == approval.StateRequested {
			t.Errorf("%s left the question open", first)
		}
		if first == "edit" && (after.Approval.No != 2 || after.Approval.Amount.Minor != 90_000) {
			t.Errorf("an edit asks anew: %+v", after.Approval)
		}
		for second, again := range outcomes { // the writer who lost the condition reads the record and tries again
			if second == "withdraw" || second == "edit" {
				continue
			}
			if next, _, err := again(after, now); err == nil || next.Version != after.Version {
				t.Errorf("%s after %s: %v", second, first, err)
			}
		}
	}
	for name, do := range map[string]func(complaint.Complaint, time.Time) (complaint.Complaint, event.Event,
		error){"approve": outcomes["approve"], "reject": outcomes["reject"]} {
		if _, _, err := do(c, late); fault.KindOf(err) != fault.Refused {
			t.Errorf("%s when it has expired: %v", name, err)
		}
	}
}

func TestApprovalIsOfWhatWasRead(t *testing.T) {
	terms, manager := crmtest.Terms(t), staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	c := awaiting(t)
	for _, tc := range []struct {
		no     int
		amount int64
		before approval.Granted
		want   fault.Kind
	}{
		{1, 99_999, approval.Granted{}, fault.Refused}, {0, 100_000, approval.Granted{}, fault.Refused},
		{2, 100_000, approval.Granted{}, fault.Refused},
		{1, 100_000, approval.Granted{Customer: 450_000}, fault.Forbidden},
		{1, 100_000, approval.Granted{Job: 750_000}, fault.Forbidden},
		{1, 100_000, approval.Granted{Customer: 400_000}, ""},
	} {
		next, _, err := c.Approve(manager, tc.no, money.Money{Minor: tc.amount, Currency: "CNY"}, tc.before,
			terms.Complaint(), crmtest.Tuesday)
		if err != nil && fault.KindOf(err) != tc.want || err == nil &&
			(tc.want != "" || next.Approval.DecidedBy != manager.ID) {
			t.Errorf("%+v: %v", tc, err)
		}
	}
}

func TestNobodyApprovesForHimself(t *testing.T) {
	terms := crmtest.Terms(t)
	c := awaiting(t)
	c.Account, c.OpenedBy = "stf_account", "stf_opener"
	c, _, err := c.Assign(staff.ActorOf(crmtest.Boss), crmtest.Colleague("stf_next", staff.Manager), terms.Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"stf_account", "stf_opener", "stf_case", "stf_next"} {
		for _, role := range []staff.Role{staff.Manager, staff.Owner, staff.Finance} {
			by := staff.ActorOf(crmtest.Colleague(id, role))
			if _, _, err := c.Approve(by, 1, money.Money{Minor: 100_000, Currency: "CNY"}, approval.Granted{},
				terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s as %s approved: %v", id, role, err)
			}
			if _, _, err := c.Reject(by, 1, "no", terms.Complaint(), crmtest.Tuesday); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s as %s rejected: %v", id, role, err)
			}
		}
	}
}

// Each interest bars from the decision by itself, and who has none of them is not barred.
func TestEachInterestAloneBarsTheApprover(t *testing.T) {
	terms := crmtest.Terms(t).Complaint()
	by := staff.ActorOf(crmtest.Colleague("stf_x", staff.Owner))
	for name, gets := range map[string]func(*complaint.Complaint){
		"":                       func(*complaint.Complaint) {},
		"proposes":               func(c *complaint.Complaint) { c.ProposedBy = by.ID },
		"asks":                   func(c *complaint.Complaint) { c.Approval.RequestedBy = by.ID },
		"owns it":                func(c *complaint.Complaint) { c.Owner = by.ID },
		"owned it in this round": func(c *complaint.Complaint) { c.Owners = []string{"stf_a", by.ID} },
		"opened it":              func(c *complaint.Complaint) { c.OpenedBy = by.ID },
		"has the customer":       func(c *complaint.Complaint) { c.Account = by.ID },
	} {
		c := awaiting(t)
		asked := *c.Approval
		asked.RequestedBy = "stf_a"
		c.Approval, c.ProposedBy, c.Owner, c.Owners, c.OpenedBy, c.Account = &asked, "stf_a", "stf_a", nil, "stf_a", "stf_a"
		gets(&c)
		_, _, approves := c.Approve(by, 1, asked.Amount, approval.Granted{}, terms, crmtest.Tuesday)
		_, _, rejects := c.Reject(by, 1, "no", terms, crmtest.Tuesday)
		for _, err := range []error{approves, rejects} {
			if barred := err != nil && fault.KindOf(err) == fault.Forbidden; barred != (name != "") || !barred && err != nil {
				t.Errorf("who %q decides: %v", name, err)
			}
		}
		if _, found := complaint.Approver(firm.Roster{Staff: []staff.Staff{crmtest.Colleague(by.ID, staff.Owner)}}, terms, c,
			0, crmtest.Tuesday); found != (name == "") {
			t.Errorf("who %q is asked: %v", name, found)
		}
	}
}

func TestOverrulingNeedsAnotherPerson(t *testing.T) {
	terms, manager, boss := crmtest.Terms(t), staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager)),
		staff.ActorOf(crmtest.Boss)
	c := crmtest.ComplaintRows(t)[2].C
	c.Measurements = nil // the rule cannot judge
	facts := complaint.Facts{Defect: defect.ColourDeviation}
	if _, _, err := c.Decide(staff.ActorOf(crmtest.CaseOwner), facts, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Invalid || len(fault.FieldsOf(err)) == 0 {
		t.Fatalf("an unclear case was judged: %v", err)
	}
	o := verdict.Overrule{Liability: verdict.LiableUs, OurShare: 100, Reason: "the samples were lost by us",
		ApprovedBy: "stf_forged"}
	asked, _, err := c.Overrule(manager, facts, o, terms.Complaint(), crmtest.Tuesday)
	if err != nil || asked.State != complaint.StateJudged || asked.Verdict.Overruled.ApprovedBy != "" {
		t.Fatalf("%+v %v %+v", asked.Verdict, err, fault.FieldsOf(err))
	}
	if liability, _ := asked.Verdict.Stands(); liability != verdict.Unclear {
		t.Errorf("it stands before it was approved: %s", liability)
	}
	if _, _, err := asked.Approve(manager, asked.Approvals, money.Money{}, approval.Granted{}, terms.Complaint(),
		crmtest.Tuesday); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the asker approved: %v", err)
	}
	back, _, err := asked.Reject(boss, asked.Approvals, "look again", terms.Complaint(), crmtest.Tuesday)
	if err != nil || back.State != complaint.StateInvestigating || back.Verdict != nil {
		t.Errorf("%s %v", back.State, err)
	}
	done, _, err := asked.Approve(boss, asked.Approvals, money.Money{}, approval.Granted{}, terms.Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if liability, share := done.Verdict.Stands(); liability != verdict.LiableUs || share != 100 {
		t.Errorf("%s %d", liability, share)
	}
}

// An overruling that nobody answers is put to somebody else at half time and falls at its end; until then who
// handles the complaint may replace it.
func TestAnOverrulingHasAnEnd(t *testing.T) {
	terms, own, manager := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner),
		staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	judged := crmtest.ComplaintIn(t, complaint.StateJudged)
	found := crmtest.ComplaintIn(t, complaint.StateInvestigating)
	found.Measurements = nil // the rule cannot judge
	o := verdict.Overrule{Liability: verdict.LiableUs, OurShare: 100, Reason: "the samples were lost by us"}
	for state, before := range map[string]complaint.Complaint{complaint.StateJudged: judged,
		complaint.StateInvestigating: found} {
		c, _, err := before.Overrule(own, complaint.Facts{Defect: defect.ColourDeviation}, o, terms.Complaint(),
			crmtest.Tuesday)
		if err != nil {
			t.Fatal(err, fault.FieldsOf(err))
		}
		end := c.Verdict.Overruled.Expires
		if got := terms.Calendar.Between(crmtest.Tuesday,
			end); got != calendar.Seconds(terms.Policy.Complaint.Approval.Expires) {
			t.Errorf("%s: it ends after %v", state, got)
		}
		if _, until := c.AskedBy(); !until.Equal(end) {
			t.Errorf("%s: the approver is told %v, it ends at %v", state, until, end)
		}
		if !slices.ContainsFunc(why.Deadlines(c, terms.Complaint(), words.En, crmtest.Tuesday),
			func(d why.Deadline) bool { return d.Kind == "approval" && d.Due.Equal(end) }) {
			t.Errorf("%s: its end is not among the deadlines", state)
		}
		again := slices.IndexFunc(c.Rungs, func(r ladder.Rung) bool { return r.Name == "overrule-again-1" })
		if again < 0 || c.Rungs[again].Do != ladder.DoAskApprover ||
			terms.Calendar.Between(crmtest.Tuesday, c.Rungs[again].At) != terms.Calendar.Between(crmtest.Tuesday, end)/2 {
			t.Errorf("%s: nobody else is asked at half time: %+v", state, c.Rungs)
		}
		if _, _, err := c.Expire(terms.Complaint(), end.Add(-time.Second)); fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: it ended too early: %v", state, err)
		}
		if _, _, err := c.Approve(manager, 1, money.Money{}, approval.Granted{}, terms.Complaint(),
			end); fault.KindOf(err) != fault.Refused {
			t.Errorf("%s: approved after its end: %v", state, err)
		}
		next, _, err := c.Expire(terms.Complaint(), end)
		if err != nil || next.State != state || next.Overruling() || len(next.Refused) != 1 ||
			(next.Verdict == nil) != (state == complaint.StateInvestigating) {
			t.Fatalf("%s: %s %+v %v", state, next.State, next.Refused, err)
		}
		if r, ok := next.LastRefusal(); !ok || r.By != "" || r.AskedBy != own.ID || r.Overrule.Reason != o.Reason ||
			r.Question(words.En) == "" {
			t.Errorf("%s: who asked does not hear it: %+v", state, r)
		}
		if !slices.ContainsFunc(next.Rungs,
			func(r ladder.Rung) bool { return r.Do == ladder.DoTellRefused && r.At.Equal(end) }) {
			t.Errorf("%s: nobody tells the asker: %+v", state, next.Rungs)
		}
		if _, _, err := next.Overrule(own, complaint.Facts{Defect: defect.ColourDeviation}, o, terms.Complaint(),
			end); err != nil {
			t.Errorf("%s: the asker cannot ask again: %v", state, err)
		}
	}
}

// An overruling that was asked for before there was an end gets it when it is planned anew, from when it was asked.
func TestAnOverrulingFromBeforeGetsItsEnd(t *testing.T) {
	terms, manager := crmtest.Terms(t), staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	c := crmtest.ComplaintIn(t, "judged, overruling asked")
	end := c.Verdict.Overruled.Expires
	v, o := *c.Verdict, *c.Verdict.Overruled
	o.Expires, v.Overruled = time.Time{}, &o
	c.Verdict = &v
	c.Rungs = slices.DeleteFunc(slices.Clone(c.Rungs),
		func(r ladder.Rung) bool { return r.Do == ladder.DoExpire || r.Name == "overrule-again-1" })
	if _, _, err := c.Approve(manager, c.Approvals, money.Money{}, approval.Granted{}, terms.Complaint(),
		crmtest.Tuesday); err != nil {
		t.Errorf("it cannot be approved: %v", err)
	}
	if _, _, err := c.Expire(terms.Complaint(), end); fault.KindOf(err) != fault.Refused {
		t.Errorf("it fell without an end: %v", err)
	}
	next, _, err := c.Replan(terms.Complaint(), crmtest.Tuesday.Add(time.Hour))
	if err != nil || !next.Verdict.Overruled.Expires.Equal(end) || !o.Expires.IsZero() || next.Version != c.Version+1 {
		t.Fatalf("%+v %v", next.Verdict.Overruled, err)
	}
	if _, _, err := next.Expire(terms.Complaint(), end); err != nil {
		t.Error(err)
	}
}

func TestAnOverrulingIsReplaced(t *testing.T) {
	terms, own, manager := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner),
		staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	c := crmtest.ComplaintIn(t, complaint.StateJudged)
	rule, _ := c.Verdict.Stands()
	c, _, err := c.Overrule(own, complaint.Facts{},
		verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "pale proof"}, terms.Complaint(),
		crmtest.Tuesday)
	if err != nil {
		t.Fatal(err)
	}
	later := crmtest.Tuesday.Add(time.Hour)
	if _, _, err := c.PauseClock(own, complaint.PauseSample, terms.Complaint(),
		later); fault.KindOf(err) != fault.Refused {
		t.Errorf("a pause hides the question: %v", err)
	}
	other, _, err := c.Overrule(own, complaint.Facts{},
		verdict.Overrule{Liability: verdict.LiableShared, OurShare: 30, Reason: "pale proof"}, terms.Complaint(), later)
	if err != nil || other.Approvals != 2 || other.Verdict.Overruled.OurShare != 30 ||
		!other.Verdict.Overruled.Expires.After(c.Verdict.Overruled.Expires) {
		t.Errorf("%+v %v", other.Verdict.Overruled, err)
	}
	if _, _, err := other.Approve(manager, 1, money.Money{}, approval.Granted{}, terms.Complaint(),
		later); fault.KindOf(err) != fault.Refused {
		t.Errorf("approved what was replaced: %v", err)
	}
	dropped, _, err := c.Decide(own, crmtest.ColourFacts, terms.Complaint(), later)
	if stands, _ := dropped.Verdict.Stands(); err != nil || dropped.Overruling() || stands != rule {
		t.Errorf("%+v %v", dropped.Verdict, err)
	}
	if _, _, err := dropped.Propose(own, complaint.RemedyChoice{Remedies: crmtest.Credit(10_000)}, terms.Complaint(),
		later); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
}

// What one person asked for and another approved is not lost because somebody asks for something else that is
// refused, or that nobody answers.
func TestAnApprovedOverrulingOutlivesTheNextQuestion(t *testing.T) {
	terms, own, manager := crmtest.Terms(t), staff.ActorOf(crmtest.CaseOwner),
		staff.ActorOf(crmtest.Colleague("stf_manager", staff.Manager))
	judged, found := crmtest.ComplaintIn(t, complaint.StateJudged), crmtest.ComplaintIn(t, complaint.StateInvestigating)
	found.Measurements = nil // the rule cannot judge
	for name, c := range map[string]complaint.Complaint{"the rule's verdict": judged, "no verdict of the rule": found} {
		step := func(next complaint.Complaint, _ event.Event, err error) complaint.Complaint {
			t.Helper()
			if err != nil {
				t.Fatal(name, err, fault.FieldsOf(err))
			}
			return next
		}
		facts := complaint.Facts{Defect: defect.ColourDeviation}
		c = step(c.Overrule(own, facts,
			verdict.Overrule{Liability: verdict.LiableShared, OurShare: 40, Reason: "pale proof"}, terms.Complaint(),
			crmtest.Tuesday))
		c = step(c.Approve(manager, 1, money.Money{}, approval.Granted{}, terms.Complaint(), crmtest.Tuesday))
		first := c.Verdict.Overruled
		for _, reason := range []string{"stored wet", "stored very wet"} { // the second takes the first one's place
			c = step(c.Overrule(own, facts, verdict.Overrule{Liability: verdict.LiableCustomer, Reason: reason},
				terms.Complaint(), crmtest.Tuesday))
		}
		if liable, share := c.Verdict.Stands(); liable != verdict.LiableShared || share != 40 || !c.Overruling() {
			t.Errorf("%s: while it waits %s stands, %d %%", name, liable, share)
		}
		rejected := step(c.Reject(manager, 3, "they told us so", terms.Complaint(), crmtest.Tuesday))
		expired := step(c.Expire(terms.Complaint(), c.Verdict.Overruled.Expires))
		for _, c := range []complaint.Complaint{rejected, expired} {
			if liable, share := c.Verdict.Stands(); c.State != complaint.StateJudged || liable != verdict.LiableShared ||
				share != 40 || c.Verdict.Overruled != first || c.Verdict.Stood != nil {
				t.Errorf("%s: in %s, %s stands: %+v", name, c.State, liable, c.Verdict.Overruled)
			}
			if r, ok := c.LastRefusal(); !ok || r.Overrule.Liability != verdict.LiableCustomer {
				t.Errorf("%s: who asked does not hear it: %+v", name, r)
			}
		}
		c.Proposals, c.Remedies = []proposal.Proposal{{}}, crmtest.Credit(10_000) // declined by the customer
		c = step(c.Approve(manager, 3, money.Money{}, approval.Granted{}, terms.Complaint(), crmtest.Tuesday))
		if liable, _ := c.Verdict.Stands(); liable != verdict.LiableCustomer || c.Verdict.Stood != nil ||
			c.Proposals != nil || c.Remedies != nil {
			t.Errorf("%s: approved, and %s stands with %+v", name, liable, c.Remedies)
		}
	}
}

func TestNobodyGivesGoodsAwayByWritingNothingBesideThem(t *testing.T) {
	job, zero := remedy.Job{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Ordered: 2000, Delivered: 2000},
		money.Money{Minor: 0, Currency: "CNY"}
	for _, tc := range []struct {
		name     string
		remedies []remedy.Remedy
		want     int64
	}{
		{"a full reprint for nothing",
			[]remedy.Remedy{{Kind: remedy.FullReprint, Quantity: 2000, Amount: zero, Value: zero}}, 800_000},
		{"a tenth of it for nothing", []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 200, Amount: zero, Value: zero}},
			80_000},
		{"which the customer pays",
			[]remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 200, Amount: zero, Value: zero,
				CustomerPays: money.Money{Minor: 80_000, Currency: "CNY"}}}, 0},
		{"more than its share", []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 200, Amount: zero,
			Value: money.Money{Minor: 90_000, Currency: "CNY"}}}, 90_000},
		{"sorting", []remedy.Remedy{{Kind: remedy.Rework, Quantity: 200, Amount: money.Money{Minor: 5_000, Currency: "CNY"},
			Value: zero}}, 5_000},
		{"a credit of which one figure is nothing",
			[]remedy.Remedy{{Kind: remedy.CreditNote, Amount: zero, Value: money.Money{Minor: 70_000, Currency: "CNY"}}},
			70_000},
		{"two together", []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 200, Amount: zero, Value: zero},
			{Kind: remedy.Gift, Amount: zero, Value: money.Money{Minor: 1_000, Currency: "CNY"}}}, 81_000},
	} {
		if got, err := complaint.GivenAway(tc.remedies, job); err != nil || got.Minor != tc.want {
			t.Errorf("%s: %v %v", tc.name, got, err)
		}
	}
}

func TestARefusalIsKept(t *testing.T) {
	c := awaiting(t)
	boss := staff.ActorOf(crmtest.Boss)
	next, _, err := c.Reject(boss, c.Approvals, "太多", crmtest.ComplaintTerms(t).Complaint(), c.UpdatedAt.Add(time.Minute))
	if err != nil || len(next.Refused) != 1 || next.Refused[0].Reason != "太多" || next.Refused[0].By != boss.ID ||
		*next.Refused[0].Amount != c.Approval.Amount {
		t.Errorf("%+v %v", next.Refused, err)
	}
	if seen := next.For(staff.ActorOf(crmtest.Colleague("stf_p", staff.Production))); seen.Refused[0].Amount != nil ||
		next.Refused[0].Amount == nil {
		t.Error("production sees the amount, or the record has lost it")
	}
}
