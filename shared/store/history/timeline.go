// Package history reads what happened with a customer: the log of events and the ledger of messages as one timeline.
package history

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/setup"
	"afterpress/shared/crm/timeline"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/company"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// History reads log and ledger, and writes nothing.
type History struct {
	table   *table.Table
	company *company.Company
}

// New makes a History on the table and the areas below it.
func New(t *table.Table, c *company.Company) *History { return &History{table: t, company: c} }

// TimelineEntry is one line of what happened with a customer: an event, or a message of the ledger.
type TimelineEntry struct {
	At     time.Time         `json:"at"`
	Kind   string            `json:"kind"` // the event's type, or "message"
	ID     string            `json:"id"`
	Record string            `json:"record"`
	Cause  string            `json:"cause,omitempty"`
	By     string            `json:"by,omitempty"` // the cause by name, in the reader's language
	State  string            `json:"state,omitempty"`
	Data   map[string]string `json:"data,omitempty"`
	Words  map[string]string `json:"words,omitempty"` // data in words, where it has some
	Text   string            `json:"text"`            // in the reader's language
}

// place is where the entry stands in the timeline. It is text of fixed width, so that text order is time order.
func (e TimelineEntry) place() string { return table.When(e.At, e.ID) }

// overlap is how many events are read beyond a page. An event has its time from the rule. Its id, by which the
// table orders it, comes from the write. Events of writers who met may therefore stand in the other order. The
// last ones of a page must not be lost between it and the next.
const overlap = 16

// TimelineQuery asks what happened with a customer, in a reader's language, as far as the reader may see it.
// Kind limits it to one kind (timeline.Kinds); empty is all kinds. The caller has already checked that the
// reader may see the customer.
type TimelineQuery struct {
	Customer string
	Reader   staff.Actor
	Kind     string
	Lang     words.Lang
	table.Paging
}

// timelinePage is where a page begins: entries before a place, and events from an id down.
type timelinePage struct{ before, from string }

// String is the page's beginning as a cursor holds it.
func (p timelinePage) String() string { return p.before + "|" + p.from }

// Timeline lists all that happened with a customer, newest first, without regard to who may see it.
func (s *History) Timeline(ctx context.Context, c string, lang words.Lang,
	p table.Paging) (table.Page[TimelineEntry], error) {
	return s.TimelineOf(ctx, TimelineQuery{Customer: c, Reader: staff.Process("timeline"), Lang: lang, Paging: p})
}

// TimelineOf lists what happened with a customer, newest first: the customer's events, and the messages to their
// contacts. The reads of a page depend on its own length, not on the length of the log. Two cases read further:
// a kind that is rare in a long log, or a reader who sees little of it.
func (s *History) TimelineOf(ctx context.Context, q TimelineQuery) (table.Page[TimelineEntry], error) {
	shape := "timeline|" + q.Customer + "|" + q.Kind
	page := table.Page[TimelineEntry]{Items: []TimelineEntry{}}
	begin := timelinePage{before: table.At(s.table.Now().Add(time.Minute)), from: "evt_~"}
	if q.Cursor != "" {
		last, err := s.table.OpenCursor(q.Paging, shape)
		if err != nil {
			return page, err
		}
		begin.before, begin.from, _ = strings.Cut(last, "|")
	}
	events, err := s.eventEntries(ctx, q, begin)
	if err != nil {
		return page, err
	}
	messages, err := s.messageEntries(ctx, q, begin.before)
	if err != nil {
		return page, err
	}
	page.Items = append(slices.Clone(events), messages...)
	slices.SortFunc(page.Items, func(a, b TimelineEntry) int { return cmp.Compare(b.place(), a.place()) })
	if len(page.Items) <= q.Limit {
		return page, nil
	}
	page.Items = page.Items[:q.Limit]
	end := timelinePage{before: page.Items[q.Limit-1].place()}
	for _, e := range events {
		if e.place() < end.before {
			end.from = max(end.from, e.ID) // the newest id that was read and not shown
		}
	}
	next, err := s.table.SealCursor(q.Paging, shape, end.String())
	if err != nil {
		return page, err
	}
	page.Next = aws.String(next)
	return page, nil
}

