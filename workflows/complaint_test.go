package workflows

import (
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/approval"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

const (
	toCustomer = " wang@customer.example complaint-"
	toSue      = " sue@shop.example complaint-"
	toTom      = " tom@shop.example complaint-"
	toManager  = " mo@shop.example complaint-"
	toBoss     = " lu@shop.example complaint-"
	toFinance  = " fin@shop.example complaint-"
)

// opened is what everybody hears at 09:00 of a complaint that the customer brought himself: service takes turns.
var opened = []string{"Mon 09:00" + toCustomer + "acknowledged", "Mon 09:00" + toTom + "assigned"}

// plays lets people act on a complaint that a customer opened on Monday at 09:00, to its end.
func plays(t *testing.T, acts func(p *play, h *house)) *house {
	t.Helper()
	h := complaintHouse()
	p := newPlay(t, h, monday)
	acts(p, h)
	p.resolves(h.complains(t, staff.Visitor, ""))
	return h
}

// sues gives the complaint to sue, who brings it to an offer by 09:13: above 20,000 somebody has to approve it.
func sues(p *play, h *house, minor int64) {
	p.on("09:10", h.party("mo").triages(3, "sue"))
	p.on("09:11", h.party("sue").measures())
	p.on("09:12", h.party("sue").judges())
	p.on("09:13", h.party("sue").proposes(minor))
}

// given are the messages of sues.
var given = append(slices.Clone(opened), "Mon 09:10"+toSue+"assigned")

// done carries out what the customer accepts, from 10:00 to 10:06.
func done(p *play, h *house) {
	p.on("10:00", h.party("customer").agrees())
	p.on("10:02", h.party("sue").carriesOut(time.Time{}, ""))
	p.on("10:04", h.party("fin").carriesOut(time.Time{}, "CN-7"))
	p.on("10:06", h.party("sue").completes())
}

func inbox(t *testing.T, h *house, want ...[]string) {
	t.Helper()
	same(t, "inbox", h.inbox, slices.Concat(want...))
}

func ends(t *testing.T, h *house, state string) {
	t.Helper()
	if c := h.complaint(); c.State != state {
		t.Errorf("the complaint is %s, not %s", c.State, state)
	}
}

func TestAComplaintIsSettledWithinTheDay(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 20_000)
		done(p, h)
		p.on("10:30", h.party("customer").verifies(true))
		p.on("10:31", h.party("sue").findsCause())
		p.on("10:32", h.party("sue").closes())
	})
	inbox(t, h, given, []string{
		"Mon 09:13" + toCustomer + "offered",
		"Mon 10:00" + toSue + "decided",
		"Mon 10:02" + toCustomer + "progress",
		"Mon 10:06" + toCustomer + "verify",
		"Mon 10:30" + toSue + "decided",
	})
	ends(t, h, complaint.StateClosed)
	same(t, "desks", []string{h.ledger["con_1complaint/"+caseID+"/1/acknowledge-1/email"].Owner,
		h.ledger["con_1complaint/"+caseID+"/1/5/offered-ask/email"].Owner}, []string{"stf_mo", "stf_sue"})
}

// Nobody does anything: the owner is reminded, the manager hears, then the owner of the shop; the customer hears of a
// later day before the promised one, ever more rarely.
func TestAComplaintThatNobodyTouches(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		for _, clock := range []string{"15:59", "Tue 10:59", "Wed 10:59", "Thu 11:59"} {
			p.at(clock, func() {
				if at := h.complaint().Promised; !at.After(h.now().Add(time.Minute)) {
					t.Errorf("the promise of %s is broken", at)
				}
			})
		}
		p.on("Thu 12:00", h.party("lu").withdraws())
	})
	inbox(t, h, opened, []string{
		"Mon 11:00" + toTom + "half",
		"Mon 14:00" + toTom + "due",
		"Mon 14:00" + toManager + "overdue",
		"Mon 14:30" + toCustomer + "promise", // promised for 16:00
		"Mon 16:00" + toBoss + "overdue",
		"Mon 17:30" + toCustomer + "promise", // promised for Tuesday 11:00
		"Tue 16:00" + toCustomer + "promise", // promised for Wednesday 11:00
		"Thu 11:00" + toCustomer + "promise", // promised for Thursday 16:00
		"Thu 12:00" + toCustomer + "withdrawn",
	})
}

