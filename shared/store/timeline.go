package store

import (
	"afterpress/shared/crm"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

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
