package alarm

import (
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/sam"
	"afterpress/shared/boot"
	"afterpress/shared/kernel/fault"
	"afterpress/workflows"
)

// stack is the template of a shop that has everything.
func stack(t *testing.T) *sam.Template {
	t.Helper()
	template, err := sam.Load(filepath.Join("..", "..", "..", "template.yaml"), map[string]string{
		"TemporalAddress": "temporal:7233", "SenderAddress": "shop@shop.example", "WorkerVpc": "vpc",
		"PublicUrl": "https://shop.example", "AlarmEmail": "a@b.example", "SesConfigurationSet": "set",
	})
	if err != nil {
		t.Fatal(err)
	}
	return template
}

// logger writes as the functions and the worker do at that LOG_LEVEL.
func logger(out io.Writer, level slog.Level) *slog.Logger {
	return boot.Logger(out, boot.Config{Stage: "test", LogLevel: level})
}

// ring is what rings an alarm: the code that writes the line, run as it runs.
type ring struct {
	alarm string
	log   string // logical id of the log that the code writes to
	// ill gives what the code logs when somebody must look, with every LOG_LEVEL at its highest; well, what it logs on an
	// ordinary day, with LOG_LEVEL at its lowest.
	ill, well func(*testing.T) []byte
	periods   int // for so long it stays ill; 0: one period
}

// rings has every alarm on a line of a log.
func rings(template *sam.Template) []ring {
	return []ring{
		{alarm: "EventsStuck", log: "StreamLog", ill: sweeps(60, workflows.ErrAway), well: sweeps(0, nil), periods: 3},
		{alarm: "EventsParked", log: "StreamLog",
			ill:  sweeps(2, fault.Fail(fault.Impossible, "写不进去", "it cannot be written")),
			well: sweeps(2, fault.Fail(fault.Conflict, "冲突", "conflict"))},
		{alarm: "StepsFail", log: "WorkerLog", ill: tries(60, "61m"), well: tries(3, "59m59s")},
		{alarm: "StepsFail", log: "WorkerLog", ill: givesUp("90m"), well: givesUp("50m")},
		{alarm: "StepsParked", log: "WorkerLog", ill: steps(fault.Impossible), well: steps(fault.Internal)},
		{alarm: "WorkflowTasksFail", log: "WorkerLog", ill: broken, well: working},
		{alarm: "MessagesUnknown", log: "WorkerLog", ill: broken, well: working},
		{alarm: "SmsNearCap", log: "WorkerLog", ill: broken, well: working},
		{alarm: "HooksUnsigned", log: "IntakeLog", ill: calls(3, 0, 0), well: calls(2, 20, 3)},
		{alarm: "CallsRefused", log: "GatewayLog", ill: answers(template, 60, "401", 41, "403"),
			well: answers(template, 60, "401", 40, "403")},
		{alarm: "CallsTurnedAway", log: "GatewayLog", ill: answers(template, 21, "429", 0, ""),
			well: answers(template, 20, "429", 5000, "200")},
	}
}

func TestEachAlarmRingsFromTheVeryLine(t *testing.T) {
	t.Parallel()
	template := stack(t)
	for _, r := range rings(template) {
		t.Run(r.alarm, func(t *testing.T) {
			t.Parallel()
			b, err := Hang(template, r.alarm)
			if err != nil {
				t.Fatal(err)
			}
			if b.Source.Log != r.log {
				t.Errorf("it filters %s; the code writes to %s", b.Source.Log, r.log)
			}
			ill, well := r.ill(t), r.well(t)
			var periods [][]float64
			for range max(r.periods, 1) {
				periods = append(periods, b.Values(ill))
			}
			if rang, err := b.Rings(b.Values(well), periods...); err != nil || !rang {
				t.Errorf("it does not ring, %v:\n%s", err, ill)
			}
			if rang, err := b.Rings(b.Values(well)); err != nil || rang {
				t.Errorf("it rings on an ordinary day, %v:\n%s", err, well)
			}
			if len(well) == 0 {
				t.Error("nothing happened on the ordinary day")
			}
		})
	}
}

