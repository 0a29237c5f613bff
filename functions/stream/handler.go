// Package stream hands each event to the process that it concerns. It brings the search rows of its customer in line
// and adds up what it counts: as soon as the Events stream brings it, and again by the sweep while it is still
// pending. The stream is a wake-up; the table is the copy that counts.
package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync/atomic"
	"time"

	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/workflows"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/time/rate"
)

// patience is how long one event may take to be handed over before Temporal counts as away. Losing its mark may take
// as long before the tables count as away.
const patience = 5 * time.Second

// longestCause is how many bytes of an error are kept with an event.
const longestCause = 256

// Stream is the function.
type Stream struct {
	Events    Events
	Processes Processes
	Directory Directory
	Obstacles Obstacles
	Log       *slog.Logger
	Meter     *slog.Logger // writes at level info whatever Log is told to leave out: an alarm reads it
	Now       func() time.Time
	// Budget is how many events one sweep looks at, and Pace how many of them it hands over a second, at most. Where
	// they are zero, the sweep takes all, as fast as it can.
	Budget int
	Pace   rate.Limit
}

// Events is implemented by *store.Store.
type Events interface {
	Handed(ctx context.Context, e event.Event) error
	NotHanded(ctx context.Context, e event.Event, cause string, again time.Time) (waits bool, err error)
	Park(ctx context.Context, e event.Event, cause string) (parked bool, err error)
	Requeue(ctx context.Context, customer, id string) error
	LeaveOut(ctx context.Context, customer, id string) error
	// Queued gives the events as they stand in the queue now, in their order.
	Queued(ctx context.Context, events []event.Event) ([]event.Event, error)
	// AddUp adds up what events count, each once, and says of each why it is not counted.
	AddUp(ctx context.Context, events []event.Event) []error
	// PendingPage lists what is pending beyond a place and written before the time, oldest first; next is "" at the end.
	PendingPage(ctx context.Context, after string, before time.Time, limit int) (page []event.Event, next string,
		err error)
	// SweepPlace is how far the last sweep came, and KeepSweepPlace keeps how far this one came that began there.
	SweepPlace(ctx context.Context) (string, error)
	KeepSweepPlace(ctx context.Context, began, place string) error
}

// Obstacles is implemented by *store.Store. It keeps what is stuck, for a person to see.
type Obstacles interface {
	NoteStuck(ctx context.Context, seen stuck.Stuck, parked bool) (stuck.Stuck, error)
	StuckOver(ctx context.Context, seen stuck.Stuck) error
}

// Processes is implemented by *workflows.Client.
type Processes interface {
	Hand(ctx context.Context, e event.Event) error
	// Away asks Temporal itself, whatever one process says.
	Away(ctx context.Context) bool
}

// Directory is implemented by finder.Directory. It writes the rows by which a customer, or a record, is found.
type Directory interface {
	Index(ctx context.Context, customer string) error
	Name(ctx context.Context, record string) error
}

// Input is what Lambda brings: records of the stream, or the schedule's word to sweep.
type Input struct {
	events.DynamoDBEvent
	Sweep bool `json:"sweep"`
}

