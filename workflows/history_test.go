package workflows

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/draw"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/proof"
	"afterpress/shared/crm/retention"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/workflows/dial"
	"afterpress/workflows/ending"
	"afterpress/workflows/notice"
	"afterpress/workflows/raffle"
	"afterpress/workflows/scan"

	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
)

// To record what has no history yet of the loop of today: go test ./workflows -run Histories -record <absolute path of
// the temporal binary>, then, in testdata/histories, sha256sum the new files into SHA256SUMS.
var record = flag.String("record", "",
	"path of the temporal binary, to play the histories on a real server and record them")

// reply is what a person does some time after a message was sent.
type reply struct {
	after time.Duration
	do    command
}

// histories are short lives of a lead. The first contact is due after 4 s, the next person follows 2 s later. Each
// reply stands under the step of the message that it follows.
var histories = map[string]struct {
	enquiry form.Enquiry
	away    int // the mail server refuses so many times first
	replies func(*house) map[string]reply
}{
	"contacted-in-time": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{"1/tell": {time.Second, sells(actor(h, "stf_bob"), customer.OutcomeInterested)}}
	}},
	"reminded-and-contacted": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{"1/half": {time.Second, sells(actor(h, "stf_bob"), customer.OutcomeInterested)}}
	}},
	"pooled-claimed-and-contacted": {form.Enquiry{Phone: "+8613800138000"}, 0, func(h *house) map[string]reply {
		return map[string]reply{
			"3/pooled": {time.Second, claims(actor(h, "stf_anna"))},
			"4/half":   {time.Second, sells(actor(h, "stf_anna"), customer.OutcomeQuote)},
		}
	}},
	"recycled-and-lost": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{
			"1/half":   {time.Second, recycles(actor(h, "stf_bob"))},
			"1/pooled": {time.Second, loses(actor(h, "stf_mo"))},
		}
	}},
	"replanned-and-contacted": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{
			"1/tell": {time.Second, func(l lead.Lead, terms setup.Terms, now time.Time) (lead.Lead, event.Event, error) {
				terms.Policy.Version, terms.Policy.Lead.FirstContact = 2, 8
				terms.Ref = terms.Policy.Ref()
				return l.Replan(terms.Lead(), now)
			}},
			"1/half": {time.Second, sells(actor(h, "stf_bob"), customer.OutcomeInterested)},
		}
	}},
	"a-step-that-waits": {byEmail, 0, func(h *house) map[string]reply {
		h.refuses = func(m message.Message) error {
			if m.Step == "acknowledge" {
				return fault.Fail(fault.Refused, "不行", "no")
			}
			return nil
		}
		return map[string]reply{"1/tell": {time.Second, loses(actor(h, "stf_mo"))}}
	}},
	"mail-server-away": {byEmail, 2, func(h *house) map[string]reply {
		return map[string]reply{"acknowledge": {time.Second, loses(actor(h, "stf_mo"))}}
	}},
	"a-step-that-is-tried-again": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{
			"1/tell":      {time.Second, decides(h, event.StuckRetried, "acknowledge")},
			"acknowledge": {time.Second, loses(actor(h, "stf_mo"))},
		}
	}},
	"a-step-that-is-left-out": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{
			"1/tell": {time.Second, decides(h, event.StuckSkipped, "acknowledge")},
			"1/half": {time.Second, loses(actor(h, "stf_mo"))},
		}
	}},
	"a-record-that-is-read-again": {byEmail, 0, func(h *house) map[string]reply {
		return map[string]reply{"1/tell": {time.Second, func(l lead.Lead, terms setup.Terms,
			now time.Time) (lead.Lead, event.Event, error) {
			l, _, err := assigns(actor(h, "stf_mo"), h.staff("anna"))(l, terms, now) // whose event gets lost
			if err != nil {
				return l, event.Event{}, err
			}
			unread := true
			h.reads = func() error {
				if unread {
					unread = false
					return fault.Fail(fault.Refused, "不行", "no")
				}
				return nil
			}
			l, last, err := loses(actor(h, "stf_mo"))(l, terms, now)
			last.Progress.Closed, last.Progress.Rungs = false, nil // as one after a gap: only the record says where it is
			return l, last, err
		}}}
	}},
}

