package stream

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/store/table"
	"afterpress/workflows"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

var now = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)

// processes counts how often each event arrived; what the server knows already it drops.
type processes struct {
	mu      sync.Mutex
	arrived map[string]int
	away    bool
	poison  map[string]bool
	busy    map[string]bool // records whose process cannot be reached
	dies    func(id string) // where the function's process ends after the effect
}

func (p *processes) Hand(_ context.Context, e event.Event) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.away || p.busy[e.Record] {
		return fmt.Errorf("%w: connection refused", workflows.ErrAway)
	}
	if p.poison[e.ID] {
		return errors.New("no process hears it: " + strings.Repeat("x", 1000))
	}
	p.arrived[e.ID]++
	if p.dies != nil {
		p.dies(e.ID)
	}
	return nil
}

func (p *processes) Away(context.Context) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.away
}

type rig struct {
	*Stream
	table     *outbox
	processes *processes
	directory *directory
	log       *bytes.Buffer
}

// directory counts how often the rows of each customer were brought in line.
type directory struct {
	mu      sync.Mutex
	indexed map[string]int
	named   []string // the records whose rows were written
	broken  map[string]fault.Kind
}

func (d *directory) Index(_ context.Context, customer string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if kind := d.broken[customer]; kind != "" {
		return fault.Fail(kind, "忙", "busy")
	}
	d.indexed[customer]++
	return nil
}

func (d *directory) Name(_ context.Context, record string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if kind := d.broken[record]; kind != "" {
		return fault.Fail(kind, "忙", "busy")
	}
	d.named = append(d.named, record)
	return nil
}

// newRig has n pending events, one a second; the last is as old as youngest.
func newRig(n int, youngest time.Duration) *rig {
	r := &rig{
		table: &outbox{marked: map[string]bool{}, faults: map[string]string{}, stale: map[string]bool{},
			parked: map[string]bool{}, stuck: map[string]stuck.Stuck{}, uncounted: map[string]bool{}, counted: map[string]int{}},
		processes: &processes{arrived: map[string]int{}, poison: map[string]bool{}},
		log:       &bytes.Buffer{},
	}
	for i := range n {
		id := fmt.Sprintf("evt_%d", i)
		r.table.events = append(r.table.events, event.Event{
			ID: id, Type: event.LeadCaptured, V: 1, Wakes: true, Customer: "cus_1", Record: fmt.Sprint("lead_", i), Seq: 1,
			At: now.Add(-youngest - time.Duration(n-1-i)*time.Second),
			Progress: &ladder.Progress{Kind: "lead", ID: "lead_1", Seq: 1, Round: 1, State: lead.StateNew,
				Rungs: []ladder.Rung{{Name: "assign", At: now}}},
			Data: map[string]string{"source": "web"},
		})
		r.table.marked[id] = true
	}
	log := slog.New(slog.NewJSONHandler(r.log, nil))
	r.directory = &directory{indexed: map[string]int{}}
	r.Stream = &Stream{Events: r.table, Processes: r.processes, Directory: r.directory, Obstacles: r.table, Log: log,
		Meter: log, Now: func() time.Time { return now }}
	return r
}

// batch is the rig's events as Lambda brings them, from the n-th on.
func (r *rig) batch(t *testing.T, from int) Input {
	t.Helper()
	var in Input
	for i, e := range r.table.events[from:] {
		item, err := attributevalue.MarshalMapWithOptions(e, func(o *attributevalue.EncoderOptions) { o.TagKey = "json" })
		if err != nil {
			t.Fatal(err)
		}
		item["pending_pk"] = &types.AttributeValueMemberS{Value: "PENDING#1"}
		if len(e.Counts) > 0 {
			if item["counts"], err = table.EncodeValue(e.Counts); err != nil {
				t.Fatal(err)
			}
			item["uncounted"] = table.Number(1)
		}
		record := events.DynamoDBEventRecord{EventID: fmt.Sprintf("lambda-%d", from+i)}
		record.Change.SequenceNumber = fmt.Sprintf("%021d", from+i)
		record.Change.NewImage = image(t, item)
		in.Records = append(in.Records, record)
	}
	return in
}

