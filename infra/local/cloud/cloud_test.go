package cloud_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/cloud"
	"afterpress/infra/local/engine"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// sky is a cloud over an engine of its own, with the tables of template.yaml.
type sky struct {
	*cloud.Cloud
	t        *testing.T
	engine   *dynamodb.Client
	endpoint string

	mu      sync.Mutex
	refused []cloud.Refusal
}

func over(t *testing.T) *sky {
	t.Helper()
	template := described(t, nil)
	endpoint, stop, err := engine.StartDynamoDB(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s := &sky{t: t, endpoint: endpoint}
	s.engine = s.client("local", nil)
	for _, table := range template.Tables {
		if _, err := s.engine.CreateTable(t.Context(), table.CreateInput()); err != nil {
			t.Fatal(err)
		}
	}
	s.Cloud, err = cloud.New(cloud.Options{Template: template, Refused: func(r cloud.Refusal) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.refused = append(s.refused, r)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *sky) client(key string, through http.RoundTripper) *dynamodb.Client {
	o := dynamodb.Options{Region: "us-east-1", BaseEndpoint: &s.endpoint, Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", "")}
	if through != nil {
		o.HTTPClient = &http.Client{Transport: through}
	}
	return dynamodb.New(o)
}

func (s *sky) as(role string) *dynamodb.Client { return s.client(role, s.Cloud) }

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func item(pk string, more ...string) map[string]types.AttributeValue {
	it := map[string]types.AttributeValue{"pk": text(pk), "sk": text("RECORD")}
	for i := 0; i+1 < len(more); i += 2 {
		it[more[i]] = text(more[i+1])
	}
	return it
}

func (s *sky) put(pk string, more ...string) error {
	_, err := s.as("operator").PutItem(s.t.Context(),
		&dynamodb.PutItemInput{TableName: aws.String("Records"), Item: item(pk, more...)})
	return err
}

func (s *sky) transact(ctx context.Context, pks ...string) error {
	in := &dynamodb.TransactWriteItemsInput{}
	for _, pk := range pks {
		in.TransactItems = append(in.TransactItems,
			types.TransactWriteItem{Put: &types.Put{TableName: aws.String("Records"), Item: item(pk)}})
	}
	_, err := s.as("operator").TransactWriteItems(ctx, in)
	return err
}

func onIndex(index, attribute, value string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{TableName: aws.String("Records"), KeyConditionExpression: aws.String("#k = :v"),
		ExpressionAttributeNames:  map[string]string{"#k": attribute},
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": text(value)}}
	if index != "" {
		in.IndexName = &index
	}
	return in
}

func denied(err error) bool {
	var e interface{ ErrorCode() string }
	return errors.As(err, &e) && e.ErrorCode() == "AccessDeniedException"
}

func TestEachFunctionMayDoWhatItsRoleSays(t *testing.T) {
	s := over(t)
	records := aws.String("Records")
	reads := func(table string) func(*dynamodb.Client) error {
		return func(db *dynamodb.Client) error {
			_, err := db.BatchGetItem(t.Context(), &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
				table: {Keys: []map[string]types.AttributeValue{item("LEAD#1"), item("LEAD#2")}}}})
			return err
		}
	}
	for _, c := range []struct {
		name, role string
		do         func(*dynamodb.Client) error
		want       bool
	}{
		{"a door reads a record", "api", func(db *dynamodb.Client) error {
			_, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: records, Key: item("LEAD#1")})
			return err
		}, true},
		{"it asks an index that it may ask", "api", func(db *dynamodb.Client) error {
			_, err := db.Query(t.Context(), onIndex("board", "board_pk", "LEAD#shanghai"))
			return err
		}, true},
		{"the public door does not", "intake", func(db *dynamodb.Client) error {
			_, err := db.Query(t.Context(), onIndex("board", "board_pk", "LEAD#shanghai"))
			return err
		}, false},
		{"it reads the shop", "intake", func(db *dynamodb.Client) error {
			_, err := db.Query(t.Context(), onIndex("", "pk", "SHOP"))
			return err
		}, true},
		{"and no list of people", "intake", func(db *dynamodb.Client) error {
			_, err := db.Query(t.Context(), onIndex("", "pk", "CUSTOMER#1"))
			return err
		}, false},
		{"nobody scans", "api", func(db *dynamodb.Client) error {
			_, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: records})
			return err
		}, false},
		{"a claim is moved", "api", func(db *dynamodb.Client) error {
			_, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: records, Key: item("CLAIM#phone#1")})
			return err
		}, true},
		{"a record is not", "api", func(db *dynamodb.Client) error {
			_, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: records, Key: item("LEAD#1")})
			return err
		}, false},
		{"a suppression is lifted by the public door", "intake", func(db *dynamodb.Client) error {
			_, err := db.DeleteItem(t.Context(),
				&dynamodb.DeleteItemInput{TableName: aws.String("Messages"), Key: item("SUPPRESSED#email#1")})
			return err
		}, true},
		{"and by staff", "api", func(db *dynamodb.Client) error {
			_, err := db.DeleteItem(t.Context(),
				&dynamodb.DeleteItemInput{TableName: aws.String("Messages"), Key: item("SUPPRESSED#email#1")})
			return err
		}, true},
		{"the worker reads the log", "worker", func(db *dynamodb.Client) error {
			in := onIndex("", "pk", "CUSTOMER#1")
			in.TableName = aws.String("Events")
			_, err := db.Query(t.Context(), in)
			return err
		}, true},
		{"staff set the shop up", "api", setsUp, true},
		{"the public door does not", "intake", setsUp, false},
		{"nor does the stream", "stream", setsUp, false},
		{"nor the worker", "worker", setsUp, false},
		{"a transaction asks for each of its items", "api", func(db *dynamodb.Client) error {
			_, err := db.TransactWriteItems(t.Context(), &dynamodb.TransactWriteItemsInput{
				TransactItems: []types.TransactWriteItem{
					{Put: &types.Put{TableName: records, Item: item("LEAD#2")}},
					{Delete: &types.Delete{TableName: records, Key: item("LEAD#1")}},
				}})
			return err
		}, false},
		{"a batch of writes is an action of its own", "api", func(db *dynamodb.Client) error {
			_, err := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{
				RequestItems: map[string][]types.WriteRequest{"Records": {{PutRequest: &types.PutRequest{Item: item("LEAD#3")}}}}})
			return err
		}, false},
		{"a batch of reads is one as well", "worker", reads("Messages"), true},
		{"and not of every table", "stream", reads("Records"), false},
		{"an operation that no role names", "api", func(db *dynamodb.Client) error {
			_, err := db.DeleteTable(t.Context(), &dynamodb.DeleteTableInput{TableName: records})
			return err
		}, false},
		{"the operator may do all of it", "operator", func(db *dynamodb.Client) error {
			_, err := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: records})
			return err
		}, true},
	} {
		s.refused = nil
		err := c.do(s.as(c.role))
		if c.want && err != nil || !c.want && !denied(err) {
			t.Errorf("%s: %v", c.name, err)
		}
		if !c.want && (len(s.refused) != 1 || s.refused[0].Role != c.role || s.refused[0].Action == "" ||
			!strings.Contains(s.refused[0].String(), "Records")) {
			t.Errorf("%s: the refusal says %v", c.name, s.refused)
		}
	}
	left, err := s.engine.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: records, Key: item("LEAD#2")})
	if err != nil || left.Item != nil {
		t.Errorf("half of a refused transaction was carried out: %v, %v", left.Item, err)
	}
}

