// Package queue plays SQS between a bucket and a function, as far as the template uses it: each message is a file
// until the function has taken it. It comes again after a pause where the function fails, and is set aside in the end.
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/uuid"
)

// Invoker is implemented by *lambda.Function.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Queue is one queue. Its messages outlive the process.
type Queue struct {
	Dir       string        // of the messages
	Dead      string        // file, one line of JSON per message that was given up
	Receives  int           // how often a message is handed over at most; 0: without end
	FirstWait time.Duration // before a message comes again; doubled each time up to 10 s. 0: 100 ms
	Report    func(what string)

	came chan struct{}
}

// longestWait is the longest pause before a message comes again. On AWS it is the visibility timeout, each time.
const longestWait = 10 * time.Second

// Open makes the folder of a queue.
func Open(q Queue) (*Queue, error) {
	if q.FirstWait == 0 {
		q.FirstWait = 100 * time.Millisecond
	}
	q.came = make(chan struct{}, 1)
	return &q, os.MkdirAll(q.Dir, 0o700)
}

// message is what is kept of a message.
type message struct {
	ID    string `json:"id"`
	Body  string `json:"body"`
	Tries int    `json:"tries"`

	next time.Time
}

// Send puts a message into the queue.
func (q *Queue) Send(body string) error {
	id, err := uuid.NewV7()
	if err == nil {
		err = q.keep(&message{ID: id.String(), Body: body})
	}
	select {
	case q.came <- struct{}{}:
	default:
	}
	return err
}

func (q *Queue) path(id string) string { return filepath.Join(q.Dir, id+".json") }

func (q *Queue) keep(m *message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	half := q.path(m.ID) + ".half"
	if err := os.WriteFile(half, text, 0o600); err != nil {
		return err
	}
	return os.Rename(half, q.path(m.ID))
}

// Run hands messages to the function until ctx ends, the oldest first. One that waits does not hold up the others.
func (q *Queue) Run(ctx context.Context, f Invoker) error {
	waiting := map[string]*message{}
	for ctx.Err() == nil {
		if err := q.look(waiting); err != nil {
			return err
		}
		for _, m := range due(waiting) {
			if err := q.hand(ctx, f, m); err != nil {
				return err
			}
			if m.next.IsZero() {
				delete(waiting, m.ID)
			}
		}
		timer := time.NewTimer(q.FirstWait)
		select {
		case <-q.came:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	return nil
}

// look reads the messages that came.
func (q *Queue) look(waiting map[string]*message) error {
	files, err := filepath.Glob(q.path("*"))
	if err != nil {
		return err
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		m := new(message)
		if err := json.Unmarshal(text, m); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if waiting[m.ID] == nil {
			waiting[m.ID] = m
		}
	}
	return nil
}

// due are the messages whose pause is over, in the order in which they came.
func due(waiting map[string]*message) (out []*message) {
	for _, m := range waiting {
		if !time.Now().Before(m.next) {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(a, b *message) int { return slices.Compare([]byte(a.ID), []byte(b.ID)) })
	return out
}

// hand gives a message to the function once. Its next time is zero once it has left the queue.
func (q *Queue) hand(ctx context.Context, f Invoker, m *message) error {
	m.Tries++
	fault := q.invoke(ctx, f, m)
	switch {
	case fault == nil:
		m.next = time.Time{}
		return os.Remove(q.path(m.ID))
	case ctx.Err() != nil:
		return nil // it is handed over at the next start
	case q.Receives > 0 && m.Tries >= q.Receives:
		q.Report(fmt.Sprintf("a message was given up after %d tries: %v", m.Tries, fault))
		m.next = time.Time{}
		return q.bury(m)
	}
	m.next = time.Now().Add(min(q.FirstWait<<min(m.Tries-1, 10), longestWait))
	return q.keep(m)
}

func (q *Queue) invoke(ctx context.Context, f Invoker, m *message) error {
	payload, err := json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: m.ID, Body: m.Body,
		EventSource: "aws:sqs", Attributes: map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.Tries)}}}})
	if err != nil {
		return err
	}
	answer, err := f.Invoke(ctx, payload)
	if err != nil {
		return err
	}
	var out events.SQSEventResponse
	if err := json.Unmarshal(answer, &out); err != nil {
		return err
	}
	if len(out.BatchItemFailures) > 0 {
		return errors.New("the function did not take it")
	}
	return nil
}

// bury sets a message aside.
func (q *Queue) bury(m *message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(q.Dead, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(text, '\n'))
	return errors.Join(err, file.Close(), os.Remove(q.path(m.ID)))
}
