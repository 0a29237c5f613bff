package workflows

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/staff"
)

// faultyStory is a life that climbs every rung there is but the last ones of a silent customer: pause, evidence,
// approval asked twice, promise corrected, words of both sides, carried out, verified, corrected and looked at.
func faultyStory(p *play, h *house) {
	h.shop.Policies[0].Complaint.Pause = 4 * 3600
	sue := h.party("sue")
	p.on("09:10", h.party("mo").triages(2, "sue"))
	p.on("09:20", sue.asksFor(defect.EvidencePhoto))
	p.on("09:30", sue.pauses(complaint.PauseCustomer))
	p.on("09:40", h.party("customer").says("照片在这里"))
	p.on("09:50", sue.says("谢谢"))
	p.on("10:00", sue.measures())
	p.on("10:10", sue.pauses(complaint.PauseSupplier)) // until the time for pauses is used up, at 15:00
	p.on("15:10", sue.judges())
	p.on("15:20", sue.proposes(100_000))
	p.on("Wed 10:00", h.party("lu").approves())
	p.on("Wed 11:00", h.party("customer").agrees())
	p.on("Wed 11:10", sue.carriesOut(time.Time{}, ""))
	p.on("Wed 11:20", h.party("fin").carriesOut(time.Time{}, "CN-7"))
	p.on("Wed 11:30", sue.completes())
	p.on("Wed 14:00", h.party("customer").verifies(true))
	p.on("Wed 14:10", sue.findsCause())
	p.on("Wed 14:20", sue.corrects("bob", shopTime(p.t, "Thu 15:00")))
	p.RegisterDelayedCallback(func() {
		for _, do := range []caseCommand{sue.checks(true), sue.closes()} {
			if e := h.orders(p.t, do); e.Pending {
				p.SignalWorkflow(EventSignal, e)
			}
		}
	}, 36*24*time.Hour)
}

// silentStory is the life of a complaint whose approval expires, and whose customer then does not answer.
func silentStory(p *play, h *house) {
	sues(p, h, 100_000)
	p.on("Wed 10:00", h.party("sue").proposes(10_000))
}

// steps are the steps of all messages, and what the record went through.
func (h *house) steps() (messages, changes []string) {
	for key, m := range h.ledger {
		messages = append(messages, strings.TrimPrefix(key, m.Person)+" "+m.Person)
	}
	slices.Sort(messages)
	return messages, h.changed
}

// Wherever the worker dies, before or after each of its effects: every rung has one message, and the record goes
// through the same. What was claimed and not recorded is unknown, and nobody sends it again.
func TestAWorkerThatDiesAnywhere(t *testing.T) {
	for name, story := range map[string]func(*play, *house){"settled": faultyStory, "silent": silentStory} {
		whole := func(p *play, h *house) { // service is tom alone at first, so that a second attempt finds tom too
			h.shop.Staff[4].Absences = []staff.Absence{{From: monday.Add(-time.Hour), To: monday.Add(5 * time.Minute)}}
			story(p, h)
		}
		calm := plays(t, whole)
		messages, changes := calm.steps()
		if len(changes) == 0 || len(messages) < 8 {
			t.Fatalf("%s: %d messages, changes %v", name, len(messages), changes)
		}
		deaths := 0
		die := func(point, step string, copies int) {
			deaths++
			h := plays(t, func(p *play, h *house) {
				h.dies = once(point, step)
				whole(p, h)
			})
			got, went := h.steps()
			what := fmt.Sprintf("%s, %s of %s", name, point, step)
			if !slices.Equal(got, messages) || !slices.Equal(went, changes) {
				t.Errorf("%s: messages %q\nwant %q\nchanges %v, want %v", what, got, messages, went, changes)
			}
			if want := len(calm.inbox) - 1 + copies; len(h.inbox) != want {
				t.Errorf("%s: %d messages arrived, want %d", what, len(h.inbox), want)
			}
			if h.complaint().State != calm.complaint().State {
				t.Errorf("%s: it is %s", what, h.complaint().State)
			}
		}
		for _, step := range slices.Compact(slices.Sorted(func(yield func(string) bool) {
			for _, m := range calm.ledger {
				if !yield(m.Step) {
					return
				}
			}
		})) {
			die(claimBefore, step, 1)
			die(sendBefore, step, 0)
			die(sendAfterAccept, step, 1)
		}
		for _, change := range slices.Compact(slices.Sorted(slices.Values(changes))) {
			die(changeBefore, change, 1)
			die(changeAfter, change, 1)
		}
		t.Logf("%s: %d deaths, %d messages, changes %v", name, deaths, len(messages), changes)
	}
}

