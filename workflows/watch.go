package workflows

import (
	"context"
	"log/slog"
	"maps"
	"time"

	"afterpress/shared/crm/message"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
)

// The lines below ring alarms: template.yaml filters the worker's log by their fields. A line that rings has the level
// error, so that no LOG_LEVEL leaves it out.

const (
	failingSeconds = "failing_seconds" // for how long a step has failed

	longFailing = time.Hour // from then on a step that fails rings
	smsNearCap  = 80        // percent of the company's SMS of a day; from there on it rings
)

// Watch is an interceptor of the worker. It logs how long a step has failed, once an attempt and at its beginning:
// what killed the attempt before may have been a crash, which logs nothing.
type Watch struct {
	interceptor.WorkerInterceptorBase
}

// InterceptActivity has every attempt of every activity watched.
func (*Watch) InterceptActivity(_ context.Context,
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
		tell("a step is tried again", failingSeconds, int64(failing.Seconds()))
	}
	return s.Next.ExecuteActivity(ctx, in)
}

// watchMessage logs a message of which nobody knows whether it was sent, and how many SMS the day still has. Only
// Temporal's worker is watched.
func watchMessage(ctx context.Context, ledger Ledger, m message.Message) {
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

// failedTasks logs the workflow tasks that fail in this process, each in a line. The SDK counts them by this metric,
// whatever its own log says of the cause. No other metric is kept.
type failedTasks struct {
	client.MetricsHandler // keeps nothing
	logger                *slog.Logger
	tags                  map[string]string
}

// failedTask is the SDK's name for the metric (docs.temporal.io/references/sdk-metrics).
const failedTask = "temporal_workflow_task_execution_failed"

func watchTasks(logger *slog.Logger) client.MetricsHandler {
	return failedTasks{MetricsHandler: client.MetricsNopHandler, logger: logger}
}

// WithTags is called by the SDK for each task.
func (f failedTasks) WithTags(tags map[string]string) client.MetricsHandler {
	merged := map[string]string{}
	maps.Copy(merged, f.tags)
	maps.Copy(merged, tags)
	f.tags = merged
	return f
}

// Counter gives the counter whose increments are logged, or one that counts nothing.
func (f failedTasks) Counter(name string) client.MetricsCounter {
	if name != failedTask {
		return f.MetricsHandler.Counter(name)
	}
	return f
}

// Inc logs tasks that failed.
func (f failedTasks) Inc(tasks int64) {
	f.logger.Error("a workflow task failed", "failed_workflow_tasks", tasks, "workflow", f.tags["workflow_type"],
		"reason", f.tags["failure_reason"])
}
