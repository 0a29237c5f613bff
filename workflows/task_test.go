package workflows

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
)

const taskID = "tsk_019e0000-0000-7000-8000-00009f3a09bd"

func (h *house) taskWork() *TaskWork {
	return &TaskWork{Tasks: h, Ledger: h, Mail: h, Now: func() time.Time { return h.now().UTC() },
		URL: "https://shop.example/tasks/"}
}

func (h *house) Task(_ context.Context, id string) (task.Task, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.look(); err != nil {
		return task.Task{}, err
	}
	if t, ok := h.tasks[id]; ok {
		return t, nil
	}
	return task.Task{}, fault.Missing("任务", "task")
}

func (h *house) ChangeTask(_ context.Context, id string,
	rule func(task.Task) (task.Task, event.Event, error)) (task.Task, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := rule(h.tasks[id])
	if err != nil {
		return next, err
	}
	if e.Pending {
		return next, fmt.Errorf("what a process wrote is handed back to it: %s", e.Type)
	}
	h.tasks[id] = next
	return next, h.die(changeAfter, next.State)
}

func (h *house) staff(id string) staff.Staff {
	p, _ := h.shop.Person("stf_" + id)
	return p
}

// opens opens a task and returns its event.
func (h *house) opens(t testing.TB, by staff.Actor, owner string, due *time.Time) event.Event {
	t.Helper()
	tsk, e, err := task.New(by, task.Draft{ID: taskID, Title: "寄纸样", Due: due}, h.staff(owner), h.terms().Task(),
		h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tasks[taskID], e.ID = tsk, "evt_1"
	return e
}

type taskCommand func(task.Task, setup.Terms, time.Time) (task.Task, event.Event, error)

// does is a person's command on the task.
func (h *house) does(t testing.TB, do taskCommand) event.Event {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	next, e, err := do(h.tasks[taskID], h.terms(), h.now().UTC())
	if err != nil {
		t.Error(err)
		return event.Event{}
	}
	h.tasks[taskID], e.ID = next, fmt.Sprintf("evt_%d", next.Version)
	return e
}

// task does a person's command at a time and tells the process, where the event wakes it.
func (p *play) task(clock string, do taskCommand) {
	p.t.Helper()
	p.at(clock, func() {
		if e := p.house.does(p.t, do); e.Pending {
			p.SignalWorkflow(EventSignal, e)
		}
	})
}

func completes(by staff.Actor) taskCommand {
	return func(t task.Task, _ setup.Terms, now time.Time) (task.Task, event.Event, error) {
		return t.Complete(by, true, now)
	}
}

func hands(by staff.Actor, to staff.Staff) taskCommand {
	return func(t task.Task, terms setup.Terms, now time.Time) (task.Task, event.Event, error) {
		return t.HandOn(by, to, terms.Task(), now)
	}
}

func mentions(by staff.Actor, who ...staff.Staff) taskCommand {
	return func(t task.Task, _ setup.Terms, now time.Time) (task.Task, event.Event, error) {
		return t.Comment(by, who, now)
	}
}

func reopens(by staff.Actor, owner staff.Staff) taskCommand {
	return func(t task.Task, terms setup.Terms, now time.Time) (task.Task, event.Event, error) {
		return t.Reopen(by, owner, nil, terms.Task(), now)
	}
}

func dates(by staff.Actor, due time.Time) taskCommand {
	return func(t task.Task, terms setup.Terms, now time.Time) (task.Task, event.Event, error) {
		return t.Change(by, task.Change{Title: t.Title, Priority: t.Priority, Due: &due}, terms.Task(), now)
	}
}

// Eight working hours a day: sixteen of them from Monday 09:00 on end on Wednesday at 09:00, four fifths of them on
// Tuesday at 14:48, and four more at 14:00.
func TestATaskThatNobodyDoes(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.task("Thu 10:00", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example task-assigned",
		"Tue 14:48 bob@shop.example task-reminded",
		"Wed 09:00 bob@shop.example task-due",
		"Wed 14:00 mo@shop.example task-overdue",
	})
}

func TestATaskDoneInTime(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.task("Tue 13:00", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))
	same(t, "inbox", h.inbox, []string{"Mon 09:00 bob@shop.example task-assigned"})
	if !p.Now().Equal(shopTime(t, "Tue 13:00")) || !h.tasks[taskID].InTime {
		t.Errorf("the process ended at %s; %+v", p.Now(), h.tasks[taskID])
	}
}