// decides is a person's word on a step of the lead: until it is spoken, the ledger refuses the step's message.
func decides(h *house, kind event.Type, step string) command {
	h.refuses = func(m message.Message) error {
		if m.Step == step {
			return fault.Fail(fault.Refused, "不行", "no")
		}
		return nil
	}
	return func(l lead.Lead, _ setup.Terms, _ time.Time) (lead.Lead, event.Event, error) {
		h.refuses = nil
		return l, decided(kind, step), nil
	}
}

// Running workflows are a public interface: what changes their steps breaks these.
func TestHistories(t *testing.T) {
	for name := range histories {
		t.Run(name, func(t *testing.T) {
			if *record != "" {
				recordHistory(t, name, playLead)
			}
			replay(t, name)
		})
	}
}

// replay replays what was recorded of a life: by the loop of today, and by the one before.
func replay(t *testing.T, name string) {
	t.Helper()
	found := historiesOf(name)
	for _, file := range found {
		replayer := worker.NewWorkflowReplayer()
		registerWorkflows(replayer)
		if err := replayer.ReplayWorkflowHistory(nil, readHistory(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
	if len(found) == 0 {
		t.Errorf("of %s nothing was recorded", name)
	}
}

// The same for what concerns many records: two pages of each, begun as it begins in the shop.
func TestHistoriesOfTheShop(t *testing.T) {
	for name, begin := range map[string]func(*testing.T, context.Context, client.Client, *registry) (id string){
		"aged": func(t *testing.T, ctx context.Context, c client.Client, r *registry) string {
			r.people(100, "bra_1", time.Now().AddDate(-1, 0, 0))
			r.people(1, "bra_2", time.Now().AddDate(-1, 0, 0))
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "age"}, AgeCustomers, AgePage{})
			if err != nil {
				t.Fatal(err)
			}
			return run.GetID()
		},
		"ended": func(t *testing.T, ctx context.Context, c client.Client, _ *registry) string {
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "end"}, ending.EndRecords,
				ending.Page{})
			if err != nil {
				t.Fatal(err)
			}
			return run.GetID()
		},
		"replanned": func(t *testing.T, ctx context.Context, c client.Client, r *registry) string {
			r.enquiries(t, 100)
			change := r.rules(slower)
			hands := NewClient(c)
			hands.Settling = time.Second
			for range 2 {
				if err := hands.Hand(ctx,
					event.Event{ID: "evt_1", Type: event.PolicyChanged, Record: change.ID, Seq: change.Version,
						Wakes: true}); err != nil {
					t.Fatal(err)
				}
			}
			return change.WorkflowID()
		},
		"replanned-after-one-was-left": func(t *testing.T, ctx context.Context, c client.Client, r *registry) string {
			r.enquiries(t, 1)
			r.reads = func() error {
				r.reads = nil
				return fault.Fail(fault.Refused, "不行", "no")
			}
			change := r.rules(slower)
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "replan", ID: change.WorkflowID()},
				Replan, ReplanPage{Change: change})
			if err != nil {
				t.Fatal(err)
			}
			return run.GetID()
		},
		"channel-away-and-back": func(t *testing.T, ctx context.Context, c client.Client, _ *registry) string {
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "channel"}, WatchChannel,
				Held{Channel: message.ChannelEmail, Workflows: []string{"lead/lead_1/1", "lead/lead_2/1"}, Batch: 1, Tries: 1,
					Probing: time.Second})
			if err != nil {
				t.Fatal(err)
			}
			if err := c.SignalWorkflow(ctx, run.GetID(), "", WaitSignal, "lead/lead_3/1"); err != nil {
				t.Fatal(err)
			}
			return run.GetID()
		},
		"noticed": func(t *testing.T, ctx context.Context, c client.Client, r *registry) string {
			for _, id := range []string{"stf_o", "stf_p"} {
				r.shop.Staff = append(r.shop.Staff, staff.Staff{ID: id, Version: 2, Name: id, Email: id + "@shop.example",
					Lang: words.Zh, Roles: []staff.Role{staff.Owner}, Branches: []string{"bra_1"}})
			}
			e := event.Event{ID: "evt_1", Type: event.StaffChanged, V: event.Layout, Customer: "staff/stf_o", Record: "stf_o",
				Seq: 2, At: time.Now(), Branch: "bra_1", Cause: "stf_p", Data: map[string]string{"changed": "email"}, Wakes: true}
			for range 2 {
				if err := NewClient(c).Hand(ctx, e); err != nil {
					t.Fatal(err)
				}
			}
			return notice.About(e)
		},
		"scanned": func(t *testing.T, ctx context.Context, c client.Client, _ *registry) string {
			e := event.Event{ID: "evt_1", Type: event.ArtworkReceived, V: event.Layout, Customer: "cus_1", Record: "cmp_1",
				Seq: 2, At: time.Now(), Branch: "bra_1", Data: map[string]string{"of": "cmp_1", "artwork": "art_1"}, Wakes: true}
			for range 2 {
				if err := NewClient(c).Hand(ctx, e); err != nil {
					t.Fatal(err)
				}
			}
			return scan.About(scan.File{Of: "cmp_1", ID: "art_1"})
		},
		"drawn": func(t *testing.T, ctx context.Context, c client.Client, _ *registry) string {
			e := event.Event{ID: "evt_1", Type: event.FormOpened, V: event.Layout, Customer: "form/gift", Record: "gift",
				Seq: 1, At: time.Now(), Branch: "bra_1", Wakes: true}
			for range 2 {
				if err := NewClient(c).Hand(ctx, e); err != nil {
					t.Fatal(err)
				}
			}
			return raffle.About(raffle.Form{ID: "gift", Version: 1})
		},
		"reconciled": func(t *testing.T, ctx context.Context, c client.Client, r *registry) string {
			r.enquiries(t, 100)
			run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{TaskQueue: "reconcile"}, Reconcile,
				ReconcilePage{})
			if err != nil {
				t.Fatal(err)
			}
			return run.GetID()
		},
	} {
		t.Run(name, func(t *testing.T) {
			if *record != "" {
				ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
				defer cancel()
				c, r := startServer(t, ctx), newRegistry()
				r.now = time.Now
				r.shop.Branches = append(r.shop.Branches, r.shop.Branches[0])
				r.shop.Branches[1].ID = "bra_2"
				for _, queue := range []string{"age", "end", "replan", "reconcile", "channel", notice.Kind, scan.Kind,
					raffle.Kind} {
					w := worker.New(c, queue, worker.Options{})
					Register(w, Work{Lead: r.work(), Shop: &ShopWork{Records: r, Now: time.Now,
						Runs: &overseer{runs: map[string]ladder.Run{}}},
						Notice: &notice.Work{Store: noticing{r}, Post: &awayOnce{}, Now: time.Now},
						Ending: &ending.Work{Store: attic{r}, Now: time.Now}, Scan: &scan.Work{Store: &lateTag{}},
						Raffle: &raffle.Work{Store: &urn{closes: time.Now().Add(2*time.Second - draw.Settling)}, Now: time.Now}})
					if err := w.Start(); err != nil {
						t.Fatal(err)
					}
					t.Cleanup(w.Stop)
				}
				writeHistory(t, ctx, c, name, begin(t, ctx, c, r))
			}
			replay(t, name)
		})
	}
}

