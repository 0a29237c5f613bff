// Package sam reads template.yaml as far as the local stack runs it: functions, routes, tables, the stream's mapping,
// schedules, the bucket and the worker's container. In a part that it runs, anything unknown is an error that names
// the logical id. So the template and the local stack cannot drift apart in silence.
package sam

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"go.yaml.in/yaml/v3"
)

// Template has the parts of the template that run locally, in its order.
type Template struct {
	Functions  []Function
	Routes     []Route
	Tables     []Table
	Buckets    []Bucket
	Streams    []StreamSource
	Schedules  []Schedule
	Queues     []Queue
	Messages   []QueueSource
	Containers []Container

	BucketPolicies []Statement // of every bucket

	Alarms     []Alarm
	LogMetrics []LogMetric
	AccessLog  string // what the gateway writes of each call, with $context.… for what it knows of it
}

// Function is one Lambda function.
type Function struct {
	ID       string // logical id: Api
	Name     string // the logical id in lower case, which is the folder under functions/: api
	Env      map[string]string
	Timeout  time.Duration
	MemoryMB int
	Role     []Statement // what it may do
}

// Route is one route of the HTTP API.
type Route struct {
	Method   string // upper case, or ANY
	Path     string // may end in /{name+}
	Function string // logical id
	JWT      *JWT   // nil: anybody may call
}

// JWT is what a token must carry.
type JWT struct {
	Issuer   string
	Audience []string // one of these in aud, or in client_id where there is no aud
	Scopes   []string // one of these in scope or scp; none: any token of the audience passes
}

// Table is one DynamoDB table; its name is its logical id unless the caller sets another.
type Table struct {
	ID           string
	TTLAttribute string // empty: rows do not expire
	create       dynamodb.CreateTableInput
}

// CreateInput returns a fresh request that makes the table under its logical id.
func (t Table) CreateInput() *dynamodb.CreateTableInput {
	input := t.create
	name := t.ID
	input.TableName = &name
	return &input
}

// StreamSource is one event source mapping from a table's stream to a function.
type StreamSource struct {
	ID               string // Stream/Appended
	Function         string // logical id
	Table            string // logical id
	StartingPosition string // TRIM_HORIZON or LATEST
	Filters          []string
	BatchSize        int
	PartialFailures  bool
	Bisect           bool
	MaxRetries       int           // -1: without end
	MaxAge           time.Duration // -1: without end
}

// Schedule invokes a function at a fixed rate.
type Schedule struct {
	ID       string
	Function string // logical id
	Every    time.Duration
	Input    json.RawMessage
}

// Container is a long-lived process of an ECS task definition.
type Container struct {
	ID   string // logical id of the task definition
	Name string // the container's name, which is the folder under functions/: worker
	Env  map[string]string
	Role []Statement // what it may do
	role string      // ${WorkerRole.Arn}
}

// ignored lists the types that nothing local depends on. A type that is neither here nor read is an error.
var ignored = map[string]bool{
	"AWS::CloudWatch::CompositeAlarm":             true,
	"AWS::CloudWatch::Dashboard":                  true,
	"AWS::Cognito::UserPool":                      true,
	"AWS::Cognito::UserPoolClient":                true,
	"AWS::Cognito::UserPoolDomain":                true,
	"AWS::Cognito::UserPoolGroup":                 true,
	"AWS::EC2::SecurityGroup":                     true,
	"AWS::ECR::Repository":                        true,
	"AWS::ECS::Cluster":                           true,
	"AWS::ECS::Service":                           true,
	"AWS::IAM::ManagedPolicy":                     true,
	"AWS::IAM::Policy":                            true,
	"AWS::KMS::Alias":                             true,
	"AWS::KMS::Key":                               true,
	"AWS::Logs::LogGroup":                         true,
	"AWS::SES::ConfigurationSet":                  true,
	"AWS::SES::ConfigurationSetEventDestination":  true,
	"AWS::SES::EmailIdentity":                     true,
	"AWS::SES::ReceiptRule":                       true,
	"AWS::SES::ReceiptRuleSet":                    true,
	"AWS::SNS::Subscription":                      true,
	"AWS::SNS::Topic":                             true,
	"AWS::SNS::TopicPolicy":                       true,
	"AWS::SQS::QueuePolicy":                       true,
	"AWS::SSM::Parameter":                         true, // only its value is read, by what names it
	"AWS::SecretsManager::Secret":                 true,
	"AWS::SecretsManager::SecretTargetAttachment": true,
}