func TestWhoOwnsAComplaintThatServiceCannotTake(t *testing.T) {
	away := func(h *house, ids ...string) {
		for i := range h.shop.Staff {
			if slices.Contains(ids, strings.TrimPrefix(h.shop.Staff[i].ID, "stf_")) {
				h.shop.Staff[i].Absences = []staff.Absence{{From: monday.Add(-time.Hour), To: monday.Add(90 * time.Minute)}}
			}
		}
	}
	for owner, absent := range map[string][]string{"bob": {"sue", "tom"}, "mo": {"sue", "tom", "bob"}} {
		h := complaintHouse()
		away(h, absent...)
		p := newPlay(t, h, monday)
		p.on("10:20", h.party("mo").withdraws())
		p.resolves(h.complains(t, staff.Visitor, "stf_bob"))
		same(t, "inbox", h.inbox,
			[]string{"Mon 09:00" + toCustomer + "acknowledged", "Mon 09:00 " + owner + "@shop.example complaint-assigned",
				"Mon 10:20" + toCustomer + "withdrawn"})
	}
	h := complaintHouse() // nobody can: the ladder shouts, and at the next opening they are asked again
	away(h, "sue", "tom", "bob", "mo", "lu")
	p := newPlay(t, h, monday)
	p.on("13:30", h.party("mo").withdraws())
	p.resolves(h.complains(t, staff.Visitor, "stf_bob"))
	same(t, "inbox", h.inbox,
		[]string{"Mon 09:00" + toCustomer + "acknowledged", "Mon 11:00" + toManager + "half",
			"Mon 13:00" + toSue + "assigned", "Mon 13:30" + toCustomer + "withdrawn"})
}

func TestAPauseEndsWhenItsTimeIsUsedUp(t *testing.T) {
	h := complaintHouse()
	h.shop.Policies[0].Complaint.Pause = 4 * 3600
	p := newPlay(t, h, monday)
	p.on("09:10", h.party("mo").triages(3, "sue"))
	p.on("09:20", h.party("sue").asksFor(defect.EvidencePhoto, defect.EvidenceSamples))
	p.on("09:30", h.party("sue").pauses(complaint.PauseSample))
	p.at("14:29", func() {
		if h.complaint().Pause == nil {
			t.Error("the clock went on before the time was used up")
		}
	})
	p.at("14:31", func() {
		if c := h.complaint(); c.Pause != nil || len(c.Stops) != 1 {
			t.Errorf("the clock stands still: %+v", c.Pause)
		}
	})
	p.on("15:00", h.party("sue").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	inbox(t, h, given, []string{
		"Mon 09:20" + toCustomer + "evidence",
		"Mon 11:30" + toCustomer + "reminded",
		"Mon 15:00" + toCustomer + "withdrawn",
	})
}

func TestTheCustomersWordEndsAPauseAndIsTold(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:20", h.party("sue").asksFor(defect.EvidencePhoto))
		p.on("09:30", h.party("sue").pauses(complaint.PauseCustomer))
		p.on("10:00", h.party("customer").says("照片在这里"))
		p.on("10:10", h.party("sue").says("谢谢，照片已收到"), h.party("sue").says("下午测量"))
		p.on("10:20", h.party("customer").says("好的"))
		p.on("10:30", h.party("sue").withdraws())
	})
	inbox(t, h, given, []string{
		"Mon 09:20" + toCustomer + "evidence",
		"Mon 10:00" + toSue + "answered",
		"Mon 10:10" + toCustomer + "replied",
		"Mon 10:10" + toCustomer + "replied",
		"Mon 10:20" + toSue + "answered",
		"Mon 10:30" + toCustomer + "withdrawn",
	})
}

// Files are a word of the customer too: they end a pause that waits for the customer, and those added together are
// told together, once all are there.
func TestTheCustomersFilesAreTold(t *testing.T) {
	cust := func(h *house) party { return h.party("customer") }
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:20", h.party("sue").asksFor(defect.EvidencePhoto))
		p.on("09:30", h.party("sue").pauses(complaint.PauseCustomer))
		p.on("10:00", cust(h).shows(), cust(h).shows())
		p.on("10:01", cust(h).shows())
		p.at("10:01", func() {
			if c := h.complaint(); c.Pause != nil || len(c.Stops) != 1 || c.Replies != 1 {
				t.Errorf("the clock stands still after %d words: %+v", c.Replies, c.Pause)
			}
		})
		p.on("10:05", cust(h).shows())
		p.on("10:06", cust(h).says("照片在这里")) // the customer says at once what the files are
		p.on("10:20", h.party("sue").pauses(complaint.PauseSupplier))
		p.on("10:30", cust(h).shows())
		p.on("10:31", cust(h).withdraws())
	})
	inbox(t, h, given, []string{
		"Mon 09:20" + toCustomer + "evidence",
		"Mon 10:02" + toSue + "answered",
		"Mon 10:06" + toSue + "answered",
		"Mon 10:31" + toSue + "decided",
		"Mon 10:32" + toSue + "answered",
	})
}

