package workflows

import (
	"context"
	"fmt"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

const caseID = "cmp_019e0000-0000-7000-8000-00009f3a09be"

// complaintHouse has people who take complaints too, and a customer who can complain.
func complaintHouse() *house {
	h := newHouse()
	for _, p := range []struct {
		id   string
		role staff.Role
	}{{"sue", staff.Service}, {"tom", staff.Service}, {"fin", staff.Finance}, {"lu", staff.Owner}} {
		h.shop.Staff = append(h.shop.Staff,
			staff.Staff{ID: "stf_" + p.id, Name: p.id, Email: p.id + "@shop.example", Lang: words.Zh,
				Roles: []staff.Role{p.role}, Branches: []string{"bra_1"}})
	}
	h.people["con_1"] = customer.Contact{ID: "con_1", Customer: "cus_1", Name: "王女士", Lang: words.Zh,
		Emails: []customer.Reach{{Value: "wang@customer.example"}}}
	return h
}

func (h *house) complaintWork() *ComplaintWork {
	return &ComplaintWork{Tokens: h.work().Tokens, Site: "https://shop.example", Complaints: h, Ledger: h, Mail: h,
		SMS: h.sms, Now: func() time.Time { return h.now().UTC() },
		URL: "https://shop.example/complaints/"}
}

func (h *house) Complaint(_ context.Context, id string) (complaint.Complaint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.look(); err != nil {
		return complaint.Complaint{}, err
	}
	if c, ok := h.cases[id]; ok {
		return c, nil
	}
	return complaint.Complaint{}, fault.Missing("投诉", "complaint")
}

func (h *house) ChangeComplaint(_ context.Context, id string,
	rule func(complaint.Complaint) (complaint.Complaint, event.Event, error)) (complaint.Complaint, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := rule(h.cases[id])
	if err != nil || next.Version == h.cases[id].Version {
		return next, err
	}
	if e.Pending {
		return next, fmt.Errorf("what a process wrote is handed back to it: %s", e.Type)
	}
	if err := h.die(changeBefore, string(e.Type)); err != nil {
		return next, err
	}
	h.cases[id], h.changed = next, append(h.changed, string(e.Type))
	return next, h.die(changeAfter, string(e.Type))
}

func (h *house) OpenComplaintsOf(_ context.Context, cust, contact string) (out []complaint.Complaint, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.cases {
		if c.Customer == cust && c.Contact == contact && !c.Closed() {
			out = append(out, c)
		}
	}
	return out, nil
}

func (h *house) LastReply(context.Context, string) (string, error) { return "收到", nil }

func (h *house) ComplaintReply(_ context.Context, c, id string) (complaint.Reply, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r, ok := h.words[id]; ok && r.Complaint == c {
		return r, nil
	}
	return complaint.Reply{}, fault.Missing("回复", "reply")
}

func (h *house) Addressee(_ context.Context, cust, id string) (customer.Addressee, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of := customer.Customer{ID: cust, PreferredChannel: h.prefers, PreferredHours: h.hours}
	if h.asked.ID == id {
		return h.asked.Addressee(of), nil
	}
	return h.people[id].Addressee(of), nil
}

// opening is what the customer says; the colour deviation is of severity 3.
func opening(now time.Time) complaint.Opening {
	return complaint.Opening{
		Channel: "phone", Defects: []defect.Kind{defect.ColourDeviation}, Words: "画册颜色偏红", Affected: 300,
		Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral,
			Value:       &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered:   &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-72 * time.Hour), Source: "delivery-note"}},
	}
}

// complains opens a complaint and gives its event.
func (h *house) complains(t testing.TB, by staff.Actor, account string) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	c, e, err := complaint.Open(opening(h.now().UTC()),
		complaint.Opener{ID: caseID, Customer: "cus_1", Contact: "con_1", Account: account, By: by,
			Terms: h.terms().Complaint()}, h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.cases[caseID], e.ID = c, "evt_1"
	return e
}

type caseCommand func(complaint.Complaint, setup.Terms, time.Time) (complaint.Complaint, event.Event, error)

// orders is a command on the complaint, given again where the process was faster. One that makes no event changes
// nothing.
func (h *house) orders(t testing.TB, do caseCommand) event.Event {
	t.Helper()
	for {
		c := h.complaint()
		next, e, err := do(c, h.terms(), h.now().UTC())
		if err != nil {
			t.Errorf("in %s: %v", c.State, err)
		}
		if err != nil || e.Type == "" {
			return event.Event{}
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

func (h *house) complaint() complaint.Complaint {
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
	by staff.Actor
}

func (h *house) party(id string) party {
	if id == "customer" {
		return party{h, staff.Visitor}
	}
	return party{h, actor(h, "stf_"+id)}
}

func (w party) triages(severity int, owner string) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Triage(w.by, complaint.Triage{Severity: severity}, w.h.staff(owner), terms.Complaint(), now)
	}
}

func (w party) gives(owner string) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Assign(w.by, w.h.staff(owner), terms.Complaint(), now)
	}
}

func (w party) asksFor(evidence ...defect.Evidence) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.RequestEvidence(w.by, evidence, terms.Complaint(), now)
	}
}

