package sam

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// LogMetric is a metric that a filter makes of the lines of a log.
type LogMetric struct {
	ID      string // logical id of the filter
	Log     string // logical id of the log group
	Pattern string
	Metric  Metric
	Value   string // of each line that matches: a number, or $.field
}

// Metric names one metric of CloudWatch. A value of a dimension that only AWS knows is ${Id.Attribute}.
type Metric struct {
	Namespace, Name string
	Dimensions      map[string]string
}

// Alarm rings when enough of its latest periods breach the threshold.
type Alarm struct {
	ID          string
	Description string
	Actions     []string
	Metrics     []Metric // one, or several whose sum is watched, periods without data as 0
	Statistic   string
	Period      time.Duration
	Periods     int // that are looked at
	Enough      int // of them that must breach
	Comparison  string
	Threshold   float64
	Missing     string // how a period without data counts: breaching or notBreaching
}

type metricFilterProperties struct {
	LogGroupName, FilterPattern string
	MetricTransformations       []struct{ MetricNamespace, MetricName, MetricValue, Unit string }
}

func (r *reader) readMetricFilter(res resource) error {
	var p metricFilterProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	if len(p.MetricTransformations) != 1 || r.scope.types[p.LogGroupName] != "AWS::Logs::LogGroup" {
		return errors.New("a metric filter needs one transformation, and a log group by its !Ref")
	}
	m := p.MetricTransformations[0]
	r.out.LogMetrics = append(r.out.LogMetrics, LogMetric{ID: res.id, Log: p.LogGroupName, Pattern: p.FilterPattern,
		Metric: Metric{Namespace: m.MetricNamespace, Name: m.MetricName}, Value: m.MetricValue})
	return nil
}

type dimension struct{ Name, Value string }

type metricStat struct {
	Stat   string
	Period int
	Metric struct {
		Namespace, MetricName string
		Dimensions            []dimension
	}
}

type alarmProperties struct {
	AlarmDescription, Namespace, MetricName, Statistic string
	Dimensions                                         []dimension
	Period, EvaluationPeriods, DatapointsToAlarm       int
	ComparisonOperator, TreatMissingData               string
	Threshold                                          float64
	AlarmActions                                       []string
	Metrics                                            []struct {
		Id, Expression string
		ReturnData     *bool
		MetricStat     *metricStat
	}
}

// comparisons are the operators of an alarm.
var comparisons = []string{"GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold",
	"LessThanOrEqualToThreshold"}

func (r *reader) readAlarm(res resource) error {
	var p alarmProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	a := Alarm{ID: res.id, Description: p.AlarmDescription, Actions: p.AlarmActions, Statistic: p.Statistic,
		Period: time.Duration(p.Period) * time.Second, Periods: p.EvaluationPeriods,
		Enough: p.DatapointsToAlarm, Comparison: p.ComparisonOperator, Threshold: p.Threshold, Missing: p.TreatMissingData}
	if a.Enough == 0 { // all of them
		a.Enough = a.Periods
	}
	if !slices.Contains(comparisons, a.Comparison) || a.Periods < 1 || a.Enough > a.Periods {
		return fmt.Errorf("an alarm that compares by %q, %d of %d periods, is not understood", a.Comparison, a.Enough,
			a.Periods)
	}
	if a.Missing != "breaching" && a.Missing != "notBreaching" {
		return fmt.Errorf("property TreatMissingData: say breaching or notBreaching, not %q", a.Missing)
	}
	if p.MetricName != "" {
		a.Metrics = []Metric{metric(p.Namespace, p.MetricName, p.Dimensions)}
		r.out.Alarms = append(r.out.Alarms, a)
		return nil
	}
	return r.readSum(a, p)
}

// readSum reads an alarm over the sum of several metrics, the only expression that is understood.
func (r *reader) readSum(a Alarm, p alarmProperties) error {
	for _, m := range p.Metrics {
		if m.MetricStat == nil {
			if m.Expression != "SUM(FILL(METRICS(), 0))" {
				return fmt.Errorf("the expression %q is not understood", m.Expression)
			}
			continue
		}
		if m.ReturnData == nil || *m.ReturnData {
			return fmt.Errorf("metric %s: ReturnData must be false beside the sum", m.Id)
		}
		a.Statistic, a.Period = m.MetricStat.Stat, time.Duration(m.MetricStat.Period)*time.Second
		of := m.MetricStat.Metric
		a.Metrics = append(a.Metrics, metric(of.Namespace, of.MetricName, of.Dimensions))
	}
	if len(a.Metrics) == 0 {
		return errors.New("an alarm needs a metric")
	}
	r.out.Alarms = append(r.out.Alarms, a)
	return nil
}

func metric(namespace, name string, dimensions []dimension) Metric {
	m := Metric{Namespace: namespace, Name: name}
	for _, d := range dimensions {
		if m.Dimensions == nil {
			m.Dimensions = map[string]string{}
		}
		m.Dimensions[d.Name] = d.Value
	}
	return m
}

// DimensionNames lists the names of the metric's dimensions in order.
func (m Metric) DimensionNames() []string { return slices.Sorted(maps.Keys(m.Dimensions)) }
