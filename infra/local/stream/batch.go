package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"afterpress/infra/local/lambda"
)

// Why a batch was given up, in Lambda's words.
const (
	exhausted = "RetryAttemptsExhausted"
	tooOld    = "RecordAgeExceeded"
)

// deliver hands a batch over until it is settled: taken, or given up. It returns an error only when ctx ends or a file
// cannot be written; then what is not settled is read again at the next start.
//
// Lambda's documents leave two things open, which are decided here: a partial failure that moves on starts the count
// of retries anew. One that does not move on counts as a failure of the whole batch.
func (t *Trigger) deliver(ctx context.Context, shard string, batch []record) error {
	tries := 0
	for len(batch) > 0 {
		var err error
		if batch, err = t.dropOld(shard, batch, tries); err != nil || len(batch) == 0 {
			return err
		}
		taken, fault := t.invoke(ctx, batch)
		tries++
		if taken > 0 { // settled even when ctx has ended meanwhile
			if err := t.settle(shard, batch[:taken]); err != nil {
				return err
			}
			batch, tries = batch[taken:], 1
			if len(batch) == 0 {
				return nil
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if taken == 0 && t.Source.Bisect && len(batch) > 1 {
			half := len(batch) / 2
			if err := t.deliver(ctx, shard, batch[:half]); err != nil {
				return err
			}
			return t.deliver(ctx, shard, batch[half:])
		}
		if t.Source.MaxRetries >= 0 && tries > t.Source.MaxRetries {
			return t.giveUp(shard, batch, exhausted, tries)
		}
		t.Report(fmt.Sprintf("%s: %d records are retried: %s", t.Source.ID, len(batch), fault))
		pause(ctx, t.backOff(tries))
	}
	return nil
}

// dropOld gives up the records at the batch's beginning that are older than the mapping allows.
func (t *Trigger) dropOld(shard string, batch []record, tries int) ([]record, error) {
	if t.Source.MaxAge < 0 {
		return batch, nil
	}
	old := 0
	for old < len(batch) && time.Since(batch[old].at) > t.Source.MaxAge {
		old++
	}
	if old == 0 {
		return batch, nil
	}
	return batch[old:], t.giveUp(shard, batch[:old], tooOld, tries)
}

func (t *Trigger) backOff(tries int) time.Duration {
	wait := t.FirstWait
	if wait == 0 {
		wait = 100 * time.Millisecond
	}
	for range min(tries-1, 10) {
		wait *= 2
	}
	return min(wait, 10*time.Second)
}

// invoke says how many records from the batch's beginning are taken, and what is wrong with the next one.
func (t *Trigger) invoke(ctx context.Context, batch []record) (taken int, fault string) {
	events := make([]any, len(batch))
	for i, r := range batch {
		events[i] = r.event
	}
	payload, err := json.Marshal(map[string]any{"Records": events})
	if err != nil {
		return 0, err.Error()
	}
	result, err := t.Function.Invoke(ctx, payload)
	var failed *lambda.Error
	switch {
	case errors.As(err, &failed):
		return 0, failed.Error()
	case err != nil:
		return 0, err.Error()
	case !t.Source.PartialFailures:
		return len(batch), ""
	}
	return firstFailure(result, batch)
}

// firstFailure reads {"batchItemFailures": [{"itemIdentifier": "<sequence number>"}]}: nothing in it is a success, a
// number that is not of this batch fails all of it.
func firstFailure(result []byte, batch []record) (taken int, fault string) {
	var answer struct {
		Failures []struct {
			Item string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(result) == 0 || string(result) == "null" {
		return len(batch), ""
	}
	if err := json.Unmarshal(result, &answer); err != nil {
		return 0, "the function's answer is not readable: " + err.Error()
	}
	place := map[string]int{}
	for i, r := range batch {
		place[r.sequence] = i
	}
	taken = len(batch)
	for _, f := range answer.Failures {
		i, known := place[f.Item]
		if !known {
			return 0, fmt.Sprintf("the function reports %q, which is not in the batch", f.Item)
		}
		taken = min(taken, i)
	}
	return taken, "the function reports it as failed"
}

func (t *Trigger) settle(shard string, batch []record) error {
	return t.settled.set(shard, position{After: batch[len(batch)-1].sequence})
}

// giveUp writes what Lambda sends to the on-failure destination, and goes on behind the batch.
func (t *Trigger) giveUp(shard string, batch []record, why string, tries int) error {
	first, last := batch[0], batch[len(batch)-1]
	line, err := json.Marshal(map[string]any{
		"version":   "1.0",
		"timestamp": time.Now().UTC(),
		"requestContext": map[string]any{
			"functionName": t.Source.Function, "condition": why, "approximateInvokeCount": tries,
		},
		"DDBStreamBatchInfo": map[string]any{
			"shardId": shard, "startSequenceNumber": first.sequence, "endSequenceNumber": last.sequence,
			"approximateArrivalOfFirstRecord": first.at, "approximateArrivalOfLastRecord": last.at,
			"batchSize": len(batch), "streamArn": t.StreamARN,
		},
	})
	if err != nil {
		return err
	}
	if err := appendLine(t.DeadLetters, line); err != nil {
		return err
	}
	t.Report(fmt.Sprintf("%s: gave up %d records (%s), see %s", t.Source.ID, len(batch), why, t.DeadLetters))
	return t.settle(shard, batch)
}

func appendLine(path string, line []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	if _, err := file.Write(append(line, '\n')); err != nil {
		_ = file.Close() // the write's error counts
		return err
	}
	return file.Close()
}
