package workflows

import (
	"context"

	"afterpress/shared/crm/message"
	"afterpress/workflows/watch"

	"go.temporal.io/sdk/activity"
)

// The lines below ring alarms: template.yaml filters the worker's log by their fields. A line that rings has the level
// error, so that no LOG_LEVEL leaves it out.

const (
	failingSeconds = watch.FailingSeconds
	smsNearCap     = 80 // percent of the company's SMS of a day; from there on it rings
)

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