// noticing is a registry of which nobody is asked for a code.
type noticing struct{ *registry }

func (noticing) Code(context.Context, string, identity.ClaimKind) (proof.Code, error) {
	return proof.Code{}, nil
}

func (noticing) Contact(context.Context, string) (customer.Contact, error) {
	return customer.Contact{}, nil
}

// attic is a registry with a hundred lost leads, all of which may end, and one more.
type attic struct{ *registry }

func (attic) OnClosed(_ context.Context, kind, _, _, after string, _ time.Time, limit int) (ids []string, next string,
	err error) {
	switch {
	case kind != "lead":
		return nil, "", nil
	case after == "":
		return slices.Repeat([]string{"lead_1"}, limit), "lead_1", nil
	}
	return []string{"lead_2"}, "", nil
}

func (attic) OnSubmissions(context.Context, string, string, string, time.Time, int) ([]string, string, error) {
	return nil, "", nil
}

func (attic) EndRecord(context.Context, string, string, retention.Policy) (bool, error) {
	return true, nil
}

// lateTag is a store that does not answer at first; the tag of its file comes after two looks.
type lateTag struct{ asked atomic.Int64 }

func (l *lateTag) JudgeArtwork(context.Context, string, string) (time.Duration, error) {
	switch l.asked.Add(1) {
	case 1:
		return 0, errors.New("the store is busy")
	case 2:
		return time.Second, nil
	}
	return 0, nil
}