// Handle serves both kinds of input. Of records it reports the first that could not be handed over because Temporal
// or the tables are away: Lambda brings that one and those after it again, of which some may have been handed over
// already. What is wrong with one event alone, or with the process of one record, is not reported, so it cannot hold up
// the others: it stays pending, and the sweep takes it.
func (s *Stream) Handle(ctx context.Context, in Input) (events.DynamoDBEventResponse, error) {
	out := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	if in.Sweep {
		return out, s.sweep(ctx)
	}
	batch, numbers := s.read(ctx, in.Records)
	batch, err := s.queued(ctx, batch)
	if err != nil {
		s.Log.ErrorContext(ctx, "events have to wait", "error", err.Error())
		out.BatchItemFailures = append(out.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: numbers[0]})
		return out, nil
	}
	settled, counts := make([]bool, len(batch)), s.count(ctx, batch)
	var away atomic.Bool
	var seen witnesses
	inLanes(batch, lanes, func(i int) bool {
		if !batch[i].Pending { // handed over, parked or left out since its image was taken
			settled[i] = true
			return true
		}
		if seen.busy(batch[i].Record) {
			return true
		}
		switch err := s.hand(ctx, batch[i], &seen, counts); {
		case err == nil:
			settled[i] = true
		case errors.Is(err, errBusy):
		default:
			s.Log.ErrorContext(ctx, "events have to wait", "event", batch[i].ID, "error", err.Error())
			away.Store(true)
		}
		return !away.Load()
	})
	<-counts.done // what begins here ends here: Lambda stops the process between calls
	first := slices.Index(settled, false)
	if first >= 0 && (away.Load() || seen.nobody() && s.Processes.Away(ctx)) {
		out.BatchItemFailures = append(out.BatchItemFailures,
			events.DynamoDBBatchItemFailure{ItemIdentifier: numbers[first]})
	}
	return out, nil
}

// queued is a batch as the table has it: Lambda may bring records again that were dealt with meanwhile.
func (s *Stream) queued(ctx context.Context, batch []event.Event) ([]event.Event, error) {
	if len(batch) == 0 {
		return nil, nil
	}
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Events.Queued(brief, batch)
}

// read decodes the records, and gives the sequence number of each.
func (s *Stream) read(ctx context.Context,
	records []events.DynamoDBEventRecord) (batch []event.Event, numbers []string) {
	for _, record := range records {
		e, err := decode(record.Change.NewImage)
		if err != nil {
			s.Log.ErrorContext(ctx, "an event cannot be read; it stays pending", "event_id", record.EventID, "error",
				err.Error())
			continue
		}
		batch, numbers = append(batch, e), append(numbers, record.Change.SequenceNumber)
	}
	return batch, numbers
}

// errRows says that the tables do not take search rows or counts. Mostly they take nothing then, so the stream brings
// all again, a few times; but one customer whose rows never come through must not stop a sweep.
var errRows = errors.New("stream: search rows or counters cannot be written")

// errStrange says that this release cannot read the event, or does not know its type: a later one wrote it.
var errStrange = errors.New("stream: this release does not know the event")

// pause is how long an event waits that could not be handed over so often: a minute, twice as long each time, an hour
// at most.
func pause(tries int) time.Duration { return min(time.Minute<<min(tries, 10), time.Hour) }

// errBusy says that the process of one record cannot be reached, while others may be.
var errBusy = errors.New("stream: the process of this record cannot be reached")

// hand gives an event to its process and writes the search rows that follow from it. It waits until what it counts is
// added up, then takes its pending mark off. errBusy says that the events of this record have to wait. Any other error
// says that all events have to: workflows.ErrAway, errRows, or the tables do not answer; handing over again acts once.
// Any other failure concerns this event alone, which stays pending or is parked. Rows and counts are written even
// while Temporal is away.
func (s *Stream) hand(ctx context.Context, e event.Event, seen *witnesses, counts *counting) error {
	if !e.Known() {
		s.wait(ctx, e, errStrange)
		return nil
	}
	if err := s.mend(ctx, e); fault.KindOf(err) == fault.Unavailable {
		return err
	} else if err != nil {
		s.wait(ctx, e, err)
		return nil
	}
	err := s.wake(ctx, e) // first: a person waits for what the process does
	listed := s.list(ctx, e)
	switch {
	case errors.Is(err, workflows.ErrAway) && !seen.missed(e.Record):
		s.Log.ErrorContext(ctx, "a process cannot be reached; its events stay pending", "event", e.ID, "error", err.Error())
		return errBusy
	case errors.Is(err, workflows.ErrAway):
		return err
	case e.Wakes:
		seen.reached()
	}
	counted := counts.of(e)
	if fault.KindOf(counted) == fault.Unavailable { // it stays in the queue for that, whatever its process says
		return fmt.Errorf("%w: %w", errRows, counted)
	}
	if err == nil && fault.KindOf(listed) == fault.Unavailable {
		return fmt.Errorf("%w: %w", errRows, listed)
	}
	if err := cmp.Or(err, listed, counted); err != nil {
		s.wait(ctx, e, err)
		return nil
	}
	marking, done := context.WithTimeout(ctx, patience)
	defer done()
	if !e.Uncounted || !e.OnlyCounts() { // which lost all its marks when it was counted
		if err := s.Events.Handed(marking, e); err != nil {
			return fmt.Errorf("handed over, and still marked as pending: %w", err)
		}
	}
	if e.Tries > 0 {
		s.passed(marking, e)
	}
	s.Log.InfoContext(ctx, "handed over", "event", e.ID, "type", string(e.Type), "ms", s.Now().Sub(e.At).Milliseconds())
	return nil
}

