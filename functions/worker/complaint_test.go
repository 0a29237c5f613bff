package worker

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
	"afterpress/workflows"
)

// complaintBench plays complaints on the real tables with the real words: it climbs each rung when its time has come.
type complaintBench struct {
	*storetest.Bench
	t       *testing.T
	work    *workflows.ComplaintWork
	out     *outbox
	id      string
	climbed map[string]bool
	round   int
	terms   setup.Terms
}

func newComplaintBench(t *testing.T, who form.Enquiry, began time.Time) *complaintBench {
	t.Helper()
	b := complaintBenchAt(t, began)
	captured, err := b.Capture(t.Context(), lead.Capture{
		Enquiry: who, Source: "web", Terms: b.terms.Lead(), Life: b.terms.Policy.Life, By: staff.Visitor,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	vouch(t, b.Bench, captured.ContactID)
	b.opens(captured.Customer, captured.ContactID)
	return b
}

// vouch has a colleague say that everything that a contact typed is theirs.
func vouch(t *testing.T, b *storetest.Bench, contact string) {
	t.Helper()
	c, err := b.Contact(t.Context(), contact)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Statements {
		if _, err := b.ChangeContact(t.Context(), contact,
			func(c customer.Contact, in customer.Customer) (customer.Contact, event.Event, error) {
				return c.Vouch(s.Value, in, staff.ActorOf(storetest.Person(t, b, 3)), b.Clock.Now())
			}); err != nil {
			t.Fatal(err)
		}
	}
}

// complaintBenchAt is a bench without a complaint.
func complaintBenchAt(t *testing.T, began time.Time) *complaintBench {
	t.Helper()
	b := &complaintBench{Bench: storetest.New(t), t: t, out: &outbox{}, climbed: map[string]bool{}, round: 1}
	b.Clock.Set(began)
	tokens := token.NewTokens(storetest.Ring)
	replies := token.NewReplyAddresses(storetest.Ring)
	mail := &Mail{Sender: b.out, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler),
		Reply: ReplyTo(replies, "reply.shop.example")}
	facts := b.OpenAs(t, "worker")
	b.work = &workflows.ComplaintWork{Complaints: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
		URL: "https://shop.example/complaints/", Site: "https://shop.example", Tokens: tokens}
	var err error
	if b.terms, err = b.Shop.Terms(seed.Shanghai); err != nil {
		t.Fatal(err)
	}
	return b
}

// opens opens the complaint of a contact.
func (b *complaintBench) opens(cust, contact string) {
	t, now := b.t, b.Clock.Now()
	t.Helper()
	c, e, err := complaint.Open(complaint.Opening{
		Channel: "link", Defects: []defect.Kind{defect.ColourDeviation}, Words: "<b>off colour</b>", Affected: 300,
		Job: complaint.Job{Ref: "J-1", Class: defect.ClassGeneral,
			Value:       &complaint.Sourced[money.Money]{Value: money.Money{Minor: 800_000, Currency: "CNY"}, Source: "order"},
			Ordered:     &complaint.Sourced[int64]{Value: 2000, Source: "order"},
			Delivered:   &complaint.Sourced[int64]{Value: 2000, Source: "delivery-note"},
			DeliveredAt: &complaint.Sourced[time.Time]{Value: now.Add(-24 * time.Hour), Source: "delivery-note"}},
	}, complaint.Opener{ID: b.NewComplaintID(), Customer: cust, Contact: contact, By: staff.Visitor,
		Terms: b.terms.Complaint()}, now)
	if err == nil {
		c, err = b.OpenComplaint(t.Context(), c, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.id = c.ID
}

func (b *complaintBench) complaint() complaint.Complaint {
	b.t.Helper()
	c, err := b.Complaint(b.t.Context(), b.id)
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

// passes lets time go by, and climbs what comes due meanwhile, each rung twice: the second time finds it done.
func (b *complaintBench) passes(d time.Duration) {
	b.t.Helper()
	end := b.Clock.Now().Add(d)
	for {
		p := b.complaint().Progress()
		rung, ok := p.Next(func(key string) bool { return b.climbed[key] })
		if !ok || rung.At.After(end) {
			b.Clock.Set(end)
			return
		}
		if now := b.Clock.Now(); rung.At.After(now) {
			b.Clock.Set(rung.At)
		}
		for range 2 {
			out, err := b.work.Climb(b.t.Context(), workflows.Climb{ID: b.id, Round: b.round, Key: p.Key(rung), Rung: rung})
			if err != nil || out.Again > 0 {
				b.t.Fatalf("%s: %+v, %v", rung.Name, out, err)
			}
			for _, key := range out.Keys {
				b.climbed[key] = true
			}
		}
	}
}

func (b *complaintBench) by(n int) staff.Actor {
	p, _ := b.Shop.Person(seed.StaffID(n))
	return staff.ActorOf(p)
}

type complaintRule = func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error)

func (b *complaintBench) does(rules ...complaintRule) {
	b.t.Helper()
	for _, rule := range rules {
		if _, err := b.ChangeComplaint(b.t.Context(), b.id,
			func(c complaint.Complaint) (complaint.Complaint, event.Event,
				error) {
				return rule(c, b.Clock.Now())
			}); err != nil {
			b.t.Fatalf("in %s: %v", b.complaint().State, err)
		}
		b.passes(time.Minute)
	}
}

func (b *complaintBench) judge() []complaintRule {
	service, _ := b.Shop.Person(seed.StaffID(6))
	own := staff.ActorOf(service)
	facts := complaint.Facts{Defect: defect.ColourDeviation, Seen: verdict.SeenVisible, Sample: verdict.SampleWorse,
		Proof: verdict.ProofDeviates, File: verdict.FileCorrect, Cause: verdict.CauseOurs}
	return []complaintRule{
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Triage(own, complaint.Triage{Severity: 2}, service, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.RequestEvidence(own, []defect.Evidence{defect.EvidencePhoto, defect.EvidenceFile}, b.terms.Complaint(),
				now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Measure(own, defect.Measurement{Measure: defect.MeasureDE00CMY, Value: 9000, Unit: "ΔE00", Samples: 5},
				b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Decide(own, facts, b.terms.Complaint(), now)
		},
	}
}

func (b *complaintBench) offer(minor int64) complaintRule {
	m := money.Money{Minor: minor, Currency: "CNY"}
	return func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Propose(b.by(6),
			complaint.RemedyChoice{Remedies: []remedy.Remedy{{Kind: remedy.PriceCut, Amount: m, Value: m}}},
			b.terms.Complaint(), now)
	}
}

// Every message about a complaint is worded and sent, on the real tables: through a life in which everybody is late
// once, and three further rounds.
func TestEveryMessageOfAComplaint(t *testing.T) {
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: words.En}, storetest.Began)
	b.passes(3 * 24 * time.Hour)
	b.does(b.judge()...)
	b.does(func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		next, _, e, err := c.Reply(staff.Visitor, "cmt_1", "<i>when?</i>", b.terms.Complaint(), now)
		return next, e, err
	})
	if _, _, err := b.ReplyComplaint(t.Context(), b.id,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(b.by(6), id, "Tomorrow & not later,\n<b>we promise</b>", b.terms.Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	b.does(b.offer(100_000),
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Reject(b.by(9), c.Approvals, "<b>too much</b>", b.terms.Complaint(), now)
		},
		b.offer(100_000),
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Approve(b.by(9), c.Approvals, c.Approval.Amount, approval.Granted{}, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Agree(staff.Visitor, c.Turn, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.CarryOutRemedies(b.by(9), complaint.CarryOutPlan{CreditNumber: "CN-7"}, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Complete(b.by(6), time.Time{}, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Verify(staff.Visitor, true, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.FindCause(b.by(6), complaint.Cause{Factor: "machine", Text: "ink keys drifted"}, b.terms.Complaint(), now)
		},
		func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
			return c.Correct(b.by(6),
				complaint.Correction{Action: "calibrate weekly", Owner: seed.StaffID(8), Due: now.Add(72 * time.Hour)},
				b.terms.Complaint(), now)
		})
	b.passes(35 * 24 * time.Hour)
	b.does(func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.CheckEffect(b.by(6), true, b.terms.Complaint(), now)
	}, func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Close(b.by(6), b.terms.Complaint(), now)
	})
	b.round, b.climbed = 2, map[string]bool{}
	b.does(func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Reopen(staff.Visitor, "Still wrong", b.terms.Complaint(), now)
	})
	b.does(b.judge()...)
	b.does(b.offer(10_000))
	b.passes(20 * 24 * time.Hour)
	if c := b.complaint(); c.State != complaint.StateUnanswered {
		t.Errorf("the second round ends as %s", c.State)
	}
	b.round, b.climbed = 3, map[string]bool{}
	b.does(func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Reopen(b.by(6), "Still wrong", b.terms.Complaint(), now)
	}, func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Withdraw(b.by(6), "<b>they called</b>", b.terms.Complaint(), now)
	})
	b.round, b.climbed = 4, map[string]bool{}
	b.does(func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		return c.Reopen(staff.Visitor, "Still wrong", b.terms.Complaint(), now)
	}, func(c complaint.Complaint, now time.Time) (complaint.Complaint, event.Event, error) {
		older := c
		older.ID, older.CreatedAt = b.NewComplaintID(), c.CreatedAt.Add(-time.Hour)
		next, _, events, err := c.Join(b.by(6), older, b.terms.Complaint(), now)
		return next, events[0], err
	})
	b.everyMessage(t)
}

