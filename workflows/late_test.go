package workflows

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// between is an outage by the shop's clock.
func between(t *testing.T, from, to string) ladder.Outage {
	t.Helper()
	return ladder.Outage{From: shopTime(t, from), To: shopTime(t, to)}
}

// givenLead is a lead that was acknowledged and given to Anna, who was told.
func givenLead(t *testing.T, h *house) (event.Event, []string) {
	h.capture(t, byEmail)
	e := h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna")))
	h.acknowledged("lead/"+leadID+"/1", "acknowledge")
	return e, []string{"acknowledge", "1/tell"}
}

// After an outage owners get their time anew, by the rule and in working time. Who was told is not told again, a
// reminder that the next one overtakes is left out, and a date that a person gave stays. The same lateness without an
// outage changes nothing.
func TestAfterAnOutage(t *testing.T) {
	task := func(due string) func(*testing.T, *house) (event.Event, []string) {
		return func(t *testing.T, h *house) (event.Event, []string) {
			if due == "" {
				return h.opens(t, actor(h, "stf_anna"), "bob", nil), []string{"1/tell"}
			}
			at := shopTime(t, due)
			return h.opens(t, actor(h, "stf_anna"), "bob", &at), []string{"1/tell"}
		}
	}
	question := func(t *testing.T, h *house) (event.Event, []string) {
		return h.asks(t, "stf_cai", "stf_anna"), []string{"1/ask", "1/tell"}
	}
	filed := func(t *testing.T, h *house) (event.Event, []string) {
		h.complains(t, staff.Visitor, "")
		h.acknowledged("complaint/"+caseID+"/1", "acknowledge-1")
		return h.orders(t, h.party("mo").gives("sue")), []string{"acknowledge-1", "1/new-assign", "owner-1"}
	}
	due := map[string]func(*house) time.Time{
		"lead": func(h *house) time.Time { return h.leads[leadID].Due },
		"task": func(h *house) time.Time { return h.tasks[taskID].Due },
		"hold": func(h *house) time.Time { return h.holds[holdID].Due },
		"case": func(h *house) time.Time { return h.cases[caseID].Due },
	}
	for name, c := range map[string]struct {
		kind     string
		begin    func(*testing.T, *house) (first event.Event, climbed []string)
		from, to string // "" and when it goes on: a worker ran
		until    string // when the play ends
		due      string
		inbox    []string
	}{
		"a lead whose owner was told": {"lead", givenLead, "09:10", "Tue 09:00", "Tue 09:20", "Tue 09:30",
			[]string{"Tue 09:00 wang@customer.example lead-postponed", "Tue 09:15 anna@shop.example lead-reminded-half"}},
		"a lead that waited for its worker": {"lead", givenLead, "", "09:50", "09:55", "09:30",
			[]string{"Mon 09:50 anna@shop.example lead-reminded-half", "Mon 09:50 anna@shop.example lead-reminded-due"}},
		"a lead that nobody knew": {"lead", func(t *testing.T, h *house) (event.Event, []string) {
			return h.capture(t, byEmail), nil
		}, "09:00", "09:40", "10:00", "10:10", []string{"Mon 09:40 wang@customer.example lead-acknowledged",
			"Mon 09:40 bob@shop.example lead-assigned", "Mon 09:55 bob@shop.example lead-reminded-half"}},
		"a lead that is a quarter of an hour behind": {"lead", givenLead, "09:10", "09:30", "09:31", "09:30",
			[]string{"Mon 09:30 anna@shop.example lead-reminded-half", "Mon 09:30 anna@shop.example lead-reminded-due"}},
		"a task of the policy": {"task", task(""), "10:00", "Wed 10:00", "Thu 16:00", "Fri 10:00",
			[]string{"Thu 15:48 bob@shop.example task-reminded"}},
		"a task with a date": {"task", task("15:00"), "13:30", "Tue 11:00", "Tue 12:00", "15:00",
			[]string{"Tue 11:00 mo@shop.example task-overdue"}},
		"a task with a date that waited": {"task", task("15:00"), "", "Tue 11:00", "Tue 12:00", "15:00",
			[]string{"Tue 11:00 bob@shop.example task-reminded", "Tue 11:00 bob@shop.example task-due",
				"Tue 11:00 mo@shop.example task-overdue"}},
		"a question": {"hold", question, "09:10", "11:30", "13:40", "14:30",
			[]string{"Mon 12:00 fang@customer.example hold-reminded", "Mon 13:30 anna@shop.example hold-due"}},
		"a complaint with a promise that is over": {"case", filed, "10:00", "Tue 10:00", "Tue 13:10", "Tue 15:00",
			[]string{"Tue 10:00 wang@customer.example complaint-promise", "Tue 12:00 sue@shop.example complaint-half"}},
		"a complaint with a promise that stands": {"case", filed, "10:00", "13:00", "13:05", "17:00", nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := complaintHouse()
			first, climbed := c.begin(t, h)
			h.inbox = nil
			_, _, begun, _ := begin(first)
			in := begun.(LadderInput)
			in.Climbed = map[string]bool{}
			for _, key := range climbed {
				in.Climbed[key] = true
			}
			if c.from != "" {
				in.Duty.Outage = between(t, c.from, c.to)
			}
			p := newPlay(t, h, shopTime(t, c.to))
			p.at(c.until, p.CancelWorkflow)
			flow, _, _, _ := begin(first)
			p.ExecuteWorkflow(flow.workflow, in)
			if !p.Now().Equal(shopTime(t, c.until)) {
				t.Errorf("it ended at %s: %v", p.Now(), p.GetWorkflowError())
			}
			same(t, "inbox", h.inbox, c.inbox)
			if at := due[c.kind](h); !at.Equal(shopTime(t, c.due)) {
				t.Errorf("due at %s", at)
			}
		})
	}
}