// A question that nobody answers is put to somebody else at half time, ends after two days, and is the owner's again.
func TestAnApprovalThatNobodyGives(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 100_000)
		p.at("Wed 09:12", func() {
			if c := h.complaint(); c.State != complaint.StateAwaiting {
				t.Errorf("it is %s before its end", c.State)
			}
		})
		p.at("Wed 09:14", func() {
			if c := h.complaint(); c.State != complaint.StateProposed || c.Approval.State != approval.StateExpired {
				t.Errorf("it is %s, the approval %s", c.State, c.Approval.State)
			}
		})
		p.on("Wed 11:30", h.party("sue").withdraws())
	})
	person := slices.DeleteFunc(slices.Clone(h.inbox[len(given):]),
		func(line string) bool { return strings.Contains(line, toCustomer) })
	same(t, "inbox of staff", person, []string{
		"Mon 09:13" + toFinance + "approval",
		"Mon 14:13" + toManager + "approval",
		"Tue 09:13" + toSue + "due",
		"Tue 09:13" + toManager + "overdue",
		"Tue 14:13" + toBoss + "overdue",
		"Wed 09:13" + toSue + "refused",
		"Wed 11:13" + toSue + "half",
	})
}

func TestAnApprovalGivenRefusedOrEdited(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(p *play, h *house)
		want []string
		end  string
	}{
		"given": {func(p *play, h *house) { p.on("09:40", h.party("fin").approves()) },
			[]string{"Mon 09:40" + toCustomer + "offered"}, complaint.StateOffered},
		"refused": {func(p *play, h *house) { p.on("09:40", h.party("fin").rejects()) },
			[]string{"Mon 09:40" + toSue + "refused"}, complaint.StateProposed},
		"edited below the limit": {func(p *play, h *house) { p.on("09:40", h.party("sue").proposes(10_000)) },
			[]string{"Mon 09:40" + toCustomer + "offered"}, complaint.StateOffered},
		"edited above it": {func(p *play, h *house) { p.on("09:40", h.party("sue").proposes(400_000)) },
			[]string{"Mon 09:40" + toManager + "approval"}, complaint.StateAwaiting},
	} {
		t.Run(name, func(t *testing.T) {
			h := plays(t, func(p *play, h *house) {
				sues(p, h, 100_000)
				tc.do(p, h)
				p.at("09:59", func() { ends(t, h, tc.end) })
				p.on("10:00", h.party("sue").withdraws())
			})
			inbox(t, h, given, []string{"Mon 09:13" + toFinance + "approval"}, tc.want,
				[]string{"Mon 10:00" + toCustomer + "withdrawn"})
		})
	}
}

func TestAnOverrulingIsPutToAnImpartialPerson(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:11", h.party("sue").measures())
		p.on("09:12", h.party("sue").judges())
		p.on("09:13", h.party("sue").overrules())
		p.on("09:20", h.party("fin").approves())
		p.on("09:30", h.party("sue").withdraws())
	})
	inbox(t, h, given, []string{"Mon 09:13" + toFinance + "approval", "Mon 09:30" + toCustomer + "withdrawn"})

	h = plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:11", h.party("sue").measures())
		p.on("09:12", h.party("sue").judges())
		p.on("09:13", h.party("sue").overrules())
		p.on("09:20", h.party("fin").rejects())
		p.on("09:30", h.party("sue").withdraws())
	})
	inbox(t, h, given, []string{"Mon 09:13" + toFinance + "approval", "Mon 09:20" + toSue + "refused", "Mon 09:30" +
		toCustomer + "withdrawn"})
}

