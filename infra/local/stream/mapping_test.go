package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	handing "afterpress/functions/stream"
	"afterpress/infra/local/sam"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	facts "afterpress/shared/store/table"
)

// outbox are the tables of the template on a real engine, and its event source.
type outbox struct {
	*table
	*facts.Table
	source  sam.StreamSource
	ids     int
	now     time.Time
	pending []string // events that are to reach the function, in their order
	waking  []string // those of them that a process hears
}

func openOutbox(t *testing.T) *outbox {
	t.Helper()
	template, err := sam.Load(filepath.Join("..", "..", "..", "template.yaml"),
		map[string]string{"TemporalAddress": "temporal:7233", "SenderAddress": "shop@shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	b := &outbox{table: open(t), source: template.Streams[0], now: time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)}
	for _, described := range template.Tables {
		in := described.CreateInput()
		in.TableName = aws.String("the-" + *in.TableName)
		made, err := b.db.CreateTable(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if described.ID == b.source.Table {
			b.arn = aws.ToString(made.TableDescription.LatestStreamArn)
		}
	}
	b.Table, err = facts.New(facts.Config{DB: b.db, Now: func() time.Time { return b.now },
		Tables: facts.Tables{Records: "the-Records", Events: "the-Events", Messages: "the-Messages"},
		NewID: func(prefix string) string {
			b.ids++
			return fmt.Sprintf("%s_%04d", prefix, b.ids)
		}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// write appends an event as every change does, and gives it as it is kept.
func (b *outbox) write(t *testing.T, e event.Event) event.Event {
	t.Helper()
	b.now = b.now.Add(time.Second)
	e.At = b.now
	batch := facts.NewBatch()
	if err := b.PutEvent(batch, e); err != nil {
		t.Fatal(err)
	}
	if err := b.Commit(t.Context(), batch, nil); err != nil {
		t.Fatal(err)
	}
	if e.ID = fmt.Sprintf("evt_%04d", b.ids); e.Pending {
		b.pending = append(b.pending, e.ID)
	}
	if e.Wakes {
		b.waking = append(b.waking, e.ID)
	}
	return e
}

// seen is the real function, with what it was given.
type seen struct {
	*handing.Stream
	mu    sync.Mutex
	calls [][]string
	done  chan struct{} // closed when the last event was taken
	last  string
}

func (s *seen) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var in handing.Input
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range in.Records {
		ids = append(ids, r.Change.NewImage["sk"].String())
	}
	out, err := s.Handle(ctx, in)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, ids)
	if slices.Contains(ids, s.last) && len(out.BatchItemFailures) == 0 {
		close(s.done)
	}
	return json.Marshal(out)
}

// heard are processes that say which events they heard.
type heard struct{ ids []string }

func (h *heard) Hand(_ context.Context, e event.Event) error {
	h.ids = append(h.ids, e.ID)
	return nil
}

func (h *heard) Away(context.Context) bool { return false }

// awayOnce are tables that are away when the event is to lose its mark for the first time.
type awayOnce struct {
	facts.Outbox
	event string
	met   bool
}

func (a *awayOnce) Handed(ctx context.Context, e event.Event) error {
	if e.ID == a.event && !a.met {
		a.met = true
		return fault.Fail(fault.Unavailable, "忙", "busy")
	}
	return a.Outbox.Handed(ctx, e)
}

type noRows struct{}

func (noRows) Index(context.Context, string) error { return nil }

func (noRows) Name(context.Context, string) error { return nil }

// The template's event source on the very images that the store writes: each pending event reaches the function, of
// every type, and nothing else does. The function's answer names the first that could not be handed over, and that one
// and those after it come again.
func TestTheTemplatesEventSourceBringsWhatIsPending(t *testing.T) {
	b := openOutbox(t)
	if !b.source.PartialFailures || b.source.StartingPosition != "TRIM_HORIZON" {
		t.Fatalf("the event source: %+v", b.source)
	}
	clerk := staff.Actor{ID: "stf_1"}
	var handed []event.Event
	for i, kind := range slices.Sorted(maps.Keys(event.Catalogue)) {
		of := func(by staff.Actor) event.Event {
			return event.New(kind, by, "cus_1", "rec_1", int64(i+1), "shanghai", b.now, map[string]string{"state": "new"})
		}
		e := b.write(t, of(clerk))
		b.write(t, of(staff.Process(event.Catalogue[kind].Process)))
		over := ladder.Progress{Kind: "lead", ID: "rec_1", Seq: int64(i + 1), Round: 1, Closed: true}
		b.write(t, event.NewTransition(kind, clerk, over, over, "cus_1", "shanghai", b.now, nil))
		if i%5 == 0 && e.Pending {
			handed = append(handed, e)
		}
	}
	b.write(t, event.New(event.ComplaintUnanswered, staff.Process("complaint"), "cus_1", "rec_1", 1, "shanghai", b.now,
		nil).Counting(event.Count{Book: event.BookComplaints, At: []string{"shanghai#2026-11-24#all#all"},
		Add: map[string]int64{"ended_unanswered": 1}})) // no process hears it, and it comes all the same
	heardAlready := map[string]bool{}
	for _, e := range handed { // by another process; the images after that are of events that nobody waits for
		heardAlready[e.ID] = true
		if _, err := b.Outbox().NotHanded(t.Context(), e, "busy", b.now); err != nil {
			t.Fatal(err)
		}
		if err := b.Outbox().Handed(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	foreign := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "NOTE"},
		"sk": &types.AttributeValueMemberS{Value: "NOTE"}, "id": &types.AttributeValueMemberS{Value: "note"}}
	if _, err := b.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("the-Events"),
		Item: foreign}); err != nil {
		t.Fatal(err)
	}
	last := b.write(t, event.New(event.LeadCaptured, clerk, "cus_1", "rec_1", 1, "shanghai", b.now, nil))
	if n := len(b.pending); n < 60 || n > 2*len(event.Catalogue)+2 {
		t.Fatalf("%d events are pending", n)
	}

	waking := slices.DeleteFunc(slices.Clone(b.waking), func(id string) bool { return heardAlready[id] })
	stuck := waking[len(waking)/2]
	f := &seen{done: make(chan struct{}), last: last.ID}
	tables, temporal := &awayOnce{Outbox: b.Outbox(), event: stuck}, &heard{}
	quiet := slog.New(slog.DiscardHandler)
	f.Stream = &handing.Stream{Events: tables, Processes: temporal, Directory: noRows{}, Log: quiet, Meter: quiet,
		Now: func() time.Time { return b.now }}
	b.run(t, f)

	var got []string
	for _, call := range f.calls {
		if at := slices.Index(got, call[0]); at >= 0 {
			if call[0] != stuck {
				t.Errorf("%s came again, %s could not be handed over", call[0], stuck)
			}
			got = got[:at]
		}
		got = append(got, call...)
	}
	if !slices.Equal(got, b.pending) {
		t.Errorf("the function saw %d events, %d are pending:\n%v\n%v", len(got), len(b.pending), got, b.pending)
	}
	left, err := b.Outbox().Pending(t.Context(), b.now.Add(time.Hour), 10)
	if err != nil || len(left) > 0 || !tables.met {
		t.Errorf("%d are still pending, %v; met %v", len(left), err, tables.met)
	}
	twice := slices.Index(waking, stuck) // it was handed over and kept its mark; every other one is heard once
	if want := slices.Insert(waking, twice, stuck); !slices.Equal(temporal.ids, want) {
		t.Errorf("processes heard %v, want %v", temporal.ids, want)
	}
}

// run is the event source until the last event was taken.
func (b *outbox) run(t *testing.T, f *seen) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	trigger := &Trigger{Source: b.source, StreamARN: b.arn, Client: b.streams, Function: f, FirstWait: time.Millisecond,
		Checkpoint: filepath.Join(b.dir, "events.json"), DeadLetters: b.deadLetters(), Report: func(string) {}}
	ended := make(chan error, 1)
	go func() { ended <- trigger.Run(ctx) }()
	select {
	case <-f.done:
	case <-ctx.Done():
		t.Error("the last event did not come")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
