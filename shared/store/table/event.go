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
	"afterpress/shared/kernel/fault"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// PutEvent adds an event to the transaction of the change that it reports, and gives it its id. A pending event
// enters the outbox in the same write, and one that counts gets its mark.
func (t *Table) PutEvent(b *Batch, e event.Event) error {
	e.ID = t.NewID("evt")
	it, err := eventRow(e)
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
	_, err := o.change(ctx, e.Customer, e.ID, "REMOVE #p, #s", "attribute_exists(#p)",
		map[string]string{"#p": pendingAttr, "#s": "pending_sk"}, nil)
	return err
}

// NotHanded counts an attempt that failed for this event alone, and keeps the cause and when to try again. The event
// stays pending. An event that is no longer pending is left as it is, and waits is false.
func (o Outbox) NotHanded(ctx context.Context, e event.Event, cause string,
	again time.Time) (waits bool, err error) {
	return o.change(ctx, e.Customer, e.ID, "ADD #n :one SET #c = :c, #a = :a", "attribute_exists(#p)",
		map[string]string{"#n": "attempts", "#c": "error", "#a": againAttr, "#p": pendingAttr},
		Item{":one": Number(1), ":c": Text(cause), ":a": Text(At(again))})
}

// Park takes an event that can never be handed over as it is out of the queue. It keeps its place there and the cause,
// until a person has it handed over again or leaves it out. An event that is no longer pending is left as it is, and
// parked is false.
func (o Outbox) Park(ctx context.Context, e event.Event, cause string) (parked bool, err error) {
	return o.change(ctx, e.Customer, e.ID, "ADD #n :one SET #c = :c, #k = #s REMOVE #p, #s, #a", "attribute_exists(#p)",
		map[string]string{"#n": "attempts", "#c": "error", "#k": parkedAttr, "#p": pendingAttr, "#s": "pending_sk",
			"#a": againAttr}, Item{":one": Number(1), ":c": Text(cause)})
}

// Requeue has an event handed over again now: a parked one comes back to its place, and one that waits need not wait
// any longer. Any other event is left as it is.
func (o Outbox) Requeue(ctx context.Context, customer, id string) error {
	_, err := o.change(ctx, customer, id, "SET #p = :p, #s = #k REMOVE #k, #a", "attribute_exists(#k)",
		map[string]string{"#k": parkedAttr, "#p": pendingAttr, "#s": "pending_sk", "#a": againAttr},
		Item{":p": Text(pendingShard(shardOf(customer)))})
	if err != nil {
		return err
	}
	_, err = o.change(ctx, customer, id, "REMOVE #a", "attribute_exists(#p)",
		map[string]string{"#p": pendingAttr, "#a": againAttr}, nil)
	return err
}

// LeaveOut takes an event for good out of the queue, or from where it is parked. No process hears it. What it counts is
// added up first, where that is possible at all.
func (o Outbox) LeaveOut(ctx context.Context, customer, id string) error {
	it, _, err := o.table.Get(ctx, o.table.Events, EventKey(customer, id))
	if err != nil {
		return err
	}
	if e, err := DecodePending(it); err == nil && e.Uncounted && e.Known() {
		if err := o.AddUp(ctx, []event.Event{e})[0]; err != nil && fault.KindOf(err) == fault.Unavailable {
			return err
		}
	}
	_, err = o.change(ctx, customer, id, "REMOVE #p, #s, #k, #a", "attribute_exists(#p) OR attribute_exists(#k)",
		map[string]string{"#k": parkedAttr, "#p": pendingAttr, "#s": "pending_sk", "#a": againAttr}, nil)
	return err
}

// change updates an event's place in the queue. Where the condition does not hold, nothing is to be done, and held is
// false.
func (o Outbox) change(ctx context.Context, customer, id, set, holds string, names map[string]string,
	values Item) (held bool, err error) {
	_, err = o.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(o.table.Events), Key: EventKey(customer, id), UpdateExpression: aws.String(set),
		ConditionExpression: aws.String(holds), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	return HeldOr(err)
}

// Queued gives the events as they stand in the queue now, in their order: Pending, Uncounted, Tries and Again are the
// table's. An event that was handed over, parked or left out is not pending. Lambda may bring an event again whose
// image in the stream is older than that.
func (o Outbox) Queued(ctx context.Context, events []event.Event) ([]event.Event, error) {
	found := map[string]Item{}
	for part := range slices.Chunk(events, 100) { // as many as one request takes
		keys := map[string]Item{}
		for _, e := range part {
			keys[e.ID] = EventKey(e.Customer, e.ID)
		}
		items, err := o.table.GetAll(ctx, o.table.Events, slices.Collect(maps.Values(keys)))
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			found[StringOf(it["sk"])] = it
		}
	}
	out := slices.Clone(events)
	for i := range out {
		it := found[out[i].ID]
		out[i].Pending, out[i].Uncounted = it[pendingAttr] != nil, it[uncountedAttr] != nil
		out[i].Tries, out[i].Again = attempted(it)
	}
	return out, nil
}

// attempted is how often an event could not be handed over, and when it may be tried again. The store wrote both.
func attempted(it Item) (tries int, again time.Time) {
	if n, ok := it["attempts"].(*types.AttributeValueMemberN); ok {
		tries, _ = strconv.Atoi(n.Value)
	}
	again, _ = time.Parse(stamp, StringOf(it[againAttr])) // zero where it was never tried
	return tries, again
}

