package queue

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// function takes a message once it was offered so often; 0: never.
type function struct {
	takes map[string]int
	ended func() // once it saw as many messages as it waits for; 0: never
	waits int

	mu   sync.Mutex
	seen []string
}

func (f *function) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var in events.SQSEvent
	if err := json.Unmarshal(payload, &in); err != nil {
		return nil, err
	}
	m := in.Records[0]
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seen = append(f.seen, m.Body+" "+m.Attributes["ApproximateReceiveCount"])
	if len(f.seen) == f.waits {
		defer f.ended()
	}
	n := 0
	for _, s := range f.seen {
		if body, _, _ := strings.Cut(s, " "); body == m.Body {
			n++
		}
	}
	if need := f.takes[m.Body]; need > 0 && n >= need {
		return []byte(`{"batchItemFailures":[]}`), nil
	}
	if n%2 == 0 {
		return nil, errors.New("it broke")
	}
	return []byte(`{"batchItemFailures":[{"itemIdentifier":"` + m.MessageId + `"}]}`), nil
}

func runs(t *testing.T, q *Queue, f *function) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	f.ended = cancel
	if err := q.Run(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// A message that fails comes again, holds up no other, and is set aside in the end. What is in the queue when it stops
// is there at the next start.
func TestMessagesComeUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	open := func(report func(string)) *Queue {
		q, err := Open(Queue{Dir: filepath.Join(dir, "q"), Dead: filepath.Join(dir, "dead"), Receives: 3,
			FirstWait: time.Millisecond, Report: report})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	q := open(func(string) {})
	for _, body := range []string{"never", "twice", "once"} {
		if err := q.Send(body); err != nil {
			t.Fatal(err)
		}
	}
	first := &function{waits: 1, takes: map[string]int{}}
	runs(t, q, first)
	f := &function{takes: map[string]int{"once": 1, "twice": 2}}
	runs(t, open(func(string) { f.ended() }), f)
	slices.Sort(f.seen)
	if first.seen[0] != "never 1" || !slices.Contains(f.seen, "once 1") || !slices.Contains(f.seen, "twice 2") {
		t.Errorf("%q, then %q", first.seen, f.seen)
	}
	left, err := filepath.Glob(filepath.Join(dir, "q", "*"))
	dead, unread := os.ReadFile(filepath.Join(dir, "dead"))
	if err != nil || unread != nil || len(left) != 0 || !strings.Contains(string(dead), `"body":"never","tries":3`) ||
		strings.Count(string(dead), "\n") != 1 {
		t.Errorf("left %q, dead %s, %v, %v", left, dead, err, unread)
	}
}