func TestWhoeverTakesATaskHimselfIsNotTold(t *testing.T) {
	h := newHouse()
	due := shopTime(t, "11:30")
	p := newPlay(t, h, monday)
	p.task("10:30", hands(actor(h, "stf_mo"), h.staff("mo")))
	p.task("11:40", completes(actor(h, "stf_mo")))
	p.run(h.opens(t, actor(h, "stf_bob"), "bob", &due))
	same(t, "inbox", h.inbox, []string{"Mon 11:00 mo@shop.example task-reminded", "Mon 11:30 mo@shop.example task-due"})
}

func TestAHandedTaskIsToldToItsNewOwner(t *testing.T) {
	h := newHouse()
	due := shopTime(t, "11:30")
	p := newPlay(t, h, monday)
	p.task("11:10", hands(actor(h, "stf_bob"), h.staff("cai")))
	p.task("11:20", completes(actor(h, "stf_cai")))
	p.run(h.opens(t, staff.Process("lead"), "bob", &due))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example task-assigned",
		"Mon 11:00 bob@shop.example task-reminded",
		"Mon 11:10 cai@shop.example task-assigned", // and not of the reminder that the other let pass
	})
}

func TestAMovedDeadlineMovesTheReminders(t *testing.T) {
	h := newHouse()
	due := shopTime(t, "11:30")
	p := newPlay(t, h, monday)
	p.task("11:10", dates(actor(h, "stf_anna"), shopTime(t, "Tue 11:30")))
	p.task("Tue 11:40", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", &due))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example task-assigned",
		"Mon 11:00 bob@shop.example task-reminded",
		"Tue 09:50 bob@shop.example task-reminded",
		"Tue 11:30 bob@shop.example task-due",
	})
}

// A deadline at night is reminded of before it, in working time.
func TestADeadlineAtNight(t *testing.T) {
	h := newHouse()
	due := shopTime(t, "22:00")
	p := newPlay(t, h, monday)
	p.task("Tue 09:00", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_bob"), "bob", &due))
	same(t, "inbox", h.inbox,
		[]string{"Mon 16:00 bob@shop.example task-reminded", "Mon 17:30 bob@shop.example task-reminded"})
}

func TestWhoeverIsMentionedIsToldOnce(t *testing.T) {
	h := newHouse()
	bob2 := h.staff("bob")
	bob2.ID, bob2.Email = "stf_bob2", "bob2@shop.example"
	h.shop.Staff = append(h.shop.Staff, bob2)
	h.shop.Branches[0].Robot = &firm.Robot{Kind: firm.ChannelDingTalk, Name: "pudong"}
	p := newPlay(t, h, monday)
	p.task("09:10", mentions(actor(h, "stf_bob"), h.staff("anna"), h.staff("bob"), h.staff("cai")))
	p.task("09:20", mentions(actor(h, "stf_anna")))
	p.task("09:30", mentions(actor(h, "stf_anna"), h.staff("bob")))
	p.task("09:40", hands(actor(h, "stf_bob"), h.staff("bob2")))
	p.task("09:50", completes(actor(h, "stf_bob2")))
	p.run(h.opens(t, actor(h, "stf_bob"), "bob", nil))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:10 anna@shop.example task-mentioned", "Mon 09:10 pudong task-mentioned",
		"Mon 09:10 cai@shop.example task-mentioned", "Mon 09:10 pudong task-mentioned",
		"Mon 09:30 bob@shop.example task-mentioned", "Mon 09:30 pudong task-mentioned",
		"Mon 09:40 bob2@shop.example task-assigned", "Mon 09:40 pudong task-assigned",
	})
}

// A colleague who comments and closes the task in one breath, while the mail server is away, has still told somebody;
// reopening tells nobody twice.
func TestAMentionOutlivesItsTask(t *testing.T) {
	h := newHouse()
	away := 3
	h.server = func(m message.Message) Delivery {
		if away--; away >= 0 {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	first := newPlay(t, h, monday)
	first.task("09:10", mentions(actor(h, "stf_bob"), h.staff("anna")))
	first.task("09:10", completes(actor(h, "stf_bob")))
	first.run(h.opens(t, actor(h, "stf_bob"), "bob", nil))
	again := newPlay(t, h, shopTime(t, "11:00"))
	again.task("11:30", completes(actor(h, "stf_bob")))
	again.run(h.does(t, reopens(actor(h, "stf_bob"), h.staff("bob"))))
	same(t, "inbox", h.inbox, []string{"Mon 09:10 anna@shop.example task-mentioned"})
	if !again.Now().Equal(shopTime(t, "11:30")) {
		t.Errorf("the process ended at %s", again.Now())
	}
}

func TestAReopenedTaskIsAnotherRound(t *testing.T) {
	h := newHouse()
	first := newPlay(t, h, monday)
	first.task("09:10", completes(actor(h, "stf_bob")))
	first.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))

	again := newPlay(t, h, shopTime(t, "11:00"))
	e := h.does(t, reopens(actor(h, "stf_anna"), h.staff("bob")))
	if e.Progress.WorkflowID() != "task/"+taskID+"/2" || !e.Pending {
		t.Fatalf("event %+v", e)
	}
	again.task("11:30", completes(actor(h, "stf_bob")))
	again.run(e)
	same(t, "inbox", h.inbox,
		[]string{"Mon 09:00 bob@shop.example task-assigned", "Mon 11:00 bob@shop.example task-assigned"})
}

