// Package worker is the long-lived process that runs the workflows and their activities: all task queues in one.
package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"afterpress/workflows"
	"afterpress/workflows/watch"
)

// grace is how long what is running may take to end after the word to stop: longer than a step of 45 s, and within the
// 60 s after which template.yaml has the container killed.
const grace = 50 * time.Second

// cached is how many processes are kept in memory between their steps. The others are played again from their history
// at their next step. `make bench` measures the memory.
const cached = 2000

// Run serves every task queue until ctx ends, then takes no more work and lets what is running end. It returns an
// error when Temporal cannot be reached at the start or shuts the worker out later. It sees to it that what is to
// be done every night is scheduled, as soon as Temporal takes that.
func Run(ctx context.Context, c client.Client, work workflows.Work) error {
	worker.SetStickyWorkflowCacheSize(cached)
	fatal := make(chan error, 1)
	options := worker.Options{
		WorkerStopTimeout: grace,
		Interceptors:      []interceptor.WorkerInterceptor{&watch.Steps{}},
		OnFatalError: func(err error) {
			select {
			case fatal <- err:
			default: // the first one counts
			}
		},
	}
	shop := *work.Shop
	shop.Schedules = c.ScheduleClient()
	work.Shop = &shop
	var stops sync.WaitGroup
	defer stops.Wait()
	for _, queue := range workflows.Queues() {
		w := worker.New(c, queue, options)
		workflows.Register(w, work)
		if err := w.Start(); err != nil {
			return err
		}
		defer stops.Go(w.Stop)
	}
	return await(ctx, fatal, func(ctx context.Context) bool { return scheduled(ctx, work.Shop) })
}

// await returns when ctx ends, or with the error by which the worker is shut out. Meanwhile it asks for the schedules
// until it has them: what is due by itself must not wait for that.
func await(ctx context.Context, fatal <-chan error, scheduled func(context.Context) bool) error {
	var asking sync.WaitGroup
	defer asking.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end() // before the wait: a worker that is shut out ends, whether or not anything is scheduled
	asking.Go(func() {
		for pause := time.Second; !scheduled(ctx) && wait(ctx, pause); pause = min(2*pause, time.Minute) {
		}
	})
	select {
	case err := <-fatal:
		return err
	case <-ctx.Done():
		return nil
	}
}

// scheduled asks Temporal for what is to be done every night, and reports whether it is.
func scheduled(ctx context.Context, shop *workflows.ShopWork) bool {
	err := shop.Schedule(ctx)
	if err != nil && ctx.Err() == nil {
		slog.ErrorContext(ctx, "the nightly steps are not scheduled; that is tried again", "error", err.Error())
	}
	return err == nil
}

// wait waits, and reports whether nobody said stop meanwhile.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
