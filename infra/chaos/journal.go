package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"afterpress/infra/local/seed"
)

// try is one request and how it was answered.
type try struct {
	Person     int           `json:"person"`
	At         time.Time     `json:"at"`
	Took       time.Duration `json:"took_ns"`
	Status     int           `json:"status,omitempty"`
	RetryAfter int           `json:"retry_after_s,omitempty"`
	Submission string        `json:"submission,omitempty"`
	Fault      string        `json:"fault,omitempty"` // no answer at all
}

func (t try) accepted() bool { return t.Status >= 200 && t.Status < 300 }

// busy is what a door says that cannot reach its tables: come back later, and when.
func (t try) busy() bool { return t.Status == http.StatusServiceUnavailable && t.RetryAfter > 0 }

// journal keeps every request with its answer, in a file as well.
type journal struct {
	mu     sync.Mutex
	tries  []try
	file   *os.File
	writes *json.Encoder
	more   chan struct{} // closed and renewed with each entry
}

func openJournal(dir string) (*journal, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.Create(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		return nil, err
	}
	return &journal{file: file, writes: json.NewEncoder(file), more: make(chan struct{})}, nil
}

func (j *journal) add(t try) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tries = append(j.tries, t)
	close(j.more)
	j.more = make(chan struct{})
	return j.writes.Encode(t)
}

func (j *journal) close() error { return j.file.Close() }

// await waits for n more entries of a kind.
func (j *journal) await(ctx context.Context, n int, what string, kind func(try) bool) error {
	j.mu.Lock()
	from := len(j.tries)
	for {
		found := 0
		for _, t := range j.tries[from:] {
			if kind(t) {
				found++
			}
		}
		more := j.more
		j.mu.Unlock()
		if found >= n {
			return nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return fmt.Errorf("%d of %d %s: %w", found, n, what, ctx.Err())
		}
		j.mu.Lock()
	}
}

func (j *journal) all() []try {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.tries[:len(j.tries):len(j.tries)]
}

// load sends enquiries at a steady rate, each of another person. A person sends the same again until an answer says
// that it was received.
type load struct {
	api     string
	journal *journal
	client  *http.Client
	people  sync.WaitGroup
	stop    context.CancelFunc
	ended   chan struct{}
	count   int // people so far; read once ended

	mu    sync.Mutex
	fault error // of the rig itself
}

// begin starts the load.
func begin(ctx context.Context, api string, j *journal, rate int) *load {
	going, stop := context.WithCancel(ctx)
	l := &load{api: api, journal: j, stop: stop, ended: make(chan struct{}),
		client: &http.Client{Timeout: 35 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	go func() {
		defer close(l.ended)
		tick := time.NewTicker(time.Second / time.Duration(rate))
		defer tick.Stop()
		for {
			select {
			case <-going.Done():
				return
			case <-tick.C:
				person := l.count
				l.count++
				l.people.Go(func() { l.enquire(ctx, person) })
			}
		}
	}()
	return l
}

// end lets nobody else come, and waits until everybody is answered. It returns how many people there were.
func (l *load) end() (int, error) {
	l.stop()
	<-l.ended
	l.people.Wait()
	return l.count, l.fault
}

// enquire is one person, who does not give up.
func (l *load) enquire(ctx context.Context, person int) {
	body, err := json.Marshal(map[string]any{
		"name": "林小满", "company": "小满茶业有限公司", "email": mailbox(person), "product": "packaging", "quantity": 2000,
		"message": "茶叶礼盒，四色印刷，哑膜。",
	})
	for err == nil {
		var t try
		t, err = l.post(ctx, person, body)
		err = errors.Join(err, l.journal.add(t))
		if t.accepted() || err != nil {
			break
		}
		err = pause(ctx, cmp.Or(time.Duration(t.RetryAfter)*time.Second, time.Second))
	}
	if err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fault = errors.Join(l.fault, fmt.Errorf("person %d: %w", person, err))
	}
}

// post sends the enquiry once. Its error is the rig's; that nobody answers stands in the try.
func (l *load) post(ctx context.Context, person int, body []byte) (try, error) {
	t := try{Person: person, At: time.Now()}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.api+"/forms/"+seed.Quote, bytes.NewReader(body))
	if err != nil {
		return t, err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := l.client.Do(r)
	t.Took = time.Since(t.At)
	if err != nil {
		t.Fault = err.Error()
		return t, ctx.Err()
	}
	defer func() { _ = response.Body.Close() }() // it was read
	answer, err := io.ReadAll(response.Body)
	t.Took, t.Status = time.Since(t.At), response.StatusCode
	if err != nil {
		t.Status, t.Fault = 0, err.Error()
		return t, ctx.Err()
	}
	t.RetryAfter, _ = strconv.Atoi(response.Header.Get("Retry-After"))
	if t.accepted() {
		var received struct {
			Submission string `json:"submission_id"`
		}
		err = json.Unmarshal(answer, &received)
		t.Submission = received.Submission
	}
	return t, err
}

// mailbox is the address of a person.
func mailbox(person int) string { return fmt.Sprintf("visitor.%d@visitor.example", person) }

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
