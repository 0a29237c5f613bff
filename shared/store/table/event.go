package table

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/event"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// PutEvent adds an event to the transaction of the change that it reports, and gives it its id. A pending event
// enters the outbox in the same write.
func (t *Table) PutEvent(b *Batch, e event.Event) error {
	e.ID = t.NewID("evt")
	it, err := Encode(e, EventKey(e.Customer, e.ID))
	if err != nil {
		return err
	}
	if e.Pending {
		it[pendingAttr], it["pending_sk"] = Text(pendingShard(shardOf(e.Customer))), Text(When(e.At, e.ID))
	}
	b.Put(t.Events, it, Absent(), func(Item) error { return Conflict() })
	return nil
}

// Outbox hands events over to the processes that accompany their records.
type Outbox struct{ table *Table }

// Outbox gives the outbox of these tables.
func (t *Table) Outbox() Outbox { return Outbox{t} }

// Handed takes the pending mark off an event that its process has received. Doing it again changes nothing.
func (o Outbox) Handed(ctx context.Context, e event.Event) error {
	_, err := o.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(o.table.Events), Key: EventKey(e.Customer, e.ID),
		UpdateExpression:         aws.String("REMOVE #p, #s"),
		ConditionExpression:      aws.String("attribute_exists(#p)"),
		ExpressionAttributeNames: map[string]string{"#p": pendingAttr, "#s": "pending_sk"},
	})
	_, err = HeldOr(err)
	return err
}

// NotHanded counts an attempt that failed for this event alone, and keeps the cause and when to try again. The event
// stays pending and is shown to a person. An event that is no longer pending is left as it is.
func (o Outbox) NotHanded(ctx context.Context, e event.Event, cause string, again time.Time) error {
	_, err := o.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(o.table.Events), Key: EventKey(e.Customer, e.ID),
		UpdateExpression:          aws.String("ADD #n :one SET #c = :c, #a = :a"),
		ConditionExpression:       aws.String("attribute_exists(#p)"),
		ExpressionAttributeNames:  map[string]string{"#n": "attempts", "#c": "error", "#a": againAttr, "#p": pendingAttr},
		ExpressionAttributeValues: Item{":one": Number(1), ":c": Text(cause), ":a": Text(At(again))},
	})
	_, err = HeldOr(err)
	return err
}

// Pending lists events that were written before the time and not handed over, oldest first, at most limit.
func (o Outbox) Pending(ctx context.Context, before time.Time, limit int) ([]event.Event, error) {
	return o.PendingAfter(ctx, event.Event{}, before, limit)
}

// PendingAfter is Pending beyond the event last, so that events that stay pending do not block younger ones. An
// event that cannot be decoded has only its id, customer and time.
func (o Outbox) PendingAfter(ctx context.Context, last event.Event, before time.Time,
	limit int) ([]event.Event, error) {
	beyond := When(last.At, last.ID) + "!" // no id has this character, so no key lies between
	var keys []Item
	for shard := range pendingShards {
		out, err := o.table.DB.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String(o.table.Events), IndexName: aws.String(pendingIx), Limit: aws.Int32(int32(limit)),
			KeyConditionExpression:    aws.String("#p = :p AND #s BETWEEN :a AND :s"),
			ExpressionAttributeNames:  map[string]string{"#p": pendingAttr, "#s": "pending_sk"},
			ExpressionAttributeValues: Item{":p": Text(pendingShard(shard)), ":a": Text(beyond), ":s": Text(At(before))},
		})
		if err != nil {
			return nil, Unavailable(err)
		}
		keys = append(keys, out.Items...)
	}
	slices.SortFunc(keys, func(a, b Item) int {
		return cmp.Compare(StringOf(a["pending_sk"]), StringOf(b["pending_sk"]))
	})
	var events []event.Event
	for _, key := range keys[:min(limit, len(keys))] {
		it, found, err := o.table.Get(ctx, o.table.Events, Item{"pk": key["pk"], "sk": key["sk"]})
		if err != nil {
			return nil, err
		}
		if !found || it[pendingAttr] == nil {
			continue // handed over since the index was read
		}
		e, err := DecodePending(it)
		if err != nil { // what cannot be read waits, and must not block the others: it keeps what its key says
			written, _, _ := strings.Cut(StringOf(key["pending_sk"]), "#")
			e = event.Event{ID: StringOf(it["sk"]), Customer: strings.TrimPrefix(StringOf(it["pk"]), "CUSTOMER#"),
				Pending: true, Tries: e.Tries, Again: e.Again}
			e.At, _ = time.Parse(stamp, written) // the store wrote it, so it parses
		}
		events = append(events, e)
	}
	return events, nil
}

// againAttr holds when a pending event may be tried again.
const againAttr = "try_again"

// notOfEvent are the attributes that the store keeps beside an event.
var notOfEvent = []string{"pk", "sk", pendingAttr, "pending_sk", "attempts", "error", againAttr, CommitAttr}

// DecodeEvent reads an event from its item, to show what happened.
func DecodeEvent(it map[string]types.AttributeValue) (event.Event, error) {
	e, err := Decode[event.Event](it)
	e.Pending = it[pendingAttr] != nil
	return e, err
}

// DecodePending reads an event from its item, as the table or the stream has it, to act on it. A field that this
// program does not know is an error: to act without it would be to act on half of what was said. Tries and Again are
// there even then.
func DecodePending(it map[string]types.AttributeValue) (event.Event, error) {
	e, err := DecodeEvent(it)
	if n, ok := it["attempts"].(*types.AttributeValueMemberN); ok {
		e.Tries, _ = strconv.Atoi(n.Value) // the store wrote it
	}
	e.Again, _ = time.Parse(stamp, StringOf(it[againAttr])) // as above; zero where it was never tried
	return e, errors.Join(err, strange(it))
}

// strange finds a field of an event's item that Event has no place for.
func strange(it map[string]types.AttributeValue) error {
	own := maps.Clone(it)
	for _, name := range notOfEvent {
		delete(own, name)
	}
	var fields map[string]any
	if err := attributevalue.UnmarshalMap(own, &fields); err != nil {
		return err
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(&event.Event{})
}