func (w party) measures() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		tol := defect.TolerancesFor(defect.ColourDeviation, defect.ClassGeneral, nil)[0]
		return c.Measure(w.by, defect.Measurement{Measure: tol.Measure, Value: tol.Limit * 3, Unit: tol.Unit, Samples: 5},
			terms.Complaint(), now)
	}
}

func (w party) pauses(reason string) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.PauseClock(w.by, reason, terms.Complaint(), now)
	}
}

var facts = complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible, Sample: verdict.SampleWorse,
	Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs}

func (w party) judges() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Decide(w.by, facts, terms.Complaint(), now)
	}
}

func (w party) overrules() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Overrule(w.by, facts, verdict.Overrule{Liability: verdict.LiableShared, OurShare: 50, Reason: "签样也偏红"},
			terms.Complaint(), now)
	}
}

// proposes a credit note; up to 20,000 service may give by itself.
func (w party) proposes(minor int64) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		m := money.Money{Minor: minor, Currency: "CNY"}
		return c.Propose(w.by, complaint.RemedyChoice{Remedies: []remedy.Remedy{{Kind: remedy.CreditNote, Amount: m,
			Value: m}}}, terms.Complaint(), now)
	}
}

// reprints proposes goods.
func (w party) reprints(minor int64) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		m := money.Money{Minor: minor, Currency: "CNY"}
		return c.Propose(w.by, complaint.RemedyChoice{Remedies: []remedy.Remedy{{Kind: remedy.PartReprint, Quantity: 300,
			Amount: m, Value: m}}}, terms.Complaint(), now)
	}
}

func (w party) approves() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		amount := money.Money{}
		if c.State == complaint.StateAwaiting {
			amount = c.Approval.Amount
		}
		return c.Approve(w.by, c.Approvals, amount, approval.Granted{}, terms.Complaint(), now)
	}
}

func (w party) rejects() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Reject(w.by, c.Approvals, "太多", terms.Complaint(), now)
	}
}

func (w party) agrees() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Agree(w.by, c.Turn, terms.Complaint(), now)
	}
}

func (w party) declines() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Decline(w.by, terms.Complaint(), now)
	}
}

func (w party) carriesOut(promised time.Time, credit string) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.CarryOutRemedies(w.by, complaint.CarryOutPlan{PromisedAt: promised, CreditNumber: credit},
			terms.Complaint(), now)
	}
}

func (w party) completes() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Complete(w.by, time.Time{}, terms.Complaint(), now)
	}
}

func (w party) verifies(satisfied bool) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Verify(w.by, satisfied, terms.Complaint(), now)
	}
}

func (w party) findsCause() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.FindCause(w.by, complaint.Cause{Factor: "machine", Text: "墨键漂移"}, terms.Complaint(), now)
	}
}

func (w party) corrects(owner string, due time.Time) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Correct(w.by, complaint.Correction{Action: "每周校准", Owner: "stf_" + owner, Due: due}, terms.Complaint(), now)
	}
}

func (w party) checks(effective bool) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.CheckEffect(w.by, effective, terms.Complaint(), now)
	}
}

func (w party) closes() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Close(w.by, terms.Complaint(), now)
	}
}

func (w party) reopens() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Reopen(w.by, "Still wrong", terms.Complaint(), now)
	}
}

func (w party) withdraws() caseCommand { return w.withdrawsSaying("客户来电撤回") }

func (w party) withdrawsSaying(reason words.InternalText) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(w.by, reason, terms.Complaint(), now)
	}
}

// joins takes the complaint into an older one about the same job.
func (w party) joins() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		older := c
		older.ID, older.CreatedAt = "cmp_019e0000-0000-7000-8000-00009f3a09b0", c.CreatedAt.Add(-time.Hour)
		next, _, events, err := c.Join(w.by, older, terms.Complaint(), now)
		return next, events[0], err
	}
}

func (w party) says(text string) caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		id := fmt.Sprintf("cmt_%d", c.Version)
		next, reply, e, err := c.Reply(w.by, id, words.PublicText(text), terms.Complaint(), now)
		if err == nil {
			w.h.mu.Lock()
			w.h.words[id] = reply
			w.h.mu.Unlock()
		}
		return next, e, err
	}
}

// shows is the customer's: the customer adds a file.
func (w party) shows() caseCommand {
	return func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event, error) {
		next, e, err := c.Show(fmt.Sprintf("art_%d", c.Version), terms.Complaint(), now)
		if next.Version == c.Version {
			e = event.Event{}
		}
		return next, e, err
	}
}

// resolves plays a complaint and checks what holds for each: no message left before its time, and none twice.
func (p *play) resolves(first event.Event) {
	p.t.Helper()
	sent := map[string]bool{}
	server := p.house.server
	p.house.server = func(m message.Message) Delivery {
		if rung, there := find(p.house.cases[caseID].Progress(), m.Step); there && rung.At.After(p.house.now()) {
			p.t.Errorf("%s to %s left at %s, before %s", m.Template, m.Person, p.house.now(), rung.At)
		}
		if server != nil {
			if d := server(m); d.State != message.StateSent {
				return d
			}
		}
		if key := m.Person + m.Key(); sent[key] {
			p.t.Errorf("%s was sent twice", key)
		} else {
			sent[key] = true
		}
		return Delivery{State: message.StateSent}
	}
	p.run(first)
	p.house.server = server
}
