package workflows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
)

// obstacles keeps what is stuck in memory, by the rules.
type obstacles struct {
	mu   sync.Mutex
	rows map[string]stuck.Stuck
}

func (o *obstacles) NoteStuck(_ context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.rows == nil {
		o.rows = map[string]stuck.Stuck{}
	}
	id := stuck.IDOf(seen)
	o.rows[id] = o.rows[id].Failed(seen, parked, monday)
	return o.rows[id], nil
}

func (o *obstacles) Stuck(_ context.Context, id string) (stuck.Stuck, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if row, found := o.rows[id]; found {
		return row, nil
	}
	return stuck.Stuck{}, fault.Missing("卡住的事项", "stuck item")
}

func (o *obstacles) StuckOver(_ context.Context, seen stuck.Stuck) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if row, found := o.rows[stuck.IDOf(seen)]; found && !row.Closed() {
		o.rows[row.ID] = row.Over(monday)
	}
	return nil
}

// shown lists what is stuck, as record, step, state and cause.
func (o *obstacles) shown() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, s := range o.rows {
		out = append(out, fmt.Sprint(s.Step, " ", s.State, " ", s.Cause, " ", s.Branch))
	}
	slices.Sort(out)
	return out
}

// decided is the event of a person's word on a step of the lead.
func decided(kind event.Type, step string) event.Event {
	return event.Event{ID: "evt_word", Type: kind, Progress: &ladder.Progress{Kind: "lead", ID: leadID, Round: 1},
		Data: map[string]string{event.StuckStep: step}}
}

// A step that can never succeed is shown at once and waits for a person's word, while the other rungs go on. Tried
// again after it was mended, it is done and no longer shown. Left out, it is never done.
func TestAPersonsWordOnAStep(t *testing.T) {
	for name, c := range map[string]struct {
		word   event.Type
		ledger []string
		shown  []string
	}{
		"tried again": {event.StuckRetried, []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent",
			"stf_bob 1/tell sent"}, []string{"1/half over impossible bra_1"}},
		"left out": {event.StuckSkipped, []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/tell sent"},
			[]string{"1/half parked impossible bra_1"}},
		"nobody says anything": {"", []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/tell sent"},
			[]string{"1/half parked impossible bra_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			h, refused := newHouse(), 0
			h.refuses = func(m message.Message) error {
				if m.Step == "1/half" && h.now().Before(shopTime(t, "09:40")) {
					refused++
					return fault.Fail(fault.Impossible, "不行", "no")
				}
				return nil
			}
			p := newPlay(t, h, monday)
			if c.word != "" {
				p.at("09:45", func() { p.SignalWorkflow(EventSignal, decided(c.word, "1/half")) })
			}
			p.commands("09:55", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
			p.run(h.capture(t, byEmail))
			same(t, "ledger", h.states(), c.ledger)
			same(t, "stuck", h.shown(), c.shown)
			if refused != 1 {
				t.Errorf("what can never succeed was tried %d times", refused)
			}
		})
	}
}

// A step whose cause is unknown is tried a few times, then it waits with growing pauses, and the process goes on. A
// store that is away is asked again and again; a person sees that once it lasts.
func TestWhatFailsForAWhile(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		shown []string
	}{
		"an unknown cause": {errors.New("a row that cannot be read"), []string{"1/half over internal bra_1"}},
		"a store that is away": {fault.Fail(fault.Unavailable, "忙", "busy"),
			[]string{"1/half over unavailable bra_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse()
			h.refuses = func(m message.Message) error {
				if m.Step == "1/half" && h.now().Before(shopTime(t, "09:25")) {
					return c.err
				}
				return nil
			}
			p := newPlay(t, h, monday)
			p.commands("09:55", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
			p.run(h.capture(t, byEmail))
			same(t, "ledger", h.states(), []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent",
				"stf_bob 1/tell sent"})
			same(t, "stuck", h.shown(), c.shown)
			if h.looks > 40 {
				t.Errorf("the lead was read %d times in an hour", h.looks)
			}
		})
	}
}

