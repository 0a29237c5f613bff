package sam

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

const head = `
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: local}
  Size: {Type: Number, Default: 256}
  Issuer: {Type: String, Default: ""}
  Needed: {Type: String}
Conditions:
  Nobody: !Equals [a, b]
  Own: !Equals [!Ref Issuer, ""]
  Both: !And [!Condition Own, !Not [!Equals [!Ref Stage, production]]]
  Either: !Or [!Equals [!Ref Stage, a], !Equals [!Ref Stage, local]]
Globals:
  Function:
    Handler: bootstrap
    Runtime: provided.al2023
    MemorySize: !Ref Size
    Environment: {Variables: {STAGE: !Ref Stage, TABLE: !Ref Things}}
Resources:
  Things:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      TimeToLiveSpecification: {AttributeName: ttl, Enabled: true}
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
  Door:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Staff
        Authorizers:
          Staff:
            AuthorizationScopes: [!If [Own, admin, !Ref Issuer]]
            JwtConfiguration:
              issuer: !If [Own, "https://own", !Ref Issuer]
              audience: [staff, !If [Either, !Ref AWS::NoValue, never]]
  Queue: {Type: AWS::SQS::Queue}
  Files:
    Type: AWS::S3::Bucket
    Properties:
      LifecycleConfiguration: {Rules: []}
      CorsConfiguration: {CorsRules: [{AllowedMethods: [POST], AllowedOrigins: ["https://a"], AllowedHeaders: ["*"], MaxAge: 60}]}
`

const example = `
  Api:
    Type: AWS::Serverless::Function
    Condition: Both
    Metadata: {BuildMethod: makefile}
    Properties:
      Timeout: 7
      Policies:
        - Version: "2012-10-17"
          Statement:
            - {Sid: Keep, Effect: Allow, Action: dynamodb:GetItem,
              Resource: [!GetAtt Things.Arn, !Sub "${Things.Arn}/index/by"],
              Condition: {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [A, "B#*"]}}}
      Environment: {Variables: {STAGE: !Sub "${Stage}-${AWS::Region}", BUCKET: !Ref Files, KEY_SECRET: !Ref Key}}
      Events:
        A: {Type: HttpApi, Properties: {ApiId: !Ref Door, Method: any, Path: /things}}
        B: {Type: HttpApi, Properties: {ApiId: !Ref Door, Method: GET, Path: "/things/{proxy+}", Auth: {Authorizer: NONE}}}
        C: {Type: Schedule, Properties: {Schedule: rate(5 minutes), Input: '{"sweep": true}'}}
        D:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Things.StreamArn
            StartingPosition: TRIM_HORIZON
            FilterCriteria: {Filters: [{Pattern: '{"eventName":["INSERT"]}'}]}
            BisectBatchOnFunctionError: true
            FunctionResponseTypes: [ReportBatchItemFailures]
            MaximumRetryAttempts: 3
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Queue.Arn}}
  Key: {Type: AWS::SecretsManager::Secret}
  Absent:
    Type: AWS::Serverless::Function
    Condition: Nobody
    Properties: {Nonsense: true}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      Cpu: "256"
      TaskRoleArn: !GetAtt Role.Arn
      ContainerDefinitions:
        - Name: worker
          Environment: [{Name: STAGE, Value: !Ref Stage}]
          Secrets: [{Name: KEY, ValueFrom: !Ref Key}, !If [Nobody, {Name: X, ValueFrom: y}, !Ref AWS::NoValue]]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Version: "2012-10-17"}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Action: [dynamodb:PutItem, dynamodb:Query], Resource: !GetAtt Things.Arn}
              - !If [Nobody, {Effect: Deny, Action: "*", Resource: "*"}, !Ref AWS::NoValue]
  Rule:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Files
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Deny, Principal: "*", Action: s3:*, Resource: !GetAtt Files.Arn}]
`