// image turns an item into Lambda's types by way of DynamoDB's JSON.
func image(t *testing.T, item map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	t.Helper()
	out := map[string]events.DynamoDBAttributeValue{}
	for name, v := range item {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			out[name] = events.NewStringAttribute(v.Value)
		case *types.AttributeValueMemberN:
			out[name] = events.NewNumberAttribute(v.Value)
		case *types.AttributeValueMemberBOOL:
			out[name] = events.NewBooleanAttribute(v.Value)
		case *types.AttributeValueMemberNULL:
			out[name] = events.NewNullAttribute()
		case *types.AttributeValueMemberM:
			out[name] = events.NewMapAttribute(image(t, v.Value))
		case *types.AttributeValueMemberL:
			var list []events.DynamoDBAttributeValue
			for _, e := range v.Value {
				list = append(list, image(t, map[string]types.AttributeValue{"e": e})["e"])
			}
			out[name] = events.NewListAttribute(list)
		default:
			t.Fatalf("%s is a %T", name, v)
		}
	}
	return out
}

func (r *rig) handle(t *testing.T, in Input) []events.DynamoDBBatchItemFailure {
	t.Helper()
	out, err := r.Handle(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return out.BatchItemFailures
}

func TestABatchIsHandedOver(t *testing.T) {
	r := newRig(5, 0)
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
		t.Errorf("failures: %v", failures)
	}
	if len(r.table.pending()) != 0 || len(r.processes.arrived) != 5 {
		t.Errorf("pending %v, arrived %v", r.table.pending(), r.processes.arrived)
	}
}

func TestTheImageIsTheEvent(t *testing.T) {
	r := newRig(1, 0)
	got, err := decode(r.batch(t, 0).Records[0].Change.NewImage)
	if err != nil {
		t.Fatal(err)
	}
	want := r.table.events[0]
	want.Pending = true
	a, _ := json.Marshal(got)
	b, _ := json.Marshal(want)
	if !bytes.Equal(a, b) || !got.Pending {
		t.Errorf("got  %s\nwant %s", a, b)
	}
}

func TestTemporalAwayReportsTheFirstSequenceNumber(t *testing.T) {
	r := newRig(5, 0)
	r.processes.dies = func(id string) { r.processes.away = id == "evt_1" }
	failures := r.handle(t, r.batch(t, 0))
	if len(failures) != 1 || failures[0].ItemIdentifier != fmt.Sprintf("%021d", 2) {
		t.Fatalf("failures: %v", failures)
	}
	if got := r.table.pending(); !slices.Equal(got, []string{"evt_2", "evt_3", "evt_4"}) || len(r.table.faults) != 0 {
		t.Errorf("pending %v, faults %v", got, r.table.faults)
	}
	r.processes.away, r.processes.dies = false, nil
	if failures := r.handle(t, r.batch(t, 2)); len(failures) != 0 || len(r.table.pending()) != 0 {
		t.Errorf("after Temporal is back: %v, pending %v", failures, r.table.pending())
	}
}

func TestAPoisonEventStaysPendingAndTheOthersGoOn(t *testing.T) {
	for place := range 5 {
		for name, poison := range map[string]func(*rig, *Input){
			"cannot be handed over": func(r *rig, _ *Input) { r.processes.poison[fmt.Sprintf("evt_%d", place)] = true },
			"has no progress that can be read": func(_ *rig, in *Input) {
				in.Records[place].Change.NewImage["progress"] = events.NewStringAttribute("nonsense")
			},
			"has a field that is not known": func(_ *rig, in *Input) {
				in.Records[place].Change.NewImage["urgency"] = events.NewStringAttribute("high")
			},
			"is of a type that is not known": func(_ *rig, in *Input) {
				in.Records[place].Change.NewImage["type"] = events.NewStringAttribute("lead.vanished")
			},
			"is empty": func(_ *rig, in *Input) { in.Records[place].Change.NewImage = nil },
			"has an unknown type": func(_ *rig,
				in *Input) {
				in.Records[place].Change.NewImage["x"] = events.NewBinaryAttribute([]byte{1})
			},
		} {
			t.Run(fmt.Sprintf("%d %s", place, name), func(t *testing.T) {
				r := newRig(5, 0)
				in := r.batch(t, 0)
				poison(r, &in)
				if failures := r.handle(t, in); len(failures) != 0 {
					t.Errorf("failures: %v", failures)
				}
				if got := r.table.pending(); !slices.Equal(got, []string{fmt.Sprintf("evt_%d", place)}) {
					t.Errorf("pending: %v", got)
				}
				for id, cause := range r.table.faults {
					if len(cause) > longestCause {
						t.Errorf("the cause kept with %s has %d bytes", id, len(cause))
					}
				}
			})
		}
	}
}