// An event that was missed is made up for by reading the record. One that cannot be read is read again later, with
// growing pauses, and shown; what was missed is not forgotten.
func TestAMissedEventIsNotForgotten(t *testing.T) {
	h := newHouse()
	h.shop.Policies[0].Lead.Ladder = nil
	p := newPlay(t, h, monday)
	tries := 0
	h.reads = func() error {
		if h.now().After(shopTime(t, "09:10")) && h.now().Before(shopTime(t, "11:00")) {
			tries++
			return fault.Fail(fault.Refused, "不行", "no")
		}
		return nil
	}
	first := h.capture(t, byEmail)
	p.at("09:20", func() {
		h.act(t, assigns(actor(h, "stf_mo"), h.staff("anna"))) // whose event gets lost
		next := h.act(t, loses(actor(h, "stf_mo")))
		next.Progress.Closed = false // as the process has it from an event after a gap: it has to look
		p.SignalWorkflow(EventSignal, next)
	})
	p.run(first)
	if !p.IsWorkflowCompleted() || p.GetWorkflowError() != nil {
		t.Fatalf("it does not end: %v", p.GetWorkflowError())
	}
	if end := p.Now(); end.Before(shopTime(t, "11:00")) || tries < 3 || tries > 12 {
		t.Errorf("read %d times, ended at %s", tries, end)
	}
	same(t, "stuck", h.shown(), []string{"look over refused "})
}

// What a replanning left as it was, it comes back to, with growing pauses; a person sees it meanwhile. Who has the new
// terms is not changed again.
func TestWhatAReplanningLeftIsPlannedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		err   error
		ends  time.Duration
		shown string
	}{
		"it cannot be read for an hour": {errors.New("cannot be read"), 63 * time.Minute, "replan over internal bra_1"},
		"it can never be written": {fault.Fail(fault.Impossible, "不行", "no"), parkedFor,
			"replan over impossible bra_1"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRegistry()
			env, pages := r.env(monday, r)
			r.now = env.Now
			led := *r.capture(t, byEmail).Progress
			r.broken[led.ID] = c.err
			env.RegisterDelayedCallback(func() { delete(r.broken, led.ID) }, time.Hour)
			env.ExecuteWorkflow(Replan, ReplanPage{Change: r.rules(slower)})
			if err := env.GetWorkflowError(); err != nil || len(r.told) != 1 || env.Now().Sub(monday) != c.ends || *pages > 8 {
				t.Errorf("%v after %s and %d pages: %+v", err, env.Now().Sub(monday), *pages, r.told)
			}
			same(t, "stuck", r.shown(), []string{c.shown})
		})
	}
}

// Somebody whose record cannot be read has not left: what concerns them waits until it can.
func TestAColleagueWhoCannotBeReadHasNotLeft(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	all := h.shop.Staff
	p.at("09:10", func() {
		h.shop.Staff = slices.DeleteFunc(slices.Clone(all), func(s staff.Staff) bool { return s.ID == "stf_bob" })
		h.shop.Unreadable = []string{"STAFF#stf_bob"}
	})
	p.at("09:40", func() { h.shop.Staff, h.shop.Unreadable = all, nil })
	p.commands("09:55", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "ledger", h.states(), []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent",
		"stf_bob 1/tell sent"})
	same(t, "stuck", h.shown(), []string{"1/due over internal bra_1", "1/half over internal bra_1"})
}

// What a person left out stays left out: it is not shown again, and a replanning does not come back for it.
func TestARecordThatIsLeftOut(t *testing.T) {
	r := newRegistry()
	env, _ := r.env(monday, r)
	r.now = env.Now
	led := *r.capture(t, byEmail).Progress
	r.broken[led.ID] = errors.New("cannot be read")
	env.RegisterDelayedCallback(func() {
		for id, row := range r.obstacles.rows {
			next, _, err := row.LeaveOut(actor(r.house, "stf_mo"), "not needed", monday)
			if err != nil {
				t.Error(err)
			}
			r.obstacles.rows[id] = next
		}
	}, 10*time.Minute)
	env.ExecuteWorkflow(Replan, ReplanPage{Change: r.rules(slower)})
	if err := env.GetWorkflowError(); err != nil || env.Now().Sub(monday) > time.Hour {
		t.Errorf("%v after %s", err, env.Now().Sub(monday))
	}
	same(t, "stuck", r.shown(), []string{"replan skipped internal bra_1"})
}

