package watch

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// FailingSeconds is the field that says for how long a step has failed. template.yaml filters the worker's log by it.
// A line that rings has the level error, so that no LOG_LEVEL leaves it out.
const FailingSeconds = "failing_seconds"

const longFailing = time.Hour // from then on a step that fails rings

// Steps is an interceptor of the worker. It logs how long a step has failed, once an attempt and at its beginning:
// what killed the attempt before may have been a crash, which logs nothing.
type Steps struct {
	interceptor.WorkerInterceptorBase
}

// InterceptActivity has every attempt of every activity watched.
func (*Steps) InterceptActivity(_ context.Context,
	next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &watchedStep{interceptor.ActivityInboundInterceptorBase{Next: next}}
}

type watchedStep struct {
	interceptor.ActivityInboundInterceptorBase
}

// ExecuteActivity is called by the SDK for each attempt.
func (s *watchedStep) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if info := activity.GetInfo(ctx); info.Attempt > 1 {
		failing := info.StartedTime.Sub(info.ScheduledTime)
		tell := activity.GetLogger(ctx).Warn
		if failing >= longFailing {
			tell = activity.GetLogger(ctx).Error
		}
		tell("a step is tried again", FailingSeconds, int64(failing.Seconds()))
	}
	return s.Next.ExecuteActivity(ctx, in)
}
