package workflows

import (
	"context"
	"fmt"
	"testing"
	"time"

	"afterpress/shared/crm"
)

const caseID = "cmp_019e0000-0000-7000-8000-00009f3a09be"

// complaintHouse has people who take complaints too, and a customer who can complain.
func complaintHouse() *house {
	h := newHouse()
	for _, p := range []struct {
		id   string
		role crm.Role
	}{{"sue", crm.Service}, {"tom", crm.Service}, {"fin", crm.Finance}, {"lu", crm.Owner}} {
		h.shop.Staff = append(h.shop.Staff, crm.Staff{ID: "stf_" + p.id, Name: p.id, Email: p.id + "@shop.example", Lang: crm.Zh, Roles: []crm.Role{p.role}, Branches: []string{"bra_1"}})
	}
	h.people["con_1"] = crm.Contact{ID: "con_1", Customer: "cus_1", Name: "王女士", Lang: crm.Zh, Emails: []crm.Reach{{Value: "wang@customer.example"}}}
	return h
}

func (h *house) complaintWork() *ComplaintWork {
	return &ComplaintWork{Tokens: h.work().Tokens, Site: "https://shop.example", Complaints: h, Ledger: h, Mail: h, SMS: h.sms, Now: func() time.Time { return h.now().UTC() },
		URL: "https://shop.example/complaints/"}
}

func (h *house) Complaint(_ context.Context, id string) (crm.Complaint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looks++
	if c, ok := h.cases[id]; ok {
		return c, nil
	}
	return crm.Complaint{}, crm.Missing("投诉", "complaint")
}

func (h *house) ChangeComplaint(_ context.Context, id string, rule func(crm.Complaint) (crm.Complaint, crm.Event, error)) (crm.Complaint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, event, err := rule(h.cases[id])
	if err != nil || next.Version == h.cases[id].Version {
		return next, err
	}
	if event.Pending {
		return next, fmt.Errorf("what a process wrote is handed back to it: %s", event.Type)
	}
	if err := h.die(changeBefore, string(event.Type)); err != nil {
		return next, err
	}
	h.cases[id], h.changed = next, append(h.changed, string(event.Type))
	return next, h.die(changeAfter, string(event.Type))
}

func (h *house) ComplaintReply(_ context.Context, complaint, id string) (crm.ComplaintReply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r, ok := h.words[id]; ok && r.Complaint == complaint {
		return r, nil
	}
	return crm.ComplaintReply{}, crm.Missing("回复", "reply")
}

func (h *house) Contact(_ context.Context, id string) (crm.Contact, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.asked.ID == id {
		return h.asked, nil
	}
	if c, ok := h.people[id]; ok {
		return c, nil
	}
	return crm.Contact{}, crm.Missing("联系人", "contact")
}

// opening is what the customer says; the colour deviation is of severity 3.
func opening(now time.Time) crm.ComplaintOpening {
	return crm.ComplaintOpening{
		Channel: "phone", Defects: []crm.DefectKind{crm.DefectColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Job: crm.ComplaintJob{Ref: "J-1", Class: crm.ClassGeneral, Value: &crm.Sourced[crm.Money]{Value: crm.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered: &crm.Sourced[int64]{Value: 2000, Source: "order"}, Delivered: &crm.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &crm.Sourced[time.Time]{Value: now.Add(-72 * time.Hour), Source: "delivery-note"}},
	}
}

// complains opens a complaint and gives its event.
func (h *house) complains(t testing.TB, by crm.Actor, account string) crm.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	c, e, err := crm.OpenComplaint(opening(h.now().UTC()), crm.ComplaintOpener{ID: caseID, Customer: "cus_1", Contact: "con_1", Account: account, By: by, Terms: h.terms().Complaint()}, h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.cases[caseID], e.ID = c, "evt_1"
	return e
}

type caseCommand func(crm.Complaint, crm.Terms, time.Time) (crm.Complaint, crm.Event, error)

// orders is a command on the complaint, given again where the process was faster. One that makes no event changes nothing.
func (h *house) orders(t testing.TB, do caseCommand) crm.Event {
	t.Helper()
	for {
		c := h.complaint()
		next, e, err := do(c, h.terms(), h.now().UTC())
		if err != nil {
			t.Errorf("in %s: %v", c.State, err)
		}
		if err != nil || e.Type == "" {
			return crm.Event{}
		}
		h.mu.Lock()
		same := h.cases[caseID].Version == c.Version
		if same {
			h.cases[caseID], e.ID = next, fmt.Sprintf("evt_%d", next.Version)
		}
		h.mu.Unlock()
		if same {
			return e
		}
	}
}

func (h *house) complaint() crm.Complaint {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.cases[caseID]
}

// on does commands one after the other at a time and tells the process, where the event wakes it.
func (p *play) on(clock string, commands ...caseCommand) {
	p.t.Helper()
	for _, do := range commands {
		p.at(clock, func() {
			if e := p.house.orders(p.t, do); e.Pending {
				p.SignalWorkflow(EventSignal, e)
			}
		})
	}
}

// party is somebody who gives commands.
type party struct {
	h  *house
	by crm.Actor
}

func (h *house) party(id string) party {
	if id == "customer" {
		return party{h, crm.Visitor}
	}
	return party{h, actor(h, "stf_"+id)}
}

func (w party) triages(severity int, owner string) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Triage(w.by, crm.ComplaintTriage{Severity: severity}, w.h.staff(owner), terms.Complaint(), now)
	}
}

func (w party) gives(owner string) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Assign(w.by, w.h.staff(owner), terms.Complaint(), now)
	}
}

func (w party) asksFor(evidence ...crm.Evidence) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.RequestEvidence(w.by, evidence, terms.Complaint(), now)
	}
}

