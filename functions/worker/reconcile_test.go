package worker

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/infra/operator"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
	"afterpress/workflows/census"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// crew is all that a worker does, on the tables of a bench and under its role.
func crew(t *testing.T, b *storetest.Bench, c client.Client, inbox notify.Sender) workflows.Work {
	t.Helper()
	runs, tokens := workflows.NewClient(c), token.NewTokens(storetest.Ring)
	runs.Probing = 2 * time.Second
	mail := &Mail{Sender: inbox, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler)}
	facts, site := b.OpenAs(t, "worker"), "https://shop.example"
	return workflows.Work{
		Lead: &workflows.LeadWork{Leads: facts, Ledger: facts, Mail: mail, Channels: runs, Now: b.Clock.Now,
			URL: site + "/leads/", Site: site, Tokens: tokens},
		Task: &workflows.TaskWork{Tasks: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now, URL: site + "/tasks/"},
		Complaint: &workflows.ComplaintWork{Complaints: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
			URL: site + "/complaints/", Site: site, Tokens: tokens},
		Hold: &workflows.HoldWork{Holds: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now, URL: site + "/holds/",
			Site: site, Tokens: tokens},
		Shop: &workflows.ShopWork{Records: facts, Runs: runs, Now: b.Clock.Now, Pace: time.Millisecond},
	}
}

