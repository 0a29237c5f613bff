package api_test

import (
	"errors"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/store/storetest"
)

// complaintPlot drives a complaint through the states in memory, by the rules.
type complaintPlot struct {
	t     testing.TB
	c     crm.Complaint
	terms crm.Terms
	now   time.Time
	boss  crm.Actor
	own   crm.Staff
	goods bool // what is agreed makes goods; else it gives money
	rows  map[string]crm.Complaint
}

var colourFacts = crm.ComplaintFacts{Defect: crm.DefectColourDeviation, Seen: crm.SeenVisible, Sample: crm.SampleWorse, Proof: crm.ProofDeviates, File: crm.FileCorrect, Cause: crm.CauseOurs}

// The number of the question and the turn of the offer of every complaint that is driven so.
const (
	plotQuestion = 1
	plotOffer    = 7
)

func yuan(n int64) crm.Money { return crm.Money{Minor: n * 100, Currency: "CNY"} }

// complaintRows brings a complaint of an owner into every state of the table; the keys are the table's rows. It began at the time.
func (b *bench) complaintRows(owner crm.Staff, goods bool, began time.Time) map[string]crm.Complaint {
	b.t.Helper()
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	owner.Roles = append([]crm.Role{crm.Service}, owner.Roles...) // anybody may have been given it before he changed his role
	p := &complaintPlot{t: b.t, terms: terms, now: began, boss: crm.ActorOf(b.staff("owner")), own: owner, goods: goods, rows: map[string]crm.Complaint{}}
	p.play()
	return p.rows
}

func (p *complaintPlot) do(rule func(crm.Complaint) (crm.Complaint, crm.Event, error)) {
	p.t.Helper()
	next, _, err := rule(p.c)
	if err != nil {
		var e *crm.Error
		errors.As(err, &e)
		p.t.Fatalf("in %s: %v %+v", p.c.State, err, e)
	}
	p.c = next
}

func (p *complaintPlot) keep(row string) { p.rows[row] = p.c }

// aside keeps a row to which the story does not go on.
func (p *complaintPlot) aside(row string, from crm.Complaint, rule func(crm.Complaint) (crm.Complaint, crm.Event, error)) {
	p.t.Helper()
	before := p.c
	p.c = from
	p.do(rule)
	p.keep(row)
	p.c = before
}

func (p *complaintPlot) play() {
	type step = func(crm.Complaint) (crm.Complaint, crm.Event, error)
	boss, own, terms, now := p.boss, crm.ActorOf(p.own), p.terms, p.now
	own.Roles = append(own.Roles, crm.Service)
	said := crm.ComplaintOpening{Channel: "phone", Defects: []crm.DefectKind{crm.DefectColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Job: crm.ComplaintJob{Ref: "J-1", Class: crm.ClassGeneral, Press: "海德堡 2", Value: &crm.Sourced[crm.Money]{Value: yuan(8000), Source: "order"},
			Ordered: &crm.Sourced[int64]{Value: 2000, Source: "order"}, Delivered: &crm.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &crm.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}}}
	var err error
	if p.c, _, err = crm.OpenComplaint(said, crm.ComplaintOpener{ID: "cmp_1", Customer: "cus_1", Contact: "con_1", By: crm.Visitor, Terms: terms.Complaint()}, now); err != nil {
		p.t.Fatal(err)
	}
	p.keep(crm.ComplaintNew)
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Triage(boss, crm.ComplaintTriage{Severity: 3}, p.own, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintTriaged)
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Measure(boss, crm.Measurement{Measure: crm.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5}, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintInvestigating)
	p.aside("investigating, paused", p.c, func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.StopClock(boss, crm.PauseSample, terms.Complaint(), now)
	})
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Decide(boss, colourFacts, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintJudged)
	p.aside("judged, overruling asked", p.c, func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Overrule(own, colourFacts, crm.Overrule{Liability: crm.LiableShared, OurShare: 50, Reason: "签样也偏淡"}, terms.Complaint(), now)
	})
	remedy := crm.Remedy{Kind: crm.RemedyCreditNote, Amount: yuan(1000), Value: yuan(1000)}
	if p.goods {
		remedy.Kind, remedy.Quantity = crm.RemedyPartReprint, 200 // worth less than what stands beside it
	}
	choose := func(draft bool) step {
		return func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
			by := own
			by.Roles = []crm.Role{crm.Service} // whose limit is far below
			return c.Propose(by, crm.RemedyChoice{Remedies: []crm.Remedy{remedy}, Draft: draft}, terms.Complaint(), now)
		}
	}
	p.do(choose(true))
	p.keep(crm.ComplaintProposed)
	p.do(choose(false))
	p.keep(crm.ComplaintAwaiting)
	finance := crm.Actor{ID: "stf_finance", Roles: []crm.Role{crm.Finance}, Branches: []string{seed.Shanghai}}
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Approve(finance, plotQuestion, yuan(1000), crm.Granted{}, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintOffered)
	p.aside(crm.ComplaintNoAnswer, p.c, func(c crm.Complaint) (crm.Complaint, crm.Event, error) { return c.FallSilent(terms.Complaint(), c.Due) })
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Agree(crm.Visitor, c.Turn, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintAgreed)
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		plan := crm.CarryOutPlan{CreditNumber: "CN-7"}
		if p.goods {
			plan = crm.CarryOutPlan{PromisedAt: now.AddDate(0, 0, 3)}
		}
		return c.CarryOutRemedies(boss, plan, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintCarryingOut)
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) { return c.Complete(boss, terms.Complaint(), now) })
	p.keep(crm.ComplaintVerifying)
	p.end(boss)
}