func (w party) measures() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		tol := crm.TolerancesFor(crm.DefectColourDeviation, crm.ClassGeneral, nil)[0]
		return c.Measure(w.by, crm.Measurement{Measure: tol.Measure, Value: tol.Limit * 3, Unit: tol.Unit, Samples: 5}, terms.Complaint(), now)
	}
}

func (w party) pauses(reason string) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.StopClock(w.by, reason, terms.Complaint(), now)
	}
}

var facts = crm.ComplaintFacts{Defect: crm.DefectColourDeviation, Seen: crm.SeenVisible, Sample: crm.SampleWorse, Proof: crm.ProofDeviates, File: crm.FileCorrect, Cause: crm.CauseOurs}

func (w party) judges() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Decide(w.by, facts, terms.Complaint(), now)
	}
}

func (w party) overrules() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Overrule(w.by, facts, crm.Overrule{Liability: crm.LiableShared, OurShare: 50, Reason: "签样也偏红"}, terms.Complaint(), now)
	}
}

// proposes a credit note; up to 20,000 service may give by itself.
func (w party) proposes(minor int64) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		m := crm.Money{Minor: minor, Currency: "CNY"}
		return c.Propose(w.by, crm.RemedyChoice{Remedies: []crm.Remedy{{Kind: crm.RemedyCreditNote, Amount: m, Value: m}}}, terms.Complaint(), now)
	}
}

// reprints proposes goods.
func (w party) reprints(minor int64) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		m := crm.Money{Minor: minor, Currency: "CNY"}
		return c.Propose(w.by, crm.RemedyChoice{Remedies: []crm.Remedy{{Kind: crm.RemedyPartReprint, Quantity: 300, Amount: m, Value: m}}}, terms.Complaint(), now)
	}
}

func (w party) approves() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		amount := crm.Money{}
		if c.State == crm.ComplaintAwaiting {
			amount = c.Approval.Amount
		}
		return c.Approve(w.by, c.Approvals, amount, crm.Granted{}, terms.Complaint(), now)
	}
}

func (w party) rejects() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Reject(w.by, c.Approvals, "太多", terms.Complaint(), now)
	}
}

func (w party) agrees() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Agree(w.by, c.Turn, terms.Complaint(), now)
	}
}

func (w party) declines() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Decline(w.by, terms.Complaint(), now)
	}
}

func (w party) carriesOut(promised time.Time, credit string) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.CarryOutRemedies(w.by, crm.CarryOutPlan{PromisedAt: promised, CreditNumber: credit}, terms.Complaint(), now)
	}
}

func (w party) completes() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Complete(w.by, terms.Complaint(), now)
	}
}

func (w party) verifies(satisfied bool) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Verify(w.by, satisfied, terms.Complaint(), now)
	}
}

func (w party) findsCause() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.FindCause(w.by, crm.ComplaintCause{Factor: "machine", Text: "墨键漂移"}, terms.Complaint(), now)
	}
}

func (w party) corrects(owner string, due time.Time) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Correct(w.by, crm.Correction{Action: "每周校准", Owner: "stf_" + owner, Due: due}, terms.Complaint(), now)
	}
}

func (w party) checks(effective bool) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.CheckEffect(w.by, effective, terms.Complaint(), now)
	}
}

func (w party) closes() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Close(w.by, terms.Complaint(), now)
	}
}

func (w party) reopens() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Reopen(w.by, terms.Complaint(), now)
	}
}

func (w party) withdraws() caseCommand { return w.withdrawsSaying("客户来电撤回") }

func (w party) withdrawsSaying(reason crm.InternalText) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		return c.Withdraw(w.by, reason, terms.Complaint(), now)
	}
}

// joins takes the complaint into an older one about the same job.
func (w party) joins() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		older := c
		older.ID, older.CreatedAt = "cmp_019e0000-0000-7000-8000-00009f3a09b0", c.CreatedAt.Add(-time.Hour)
		next, _, events, err := c.Join(w.by, older, terms.Complaint(), now)
		return next, events[0], err
	}
}

func (w party) says(text string) caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		id := fmt.Sprintf("cmt_%d", c.Version)
		next, reply, e, err := c.Reply(w.by, id, crm.PublicText(text), terms.Complaint(), now)
		if err == nil {
			w.h.mu.Lock()
			w.h.words[id] = reply
			w.h.mu.Unlock()
		}
		return next, e, err
	}
}

// shows is the customer's: he adds a file.
func (w party) shows() caseCommand {
	return func(c crm.Complaint, terms crm.Terms, now time.Time) (crm.Complaint, crm.Event, error) {
		next, e, err := c.Show(fmt.Sprintf("art_%d", c.Version), terms.Complaint(), now)
		if next.Version == c.Version {
			e = crm.Event{}
		}
		return next, e, err
	}
}

// resolves plays a complaint and checks what holds for each: no message left before its time, and none twice.
func (p *play) resolves(first crm.Event) {
	p.t.Helper()
	sent := map[string]bool{}
	server := p.house.server
	p.house.server = func(m crm.Message) Delivery {
		if rung, there := find(p.house.cases[caseID].Progress(), m.Step); there && rung.At.After(p.house.now()) {
			p.t.Errorf("%s to %s left at %s, before %s", m.Template, m.Person, p.house.now(), rung.At)
		}
		if server != nil {
			if d := server(m); d.State != crm.MessageSent {
				return d
			}
		}
		if key := m.Person + m.Key(); sent[key] {
			p.t.Errorf("%s was sent twice", key)
		} else {
			sent[key] = true
		}
		return Delivery{State: crm.MessageSent}
	}
	p.run(first)
	p.house.server = server
}