// A deadline begins anew once, whatever becomes of the call: one that died after it finds the record as it stands.
func TestADeadlineBeginsAnewOnce(t *testing.T) {
	h := newHouse()
	first, _ := givenLead(t, h)
	half, _ := find(*first.Progress, "1/half")
	now := shopTime(t, "Tue 09:00")
	h.now = func() time.Time { return now }
	ask := Climb{ID: leadID, Round: 1, Key: "1/half", Rung: half, More: true, Not: []string{"acknowledge", "1/tell"},
		Outage: between(t, "09:10", "Tue 09:00")}
	h.dies = once(changeAfter, lead.StateAssigned)
	if _, err := h.climbs(leadSteps, ask); err == nil {
		t.Fatal("it did not die")
	}
	begun := h.leads[leadID]
	now = shopTime(t, "Tue 09:01")
	out, err := h.climbs(leadSteps, ask)
	if l := h.leads[leadID]; err != nil || l.Version < begun.Version || !l.Due.Equal(begun.Due) ||
		!l.Due.Equal(shopTime(t, "Tue 09:30")) || len(out.Progress.Rungs) == 0 {
		t.Errorf("%+v, %v; due %s, first %s", out, err, l.Due, begun.Due)
	}
	if len(h.inbox) > 1 {
		t.Errorf("inbox %q", h.inbox)
	}
}

// An outage is not forgotten because the first calls after it failed for good: the one an hour later gives the owner
// their time.
func TestAnOutageBeforeACallThatFailed(t *testing.T) {
	h := newHouse()
	first, climbed := givenLead(t, h)
	h.reads = func() error {
		if h.now().Before(shopTime(t, "Tue 09:30")) {
			return fault.Fail(fault.Refused, "不行", "no")
		}
		return nil
	}
	_, _, begun, _ := begin(first)
	in := begun.(LadderInput)
	in.Duty.Outage, in.Climbed = between(t, "09:10", "Tue 09:00"), map[string]bool{}
	for _, key := range climbed {
		in.Climbed[key] = true
	}
	p := newPlay(t, h, shopTime(t, "Tue 09:00"))
	p.at("Tue 10:10", p.CancelWorkflow)
	p.ExecuteWorkflow(FollowUpLead, in)
	if l := h.leads[leadID]; !l.Due.Equal(shopTime(t, "Tue 10:30")) || len(l.Owners) != 1 {
		t.Errorf("due at %s, of %q", l.Due, l.Owners)
	}
}

