package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// versioned is a record that a rule changes.
type versioned interface{ ETagVersion() int64 }

// changing is a method of the store that takes a rule.
type changing[R any] = func(context.Context, string, func(R) (R, event.Event, error)) (R, error)

// twice gives a rule to a stored row while another writer gives it meanwhile. The write has to see the other's, and
// the rule is asked again.
func twice[R versioned](t *testing.T, do changing[R], read func(context.Context, string) (R, error), id string,
	rule func(R) (R, event.Event, error)) {
	t.Helper()
	before, err := read(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	after, err := do(t.Context(), id, func(r R) (R, event.Event, error) {
		if asked++; asked == 1 {
			if _, err := do(t.Context(), id, rule); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
		}
		return rule(r)
	})
	if err != nil || asked != 2 || after.ETagVersion() != before.ETagVersion()+2 {
		was, is := before.ETagVersion(), after.ETagVersion()
		t.Errorf("%s: asked %d times, version %d became %d, %v", id, asked, was, is, err)
	}
	if kept, err := read(t.Context(), id); err != nil || kept.ETagVersion() != after.ETagVersion() {
		t.Errorf("%s: version %d is kept, not %d, %v", id, kept.ETagVersion(), after.ETagVersion(), err)
	}
}

// elsewhere are the terms of a branch whose calendar stands in another zone each time, so that deadlines move.
func (s *storedShop) elsewhere(branch string, version int64) setup.Terms {
	s.t.Helper()
	terms, err := s.Shop.Terms(branch)
	s.must(err)
	terms.Calendar.Zone = []string{"Europe/Berlin", "America/New_York"}[version%2]
	terms.Policy.Version++
	return terms
}

// TestStoredRowsAreWorkedOn gives every open record of the rows a rule, then its end. The lists are read afterwards.
func TestStoredRowsAreWorkedOn(t *testing.T) {
	s := openStored(t, storedNow)
	s.replansAll(t)
	s.endsLeads(t)
	s.endsTasksAndHolds(t)
	s.goesOnWithComplaints(t)
	for _, branch := range s.branches() {
		for _, kind := range []string{"lead", "task", "hold"} {
			if ids, _, err := s.OnBoard(t.Context(), kind, branch, "", time.Time{}, 100); err != nil || len(ids) > 0 {
				t.Errorf("all is ended, and the board of %s has %s %v, %v", branch, kind, ids, err)
			}
		}
	}
}

func (s *storedShop) replansAll(t *testing.T) {
	for _, id := range s.ids("LEAD RECORD") {
		if l, err := s.Lead(t.Context(), id); err != nil || l.Closed() {
			s.must(err)
			continue
		}
		twice(t, s.ChangeLead, s.Lead, id, func(l lead.Lead) (lead.Lead, event.Event, error) {
			next, e, err := l.Replan(s.elsewhere(l.Branch, l.Version).Lead(), storedNow)
			if err == nil && next.Version == l.Version { // nothing of it moves
				to, _ := s.Shop.Person(seed.StaffID(4 + int(l.Version%2)))
				return l.Assign(s.boss, to, s.elsewhere(l.Branch, l.Version).Lead(), storedNow)
			}
			return next, e, err
		})
	}
	for _, id := range s.ids("TASK RECORD") {
		if tsk, err := s.Task(t.Context(), id); err != nil || tsk.Closed() {
			s.must(err)
			continue
		}
		twice(t, s.ChangeTask, s.Task, id, func(tsk task.Task) (task.Task, event.Event, error) {
			return tsk.Comment(s.boss, nil, storedNow)
		})
	}
	for _, id := range s.ids("HOLD RECORD") {
		if h, err := s.Hold(t.Context(), id); err != nil || h.Closed() {
			s.must(err)
			continue
		}
		twice(t, s.ChangeHold, s.Hold, id, func(h hold.Hold) (hold.Hold, event.Event, error) {
			return h.Replan(s.elsewhere(h.Branch, h.Version).Hold(), storedNow)
		})
	}
	for _, id := range s.ids("COMPLAINT RECORD") {
		if c, err := s.Complaint(t.Context(), id); err != nil || c.Closed() {
			s.must(err)
			continue
		}
		twice(t, s.ChangeComplaint, s.Complaint, id, func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			next, e, err := c.Replan(s.elsewhere(c.Branch, c.Version).Complaint(), storedNow)
			if err == nil && next.Version == c.Version { // it waits for nothing that a calendar moves
				next, _, e, err = c.Reply(s.boss, "cmt_stored", "我们正在检查", s.elsewhere(c.Branch, c.Version).Complaint(), storedNow)
			}
			return next, e, err
		})
	}
}