// mend follows a person's word on another event: it is handed over again, or left out.
func (s *Stream) mend(ctx context.Context, e event.Event) error {
	id, mends := e.Mends()
	if !mends {
		return nil
	}
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if e.Type == event.StuckSkipped {
		return s.Events.LeaveOut(brief, e.Customer, id)
	}
	return s.Events.Requeue(brief, e.Customer, id)
}

// shownAfter is how many attempts fail before a person is shown an event: what a minute cures needs nobody.
const shownAfter = 3

// wait leaves an event pending, with the cause and a time before which the sweep does not try it again. One that can
// never be handed over as it is, is parked: it leaves the queue until a person decides.
func (s *Stream) wait(ctx context.Context, e event.Event, cause error) {
	kind := fault.KindOf(cause)
	log, said := s.Log.With("event", e.ID, "type", string(e.Type), "kind", string(kind)), cause.Error()
	said = said[:min(len(said), longestCause)]
	parked := kind == fault.Impossible
	var waits bool
	var err error
	if parked {
		log.ErrorContext(ctx, "event parked", "parked", 1, "error", said)
		waits, err = s.Events.Park(ctx, e, said)
	} else {
		log.ErrorContext(ctx, "an event cannot be handed over; it stays pending", "error", said)
		waits, err = s.Events.NotHanded(ctx, e, said, s.Now().Add(pause(e.Tries)))
	}
	strange := errors.Is(cause, errStrange)
	if waits && (parked || strange || e.Tries+1 >= shownAfter) { // else another run dealt with it, and nothing is stuck
		at := stuckEvent(e)
		if at.Cause = string(kind); strange {
			at.Cause = stuck.Unknown
		}
		_, err = s.Obstacles.NoteStuck(ctx, at, parked)
	}
	if err != nil {
		log.ErrorContext(ctx, "nor can that be written down", "error", err.Error())
	}
}

// passed notes that an event that failed before was handed over.
func (s *Stream) passed(ctx context.Context, e event.Event) {
	if err := s.Obstacles.StuckOver(ctx, stuckEvent(e)); err != nil {
		s.Log.ErrorContext(ctx, "what was handed over is still shown as stuck", "event", e.ID, "error", err.Error())
	}
}

// stuckEvent is an event as it is noted where it is stuck.
func stuckEvent(e event.Event) stuck.Stuck {
	return stuck.Stuck{What: stuck.KindEvent, Event: e.ID, Record: cmp.Or(e.Record, e.ID), Step: string(e.Type),
		Customer: e.Customer, Branch: e.Branch}
}

// list brings the rows of the event's record and customer in line, where rows follow from such events.
func (s *Stream) list(ctx context.Context, e event.Event) error {
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	follows := event.Catalogue[e.Type]
	if follows.Opens {
		if err := s.Directory.Name(brief, e.Record); err != nil {
			return err
		}
	}
	if follows.Search {
		return s.Directory.Index(brief, e.Customer)
	}
	return nil
}

// wake hands the event to its process, if it is to hear it.
func (s *Stream) wake(ctx context.Context, e event.Event) error {
	if !e.Wakes {
		return nil
	}
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Processes.Hand(brief, e)
}
