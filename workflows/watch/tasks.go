// Package watch logs what goes wrong between the SDK and Temporal.
package watch

import (
	"log/slog"
	"maps"

	"go.temporal.io/sdk/client"
)

// failedTasks logs the workflow tasks that fail in this process, each in a line. The SDK counts them by this metric,
// whatever its own log says of the cause. No other metric is kept.
type failedTasks struct {
	client.MetricsHandler // keeps nothing
	logger                *slog.Logger
	tags                  map[string]string
}

// failedTask is the SDK's name for the metric (docs.temporal.io/references/sdk-metrics).
const failedTask = "temporal_workflow_task_execution_failed"

// Tasks logs the workflow tasks that fail in this process.
func Tasks(logger *slog.Logger) client.MetricsHandler {
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