// An overruling that nobody answers is put to somebody else at half time and falls after two days; who asked hears
// it, and may ask again.
func TestAnOverrulingThatNobodyAnswers(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").triages(3, "sue"))
		p.on("09:11", h.party("sue").measures())
		p.on("09:12", h.party("sue").judges())
		p.on("09:13", h.party("sue").overrules())
		p.at("Wed 09:14", func() {
			if c := h.complaint(); c.State != complaint.StateJudged || c.Verdict.Overruled != nil || len(c.Refused) != 1 {
				t.Errorf("it is %s, the overruling %+v", c.State, c.Verdict.Overruled)
			}
		})
		p.on("Wed 09:20", h.party("sue").overrules())
		p.on("Wed 09:30", h.party("fin").approves())
		p.on("Wed 09:40", h.party("sue").withdraws())
	})
	person := slices.DeleteFunc(slices.Clone(h.inbox[len(given):]),
		func(line string) bool { return strings.Contains(line, toCustomer) })
	same(t, "inbox of staff", person, []string{
		"Mon 09:13" + toFinance + "approval",
		"Mon 14:12" + toSue + "half",
		"Tue 09:12" + toSue + "due",
		"Tue 09:12" + toManager + "overdue",
		"Tue 09:13" + toManager + "approval",
		"Tue 14:12" + toBoss + "overdue",
		"Wed 09:13" + toSue + "refused",
		"Wed 09:20" + toFinance + "approval",
	})
}

// The customer declines, and gets another offer.
func TestASecondOffer(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 10_000)
		p.on("09:30", h.party("customer").declines())
		p.on("09:40", h.party("sue").proposes(20_000))
		p.on("09:50", h.party("sue").withdraws())
	})
	inbox(t, h, given, []string{"Mon 09:13" + toCustomer + "offered", "Mon 09:30" + toSue + "decided", "Mon 09:40" +
		toCustomer + "offered",
		"Mon 09:50" + toCustomer + "withdrawn"})
}

// What a colleague enters for the customer is no news to the shop.
func TestWhatAColleagueEntersForTheCustomer(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 10_000)
		p.on("09:30", h.party("sue").declines())
		p.on("09:40", h.party("sue").proposes(20_000))
		p.on("09:50", h.party("sue").agrees())
		p.on("10:00", h.party("customer").withdraws())
	})
	inbox(t, h, given, []string{"Mon 09:13" + toCustomer + "offered", "Mon 09:40" + toCustomer + "offered", "Mon 10:00" +
		toSue + "decided"})
}

// The owner has left the shop: the manager hears what the customer decided, and that the complaint is open again.
func TestAnOwnerWhoHasLeftHearsNothing(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.at("09:05", func() { h.shop.Staff[5].LeavesAt = new(monday) }) // tom
		p.on("09:10", h.party("customer").withdraws())
	})
	inbox(t, h, opened, []string{"Mon 09:10" + toManager + "decided"})
	p := newPlay(t, h, shopTime(t, "Tue 09:00"))
	again := h.orders(t, h.party("customer").reopens())
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws())) },
		time.Minute)
	p.resolves(again)
	same(t, "inbox", h.inbox[len(opened)+1:],
		[]string{"Tue 09:00" + toCustomer + "acknowledged", "Tue 09:00" + toManager + "decided", "Tue 09:01" + toManager +
			"decided"})
}

// Five working days for an answer, two reminders, then it is closed, and the customer hears that it may be reopened.
// The customer reopens it.
func TestASilentCustomer(t *testing.T) {
	h := plays(t, func(p *play, h *house) { sues(p, h, 20_000) })
	inbox(t, h, given, []string{
		"Mon 09:13" + toCustomer + "offered",
		"Wed 09:13" + toCustomer + "reminded",
		"Fri 09:13" + toCustomer + "reminded",
		"Mon 09:13" + toCustomer + "unanswered",
	})
	ends(t, h, complaint.StateUnanswered)

	at := h.complaint().ClosedAt.Add(24 * time.Hour)
	p := newPlay(t, h, at)
	again := h.orders(t, h.party("customer").reopens())
	if again.Progress.WorkflowID() != "complaint/"+caseID+"/2" || !again.Pending {
		t.Fatalf("event %+v", again)
	}
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("sue").withdraws())) },
		time.Minute)
	before := len(h.inbox)
	p.resolves(again)
	same(t, "inbox of the second round", h.inbox[before:],
		[]string{"Tue 09:13" + toCustomer + "acknowledged", "Tue 09:13" + toSue + "decided", "Tue 09:14" + toCustomer +
			"withdrawn"})
}

