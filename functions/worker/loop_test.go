package worker

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// gives hands the lead to a sales person of Shanghai, on the real tables and to its process.
func gives(t *testing.T, b *storetest.Bench, c client.Client, l lead.Lead, to string) {
	t.Helper()
	person, _ := b.Shop.Person(to)
	order(t, b, l, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(by, person, terms.Lead(), b.Clock.Now())
	})
	handOver(t, b, workflows.NewClient(c))
}

// A process that failed, or that somebody stopped, begins again with the next event on the real server. One that came
// to its end does not.
func TestWhatStoppedBeginsAgainWithTheNextEvent(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c, inbox := startTemporal(t), make(arrivals, 100)
	serve(t, c, crew(t, b, c, inbox))
	for i, fate := range []string{"terminated", "cancelled", "failed", "completed"} {
		l := enquire(t, b, seed.Shanghai, fmt.Sprintf("visitor%d@customer.example", i))
		id, run := l.Progress().WorkflowID(), ""
		if fate == "failed" || fate == "completed" {
			var in any = "what it cannot read"
			if gone := l.Progress(); fate == "completed" {
				gone.Closed = true
				in = workflows.LadderInput{Progress: gone}
			}
			begun, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "lead"},
				"FollowUpLead", in)
			if err != nil {
				t.Fatal(err)
			}
			if err := begun.Get(t.Context(), nil); (err != nil) != (fate == "failed") {
				t.Fatalf("%s: it ended with %v", fate, err)
			}
			run = begun.GetRunID()
			handOver(t, b, workflows.NewClient(c))
		} else {
			handOver(t, b, workflows.NewClient(c))
			waits(t, c, id)
			takes(t, inbox, 2)
			run = stopped(t, c, id, fate)
			gives(t, b, c, l, seed.StaffID(3))
		}
		found, err := c.DescribeWorkflowExecution(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		info := found.GetWorkflowExecutionInfo()
		again := info.GetExecution().GetRunId() != run && info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
		if again != (fate != "completed") {
			t.Errorf("%s: begun again %v, %s", fate, again, info.GetStatus())
		}
		if again {
			waits(t, c, id)
			inbox.next(t) // whom the event concerns hears of it
		}
		if fate == "failed" {
			inbox.next(t) // and who asked
		}
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many", len(inbox))
	}
}

// stopped stops the process and names the run that it was.
func stopped(t *testing.T, c client.Client, id, fate string) (run string) {
	t.Helper()
	found, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	run = found.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	if fate == "terminated" {
		err = c.TerminateWorkflow(t.Context(), id, run, "a slip of the hand")
	} else {
		err = c.CancelWorkflow(t.Context(), id, run)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := c.GetWorkflow(t.Context(), id, run).Get(t.Context(), nil); err == nil {
		t.Fatalf("%s: it ended well", fate)
	}
	return run
}

// An open run of the loop before, as an earlier release began it, goes on by that of today at an operator's word.
// Nobody is told twice, and the next event is heard.
func TestAnOpenRunIsRenewed(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c, inbox := startTemporal(t), make(arrivals, 100)
	serve(t, c, crew(t, b, c, inbox))
	l := enquire(t, b, seed.Shanghai, "wang@customer.example")
	id := l.Progress().WorkflowID()
	old, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: "lead"}, "FollowUpLead",
		workflows.LadderInput{Progress: l.Progress()})
	if err != nil {
		t.Fatal(err)
	}
	waits(t, c, id)
	takes(t, inbox, 2)
	hands := workflows.NewClient(c)
	found, err := hands.Reconcile(t.Context(), true)
	if err != nil || found.Renewed != 1 || found.Running != 1 {
		t.Fatalf("%+v, %v", found, err)
	}
	begun := runsOn(t, c, id, old.GetRunID())
	waits(t, c, id)
	handOver(t, b, hands) // of the enquiry: no news
	gives(t, b, c, l, seed.StaffID(3))
	inbox.next(t)
	if found, err = hands.Reconcile(t.Context(), true); err != nil || found.Renewed != 1 {
		t.Errorf("%+v, %v", found, err)
	}
	gives(t, b, c, l, seed.StaffID(4))
	inbox.next(t)
	if still := current(t, c, id); still != begun {
		t.Errorf("a run of the loop of today was renewed")
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many", len(inbox))
	}
}

// runsOn waits until the workflow has gone on from a run, and names the run that followed.
func runsOn(t *testing.T, c client.Client, id, run string) (next string) {
	t.Helper()
	end := c.GetWorkflowHistory(t.Context(), id, run, true, enumspb.HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT)
	e, err := end.Next()
	if err != nil {
		t.Fatal(err)
	}
	next = e.GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
	if next == "" {
		t.Fatalf("%s ended with %s", id, e.EventType)
	}
	return next
}