// Who changes a record while its deadline begins anew is not overwritten: the rule looks at the record again.
func TestARecordThatEndsBeforeItsDeadlineBeginsAnew(t *testing.T) {
	h := newHouse()
	first, _ := givenLead(t, h)
	half, _ := find(*first.Progress, "1/half")
	work := h.work()
	work.Now = func() time.Time { return shopTime(t, "Tue 09:00") }
	work.Leads = meddled{h, func() {
		l := h.leads[leadID]
		l.State = lead.StateLost
		h.leads[leadID] = l
	}}
	out, err := work.Climb(t.Context(), Climb{ID: leadID, Round: 1, Key: "1/half", Rung: half,
		More: true, Not: []string{"acknowledge", "1/tell"}, Outage: between(t, "09:10", "Tue 09:00")})
	if l := h.leads[leadID]; err != nil || !out.Progress.Closed || l.Version != first.Seq || len(h.inbox) > 0 {
		t.Errorf("%+v, %v; version %d, inbox %q", out, err, l.Version, h.inbox)
	}
}

// A customer who was not asked in time has the whole time once asked. One who was asked keeps the day that the letter
// named.
func TestACustomerWhoWasNotAskedInTime(t *testing.T) {
	for name, asked := range map[string]bool{"not asked": false, "asked": true} {
		h := complaintHouse()
		h.complains(t, staff.Visitor, "")
		sue := h.party("sue")
		for _, do := range []caseCommand{h.party("mo").triages(3, "sue"), sue.measures(), sue.judges(),
			sue.proposes(10_000)} {
			h.orders(t, do)
		}
		before := h.complaint()
		ask, _ := find(before.Progress(), before.Progress().Key(ladder.Rung{Name: "offered-ask"}))
		now := shopTime(t, "Wed 09:00")
		h.now = func() time.Time { return now }
		var not []string
		for _, r := range before.Rungs {
			if key := before.Progress().Key(r); asked && !r.At.After(monday) || r.Do != ladder.DoAskCustomer {
				not = append(not, key)
			}
		}
		again, _ := find(before.Progress(), before.Progress().Key(ladder.Rung{Name: "offered-again"}))
		at := Climb{ID: caseID, Round: 1, Key: before.Progress().Key(ask), Rung: ask, More: true, Not: not,
			Outage: between(t, "09:00", "Wed 09:00")}
		if asked {
			at.Key, at.Rung = before.Progress().Key(again), again
			at.Not = slices.DeleteFunc(not, func(key string) bool { return key == at.Key })
		}
		_, err := h.climbs(complaintSteps, at)
		moved := !h.complaint().Due.Equal(before.Due)
		if err != nil || before.State != complaint.StateOffered || moved == asked {
			t.Errorf("%s: %s, due %s, before %s, %v", name, before.State, h.complaint().Due, before.Due, err)
		}
	}
}

// Nobody is closed as silent who was not reminded twice: whatever of the five days an outage took, they begin anew, and
// what was sent before is not sent again.
func TestASilentCustomerAfterAnOutage(t *testing.T) {
	week := 7 * 24 * time.Hour
	reminded, over := "wang@customer.example complaint-reminded", "wang@customer.example complaint-unanswered"
	for name, c := range map[string]struct {
		sent     []string // beside the question
		from, to time.Time
		inbox    []string
	}{
		"all of it": {nil, shopTime(t, "Tue 10:00"), shopTime(t, "Tue 10:00").Add(week),
			[]string{"Thu 10:00 " + reminded, "Mon 10:00 " + reminded, "Tue 10:00 " + over}},
		"the second reminder": {[]string{"offered-again"}, shopTime(t, "Thu 10:00"), shopTime(t, "Mon 10:00").Add(week),
			[]string{"Fri 10:00 " + reminded, "Mon 10:00 " + over}},
		"the end alone": {[]string{"offered-again", "offered-last"}, shopTime(t, "Fri 10:00"),
			shopTime(t, "Wed 10:00").Add(week), []string{"Wed 10:00 " + over}},
	} {
		t.Run(name, func(t *testing.T) {
			h := complaintHouse()
			h.complains(t, staff.Visitor, "")
			sue := h.party("sue")
			first := event.Event{}
			for _, do := range []caseCommand{h.party("mo").triages(3, "sue"), sue.measures(), sue.judges(),
				sue.proposes(10_000)} {
				first = h.orders(t, do)
			}
			_, _, begun, _ := begin(first)
			in := begun.(LadderInput)
			in.Climbed, in.Duty.Outage = map[string]bool{}, ladder.Outage{From: c.from, To: c.to}
			for _, r := range first.Progress.Rungs {
				if sent := slices.Contains(c.sent, r.Name); sent || !r.At.After(monday) {
					in.Climbed[first.Progress.Key(r)] = true
				}
			}
			h.acknowledged(first.Progress.About(), first.Progress.Key(ladder.Rung{Name: "offered-ask"}))
			h.inbox = nil
			p := newPlay(t, h, c.to)
			flow, _, _, _ := begin(first)
			p.ExecuteWorkflow(flow.workflow, in)
			same(t, "inbox", h.inbox, c.inbox)
			ends(t, h, complaint.StateUnanswered)
		})
	}
}

