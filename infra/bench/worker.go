package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/infra/demo/premises"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/workflows"

	enumspb "go.temporal.io/api/enums/v1"
	"golang.org/x/sync/errgroup"
)

// workerMemory is what template.yaml gives the worker, in MB.
const workerMemory = 512

// worker measures the memory of the worker with many open processes: of leads whose next rung is due tomorrow.
func worker(ctx context.Context, b *bench) error {
	p, err := premises.Open(ctx, stack.Options{SkipStream: true})
	if err != nil {
		return err
	}
	defer p.Close()
	if _, err := drive(ctx, driving{Clients: 1, Posts: 1, Limit: limit}, post(p.API, enquiry)); err != nil {
		return err
	}
	pending, err := p.Store.Pending(ctx, boot.Now().Add(time.Minute), 1)
	if err != nil || len(pending) != 1 {
		return errors.Join(err, fmt.Errorf("%d events are pending", len(pending)))
	}
	before, err := peak(p.Stack.Pids()["worker"][0])
	if err != nil {
		return err
	}
	began := time.Now()
	if err := open(ctx, p, pending[0], b.size.open); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := peak(p.Stack.Pids()["worker"][0])
	if err != nil {
		return err
	}
	b.by(nowhere).note("worker without a process: memory at its peak", before, "MB")
	b.by(nowhere).note(fmt.Sprintf("worker: %d processes begun", b.size.open), float64(b.size.open)/took.Seconds(),
		"per s")
	b.by(nowhere).atMost(fmt.Sprintf("worker with %d open processes: memory at its peak", b.size.open), after, "MB",
		workerMemory)
	return nil
}

// open begins processes like that of the event, for leads of their own, and waits until each of them waits.
func open(ctx context.Context, p *premises.Premises, first event.Event, n int) error {
	hands := workflows.NewClient(p.Temporal)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(64)
	for i := range n {
		group.Go(func() error {
			e, at := first, *first.Progress
			at.ID, at.Rungs = fmt.Sprintf("lead_%08d", i), slices.Clone(at.Rungs)
			for j := range at.Rungs {
				at.Rungs[j].At = boot.Now().Add(24 * time.Hour)
			}
			e.ID, e.Record, e.Progress = fmt.Sprintf("evt_%08d", i), at.ID, &at
			if err := hands.Hand(ctx, e); err != nil {
				return err
			}
			return waiting(ctx, p, at)
		})
	}
	return group.Wait()
}

// waiting waits until a process has set its timer.
func waiting(ctx context.Context, p *premises.Premises, at ladder.Progress) error {
	events := p.Temporal.GetWorkflowHistory(ctx, at.WorkflowID(), "", true, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		if err != nil {
			return err
		}
		if e.EventType == enumspb.EVENT_TYPE_TIMER_STARTED {
			return nil
		}
	}
	return fmt.Errorf("%s has ended", at.WorkflowID())
}

// peak is the most memory that a process has held so far, in MB.
func peak(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	return peakOf(string(text))
}

// peakOf reads it from /proc/<pid>/status, where it stands in kB.
func peakOf(status string) (float64, error) {
	_, rest, found := strings.Cut(status, "VmHWM:")
	fields := strings.Fields(rest)
	if !found || len(fields) < 2 || fields[1] != "kB" {
		return 0, errors.New("no VmHWM in kB in /proc/<pid>/status")
	}
	n, err := strconv.ParseInt(fields[0], 10, 64)
	return float64(n) / 1024, err
}