// The customer said that it was settled, and finds the next day that it is not. The process of the first round ends at
// its next step, and tells nobody.
func TestAComplaintReopenedWhileItIsCorrected(t *testing.T) {
	var again event.Event
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 20_000)
		done(p, h)
		p.on("10:30", h.party("customer").verifies(true))
		// it is handed to a process of its own
		p.at("Tue 10:00", func() { again = h.orders(t, h.party("customer").reopens()) })
	})
	inbox(t, h, given, []string{"Mon 09:13" + toCustomer + "offered", "Mon 10:00" + toSue + "decided", "Mon 10:02" +
		toCustomer + "progress",
		"Mon 10:06" + toCustomer + "verify", "Mon 10:30" + toSue + "decided"})
	if again.Progress.WorkflowID() != "complaint/"+caseID+"/2" || !again.Pending {
		t.Fatalf("event %+v", again)
	}
	p := newPlay(t, h, shopTime(t, "Tue 10:00"))
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws())) },
		time.Minute)
	before := len(h.inbox)
	p.resolves(again)
	same(t, "inbox of the second round", h.inbox[before:],
		[]string{"Tue 10:00" + toCustomer + "acknowledged", "Tue 10:00" + toSue + "decided", "Tue 10:01" + toSue +
			"decided"})
}

func TestACustomerWhoIsNotSatisfied(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		sues(p, h, 20_000)
		done(p, h)
		p.on("10:30", h.party("customer").verifies(false))
		p.on("10:40", h.party("sue").judges())
		p.on("10:41", h.party("sue").proposes(10_000))
		p.on("10:50", h.party("customer").agrees())
		p.on("10:52", h.party("fin").carriesOut(time.Time{}, "CN-8"))
		p.on("10:54", h.party("sue").completes())
		p.on("11:00", h.party("customer").verifies(true))
		p.on("11:01", h.party("sue").closes())
	})
	inbox(t, h, given, []string{
		"Mon 09:13" + toCustomer + "offered", "Mon 10:00" + toSue + "decided", "Mon 10:02" + toCustomer + "progress",
		"Mon 10:06" + toCustomer + "verify",
		"Mon 10:30" + toSue + "decided", // it is not settled
		"Mon 10:41" + toCustomer + "offered", "Mon 10:50" + toSue + "decided", "Mon 10:52" + toCustomer + "progress",
		"Mon 10:54" + toCustomer + "verify",
		"Mon 11:00" + toSue + "decided",
	})
	ends(t, h, complaint.StateClosed)
}

func TestAComplaintTakenBackOrJoined(t *testing.T) {
	for state, tc := range map[string]struct {
		do   func(h *house) caseCommand
		told []string
	}{
		complaint.StateWithdrawn: {func(h *house) caseCommand { return h.party("customer").withdraws() },
			[]string{"Mon 09:10" + toTom + "decided"}},
		complaint.StateJoined: {func(h *house) caseCommand { return h.party("mo").joins() },
			[]string{"Mon 09:10" + toCustomer + "joined"}},
	} {
		h := complaintHouse()
		p := newPlay(t, h, monday)
		p.on("09:10", tc.do(h))
		p.resolves(h.complains(t, staff.Visitor, ""))
		inbox(t, h, opened, tc.told)
		ends(t, h, state)
		if !p.Now().Equal(shopTime(t, "09:10")) {
			t.Errorf("%s: the process ended at %s", state, p.Now())
		}
	}
}

// A colleague who ends a complaint for the customer says so to them, by SMS where there is no mail; the customer can
// reopen it, and nothing of it is said again.
func TestAColleagueWithdrawsForTheCustomer(t *testing.T) {
	h := complaintHouse()
	h.sms = true
	h.people["con_1"] = customer.Contact{ID: "con_1", Customer: "cus_1",
		Phones: []customer.Reach{{Value: "+8613800138000"}}}
	p := newPlay(t, h, monday)
	if _, _, err := h.party("mo").withdrawsSaying(" ")(complaint.Complaint{}, h.terms(), monday); err == nil {
		t.Error("withdrawn without a reason")
	}
	p.on("09:10", h.party("mo").withdraws())
	p.resolves(h.complains(t, staff.Visitor, ""))
	same(t, "inbox", h.inbox,
		[]string{"Mon 09:00 +8613800138000 complaint-acknowledged", opened[1],
			"Mon 09:10 +8613800138000 complaint-withdrawn"})
	if w := h.complaint().Withdrawal; w == nil || w.Reason == "" || w.By != "stf_mo" {
		t.Errorf("%+v", w)
	}
	p = newPlay(t, h, shopTime(t, "11:00"))
	again := h.orders(t, h.party("customer").reopens())
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("customer").withdraws())) },
		time.Minute)
	p.resolves(again)
	same(t, "inbox", h.inbox[3:],
		[]string{"Mon 11:00 +8613800138000 complaint-acknowledged", "Mon 11:00" + toTom + "decided", "Mon 11:01" + toTom +
			"decided"})
}

