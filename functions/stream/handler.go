// Package stream hands each event to the process that it concerns, and brings the search rows of its customer in
// line: as soon as the Events stream brings it, and again by the sweep while it is still pending. The stream is a
// wake-up; the table is the copy that counts.
package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/workflows"

	"github.com/aws/aws-lambda-go/events"
)

// patience is how long one event may take to be handed over before Temporal counts as away, and to lose its mark
// before the tables do.
const patience = 5 * time.Second

// longestCause is how many bytes of an error are kept with an event.
const longestCause = 256

// Stream is the function.
type Stream struct {
	Events    Events
	Processes Processes
	Directory Directory
	Log       *slog.Logger
	Meter     *slog.Logger // writes at level info whatever Log is told to leave out: an alarm reads it
	Now       func() time.Time
}

// Events is implemented by *store.Store.
type Events interface {
	Handed(ctx context.Context, e event.Event) error
	NotHanded(ctx context.Context, e event.Event, cause string, again time.Time) error
	// PendingAfter lists what is pending beyond the event last and written before the time, oldest first.
	PendingAfter(ctx context.Context, last event.Event, before time.Time, limit int) ([]event.Event, error)
}

// Processes is implemented by *workflows.Client.
type Processes interface {
	Hand(ctx context.Context, e event.Event) error
}

// Directory is implemented by centre.Directory.
type Directory interface {
	Index(ctx context.Context, customer string) error
}

// Input is what Lambda brings: records of the stream, or the schedule's word to sweep.
type Input struct {
	events.DynamoDBEvent
	Sweep bool `json:"sweep"`
}

// Handle serves both kinds of input. Of records it reports the first that could not be handed over because Temporal
// or the tables are away: Lambda brings that one and those after it again, of which some may have been handed over
// already. What is wrong with one event alone is not reported, so it cannot hold up the others.
func (s *Stream) Handle(ctx context.Context, in Input) (events.DynamoDBEventResponse, error) {
	out := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	if in.Sweep {
		return out, s.sweep(ctx)
	}
	batch, numbers := s.read(ctx, in.Records)
	settled := make([]bool, len(batch))
	inLanes(batch, func(i int) bool {
		if err := s.hand(ctx, batch[i]); err != nil {
			s.Log.ErrorContext(ctx, "events have to wait", "event", batch[i].ID, "error", err.Error())
			return false
		}
		settled[i] = true
		return true
	})
	if first := slices.Index(settled, false); first >= 0 {
		out.BatchItemFailures = append(out.BatchItemFailures,
			events.DynamoDBBatchItemFailure{ItemIdentifier: numbers[first]})
	}
	return out, nil
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

// errRows says that the tables do not take search rows. Mostly they take nothing then, so the stream brings all
// again, a few times; but one customer whose rows never come through must not stop a sweep.
var errRows = errors.New("stream: search rows cannot be written")

// errStrange says that this release cannot read the event, or does not know its type: a later one wrote it.
var errStrange = errors.New("stream: this release does not know the event")

// pause is how long an event waits that could not be handed over so often: a minute, twice as long each time, an hour
// at most.
func pause(tries int) time.Duration { return min(time.Minute<<min(tries, 10), time.Hour) }

// hand gives an event to its process, writes the search rows that follow from it and takes its pending mark off.
// The error says that all events have to wait: workflows.ErrAway, errRows, or the tables do not answer; handing
// over again acts once. Whatever else goes wrong concerns this event alone, which stays pending. The rows are
// written even while Temporal is away.
func (s *Stream) hand(ctx context.Context, e event.Event) error {
	if !e.Known() {
		s.wait(ctx, e, errStrange)
		return nil
	}
	err := s.wake(ctx, e) // first: a person waits for what the process does
	listed := s.list(ctx, e)
	switch {
	case errors.Is(err, workflows.ErrAway):
		return err
	case err == nil && fault.KindOf(listed) == fault.Unavailable:
		return fmt.Errorf("%w: %w", errRows, listed)
	}
	if err := cmp.Or(err, listed); err != nil {
		s.wait(ctx, e, err)
		return nil
	}
	marking, done := context.WithTimeout(ctx, patience)
	defer done()
	if err := s.Events.Handed(marking, e); err != nil {
		return fmt.Errorf("handed over, and still marked as pending: %w", err)
	}
	s.Log.InfoContext(ctx, "handed over", "event", e.ID, "type", string(e.Type), "ms", s.Now().Sub(e.At).Milliseconds())
	return nil
}

// wait leaves an event pending, with the cause and a time before which the sweep does not try it again.
func (s *Stream) wait(ctx context.Context, e event.Event, cause error) {
	log, said := s.Log.With("event", e.ID, "type", string(e.Type)), cause.Error()
	log.ErrorContext(ctx, "an event cannot be handed over; it stays pending", "error", said)
	err := s.Events.NotHanded(ctx, e, said[:min(len(said), longestCause)], s.Now().Add(pause(e.Tries)))
	if err != nil {
		log.ErrorContext(ctx, "nor can that be written down", "error", err.Error())
	}
}

// list brings the rows of the event's customer in line, where rows follow from such events.
func (s *Stream) list(ctx context.Context, e event.Event) error {
	if !event.Catalogue[e.Type].Search {
		return nil
	}
	brief, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return s.Directory.Index(brief, e.Customer)
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