// reconciled plays Reconcile on the real server, and says what it found and did.
func reconciled(t *testing.T, c client.Client) census.Tally {
	t.Helper()
	out, err := workflows.NewClient(c).Reconcile(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// waits waits until a process has done what was due and waits for the next rung's time.
func waits(t *testing.T, c client.Client, id string) {
	t.Helper()
	events := c.GetWorkflowHistory(t.Context(), id, "", true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		if e.EventType == enumspb.EVENT_TYPE_TIMER_STARTED {
			return
		}
	}
	t.Fatalf("%s has ended", id)
}

func takes(t *testing.T, inbox arrivals, n int) {
	t.Helper()
	for range n {
		inbox.next(t)
	}
}

// Terminated by hand, completed too early, never begun: the nightly run on the real server starts each anew, tells
// nobody twice, and leaves alone what goes on.
func TestTheNightlyRunStartsWhatIsGone(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	c := startTemporal(t)
	inbox := make(arrivals, 100)
	serve(t, c, crew(t, b, c, inbox))
	ids := map[string]string{}
	for _, fate := range []string{"goes on", "terminated", "completed", "never begun"} {
		l := enquire(t, b, seed.Shanghai, fmt.Sprintf("visitor%d@customer.example", len(ids)))
		ids[fate] = l.Progress().WorkflowID()
		if fate == "completed" {
			gone := l.Progress()
			gone.Closed = true
			run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: ids[fate], TaskQueue: "lead"},
				workflows.FollowUpLead, workflows.LadderInput{Progress: gone})
			if err == nil {
				err = run.Get(t.Context(), nil)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	pending, err := b.Pending(t.Context(), time.Now().Add(time.Hour), 10)
	if err != nil || len(pending) != 4 {
		t.Fatalf("%d events are pending, %v", len(pending), err)
	}
	hands := workflows.NewClient(c)
	for _, e := range pending {
		if id := e.Progress.WorkflowID(); id == ids["goes on"] || id == ids["terminated"] {
			if err := hands.Hand(t.Context(), e); err != nil {
				t.Fatal(err)
			}
			waits(t, c, id)
		}
	}
	takes(t, inbox, 4) // an acknowledgement and a notice of each
	if err := c.TerminateWorkflow(t.Context(), ids["terminated"], "", "a slip of the hand"); err != nil {
		t.Fatal(err)
	}

	over := stuck.Stuck{What: stuck.KindStep, Process: "lead", Record: "lead_gone", Round: 1, Step: "1/half"}
	if _, err := b.NoteStuck(t.Context(), over, false); err != nil {
		t.Fatal(err)
	}
	handle := c.ScheduleClient().GetHandle(t.Context(), "reconcile")
	made := described(t, handle, func(*client.ScheduleDescription) bool { return true })
	if at := made.Schedule.Spec.Calendars[0]; at.Hour[0].Start != 3 || at.Minute[0].Start != 40 ||
		made.Schedule.Spec.TimeZoneName != "Asia/Shanghai" {
		t.Errorf("the schedule: %+v", made.Schedule.Spec)
	}
	if err := handle.Trigger(t.Context(), client.ScheduleTriggerOptions{}); err != nil {
		t.Fatal(err)
	}
	made = described(t, handle, func(d *client.ScheduleDescription) bool { return len(d.Info.RecentActions) > 0 })
	run := made.Info.RecentActions[0].StartWorkflowResult
	var got census.Tally
	if err := c.GetWorkflow(t.Context(), run.WorkflowID, run.FirstExecutionRunID).Get(t.Context(), &got); err != nil {
		t.Fatal(err)
	}
	if want := (census.Tally{Open: 4, Running: 1, Started: 3}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if row, err := b.Stuck(t.Context(), stuck.IDOf(over)); err != nil || !row.Closed() {
		t.Errorf("what nobody asks for is still shown: %+v, %v", row, err)
	}
	for _, id := range ids {
		waits(t, c, id)
	}
	takes(t, inbox, 4) // of the two that nobody had followed up
	for _, e := range pending {
		if err := hands.Hand(t.Context(), e); err != nil {
			t.Errorf("an event after its process began again: %v", err)
		}
	}
	if got := reconciled(t, c); fmt.Sprint(got) != fmt.Sprint(census.Tally{Open: 4, Running: 4}) {
		t.Errorf("a second run: %+v", got)
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many", len(inbox))
	}
}

// restored is a bench whose tables hold what those of another held, as a restore makes them: under other names.
func restored(t *testing.T, from *storetest.Bench) *storetest.Bench {
	t.Helper()
	b := storetest.Empty(t)
	for _, name := range [][2]string{{from.Tables.Records, b.Tables.Records}, {from.Tables.Events, b.Tables.Events},
		{from.Tables.Messages, b.Tables.Messages}} {
		pages := dynamodb.NewScanPaginator(from.DB, &dynamodb.ScanInput{TableName: &name[0], ConsistentRead: aws.Bool(true)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page.Items {
				if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &name[1], Item: it}); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	b.Shop = from.Shop
	b.Clock.Set(from.Clock.Now())
	return b
}

// tended opens a task and a question beside the lead and the complaint of a bench, and gives the progress of all.
func tended(t *testing.T, b *complaintBench) []ladder.Progress {
	t.Helper()
	c := b.complaint()
	page, err := b.Pending(t.Context(), b.Clock.Now(), 100)
	if err != nil {
		t.Fatal(err)
	}
	out := []ladder.Progress{c.Progress()}
	for _, e := range page {
		if e.Progress != nil && e.Progress.Kind == "lead" {
			out = append(out, *e.Progress)
		}
	}
	sales, _ := b.Shop.Person(seed.StaffID(3))
	press, _ := b.Shop.Person(seed.StaffID(8))
	tsk, e, err := task.New(staff.Process("lead"),
		task.Draft{ID: task.ID(b.Clock.Now(), "lead_1/call"), Title: "寄纸样"}, sales, b.terms.Task(), b.Clock.Now())
	if err == nil {
		tsk, err = b.OpenTask(t.Context(), tsk, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	in := hold.Question{Job: "J-1", Question: "纸张偏黄，继续吗？", Choices: []string{"继续", "换纸"}}
	hld, e, err := hold.Ask(in, b.NewHoldID(), c.Customer, c.Contact, sales.ID, staff.ActorOf(press), b.terms.Hold(),
		b.Clock.Now())
	if err == nil {
		hld, err = b.OpenHold(t.Context(), hld, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return append(out, tsk.Progress(), hld.Progress())
}

// Tables restored under other names, and a Temporal that knows nothing: each open record is followed up again, and
// nobody is told twice. What was not handed over when the copy was made is handed over now. Marketing waits until the
// operator releases it.
func TestARestoredStoreIsFollowedUpAgain(t *testing.T) {
	b := newComplaintBench(t, form.Enquiry{Name: "Wang", Email: "wang@customer.example", Lang: words.En}, time.Now())
	was, inbox := startTemporal(t), make(arrivals, 100)
	serve(t, was, crew(t, b.Bench, was, inbox))
	open := tended(t, b)
	hand := func(b *storetest.Bench, c client.Client) (n int) {
		t.Helper()
		pending, err := b.Pending(t.Context(), time.Now().Add(time.Hour), 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range pending {
			var err error
			if e.Wakes { // else search alone hears it
				err = workflows.NewClient(c).Hand(t.Context(), e)
			}
			if err = errors.Join(err, b.Handed(t.Context(), e)); err != nil {
				t.Fatal(err)
			}
		}
		return len(pending)
	}
	hand(b.Bench, was)
	for _, p := range open {
		waits(t, was, p.WorkflowID())
	}
	told := len(inbox)
	takes(t, inbox, told)
	if told < 2*len(open)-1 { // the owner of the task alone hears of it
		t.Fatalf("%d messages about %d records", told, len(open))
	}
	late := enquire(t, b.Bench, seed.Shanghai, "late@customer.example") // not handed over

	after, now := restored(t, b.Bench), startTemporal(t)
	offer := message.Message{Person: b.complaint().Contact, Customer: b.complaint().Customer, About: "campaign/cam_1/1",
		Step: "offer", Channel: message.ChannelEmail, Branch: seed.Shanghai}
	markets := func(what string, want bool) {
		t.Helper()
		_, err := after.OpenAs(t, "worker").ClaimMessage(t.Context(), offer, message.PurposeMarketing)
		if waits := fault.KindOf(err) == fault.TooMany; err != nil && !waits || waits == want {
			t.Errorf("%s: %v", what, err)
		}
	}
	markets("as restored", false)
	serve(t, now, crew(t, after, now, inbox))
	got := reconciled(t, now)
	if want := (census.Tally{Open: 5, Started: 5}); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	takes(t, inbox, 2) // of the late one
	if n := hand(after, now); n != 1 {
		t.Errorf("%d events were pending", n)
	}
	for _, p := range append(slices.Clip(open), late.Progress()) {
		waits(t, now, p.WorkflowID())
	}
	if got := reconciled(t, now); fmt.Sprint(got) != fmt.Sprint(census.Tally{Open: 5, Running: 5}) {
		t.Errorf("a second run: %+v", got)
	}
	if len(inbox) > 0 {
		t.Errorf("%d messages too many, the first is %+v", len(inbox), inbox.next(t))
	}
	markets("reconciled", false)
	if err := after.SetRelease(t.Context(), true, operator.Actor); err != nil {
		t.Fatal(err)
	}
	markets("released", true)
	if l, err := after.Lead(t.Context(), late.ID); err != nil || l.State != lead.StateAssigned {
		t.Errorf("the late lead is %s, %v", l.State, err)
	}
}
