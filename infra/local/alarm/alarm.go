// Package alarm plays CloudWatch for the alarms of template.yaml: filters make metrics of the lines of a log, and an
// alarm rings by their periods. Tests give it what the code has logged. No maintained library for Go evaluates filter
// patterns, so it reads those of the template itself.
package alarm

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"afterpress/infra/local/sam"
)

// Bell is an alarm on a metric that is made of a log.
type Bell struct {
	sam.Alarm
	Source  sam.LogMetric
	pattern Pattern
}

// Hang finds the alarm and the filter that makes its metric.
func Hang(t *sam.Template, id string) (Bell, error) {
	at := slices.IndexFunc(t.Alarms, func(a sam.Alarm) bool { return a.ID == id })
	if at < 0 {
		return Bell{}, fmt.Errorf("the template has no alarm %s", id)
	}
	b := Bell{Alarm: t.Alarms[at]}
	from := slices.IndexFunc(t.LogMetrics, func(m sam.LogMetric) bool {
		watched := b.Metrics[0]
		return m.Metric.Namespace == watched.Namespace && m.Metric.Name == watched.Name && len(watched.Dimensions) == 0
	})
	if from < 0 || len(b.Metrics) > 1 {
		return Bell{}, fmt.Errorf("%s watches no metric of a log", id)
	}
	b.Source = t.LogMetrics[from]
	var err error
	b.pattern, err = Compile(b.Source.Pattern)
	return b, err
}

// Values are what the filter makes of the lines of a log: one value of each line that matches.
func (b Bell) Values(log []byte) []float64 {
	var out []float64
	for line := range bytes.Lines(log) {
		if !b.pattern.Matches(line) {
			continue
		}
		if fixed, err := strconv.ParseFloat(b.Source.Value, 64); err == nil {
			out = append(out, fixed)
			continue
		}
		fields, _ := object(line)
		if value, there := at(fields, b.Source.Value); there {
			if n, ok := value.(float64); ok { // CloudWatch publishes nothing for another value
				out = append(out, n)
			}
		}
	}
	return out
}

// Rings reports whether the alarm rings at the end of periods, each with the values of its lines, the latest last.
// Before them there were periods with the usual values.
func (b Bell) Rings(usual []float64, periods ...[]float64) (bool, error) {
	breaching := 0
	for i := range b.Periods {
		values := usual
		if at := len(periods) - 1 - i; at >= 0 {
			values = periods[at]
		}
		breaches, err := b.breaches(values)
		if err != nil {
			return false, err
		}
		if breaches {
			breaching++
		}
	}
	return breaching >= b.Enough, nil
}

func (b Bell) breaches(values []float64) (bool, error) {
	if len(values) == 0 {
		return b.Missing == "breaching", nil
	}
	var of float64
	switch b.Statistic {
	case "Sum":
		for _, v := range values {
			of += v
		}
	case "Maximum":
		of = slices.Max(values)
	default:
		return false, fmt.Errorf("%s: the statistic %s is not understood", b.ID, b.Statistic)
	}
	switch b.Comparison {
	case "GreaterThanThreshold":
		return of > b.Threshold, nil
	case "GreaterThanOrEqualToThreshold":
		return of >= b.Threshold, nil
	}
	return false, fmt.Errorf("%s: the comparison %s is not understood", b.ID, b.Comparison)
}

var contextName = regexp.MustCompile(`\$context(?:\.[A-Za-z]+)+`)

// AccessLine is what the gateway writes of a call, by the format of its access log. known has what $context is; what
// is not there becomes "-", as API Gateway writes it.
func AccessLine(format string, known map[string]string) []byte {
	line := contextName.ReplaceAllStringFunc(format, func(name string) string {
		if value, ok := known[strings.TrimPrefix(name, "$context.")]; ok {
			return value
		}
		return "-"
	})
	return append([]byte(line), '\n')
}
