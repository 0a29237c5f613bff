package service_test

import (
	"errors"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/shared/store/work"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// complaintBy says what somebody of the seeded shop does with a complaint.
func complaintBy(t testing.TB, b *storetest.Bench, n int) staff.Actor {
	t.Helper()
	return staff.ActorOf(storetest.Person(t, b, n))
}

// theBoss is an owner of the shop.
func theBoss(t testing.TB, b *storetest.Bench) staff.Actor {
	t.Helper()
	for _, p := range b.Shop.Staff {
		if p.Has(staff.Owner) {
			return staff.ActorOf(p)
		}
	}
	t.Fatal("the shop has no owner")
	return staff.Actor{}
}

// complaintSteps take a complaint by a command each, all by the owner of the shop.
var (
	colourFacts = complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible, Sample: verdict.SampleWorse,
		Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs}
	colourRead = defect.Measurement{Measure: defect.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5}
)

func judgedComplaint(t testing.TB, b *storetest.Bench, customer string) complaint.Complaint {
	t.Helper()
	c, boss, terms := storetest.OpenComplaint(t, b, customer), theBoss(t, b), storetest.Terms(t, b, seed.Shanghai)
	for _, step := range []service.ComplaintRule{
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Triage(boss, complaint.Triage{Severity: 2}, storetest.Person(t, b, 6), terms.Complaint(), b.Clock.Now())
		},
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Measure(boss, colourRead, terms.Complaint(), b.Clock.Now())
		},
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Decide(boss, colourFacts, terms.Complaint(), b.Clock.Now())
		},
	} {
		c = changeComplaint(t, b, c.ID, step)
	}
	return c
}

func changeComplaint(t testing.TB, b *storetest.Bench, id string, rule service.ComplaintRule) complaint.Complaint {
	t.Helper()
	c, err := b.ChangeComplaint(t.Context(), id, rule)
	if err != nil {
		var e *fault.Error
		errors.As(err, &e)
		t.Fatalf("%v %+v", err, e)
	}
	return c
}

func credit(yuan int64) []remedy.Remedy {
	m := money.Money{Minor: yuan * 100, Currency: "CNY"}
	return []remedy.Remedy{{Kind: remedy.CreditNote, Amount: m, Value: m}}
}

func TestAComplaintStandsInItsLists(t *testing.T) {
	b := storetest.New(t)
	c := judgedComplaint(t, b, "cus_1")
	for name, q := range map[string]service.ComplaintQuery{
		"board": {}, "severity": {Severity: 2}, "owner": {Owner: c.Owner}, "customer": {Customer: "cus_1"},
		"state": {State: complaint.StateJudged}, "due": {Until: c.Due.Add(time.Second)},
	} {
		q.Branches, q.Limit = []string{seed.Shanghai}, 10
		page, err := b.Complaints(t.Context(), q)
		if err != nil || len(page.Items) != 1 || page.Items[0].ID != c.ID || !page.Items[0].Due.Equal(c.Due) {
			t.Errorf("%s: %+v %v", name, page.Items, err)
		}
	}
	for name, q := range map[string]service.ComplaintQuery{
		"severity": {Severity: 3}, "owner": {Owner: "stf_nobody"}, "customer": {Customer: "cus_2"},
		"state": {State: complaint.StateNew}, "due": {Until: c.Due},
		"ended": {State: complaint.StateClosed, Month: "2026-11"},
	} {
		q.Branches, q.Limit = []string{seed.Shanghai}, 10
		if page, err := b.Complaints(t.Context(), q); err != nil || len(page.Items) != 0 {
			t.Errorf("%s: %+v %v", name, page.Items, err)
		}
	}
	desk, err := b.Desk(t.Context(), work.DeskQuery{Staff: c.Owner, Paging: table.Paging{Limit: 10}})
	if err != nil || len(desk.Items) != 1 || desk.Items[0].Kind != "complaint" {
		t.Errorf("%+v %v", desk, err)
	}
}