func TestReadsWhatRuns(t *testing.T) {
	got, err := parse([]byte(head+example), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.FillSecrets(map[string]string{SecretARN("Key"): "sealed"}); err != nil {
		t.Fatal(err)
	}

	staff := &JWT{Issuer: "https://own", Audience: []string{"staff"}, Scopes: []string{"admin"}}
	want := Template{
		Functions: []Function{{ID: "Api", Name: "api", Timeout: 7 * time.Second, MemoryMB: 256,
			Env: map[string]string{"STAGE": "local-us-east-1", "TABLE": "Things", "BUCKET": "files",
				"KEY_SECRET": "arn:aws:secretsmanager:us-east-1:000000000000:secret:Key"},
			Role: []Statement{{Sid: "Keep", Effect: "Allow", Action: OneOrMany{"dynamodb:GetItem"},
				Resource:  OneOrMany{"${Things.Arn}", "${Things.Arn}/index/by"},
				Condition: map[string]map[string]OneOrMany{"ForAllValues:StringLike": {"dynamodb:LeadingKeys": {"A", "B#*"}}}}}}},
		Routes: []Route{
			{Method: "ANY", Path: "/things", Function: "Api", JWT: staff},
			{Method: "GET", Path: "/things/{proxy+}", Function: "Api"},
		},
		Tables: got.Tables,
		Buckets: []Bucket{{ID: "Files", Name: "files",
			CORS: []s3types.CORSRule{{AllowedMethods: []string{"POST"}, AllowedOrigins: []string{"https://a"},
				AllowedHeaders: []string{"*"}, MaxAgeSeconds: aws.Int32(60)}}}},
		Queues:    []Queue{{ID: "Queue"}},
		Schedules: []Schedule{{ID: "Api/C", Function: "Api", Every: 5 * time.Minute, Input: []byte(`{"sweep": true}`)}},
		Streams: []StreamSource{{ID: "Api/D", Function: "Api", Table: "Things", StartingPosition: "TRIM_HORIZON",
			Filters: []string{`{"eventName":["INSERT"]}`}, BatchSize: 100, PartialFailures: true, Bisect: true, MaxRetries: 3,
			MaxAge: -1}},
		Containers: []Container{{ID: "Task", Name: "worker", Env: map[string]string{"STAGE": "local", "KEY": "sealed"},
			Role: []Statement{{Effect: "Allow", Action: OneOrMany{"dynamodb:PutItem", "dynamodb:Query"},
				Resource: OneOrMany{"${Things.Arn}"}}}, role: "${Role.Arn}"}},
		BucketPolicies: []Statement{{Effect: "Deny", Principal: "*", Action: OneOrMany{"s3:*"},
			Resource: OneOrMany{"${Files.Arn}"}}},
	}
	if !reflect.DeepEqual(*got, want) {
		t.Errorf("got  %+v\nwant %+v", *got, want)
	}
	table := got.Tables[0]
	if table.ID != "Things" || table.TTLAttribute != "ttl" {
		t.Errorf("table %+v", table)
	}
	input := table.CreateInput()
	if *input.TableName != "Things" || input.StreamSpecification.StreamViewType != types.StreamViewTypeNewImage ||
		*input.KeySchema[0].AttributeName != "pk" || input.KeySchema[0].KeyType != types.KeyTypeHash {
		t.Errorf("create input %+v", input)
	}
}

func TestUnknownStops(t *testing.T) {
	function := func(properties string) string {
		return "\n  F:\n    Type: AWS::Serverless::Function\n    Properties: " + properties + "\n"
	}
	event := func(e string) string { return function("{Events: {E: " + e + "}}") }
	tests := map[string]struct{ resource, want string }{
		"type": {"\n  X: {Type: AWS::Kinesis::Stream}\n",
			"X: the local stack does not know the type AWS::Kinesis::Stream"},
		"attribute":       {"\n  X: {Type: AWS::SQS::Queue, Creation: y}\n", "X: unknown attribute Creation"},
		"property":        {function("{Layers: [a]}"), "F: the local stack does not know the property Layers"},
		"nested property": {event("{Type: Schedule, Properties: {Schedule: rate(1 minute), Input: '1', State: ENABLED}}"), "F: event E: the local stack does not know the property State"},
		"wrong kind":      {function("{Timeout: soon}"), "F: property Timeout: a string cannot stand here"},
		"runtime":         {function("{Runtime: nodejs24.x}"), "F: the local stack runs provided.al2023"},
		"event type":      {event("{Type: SNS}"), "F: event E: the local stack does not know the event type SNS"},
		"cron": {event(`{Type: Schedule, Properties: {Schedule: "cron(0 3 * * ? *)", Input: "1"}}`),
			"F: event E: the local stack knows schedules of the form rate(1 minute)"},
		"parallel": {event("{Type: DynamoDB, Properties: {Stream: !GetAtt Things.StreamArn, ParallelizationFactor: 4}}"), "property ParallelizationFactor"},
		"stream of no table": {event("{Type: DynamoDB, Properties: {Stream: !GetAtt Queue.Arn}}"),
			"F: event E: property Stream"},
		"authorizer":   {event("{Type: HttpApi, Properties: {ApiId: !Ref Door, Method: GET, Path: /, Auth: {Authorizer: Nobody}}}"), "F: event E: property Auth: no authorizer Nobody"},
		"no api":       {event("{Type: HttpApi, Properties: {Method: GET, Path: /}}"), "F: event E: property ApiId"},
		"function":     {function("{Timeout: !ImportValue x}"), "does not know the function !ImportValue"},
		"long form":    {function("{Timeout: {Ref: Size}}"), "write the short form of Ref"},
		"no such name": {function("{Timeout: !Ref Nothing}"), "!Ref Nothing: no such parameter or resource"},
		"parameter":    {function("{MemorySize: !Ref Needed}"), "parameter Needed has no value"},
		"address of AWS": {function("{Environment: {Variables: {Q: !GetAtt Queue.Arn}}}"),
			"F: environment variable Q is ${Queue.Arn}, which only AWS knows"},
		"cors": {"\n  D2:\n    Type: AWS::Serverless::HttpApi\n    Properties: {CorsConfiguration: true}\n",
			"D2: the local stack does not know the property CorsConfiguration"},
		"notices of files": {"\n  B2:\n    Type: AWS::S3::Bucket\n    Properties: {NotificationConfiguration: {TopicConfigurations: []}}\n", "B2: the local stack does not know the property TopicConfigurations"},
		"notices elsewhere": {"\n  B2:\n    Type: AWS::S3::Bucket\n    Properties: {NotificationConfiguration: " +
			"{QueueConfigurations: [{Event: a, Queue: !GetAtt Things.Arn}]}}\n",
			"B2: property Queue: the local stack knows !GetAtt <queue>.Arn"},
		"many messages at once": {event("{Type: SQS, Properties: {Queue: !GetAtt Queue.Arn, BatchSize: 10}}"),
			"F: event E: the local stack hands over one message at a time"},
		"index": {"\n  T2:\n    Type: AWS::DynamoDB::Table\n    Properties: {KeySchema: [], ReplicaSpecification: 1}\n", "T2: the local stack does not know the property ReplicaSpecification"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := parse([]byte(head+test.resource), nil)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
	if _, err := parse([]byte(head), map[string]string{"Colour": "red"}); err == nil {
		t.Error("a parameter that the template does not have was taken")
	}
}

func TestSecretsMustBeKnown(t *testing.T) {
	template := Template{Containers: []Container{{ID: "Task",
		Env: map[string]string{"KEY": "{{resolve:secretsmanager:Other}}"}}}}
	if err := template.FillSecrets(map[string]string{"Key": "x"}); err == nil {
		t.Error("an unknown secret was taken")
	}
}

// TestReadsTheRealTemplate keeps template.yaml within what the local stack runs.
func TestReadsTheRealTemplate(t *testing.T) {
	path := filepath.Join("..", "..", "..", "template.yaml")
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path, map[string]string{
		"TemporalAddress": "127.0.0.1:7233", "SenderAddress": "shop@example.com", "TokenIssuer": "https://issuer",
		"TokenAudience": "staff", "WorkerVpc": "local", "SmtpSecret": "Smtp", "PublicUrl": "http://127.0.0.1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.FillSecrets(map[string]string{SecretARN("SealKey"): "sealed", "Smtp": "smtp://mail:25"}); err != nil {
		t.Fatal(err)
	}
	if len(got.Functions) == 0 || len(got.Routes) == 0 || len(got.Tables) != 3 || len(got.Buckets) != 1 ||
		len(got.Streams) != 1 ||
		len(got.Schedules) != 1 || len(got.Containers) != 1 {
		t.Errorf("%d functions, %d routes, %d tables, %d streams, %d schedules, %d containers", len(got.Functions),
			len(got.Routes), len(got.Tables), len(got.Streams), len(got.Schedules), len(got.Containers))
	}
}

// A stack on restored tables names its own nowhere: not in a setting, a permission or the stream.
func TestARestoredStackUsesTheRestoredTables(t *testing.T) {
	const stream = "arn:aws:dynamodb:us-east-1:000000000000:table/events-2/stream/2026-11-30T06:00:00.000"
	got, err := Load(filepath.Join("..", "..", "..", "template.yaml"), map[string]string{
		"TemporalAddress": "127.0.0.1:7233", "SenderAddress": "shop@example.com", "WorkerVpc": "local",
		"PublicUrl": "http://127.0.0.1", "RestoredRecords": "records-2", "RestoredEvents": "events-2",
		"RestoredMessages": "messages-2", "RestoredStream": stream,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"RECORDS_TABLE": "records-2", "EVENTS_TABLE": "events-2", "MESSAGES_TABLE": "messages-2"}
	judge := func(name string, env map[string]string, role []Statement) {
		for setting, table := range want {
			if env[setting] != table {
				t.Errorf("%s: %s is %s", name, setting, env[setting])
			}
		}
		tables := 0
		for _, s := range role {
			for _, resource := range s.Resource {
				if strings.Contains(resource, ":table/") {
					tables++
				}
				for _, own := range []string{"${Records", "${Events", "${Messages"} {
					if strings.Contains(resource, own) {
						t.Errorf("%s: %s names %s", name, s.Sid, resource)
					}
				}
			}
		}
		if tables == 0 {
			t.Errorf("%s may use no restored table", name)
		}
	}
	for _, f := range got.Functions {
		judge(f.Name, f.Env, f.Role)
	}
	for _, c := range got.Containers {
		judge(c.Name, c.Env, c.Role)
	}
	if len(got.Functions) != 4 || len(got.Containers) != 1 || len(got.Streams) != 1 ||
		got.Streams[0].Table != "events-2" {
		t.Errorf("%d functions, %d containers, streams %+v", len(got.Functions), len(got.Containers), got.Streams)
	}
}

// A topic's Ref is its ARN, as on AWS; nobody hears of mails where SES does not send them.
func TestTheDoorKnowsTheTopicOfSES(t *testing.T) {
	for set, want := range map[string]string{"": "", "afterpress": "arn:aws:sns:us-east-1:000000000000:SesTopic"} {
		got, err := Load(filepath.Join("..", "..", "..", "template.yaml"),
			map[string]string{"TemporalAddress": "localhost:7233", "SenderAddress": "shop@example.com",
				"SesConfigurationSet": set})
		if err != nil {
			t.Fatal(err)
		}
		seen := false
		for _, f := range got.Functions {
			if f.Name == "intake" {
				seen = f.Env["SES_TOPIC"] == want
			}
		}
		if !seen {
			t.Errorf("with the set %q the door's topic is not %q", set, want)
		}
	}
}