// Load reads the template at path with the given parameters; a parameter that is not given has its default.
func Load(path string, parameters map[string]string) (*Template, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := parse(text, parameters)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// document is the template's outline; its parts are read by hand because of their tags.
type document struct {
	Version     string               `yaml:"AWSTemplateFormatVersion"`
	Transform   string               `yaml:"Transform"`
	Description string               `yaml:"Description"`
	Metadata    yaml.Node            `yaml:"Metadata"`
	Parameters  map[string]parameter `yaml:"Parameters"`
	Conditions  map[string]yaml.Node `yaml:"Conditions"`
	Rules       yaml.Node            `yaml:"Rules"` // CloudFormation's to check, as constraints are
	Globals     struct {
		Function yaml.Node `yaml:"Function"`
	} `yaml:"Globals"`
	Resources yaml.Node `yaml:"Resources"`
	Outputs   yaml.Node `yaml:"Outputs"`
}

// parameter's constraints are CloudFormation's to check.
type parameter struct {
	Type    string         `yaml:"Type"`
	Default *string        `yaml:"Default"`
	Rest    map[string]any `yaml:",inline"`
}

// resource is a resource's outline.
type resource struct {
	id                  string
	Type                string    `yaml:"Type"`
	Condition           string    `yaml:"Condition"`
	Properties          yaml.Node `yaml:"Properties"`
	Metadata            yaml.Node `yaml:"Metadata"`
	DependsOn           yaml.Node `yaml:"DependsOn"`
	DeletionPolicy      string    `yaml:"DeletionPolicy"`
	UpdateReplacePolicy string    `yaml:"UpdateReplacePolicy"`
}

func parse(text []byte, parameters map[string]string) (*Template, error) {
	var doc document
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	if err := decoder.Decode(&doc); err != nil {
		return nil, err
	}
	for name := range parameters {
		if _, ok := doc.Parameters[name]; !ok {
			return nil, fmt.Errorf("the template has no parameter %s", name)
		}
	}
	resources, err := outline(&doc.Resources)
	if err != nil {
		return nil, err
	}
	r := &reader{scope: scope{doc: &doc, given: parameters, types: map[string]string{}, values: map[string]yaml.Node{}},
		apis: map[string]httpAPI{}, roles: map[string][]Statement{}}
	for _, res := range resources {
		r.scope.types[res.id] = res.Type
		if res.Type == "AWS::SSM::Parameter" {
			r.scope.values[res.id] = res.Properties
		}
	}
	if r.globals, err = r.scope.resolveOptional(&doc.Globals.Function); err != nil {
		return nil, fmt.Errorf("in Globals: %w", err)
	}
	return r.read(resources)
}

// outline lists the resources in the template's order.
func outline(node *yaml.Node) ([]resource, error) {
	if node.Kind != yaml.MappingNode {
		return nil, errors.New("the template has no Resources")
	}
	var resources []resource
	known := map[string]bool{"Type": true, "Condition": true, "Properties": true, "Metadata": true, "DependsOn": true,
		"DeletionPolicy": true, "UpdateReplacePolicy": true}
	for i := 0; i < len(node.Content); i += 2 {
		res := resource{id: node.Content[i].Value}
		body := node.Content[i+1]
		for j := 0; j < len(body.Content); j += 2 {
			if name := body.Content[j].Value; !known[name] {
				return nil, fmt.Errorf("%s: unknown attribute %s", res.id, name)
			}
		}
		if err := body.Decode(&res); err != nil {
			return nil, fmt.Errorf("%s: %w", res.id, err)
		}
		resources = append(resources, res)
	}
	return resources, nil
}

// reader collects what runs.
type reader struct {
	scope   scope
	globals any
	apis    map[string]httpAPI
	roles   map[string][]Statement // by logical id
	out     Template
}

func (r *reader) read(resources []resource) (*Template, error) {
	readers := map[string]func(resource) error{
		"AWS::CloudWatch::Alarm":    r.readAlarm,
		"AWS::DynamoDB::Table":      r.readTable,
		"AWS::ECS::TaskDefinition":  r.readTask,
		"AWS::IAM::Role":            r.readRole,
		"AWS::Logs::MetricFilter":   r.readMetricFilter,
		"AWS::S3::Bucket":           r.readBucket,
		"AWS::S3::BucketPolicy":     r.readBucketPolicy,
		"AWS::SQS::Queue":           r.readQueue,
		"AWS::Serverless::HttpApi":  r.readAPI,
		"AWS::Serverless::Function": r.readFunction,
	}
	// A function's events name its API, so APIs are read first, wherever they stand.
	for _, apis := range []bool{true, false} {
		for _, res := range resources {
			if (res.Type == "AWS::Serverless::HttpApi") != apis || ignored[res.Type] {
				continue
			}
			read := readers[res.Type]
			if read == nil {
				return nil, fmt.Errorf("%s: the local stack does not know the type %s", res.id, res.Type)
			}
			if wanted, err := r.scope.wanted(res); err != nil {
				return nil, fmt.Errorf("%s: %w", res.id, err)
			} else if !wanted {
				continue
			}
			if err := read(res); err != nil {
				return nil, fmt.Errorf("%s: %w", res.id, err)
			}
		}
	}
	return &r.out, r.fillRoles()
}

// properties resolves a resource's properties into the struct behind into, whose fields are all that is known.
func (r *reader) properties(res resource, into any) error {
	value, err := r.scope.resolveOptional(&res.Properties)
	if err != nil {
		return err
	}
	return fill(into, value)
}

// fill decodes strictly: a property that into has no field for is an error that names it.
func fill(into, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	err = decoder.Decode(into)
	if err == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return fmt.Errorf("the local stack does not know the property %s", strings.Trim(name, `"`))
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Errorf("property %s: a %s cannot stand here", wrong.Field, wrong.Value)
	}
	return err
}
