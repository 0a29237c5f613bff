package stack

import (
	"context"
	"fmt"
	"sync"

	"afterpress/infra/local/queue"
)

// openQueues opens the queues of the template, into which the buckets tell what happens to their objects.
func (s *Stack) openQueues() error {
	for _, q := range s.template.Queues {
		opened, err := queue.Open(queue.Queue{Dir: s.data("queue-" + q.ID), Dead: s.DeadLetters(), Receives: q.Receives,
			Report: func(what string) { s.say("%s: %s", q.ID, what) }})
		if err != nil {
			return err
		}
		s.queues[q.ID] = opened
	}
	s.sky.Notify(s.template.Buckets, func(id, notice string) error {
		q := s.queues[id]
		if q == nil {
			return fmt.Errorf("the template has no queue %s", id)
		}
		return q.Send(notice)
	})
	return nil
}

// startQueues hands the messages of the queues to their functions until Close.
func (s *Stack) startQueues(ctx context.Context) error {
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	for _, source := range s.template.Messages {
		group.Go(func() {
			if err := s.queues[source.Queue].Run(background, s.function(source.Function)); err != nil {
				s.say("%s ended: %v", source.ID, err)
			}
		})
	}
	s.onClose(func() {
		cancel()
		group.Wait()
	})
	return nil
}
