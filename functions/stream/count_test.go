package stream

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// counts has an event of the rig count something, and wait for nothing else where it is for counts alone.
func (r *rig) counts(i int, alone bool) {
	e := r.table.events[i].Counting(event.Count{Book: event.BookComplaints, At: []string{"sh#2026-11-24#all#all"},
		Add: map[string]int64{"opened": 1}})
	if alone {
		e.Type, e.Wakes, e.Progress = event.ComplaintUnanswered, false, nil
	}
	r.table.events[i], r.table.uncounted[e.ID] = e, true
}

// What an event counts is added up once, whichever process hears the event, and is no reason for its process to wait.
func TestWhatAnEventCountsIsAddedUpOnce(t *testing.T) {
	r := newRig(3, 2*time.Minute)
	r.counts(0, false)
	r.counts(1, true)
	for range 2 {
		if failures := r.handle(t, r.batch(t, 0)); len(failures) != 0 {
			t.Errorf("failures: %v", failures)
		}
		r.handle(t, Input{Sweep: true})
	}
	if len(r.table.pending()) != 0 || len(r.processes.arrived) != 2 || r.processes.arrived["evt_1"] != 0 ||
		!maps.Equal(r.table.counted, map[string]int{"evt_0": 1, "evt_1": 1}) || r.table.handed != 2 {
		t.Errorf("pending %v, arrived %v, counted %v, %d handed over", r.table.pending(), r.processes.arrived,
			r.table.counted, r.table.handed)
	}
}

// Counters move while Temporal is away, or while the process of one record refuses its events.
func TestCountersWaitForNoProcess(t *testing.T) {
	for name, spoil := range map[string]func(*rig){
		"away":     func(r *rig) { r.processes.away = true },
		"refusing": func(r *rig) { r.processes.poison["evt_0"] = true },
	} {
		r := newRig(1, 2*time.Minute)
		r.counts(0, false)
		spoil(r)
		r.handle(t, r.batch(t, 0))
		if r.table.counted["evt_0"] != 1 || len(r.table.pending()) != 1 {
			t.Errorf("%s: counted %v, pending %v", name, r.table.counted, r.table.pending())
		}
		r.processes.away = false
		delete(r.processes.poison, "evt_0")
		r.Now = func() time.Time { return now.Add(time.Hour) }
		r.handle(t, Input{Sweep: true})
		if r.table.counted["evt_0"] != 1 || len(r.table.pending()) != 0 {
			t.Errorf("%s, and back: counted %v, pending %v", name, r.table.counted, r.table.pending())
		}
	}
}

// What cannot be counted stays in the queue: it is brought again while the tables are busy, and a person is shown what
// can never be counted.
func TestWhatCannotBeCountedWaits(t *testing.T) {
	for _, c := range []struct {
		kind              fault.Kind
		failures, pending int
		parked            bool
	}{{fault.Unavailable, 1, 1, false}, {fault.Conflict, 0, 1, false}, {fault.Impossible, 0, 0, true}} {
		for _, refuses := range []bool{false, true} {
			r := newRig(1, 2*time.Minute)
			r.counts(0, false)
			r.processes.poison["evt_0"] = refuses
			r.table.uncountable = map[string]fault.Kind{"evt_0": c.kind}
			failures := r.handle(t, r.batch(t, 0))
			if refuses { // then that is the cause that is kept
				c.pending, c.parked = 1, false
			}
			if len(failures) != c.failures || len(r.table.pending()) != c.pending || r.table.parked["evt_0"] != c.parked ||
				len(r.table.counted) != 0 {
				t.Errorf("%s: failures %v, pending %v, parked %v", c.kind, failures, r.table.pending(), r.table.parked)
			}
			r.table.uncountable = nil
			delete(r.processes.poison, "evt_0")
			r.Now = func() time.Time { return now.Add(time.Hour) }
			if c.parked {
				if err := r.table.Requeue(t.Context(), "cus_1", "evt_0"); err != nil {
					t.Fatal(err)
				}
			}
			r.handle(t, Input{Sweep: true})
			if r.table.counted["evt_0"] != 1 || len(r.table.pending()) != 0 {
				t.Errorf("%s, mended: counted %v, pending %v", c.kind, r.table.counted, r.table.pending())
			}
		}
	}
}