// eventEntries reads a customer's events that the reader may see, newest first: those of a page and a few more.
func (s *History) eventEntries(ctx context.Context, q TimelineQuery, begin timelinePage) ([]TimelineEntry, error) {
	if begin.from == "" {
		return nil, nil // every event was shown
	}
	shop, err := s.company.Shop(ctx)
	if err != nil {
		return nil, err
	}
	want := q.Limit + 1 + overlap
	in := &dynamodb.QueryInput{
		TableName: aws.String(s.table.Events), ScanIndexForward: aws.Bool(false), Limit: aws.Int32(int32(want)),
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#pk = :pk AND #sk <= :from"),
		ExpressionAttributeNames:  map[string]string{"#pk": "pk", "#sk": "sk"},
		ExpressionAttributeValues: table.Item{":pk": table.EventKey(q.Customer, "")["pk"], ":from": table.Text(begin.from)},
	}
	if q.Kind != "" {
		types := []string{}
		for _, t := range timeline.Types(q.Kind) {
			types = append(types, string(t))
		}
		in.FilterExpression = aws.String("#type IN (" +
			strings.Join(table.Placeholders(types, in.ExpressionAttributeValues), ", ") + ")")
		// reads of 1 MB at a time find rare kinds soonest
		in.ExpressionAttributeNames["#type"], in.Limit = "type", nil
	}
	var out []TimelineEntry
	for more := true; more && len(out) < want; {
		found, err := s.table.DB.Query(ctx, in)
		if err != nil {
			return nil, table.Unavailable(err)
		}
		for _, it := range found.Items {
			e, err := table.DecodeEvent(it)
			if err != nil {
				return nil, err
			}
			if entry := eventEntry(e, shop, q.Lang); entry.place() < begin.before && timeline.SeesEvent(e, q.Reader) {
				out = append(out, entry)
			}
		}
		// much of the log is not for this reader: read on in large steps
		in.ExclusiveStartKey, in.Limit = found.LastEvaluatedKey, nil
		more = found.LastEvaluatedKey != nil
	}
	return out, nil
}

// eventEntry is an event as the timeline shows it.
func eventEntry(e event.Event, shop setup.Shop, lang words.Lang) TimelineEntry {
	entry := TimelineEntry{At: e.At, Kind: string(e.Type), ID: e.ID, Record: e.Record, Cause: e.Cause,
		By: shop.Who(e.Cause, lang), Data: e.Data,
		Words: timeline.EventWords(e, shop.Roster, lang), Text: e.Words().In(lang)}
	if e.Progress != nil {
		entry.State = e.Progress.State
	}
	return entry
}

// messageEntries reads the messages to a customer's contacts that the reader may see and that stand before a
// place. It returns those of a page, newest first by when they were claimed.
func (s *History) messageEntries(ctx context.Context, q TimelineQuery, before string) ([]TimelineEntry, error) {
	if q.Kind != "" && q.Kind != timeline.Message {
		return nil, nil
	}
	var out []TimelineEntry
	in := s.messagesBefore(q.Customer, before, min(q.Limit+1, batchKeys))
	for more := true; more && len(out) <= q.Limit; {
		found, err := s.table.DB.Query(ctx, in)
		if err != nil {
			return nil, table.Unavailable(err)
		}
		seen, err := s.messagesSeen(ctx, q, found.Items)
		if err != nil {
			return nil, err
		}
		out = append(out, seen...)
		in.ExclusiveStartKey, in.Limit = found.LastEvaluatedKey, aws.Int32(batchKeys)
		more = found.LastEvaluatedKey != nil
	}
	return out, nil
}

// batchKeys is how many keys BatchGetItem takes.
const batchKeys = 100

// messagesSeen reads the messages that the index named, and keeps those that the reader may see.
func (s *History) messagesSeen(ctx context.Context, q TimelineQuery, named []table.Item) ([]TimelineEntry, error) {
	if len(named) == 0 {
		return nil, nil
	}
	keys := make([]table.Item, len(named))
	for i, it := range named {
		keys[i] = table.Item{"pk": it["pk"], "sk": it["sk"]}
	}
	rows, err := s.table.GetAll(ctx, s.table.Messages, keys)
	if err != nil {
		return nil, err
	}
	var out []TimelineEntry
	for _, it := range rows {
		m, err := table.Decode[message.Message](it)
		if err != nil {
			return nil, err
		}
		if timeline.SeesMessage(m, q.Reader) {
			out = append(out, messageEntry(m, q.Lang))
		}
	}
	return out, nil
}

// messagesBefore is the query on the index for the keys of messages, newest first.
func (s *History) messagesBefore(c, before string, want int) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		TableName: aws.String(s.table.Messages), IndexName: aws.String(table.SentIndex), ScanIndexForward: aws.Bool(false),
		Limit:                     aws.Int32(int32(want)),
		KeyConditionExpression:    aws.String("#c = :c AND #at < :before"),
		ExpressionAttributeNames:  map[string]string{"#c": "sent_pk", "#at": "sent_sk"},
		ExpressionAttributeValues: table.Item{":c": table.Text(table.SentTo(c)), ":before": table.Text(before)},
	}
}

// messageEntry is a message as the timeline shows it.
func messageEntry(m message.Message, lang words.Lang) TimelineEntry {
	return TimelineEntry{At: m.CreatedAt, Kind: timeline.Message, ID: m.ID, Record: m.About, State: m.State,
		Data: map[string]string{"channel": m.Channel, "template": m.Template, "step": m.Step, "reason": m.Reason,
			"fate": m.Fate},
		Words: map[string]string{"channel": customer.ChannelWords(m.Channel).In(lang)}, Text: m.Words().In(lang)}
}