// The mail server is away for a day: what is due is done, and each message leaves once when it is back, if it is
// still true.
func TestAComplaintWhileTheMailServerIsAway(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	h.server = func(m message.Message) Delivery {
		if h.now().Before(shopTime(t, "14:20")) {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	p.at("09:01", func() {
		if owner := h.complaint().Owner; owner != "stf_tom" {
			t.Errorf("the owner is %q while the mail server is away", owner)
		}
	})
	p.on("09:10", h.party("mo").triages(3, "sue"))
	p.on("09:20", h.party("sue").says("我们会查清楚"))
	p.on("09:30", h.party("customer").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	var got []string
	for _, line := range h.inbox {
		got = append(got, line[len("Mon 15:04"):])
	}
	// an acknowledgement of what was taken back is none
	same(t, "inbox", got, []string{toSue + "decided", toCustomer + "replied"})
	if h.complaint().State != complaint.StateWithdrawn {
		t.Error(h.complaint().State)
	}
}

// The record moved on while the event of it was late: nothing of the state before is done.
func TestAComplaintThatMovedOnUnheard(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.at("10:00", func() { h.orders(t, h.party("mo").triages(3, "sue")) }) // nobody hears it
		p.on("Tue 09:00", h.party("sue").withdraws())
	})
	inbox(t, h, opened, []string{
		"Mon 11:00" + toSue + "assigned", // when the rung of the state before was to be climbed, the record was read
		"Mon 12:00" + toSue + "half",
		"Mon 14:45" + toCustomer + "promise", // promised for 16:00 at the complaint
		"Mon 15:00" + toSue + "due",
		"Mon 15:00" + toManager + "overdue",
		"Mon 17:00" + toBoss + "overdue",
		"Tue 08:45" + toCustomer + "promise", // promised for 11:00
		"Tue 09:00" + toCustomer + "withdrawn",
	})
}

// A worker whose clock is behind Temporal's does nothing before its time.
func TestAClockThatIsBehind(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	first := h.complains(t, staff.Visitor, "")
	h.now = func() time.Time { return p.Now().Add(-2 * time.Second) }
	p.on("09:10", h.party("mo").triages(3, "sue"))
	p.on("09:11", h.party("sue").measures())
	p.on("09:12", h.party("sue").judges())
	p.on("09:13", h.party("sue").proposes(20_000))
	p.resolves(first)
	ends(t, h, complaint.StateUnanswered)
	if n := strings.Count(strings.Join(h.inbox, "\n"), "unanswered"); n != 1 {
		t.Errorf("%d letters say that it is closed", n)
	}
}

// A customer without mail gets an SMS where the message has one; a reminder is the question once more.
func TestACustomerWithoutMail(t *testing.T) {
	h := complaintHouse()
	h.sms = true
	h.people["con_1"] = customer.Contact{ID: "con_1", Customer: "cus_1",
		Phones: []customer.Reach{{Value: "+8613800138000"}}}
	p := newPlay(t, h, monday)
	p.on("09:05", h.party("tom").says("我们会查清楚"))
	p.on("09:06", h.party("tom").triages(3, "tom"), h.party("tom").asksFor(defect.EvidencePhoto))
	p.on("09:10", h.party("mo").gives("sue"))
	p.on("09:12", h.party("sue").measures())
	p.on("Mon 17:29", h.party("sue").judges())
	p.on("Wed 11:00", h.party("sue").proposes(20_000))
	p.resolves(h.complains(t, staff.Visitor, ""))
	var his []string
	for _, row := range h.rows() {
		if strings.HasPrefix(row, "con_1") {
			his = append(his, strings.TrimPrefix(row, "con_1 "))
		}
	}
	same(t, "ledger", his, []string{
		"4/promised-1 sms sent", "5/offered-again sms sent", "5/offered-ask sms sent", "5/offered-last sms sent",
		"acknowledge-1 sms sent", "evidence-1 sms sent",
		"said-cmt_2 sms sent", "unanswered email suppressed" + message.ReasonNoAddress,
	})
}

// A contact who is gone: nobody writes to the contact, colleagues hear that they have to call, and the process goes
// on.
func TestAComplaintOfNobody(t *testing.T) {
	h := complaintHouse()
	h.people = nil
	p := newPlay(t, h, monday)
	p.on("09:05", h.party("tom").says("我们会查清楚"))
	p.on("09:10", h.party("mo").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	same(t, "inbox", h.inbox, []string{"Mon 09:00" + toManager + "call", opened[1], "Mon 09:05" + toTom + "call"})
}

// A customer with a landline alone is asked by phone, and silence closes nothing: the manager hears of it when the
// time is over. Whatever attempt dies, each of them hears once.
func TestACustomerWhoCannotBeWrittenTo(t *testing.T) {
	want := []string{
		"Mon 09:00" + toManager + "call", "Mon 09:00" + toTom + "assigned", "Mon 09:10" + toSue + "assigned",
		"Mon 09:13" + toSue + "call", "Mon 09:13" + toManager + "call",
	}
	for _, death := range []struct{ point, step string }{
		{}, {claimBefore, "5/offered-ask"}, {sendAfterAccept, "5/offered-ask"}, {claimBefore, "5/offered-silent"},
		{sendAfterAccept, "5/offered-silent"},
	} {
		h := complaintHouse()
		h.sms = true
		h.people["con_1"] = customer.Contact{ID: "con_1", Customer: "cus_1",
			Phones: []customer.Reach{{Value: "+862150001234"}}}
		if death.point != "" {
			h.dies = once(death.point, death.step)
		}
		p := newPlay(t, h, monday)
		sues(p, h, 20_000)
		p.RegisterDelayedCallback(func() {
			ends(t, h, complaint.StateOffered)
			p.SignalWorkflow(EventSignal, h.orders(t, h.party("sue").agrees()))
		}, 10*24*time.Hour)
		p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws())) },
			10*24*time.Hour+time.Minute)
		p.resolves(h.complains(t, staff.Visitor, ""))
		got := h.inbox[:len(h.inbox)-1] // the last one is the end that this test gives it
		if !slices.Equal(got, want) {
			t.Errorf("%s of %s: %q", death.point, death.step, got)
		}
	}
}