// What is said after the end is told by a run of its own, once, and nothing else is.
func TestWordsAfterTheEnd(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:10", h.party("mo").gives("sue"))
		p.on("09:20", h.party("sue").says("我们会查清楚"))
		p.on("09:30", h.party("customer").withdraws())
	})
	before := len(h.inbox)
	for i, tc := range []struct{ who, text, line string }{
		{"sue", "谢谢您的理解", "Mon 10:00" + toCustomer + "replied"}, {"customer", "又出现了", "Mon 11:00" + toSue + "answered"},
	} {
		p := newPlay(t, h, shopTime(t, tc.line[4:9]))
		e := h.orders(t, h.party(tc.who).says(tc.text))
		if want := "complaint/" + caseID + "/1." + string(rune('1'+i)); e.Progress.WorkflowID() != want || !e.Pending {
			t.Fatalf("%s, not %s; event %+v", e.Progress.WorkflowID(), want, e)
		}
		p.resolves(e)
		same(t, "inbox", h.inbox[before+i:], []string{tc.line})
	}
}

func TestANewPolicyMovesTheRungs(t *testing.T) {
	h := plays(t, func(p *play, h *house) {
		p.on("09:30", func(c complaint.Complaint, terms setup.Terms, now time.Time) (complaint.Complaint, event.Event,
			error) {
			policy := complaint.StandardPolicy()
			policy.Time[complaint.StateNew] = [4]int64{3600, 3600, 3600, 3600}
			h.shop.Policies = slices.Clone(h.shop.Policies)
			h.shop.Policies[0].Version, h.shop.Policies[0].Complaint = 2, policy
			return c.Replan(h.terms().Complaint(), now)
		})
		p.on("10:20", h.party("lu").withdraws())
	})
	inbox(t, h, opened, []string{
		"Mon 09:30" + toTom + "half",
		"Mon 10:00" + toTom + "due",
		"Mon 10:00" + toManager + "overdue",
		"Mon 10:20" + toCustomer + "withdrawn",
	})
}

// National Day of 2026: the shop is closed from 1 to 7 October and works on Saturday the 10th. What is due counts
// working time alone.
func TestAComplaintOverTheHoliday(t *testing.T) {
	h := complaintHouse()
	cal := &h.shop.Calendars[0]
	cal.Holidays = []calendar.Holiday{{From: "2026-10-01", To: "2026-10-07",
		Name: words.Text{Zh: "国庆节", En: "National Day"}}}
	cal.MakeupDays = []calendar.MakeupDay{{Date: "2026-10-10", As: "mon"}}
	start := time.Date(2026, 9, 30, 8, 30, 0, 0, time.UTC) // Wednesday 16:30: one working hour before the holiday
	p := newPlay(t, h, start)
	h.now = func() time.Time { return start }
	first := h.complains(t, staff.Visitor, "")
	h.now = p.Now
	p.RegisterDelayedCallback(func() { p.SignalWorkflow(EventSignal, h.orders(t, h.party("lu").withdraws())) },
		12*24*time.Hour)
	p.resolves(first)
	same(t, "inbox", h.inbox, []string{
		"Wed 16:30" + toCustomer + "acknowledged",
		"Wed 16:30" + toTom + "assigned",
		"Thu 09:30" + toTom + "half", // 8 October: one hour before the holiday, one after it
		"Thu 11:30" + toTom + "due",  // four hours
		"Thu 11:30" + toManager + "overdue",
		"Thu 12:00" + toCustomer + "promise", // promised for 14:30
		"Thu 14:30" + toBoss + "overdue",
		"Thu 16:00" + toCustomer + "promise", // promised for Friday 09:30
		"Fri 14:30" + toCustomer + "promise", // promised for Saturday 09:30, on the make-up day
		"Mon 09:30" + toCustomer + "promise", // promised for Monday 14:30: twelve hours after Saturday 09:30
		"Mon 16:30" + toCustomer + "withdrawn",
	})
}
