package watch

import (
	"context"
	"errors"
	"runtime/debug"
	"time"

	"afterpress/shared/crm/message"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
)

// The lines below ring alarms: template.yaml filters the worker's log by their fields. A line that rings has the level
// error, so that no LOG_LEVEL leaves it out.

const (
	FailingSeconds = "failing_seconds" // for how long a step has failed

	longFailing = time.Hour // from then on a step that fails rings
	smsNearCap  = 80        // percent of the company's SMS of a day; from there on it rings
)

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

// Ledger is implemented by *store.Store.
type Ledger interface {
	// SMSToday is how many SMS the company has sent today, and how many it may by the policy of the branch.
	SMSToday(ctx context.Context, branch string) (used, most int64, err error)
}

// Message logs a message of which nobody knows whether it was sent, and how many SMS the day still has. Only
// Temporal's worker is watched.
func Message(ctx context.Context, ledger Ledger, m message.Message) {
	if !activity.IsActivity(ctx) {
		return
	}
	logger := activity.GetLogger(ctx)
	if m.State == message.StateUnknown {
		logger.Error("nobody knows whether a message was sent", "unknown_message", m.ID, "channel", m.Channel,
			"template", m.Template)
	}
	if m.Channel != message.ChannelSMS {
		return
	}
	used, most, err := ledger.SMSToday(ctx, m.Branch)
	if err != nil { // no message fails because of it
		logger.Warn("how many SMS were sent today is not known", "branch", m.Branch)
		return
	}
	percent := used * 100 / most
	tell := logger.Info
	if percent >= smsNearCap {
		tell = logger.Error
	}
	tell("SMS of the day", "sms_percent", percent, "most", most)
}

// errPanicked says that a step fell over. What it fell over with may quote a customer, so only the place is logged.
var errPanicked = errors.New("watch: a step panicked")

// Guarded makes an error of a panic, so that a person is shown it like any other one.
func Guarded[T any](ctx context.Context, do func() (T, error)) (out T, err error) {
	defer func() {
		if recover() != nil {
			activity.GetLogger(ctx).Error("a step panicked", "stack", string(debug.Stack()))
			err = errPanicked
		}
	}()
	return do()
}