// Nobody sweeps where nobody logs an age.
func TestSilenceOfTheSweepRings(t *testing.T) {
	t.Parallel()
	b, err := Hang(stack(t), "EventsStuck")
	if err != nil {
		t.Fatal(err)
	}
	if rang, err := b.Rings([]float64{0}, nil, nil, nil); err != nil || !rang {
		t.Errorf("silence: %v, %v", rang, err)
	}
	if rang, err := b.Rings([]float64{0}, nil, nil); err != nil || rang {
		t.Errorf("two minutes of silence: %v, %v", rang, err)
	}
}

// documented are the metrics of AWS that alarms watch, with the dimensions under which AWS publishes them. The pages
// are "Working with metrics for HTTP APIs" and "Types of metrics for Lambda functions"; "Available CloudWatch metrics
// for Amazon SQS" and "Amazon ECS CloudWatch metrics" (a service on Fargate has both dimensions).
var documented = map[string]string{
	"AWS/ApiGateway 5xx":                         "ApiId",
	"AWS/Lambda Errors":                          "FunctionName",
	"AWS/Lambda Throttles":                       "FunctionName",
	"AWS/Lambda IteratorAge":                     "FunctionName",
	"AWS/SQS ApproximateNumberOfMessagesVisible": "QueueName",
	"AWS/ECS CPUUtilization":                     "ClusterName ServiceName",
}

// named are the resources whose values stand in those dimensions.
var named = map[string][]string{
	"ApiId": {"Gateway"}, "FunctionName": {"Api", "Console", "Intake", "Stream"},
	"QueueName":   {"${DeadLetters.QueueName}", "${LostArrivals.QueueName}"},
	"ClusterName": {"WorkerCluster"}, "ServiceName": {"${WorkerService.Name}"},
}

func TestEveryAlarmWatchesAMetricThatThereIs(t *testing.T) {
	t.Parallel()
	template := stack(t)
	rows := rings(template)
	for _, a := range template.Alarms {
		for _, m := range a.Metrics {
			if !strings.HasPrefix(m.Namespace, "AWS/") {
				continue
			}
			if got := strings.Join(m.DimensionNames(), " "); got != documented[m.Namespace+" "+m.Name] || got == "" {
				t.Errorf("%s watches %s %s by %q", a.ID, m.Namespace, m.Name, got)
			}
			for name, value := range m.Dimensions {
				if !slices.Contains(named[name], value) {
					t.Errorf("%s: %s is %s", a.ID, name, value)
				}
			}
		}
		row := slices.ContainsFunc(rows, func(r ring) bool { return r.alarm == a.ID })
		if _, err := Hang(template, a.ID); (err == nil) != row {
			t.Errorf("%s: it has a row: %v; %v", a.ID, row, err)
		}
		if !slices.ContainsFunc(a.Actions, func(to string) bool { return strings.HasSuffix(to, ":AlarmTopic") }) {
			t.Errorf("%s tells nobody", a.ID)
		}
		// what happened, and what to do next
		if !strings.Contains(a.Description, ". ") {
			t.Errorf("%s does not say what to do: %s", a.ID, a.Description)
		}
	}
	for _, m := range template.LogMetrics {
		if !slices.ContainsFunc(template.Alarms, func(a sam.Alarm) bool {
			b, err := Hang(template, a.ID)
			return err == nil && b.Source.ID == m.ID
		}) {
			t.Errorf("no alarm watches what %s makes", m.ID)
		}
	}
}

func TestAlarmsThatAreNotUnderstood(t *testing.T) {
	t.Parallel()
	for _, b := range []Bell{
		{Alarm: sam.Alarm{Periods: 1, Enough: 1, Statistic: "p99", Comparison: "GreaterThanThreshold"}},
		{Alarm: sam.Alarm{Periods: 1, Enough: 1, Statistic: "Sum", Comparison: "LessThanThreshold"}},
	} {
		if _, err := b.Rings(nil, []float64{1}); err == nil {
			t.Errorf("%+v was taken", b)
		}
	}
}
