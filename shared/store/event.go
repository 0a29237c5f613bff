package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"afterpress/shared/crm"
)

// putEvent adds an event to the transaction of the change that it tells of, and gives it its id.
func (s *Store) putEvent(b *batch, e crm.Event) error {
	e.ID = s.newID("evt")
	it, err := row(e, eventKey(e.Customer, e.ID))
	if err != nil {
		return err
	}
	if e.Pending {
		it[pendingAttr], it["pending_sk"] = text(pendingShard(shardOf(e.Customer))), text(when(e.At, e.ID))
	}
	b.put(s.tables.Events, it, absent(), func(item) error { return conflict() })
	return nil
}

// Handed takes the pending mark off an event that its process has. Doing it again changes nothing.
func (s *Store) Handed(ctx context.Context, e crm.Event) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.tables.Events), Key: eventKey(e.Customer, e.ID),
		UpdateExpression:         aws.String("REMOVE #p, #s"),
		ConditionExpression:      aws.String("attribute_exists(#p)"),
		ExpressionAttributeNames: map[string]string{"#p": pendingAttr, "#s": "pending_sk"},
	})
	_, err = heldOr(err)
	return err
}

// NotHanded counts an attempt that failed for this event alone; it stays pending and is shown to a person.
func (s *Store) NotHanded(ctx context.Context, e crm.Event, cause string) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.tables.Events), Key: eventKey(e.Customer, e.ID),
		UpdateExpression:          aws.String("ADD #n :one SET #c = :c"),
		ConditionExpression:       aws.String("attribute_exists(#p)"),
		ExpressionAttributeNames:  map[string]string{"#n": "attempts", "#c": "error", "#p": pendingAttr},
		ExpressionAttributeValues: item{":one": number(1), ":c": text(cause)},
	})
	_, err = heldOr(err)
	return err
}

// Pending lists events that were written before the time and not handed over, oldest first, at most limit.
func (s *Store) Pending(ctx context.Context, before time.Time, limit int) ([]crm.Event, error) {
	return s.PendingAfter(ctx, crm.Event{}, before, limit)
}

// PendingAfter is Pending beyond the event last, so that what stays pending does not stand in the way of what is younger.
func (s *Store) PendingAfter(ctx context.Context, last crm.Event, before time.Time, limit int) ([]crm.Event, error) {
	beyond := when(last.At, last.ID) + "!" // no id has this sign, so no key lies between
	var keys []item
	for shard := range pendingShards {
		out, err := s.db.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String(s.tables.Events), IndexName: aws.String(pendingIx), Limit: aws.Int32(int32(limit)),
			KeyConditionExpression:    aws.String("#p = :p AND #s BETWEEN :a AND :s"),
			ExpressionAttributeNames:  map[string]string{"#p": pendingAttr, "#s": "pending_sk"},
			ExpressionAttributeValues: item{":p": text(pendingShard(shard)), ":a": text(beyond), ":s": text(at(before))},
		})
		if err != nil {
			return nil, unavailable(err)
		}
		keys = append(keys, out.Items...)
	}
	slices.SortFunc(keys, func(a, b item) int { return cmp.Compare(stringOf(a["pending_sk"]), stringOf(b["pending_sk"])) })
	var events []crm.Event
	for _, key := range keys[:min(limit, len(keys))] {
		it, found, err := s.get(ctx, s.tables.Events, item{"pk": key["pk"], "sk": key["sk"]})
		if err != nil {
			return nil, err
		}
		if !found || it[pendingAttr] == nil {
			continue // handed over since the index was read
		}
		e, err := DecodeEvent(it)
		if err != nil { // one that cannot be read must not hold up the others: it goes on as far as it can be named
			written, _, _ := strings.Cut(stringOf(key["pending_sk"]), "#")
			e = crm.Event{ID: stringOf(it["sk"]), Customer: strings.TrimPrefix(stringOf(it["pk"]), "CUSTOMER#"), Pending: true}
			e.At, _ = time.Parse(stamp, written) // our own writing
		}
		events = append(events, e)
	}
	return events, nil
}

// DecodeEvent reads an event from its item, as the table or the stream has it.
func DecodeEvent(it map[string]types.AttributeValue) (crm.Event, error) {
	e, err := decode[crm.Event](it)
	e.Pending = it[pendingAttr] != nil
	return e, err
}

// TimelineEntry is one line of what happened with a customer: an event, or a message of the ledger.
type TimelineEntry struct {
	At     time.Time         `json:"at"`
	Kind   string            `json:"kind"` // the event's type, or "message"
	ID     string            `json:"id"`
	Record string            `json:"record"`
	Cause  string            `json:"cause,omitempty"`
	State  string            `json:"state,omitempty"`
	Data   map[string]string `json:"data,omitempty"`
	Text   string            `json:"text"` // in the reader's language
}

// place is where the entry stands in the timeline: text of one width, so that its order is the order of time.
func (e TimelineEntry) place() string { return when(e.At, e.ID) }

// overlap is how many events are read beyond a page. An event has its time from the rule and its id, by which the table orders it, from the write: those
// of writers who met may stand the other way round, and the last ones of a page must not be lost between it and the next.
const overlap = 16

// Timeline lists what happened with a customer, newest first: his events, and the messages to him and about him.
func (s *Store) Timeline(ctx context.Context, customer string, lang crm.Lang, p Paging) (Page[TimelineEntry], error) {
	shape := "timeline|" + customer
	page := Page[TimelineEntry]{Items: []TimelineEntry{}}
	before := at(s.now().Add(time.Minute))
	if p.Cursor != "" {
		c, err := s.seal.open(p.Cursor, shape, p.Caller, s.now())
		if err != nil {
			return page, err
		}
		before = c.Last
	}
	entries, err := s.eventEntries(ctx, customer, lang, before, p.Limit+1+overlap)
	if err != nil {
		return page, err
	}
	messages, err := s.messageEntries(ctx, customer, lang, before)
	if err != nil {
		return page, err
	}
	page.Items = append(entries, messages...)
	slices.SortFunc(page.Items, func(a, b TimelineEntry) int { return cmp.Compare(b.place(), a.place()) })
	if len(page.Items) > p.Limit {
		page.Items = page.Items[:p.Limit]
		next, err := s.seal.close(cursor{Last: page.Items[p.Limit-1].place(), Expires: s.now().Add(cursorLife)}, shape, p.Caller)
		if err != nil {
			return page, err
		}
		page.Next = aws.String(next)
	}
	return page, nil
}

// eventEntries reads a customer's events, newest first.
func (s *Store) eventEntries(ctx context.Context, customer string, lang crm.Lang, before string, want int) ([]TimelineEntry, error) {
	var out []TimelineEntry
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: aws.String(s.tables.Events), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(want)),
		KeyConditionExpression:    aws.String("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk"},
		ExpressionAttributeValues: item{":pk": eventKey(customer, "")["pk"]},
	})
	for len(out) < want && pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, unavailable(err)
		}
		for _, it := range page.Items {
			e, err := DecodeEvent(it)
			if err != nil {
				return nil, err
			}
			entry := TimelineEntry{At: e.At, Kind: string(e.Type), ID: e.ID, Record: e.Record, Cause: e.Cause, Data: e.Data,
				Text: crm.EventCatalogue[e.Type].Words.In(lang)}
			if e.Progress != nil {
				entry.State = e.Progress.State
			}
			if entry.place() < before {
				out = append(out, entry)
			}
		}
	}
	return out, nil
}