// A step that falls over is an error like any other: the process hears the rest, and a person is shown it.
func TestAStepThatPanics(t *testing.T) {
	h := newHouse()
	h.refuses = func(m message.Message) error {
		if m.Step == "1/half" && h.now().Before(shopTime(t, "09:40")) {
			panic("wang@customer.example")
		}
		return nil
	}
	p := newPlay(t, h, monday)
	p.commands("09:55", sells(actor(h, "stf_bob"), customer.OutcomeInterested))
	p.run(h.capture(t, byEmail))
	same(t, "ledger", h.states(), []string{"con_1 acknowledge sent", "stf_bob 1/due sent", "stf_bob 1/half sent",
		"stf_bob 1/tell sent"})
	same(t, "stuck", h.shown(), []string{"1/half over internal bra_1"})
}

// A new run of a process does not know what a person decided; the row does.
func TestANewRunLeavesOutWhatAPersonLeftOut(t *testing.T) {
	for _, decided := range []bool{true, false} {
		h := complaintHouse()
		h.capture(t, byEmail)
		h.act(t, assigns(actor(h, "stf_mo"), h.staff("bob")))
		p := h.lead().Progress()
		half := p.Rungs[slices.IndexFunc(p.Rungs, func(r ladder.Rung) bool { return r.Name == "half" })]
		seen := stuck.Stuck{What: stuck.KindStep, Record: leadID, Round: 1, Step: p.Key(half), Process: "lead"}
		row := (stuck.Stuck{}).Failed(seen, true, monday)
		if decided {
			row, _, _ = row.LeaveOut(actor(h, "stf_mo"), "not needed", monday)
		}
		h.obstacles.rows = map[string]stuck.Stuck{row.ID: row}
		now := half.At.Add(5 * time.Minute) // the process was gone until now
		h.now = func() time.Time { return now }
		out, err := h.climbs(leadSteps, Climb{ID: leadID, Round: 1, Key: p.Key(half), Rung: half})
		if err != nil || !slices.Contains(out.Keys, p.Key(half)) || (len(h.inbox) == 0) != decided {
			t.Errorf("decided %v: %+v, %v, inbox %q", decided, out, err, h.inbox)
		}
	}
}

// What nobody asks for any more is taken off the board at night: its record ended, began another round, is gone, or has
// another ladder. What still waits stays.
func TestTheNightTakesOffWhatIsOver(t *testing.T) {
	r, o := watched(t, 0)
	env, _ := r.overseen(o, r)
	led := *r.capture(t, byEmail).Progress
	o.runs[led.WorkflowID()] = ladder.Run{ID: "run_0", Open: true}
	rows := map[string]stuck.Stuck{
		"it still waits":     {Step: led.Key(led.Rungs[0]), Round: 1, Record: led.ID, Branch: "bra_1"},
		"it cannot be read":  {Step: stuck.Reading, Round: 1, Record: led.ID, Branch: "bra_1"},
		"another ladder":     {Step: "7/half", Round: 1, Record: led.ID, Branch: "bra_1"},
		"another round":      {Step: led.Key(led.Rungs[0]), Round: 2, Record: led.ID, Branch: "bra_1"},
		"the record is gone": {Step: "1/half", Round: 1, Record: "lead_gone"},
	}
	for _, row := range rows {
		row.What, row.Process = stuck.KindStep, "lead"
		if _, err := r.NoteStuck(t.Context(), row, false); err != nil {
			t.Fatal(err)
		}
	}
	env.ExecuteWorkflow(Reconcile, ReconcilePage{})
	if err := env.GetWorkflowError(); err != nil {
		t.Fatal(err)
	}
	for name, row := range rows {
		row.What = stuck.KindStep
		now, err := r.Stuck(t.Context(), stuck.IDOf(row))
		if stays := name == "it still waits" || name == "it cannot be read"; err != nil || now.Closed() == stays {
			t.Errorf("%s: %+v, %v", name, now, err)
		}
	}
}