// The function's process can end anywhere; Lambda brings the batch again, or the sweep finds what is left.
func TestKillPoints(t *testing.T) {
	for _, point := range []string{"hand.before", "handed.before", "handed.after"} {
		t.Run(point, func(t *testing.T) {
			r, killed := newRig(3, 2*time.Minute), false
			kill := func() { // all events are one customer's, so nothing else runs
				killed = true
				runtime.Goexit()
			}
			r.Stream.Processes = handFunc(func(ctx context.Context, e event.Event) error {
				if e.ID == "evt_1" && point == "hand.before" {
					kill()
				}
				err := r.processes.Hand(ctx, e)
				if (e.ID == "evt_1" && point == "handed.before") || (e.ID == "evt_2" && point == "handed.after") {
					kill()
				}
				return err
			})
			if r.handle(t, r.batch(t, 0)); !killed {
				t.Error("it was not killed")
			}
			r.Stream.Processes = r.processes
			r.handle(t, r.batch(t, 0))      // Lambda brings the batch again
			r.handle(t, Input{Sweep: true}) // and the sweep comes by
			if len(r.table.pending()) != 0 || len(r.processes.arrived) != 3 {
				t.Errorf("pending %v, arrived %v", r.table.pending(), r.processes.arrived)
			}
		})
	}
}

type handFunc func(context.Context, event.Event) error

func (f handFunc) Hand(ctx context.Context, e event.Event) error { return f(ctx, e) }

func (f handFunc) Away(context.Context) bool { return false }

// Tables that do not answer are away for every event: without a report the mark would stay until a sweep, which
// leaves an event alone for a minute.
func TestWhatCouldNotBeMarkedIsBroughtAgain(t *testing.T) {
	r := newRig(2, 0)
	r.table.down = true
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 1 ||
		failures[0].ItemIdentifier != fmt.Sprintf("%021d", 0) || len(r.processes.arrived) != 0 {
		t.Errorf("nothing can be read: failures %v, arrived %v", failures, r.processes.arrived)
	}
	r.table.down, r.table.locked = false, true
	failures := r.handle(t, r.batch(t, 0))
	if len(failures) != 1 || failures[0].ItemIdentifier != fmt.Sprintf("%021d", 0) || len(r.processes.arrived) != 1 {
		t.Errorf("failures %v, arrived %v", failures, r.processes.arrived)
	}
	r.table.locked = false
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 || len(r.table.pending()) != 0 {
		t.Errorf("failures %v, pending %v", failures, r.table.pending())
	}
}

