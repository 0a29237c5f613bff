package service_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"pgregory.net/rapid"
)

// complaintWalk plays people and customers against the complaints of two customers in a store.
type complaintWalk struct {
	*storetest.Bench
	terms setup.Terms
	cast  []staff.Actor
	ids   []string
}

// TestComplaintBooksAgree: after any commands by anybody, the counters are the sum of what the log counts and of what
// the records say. The ledger has each offer once and forgets none. A customer is frozen for exactly those complaints
// that freeze.
func TestComplaintBooksAgree(t *testing.T) {
	b := storetest.New(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := &complaintWalk{Bench: b, terms: storetest.Terms(t, b, seed.Shanghai),
			cast: []staff.Actor{theBoss(t, b), complaintBy(t, b, 2), complaintBy(t, b, 6), complaintBy(t, b, 9), staff.Visitor}}
		customers := []string{storetest.NewID("cus"), storetest.NewID("cus")}
		for range rapid.IntRange(1, 3).Draw(rt, "complaints") {
			w.ids = append(w.ids, storetest.OpenComplaint(t, b, rapid.SampledFrom(customers).Draw(rt, "customer")).ID)
		}
		for range rapid.IntRange(5, 30).Draw(rt, "steps") {
			w.step(rt)
		}
		b.AddUp(t, customers...)
		w.books(rt, customers)
	})
	if stand, log := b.Books(t); !maps.Equal(stand, log) || len(log) == 0 {
		t.Errorf("the counters are\n%v\nand the log says\n%v", stand, log)
	}
}

func (w *complaintWalk) step(t *rapid.T) {
	id, by := rapid.SampledFrom(w.ids).Draw(t, "complaint"), rapid.SampledFrom(w.cast).Draw(t, "by")
	if rapid.IntRange(0, 3).Draw(t, "pass") == 0 {
		w.Clock.Advance(time.Duration(rapid.IntRange(1, 3000).Draw(t, "minutes")) * time.Minute)
	}
	c, err := w.Complaint(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	pool := slices.DeleteFunc(c.Allowed(), func(a permission.Action) bool {
		return a == permission.JoinComplaint || a == permission.CommentComplaint
	})
	if len(pool) == 0 {
		return
	}
	command := rapid.SampledFrom(pool).Draw(t, "command")
	if command == permission.WithdrawComplaint && rapid.IntRange(0, 4).Draw(t, "really") > 0 {
		command = pool[0]
	}
	draw := w.drawn(t)
	_, err = w.GrantComplaint(t.Context(), id,
		func(c complaint.Complaint, before approval.Granted) (complaint.Complaint, event.Event, error) {
			return w.give(c, command, by, before, draw)
		})
	var refused *fault.Error
	if err != nil && (!errors.As(err, &refused) || refused.Kind == fault.Internal || refused.Kind == fault.Conflict) {
		t.Fatalf("%s in %s: %v", command, c.State, err)
	}
}

// complaintDraw is what one command is given.
type complaintDraw struct {
	severity int
	amount   int64
	yes      bool
	press    string
}

func (w *complaintWalk) drawn(t *rapid.T) complaintDraw {
	return complaintDraw{rapid.IntRange(1, 4).Draw(t, "severity"),
		rapid.SampledFrom([]int64{0, 50, 900, 4000}).Draw(t, "yuan"), rapid.Bool().Draw(t, "yes"),
		rapid.SampledFrom([]string{"", "小森 4", "海德堡 2"}).Draw(t, "press")}
}

func (w *complaintWalk) give(c complaint.Complaint, command permission.Action, by staff.Actor,
	before approval.Granted, d complaintDraw) (complaint.Complaint, event.Event, error) {
	terms, now, case6 := w.terms, w.Clock.Now(), w.Shop.Staff[5]
	switch command {
	case permission.AssignComplaint:
		return c.Assign(by, w.Shop.Staff[2], terms.Complaint(), now)
	case permission.TriageComplaint:
		return c.Triage(by, complaint.Triage{Severity: d.severity, Job: complaint.Job{Press: d.press}}, case6,
			terms.Complaint(), now)
	case permission.RequestEvidence:
		return c.RequestEvidence(by, []defect.Evidence{defect.EvidencePhoto}, terms.Complaint(), now)
	case permission.MeasureComplaint:
		return c.Measure(by, colourRead, terms.Complaint(), now)
	case permission.PauseComplaint:
		return c.PauseClock(by, complaint.PauseSample, terms.Complaint(), now)
	case permission.ResumeComplaint:
		return c.Resume(by, terms.Complaint(), now)
	case permission.DecideComplaint:
		return c.Decide(by, colourFacts, terms.Complaint(), now)
	case permission.OverruleComplaint:
		return c.Overrule(by, colourFacts, verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "x"},
			terms.Complaint(), now)
	case permission.ProposeComplaint:
		return c.Propose(by, complaint.RemedyChoice{Remedies: credit(d.amount), Before: before}, terms.Complaint(), now)
	case permission.ApproveComplaint:
		amount := money.Money{}
		if c.State == complaint.StateAwaiting {
			amount = c.Approval.Amount
		}
		return c.Approve(by, c.Approvals, amount, before, terms.Complaint(), now)
	case permission.RejectComplaint:
		return c.Reject(by, c.Approvals, "x", terms.Complaint(), now)
	case permission.AgreeComplaint:
		return c.Agree(by, c.Turn, terms.Complaint(), now)
	case permission.DeclineComplaint:
		return c.Decline(by, terms.Complaint(), now)
	case permission.CarryOutComplaint:
		return c.CarryOutRemedies(by, complaint.CarryOutPlan{CreditNumber: "CN-1"}, terms.Complaint(), now)
	case permission.CompleteComplaint:
		return c.Complete(by, time.Time{}, terms.Complaint(), now)
	case permission.VerifyComplaint:
		return c.Verify(by, d.yes, terms.Complaint(), now)
	case permission.FindCauseComplaint:
		return c.FindCause(by, complaint.Cause{Factor: "man", Text: "x"}, terms.Complaint(), now)
	case permission.CorrectComplaint:
		return c.Correct(by, complaint.Correction{Action: "x", Owner: seed.StaffID(8), Due: now.Add(time.Hour)},
			terms.Complaint(), now)
	case permission.CloseComplaint:
		return c.Close(by, terms.Complaint(), now)
	case permission.ReopenComplaint:
		return c.Reopen(by, "Still wrong", terms.Complaint(), now)
	}
	return c.Withdraw(by, "客户来电撤回", terms.Complaint(), now)
}