// Another time is told to the people who were told the first one. Two leads name one address, and the second one was
// not acknowledged: one letter comes of an outage. It counts as an automatic reply.
func TestWhoHearsOfAnotherTime(t *testing.T) {
	for name, c := range map[string]struct {
		channel, state string // of the second acknowledgement; "": none was tried
		letters        int
	}{
		"never tried":         {"", "", 1},
		"just had a reply":    {message.ChannelEmail, message.StateSuppressed, 1},
		"refused":             {message.ChannelEmail, message.StateFailed, 1},
		"still waits":         {message.ChannelEmail, message.StateQueued, 1},
		"thanked by SMS":      {message.ChannelSMS, message.StateSent, 2},
		"thanked by mail":     {message.ChannelEmail, message.StateSent, 2},
		"perhaps was thanked": {message.ChannelEmail, message.StateUnknown, 2},
	} {
		h := newHouse()
		_, _ = givenLead(t, h)
		o := between(t, "09:10", "Tue 09:00")
		one, _, err := h.leads[leadID].Restart(nil, o, h.terms().Lead(), o.To)
		if err != nil {
			t.Fatal(err)
		}
		two := one
		two.ID, two.ContactID = "lead_2", "con_2"
		h.leads[leadID], h.leads[two.ID], h.inbox = one, two, nil
		if m := (message.Message{Person: "con_2", About: two.Progress().About(), Step: "acknowledge", Channel: c.channel,
			State: c.state}); c.state != "" {
			h.ledger[m.Person+m.Key()] = m
		}
		h.server = func(m message.Message) Delivery {
			if m.SMSClass() != message.SMSAutomatic {
				t.Errorf("%s: of class %s", name, m.SMSClass())
			}
			return Delivery{State: message.StateSent}
		}
		h.now = func() time.Time { return o.To }
		for _, l := range []lead.Lead{one, two} {
			rung, _ := find(l.Progress(), "postponed-1")
			out, err := h.climbs(leadSteps, Climb{ID: l.ID, Round: 1, Key: "postponed-1", Rung: rung})
			if err != nil || !slices.Equal(out.Keys, []string{"postponed-1"}) {
				t.Errorf("%s: %+v, %v", name, out, err)
			}
		}
		letter := "Tue 09:00 wang@customer.example lead-postponed"
		if !slices.Equal(h.inbox, slices.Repeat([]string{letter}, c.letters)) {
			t.Errorf("%s: inbox %q", name, h.inbox)
		}
	}
}

