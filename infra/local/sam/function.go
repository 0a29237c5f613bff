package sam

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

type functionProperties struct {
	Handler     string
	Runtime     string
	MemorySize  int
	Timeout     int
	Environment struct{ Variables map[string]any }
	Events      map[string]event
	Policies    []policyDocument

	// What AWS needs to build, admit, watch and roll out a function.
	Architectures                any
	AutoPublishAlias             any
	CodeUri                      any
	DeploymentPreference         any
	Description                  any
	LoggingConfig                any
	ReservedConcurrentExecutions any
	Role                         any
	Tags                         any
	Tracing                      any
}

type event struct {
	Type       string
	Properties json.RawMessage
}

func (r *reader) readFunction(res resource) error {
	own, err := r.scope.resolveOptional(&res.Properties)
	if err != nil {
		return err
	}
	var p functionProperties
	if err := fill(&p, merge(r.globals, own)); err != nil {
		return err
	}
	if p.Runtime != "provided.al2023" || p.Handler != "bootstrap" {
		return fmt.Errorf("the local stack runs provided.al2023 with the handler bootstrap, not %s with %s", p.Runtime,
			p.Handler)
	}
	env, err := variables(p.Environment.Variables)
	if err != nil {
		return err
	}
	for name, value := range env {
		if strings.Contains(value, "{{resolve:") {
			return fmt.Errorf("environment variable %s: a function reads its secrets by ARN, which no console shows", name)
		}
	}
	// Lambda's defaults
	f := Function{ID: res.id, Name: strings.ToLower(res.id), Env: env, MemoryMB: 128, Timeout: 3 * time.Second}
	for _, policy := range p.Policies {
		f.Role = append(f.Role, policy.Statement...)
	}
	if p.MemorySize > 0 {
		f.MemoryMB = p.MemorySize
	}
	if p.Timeout > 0 {
		f.Timeout = time.Duration(p.Timeout) * time.Second
	}
	r.out.Functions = append(r.out.Functions, f)
	for _, name := range slices.Sorted(maps.Keys(p.Events)) {
		if err := r.readEvent(res.id, name, p.Events[name]); err != nil {
			return fmt.Errorf("event %s: %w", name, err)
		}
	}
	return nil
}

// variables checks that every value is known locally.
func variables(values map[string]any) (map[string]string, error) {
	env := map[string]string{}
	for name, value := range values {
		switch value.(type) {
		case map[string]any, []any:
			return nil, fmt.Errorf("environment variable %s is not a text", name)
		}
		text := fmt.Sprint(value)
		if strings.Contains(text, "${") {
			return nil, fmt.Errorf("environment variable %s is %s, which only AWS knows", name, text)
		}
		env[name] = text
	}
	return env, nil
}

func (r *reader) readEvent(function, name string, e event) error {
	id := function + "/" + name
	switch e.Type {
	case "HttpApi":
		return r.readRoute(function, e)
	case "DynamoDB":
		return r.readStream(id, function, e)
	case "SQS":
		return r.readQueueSource(id, function, e)
	case "Schedule":
		return r.readSchedule(id, function, e)
	default:
		return fmt.Errorf("the local stack does not know the event type %s", e.Type)
	}
}

type scheduleProperties struct {
	Schedule string
	Input    string
	Enabled  *bool

	Description any
	Name        any
	RetryPolicy any
}

func (r *reader) readSchedule(id, function string, e event) error {
	var p scheduleProperties
	if err := fill(&p, e.Properties); err != nil {
		return err
	}
	if p.Enabled != nil && !*p.Enabled {
		return nil
	}
	every, err := rate(p.Schedule)
	if err != nil {
		return err
	}
	if !json.Valid([]byte(p.Input)) {
		return errors.New("property Input is not JSON")
	}
	r.out.Schedules = append(r.out.Schedules,
		Schedule{ID: id, Function: function, Every: every, Input: json.RawMessage(p.Input)})
	return nil
}

// rate reads rate(1 minute), rate(5 minutes), rate(2 hours), rate(1 day).
func rate(text string) (time.Duration, error) {
	units := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}
	var n int
	var unit string
	if _, err := fmt.Sscanf(text, "rate(%d %s", &n, &unit); err != nil || n < 1 || !strings.HasSuffix(unit, ")") {
		return 0, fmt.Errorf("the local stack knows schedules of the form rate(1 minute), not %q", text)
	}
	length, ok := units[strings.TrimSuffix(strings.TrimSuffix(unit, ")"), "s")]
	if !ok {
		return 0, fmt.Errorf("schedule %q has an unknown unit", text)
	}
	return time.Duration(n) * length, nil
}

type streamProperties struct {
	Stream                         string
	StartingPosition               string
	BatchSize                      *int
	MaximumBatchingWindowInSeconds int
	ParallelizationFactor          *int
	FunctionResponseTypes          []string
	BisectBatchOnFunctionError     bool
	MaximumRetryAttempts           *int
	MaximumRecordAgeInSeconds      *int
	Enabled                        *bool
	FilterCriteria                 struct{ Filters []struct{ Pattern string } }
	DestinationConfig              any // whatever it names, locally it is a file
}

func (r *reader) readStream(id, function string, e event) error {
	var p streamProperties
	if err := fill(&p, e.Properties); err != nil {
		return err
	}
	if p.Enabled != nil && !*p.Enabled {
		return nil
	}
	if factor := valueOr(p.ParallelizationFactor, 1); factor != 1 {
		return fmt.Errorf("property ParallelizationFactor: the local stack reads with 1, not %d", factor)
	}
	if p.MaximumBatchingWindowInSeconds != 0 {
		return errors.New("property MaximumBatchingWindowInSeconds: the local stack hands over at once")
	}
	table, err := r.tableOfStream(p.Stream)
	if err != nil {
		return err
	}
	source := StreamSource{
		ID: id, Function: function, Table: table,
		StartingPosition: p.StartingPosition,
		BatchSize:        valueOr(p.BatchSize, 100),
		Bisect:           p.BisectBatchOnFunctionError,
		MaxRetries:       valueOr(p.MaximumRetryAttempts, -1),
		MaxAge:           -1,
	}
	if age := valueOr(p.MaximumRecordAgeInSeconds, -1); age >= 0 {
		source.MaxAge = time.Duration(age) * time.Second
	}
	for _, kind := range p.FunctionResponseTypes {
		if kind != "ReportBatchItemFailures" {
			return fmt.Errorf("property FunctionResponseTypes: unknown %s", kind)
		}
		source.PartialFailures = true
	}
	for _, f := range p.FilterCriteria.Filters {
		source.Filters = append(source.Filters, f.Pattern)
	}
	r.out.Streams = append(r.out.Streams, source)
	return nil
}

// tableOfStream reads the table off ${Events.StreamArn}, or off the ARN of a stream that is not the stack's own.
func (r *reader) tableOfStream(value string) (string, error) {
	if _, rest, ok := strings.Cut(value, ":table/"); ok && strings.HasPrefix(value, "arn:") {
		name, _, _ := strings.Cut(rest, "/stream/")
		return name, nil
	}
	id, ok := strings.CutSuffix(strings.TrimPrefix(value, "${"), ".StreamArn}")
	if !ok || r.scope.types[id] != "AWS::DynamoDB::Table" {
		return "", errors.New("property Stream: the local stack knows !GetAtt <table>.StreamArn")
	}
	return id, nil
}

func valueOr(value *int, other int) int {
	if value == nil {
		return other
	}
	return *value
}