func (r *rig) age(t *testing.T) int64 {
	t.Helper()
	for line := range strings.Lines(r.log.String()) {
		var entry struct {
			Age *int64 `json:"pending_age_seconds"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Age != nil {
			return *entry.Age
		}
	}
	t.Fatalf("no age in %s", r.log)
	return 0
}

func TestSweep(t *testing.T) {
	for _, c := range []struct {
		name  string
		rig   *rig
		age   int64
		left  int
		spoil func(*rig)
	}{
		{"nothing pending", newRig(0, 0), 0, 0, nil},
		{"young ones are the stream's", newRig(3, 10*time.Second), 0, 3, nil},
		{"old ones", newRig(3, 5*time.Minute), 302, 0, nil},
		{"many pages", newRig(2*sweepPage+50, time.Hour), 3600 + 2*sweepPage + 49, 0, nil},
		{"Temporal away", newRig(3, 5*time.Minute), 302, 3, func(r *rig) { r.processes.away = true }},
		{"a poison event at the head", newRig(3, 5*time.Minute), 302, 1,
			func(r *rig) { r.processes.poison["evt_0"] = true }},
		{"a page of poison at the head", newRig(sweepPage+5, time.Hour), 3600 + sweepPage + 4, sweepPage, func(r *rig) {
			for i := range sweepPage {
				r.processes.poison[fmt.Sprintf("evt_%d", i)] = true
			}
		}},
		{"nothing but poison, a whole page", newRig(sweepPage, time.Hour), 3600 + sweepPage - 1, sweepPage, func(r *rig) {
			for id := range r.table.marked {
				r.processes.poison[id] = true
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.spoil != nil {
				c.spoil(c.rig)
			}
			c.rig.handle(t, Input{Sweep: true})
			if got := c.rig.age(t); got != c.age {
				t.Errorf("age %d s, want %d", got, c.age)
			}
			if got := len(c.rig.table.pending()); got != c.left {
				t.Errorf("%d are left, want %d", got, c.left)
			}
		})
	}
}

// A release that does not know an event leaves it to the one that does.
func TestAnEventWaitsForTheReleaseThatKnowsIt(t *testing.T) {
	for _, kind := range slices.Sorted(maps.Keys(event.Catalogue)) {
		entry := event.Catalogue[kind]
		r := newRig(1, time.Hour)
		r.table.events[0].Type = kind
		delete(event.Catalogue, kind)
		r.handle(t, r.batch(t, 0))
		r.handle(t, Input{Sweep: true})
		event.Catalogue[kind] = entry
		if len(r.table.pending()) != 1 || r.table.faults["evt_0"] == "" || len(r.processes.arrived) != 0 {
			t.Fatalf("%s: pending %v, faults %v", kind, r.table.pending(), r.table.faults)
		}
		r.Now = func() time.Time { return now.Add(2 * time.Hour) }
		r.handle(t, Input{Sweep: true})
		if len(r.table.pending()) != 0 || r.processes.arrived["evt_0"] != 1 {
			t.Errorf("%s, once it is known: pending %v", kind, r.table.pending())
		}
	}
	r := newRig(1, time.Hour)
	r.table.events[0].V = event.Layout + 1
	r.handle(t, Input{Sweep: true})
	if len(r.table.pending()) != 1 || len(r.processes.arrived) != 0 {
		t.Error("an event of another layout was handed over")
	}
}

// What cannot be handed over is tried again, less and less often.
func TestPausesBetweenTriesGrow(t *testing.T) {
	r := newRig(1, time.Hour)
	r.processes.poison["evt_0"] = true
	began, tries := now, 0
	for minute := range 24 * 60 {
		r.Now = func() time.Time { return began.Add(time.Duration(minute) * time.Minute) }
		before := r.table.events[0].Tries
		r.handle(t, Input{Sweep: true})
		if r.table.events[0].Tries > before {
			tries++
		}
	}
	if tries < 24 || tries > 32 {
		t.Errorf("%d tries in a day", tries)
	}
	delete(r.processes.poison, "evt_0")
	r.Now = func() time.Time { return began.Add(26 * time.Hour) }
	r.handle(t, Input{Sweep: true})
	if len(r.table.pending()) != 0 {
		t.Error("it is still pending")
	}
}

func TestSweepStopsInTime(t *testing.T) {
	r := newRig(3, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), sweepReserve/2)
	defer cancel()
	if _, err := r.Handle(ctx, Input{Sweep: true}); err != nil || len(r.processes.arrived) != 0 {
		t.Errorf("%v; %d were handed over with no time left", err, len(r.processes.arrived))
	}
}

func TestSweepWithoutTheTableFails(t *testing.T) {
	r := newRig(1, time.Hour)
	r.table.down = true
	if _, err := r.Handle(t.Context(), Input{Sweep: true}); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v", err)
	}
}

func TestInputTellsItsTwoKindsApart(t *testing.T) {
	for payload, sweep := range map[string]bool{
		`{"sweep": true}`: true,
		`{"Records":[{"eventID":"1","eventName":"INSERT","dynamodb":{"SequenceNumber":"7","NewImage":{"id":{"S":"evt_1"}}}}]}`: false,
	} {
		var in Input
		if err := json.Unmarshal([]byte(payload), &in); err != nil || in.Sweep != sweep || (len(in.Records) == 1) == sweep {
			t.Errorf("%s: %+v, %v", payload, in, err)
		}
	}
}

func TestRowsFollowTheEventsThatTheCatalogueNames(t *testing.T) {
	r := newRig(3, 0)
	for i, kind := range []event.Type{event.CustomerChanged, event.LeadAssigned, event.CustomerTouched} {
		r.table.events[i].Type, r.table.events[i].Customer, r.table.events[i].Wakes = kind, fmt.Sprint("cus_", i), i == 1
	}
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 || len(r.table.pending()) != 0 {
		t.Errorf("failures %v, pending %v", failures, r.table.pending())
	}
	if len(r.directory.indexed) != 1 || r.directory.indexed["cus_0"] != 1 || len(r.processes.arrived) != 1 {
		t.Errorf("indexed %v, arrived %v", r.directory.indexed, r.processes.arrived)
	}
}

func TestRowsThatCannotBeWrittenHoldUpNothing(t *testing.T) {
	r := newRig(3, 2*time.Minute)
	r.table.events[1].Customer = "cus_2"
	r.directory.broken = map[string]fault.Kind{"cus_2": fault.Conflict}
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
		t.Errorf("failures: %v", failures)
	}
	if got := r.table.pending(); !slices.Equal(got, []string{"evt_1"}) ||
		!strings.Contains(r.table.faults["evt_1"], "busy") || r.processes.arrived["evt_1"] != 1 {
		t.Errorf("pending %v, faults %v, arrived %v", got, r.table.faults, r.processes.arrived)
	}
	r.directory.broken = nil
	r.Now = func() time.Time { return now.Add(time.Minute) }
	r.handle(t, Input{Sweep: true})
	if len(r.table.pending()) != 0 || r.directory.indexed["cus_2"] != 1 {
		t.Errorf("pending %v, indexed %v", r.table.pending(), r.directory.indexed)
	}
}

// The sweep comes a minute later; a reader who waits for the rows should not wait for it because the engine was away
// for a second.
func TestRowsThatTheTablesDoNotTakeAreBroughtAgain(t *testing.T) {
	r := newRig(3, 2*time.Minute)
	r.table.events[1].Customer = "cus_2"
	r.directory.broken = map[string]fault.Kind{"cus_2": fault.Unavailable}
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 1 ||
		failures[0].ItemIdentifier > fmt.Sprintf("%021d", 1) {
		t.Fatalf("failures: %v", failures)
	}
	if got := r.table.pending(); !slices.Contains(got, "evt_1") || len(r.table.faults) != 0 {
		t.Errorf("pending %v, faults %v", got, r.table.faults)
	}
	r.handle(t, Input{Sweep: true})
	if got := r.table.pending(); !slices.Equal(got, []string{"evt_1"}) {
		t.Errorf("the sweep stopped at rows that do not come through: pending %v", got)
	}
	r.directory.broken = nil
	if failures := r.handle(t, r.batch(t, 1)); len(failures) != 0 || len(r.table.pending()) != 0 {
		t.Errorf("failures %v, pending %v", failures, r.table.pending())
	}
}

// A new customer is found while Temporal is away, although the event waits for it.
func TestRowsAreWrittenWhileTemporalIsAway(t *testing.T) {
	r := newRig(1, 0)
	r.processes.away = true
	if failures := r.handle(t, r.batch(t, 0)); len(failures) != 1 || r.directory.indexed["cus_1"] != 1 {
		t.Errorf("failures %v, indexed %v", failures, r.directory.indexed)
	}
}