// What is away for a while is tried again, and a crash after the claim sends nothing twice.
func TestATaskWhileTheMailServerIsAway(t *testing.T) {
	h := newHouse()
	away := 2
	h.server = func(message.Message) Delivery {
		if away--; away >= 0 {
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		return Delivery{State: message.StateSent}
	}
	h.dies = once(sendAfterAccept, "1/soon")
	p := newPlay(t, h, monday)
	p.task("Tue 15:00", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))
	same(t, "inbox", h.inbox,
		[]string{"Mon 09:00 bob@shop.example task-assigned", "Tue 14:48 bob@shop.example task-reminded"})
	same(t, "ledger", h.states(), []string{"stf_bob 1/soon unknown", "stf_bob 1/tell sent"})
}

// A message about a task says whose log it belongs to, and lands on a desk when it stays unknown.
func TestTheLedgerOfATask(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.task("09:10", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))
	for _, m := range h.ledger {
		if m.Customer != taskID || m.Owner != "stf_bob" || m.Branch != "bra_1" ||
			!strings.HasPrefix(m.About, "task/"+taskID) {
			t.Errorf("%+v", m)
		}
	}
}

func TestANewPlanMovesTheReminders(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.task("10:00", func(tsk task.Task, terms setup.Terms, now time.Time) (task.Task, event.Event, error) {
		terms.Policy.Version, terms.Policy.Task.Due = 2, 2*3600
		terms.Ref = terms.Policy.Ref()
		return tsk.Replan(staff.Process("replan"), terms.Task(), now)
	})
	p.task("11:10", completes(actor(h, "stf_bob")))
	p.run(h.opens(t, actor(h, "stf_anna"), "bob", nil))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example task-assigned",
		"Mon 10:36 bob@shop.example task-reminded",
		"Mon 11:00 bob@shop.example task-due",
	})
}

// A customer wrote, and nobody answers: the owner hears of it, and again of what comes later, without another deadline.
// The standard's four working hours end at 14:00, with an hour of lunch between.
func TestACustomerWhoWaits(t *testing.T) {
	h := newHouse()
	p := newPlay(t, h, monday)
	p.task("10:00", func(tsk task.Task, _ setup.Terms, now time.Time) (task.Task, event.Event, error) {
		next, e, ok := tsk.Asked(staff.Process("touch"), task.Answer{Ask: task.Ask{ID: "tch_2", Kind: task.AskFile,
			At: now, Said: "cards.pdf"}}, now)
		if !ok {
			t.Error("it does not join")
		}
		return next, e, nil
	})
	p.task("Tue 10:00", func(tsk task.Task, _ setup.Terms, now time.Time) (task.Task, event.Event, error) {
		next, e, ok := tsk.Answered(actor(h, "stf_bob"), "tch_3", now, now)
		if !ok || !next.Closed() {
			t.Errorf("%+v", next)
		}
		return next, e, nil
	})
	p.run(h.owes(t, "bob"))
	same(t, "inbox", h.inbox, []string{
		"Mon 09:00 bob@shop.example task-answer",
		"Mon 10:00 bob@shop.example task-answer",
		"Mon 13:12 bob@shop.example task-answer-due",
		"Mon 14:00 bob@shop.example task-answer-due",
		"Tue 09:00 mo@shop.example task-answer-late",
	})
}

// owes opens a task to answer a customer and returns its event.
func (h *house) owes(t testing.TB, owner string) event.Event {
	t.Helper()
	tsk, e, err := task.NewAnswer(staff.Process("touch"), task.Answer{ID: taskID, Customer: "cus_1", Who: "Li Na",
		Ask: task.Ask{ID: "tch_1", Kind: task.AskLetter, At: h.now().UTC(), Said: "500 more?"}}, h.staff(owner),
		h.terms().Task(), h.now().UTC())
	if err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tasks[taskID], e.ID = tsk, "evt_1"
	return e
}