func (s *storedShop) endsLeads(t *testing.T) {
	for _, id := range s.ids("LEAD RECORD") {
		l, err := s.Lead(t.Context(), id)
		if err != nil || l.Closed() {
			s.must(err)
			continue
		}
		terms, err := s.Shop.Terms(l.Branch)
		s.must(err)
		if l.State == lead.StatePooled {
			to, _ := s.Shop.Person(seed.StaffID(4))
			_, err = s.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, event.Event, error) {
				return l.Assign(s.boss, to, terms.Lead(), storedNow)
			})
			s.must(err)
		}
		lost, err := s.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Lose(s.boss, lead.Loss{Reason: "price"}, terms.Lead(), storedNow)
		})
		log := s.Events(t, l.Customer)
		if last := log[len(log)-1]; err != nil || !lost.Closed() || last.Record != id || last.Seq != lost.Version {
			t.Errorf("%s: %s, %v", id, lost.State, err)
		}
	}
}

func (s *storedShop) endsTasksAndHolds(t *testing.T) {
	for _, id := range s.ids("TASK RECORD") {
		if tsk, err := s.Task(t.Context(), id); err != nil || tsk.Closed() {
			s.must(err)
			continue
		}
		done, err := s.ChangeTask(t.Context(), id, func(tsk task.Task) (task.Task, event.Event, error) {
			return tsk.Cancel(s.boss, storedNow)
		})
		if err != nil || !done.Closed() {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, id := range s.ids("HOLD RECORD") {
		h, err := s.Hold(t.Context(), id)
		if err != nil || h.Closed() {
			s.must(err)
			continue
		}
		terms, err := s.Shop.Terms(h.Branch)
		s.must(err)
		answered, err := s.ChangeHold(t.Context(), id, func(h hold.Hold) (hold.Hold, event.Event, error) {
			return h.Reply(s.boss, hold.Answer{Choice: 1, Channel: "phone"}, terms.Hold(), storedNow)
		})
		if err != nil || answered.Answer == nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// goesOnWithComplaints gives each open complaint a command that its state allows. What can be withdrawn is, and frees
// the customer's marketing.
func (s *storedShop) goesOnWithComplaints(t *testing.T) {
	ended := map[string]bool{}
	for _, id := range s.ids("COMPLAINT RECORD") {
		c, err := s.Complaint(t.Context(), id)
		if err != nil || c.Closed() {
			s.must(err)
			continue
		}
		terms, err := s.Shop.Terms(c.Branch)
		s.must(err)
		if slices.Contains(c.Allowed(), permission.WithdrawComplaint) {
			withdraw := func(c complaint.Complaint, _ approval.Granted) (complaint.Complaint, event.Event, error) {
				return c.Withdraw(s.boss, "客户来电撤回", terms.Complaint(), storedNow)
			}
			next, err := s.GrantComplaint(t.Context(), id, withdraw)
			if err != nil || !next.Closed() {
				t.Errorf("%s: %v", id, err)
			}
			ended[id] = true
			continue
		}
		look := func(c complaint.Complaint, id string) (complaint.Complaint, complaint.Note, event.Event, error) {
			return c.Note(s.boss, id, "看过", terms.Complaint(), storedNow)
		}
		if _, note, err := s.NoteComplaint(t.Context(), id, look); err != nil || note.ID == "" {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, c := range s.ids("CUSTOMER FREEZE") {
		freeze, err := s.Freeze(t.Context(), c)
		s.must(err)
		if slices.ContainsFunc(freeze.Complaints, func(id string) bool { return ended[id] }) {
			t.Errorf("%s is frozen for %v", c, freeze.Complaints)
		}
	}
}

// TestStoredRowsStillCount asks what no reader shows: counters, suppressed addresses, and what was reported of a
// message before there was one.
func TestStoredRowsStillCount(t *testing.T) {
	s := openStored(t, storedThen)
	ctx := t.Context()
	capped := message.Message{
		Person: seed.StaffID(3), About: "lead/lead_1/1", Step: "late", Channel: message.ChannelSMS, Branch: seed.Shanghai,
		Owner: seed.StaffID(3), Number: "+8613800138000",
	}
	if m, err := s.ClaimMessage(ctx, capped, message.PurposeService); err != nil || m.Reason != message.ReasonNumberCap {
		t.Errorf("the number had its SMS of the day: %+v, %v", m, err)
	}
	reported := s.reported(t)
	m, err := s.ClaimMessage(ctx, reported, message.PurposeService)
	if err != nil || m.State != message.StateSent || m.Fate != message.FateDelivered {
		t.Errorf("a report came before the message: %+v, %v", m, err)
	}
	answered := reported
	answered.Step, answered.Replies = "late-reply", "lin@visitor.example"
	if m, err := s.ClaimMessage(ctx, answered, message.PurposeService); err != nil || m.Reason != message.ReasonAnswered {
		t.Errorf("the address had its reply of the day: %+v, %v", m, err)
	}
	if turn, err := s.Rotate(ctx, seed.Shanghai); err != nil || turn != 2 {
		t.Errorf("turn %d, %v", turn, err)
	}
	terms, err := s.Shop.Terms(seed.Shanghai)
	s.must(err)
	again, err := s.Capture(ctx, lead.Capture{
		Enquiry: form.Enquiry{Name: "安静", Email: "quiet@customer.example", Consent: true, Lang: words.Zh},
		Source:  form.SourceWeb, Form: seed.Quote, ConsentText: "我同意", Submission: "sub_late",
		Terms: terms.Lead(), By: staff.Visitor,
	}, &form.Submission{ID: "sub_late", Version: 1, Form: seed.Quote, Branch: seed.Shanghai})
	if err != nil || again.Consent != gate.ConsentAwaiting {
		t.Errorf("the address said no before: %s, %v", again.Consent, err)
	}
}

// reported finds the message of which a report stands in the rows. It has no row of its own.
func (s *storedShop) reported(t *testing.T) message.Message {
	t.Helper()
	var tag string
	for _, r := range s.rows {
		if r.kind() == "REPORT REPORT" {
			tag = after(r.pk)
		}
	}
	for _, id := range s.ids("LEAD RECORD") {
		l, err := s.Lead(t.Context(), id)
		s.must(err)
		m := message.Message{
			Person: l.ContactID, Customer: l.Customer, About: l.Progress().About(), Step: "1/lost",
			Channel: message.ChannelEmail, Template: "lead-acknowledged", Lang: words.Zh, Branch: seed.Shanghai,
			Owner: seed.StaffID(3),
		}
		if m.Tag() == tag {
			return m
		}
	}
	t.Fatal("no message has the tag of the report")
	return message.Message{}
}

// TestStoredRowsTakeTheNextVersion writes the next version of what has no board: people, answers and the set-up.
func TestStoredRowsTakeTheNextVersion(t *testing.T) {
	s := openStored(t, storedNow)
	ctx := t.Context()
	for _, id := range s.ids("CUSTOMER RECORD") {
		c, err := s.Customer(ctx, id)
		s.must(err)
		if c.ArchivedAt != nil {
			continue
		}
		edited, err := s.ChangeCustomer(ctx, id, s.boss,
			func(c customer.Customer) (customer.Customer, []event.Event, error) {
				next := c
				next.Competitor = "蓝海"
				return c.Edit(next, s.boss, storedNow)
			})
		if err != nil || edited.Version != c.Version+1 {
			t.Errorf("%s: version %d became %d, %v", id, c.Version, edited.Version, err)
		}
	}
	for _, id := range s.ids("PERSON GATE") {
		p, err := s.Preferences(ctx, id)
		s.must(err)
		if p.Contact.LeftAt != nil {
			continue
		}
		chosen := gate.Chosen{Channel: message.ChannelEmail, Seen: p.Gate.Version,
			Yes: map[string]string{"survey/email": "调查"}}
		_, err = s.Choose(ctx, p.Contact, p.Customer.Branch, chosen)
		s.must(err)
		now, err := s.Preferences(ctx, id)
		if err != nil || now.Gate.Version <= p.Gate.Version || !now.Gate.Consents["survey/email"].Yes {
			t.Errorf("%s chose, and the gate is %+v, %v", id, now.Gate, err)
		}
	}
	for _, id := range s.ids("MESSAGE RECORD") {
		m, err := s.Message(ctx, id)
		s.must(err)
		if m.State != message.StateUnknown {
			continue
		}
		m, err = s.ChangeMessage(ctx, id, func(m message.Message) (message.Message, event.Event, error) {
			return m.Confirm(s.boss, true, storedNow)
		})
		if err != nil || m.State != message.StateSent {
			t.Errorf("%s: %s, %v", id, m.State, err)
		}
	}
	for _, id := range s.ids("SUBMISSION RECORD") {
		sub, err := s.Submission(ctx, id)
		s.must(err)
		if sub.Outcome != form.OutcomeQuarantined {
			continue
		}
		next, e, err := sub.Discard(s.boss, "spam", storedNow)
		s.must(err)
		s.must(s.SaveSubmission(ctx, next, e))
		if err := s.SaveSubmission(ctx, next, e); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s was discarded twice: %v", id, err)
		}
	}
	s.nextSetUp(t)
}

func (s *storedShop) nextSetUp(t *testing.T) {
	ctx := t.Context()
	for _, p := range s.Shop.Policies {
		next := p
		next.Lead.FirstContact += 60
		next, e, err := p.Reshape(next, s.boss, s.Shop, storedNow)
		s.must(err)
		s.must(s.SavePolicy(ctx, p, next, e))
		old, err := s.PolicyVersion(ctx, p.ID, p.Version)
		if err != nil || old.Ref() != p.Ref() || old.Lead.FirstContact != p.Lead.FirstContact {
			t.Errorf("%s: %v", p.Ref(), err)
		}
		if err := s.SavePolicy(ctx, p, next, e); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s was changed twice: %v", p.Ref(), err)
		}
	}
	for _, p := range s.Shop.Staff {
		if !p.Has(staff.Sales) {
			continue
		}
		next := p
		next.Phone = "+8613800138111"
		changed, err := setup.ReshapeStaff(p, next, s.boss, s.Shop, storedNow)
		s.must(err)
		s.must(s.SaveStaff(ctx, changed))
	}
	for _, id := range s.ids("RECEIPT RECEIPT") {
		then := s.on(storedThen)
		err := then.Save(ctx, receipt.Receipt{Key: id, Hash: "another", Keep: time.Hour}, receipt.SavedAnswer{Status: 500})
		if replay := (*receipt.Replay)(nil); !errors.As(err, &replay) || replay.Answer.Status == 500 {
			t.Errorf("the request %s is not known as answered: %v", id, err)
		}
	}
}
