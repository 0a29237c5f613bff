// Package stream carries a table's changes to a function by the rules of Lambda's event source mapping, as far as the
// template uses them: shards in order, filters, batches, partial failures, bisecting, bounded retries and age, and a
// file for what was given up. What is settled is kept in a checkpoint, so a restart goes on where it stopped.
package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"afterpress/infra/local/sam"
)

// Invoker is implemented by *lambda.Function.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Trigger is one event source mapping.
type Trigger struct {
	Source      sam.StreamSource
	StreamARN   string
	Client      *dynamodbstreams.Client
	Function    Invoker
	Checkpoint  string        // file
	DeadLetters string        // file, one line of JSON per batch that was given up
	FirstWait   time.Duration // before the first retry; doubled each time up to 10 s. 0: 100 ms
	Report      func(what string)

	filters []filter
	settled *checkpoint
	shards  []*shard
	looked  time.Time // when the shards were listed last
}

// shard is a shard that is being read.
type shard struct {
	id       string
	iterator string // empty: ask for one
	trimmed  bool   // where it stood is gone: begin with the oldest record that is left
}

// A stream that is idle is asked again after 5 ms, and then up to 50 ms later: 20 times a second at least, so that an
// event is on its way long before a person could notice. Lambda itself asks 4 times a second.
const (
	soonest = 5 * time.Millisecond
	latest  = 50 * time.Millisecond
)

// lookAgain is how often new shards are looked for; the end of a shard makes it at once.
const lookAgain = 10 * time.Second

// Run reads until ctx ends. Faults of the engine are reported and waited out.
func (t *Trigger) Run(ctx context.Context) error {
	var err error
	if t.filters, err = compile(t.Source.Filters); err != nil {
		return err
	}
	if t.settled, err = openCheckpoint(t.Checkpoint, t.StreamARN); err != nil {
		return err
	}
	t.shards, t.looked = nil, time.Time{}
	wait := soonest
	for ctx.Err() == nil {
		read, err := t.poll(ctx)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			t.Report(fmt.Sprintf("reading the stream of %s: %v", t.Source.Table, err))
			t.shards, t.looked = nil, time.Time{}
			pause(ctx, time.Second)
		case read > 0:
			wait = soonest
		default:
			pause(ctx, wait)
			wait = min(2*wait, latest)
		}
	}
	return nil
}

// poll reads each shard once and says how many records it saw.
func (t *Trigger) poll(ctx context.Context) (int, error) {
	if time.Since(t.looked) > lookAgain {
		if err := t.look(ctx); err != nil {
			return 0, err
		}
	}
	total := 0
	for _, s := range t.shards {
		read, err := t.read(ctx, s)
		if err != nil {
			return total, err
		}
		total += read
	}
	return total, nil
}

// look lists the shards that may be read now: not settled, and their parent is. Only a missing next iterator means
// that a shard has ended: dynoxide names an ending sequence number for its open shard too.
func (t *Trigger) look(ctx context.Context) error {
	var all []types.Shard
	request := &dynamodbstreams.DescribeStreamInput{StreamArn: &t.StreamARN}
	for {
		page, err := t.Client.DescribeStream(ctx, request)
		if err != nil {
			return err
		}
		all = append(all, page.StreamDescription.Shards...)
		if request.ExclusiveStartShardId = page.StreamDescription.LastEvaluatedShardId; request.ExclusiveStartShardId == nil {
			break
		}
	}
	unsettled := map[string]bool{}
	for _, s := range all {
		unsettled[aws.ToString(s.ShardId)] = !t.settled.Shards[aws.ToString(s.ShardId)].Done
	}
	reading := map[string]*shard{}
	for _, s := range t.shards {
		reading[s.id] = s
	}
	t.shards = nil
	for _, s := range all {
		id := aws.ToString(s.ShardId)
		if !unsettled[id] || unsettled[aws.ToString(s.ParentShardId)] {
			continue
		}
		if reading[id] == nil {
			reading[id] = &shard{id: id}
		}
		t.shards = append(t.shards, reading[id])
	}
	t.looked = time.Now()
	return nil
}

// read takes the next records of a shard, delivers those that are wanted, and settles all.
func (t *Trigger) read(ctx context.Context, s *shard) (int, error) {
	if s.iterator == "" {
		if err := t.begin(ctx, s); err != nil {
			return 0, err
		}
	}
	page, err := t.Client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: &s.iterator})
	if err != nil {
		return 0, s.lost(err)
	}
	if err := t.handOver(ctx, s, page.Records); err != nil {
		return 0, err
	}
	s.iterator = aws.ToString(page.NextShardIterator)
	if s.iterator == "" {
		t.looked = time.Time{}
		return len(page.Records), t.settled.set(s.id, position{After: t.settled.Shards[s.id].After, Done: true})
	}
	return len(page.Records), nil
}

// lost makes the shard ask for another iterator where that is the cure. DynamoDB Local also says "trimmed" of a shard
// that has no record yet.
func (s *shard) lost(err error) error {
	var expired *types.ExpiredIteratorException
	var trimmed *types.TrimmedDataAccessException
	s.trimmed = errors.As(err, &trimmed)
	if !s.trimmed && !errors.As(err, &expired) {
		return err
	}
	s.iterator = ""
	return nil
}

func (t *Trigger) begin(ctx context.Context, s *shard) error {
	request := &dynamodbstreams.GetShardIteratorInput{StreamArn: &t.StreamARN, ShardId: &s.id,
		ShardIteratorType: types.ShardIteratorType(t.Source.StartingPosition)}
	if after := t.settled.Shards[s.id].After; s.trimmed {
		request.ShardIteratorType = types.ShardIteratorTypeTrimHorizon
	} else if after != "" {
		request.ShardIteratorType, request.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &after
	}
	answer, err := t.Client.GetShardIterator(ctx, request)
	if err != nil {
		return err
	}
	s.iterator, s.trimmed = aws.ToString(answer.ShardIterator), false
	return nil
}

// handOver delivers the wanted among the records in batches, in order.
func (t *Trigger) handOver(ctx context.Context, s *shard, records []types.Record) error {
	if len(records) == 0 {
		return nil
	}
	var batch []record
	for _, r := range records {
		rec, err := newRecord(t.StreamARN, r)
		if err != nil {
			return err
		}
		if !wanted(t.filters, rec.event) {
			continue
		}
		if batch = append(batch, rec); len(batch) == t.Source.BatchSize {
			if err := t.deliver(ctx, s.id, batch); err != nil {
				return err
			}
			batch = nil
		}
	}
	if err := t.deliver(ctx, s.id, batch); err != nil {
		return err
	}
	last := aws.ToString(records[len(records)-1].Dynamodb.SequenceNumber)
	return t.settled.set(s.id, position{After: last})
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