// A customer without mail is told by SMS what they have to know, and reminded by it.
func TestAComplaintByPhone(t *testing.T) {
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Phone: "+8613800138000", Lang: words.Zh}, storetest.Began)
	phone := &texts{}
	b.work.Mail.(*Mail).Texts, b.work.SMS = phone, true
	b.does(b.judge()...)
	b.does(b.offer(10_000))
	b.passes(20 * 24 * time.Hour)
	var got []string
	for _, m := range phone.sent {
		if !slices.Contains(notify.SMSNames(), m.Template) || !strings.Contains(m.Body, "https://shop.example/c/") {
			t.Errorf("%+v", m)
		}
		got = append(got, m.Template)
	}
	if want := []string{message.TemplateComplaintAcknowledged, message.TemplateComplaintEvidence,
		message.TemplateComplaintOffered, message.TemplateComplaintOffered,
		message.TemplateComplaintOffered}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if c := b.complaint(); c.State != complaint.StateUnanswered {
		t.Errorf("it ends as %s", c.State)
	}
}

// Who has a landline alone is called: nothing is sent, a colleague is asked to call, and silence closes nothing.
func TestAComplaintByLandline(t *testing.T) {
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Phone: "+862150001234", Lang: words.Zh}, storetest.Began)
	phone := &texts{}
	b.work.Mail.(*Mail).Texts, b.work.SMS = phone, true
	b.does(b.judge()...)
	b.does(b.offer(10_000))
	b.passes(20 * 24 * time.Hour)
	var calls []string
	for _, m := range b.out.sent {
		if strings.Contains(m.Subject, "请致电客户") {
			calls = append(calls, m.Text)
		}
	}
	for i, want := range []string{"何时答复", "需要客户提供哪些证据", "告知方案并登记客户的答复。", "投诉因此没有关闭"} {
		if i >= len(calls) || !strings.Contains(calls[i], want) {
			t.Errorf("call %d does not say %s: %q", i+1, want, calls)
		}
	}
	if c := b.complaint(); len(calls) != 4 || len(phone.sent) > 0 || c.State != complaint.StateOffered {
		t.Errorf("%d calls, %d SMS, it is %s", len(calls), len(phone.sent), c.State)
	}
}

