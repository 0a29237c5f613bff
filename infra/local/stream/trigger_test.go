package stream

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"afterpress/infra/local/engine"
	"afterpress/infra/local/lambda"
	"afterpress/infra/local/sam"
)

// call is one invocation, and what the test has it answer.
type call struct {
	records []events.DynamoDBEventRecord
	answer  chan<- answer
}

type answer struct {
	failed []string // sequence numbers
	err    error
	result string // instead of failed
}

// ids are the keys of the records that an invocation carries.
func (c call) ids() string {
	var ids []string
	for _, r := range c.records {
		ids = append(ids, r.Change.Keys["pk"].String())
	}
	return strings.Join(ids, " ")
}

// function hands each invocation to the test.
type function chan call

func (f function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var event events.DynamoDBEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, err
	}
	reply := make(chan answer)
	select {
	case f <- call{event.Records, reply}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	a := <-reply
	if a.err != nil || a.result != "" {
		return []byte(a.result), a.err
	}
	failures := []events.DynamoDBBatchItemFailure{}
	for _, sequence := range a.failed {
		failures = append(failures, events.DynamoDBBatchItemFailure{ItemIdentifier: sequence})
	}
	return json.Marshal(events.DynamoDBEventResponse{BatchItemFailures: failures})
}

// table is a table with a stream on a real engine.
type table struct {
	db      *dynamodb.Client
	streams *dynamodbstreams.Client
	arn     string
	dir     string
}

func open(t *testing.T) *table {
	t.Helper()
	dir := t.TempDir()
	endpoint, stop, err := engine.StartDynamoDB(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	keys := credentials.NewStaticCredentialsProvider("local", "local", "")
	tb := &table{
		db: dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: keys}),
		streams: dynamodbstreams.New(dynamodbstreams.Options{Region: "us-east-1", BaseEndpoint: &endpoint,
			Credentials: keys}),
		dir: dir,
	}
	made, err := tb.db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("Events"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("pk"),
			AttributeType: types.ScalarAttributeTypeS}},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}},
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true),
			StreamViewType: types.StreamViewTypeNewImage},
	})
	if err != nil {
		t.Fatal(err)
	}
	tb.arn = aws.ToString(made.TableDescription.LatestStreamArn)
	return tb
}

func (tb *table) put(t *testing.T, ids ...string) {
	t.Helper()
	for _, id := range ids {
		item := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: id}}
		if !strings.HasPrefix(id, "quiet") {
			item["pending"] = &types.AttributeValueMemberS{Value: "0"}
		}
		if _, err := tb.db.PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: aws.String("Events"), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
}

// start runs a trigger and returns what it invokes and what ends it.
func (tb *table) start(t *testing.T, change func(*sam.StreamSource)) (function, func()) {
	t.Helper()
	source := sam.StreamSource{ID: "F/Appended", Function: "F", Table: "Events", StartingPosition: "TRIM_HORIZON",
		BatchSize:       100,
		Filters:         []string{`{"eventName":["INSERT"],"dynamodb":{"NewImage":{"pending":{"S":[{"exists":true}]}}}}`},
		PartialFailures: true, MaxRetries: 2, MaxAge: -1}
	if change != nil {
		change(&source)
	}
	f := make(function)
	trigger := &Trigger{Source: source, StreamARN: tb.arn, Client: tb.streams, Function: f, FirstWait: time.Millisecond,
		Checkpoint: filepath.Join(tb.dir, "checkpoint.json"), DeadLetters: tb.deadLetters(), Report: func(string) {}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- trigger.Run(ctx) }()
	stop := func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	return f, stop
}

func (tb *table) deadLetters() string { return filepath.Join(tb.dir, "dead-letters.jsonl") }

// want takes the next invocation, checks what it carries, and answers.
func (f function) want(t *testing.T, ids string, how func(call) answer) {
	t.Helper()
	select {
	case c := <-f:
		a := answer{}
		if how != nil {
			a = how(c)
		}
		c.answer <- a
		if c.ids() != ids {
			t.Fatalf("invoked with %q, want %q", c.ids(), ids)
		}
	case <-time.After(time.Minute):
		t.Fatalf("no invocation with %q", ids)
	}
}

