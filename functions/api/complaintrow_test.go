package api_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// complaintPlot drives a complaint through the states in memory, by the rules.
type complaintPlot struct {
	t     testing.TB
	c     complaint.Complaint
	terms setup.Terms
	now   time.Time
	boss  staff.Actor
	own   staff.Staff
	goods bool // what is agreed makes goods; else it gives money
	rows  map[string]complaint.Complaint
}

var colourFacts = complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible,
	Sample: verdict.SampleWorse, Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs}

// The number of the question and the turn of the offer of every complaint that is driven so.
const (
	plotQuestion = 1
	plotOffer    = 7
)

func yuan(n int64) money.Money { return money.Money{Minor: n * 100, Currency: "CNY"} }

// complaintRows brings a complaint of an owner into every state of the table; the keys are the table's rows. It
// began at the time.
func (b *bench) complaintRows(owner staff.Staff, goods bool, began time.Time) map[string]complaint.Complaint {
	b.t.Helper()
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	// anybody may have been given it before a change of role
	owner.Roles = append([]staff.Role{staff.Service}, owner.Roles...)
	p := &complaintPlot{t: b.t, terms: terms, now: began, boss: staff.ActorOf(b.staff("owner")), own: owner,
		goods: goods, rows: map[string]complaint.Complaint{}}
	p.play()
	return p.rows
}

func (p *complaintPlot) do(rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) {
	p.t.Helper()
	next, _, err := rule(p.c)
	if err != nil {
		var e *fault.Error
		errors.As(err, &e)
		p.t.Fatalf("in %s: %v %+v", p.c.State, err, e)
	}
	p.c = next
}

func (p *complaintPlot) keep(row string) { p.rows[row] = p.c }

// aside keeps a row to which the story does not go on.
func (p *complaintPlot) aside(row string, from complaint.Complaint,
	rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) {
	p.t.Helper()
	before := p.c
	p.c = from
	p.do(rule)
	p.keep(row)
	p.c = before
}

func (p *complaintPlot) play() {
	type step = func(complaint.Complaint) (complaint.Complaint, event.Event, error)
	boss, own, terms, now := p.boss, staff.ActorOf(p.own), p.terms, p.now
	own.Roles = append(own.Roles, staff.Service)
	said := complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation}, Words: "画册颜色偏红",
		Affected: 300,
		Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral, Press: "海德堡 2",
			Value:       &complaint.Sourced[money.Money]{Value: yuan(8000), Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered:   &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}}}
	var err error
	if p.c, _, err = complaint.Open(said,
		complaint.Opener{ID: "cmp_1", Customer: "cus_1", Contact: "con_1", By: staff.Visitor, Terms: terms.Complaint()},
		now); err != nil {
		p.t.Fatal(err)
	}
	p.keep(complaint.StateNew)
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Triage(boss, complaint.Triage{Severity: 3}, p.own, terms.Complaint(), now)
	})
	p.keep(complaint.StateTriaged)
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Measure(boss, defect.Measurement{Measure: defect.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5},
			terms.Complaint(), now)
	})
	p.keep(complaint.StateInvestigating)
	p.aside("investigating, paused", p.c, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.PauseClock(boss, complaint.PauseSample, terms.Complaint(), now)
	})
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Decide(boss, colourFacts, terms.Complaint(), now)
	})
	p.keep(complaint.StateJudged)
	p.aside("judged, overruling asked", p.c, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Overrule(own, colourFacts,
			verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "签样也偏淡"}, terms.Complaint(), now)
	})
	rem := remedy.Remedy{Kind: remedy.CreditNote, Amount: yuan(1000), Value: yuan(1000)}
	if p.goods {
		rem.Kind, rem.Quantity = remedy.PartReprint, 200 // worth less than what stands beside it
	}
	choose := func(draft bool) step {
		return func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			by := own
			by.Roles = []staff.Role{staff.Service} // whose limit is far below
			return c.Propose(by, complaint.RemedyChoice{Remedies: []remedy.Remedy{rem}, Draft: draft}, terms.Complaint(), now)
		}
	}
	p.do(choose(true))
	p.keep(complaint.StateProposed)
	p.do(choose(false))
	p.keep(complaint.StateAwaiting)
	finance := staff.Actor{ID: "stf_finance", Roles: []staff.Role{staff.Finance}, Branches: []string{seed.Shanghai}}
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Approve(finance, plotQuestion, yuan(1000), approval.Granted{}, terms.Complaint(), now)
	})
	p.keep(complaint.StateOffered)
	p.aside(complaint.StateUnanswered, p.c, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.CloseUnanswered(terms.Complaint(), c.Due)
	})
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Agree(staff.Visitor, c.Turn, terms.Complaint(), now)
	})
	p.keep(complaint.StateAgreed)
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		plan := complaint.CarryOutPlan{CreditNumber: "CN-7"}
		if p.goods {
			plan = complaint.CarryOutPlan{PromisedAt: now.AddDate(0, 0, 3)}
		}
		return c.CarryOutRemedies(boss, plan, terms.Complaint(), now)
	})
	p.keep(complaint.StateCarryingOut)
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Complete(boss, time.Time{}, terms.Complaint(), now)
	})
	p.keep(complaint.StateVerifying)
	p.end(boss)
}

// end plays what comes after the remedy, and the ends that it does not lead to.
func (p *complaintPlot) end(boss staff.Actor) {
	terms, now := p.terms, p.now
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Verify(staff.Visitor, true, terms.Complaint(), now)
	})
	p.do(func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.FindCause(boss, complaint.Cause{Factor: "machine", Text: "墨键漂移"}, terms.Complaint(), now)
	})
	p.keep(complaint.StateCorrecting)
	p.aside("correcting, corrected", p.c, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Correct(boss, complaint.Correction{Action: "每周校准", Owner: seed.StaffID(8), Due: now.AddDate(0, 0, 7)},
			terms.Complaint(), now)
	})
	p.aside(complaint.StateClosed, p.c, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		return c.Close(boss, terms.Complaint(), now)
	})
	investigating := p.rows[complaint.StateInvestigating]
	p.aside(complaint.StateWithdrawn, investigating,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
		})
	older := investigating
	older.ID, older.CreatedAt = "cmp_0", now.Add(-time.Hour)
	p.aside(complaint.StateJoined, investigating, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		next, _, events, err := c.Join(boss, older, terms.Complaint(), now)
		return next, events[0], err
	})
}

// keepComplaint stores a complaint that was driven in memory, under ids of its own.
func (b *bench) keepComplaint(c complaint.Complaint) complaint.Complaint {
	b.t.Helper()
	if c.ID == "cmp_1" {
		c.ID = b.NewComplaintID()
	}
	if c.Customer == "cus_1" {
		c.Customer = storetest.NewID("cus")
	}
	p := c.Progress()
	e := event.Event{Type: event.ComplaintOpened, V: 1, Customer: c.Customer, Record: c.ID, Seq: c.Version,
		At: c.UpdatedAt, Branch: c.Branch, Cause: staff.Visitor.ID, Progress: &p}
	kept, err := b.OpenComplaint(b.t.Context(), c, e)
	if err != nil {
		b.t.Fatal(err)
	}
	return kept
}

// complaintIn makes a complaint of its owner in a row of the table.
func complaintIn(row string) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string {
		return b.keepComplaint(b.complaintRows(owner, true, b.Clock.Now())[row]).ID
	}
}

// plotted is a complaint of a colleague's in a row of the table.
func (b *bench) plotted(row string, goods bool, began time.Time) complaint.Complaint {
	b.t.Helper()
	return b.complaintRows(b.staff("sales-2"), goods, began)[row]
}