// everyMessage checks what was sent: of each kind, to the right side, by the ledger once, and nothing that was
// typed into it as markup.
func (b *complaintBench) everyMessage(t *testing.T) {
	t.Helper()
	c := b.complaint()
	who, err := b.Contact(t.Context(), c.Contact)
	if err != nil {
		t.Fatal(err)
	}
	link := "https://shop.example" + caselink.PathTo(b.work.Tokens, who, "wang@customer.example", c.ID, words.En)
	said := map[string]int{}
	for _, m := range b.out.sent {
		theirs := m.To.Email == "wang@customer.example"
		if strings.Contains(m.HTML, "<b>we promise") || strings.Contains(m.HTML+m.Text, "when?") ||
			strings.Contains(m.HTML+m.Subject, "<b>off colour") || theirs && strings.Contains(m.HTML+m.Text, "off colour") {
			t.Errorf("%s: %s", m.Key, m.HTML)
		}
		if theirs == strings.Contains(m.Text, "https://shop.example/complaints/") ||
			theirs != strings.Contains(m.Text, link) {
			t.Errorf("%s to %s has a wrong link: %s", m.Key, m.To.Email, m.Text)
		}
		replies := token.NewReplyAddresses(storetest.Ring)
		if about, ok := replies.Complaint(m.ReplyTo); theirs != (ok && about == c.ID) || !theirs && m.ReplyTo != "" {
			t.Errorf("%s is answered to %q", m.Key, m.ReplyTo)
		}
		if said[m.Key]++; said[m.Key] > 1 {
			t.Errorf("%s was sent twice", m.Key)
		}
	}
	templates := map[string]bool{}
	lines, err := b.Timeline(t.Context(), c.Customer, words.En, table.Paging{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines.Items {
		if line.Kind == "message" && line.State != message.StateSent {
			t.Errorf("a message is %s: %+v", line.State, line)
		}
	}
	for subject, template := range complaintSubjects {
		if slices.ContainsFunc(b.out.sent, func(m notify.Message) bool { return strings.Contains(m.Subject, subject) }) {
			templates[template] = true
		}
	}
	for template := range maps.Values(complaintSubjects) {
		if !templates[template] {
			t.Errorf("nobody was sent %s", template)
		}
	}
	if len(complaintSubjects) != 22 {
		t.Errorf("%d subjects", len(complaintSubjects))
	}
}

// A complaint on the real tables and the real server: acknowledged, given to somebody who is told, taken back; a
// word after that reaches its owner by a run of its own.
func TestAComplaintIsResolved(t *testing.T) {
	// Temporal's clock is the machine's
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: words.En}, time.Now())
	temporal := startTemporal(t)
	inbox := make(arrivals, 10)
	b.work.Mail.(*Mail).Sender = inbox
	facts := b.OpenAs(t, "worker")
	work := workflows.Work{Lead: &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: b.work.Mail,
		Now: b.Clock.Now}, Task: &workflows.TaskWork{}, Complaint: b.work,
		Shop: &workflows.ShopWork{Records: facts, Now: b.Clock.Now}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, temporal, work) }()
	client := workflows.NewClient(temporal)
	hand := func() {
		t.Helper()
		pending, err := b.Pending(t.Context(), time.Now().Add(time.Hour), 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range pending {
			if !e.Wakes || e.Progress.Kind != "complaint" {
				continue
			}
			if err := errors.Join(client.Hand(t.Context(), e), b.Handed(t.Context(), e)); err != nil {
				t.Fatal(err)
			}
		}
	}
	hand()
	if m := inbox.next(t); m.To.Email != "wang@customer.example" || !m.Answers {
		t.Errorf("the first message is %+v", m)
	}
	told := inbox.next(t)
	if owner, _ := b.Shop.Person(b.complaint().Owner); told.To.Email != owner.Email || owner.ID == "" {
		t.Errorf("%q was told, the owner is %q", told.To.Email, owner.Email)
	}
	withdrawn, err := b.ChangeComplaint(t.Context(), b.id,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			return c.Withdraw(staff.Visitor, "", b.terms.Complaint(), b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	hand()
	if err := temporal.GetWorkflow(t.Context(), withdrawn.Progress().WorkflowID(), "").Get(t.Context(), nil); err != nil {
		t.Errorf("the process did not end well: %v", err)
	}
	if m := inbox.next(t); m.To.Email != told.To.Email || !strings.Contains(m.Subject, "客户撤回了投诉") {
		t.Errorf("of the end %+v was told", m)
	}
	answered, _, err := b.ReplyComplaint(t.Context(), b.id,
		func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Reply, event.Event, error) {
			return c.Reply(staff.Visitor, id, "it came back", b.terms.Complaint(), b.Clock.Now())
		})
	if err != nil {
		t.Fatal(err)
	}
	hand()
	if m := inbox.next(t); m.To.Email != told.To.Email || strings.Contains(m.Subject, "came back") ||
		!strings.Contains(m.Text, "客户写道：it came back") || !strings.Contains(m.Text, "投诉：色差\n订单：J-1\n产品：") {
		t.Errorf("of the word after the end %+v was told", m)
	}
	if err := temporal.GetWorkflow(t.Context(), answered.Progress().WorkflowID(), "").Get(t.Context(),
		nil); err != nil || answered.Run != 1 {
		t.Errorf("the process of the word did not end well: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
}

// complaintSubjects tell the messages apart: the customer reads English, staff Chinese.
var complaintSubjects = map[string]string{
	"has your complaint":    message.TemplateComplaintAcknowledged,
	"what we need from you": message.TemplateComplaintEvidence, "our offer": message.TemplateComplaintOffered,
	"is it settled?":                 message.TemplateComplaintVerify,
	"we are waiting for your answer": message.TemplateComplaintReminded, "our answer": message.TemplateComplaintReplied,
	"under way": message.TemplateComplaintProgress, "a new time": message.TemplateComplaintPromise,
	"closed because we had no answer": message.TemplateComplaintUnanswered,
	"handled together with":           message.TemplateComplaintJoined,
	"closed as withdrawn":             message.TemplateComplaintWithdrawn,
	"由您负责":                            message.TemplateComplaintAssigned, "时间已过半": message.TemplateComplaintHalf,
	"已到期限": message.TemplateComplaintDue,
	"已逾期":  message.TemplateComplaintOverdue, "请您审批": message.TemplateComplaintApproval,
	"未获批准": message.TemplateComplaintRefused, "客户接受方案": message.TemplateComplaintDecided,
	"客户来信": message.TemplateComplaintAnswered, "纠正措施由您落实": message.TemplateComplaintToCorrect,
	"纠正措施到期": message.TemplateComplaintCorrection, "请检查纠正效果": message.TemplateComplaintEffect,
}
