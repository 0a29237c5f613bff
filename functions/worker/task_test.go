package worker

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/notify"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
)

// A task on the real tables and the real server: its owner is told, a comment names a colleague, who is told, and
// closing it ends its process.
func TestATaskIsFollowedUp(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	temporal := startTemporal(t)
	inbox := make(arrivals, 10)
	mail := &Mail{Sender: inbox, From: notify.Address{Email: "shop@shop.example"}, Log: slog.New(slog.DiscardHandler)}
	facts := b.OpenAs(t, "worker")
	work := workflows.Work{Lead: &workflows.LeadWork{},
		Task: &workflows.TaskWork{Tasks: facts, Ledger: facts, Mail: mail, Now: b.Clock.Now,
			URL: "https://shop.example/tasks/"},
		Shop: &workflows.ShopWork{Records: facts, Now: b.Clock.Now}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, temporal, work) }()
	client := workflows.NewClient(temporal)

	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	sales, _ := b.Shop.Person(seed.StaffID(3))
	emily, _ := b.Shop.Person(seed.StaffID(4))
	tsk, e, err := task.New(staff.Process("lead"),
		task.Draft{ID: task.ID(b.Clock.Now(), "lead_1/call"), Title: "<b>寄纸样</b>"}, sales, terms.Task(), b.Clock.Now())
	if err == nil {
		tsk, err = b.OpenTask(t.Context(), tsk, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, b, client)
	if m := inbox.next(t); m.To.Email != sales.Email || m.ReplyTo != "" ||
		!strings.Contains(m.Text, "https://shop.example/tasks/"+tsk.ID) || strings.Contains(m.HTML, "<b>寄") {
		t.Errorf("of the task %+v was told", m)
	}
	if _, err := b.NoteTask(t.Context(), tsk.ID, task.Note{Kind: task.NoteComment, By: sales.ID, Text: "请看"},
		func(k task.Task) (task.Task, event.Event, error) {
			return k.Comment(staff.ActorOf(sales), []staff.Staff{emily}, b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	handOver(t, b, client)
	if m := inbox.next(t); m.To.Email != emily.Email || strings.Contains(m.Text+m.HTML, "请看") {
		t.Errorf("of the comment %+v was told", m)
	}
	done, err := b.ChangeTask(t.Context(), tsk.ID, func(k task.Task) (task.Task, event.Event, error) {
		return k.Complete(staff.ActorOf(sales), false, b.Clock.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	handOver(t, b, client)
	if err := temporal.GetWorkflow(t.Context(), done.Progress().WorkflowID(), "").Get(t.Context(), nil); err != nil {
		t.Errorf("the process did not end well: %v", err)
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the worker ended with %v", err)
	}
}