// Pending lists events that were written before the time and not handed over, oldest first, at most limit.
func (o Outbox) Pending(ctx context.Context, before time.Time, limit int) (events []event.Event, err error) {
	for place, more := "", true; more && len(events) < limit; more = place != "" {
		var page []event.Event
		if page, place, err = o.PendingPage(ctx, place, before, limit-len(events)); err != nil {
			return nil, err
		}
		events = append(events, page...)
	}
	return events, nil
}

// PendingPage is Pending from a place on; "" is the beginning. next is the place where the page ended, and "" at the
// end of the queue. A page may be short, or empty, and not the last: events are handed over while it is read, and the
// shards of the queue are not read further than they have to be. An event that cannot be decoded has only its id,
// customer and time.
func (o Outbox) PendingPage(ctx context.Context, after string, before time.Time,
	limit int) (events []event.Event, next string, err error) {
	keys, next, err := o.pendingKeys(ctx, after, before, limit)
	if err != nil {
		return nil, "", err
	}
	for _, key := range keys {
		it, found, err := o.table.Get(ctx, o.table.Events, Item{"pk": key["pk"], "sk": key["sk"]})
		if err != nil {
			return nil, "", err
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
	return events, next, nil
}

// shardShare is how many keys a page takes from each shard: the whole of a small page, and an eighth of a large one,
// which is twice an even share.
func shardShare(limit int) int { return min(limit, max(pendingShards, (limit+7)/8)) }

// pendingKeys are the keys of the queue from a place on, oldest first, at most limit. Where a shard has more than its
// share, nothing beyond the share's end is complete, so the page ends there. next is the last key's place, "" at the
// end of the queue.
func (o Outbox) pendingKeys(ctx context.Context, after string, before time.Time,
	limit int) (keys []Item, next string, err error) {
	beyond := after + "!" // no place has this character, so none lies between
	if after == "" {
		beyond = " " // before every time
	}
	place := func(key Item) string { return StringOf(key["pending_sk"]) }
	share, whole := shardShare(limit), ""
	for shard := range pendingShards {
		out, err := o.table.DB.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String(o.table.Events), IndexName: aws.String(pendingIx), Limit: aws.Int32(int32(share)),
			KeyConditionExpression:    aws.String("#p = :p AND #s BETWEEN :a AND :s"),
			ExpressionAttributeNames:  map[string]string{"#p": pendingAttr, "#s": "pending_sk"},
			ExpressionAttributeValues: Item{":p": Text(pendingShard(shard)), ":a": Text(beyond), ":s": Text(At(before))},
		})
		if err != nil {
			return nil, "", Unavailable(err)
		}
		keys = append(keys, out.Items...)
		if len(out.Items) < share {
			continue
		}
		if last := place(out.Items[share-1]); whole == "" || last < whole {
			whole = last
		}
	}
	slices.SortFunc(keys, func(a, b Item) int { return cmp.Compare(place(a), place(b)) })
	if whole != "" {
		keys = slices.DeleteFunc(keys, func(key Item) bool { return place(key) > whole })
	}
	if cut := len(keys) > limit; cut || whole != "" {
		keys = keys[:min(limit, len(keys))]
		next = place(keys[len(keys)-1])
	}
	return keys, next, nil
}

// SweepPlace is how far the last sweep of the queue came; "" is its beginning.
func (o Outbox) SweepPlace(ctx context.Context) (string, error) {
	it, _, err := o.table.Get(ctx, o.table.Events, SweepKey())
	return StringOf(it[placeAttr]), err
}

// KeepSweepPlace keeps how far a sweep came that began at a place. Where another sweep has moved the place meanwhile,
// it stays there.
func (o Outbox) KeepSweepPlace(ctx context.Context, began, place string) error {
	_, err := o.table.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(o.table.Events), Key: SweepKey(), UpdateExpression: aws.String("SET #at = :to"),
		ConditionExpression:       aws.String("attribute_not_exists(#at) OR #at = :began"),
		ExpressionAttributeNames:  map[string]string{"#at": placeAttr},
		ExpressionAttributeValues: Item{":to": Text(place), ":began": Text(began)},
	})
	_, err = HeldOr(err)
	return err
}

// placeAttr holds the place of a sweep.
const placeAttr = "place"

// againAttr holds when a pending event may be tried again. parkedAttr holds the place in the queue of one that is
// parked.
const (
	againAttr  = "try_again"
	parkedAttr = "parked"
)

// notOfEvent are the attributes that the store keeps beside an event.
var notOfEvent = []string{"pk", "sk", pendingAttr, "pending_sk", "attempts", "error", againAttr, parkedAttr,
	uncountedAttr, rungsAttr, CommitAttr}

// pendingRow is an event with what the store keeps beside it for the program that acts on it.
type pendingRow struct {
	event.Event
	Counted []event.Count `json:"counts"`
}

// DecodeEvent reads an event from its item, to show what happened.
func DecodeEvent(it map[string]types.AttributeValue) (event.Event, error) {
	e, err := Decode[event.Event](it)
	if err == nil {
		e, err = whole(e, it)
	}
	e.Pending = it[pendingAttr] != nil
	return e, err
}

// DecodePending reads an event from its item, as the table or the stream has it, to act on it. A field that this
// program does not know is an error: to act without it would be to act on half of what was said. Tries and Again are
// there even then.
func DecodePending(it map[string]types.AttributeValue) (event.Event, error) {
	row, err := Decode[pendingRow](it)
	e := row.Event
	e.Pending, e.Counts, e.Uncounted = it[pendingAttr] != nil, row.Counted, it[uncountedAttr] != nil
	e.Tries, e.Again = attempted(it)
	e, faulty := whole(e, it)
	return e, errors.Join(err, faulty, strange(it))
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
	return decoder.Decode(&pendingRow{})
}