// awayOnce does not take the first message.
type awayOnce struct{ tried atomic.Bool }

func (a *awayOnce) Send(context.Context, message.Message, notice.Reader, map[string]string) (time.Duration, error) {
	if a.tried.Swap(true) {
		return 0, nil
	}
	return time.Second, errors.New("the mail server is away")
}

// What a lead costs in Temporal's actions: the start with its signal is one, and each activity, timer and further
// signal. Being planned anew costs it two more: the signal, and the timer of the next rung.
func TestEconomics(t *testing.T) {
	for name, c := range map[string]struct{ budget, events int }{
		"contacted-in-time": {4, 2}, "reminded-and-contacted": {6, 2}, "replanned-and-contacted": {8, 3},
		"aged": {3, 0}, "ended": {4, 0}, "replanned": {3, 0}, "reconciled": {3, 0},
	} {
		actions, signals := count(t, name)
		if actions != c.budget {
			t.Errorf("%s costs %d actions, the budget is %d", name, actions, c.budget)
		}
		if signals != c.events { // each event was handed over twice
			t.Errorf("%s has %d signals for %d events", name, signals, c.events)
		}
	}
}

// count counts what is paid in a history. A start by a signal is paid with the signal.
func count(t *testing.T, name string) (actions, signals int) {
	t.Helper()
	for _, e := range readHistory(t, historiesOf(name)[0]).Events {
		switch e.EventType {
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			signals++
			actions++
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, enumspb.EVENT_TYPE_TIMER_STARTED:
			actions++
		}
	}
	if signals == 0 {
		actions++
	}
	return actions, signals
}

// historyFile is where a history of the loop of today is kept. Those of the loop before stand one folder above.
func historyFile(name string) string {
	return filepath.Join("testdata", "histories", fmt.Sprintf("loop-%d", version), name+".json")
}

// historiesOf are the files of a life, the newest first.
func historiesOf(name string) (files []string) {
	for _, file := range []string{historyFile(name), filepath.Join("testdata", "histories", name+".json")} {
		if _, err := os.Stat(file); err == nil {
			files = append(files, file)
		}
	}
	return files
}

func readHistory(t *testing.T, file string) *historypb.History {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	history, err := client.HistoryFromJSON(bytes.NewReader(text), client.HistoryJSONOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return history
}

// recordHistory plays one life on a server of its own and writes down what happened.
func recordHistory(t *testing.T, name string, play player) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := startServer(t, ctx)
	first := play(t, ctx, name, NewClient(c), func(queue string, h *house) {
		w := worker.New(c, fmt.Sprintf("%s-%d", queue, version), worker.Options{})
		Register(w, Work{Lead: h.work(), Task: h.taskWork(), Complaint: h.complaintWork(), Hold: h.holdWork(),
			Erase: h.erases, Shop: &ShopWork{}})
		if err := w.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(w.Stop)
	})
	writeHistory(t, ctx, c, name, first.Progress.WorkflowID())
}