// setsUp writes an item of the set-up.
func setsUp(db *dynamodb.Client) error {
	_, err := db.PutItem(context.Background(),
		&dynamodb.PutItemInput{TableName: aws.String("Records"), Item: item("SHOP")})
	return err
}

// No function may let marketing go out of restored tables.
func TestNobodyButTheOperatorReleasesMarketing(t *testing.T) {
	s := over(t)
	for _, role := range []string{"api", "intake", "worker", "stream", "operator"} {
		s.refused = nil
		_, err := s.as(role).PutItem(t.Context(),
			&dynamodb.PutItemInput{TableName: aws.String("Messages"), Item: item("SHOP")})
		if want := role != "operator"; denied(err) != want || len(s.refused) > 0 != want {
			t.Errorf("%s: %v, %v", role, err, s.refused)
		}
	}
}

// What counts as written is what tests take for a change.
func TestEveryWriteIsCountedAndNothingElse(t *testing.T) {
	s := over(t)
	db, records := s.as("operator"), aws.String("Records")
	absent := aws.String("attribute_not_exists(pk)")
	for _, c := range []struct {
		name string
		do   func() error
		more int64
	}{
		{"put", func() error { return s.put("LEAD#1") }, 1},
		{"transaction", func() error { return s.transact(t.Context(), "LEAD#1", "LEAD#2") }, 1},
		{"batch", func() error {
			puts := []types.WriteRequest{{PutRequest: &types.PutRequest{Item: item("LEAD#3")}}}
			_, err := db.BatchWriteItem(t.Context(),
				&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{"Records": puts}})
			return err
		}, 1},
		{"update", func() error {
			_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: records, Key: item("LEAD#1"),
				UpdateExpression: aws.String("REMOVE x")})
			return err
		}, 1},
		{"delete", func() error {
			_, err := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: records, Key: item("LEAD#3")})
			return err
		}, 1},
		{"a put whose condition does not hold", func() error {
			_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: records, Item: item("LEAD#1"),
				ConditionExpression: absent})
			var failed *types.ConditionalCheckFailedException
			if !errors.As(err, &failed) {
				return errors.New("it was carried out")
			}
			return nil
		}, 0},
		{"a read", func() error {
			_, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: records, Key: item("LEAD#1")})
			return err
		}, 0},
	} {
		before := s.Written()
		if err := c.do(); err != nil || s.Written() != before+c.more {
			t.Errorf("%s: %d more, %v", c.name, s.Written()-before, err)
		}
	}
}

