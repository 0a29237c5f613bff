package worker

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/engine/enginetest"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/erase"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
	"afterpress/workflows/dial"

	enumspb "go.temporal.io/api/enums/v1"
	"google.golang.org/protobuf/proto"
)

// handAll does what functions/stream does, for all that is pending.
func handAll(t *testing.T, b *storetest.Bench, c *workflows.Client) {
	t.Helper()
	pending, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 100)
	for _, e := range pending {
		if err == nil && e.Wakes {
			err = c.Hand(t.Context(), e)
		}
		if err == nil {
			err = b.Handed(t.Context(), e)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A person is erased on the real tables and the real server, under the worker's role. Neither a history nor the log has
// a canary, and the process of their enquiry finds nothing more to do.
func TestAPersonIsErased(t *testing.T) {
	b := storetest.NewWithFiles(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	var log bytes.Buffer
	c, err := dial.Connect(dial.Server{Address: enginetest.Temporal(t), Namespace: enginetest.Namespace, Plain: true},
		slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	inbox := make(arrivals, 10)
	work := crew(t, b, c, inbox)
	work.Erase = &workflows.EraseWork{Erases: b.OpenAs(t, "worker"), Now: b.Clock.Now}
	stop := serve(t, c, work)
	canaries := []string{"Kanarie01qz", "Kanarie02qz", "kanarie03qz@voliere.example", "13900008888", "Kanarie04qz"}
	_, terms, err := b.Terms(t.Context(), seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.Capture(t.Context(), lead.Capture{Enquiry: form.Enquiry{Name: canaries[0], Message: canaries[1],
		Email: canaries[2], Phone: "+8613900008888", Lang: words.En}, Source: form.SourceWeb, Terms: terms.Lead(),
		Life: terms.Policy.Life, By: staff.Visitor}, nil)
	if err != nil {
		t.Fatal(err)
	}
	sales, _ := b.Shop.Person(seed.StaffID(3))
	k, e, err := task.New(staff.Process("lead"), task.Draft{ID: b.NewTaskID(), Title: canaries[4], Customer: l.Customer},
		sales, terms.Task(), b.Clock.Now())
	if err == nil {
		_, err = b.OpenAs(t, "worker").OpenTask(t.Context(), k, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	hands := workflows.NewClient(c)
	handAll(t, b, hands)
	takes(t, inbox, 3) // who asked, the owner of the lead, and the one of the task

	soon := terms.Erase()
	soon.Policy = erase.Policy{Done: 1} // it cannot be taken back, so it begins at once
	id := erase.IDOf(l.ContactID)
	asked, err := b.AskErase(t.Context(), id, func(was erase.Erase) (erase.Erase, event.Event, error) {
		who, err := b.Contact(t.Context(), l.ContactID)
		if err != nil {
			return was, event.Event{}, err
		}
		return was.Ask(staff.Actor{ID: seed.StaffID(2)}, who, l.Branch, erase.ReasonRequest, soon, b.Clock.Now())
	})
	if err == nil {
		_, err = b.SettleErase(t.Context(), asked.ID,
			func(e erase.Erase, who customer.Contact, of customer.Customer) (erase.Settled, error) {
				return e.Confirm(staff.Actor{ID: seed.StaffID(1)}, who, of, soon, b.Clock.Now())
			})
	}
	if err != nil {
		t.Fatal(err)
	}
	handAll(t, b, hands)
	if err := c.GetWorkflow(t.Context(), asked.Progress().WorkflowID(), "").Get(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	stop()
	done, err := b.Erase(t.Context(), asked.ID)
	if err != nil || done.State != erase.StateDone {
		t.Errorf("%+v, %v", done, err)
	}
	if over, err := b.Lead(t.Context(), l.ID); err != nil || !over.Progress().Over(func(string) bool { return false }) {
		t.Errorf("the process of the lead goes on: %+v, %v", over.Progress(), err)
	}
	histories := ""
	for _, id := range []string{l.Progress().WorkflowID(), k.Progress().WorkflowID(), asked.Progress().WorkflowID()} {
		events := 0
		for h := c.GetWorkflowHistory(t.Context(), id, "", false,
			enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); h.HasNext(); {
			e, err := h.Next()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := proto.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			histories, events = histories+string(raw), events+1
		}
		if events < 5 {
			t.Errorf("%s has a history of %d events", id, events)
		}
	}
	items := strings.Join(b.Items(t), "\n")
	for _, canary := range canaries {
		for where, text := range map[string]string{"a history": histories, "the log": log.String(), "the tables": items} {
			if strings.Contains(text, canary) {
				t.Errorf("%s has %s", where, canary)
			}
		}
	}
	if !strings.Contains(histories, l.ID) {
		t.Error("the histories cannot be read")
	}
}