// current is the latest run of a workflow.
func current(t *testing.T, c client.Client, id string) (run string) {
	t.Helper()
	found, err := c.DescribeWorkflowExecution(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return found.GetWorkflowExecutionInfo().GetExecution().GetRunId()
}

// Tables restored while Temporal lost nothing: a process that knows later versions reads its record again, and hears of
// the next change, though it has heard that version before.
func TestARestoredStoreWithTheSameTemporal(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c, inbox := startTemporal(t), make(arrivals, 100)
	stop := serve(t, c, crew(t, b, c, inbox))
	told, untold := enquire(t, b, seed.Shanghai, "told@customer.example"), lead.Lead{}
	handOver(t, b, workflows.NewClient(c))
	waits(t, c, told.Progress().WorkflowID())
	untold = enquire(t, b, seed.Shanghai, "untold@customer.example")
	handOver(t, b, workflows.NewClient(c))
	waits(t, c, untold.Progress().WorkflowID())
	takes(t, inbox, 4)
	after := restored(t, b)
	for _, l := range []lead.Lead{told, untold} {
		for _, person := range []int{3, 4} {
			gives(t, b, c, l, seed.StaffID(person))
			inbox.next(t)
		}
	}
	stop()

	work, hands := crew(t, after, c, inbox), workflows.NewClient(c)
	hands.Epoch = 1
	work.Shop.Runs = hands
	serve(t, c, work)
	person, _ := after.Shop.Person(seed.StaffID(4))
	order(t, after, told, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(by, person, terms.Lead(), after.Clock.Now())
	})
	handOver(t, after, hands) // before anybody renews
	if m := inbox.next(t); m.To.Email != person.Email {
		t.Errorf("%s was told", m.To.Email)
	}
	run := current(t, c, untold.Progress().WorkflowID())
	if found, err := hands.Reconcile(t.Context(), true); err != nil || found.Renewed != 2 {
		t.Fatalf("%+v, %v", found, err)
	}
	runsOn(t, c, untold.Progress().WorkflowID(), run)
	order(t, after, untold, func(l lead.Lead, by staff.Actor, terms setup.Terms) (lead.Lead, event.Event, error) {
		return l.Assign(by, person, terms.Lead(), after.Clock.Now())
	})
	handOver(t, after, hands)
	if m := inbox.next(t); m.To.Email != person.Email {
		t.Errorf("%s was told", m.To.Email)
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many", len(inbox))
	}
}

// server is a mail server that is away at times.
type server struct {
	arrivals
	away  atomic.Bool
	tried chan struct{} // one for each message that it did not take
}

func (s *server) Send(ctx context.Context, m notify.Message) (string, error) {
	if s.away.Load() {
		s.tried <- struct{}{}
		return "", &notify.Error{Kind: notify.NotSent, Code: "connection"}
	}
	return s.arrivals.Send(ctx, m)
}

// While the mail server is away nobody tries it but one message now and then. Once it is back everything leaves, once,
// and nobody watches it any more.
func TestMessagesWaitForTheirChannel(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c := startTemporal(t)
	mails := &server{arrivals: make(arrivals, 100), tried: make(chan struct{}, 100)}
	mails.away.Store(true)
	serve(t, c, crew(t, b, c, mails))
	var ids []string
	for i := range 3 {
		l := enquire(t, b, seed.Shanghai, fmt.Sprintf("visitor%d@customer.example", i))
		handOver(t, b, workflows.NewClient(c))
		ids = append(ids, l.Progress().WorkflowID())
	}
	for range 2 * len(ids) { // who asked, and the owner
		<-mails.tried
	}
	for _, id := range ids {
		waits(t, c, id)
	}
	mails.away.Store(false)
	takes(t, mails.arrivals, 2*len(ids))
	if err := c.GetWorkflow(t.Context(), "channel/email", "").Get(t.Context(), nil); err != nil {
		t.Error(err)
	}
	calls := 0
	for _, id := range ids {
		events := c.GetWorkflowHistory(t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
		for events.HasNext() {
			e, err := events.Next()
			if err != nil {
				t.Fatal(err)
			}
			if e.EventType == enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED {
				calls++
			}
		}
	}
	if most := 2*len(ids) + len(mails.tried); calls > most || len(mails.arrivals) > 0 {
		t.Errorf("%d calls, at most %d; %d messages too many", calls, most, len(mails.arrivals))
	}
}