// A customer whom no letter reaches is called where a letter gave a day, or told of an end that was not wanted: a
// later day, the remedy, another complaint, a question that nobody answered. A mobile phone alone gets no SMS of the
// last three.
func TestWhoCannotBeWrittenToIsCalled(t *testing.T) {
	landline, mobile := []customer.Reach{{Value: "+862150001234"}}, []customer.Reach{{Value: "+8613800138000"}}
	for name, tc := range map[string]struct {
		phones []customer.Reach
		play   func(p *play, h *house)
		call   string
	}{
		"a later day": {landline, func(p *play, h *house) { p.on("16:00", h.party("customer").withdraws()) }, "Mon 14:30" +
			toTom + "call"},
		"the remedy": {landline, func(p *play, h *house) {
			sues(p, h, 20_000)
			done(p, h)
			p.on("10:07", h.party("sue").verifies(true))
			p.at("10:08", func() { h.orders(t, h.party("customer").reopens()) }) // another round's
		}, "Mon 10:02" + toSue + "call"},
		"another complaint": {mobile, func(p *play, h *house) { p.on("09:10", h.party("mo").joins()) }, "Mon 09:10" +
			toTom + "call"},
		"no answer": {mobile, func(p *play, h *house) { sues(p, h, 20_000) }, "Mon 09:13" + toSue + "call"},
	} {
		h := complaintHouse()
		h.sms = true
		h.people["con_1"] = customer.Contact{ID: "con_1", Customer: "cus_1", Phones: tc.phones}
		p := newPlay(t, h, monday)
		tc.play(p, h)
		p.resolves(h.complains(t, staff.Visitor, ""))
		if n := len(h.inbox) - len(slices.DeleteFunc(slices.Clone(h.inbox),
			func(line string) bool { return line == tc.call })); n != 1 {
			t.Errorf("%s: called %d times: %q", name, n, h.inbox)
		}
	}
}