// end plays what comes after the remedy, and the ends that it does not lead to.
func (p *complaintPlot) end(boss crm.Actor) {
	terms, now := p.terms, p.now
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Verify(crm.Visitor, true, terms.Complaint(), now)
	})
	p.do(func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.FindCause(boss, crm.ComplaintCause{Factor: "machine", Text: "墨键漂移"}, terms.Complaint(), now)
	})
	p.keep(crm.ComplaintCorrecting)
	p.aside("correcting, corrected", p.c, func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Correct(boss, crm.Correction{Action: "每周校准", Owner: seed.StaffID(8), Due: now.AddDate(0, 0, 7)}, terms.Complaint(), now)
	})
	p.aside(crm.ComplaintClosed, p.c, func(c crm.Complaint) (crm.Complaint, crm.Event, error) { return c.Close(boss, terms.Complaint(), now) })
	investigating := p.rows[crm.ComplaintInvestigating]
	p.aside(crm.ComplaintWithdrawn, investigating, func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		return c.Withdraw(boss, "客户来电撤回", terms.Complaint(), now)
	})
	older := investigating
	older.ID, older.CreatedAt = "cmp_0", now.Add(-time.Hour)
	p.aside(crm.ComplaintJoined, investigating, func(c crm.Complaint) (crm.Complaint, crm.Event, error) {
		next, _, events, err := c.Join(boss, older, terms.Complaint(), now)
		return next, events[0], err
	})
}

// keepComplaint stores a complaint that was driven in memory, under ids of its own.
func (b *bench) keepComplaint(c crm.Complaint) crm.Complaint {
	b.t.Helper()
	if c.ID == "cmp_1" {
		c.ID = b.NewComplaintID()
	}
	if c.Customer == "cus_1" {
		c.Customer = storetest.NewID("cus")
	}
	p := c.Progress()
	e := crm.Event{Type: crm.ComplaintOpenedEvent, V: 1, Customer: c.Customer, Record: c.ID, Seq: c.Version, At: c.UpdatedAt, Branch: c.Branch, Cause: crm.Visitor.ID, Progress: &p}
	kept, err := b.OpenComplaint(b.t.Context(), c, e)
	if err != nil {
		b.t.Fatal(err)
	}
	return kept
}

// complaintIn makes a complaint of its owner in a row of the table.
func complaintIn(row string) func(*bench, crm.Staff) string {
	return func(b *bench, owner crm.Staff) string {
		return b.keepComplaint(b.complaintRows(owner, true, b.Clock.Now())[row]).ID
	}
}

// plotted is a complaint of a colleague's in a row of the table.
func (b *bench) plotted(row string, goods bool, began time.Time) crm.Complaint {
	b.t.Helper()
	return b.complaintRows(b.staff("sales-2"), goods, began)[row]
}