func TestMarketingStopsWithTheComplaint(t *testing.T) {
	b := storetest.New(t)
	ctx := t.Context()
	lead := storetest.Agreeing(t, b, storetest.Li(1))
	newsletter := func(step, purpose string) string {
		m, err := b.ClaimMessage(ctx,
			message.Message{Person: lead.ContactID, Customer: lead.Customer, About: "campaign/cam_1/1", Step: step,
				Channel: message.ChannelEmail, Template: "lead-acknowledged", Lang: words.Zh,
				Branch: seed.Shanghai, Owner: seed.StaffID(3)}, purpose)
		if err != nil {
			t.Fatal(err)
		}
		return m.State + m.Reason
	}
	if got := newsletter("1", message.PurposeMarketing); got != message.StateClaimed {
		t.Errorf("before: %s", got)
	}
	c := storetest.OpenComplaint(t, b, lead.Customer)
	if got := newsletter("2", message.PurposeMarketing); got != message.StateSuppressed+message.ReasonComplaint {
		t.Errorf("marketing while it is open: %s", got)
	}
	if got := newsletter("3", message.PurposeService); got != message.StateClaimed {
		t.Errorf("service while it is open: %s", got)
	}
	other := storetest.OpenComplaint(t, b, lead.Customer)
	ends := func(id string) {
		changeComplaint(t, b, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(staff.Visitor, "", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
		})
	}
	ends(c.ID)
	if got := newsletter("4", message.PurposeMarketing); got != message.StateSuppressed+message.ReasonComplaint {
		t.Errorf("marketing while another one is open: %s", got)
	}
	ends(other.ID)
	if got := newsletter("5", message.PurposeMarketing); got != message.StateClaimed {
		t.Errorf("after: %s", got)
	}
}

// Two offers in one second, each within the limit and together above it: one of them asks for leave.
func TestTwoOffersAtOnceMeetInTheLedger(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	manager := complaintBy(t, b, 2)
	terms := storetest.Terms(t, b, seed.Shanghai)
	terms.Policy.Complaint = complaint.StandardPolicy()
	ids := []string{judgedComplaint(t, b, "cus_1").ID, judgedComplaint(t, b, "cus_1").ID}
	var wg sync.WaitGroup
	states := make([]string, len(ids))
	for i, id := range ids {
		wg.Go(func() {
			c, err := b.GrantComplaint(t.Context(), id,
				func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
					return c.Propose(manager, complaint.RemedyChoice{Remedies: credit(3000), Before: before}, terms.Complaint(),
						b.Clock.Now())
				})
			if err != nil {
				t.Error(err)
			}
			states[i] = c.State
		})
	}
	wg.Wait()
	slices.Sort(states)
	if !slices.Equal(states, []string{complaint.StateAwaiting, complaint.StateOffered}) {
		t.Errorf("%v, and the manager's limit is 5,000 yuan for one customer", states)
	}
	grants, err := b.Grants(t.Context(), "cus_1")
	if err != nil || len(grants.Lines) != 1 {
		t.Errorf("%+v %v", grants, err)
	}
}

// carriedOut are the steps from a verdict to a remedy that is done, worth ¥300.
func carriedOut(t testing.TB, b *storetest.Bench) []service.GrantRule {
	boss, terms := theBoss(t, b), storetest.Terms(t, b, seed.Shanghai)
	return []service.GrantRule{
		func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
			return c.Propose(boss, complaint.RemedyChoice{Remedies: credit(300), Before: before}, terms.Complaint(),
				b.Clock.Now())
		},
		func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
			return c.Agree(staff.Visitor, c.Turn, terms.Complaint(), b.Clock.Now())
		},
		func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
			return c.CarryOutRemedies(boss, complaint.CarryOutPlan{CreditNumber: "CN-7"}, terms.Complaint(), b.Clock.Now())
		},
		func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
			return c.Complete(boss, time.Time{}, terms.Complaint(), b.Clock.Now())
		},
	}
}