// A later release counts in a book of its own: its event waits for it, whole.
func TestABookThatIsNotKnownWaits(t *testing.T) {
	r := newRig(1, 2*time.Minute)
	r.counts(0, true)
	r.table.events[0].Counts[0].Book = "campaign"
	r.handle(t, Input{Sweep: true})
	if len(r.table.pending()) != 1 || len(r.table.counted) != 0 {
		t.Errorf("pending %v, counted %v", r.table.pending(), r.table.counted)
	}
}

// Complaints are opened, moved and ended, the last by their own process. The counters are the sum of the log, whatever
// becomes of those who add it up: killed between any two writes, several at once, batches brought again or never.
func TestCountersAreTheSumOfTheLog(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	for n := range 60 {
		c := storetest.OpenComplaint(t, b, fmt.Sprint("cus_", n%7))
		if n%2 == 0 {
			continue
		}
		if _, err := b.ChangeComplaint(t.Context(), c.ID, withdrawn(t, b)); err != nil {
			t.Fatal(err)
		}
	}
	late := storetest.OpenComplaint(t, b, "cus_8")
	batch := everything(t, b)
	if len(batch.Records) < 90 {
		t.Fatalf("%d events", len(batch.Records))
	}
	b.Clock.Advance(time.Hour)
	r := newRig(0, 0)
	r.Now = b.Clock.Now
	half := Input{}
	half.Records = batch.Records[:len(batch.Records)/2]
	for writes := range 6 { // the process ends after so many
		r.Events = b.OpenBreaking(t, writes*writes)
		r.handle(t, half)
		same(t, b, false)
	}
	facts := b.OpenAs(t, "stream")
	r.Events = facts
	b.Crowd(t)
	var all sync.WaitGroup
	for _, in := range []Input{batch, half, {Sweep: true}, {Sweep: true}} {
		all.Go(func() {
			if _, err := r.Handle(t.Context(), in); err != nil && fault.KindOf(err) != fault.Unavailable {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b.Cloud.Conflict(0)
	if _, err := b.ChangeComplaint(t.Context(), late.ID, withdrawn(t, b)); err != nil { // the stream never brings it
		t.Fatal(err)
	}
	b.Settle(t)
	b.Clock.Advance(time.Hour)
	r.handle(t, Input{Sweep: true})
	r.handle(t, batch)
	same(t, b, true)
	if left, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 10); err != nil || len(left) != 0 {
		t.Errorf("%d are pending, %v", len(left), err)
	}
}

// withdrawn ends a complaint, as its process might: no process hears that, it only counts.
func withdrawn(t *testing.T, b *storetest.Bench) func(complaint.Complaint) (complaint.Complaint, event.Event, error) {
	t.Helper()
	terms := storetest.Terms(t, b, seed.Shanghai).Complaint()
	return func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
		next, e, err := c.Withdraw(staff.Visitor, "", terms, b.Clock.Now())
		e.Wakes, e.Pending = false, false
		return next, e, err
	}
}

// same compares the counters with the log: never more than it, and as much once all is counted.
func same(t *testing.T, b *storetest.Bench, whole bool) {
	t.Helper()
	stand, log := b.Books(t)
	if whole && !maps.Equal(stand, log) || len(log) == 0 {
		t.Errorf("the counters are\n%v\nand the log says\n%v", stand, log)
	}
	for at, n := range stand {
		if n > log[at] {
			t.Errorf("%s is counted %d times of %d", at, n, log[at])
		}
	}
}

// everything is all events that ever entered the queue, as the stream brings them.
func everything(t *testing.T, b *storetest.Bench) (in Input) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(b.DB, &dynamodb.ScanInput{TableName: aws.String(b.Tables.Events)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range page.Items {
			if it["pending_pk"] == nil {
				continue
			}
			record := events.DynamoDBEventRecord{}
			record.Change.SequenceNumber, record.Change.NewImage = fmt.Sprintf("%021d", len(in.Records)), image(t, it)
			in.Records = append(in.Records, record)
		}
	}
	slices.SortFunc(in.Records, func(a, b events.DynamoDBEventRecord) int {
		return strings.Compare(a.Change.NewImage["id"].String(), b.Change.NewImage["id"].String())
	})
	return in
}
