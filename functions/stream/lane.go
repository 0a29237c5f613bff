package stream

import (
	"sync/atomic"

	"afterpress/shared/kernel/event"

	"golang.org/x/sync/errgroup"
)

// lanes is how many customers' events are handed over at once. Each waits for Temporal and the tables, not for this
// function; and after an outage a queue lies there that grows as long as it is taken down no faster than people
// write.
const lanes = 8

// inLanes does the work on every event: of one customer in their order, of several customers at once. Once the work
// has returned false nothing more is begun. The work is called with the event's place.
func inLanes(events []event.Event, most int, work func(i int) (goOn bool)) {
	var order []string
	lane := map[string][]int{}
	for i, e := range events {
		if lane[e.Customer] == nil {
			order = append(order, e.Customer)
		}
		lane[e.Customer] = append(lane[e.Customer], i)
	}
	var stopped atomic.Bool
	var all errgroup.Group
	all.SetLimit(most)
	for _, customer := range order {
		all.Go(func() error {
			for _, i := range lane[customer] {
				if stopped.Load() {
					return nil
				}
				if !work(i) {
					stopped.Store(true)
				}
			}
			return nil
		})
	}
	_ = all.Wait() // no lane returns an error
}