func TestARemedyIsWrittenDownOnce(t *testing.T) {
	b := storetest.New(t)
	c := judgedComplaint(t, b, "cus_1")
	steps := carriedOut(t, b)
	for i, step := range steps {
		if _, err := b.GrantComplaint(t.Context(), c.ID, step); err != nil {
			t.Fatal(i, err)
		}
	}
	if _, err := b.GrantComplaint(t.Context(), c.ID, steps[3]); fault.KindOf(err) != fault.Refused {
		t.Errorf("done a second time: %v", err)
	}
	lines, err := b.RemedyEntries(t.Context(), c.ID)
	if err != nil || len(lines) != 1 || lines[0].CreditNumber != "CN-7" || lines[0].Remedy.Amount.Minor != 30_000 {
		t.Errorf("%+v %v", lines, err)
	}
	grants, err := b.Grants(t.Context(), "cus_1")
	if err != nil || len(grants.Lines) != 1 || !grants.Lines[0].Done {
		t.Errorf("%+v %v", grants, err)
	}
}

func TestCountersFollowTheRecords(t *testing.T) {
	b := storetest.New(t)
	first, second := storetest.OpenComplaint(t, b, "cus_1"), storetest.OpenComplaint(t, b, "cus_2")
	changeComplaint(t, b, first.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Triage(theBoss(t, b), complaint.Triage{Severity: 2, Job: complaint.Job{Press: "小森 4"}},
			storetest.Person(t, b, 6), storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
	})
	b.Clock.Set(b.Clock.Now().Add(time.Hour))
	changeComplaint(t, b, second.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(staff.Visitor, "", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
	})
	b.AddUp(t)
	day := b.Clock.Now().Format(time.DateOnly)
	for dimension, want := range map[string]map[string]map[string]int64{
		tally.Defect: {string(defect.ColourDeviation): {"opened": 2, "rounds": 2, "ended_withdrawn": 1, "reached_new": 1,
			"reached_withdrawn": 1, "seconds_withdrawn": 3600}},
		tally.Press: {"小森 4": {"opened": 1, "rounds": 1},
			"海德堡 2": {"opened": 1, "rounds": 1, "ended_withdrawn": 1, "reached_new": 1, "reached_withdrawn": 1,
				"seconds_withdrawn": 3600}},
	} {
		got, err := b.Tallies(t.Context(), []string{seed.Shanghai}, dimension, day, day)
		if err != nil || len(got) != len(want) {
			t.Fatalf("%s: %v %v", dimension, got, err)
		}
		for value, figures := range want {
			if !maps.Equal(got[value], figures) {
				t.Errorf("%s %s: %v, want %v", dimension, value, got[value], figures)
			}
		}
	}
}

// A complaint that is reopened before staff have closed it: the round that was settled stays counted, a new one
// begins, and its customer gets no marketing again.
func TestAComplaintReopenedBeforeItIsClosed(t *testing.T) {
	b := storetest.New(t)
	c := judgedComplaint(t, b, "cus_1")
	for _, step := range carriedOut(t, b) {
		if _, err := b.GrantComplaint(t.Context(), c.ID, step); err != nil {
			t.Fatal(err)
		}
	}
	day := b.Clock.Now().Format(time.DateOnly)
	books := func(what string, rounds, settled int64, frozen ...string) {
		t.Helper()
		b.AddUp(t)
		got, err := b.Tallies(t.Context(), []string{seed.Shanghai}, tally.Customer, day, day)
		if n := got["cus_1"]; err != nil || n["opened"] != 1 || n["rounds"] != rounds || n["settled"] != settled ||
			n["in_time"] != settled || n["reached_correcting"] != settled ||
			n["reached_verifying"] != settled || n["cost_CNY"] != 30_000 {
			t.Errorf("%s: %v %v", what, n, err)
		}
		if freeze, err := b.Freeze(t.Context(), "cus_1"); err != nil || !slices.Equal(freeze.Complaints, frozen) {
			t.Errorf("%s: frozen for %v, %v", what, freeze.Complaints, err)
		}
	}
	settle := func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Verify(staff.Visitor, true, storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
	}
	books("before", 1, 0, c.ID)
	changeComplaint(t, b, c.ID, settle)
	books("settled", 1, 1)
	b.Clock.Advance(40 * 24 * time.Hour)
	next := changeComplaint(t, b, c.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Reopen(staff.Visitor, "Still wrong", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
	})
	if next.State != complaint.StateNew || next.Round != 2 || len(next.Earlier) != 1 || !next.Earlier[0].Open {
		t.Errorf("%+v", next)
	}
	books("reopened", 2, 1, c.ID)
	read, err := b.Complaint(t.Context(), c.ID)
	if err != nil || !read.Earlier[0].Open || !read.Earlier[0].ClosedAt.IsZero() {
		t.Errorf("%+v %v", read.Earlier, err)
	}
}

