package stack

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"afterpress/infra/local/lambda"
	"afterpress/infra/local/sam"
	"afterpress/infra/local/schedule"
	"afterpress/infra/local/stream"
)

// triggers are what invokes functions by itself.
type triggers struct {
	mu        sync.Mutex
	stop      context.CancelFunc // of the streams; nil: they are stopped
	group     *sync.WaitGroup
	scheduled bool
}

func (s *Stack) startTriggers(ctx context.Context) error {
	if s.options.SkipStream {
		return nil
	}
	return s.StartStream(ctx)
}

// startSchedules runs every schedule until Close. They begin with the stream: what the stream is to leave alone, its
// sweep would hand over.
func (s *Stack) startSchedules(ctx context.Context) {
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	for _, sched := range s.template.Schedules {
		group.Go(func() {
			ticker := time.NewTicker(sched.Every)
			defer ticker.Stop()
			schedule.Run(background, sched, ticker.C, s.function(sched.Function), func(what string) { s.say("%s", what) })
		})
	}
	s.onClose(func() {
		s.StopStream()
		cancel()
		group.Wait()
	})
	s.triggers.scheduled = true
}

// StartStream starts handing the tables' changes to their functions, from where it was stopped, and at its first call
// the schedules. ctx bounds the start.
func (s *Stack) StartStream(ctx context.Context) error {
	s.triggers.mu.Lock()
	defer s.triggers.mu.Unlock()
	if s.triggers.stop != nil {
		return nil
	}
	if !s.triggers.scheduled {
		s.startSchedules(ctx)
	}
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	group := &sync.WaitGroup{}
	for _, source := range s.template.Streams {
		t, err := s.trigger(ctx, source)
		if err != nil {
			cancel()
			return err
		}
		group.Go(func() {
			if err := t.Run(background); err != nil {
				s.say("%s ended: %v", source.ID, err)
			}
		})
	}
	s.triggers.stop, s.triggers.group = cancel, group
	return nil
}

func (s *Stack) trigger(ctx context.Context, source sam.StreamSource) (*stream.Trigger, error) {
	arn, err := s.streamOf(ctx, source.Table)
	if err != nil {
		return nil, err
	}
	return &stream.Trigger{
		Source: source, StreamARN: arn, Function: s.function(source.Function),
		Client: dynamodbstreams.New(dynamodbstreams.Options{Region: region, BaseEndpoint: aws.String(s.Addresses.DynamoDB),
			Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")}),
		Checkpoint:  s.data("stream-" + source.Function + "-" + source.Table + ".json"),
		DeadLetters: s.DeadLetters(),
		Report:      func(what string) { s.say("%s", what) },
	}, nil
}

// DeadLetters is the file that takes what the stream gave up.
func (s *Stack) DeadLetters() string { return s.Dir + "/dead-letters.jsonl" }

// StopStream stops handing changes over, as in an outage of the event source; nothing is lost. Schedules go on.
func (s *Stack) StopStream() {
	s.triggers.mu.Lock()
	defer s.triggers.mu.Unlock()
	if s.triggers.stop == nil {
		return
	}
	s.triggers.stop()
	s.triggers.group.Wait()
	s.triggers.stop = nil
}

// Sweep runs every schedule once, now.
func (s *Stack) Sweep(ctx context.Context) error {
	for _, sched := range s.template.Schedules {
		if _, err := s.function(sched.Function).Invoke(ctx, sched.Input); err != nil {
			return fmt.Errorf("schedule %s: %w", sched.ID, err)
		}
	}
	return nil
}

// function finds a running function by its logical id.
func (s *Stack) function(id string) *lambda.Function {
	for _, f := range s.template.Functions {
		if f.ID == id {
			return s.functions[f.Name]
		}
	}
	return nil
}

// Kill kills a part (api, worker, DynamoDB, Temporal, Inbox, …) as a crash would; it is started again.
func (s *Stack) Kill(name string) error {
	if f := s.functions[name]; f != nil {
		f.Kill()
		return nil
	}
	if k := s.keepers[name]; k != nil {
		k.Kill()
		return nil
	}
	return fmt.Errorf("the stack has no part %s", name)
}

// Pause kills the worker or an engine and keeps it down until Resume.
func (s *Stack) Pause(name string) error {
	k := s.keepers[name]
	if k == nil {
		return fmt.Errorf("the stack has no engine or worker %s", name)
	}
	k.Pause()
	return nil
}

// Resume lets a part start again after Pause.
func (s *Stack) Resume(name string) error {
	k := s.keepers[name]
	if k == nil {
		return fmt.Errorf("the stack has no engine or worker %s", name)
	}
	k.Resume()
	return nil
}

// Pids lists the processes of each part.
func (s *Stack) Pids() map[string][]int {
	pids := map[string][]int{}
	for name, f := range s.functions {
		pids[name] = f.Pids()
	}
	for name, k := range s.keepers {
		pids[name] = []int{k.Pid()}
	}
	return pids
}