// A customer whom no acknowledgement reached is called, not told of another time.
func TestWhoHearsOfAnotherTimeForAComplaint(t *testing.T) {
	for state, inbox := range map[string]string{
		message.StateSent:       "wang@customer.example complaint-promise",
		message.StateFailed:     "sue@shop.example complaint-call",
		message.StateSuppressed: "sue@shop.example complaint-call",
		message.StateQueued:     "sue@shop.example complaint-call",
	} {
		h := complaintHouse()
		h.complains(t, staff.Visitor, "")
		h.orders(t, h.party("mo").gives("sue"))
		c := h.complaint()
		c.Promises, c.PromisedAt = 1, monday
		c, _, err := c.Replan(h.terms().Complaint(), monday)
		if err != nil {
			t.Fatal(err)
		}
		h.acknowledged(c.Progress().About(), "acknowledge-1")
		for key, m := range h.ledger {
			m.State = state
			h.ledger[key] = m
		}
		h.cases[caseID], h.inbox = c, nil
		key := c.Progress().Key(ladder.Rung{Name: "promised-1"})
		rung, _ := find(c.Progress(), key)
		out, err := h.climbs(complaintSteps, Climb{ID: caseID, Round: 1, Key: key, Rung: rung})
		if err != nil || !slices.Equal(out.Keys, []string{key}) || !slices.Equal(h.inbox, []string{"Mon 09:00 " + inbox}) {
			t.Errorf("%s: inbox %q, %+v, %v", state, h.inbox, out, err)
		}
	}
}

// calls are the rungs that a replayed process asks for.
type calls struct {
	interceptor.WorkerInterceptorBase
	climbs []Climb
}

func (c *calls) InterceptWorkflow(_ workflow.Context,
	next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &callsIn{interceptor.WorkflowInboundInterceptorBase{Next: next}, c}
}

type callsIn struct {
	interceptor.WorkflowInboundInterceptorBase
	*calls
}

func (i *callsIn) Init(next interceptor.WorkflowOutboundInterceptor) error {
	return i.Next.Init(&callsOut{interceptor.WorkflowOutboundInterceptorBase{Next: next}, i.calls})
}

type callsOut struct {
	interceptor.WorkflowOutboundInterceptorBase
	*calls
}

func (o *callsOut) ExecuteActivity(ctx workflow.Context, name string, args ...any) workflow.Future {
	if c, ok := args[0].(Climb); ok {
		o.climbs = append(o.climbs, c)
	}
	return o.Next.ExecuteActivity(ctx, name, args...)
}

// A life of the real server is told again, as if no worker had taken it up for two hours. That is after its start, a
// timer or a call. The next rung is climbed with that outage, to the moment; told as it was, no rung has one.
func TestWhatNobodyTookUpForTwoHours(t *testing.T) {
	for name, c := range map[string]struct {
		life  string
		after enumspb.EventType // of whose first event the workflow task comes late; unspecified: none
		climb int               // which call is late
	}{
		"in time":      {"reminded-and-contacted", enumspb.EVENT_TYPE_UNSPECIFIED, -1},
		"its start":    {"reminded-and-contacted", enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, 0},
		"a timer":      {"reminded-and-contacted", enumspb.EVENT_TYPE_TIMER_FIRED, 1},
		"a call's end": {"lead-late", enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 1},
	} {
		t.Run(name, func(t *testing.T) {
			history := readHistory(t, historyFile(c.life))
			var from, to time.Time
			for _, e := range history.Events {
				if from.IsZero() && e.EventType == c.after {
					from = e.EventTime.AsTime()
				}
				if !from.IsZero() && (!to.IsZero() || e.EventType == enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED) {
					e.EventTime = timestamppb.New(e.EventTime.AsTime().Add(2 * time.Hour))
				}
				if !from.IsZero() && to.IsZero() && e.EventType == enumspb.EVENT_TYPE_WORKFLOW_TASK_STARTED {
					to = e.EventTime.AsTime()
				}
			}
			heard := &calls{}
			replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
				Interceptors: []interceptor.WorkerInterceptor{heard}})
			if err != nil {
				t.Fatal(err)
			}
			registerWorkflows(replayer)
			quiet := log.NewStructuredLogger(slog.New(slog.DiscardHandler))
			_ = replayer.ReplayWorkflowHistory(quiet, history) // what is late goes another way than it went
			if len(heard.climbs) <= max(c.climb, 0) {
				t.Fatalf("%d calls", len(heard.climbs))
			}
			for i, call := range heard.climbs {
				o := call.Outage
				if (c.climb < 0 || i < c.climb) && !o.IsZero() && c.life != "lead-late" {
					t.Errorf("call %d, in time: %+v", i, o)
				}
				if i == c.climb && (!o.To.Equal(to) || o.From.Sub(from).Abs() > time.Second) {
					t.Errorf("call %d: %+v, want %s to %s", i, o, from, to)
				}
			}
		})
	}
}