// A test stands before, after and in place of a write, with writes of its own.
func TestATestStandsAroundAWrite(t *testing.T) {
	s := over(t)
	type land = func() (*http.Response, error)
	broken := errors.New("broken")
	in := func(do cloud.Around) error {
		n := 0
		s.Around(func(land land) (*http.Response, error) {
			if n++; n > 1 {
				return land()
			}
			return do(land)
		})
		defer s.Around(nil)
		return s.put("LEAD#1")
	}
	before := s.Written()
	if err := in(func(land) (*http.Response, error) { return nil, broken }); err == nil || s.Written() != before {
		t.Errorf("in its place: %v", err)
	}
	if err := in(func(land land) (*http.Response, error) {
		if err := s.put("LEAD#2"); err != nil || s.Written() != before+1 {
			t.Errorf("before it: %v", err)
		}
		return land()
	}); err != nil || s.Written() != before+2 {
		t.Error(err)
	}
	if err := in(func(land land) (*http.Response, error) {
		if _, err := land(); err != nil {
			t.Error(err)
		}
		return nil, broken
	}); err == nil || s.Written() != before+3 {
		t.Errorf("its answer is lost: %v", err)
	}
	s.Around(func(land) (*http.Response, error) { return nil, broken })
	if _, err := s.as("operator").GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: aws.String("Records"), Key: item("LEAD#1")}); err != nil {
		t.Errorf("a read: %v", err)
	}
	s.Around(nil)
	if err := s.put("LEAD#1"); err != nil {
		t.Error(err)
	}
}

