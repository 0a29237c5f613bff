package stream

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// swept is what a sweep says of itself at its end.
type swept struct {
	Looked int  `json:"looked_at"`
	Handed int  `json:"handed_over"`
	GoesOn bool `json:"backlog_goes_on"`
	Age    int  `json:"reached_age_seconds"`
}

// said are the ends of the sweeps so far.
func (r *rig) said(t *testing.T) (out []swept) {
	t.Helper()
	for line := range strings.Lines(r.log.String()) {
		var entry struct {
			Message string `json:"msg"`
			swept
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatal(err)
		}
		if entry.Message == "swept" {
			out = append(out, entry.swept)
		}
	}
	return out
}

// asked opens a task for a new customer, and gives the event that its process is to hear.
func asked(t *testing.T, b *storetest.Bench, customer string) event.Event {
	t.Helper()
	tsk, e, err := task.New(staff.ActorOf(storetest.Person(t, b, 2)),
		task.Draft{ID: b.NewTaskID(), Customer: customer, Title: "寄纸样"}, storetest.Person(t, b, 3),
		storetest.Terms(t, b, seed.Shanghai).Task(), b.Clock.Now())
	if err == nil {
		_, err = b.OpenTask(t.Context(), tsk, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	written := b.Events(t, customer)
	return written[len(written)-1]
}

// record is an event as the stream brings it.
func record(t *testing.T, b *storetest.Bench, e event.Event) Input {
	t.Helper()
	out, err := b.DB.GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: &b.Tables.Events, Key: table.EventKey(e.Customer, e.ID)})
	if err != nil {
		t.Fatal(err)
	}
	var r events.DynamoDBEventRecord
	r.Change.SequenceNumber, r.Change.NewImage = "1", image(t, out.Item)
	in := Input{}
	in.Records = append(in.Records, r)
	return in
}

// A backlog of 250 events, of which the oldest 100 cannot be handed over, on the real tables. A sweep stops at its
// budget, and the next goes on where it stopped. Meanwhile new events are handed over at once, by the stream and by
// the sweep.
func TestASweepKeepsToItsBudgetAndTheNextGoesOn(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	r, facts := newRig(0, 0), b.OpenAs(t, "stream")
	r.Events, r.Directory, r.Now = facts, finder.Directory{Finder: facts.Finder, Read: pinyin.Read}, b.Clock.Now
	r.Budget = 100
	var backlog []event.Event
	for i := range 250 {
		e := asked(t, b, fmt.Sprint("cus_", i))
		backlog, r.processes.poison[e.ID] = append(backlog, e), i < 100
	}
	b.Clock.Advance(time.Hour)
	r.handle(t, Input{Sweep: true})
	if got := r.said(t)[0]; got.Looked != 100 || got.Handed != 100 || !got.GoesOn || len(r.processes.arrived) != 0 {
		t.Errorf("the first sweep: %+v, %d arrived", got, len(r.processes.arrived))
	}

	fresh := asked(t, b, "cus_new")
	if failures := r.handle(t, record(t, b, fresh)); len(failures) != 0 || r.processes.arrived[fresh.ID] != 1 {
		t.Errorf("a new event waits for the backlog: %v, %v", failures, r.processes.arrived)
	}
	missed := asked(t, b, "cus_missed")
	b.Clock.Advance(2 * time.Minute)
	r.handle(t, Input{Sweep: true})
	if got := r.said(t)[1]; got.Looked != 100 || !got.GoesOn || r.processes.arrived[missed.ID] != 1 ||
		r.processes.arrived[backlog[100].ID] != 1 || r.processes.arrived[backlog[198].ID] != 1 ||
		len(r.processes.arrived) != 101 {
		t.Errorf("the second sweep: %+v, %d arrived", got, len(r.processes.arrived))
	}
	r.handle(t, Input{Sweep: true})
	if got := r.said(t)[2]; got.Looked != 51 || got.GoesOn || len(r.processes.arrived) != 152 {
		t.Errorf("the third sweep: %+v, %d arrived", got, len(r.processes.arrived))
	}
	clear(r.processes.poison)
	r.handle(t, Input{Sweep: true}) // begins anew with what could not be handed over
	left, err := b.Pending(t.Context(), b.Clock.Now(), 1000)
	if got := r.said(t)[3]; err != nil || got.Looked != 100 || len(left) != 0 {
		t.Errorf("the fourth sweep: %+v, %d left, %v", got, len(left), err)
	}
	if place, err := facts.SweepPlace(t.Context()); err != nil || place != "" {
		t.Errorf("behind the end the next one begins at %q, %v", place, err)
	}
}

// The oldest of a queue that lies there is the alarm's figure, whatever part of it a sweep takes.
func TestTheAgeIsThatOfTheOldest(t *testing.T) {
	r := newRig(30, 10*time.Minute)
	r.Budget, r.processes.poison["evt_0"] = 10, true
	for range 2 {
		r.handle(t, Input{Sweep: true})
	}
	if n := strings.Count(r.log.String(), `"pending_age_seconds":629`); n != 2 {
		t.Errorf("%d times in %s", n, r.log)
	}
	if got := r.said(t)[1]; got.Age != 610 {
		t.Errorf("the second sweep: %+v", got)
	}
}

// A sweep hands over so many a second, so that it leaves the engine to the doors.
func TestASweepKeepsItsPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(101, time.Hour)
		r.Pace = Pace
		began := time.Now()
		r.handle(t, Input{Sweep: true})
		if took := time.Since(began); took != 2*time.Second || len(r.table.pending()) != 0 {
			t.Errorf("100 after the first took %s, %d are left", took, len(r.table.pending()))
		}
	})
}

// What ends a sweep early leaves its place where it was: the next one meets the same events.
func TestASweepThatEndsEarlyGoesOnAtTheSamePlace(t *testing.T) {
	r := newRig(30, time.Hour)
	r.Budget = 10
	r.handle(t, Input{Sweep: true})
	before := r.table.place
	r.processes.away = true
	r.handle(t, Input{Sweep: true})
	if r.table.place != before || before == "" || len(r.table.pending()) != 20 {
		t.Errorf("it went from %q to %q, %d are pending", before, r.table.place, len(r.table.pending()))
	}
}
