package stream

import (
	"context"

	"afterpress/shared/kernel/event"
)

// counting is the adding up of what events count, beside their handing over: a person waits for that first.
type counting struct {
	done  chan struct{}    // closed when it has ended
	waits map[string]error // why an event is not counted, by its id
}

// count begins to add up what these events count. It ends within patience. What an earlier run counted, or what this
// release does not know, it leaves alone.
func (s *Stream) count(ctx context.Context, events []event.Event) *counting {
	c := &counting{done: make(chan struct{}), waits: map[string]error{}}
	var of []event.Event
	for _, e := range events {
		if e.Pending && e.Uncounted && e.Known() && !e.Again.After(s.Now()) {
			of = append(of, e)
		}
	}
	if len(of) == 0 {
		close(c.done)
		return c
	}
	go func() {
		defer close(c.done)
		brief, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		for i, err := range s.Events.AddUp(brief, of) {
			if err != nil {
				c.waits[of[i].ID] = err
			}
		}
	}()
	return c
}

// of waits for the end, and says why the event is not counted. It is nil for one that is, or counts nothing.
func (c *counting) of(e event.Event) error {
	<-c.done
	return c.waits[e.ID]
}