func TestWhatMeetsATransactionIsRefused(t *testing.T) {
	s := over(t)
	s.Conflict(time.Hour)
	ctx, land := context.WithCancel(t.Context())
	gone := make(chan bool)
	go func() {
		defer close(gone)
		for ctx.Err() == nil { // it may meet one of the writes below
			_ = s.transact(ctx, "LEAD#1", "LEAD#2") // it ends with ctx
		}
	}()
	for { // until the first has the items, writes are carried out
		err := s.put("LEAD#1")
		var conflict *types.TransactionConflictException
		if errors.As(err, &conflict) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.put("LEAD#9"); err != nil {
		t.Errorf("an item that nobody holds: %v", err)
	}
	var cancelled *types.TransactionCanceledException
	if err := s.transact(t.Context(), "LEAD#9", "LEAD#2"); !errors.As(err, &cancelled) {
		t.Fatalf("a second transaction: %v", err)
	}
	codes := []string{}
	for _, reason := range cancelled.CancellationReasons {
		codes = append(codes, aws.ToString(reason.Code))
	}
	if !slices.Equal(codes, []string{"None", "TransactionConflict"}) {
		t.Errorf("its reasons are %v", codes)
	}
	if _, err := s.as("api").GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: aws.String("Records"), Key: item("LEAD#1")}); err != nil {
		t.Errorf("a read: %v", err)
	}
	land()
	<-gone
	s.Conflict(0)
	if err := s.transact(t.Context(), "LEAD#1", "LEAD#2"); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestAShareOfRequestsIsThrottled(t *testing.T) {
	s := over(t)
	s.Throttle(0.5, 1)
	met := 0
	for range 200 {
		var e interface{ ErrorCode() string }
		if err := s.put("LEAD#1"); errors.As(err, &e) && e.ErrorCode() == "ThrottlingException" {
			met++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if met < 60 || met > 140 {
		t.Errorf("%d of 200", met)
	}
	s.Throttle(1, 1)
	var cancelled *types.TransactionCanceledException
	if err := s.transact(t.Context(), "LEAD#1"); !errors.As(err, &cancelled) ||
		aws.ToString(cancelled.CancellationReasons[0].Code) != "ThrottlingError" {
		t.Errorf("a transaction: %v", err)
	}
}

func TestAnIndexLagsUntilItSettles(t *testing.T) {
	s := over(t)
	if err := s.put("LEAD#old", "board_pk", "LEAD#shanghai", "board_sk", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.put("LEAD#gone", "board_pk", "LEAD#shanghai", "board_sk", "2"); err != nil {
		t.Fatal(err)
	}
	if err := s.Lag(t.Context(), s.engine, time.Hour, cloud.Indexes, "Records"); err != nil {
		t.Fatal(err)
	}
	board := func(of string) (rows []string) {
		got, err := s.as("api").Query(t.Context(), onIndex("board", "board_pk", of))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range got.Items {
			rows = append(rows, row["pk"].(*types.AttributeValueMemberS).Value)
		}
		return rows
	}
	if err := s.put("LEAD#old", "board_pk", "LEAD#hangzhou", "board_sk", "1"); err != nil {
		t.Fatal(err)
	}
	if err := s.put("LEAD#new", "board_pk", "LEAD#shanghai", "board_sk", "3"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.as("operator").DeleteItem(t.Context(),
		&dynamodb.DeleteItemInput{TableName: aws.String("Records"), Key: item("LEAD#gone")}); err != nil {
		t.Fatal(err)
	}
	if rows := board("LEAD#shanghai"); !slices.Equal(rows, []string{"LEAD#old", "LEAD#gone"}) {
		t.Errorf("at first it shows %v", rows)
	}
	got, err := s.as("api").GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: aws.String("Records"), Key: item("LEAD#gone")})
	if err != nil || got.Item != nil {
		t.Errorf("loose reads are not stale here: %v, %v", got.Item, err)
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if here, there := board("LEAD#shanghai"), board("LEAD#hangzhou"); !slices.Equal(here, []string{"LEAD#new"}) ||
		!slices.Equal(there, []string{"LEAD#old"}) {
		t.Errorf("settled it shows %v and %v", here, there)
	}
}

// lost carries a request out and loses the answer.
type lost struct{}

func (lost) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		err = errors.Join(errors.New("the answer is lost"), answer.Body.Close())
	}
	return nil, err
}

func TestAnIndexGetsAWriteWhoseAnswerIsLost(t *testing.T) {
	s := over(t)
	var err error
	if s.Cloud, err = cloud.New(cloud.Options{Template: described(t, nil), Next: lost{}}); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second start finds the shadow of the first
		if err := s.Lag(t.Context(), s.engine, time.Hour, cloud.Indexes, "Records"); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.put("LEAD#1", "board_pk", "LEAD#shanghai", "board_sk", "1"); err == nil {
		t.Fatal("it was answered")
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	shadow := onIndex("board", "board_pk", "LEAD#shanghai")
	shadow.TableName = aws.String("Records-shadow")
	if got, err := s.engine.Query(t.Context(), shadow); err != nil || len(got.Items) != 1 {
		t.Errorf("the index has %v, %v", got, err)
	}
}

func TestALooseReadIsStaleAndAConsistentOneIsNot(t *testing.T) {
	s := over(t)
	if err := s.Lag(t.Context(), s.engine, time.Hour, cloud.Loose, "Records"); err != nil {
		t.Fatal(err)
	}
	if err := s.transact(t.Context(), "LEAD#1", "LEAD#2"); err != nil {
		t.Fatal(err)
	}
	for consistent, want := range map[bool]bool{false: false, true: true} {
		got, err := s.as("api").GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("Records"),
			Key: item("LEAD#2"), ConsistentRead: &consistent})
		if err != nil || (got.Item != nil) != want {
			t.Errorf("consistent %v: %v, %v", consistent, got.Item, err)
		}
	}
}