// gather takes invocations until all the ids were seen, in this order.
func (f function) gather(t *testing.T, ids string) {
	t.Helper()
	var seen []string
	for strings.Join(seen, " ") != ids {
		select {
		case c := <-f:
			seen = append(seen, c.ids())
			c.answer <- answer{}
		case <-time.After(time.Minute):
			t.Fatalf("saw %v, want %s", seen, ids)
		}
	}
}

func failAt(place int) func(call) answer {
	return func(c call) answer { return answer{failed: []string{c.records[place].Change.SequenceNumber}} }
}

func failAll(call) answer { return answer{err: &lambda.Error{Type: "errorString", Message: "as told"}} }

func TestOrderBatchesAndFilter(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "quiet", "b", "a", "c", "d") // the second a changes nothing: dynoxide tells of it, AWS does not
	f, stop := tb.start(t, func(s *sam.StreamSource) { s.BatchSize = 3 })
	f.want(t, "a b c", func(c call) answer {
		r := c.records[0]
		if r.EventName != "INSERT" || r.EventSource != "aws:dynamodb" || r.EventSourceArn != tb.arn ||
			r.Change.NewImage["pending"].String() != "0" ||
			time.Since(r.Change.ApproximateCreationDateTime.Time) > time.Minute {
			t.Errorf("record %+v", r)
		}
		return answer{}
	})
	f.want(t, "d", nil)
	tb.put(t, "e")
	f.want(t, "e", nil)
	stop()
}

func TestGoesOnAfterARestart(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b", "c")
	f, stop := tb.start(t, nil)
	f.want(t, "a b c", failAt(1))
	f.want(t, "b c", nil)
	tb.put(t, "d")
	f.want(t, "d", nil)
	stop()
	tb.put(t, "e")
	f, stop = tb.start(t, nil)
	f.gather(t, "e")
	stop()
}

func TestAnUnsettledBatchComesAgainAfterARestart(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b")
	f, stop := tb.start(t, nil)
	f.want(t, "a b", failAt(1))
	stop()
	f, stop = tb.start(t, nil)
	f.want(t, "b", nil)
	stop()
}

func TestPartialFailureRetriesFromTheLowest(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b", "c", "d")
	f, stop := tb.start(t, func(s *sam.StreamSource) { s.Bisect = true })
	f.want(t, "a b c d", func(c call) answer {
		return answer{failed: []string{c.records[3].Change.SequenceNumber, c.records[2].Change.SequenceNumber}}
	})
	f.want(t, "c d", nil)
	stop()
}

func TestWhatMeansWholeFailureAndWhatSuccess(t *testing.T) {
	for name, test := range map[string]struct {
		how  func(call) answer
		more bool
	}{
		"unknown number": {func(call) answer { return answer{failed: []string{"7"}} }, true},
		"empty number":   {func(call) answer { return answer{failed: []string{""}} }, true},
		"wrong name":     {func(call) answer { return answer{result: `{"batchItemFailures":[{"id":"1"}]}`} }, true},
		"not an object":  {func(call) answer { return answer{result: `"x"`} }, true},
		"error":          {failAll, true},
		"no processes":   {func(call) answer { return answer{err: errors.New("no")} }, true},
		"empty list":     {func(call) answer { return answer{result: `{"batchItemFailures":[]}`} }, false},
		"null list":      {func(call) answer { return answer{result: `{"batchItemFailures":null}`} }, false},
		"null":           {func(call) answer { return answer{result: `null`} }, false},
		"empty object":   {func(call) answer { return answer{result: `{}`} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			tb := open(t)
			tb.put(t, "a", "b")
			f, stop := tb.start(t, nil)
			f.want(t, "a b", test.how)
			if test.more {
				f.want(t, "a b", nil)
			}
			tb.put(t, "c")
			f.want(t, "c", nil)
			stop()
		})
	}
}