// TestJoinedComplaintsAreCountedOnce: two complaints of a customer end as one in one transaction, with an event each
// that says how their shared counters move.
func TestJoinedComplaintsAreCountedOnce(t *testing.T) {
	b := storetest.New(t)
	boss, terms := theBoss(t, b), storetest.Terms(t, b, seed.Shanghai)
	older := storetest.OpenComplaint(t, b, "cus_1")
	b.Clock.Advance(time.Minute)
	younger := storetest.OpenComplaint(t, b, "cus_1")
	older = changeComplaint(t, b, older.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Triage(boss, complaint.Triage{Severity: 4, Defects: []defect.Kind{defect.Banding}},
			storetest.Person(t, b, 6), terms.Complaint(), b.Clock.Now())
	})
	younger = changeComplaint(t, b, younger.ID, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Triage(boss, complaint.Triage{Severity: 1}, storetest.Person(t, b, 6), terms.Complaint(), b.Clock.Now())
	})
	ended, err := b.JoinComplaints(t.Context(), younger.ID, older.ID,
		func(c, older complaint.Complaint) (complaint.Complaint, complaint.Complaint, [2]event.Event, error) {
			return c.Join(boss, older, terms.Complaint(), b.Clock.Now())
		})
	if err != nil || ended.State != complaint.StateJoined {
		t.Fatalf("%s %v", ended.State, err)
	}
	kept, err := b.Complaint(t.Context(), older.ID)
	if err != nil || kept.Severity != 1 || len(kept.Defects) != 2 {
		t.Errorf("%+v %v", kept, err)
	}
	if freeze, err := b.Freeze(t.Context(), "cus_1"); err != nil || !slices.Equal(freeze.Complaints, []string{kept.ID}) {
		t.Errorf("frozen for %v, %v", freeze.Complaints, err)
	}
	b.AddUp(t)
	figures, err := b.Tallies(t.Context(), []string{seed.Shanghai}, tally.Defect, "2026-01-01", "2099-12-31")
	if err != nil || figures["colour-deviation"]["opened"] != 2 || figures["colour-deviation"]["ended_joined"] != 1 ||
		figures["banding"]["opened"] != 1 {
		t.Errorf("%v %v", figures, err)
	}
}

// A complaint whose freeze is not there, as after a restore of one table, ends all the same. Nobody may begin to freeze
// the customer meanwhile.
func TestAComplaintWhoseFreezeIsLostEnds(t *testing.T) {
	b := storetest.New(t)
	c := storetest.OpenComplaint(t, b, storetest.NewID("cus"))
	if _, err := b.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(b.Tables.Messages),
		Key: table.FreezeKey(c.Customer)}); err != nil {
		t.Fatal(err)
	}
	terms := storetest.Terms(t, b, c.Branch).Complaint()
	ended, err := b.OpenAs(t, "worker").ChangeComplaint(t.Context(), c.ID,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(staff.Visitor, "", terms, b.Clock.Now())
		})
	if err != nil || !ended.Closed() || !c.Freezes() || ended.Freezes() {
		t.Errorf("%s, %v", ended.State, err)
	}
}