// books compares counters, ledgers and freezes with the records.
func (w *complaintWalk) books(t *rapid.T, customers []string) {
	want, frozen, lines := map[string]map[string]int64{}, map[string][]string{}, map[string]int{}
	for _, id := range w.ids {
		c, err := w.Complaint(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for place, figures := range tally.Tallied(complaint.Complaint{}, c) {
			if place.Dimension == tally.Customer {
				if want[place.Value] == nil {
					want[place.Value] = map[string]int64{}
				}
				for name, n := range figures {
					want[place.Value][name] += n
				}
			}
		}
		for _, round := range c.Earlier { // what a round came to stays counted
			if !round.ResolvedAt.IsZero() {
				want[c.Customer]["settled"]++
			}
			if round.Outcome != complaint.OutcomeSettled {
				want[c.Customer]["ended_"+round.Outcome]++
			}
		}
		if c.Freezes() {
			frozen[c.Customer] = append(frozen[c.Customer], c.ID)
		}
		if slices.Contains([]string{complaint.StateOffered, complaint.StateAgreed, complaint.StateCarryingOut}, c.State) {
			lines[c.Customer]++
		}
		done, err := w.RemedyEntries(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		lines[c.Customer] += len(done) // one remedy each time that something was carried out
	}
	got, err := w.Tallies(t.Context(), []string{seed.Shanghai}, tally.Customer, "2026-01-01", "2099-12-31")
	if err != nil {
		t.Fatal(err)
	}
	for _, customer := range customers {
		w.sameFigures(t, got[customer], want[customer])
		freeze, err := w.Freeze(t.Context(), customer)
		if err != nil || !slices.Equal(slices.Sorted(slices.Values(freeze.Complaints)),
			slices.Sorted(slices.Values(frozen[customer]))) {
			t.Fatalf("frozen for %v, want %v, %v", freeze.Complaints, frozen[customer], err)
		}
		grants, err := w.Grants(t.Context(), customer)
		if err != nil || len(grants.Lines) != lines[customer] {
			t.Fatalf("the ledger has %+v, want %d lines, %v", grants.Lines, lines[customer], err)
		}
	}
}

// sameFigures compares counters with records. The times of rounds before the last stay counted, and records do not
// keep them.
func (w *complaintWalk) sameFigures(t *rapid.T, got, want map[string]int64) {
	for name := range got {
		timed := name == "in_time" || strings.HasPrefix(name, "reached_") || strings.HasPrefix(name, "seconds_")
		if got[name] != want[name] && !timed || timed && got[name] < want[name] {
			t.Fatalf("%s: counted %d, the records say %d", name, got[name], want[name])
		}
	}
	for name := range want {
		if _, counted := got[name]; !counted && want[name] != 0 {
			t.Fatalf("%s is not counted", name)
		}
	}
}

// A claim of a marketing message races with the opening of a complaint: either it is claimed before, or it is never
// sent.
func TestAClaimNeverPassesTheComplaint(t *testing.T) {
	b := storetest.New(t)
	b.Crowd(t)
	lead := storetest.Agreeing(t, b, storetest.Li(1))
	ends := map[string]int{}
	for round := range 40 {
		m := message.Message{Person: lead.ContactID, Customer: lead.Customer, About: "campaign/cam_1/1",
			Step: string(rune('a' + round)), Channel: message.ChannelEmail, Template: "lead-acknowledged",
			Lang: words.Zh, Branch: seed.Shanghai, Owner: seed.StaffID(3)}
		var c complaint.Complaint
		var claimed message.Message
		var claimErr error
		var both sync.WaitGroup
		both.Go(func() { c = storetest.OpenComplaint(t, b, lead.Customer) })
		both.Go(func() { claimed, claimErr = b.ClaimMessage(t.Context(), m, message.PurposeMarketing) })
		both.Wait()
		if claimErr != nil && fault.KindOf(claimErr) != fault.Conflict {
			t.Fatal(claimErr)
		}
		ends[claimed.State]++
		if claimed.State == message.StateClaimed { // then the freeze came after it: its own version says so
			late := m
			late.Step += "-after"
			if after, err := b.ClaimMessage(t.Context(), late, message.PurposeMarketing); err != nil ||
				after.State != message.StateSuppressed || after.Reason != message.ReasonComplaint {
				t.Fatalf("after the opening: %+v %v", after, err)
			}
		}
		if _, err := b.ChangeComplaint(t.Context(), c.ID,
			func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
				return c.Withdraw(staff.Visitor, "", storetest.Terms(t, b, seed.Shanghai).Complaint(), b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
	t.Log(ends)
}