func startServer(t *testing.T, ctx context.Context) client.Client {
	server, err := testsuite.StartDevServer(ctx, testsuite.DevServerOptions{
		ExistingPath: *record, LogLevel: "error",
		ClientOptions: &client.Options{
			Identity:          "recorder",
			ConnectionOptions: client.ConnectionOptions{DialOptions: []grpc.DialOption{grpc.WithChainUnaryInterceptor(dial.NameRequest)}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	c := server.Client()
	t.Cleanup(func() {
		c.Close()
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// writeHistory waits for a workflow's end and writes its history down.
func writeHistory(t *testing.T, ctx context.Context, c client.Client, name, id string) {
	if err := c.GetWorkflow(ctx, id, "").Get(ctx, nil); err != nil {
		t.Fatal(err)
	}
	keepHistory(t, name, readRun(t, c, id, ""))
}

// readRun reads the history of one run; "" is the latest.
func readRun(t *testing.T, c client.Client, id, run string) *historypb.History {
	t.Helper()
	var history historypb.History
	for events := c.GetWorkflowHistory(t.Context(), id, run, false,
		enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		e, err := events.Next()
		if err != nil {
			t.Fatal(err)
		}
		history.Events = append(history.Events, e)
	}
	return &history
}

// keepHistory writes a history down. One that is there stays as it is.
func keepHistory(t *testing.T, name string, history *historypb.History) {
	t.Helper()
	text, err := protojson.MarshalOptions{Indent: " "}.Marshal(history)
	if err != nil {
		t.Fatal(err)
	}
	if host, err := os.Hostname(); err == nil {
		text = bytes.ReplaceAll(text, []byte(host), []byte("recorder")) // the names of sticky queues hold it
	}
	if _, err := os.Stat(historyFile(name)); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(historyFile(name)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(historyFile(name), text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// player plays one life and gives its first event; start starts a worker of the queue on a house.
type player func(t *testing.T, ctx context.Context, name string, c *Client,
	start func(queue string, h *house)) event.Event

// livelyHouse is a house of the real time, open day and night.
func livelyHouse() *house {
	h := newHouse()
	h.now = time.Now
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		h.shop.Calendars[0].Week[day] = []calendar.Window{{From: "00:00", To: "24:00"}}
	}
	return h
}

// handTwice hands an event over as a sweep does that meets the stream.
func handTwice(t *testing.T, ctx context.Context, c *Client, e event.Event) {
	for range 2 {
		if err := c.Hand(ctx, e); err != nil {
			t.Fatal(err)
		}
	}
}

// playLead runs a worker while the story of one lead is played. It ends once the last reply was given.
func playLead(t *testing.T, ctx context.Context, name string, c *Client,
	start func(queue string, h *house)) event.Event {
	h := livelyHouse()
	l := &h.shop.Policies[0].Lead
	l.FirstContact, l.Pool = 4, 60
	for i := range l.Ladder {
		l.Ladder[i].Plus /= 15 * 60
	}
	life := histories[name]
	replies, steps, away := life.replies(h), make(chan string, 100), life.away
	h.server = func(m message.Message) Delivery {
		if m.Person == "con_1" && away > 0 {
			away--
			return Delivery{State: message.StateQueued, Reason: "connection"}
		}
		steps <- m.Step
		return Delivery{State: message.StateSent}
	}
	start("lead", h)
	first := h.capture(t, life.enquiry)
	handTwice(t, ctx, c, first)
	for len(replies) > 0 {
		select {
		case step := <-steps:
			if r, ok := replies[step]; ok {
				delete(replies, step)
				<-time.After(r.after)
				handTwice(t, ctx, c, h.act(t, r.do))
			}
		case <-ctx.Done():
			t.Fatal(ctx.Err())
		}
	}
	return first
}