// An address that came back, or a mail server that took nothing, asked nobody either; one reminder that arrived did.
func TestWhatCountsAsAsked(t *testing.T) {
	for name, tc := range map[string]struct {
		spoil func(m *message.Message)
		end   string
	}{
		"everything bounced": {func(m *message.Message) { m.Fate = message.FateBounced }, complaint.StateOffered},
		"the question bounced, a reminder arrived": {func(m *message.Message) {
			if m.Step == "5/offered-ask" {
				m.Fate = message.FateBounced
			}
		}, complaint.StateUnanswered},
		"nobody knows": {func(m *message.Message) { m.State = message.StateUnknown }, complaint.StateUnanswered},
		"all refused":  {func(m *message.Message) { m.State = message.StateFailed }, complaint.StateOffered},
	} {
		h := complaintHouse()
		p := newPlay(t, h, monday)
		sues(p, h, 20_000)
		p.RegisterDelayedCallback(func() { // one minute before the customer counts as silent
			h.mu.Lock()
			defer h.mu.Unlock()
			for key, m := range h.ledger {
				if strings.HasPrefix(m.Step, "5/offered") {
					tc.spoil(&m)
					h.ledger[key] = m
				}
			}
		}, 7*24*time.Hour+12*time.Minute)
		p.RegisterDelayedCallback(func() {
			ends(t, h, tc.end)
			if tc.end == complaint.StateOffered {
				p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws()))
			}
		}, 9*24*time.Hour)
		p.resolves(h.complains(t, staff.Visitor, ""))
		if h.complaint().State == complaint.StateOffered {
			t.Errorf("%s: it is still offered", name)
		}
	}
}

// The customer answers our letter by a mail, and nobody enters what it said: the time ends, the manager hears it, and
// the complaint stays open.
func TestACustomerWhoWritesIsNotSilent(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 20_000)
		p.on("Thu 10:00", h.party("customer").says("我接受"))
		p.RegisterDelayedCallback(func() { ends(t, h, complaint.StateOffered) }, 8*24*time.Hour)
		p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws())) },
			8*24*time.Hour+time.Minute)
	})
	inbox(t, h, given, []string{
		"Mon 09:13" + toCustomer + "offered",
		"Wed 09:13" + toCustomer + "reminded",
		"Thu 10:00" + toSue + "answered",
		"Fri 09:13" + toCustomer + "reminded",
		"Mon 09:13" + toManager + "overdue",
		"Tue 09:01" + toSue + "decided",
	})
}

func TestAComplaintThatIsGoneEndsItsProcess(t *testing.T) {
	h := complaintHouse()
	p := newPlay(t, h, monday)
	first := h.complains(t, staff.Visitor, "")
	h.cases = map[string]complaint.Complaint{}
	p.resolves(first)
	if len(h.inbox) != 0 {
		t.Errorf("inbox: %q", h.inbox)
	}
}

// The chat of the branch hears what colleagues are told, and nothing that goes to the customer.
func TestTheChatHearsOfComplaints(t *testing.T) {
	h := complaintHouse()
	h.shop.Branches[0].Robot = &firm.Robot{Kind: firm.ChannelFeishu, Name: "pudong"}
	p := newPlay(t, h, monday)
	p.on("09:10", h.party("tom").says("我们会查清楚"))
	p.on("09:20", h.party("mo").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	same(t, "inbox", h.inbox,
		[]string{opened[0], opened[1], "Mon 09:00 pudong complaint-assigned", "Mon 09:10" + toCustomer + "replied",
			"Mon 09:20" + toCustomer + "withdrawn"})
}
