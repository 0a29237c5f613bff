package crm

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestApprovalLimits(t *testing.T) {
	policy, worth := StandardApprovalPolicy(), Money{10_000_000, "CNY"}
	as := func(roles ...Role) Actor { return ActorOf(complaintStaff("stf_x", roles...)) }
	for _, tc := range []struct {
		name   string
		by     Actor
		amount Money
		before Granted
		worth  Money
		want   bool
	}{
		{"service gives a gift", as(Service), Money{20_000, "CNY"}, Granted{}, worth, true},
		{"and not a cent more", as(Service), Money{20_001, "CNY"}, Granted{}, worth, false},
		{"nor the same in two parts", as(Service), Money{10_001, "CNY"}, Granted{Customer: 10_000}, worth, false},
		{"the higher of two roles counts", as(Service, Manager), Money{500_000, "CNY"}, Granted{}, worth, true},
		{"a manager sees the parts too", as(Manager), Money{1, "CNY"}, Granted{Customer: 500_000}, worth, false},
		{"production has no limit at all", as(Production), Money{1, "CNY"}, Granted{}, worth, false},
		{"a currency that the policy does not have", as(Manager), Money{1, "EUR"}, Granted{}, Money{1000, "EUR"}, false},
		{"which the shop's owner may", as(Owner), Money{1, "EUR"}, Granted{}, Money{1000, "EUR"}, true},
		{"more than the job was worth", as(Manager), Money{1001, "CNY"}, Granted{}, Money{1000, "CNY"}, false},
		{"more than the job was worth in two parts", as(Manager), Money{501, "CNY"}, Granted{Job: 500}, Money{1000, "CNY"}, false},
		{"the shop's owner may", as(Owner), Money{1001, "CNY"}, Granted{}, Money{1000, "CNY"}, true},
		{"sums beyond 64 bits", as(Manager), Money{1 << 62, "CNY"}, Granted{Customer: 1 << 62}, worth, false},
		{"a counter below zero", as(Manager), Money{1, "CNY"}, Granted{Customer: -5}, worth, false},
		{"an apology after all that", as(Service), Money{0, "CNY"}, Granted{Customer: 900_000}, worth, true},
		{"an apology in any currency", as(Service), Money{0, "EUR"}, Granted{}, Money{1000, "EUR"}, true},
	} {
		err := policy.covers(tc.by, tc.amount, tc.before, tc.worth)
		if (err == nil) != tc.want {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

// TestApprovalNeverBySplitting: however a sum is cut, the parts that a role's word covers never pass its limit, the customer's, or the job's worth.
func TestApprovalNeverBySplitting(t *testing.T) {
	policy := StandardApprovalPolicy()
	rapid.Check(t, func(t *rapid.T) {
		role := rapid.SampledFrom(Roles).Draw(t, "role")
		worth := Money{rapid.Int64Range(0, 3_000_000).Draw(t, "worth"), "CNY"}
		var given Granted
		for i := range rapid.IntRange(1, 20).Draw(t, "parts") {
			amount := rapid.Int64Range(0, 700_000).Draw(t, "part")
			if i%3 == 0 {
				amount = rapid.Int64Range(0, 100).Draw(t, "small")
			}
			if policy.covers(ActorOf(complaintStaff("stf_x", role)), Money{amount, "CNY"}, given, worth) == nil {
				given.Customer, given.Job = given.Customer+amount, given.Job+amount
			}
		}
		limit := min(policy.Roles[role]["CNY"], policy.Customer["CNY"], worth.Minor)
		if role != Owner && given.Customer > limit {
			t.Fatalf("%s gave %d, more than %d", role, given.Customer, limit)
		}
	})
}

func awaiting(t *testing.T) Complaint {
	for _, row := range complaintRows(t) {
		if row.name == ComplaintAwaiting {
			return row.c
		}
	}
	t.Fatal("no such row")
	return Complaint{}
}

func TestApprovalHasOneOutcome(t *testing.T) {
	terms, manager, own := testTerms(t), ActorOf(complaintStaff("stf_manager", Manager)), ActorOf(complaintOwner)
	c := awaiting(t)
	late := c.Approval.Expires
	outcomes := map[string]func(Complaint, time.Time) (Complaint, Event, error){
		"approve": func(c Complaint, now time.Time) (Complaint, Event, error) {
			return c.Approve(manager, 1, Money{100_000, "CNY"}, Granted{}, terms.Complaint(), now)
		},
		"reject": func(c Complaint, now time.Time) (Complaint, Event, error) {
			return c.Reject(manager, 1, "too much", terms.Complaint(), now)
		},
		"edit": func(c Complaint, now time.Time) (Complaint, Event, error) {
			return c.Propose(own, RemedyChoice{Remedies: credit(90_000)}, terms.Complaint(), now)
		},
		"withdraw": func(c Complaint, now time.Time) (Complaint, Event, error) {
			return c.Withdraw(own, "客户来电撤回", terms.Complaint(), now)
		},
		"expire": func(c Complaint, now time.Time) (Complaint, Event, error) { return c.Expire(terms.Complaint(), now) },
	}
	for first, do := range outcomes {
		now := late.Add(-time.Second)
		if first == "expire" {
			if _, _, err := do(c, now); KindOf(err) != Refused {
				t.Errorf("it expired too early: %v", err)
			}
			now = late
		}
		after, _, err := do(c, now)
		if err != nil {
			t.Fatalf("%s: %v %+v", first, err, fieldsOf(err))
		}
		if first != "edit" && after.Approval.State == ApprovalRequested {
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
	for name, do := range map[string]func(Complaint, time.Time) (Complaint, Event, error){"approve": outcomes["approve"], "reject": outcomes["reject"]} {
		if _, _, err := do(c, late); KindOf(err) != Refused {
			t.Errorf("%s when it has expired: %v", name, err)
		}
	}
}

func TestApprovalIsOfWhatWasRead(t *testing.T) {
	terms, manager := testTerms(t), ActorOf(complaintStaff("stf_manager", Manager))
	c := awaiting(t)
	for _, tc := range []struct {
		no     int
		amount int64
		before Granted
		want   Kind
	}{
		{1, 99_999, Granted{}, Refused}, {0, 100_000, Granted{}, Refused}, {2, 100_000, Granted{}, Refused},
		{1, 100_000, Granted{Customer: 450_000}, Forbidden}, {1, 100_000, Granted{Job: 750_000}, Forbidden}, {1, 100_000, Granted{Customer: 400_000}, ""},
	} {
		next, _, err := c.Approve(manager, tc.no, Money{tc.amount, "CNY"}, tc.before, terms.Complaint(), tuesday)
		if err != nil && KindOf(err) != tc.want || err == nil && (tc.want != "" || next.Approval.DecidedBy != manager.ID) {
			t.Errorf("%+v: %v", tc, err)
		}
	}
}

func TestNobodyApprovesForHimself(t *testing.T) {
	terms := testTerms(t)
	c := awaiting(t)
	c.Account, c.OpenedBy = "stf_account", "stf_opener"
	c, _, err := c.Assign(ActorOf(complaintBoss), complaintStaff("stf_next", Manager), terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"stf_account", "stf_opener", "stf_case", "stf_next"} {
		for _, role := range []Role{Manager, Owner, Finance} {
			by := ActorOf(complaintStaff(id, role))
			if _, _, err := c.Approve(by, 1, Money{100_000, "CNY"}, Granted{}, terms.Complaint(), tuesday); KindOf(err) != Forbidden {
				t.Errorf("%s as %s approved: %v", id, role, err)
			}
			if _, _, err := c.Reject(by, 1, "no", terms.Complaint(), tuesday); KindOf(err) != Forbidden {
				t.Errorf("%s as %s rejected: %v", id, role, err)
			}
		}
	}
}

func TestOverrulingNeedsAnotherPerson(t *testing.T) {
	terms, manager, boss := testTerms(t), ActorOf(complaintStaff("stf_manager", Manager)), ActorOf(complaintBoss)
	c := complaintRows(t)[2].c
	c.Measurements = nil // the rule cannot judge
	facts := ComplaintFacts{Defect: DefectColourDeviation}
	if _, _, err := c.Decide(ActorOf(complaintOwner), facts, terms.Complaint(), tuesday); KindOf(err) != Invalid || len(fieldsOf(err)) == 0 {
		t.Fatalf("an unclear case was judged: %v", err)
	}
	o := Overrule{Liability: LiableUs, OurShare: 100, Reason: "the samples were lost by us", ApprovedBy: "stf_forged"}
	asked, _, err := c.Overrule(manager, facts, o, terms.Complaint(), tuesday)
	if err != nil || asked.State != ComplaintJudged || asked.Verdict.Overruled.ApprovedBy != "" {
		t.Fatalf("%+v %v %+v", asked.Verdict, err, fieldsOf(err))
	}
	if liability, _ := asked.Verdict.Stands(); liability != Unclear {
		t.Errorf("it stands before it was approved: %s", liability)
	}
	if _, _, err := asked.Approve(manager, asked.Approvals, Money{}, Granted{}, terms.Complaint(), tuesday); KindOf(err) != Forbidden {
		t.Errorf("he approved his own: %v", err)
	}
	back, _, err := asked.Reject(boss, asked.Approvals, "look again", terms.Complaint(), tuesday)
	if err != nil || back.State != ComplaintInvestigating || back.Verdict != nil {
		t.Errorf("%s %v", back.State, err)
	}
	done, _, err := asked.Approve(boss, asked.Approvals, Money{}, Granted{}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	if liability, share := done.Verdict.Stands(); liability != LiableUs || share != 100 {
		t.Errorf("%s %d", liability, share)
	}
}

// An overruling that nobody answers is put to somebody else at half time and falls at its end; until then who handles the complaint may replace it.
func TestAnOverrulingHasAnEnd(t *testing.T) {
	terms, own, manager := testTerms(t), ActorOf(complaintOwner), ActorOf(complaintStaff("stf_manager", Manager))
	judged := complaintIn(t, ComplaintJudged)
	found := complaintIn(t, ComplaintInvestigating)
	found.Measurements = nil // the rule cannot judge
	o := Overrule{Liability: LiableUs, OurShare: 100, Reason: "the samples were lost by us"}
	for state, before := range map[string]Complaint{ComplaintJudged: judged, ComplaintInvestigating: found} {
		c, _, err := before.Overrule(own, ComplaintFacts{Defect: DefectColourDeviation}, o, terms.Complaint(), tuesday)
		if err != nil {
			t.Fatal(err, fieldsOf(err))
		}
		end := c.Verdict.Overruled.Expires
		if got := terms.Calendar.Between(tuesday, end); got != seconds(terms.Policy.Complaint.Approval.Expires) {
			t.Errorf("%s: it ends after %v", state, got)
		}
		if _, until := c.AskedBy(); !until.Equal(end) {
			t.Errorf("%s: the approver is told %v, it ends at %v", state, until, end)
		}
		if !slices.ContainsFunc(c.Deadlines(terms.Complaint(), En, tuesday), func(d ComplaintDeadline) bool { return d.Kind == "approval" && d.Due.Equal(end) }) {
			t.Errorf("%s: its end is not among the deadlines", state)
		}
		again := slices.IndexFunc(c.Rungs, func(r Rung) bool { return r.Name == "overrule-again-1" })
		if again < 0 || c.Rungs[again].Do != DoAskApprover || terms.Calendar.Between(tuesday, c.Rungs[again].At) != terms.Calendar.Between(tuesday, end)/2 {
			t.Errorf("%s: nobody else is asked at half time: %+v", state, c.Rungs)
		}
		if _, _, err := c.Expire(terms.Complaint(), end.Add(-time.Second)); KindOf(err) != Refused {
			t.Errorf("%s: it ended too early: %v", state, err)
		}
		if _, _, err := c.Approve(manager, 1, Money{}, Granted{}, terms.Complaint(), end); KindOf(err) != Refused {
			t.Errorf("%s: approved after its end: %v", state, err)
		}
		next, _, err := c.Expire(terms.Complaint(), end)
		if err != nil || next.State != state || next.overruling() || len(next.Refused) != 1 || (next.Verdict == nil) != (state == ComplaintInvestigating) {
			t.Fatalf("%s: %s %+v %v", state, next.State, next.Refused, err)
		}
		if r, ok := next.LastRefusal(); !ok || r.By != "" || r.AskedBy != own.ID || r.Overrule.Reason != o.Reason || r.Question(En) == "" {
			t.Errorf("%s: who asked does not hear it: %+v", state, r)
		}
		if !slices.ContainsFunc(next.Rungs, func(r Rung) bool { return r.Do == DoTellRefused && r.At.Equal(end) }) {
			t.Errorf("%s: nobody tells him: %+v", state, next.Rungs)
		}
		if _, _, err := next.Overrule(own, ComplaintFacts{Defect: DefectColourDeviation}, o, terms.Complaint(), end); err != nil {
			t.Errorf("%s: he cannot ask again: %v", state, err)
		}
	}
}

// An overruling that was asked for before there was an end gets it when it is planned anew, from when it was asked.
func TestAnOverrulingFromBeforeGetsItsEnd(t *testing.T) {
	terms, manager := testTerms(t), ActorOf(complaintStaff("stf_manager", Manager))
	c := complaintIn(t, "judged, overruling asked")
	end := c.Verdict.Overruled.Expires
	v, o := *c.Verdict, *c.Verdict.Overruled
	o.Expires, v.Overruled = time.Time{}, &o
	c.Verdict = &v
	c.Rungs = slices.DeleteFunc(slices.Clone(c.Rungs), func(r Rung) bool { return r.Do == DoExpire || r.Name == "overrule-again-1" })
	if _, _, err := c.Approve(manager, c.Approvals, Money{}, Granted{}, terms.Complaint(), tuesday); err != nil {
		t.Errorf("it cannot be approved: %v", err)
	}
	if _, _, err := c.Expire(terms.Complaint(), end); KindOf(err) != Refused {
		t.Errorf("it fell without an end: %v", err)
	}
	next, _, err := c.Replan(terms.Complaint(), tuesday.Add(time.Hour))
	if err != nil || !next.Verdict.Overruled.Expires.Equal(end) || !o.Expires.IsZero() || next.Version != c.Version+1 {
		t.Fatalf("%+v %v", next.Verdict.Overruled, err)
	}
	if _, _, err := next.Expire(terms.Complaint(), end); err != nil {
		t.Error(err)
	}
}

func TestAnOverrulingIsReplaced(t *testing.T) {
	terms, own, manager := testTerms(t), ActorOf(complaintOwner), ActorOf(complaintStaff("stf_manager", Manager))
	c := complaintIn(t, ComplaintJudged)
	rule, _ := c.Verdict.Stands()
	c, _, err := c.Overrule(own, ComplaintFacts{}, Overrule{Liability: LiableShared, OurShare: 50, Reason: "pale proof"}, terms.Complaint(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	later := tuesday.Add(time.Hour)
	if _, _, err := c.StopClock(own, PauseSample, terms.Complaint(), later); KindOf(err) != Refused {
		t.Errorf("a pause hides the question: %v", err)
	}
	other, _, err := c.Overrule(own, ComplaintFacts{}, Overrule{Liability: LiableShared, OurShare: 30, Reason: "pale proof"}, terms.Complaint(), later)
	if err != nil || other.Approvals != 2 || other.Verdict.Overruled.OurShare != 30 || !other.Verdict.Overruled.Expires.After(c.Verdict.Overruled.Expires) {
		t.Errorf("%+v %v", other.Verdict.Overruled, err)
	}
	if _, _, err := other.Approve(manager, 1, Money{}, Granted{}, terms.Complaint(), later); KindOf(err) != Refused {
		t.Errorf("approved what was replaced: %v", err)
	}
	dropped, _, err := c.Decide(own, colourFacts, terms.Complaint(), later)
	if stands, _ := dropped.Verdict.Stands(); err != nil || dropped.overruling() || stands != rule {
		t.Errorf("%+v %v", dropped.Verdict, err)
	}
	if _, _, err := dropped.Propose(own, RemedyChoice{Remedies: credit(10_000)}, terms.Complaint(), later); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
}

// What one person asked for and another approved is not lost because somebody asks for something else that is refused, or that nobody answers.
func TestAnApprovedOverrulingOutlivesTheNextQuestion(t *testing.T) {
	terms, own, manager := testTerms(t), ActorOf(complaintOwner), ActorOf(complaintStaff("stf_manager", Manager))
	judged, found := complaintIn(t, ComplaintJudged), complaintIn(t, ComplaintInvestigating)
	found.Measurements = nil // the rule cannot judge
	for name, c := range map[string]Complaint{"the rule's verdict": judged, "no verdict of the rule": found} {
		step := func(next Complaint, _ Event, err error) Complaint {
			t.Helper()
			if err != nil {
				t.Fatal(name, err, fieldsOf(err))
			}
			return next
		}
		facts := ComplaintFacts{Defect: DefectColourDeviation}
		c = step(c.Overrule(own, facts, Overrule{Liability: LiableShared, OurShare: 40, Reason: "pale proof"}, terms.Complaint(), tuesday))
		c = step(c.Approve(manager, 1, Money{}, Granted{}, terms.Complaint(), tuesday))
		first := c.Verdict.Overruled
		for _, reason := range []string{"stored wet", "stored very wet"} { // the second takes the first one's place
			c = step(c.Overrule(own, facts, Overrule{Liability: LiableCustomer, Reason: reason}, terms.Complaint(), tuesday))
		}
		if liable, share := c.Verdict.Stands(); liable != LiableShared || share != 40 || !c.overruling() {
			t.Errorf("%s: while it waits %s stands, %d %%", name, liable, share)
		}
		rejected := step(c.Reject(manager, 3, "he told us so", terms.Complaint(), tuesday))
		expired := step(c.Expire(terms.Complaint(), c.Verdict.Overruled.Expires))
		for _, c := range []Complaint{rejected, expired} {
			if liable, share := c.Verdict.Stands(); c.State != ComplaintJudged || liable != LiableShared || share != 40 || c.Verdict.Overruled != first || c.Verdict.Stood != nil {
				t.Errorf("%s: in %s, %s stands: %+v", name, c.State, liable, c.Verdict.Overruled)
			}
			if r, ok := c.LastRefusal(); !ok || r.Overrule.Liability != LiableCustomer {
				t.Errorf("%s: who asked does not hear it: %+v", name, r)
			}
		}
		c.Proposals, c.Remedies = []Proposal{{}}, credit(10_000) // declined by the customer
		c = step(c.Approve(manager, 3, Money{}, Granted{}, terms.Complaint(), tuesday))
		if liable, _ := c.Verdict.Stands(); liable != LiableCustomer || c.Verdict.Stood != nil || c.Proposals != nil || c.Remedies != nil {
			t.Errorf("%s: approved, and %s stands with %+v", name, liable, c.Remedies)
		}
	}
}

func TestNobodyGivesGoodsAwayByWritingNothingBesideThem(t *testing.T) {
	job, zero := RemedyJob{Value: Money{800_000, "CNY"}, Ordered: 2000, Delivered: 2000}, Money{0, "CNY"}
	for _, tc := range []struct {
		name     string
		remedies []Remedy
		want     int64
	}{
		{"a full reprint for nothing", []Remedy{{Kind: RemedyFullReprint, Quantity: 2000, Amount: zero, Value: zero}}, 800_000},
		{"a tenth of it for nothing", []Remedy{{Kind: RemedyPartReprint, Quantity: 200, Amount: zero, Value: zero}}, 80_000},
		{"which the customer pays", []Remedy{{Kind: RemedyPartReprint, Quantity: 200, Amount: zero, Value: zero, CustomerPays: Money{80_000, "CNY"}}}, 0},
		{"more than its share", []Remedy{{Kind: RemedyPartReprint, Quantity: 200, Amount: zero, Value: Money{90_000, "CNY"}}}, 90_000},
		{"sorting", []Remedy{{Kind: RemedyRework, Quantity: 200, Amount: Money{5_000, "CNY"}, Value: zero}}, 5_000},
		{"a credit of which one figure is nothing", []Remedy{{Kind: RemedyCreditNote, Amount: zero, Value: Money{70_000, "CNY"}}}, 70_000},
		{"two together", []Remedy{{Kind: RemedyPartReprint, Quantity: 200, Amount: zero, Value: zero}, {Kind: RemedyGift, Amount: zero, Value: Money{1_000, "CNY"}}}, 81_000},
	} {
		if got, err := givenAway(tc.remedies, job); err != nil || got.Minor != tc.want {
			t.Errorf("%s: %v %v", tc.name, got, err)
		}
	}
}

func TestARefusalIsKept(t *testing.T) {
	c := awaiting(t)
	boss := ActorOf(complaintBoss)
	next, _, err := c.Reject(boss, c.Approvals, "太多", complaintTerms(t).Complaint(), c.UpdatedAt.Add(time.Minute))
	if err != nil || len(next.Refused) != 1 || next.Refused[0].Reason != "太多" || next.Refused[0].By != boss.ID || *next.Refused[0].Amount != c.Approval.Amount {
		t.Errorf("%+v %v", next.Refused, err)
	}
	if seen := next.For(ActorOf(complaintStaff("stf_p", Production))); seen.Refused[0].Amount != nil || next.Refused[0].Amount == nil {
		t.Error("production sees the amount, or the record has lost it")
	}
}