func TestBisectFindsThePoisonAndItIsGivenUp(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b", "poison", "d")
	f, stop := tb.start(t, func(s *sam.StreamSource) { s.Bisect = true })
	f.want(t, "a b poison d", failAll)
	f.want(t, "a b", nil)
	f.want(t, "poison d", failAll)
	for range 3 { // once, and two retries
		f.want(t, "poison", failAll)
	}
	f.want(t, "d", nil)
	tb.put(t, "e")
	f.want(t, "e", nil)
	stop()
	if got := tb.givenUp(t); !reflect.DeepEqual(got, []string{"RetryAttemptsExhausted 1 3"}) {
		t.Errorf("dead letters %v", got)
	}
}

func TestWithoutBisectTheBatchIsGivenUp(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b")
	f, stop := tb.start(t, func(s *sam.StreamSource) { s.MaxRetries = 1 })
	f.want(t, "a b", failAll)
	f.want(t, "a b", failAll)
	tb.put(t, "c")
	f.want(t, "c", nil)
	stop()
	if got := tb.givenUp(t); !reflect.DeepEqual(got, []string{"RetryAttemptsExhausted 2 2"}) {
		t.Errorf("dead letters %v", got)
	}
}

func TestTooOldIsGivenUpUnseen(t *testing.T) {
	tb := open(t)
	tb.put(t, "a", "b")
	_, stop := tb.start(t, func(s *sam.StreamSource) { s.MaxAge = 0 })
	for deadline := time.After(time.Minute); ; {
		if got := tb.givenUp(t); reflect.DeepEqual(got, []string{"RecordAgeExceeded 2 0"}) {
			break
		}
		select {
		case <-deadline:
			t.Fatalf("dead letters %v", tb.givenUp(t))
		case <-time.Tick(10 * time.Millisecond):
		}
	}
	stop()
}

// givenUp lists condition, size and tries of each dead letter.
func (tb *table) givenUp(t *testing.T) []string {
	t.Helper()
	file, err := os.Open(tb.deadLetters())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var list []string
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var letter struct {
			RequestContext struct {
				Condition              string
				ApproximateInvokeCount int
			}
			DDBStreamBatchInfo struct {
				BatchSize                              int
				StartSequenceNumber, EndSequenceNumber string
			}
		}
		if err := json.Unmarshal(lines.Bytes(), &letter); err != nil {
			t.Fatal(err)
		}
		if letter.DDBStreamBatchInfo.StartSequenceNumber == "" {
			t.Errorf("dead letter %s", lines.Text())
		}
		list = append(list, fmt.Sprintf("%s %d %d", letter.RequestContext.Condition, letter.DDBStreamBatchInfo.BatchSize,
			letter.RequestContext.ApproximateInvokeCount))
	}
	return list
}

func TestFilter(t *testing.T) {
	record := func(text string) map[string]any {
		var r map[string]any
		if err := json.Unmarshal([]byte(text), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	insert := record(`{"eventName":"INSERT","dynamodb":{"NewImage":{"p":{"S":"x"}}}}`)
	for pattern, want := range map[string]bool{
		`{"eventName":["MODIFY","INSERT"]}`:                                  true,
		`{"eventName":["REMOVE"]}`:                                           false,
		`{"dynamodb":{"NewImage":{"p":{"S":[{"exists":true}]}}}}`:            true,
		`{"dynamodb":{"NewImage":{"q":{"S":[{"exists":true}]}}}}`:            false,
		`{"dynamodb":{"NewImage":{"q":{"S":[{"exists":false}]}}}}`:           true,
		`{"dynamodb":{"OldImage":{"q":{"S":["x"]}}}}`:                        false,
		`{"eventName":["INSERT"],"dynamodb":{"NewImage":{"p":{"S":["y"]}}}}`: false,
	} {
		filters, err := compile([]string{pattern})
		if err != nil || wanted(filters, insert) != want {
			t.Errorf("%s: %v, %v", pattern, !want, err)
		}
	}
	for _, pattern := range []string{`{"a":"b"}`, `{"a":[{"prefix":"x"}]}`, `{`, `{"a":[{"exists":true,"prefix":"x"}]}`} {
		if _, err := compile([]string{pattern}); err == nil {
			t.Errorf("%s was taken", pattern)
		}
	}
}
