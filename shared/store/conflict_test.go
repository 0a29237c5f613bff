package store_test

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/directory/pinyin"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/finder"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// place is the item that a write to the engine is about; of a transaction, its first one.
func place(input any) (name string, key table.Item) {
	both := func(it map[string]types.AttributeValue) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"pk": it["pk"], "sk": it["sk"]}
	}
	switch in := input.(type) {
	case *dynamodb.PutItemInput:
		return *in.TableName, both(in.Item)
	case *dynamodb.UpdateItemInput:
		return *in.TableName, in.Key
	case *dynamodb.DeleteItemInput:
		return *in.TableName, in.Key
	case *dynamodb.TransactWriteItemsInput:
		switch w := in.TransactItems[0]; {
		case w.Put != nil:
			return *w.Put.TableName, both(w.Put.Item)
		case w.ConditionCheck != nil:
			return *w.ConditionCheck.TableName, w.ConditionCheck.Key
		case w.Update != nil:
			return *w.Update.TableName, w.Update.Key
		default:
			return *w.Delete.TableName, w.Delete.Key
		}
	}
	return "", nil
}

// flight is a transaction that holds one item until another write has met it.
type flight struct {
	*storetest.Bench
	t     *testing.T
	nth   int // of the writes that it meets, from 1
	mu    sync.Mutex
	seen  int
	land  context.CancelFunc
	gone  chan struct{}
	meets int // refusals
}

// watch takes off when the nth write is about to be sent. It returns once the transaction holds the item.
func (f *flight) watch(input any) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	name, key := place(input)
	if name == "" {
		return nil
	}
	if f.seen++; f.seen != f.nth {
		return nil
	}
	ctx, land := context.WithCancel(f.t.Context())
	f.land, f.gone = land, make(chan struct{})
	f.Cloud.Conflict(time.Hour)
	before := f.State()
	go func() {
		defer close(f.gone)
		_, _ = f.DB.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{ // ends with its context
			TransactItems: []types.TransactWriteItem{{ConditionCheck: &types.ConditionCheck{TableName: &name, Key: key,
				ConditionExpression: aws.String("attribute_exists(pk) OR attribute_not_exists(pk)")}}}})
	}()
	for f.State() == before && f.t.Context().Err() == nil {
		runtime.Gosched()
	}
	f.Cloud.Around(f.around)
	return nil
}

// around ends the transaction once a write has met it.
func (f *flight) around(write func() (*http.Response, error)) (*http.Response, error) {
	answer, err := write()
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && answer.StatusCode == http.StatusBadRequest {
		f.meets++
		f.land()
		<-f.gone
		f.Cloud.Conflict(0)
	}
	return answer, err
}

// A writer that meets a transaction in flight writes again and is none the wiser: no message in hand becomes unknown,
// no event keeps its mark, and nothing is counted twice.
func TestAWriterThatMeetsATransactionWritesAgain(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	to := func(person, step string) message.Message {
		return message.Message{Person: person, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: step,
			Channel: message.ChannelEmail, Template: message.TemplateLeadAcknowledged, Lang: words.Zh, Branch: seed.Shanghai,
			Owner: seed.StaffID(3)}
	}
	state := func(m message.Message) string {
		rows, err := b.Messages(t.Context(), []message.Message{m})
		if err != nil || len(rows) != 1 {
			t.Errorf("%d rows, %v", len(rows), err)
			return ""
		}
		return rows[0].State
	}
	pending := func() []event.Event {
		all, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), 100)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if _, err := storetest.Enquire(t, b, storetest.Li(2)); err != nil {
		t.Fatal(err)
	}
	claimed, err := b.ClaimMessage(t.Context(), to(l.ContactID, "settled"), message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	waits := pending()
	for name, c := range map[string]struct {
		nth  int
		do   func(*store.Store) error
		done func() bool
	}{
		"a message in hand is settled": {1, func(s *store.Store) error {
			return s.SettleMessage(t.Context(), claimed, message.StateSent, "p-1", "")
		}, func() bool { return state(claimed) == message.StateSent }},
		"a message is held back": {1, func(s *store.Store) error {
			return s.SuppressMessage(t.Context(), to(l.ContactID, "held"), message.ReasonNoAddress)
		}, func() bool { return state(to(l.ContactID, "held")) == message.StateSuppressed }},
		"a message to staff is claimed": {1, func(s *store.Store) error {
			_, err := s.ClaimMessage(t.Context(), to(seed.StaffID(3), "tell"), message.PurposeService)
			return err
		}, func() bool { return state(to(seed.StaffID(3), "tell")) == message.StateClaimed }},
		"a message to a customer is claimed": {1, func(s *store.Store) error {
			_, err := s.ClaimMessage(t.Context(), to(l.ContactID, "thank"), message.PurposeService)
			return err
		}, func() bool { return state(to(l.ContactID, "thank")) == message.StateClaimed }},
		"a report comes before its message": {1, func(s *store.Store) error {
			return s.Report(t.Context(), to(l.ContactID, "later").Tag(), message.Report{Fate: message.FateBounced,
				Source: "ses", SentAt: b.Clock.Now().Add(-time.Hour), At: b.Clock.Now()})
		}, func() bool { return b.Count(t, b.Tables.Messages, "REPORT#") == 1 }},
		"an event is handed over": {1, func(s *store.Store) error { return s.Handed(t.Context(), waits[0]) },
			func() bool { return len(pending()) == len(waits)-1 }},
		"an event is not handed over": {1, func(s *store.Store) error {
			_, err := s.NotHanded(t.Context(), waits[1], "away", b.Clock.Now())
			return err
		}, func() bool {
			return slices.ContainsFunc(pending(), func(e event.Event) bool { return e.ID == waits[1].ID && e.Tries == 1 })
		}},
		"a turn is taken": {1, func(s *store.Store) error {
			_, err := s.TakeTurn(t.Context(), "robot", time.Hour)
			return err
		}, func() bool { wait, err := b.TakeTurn(t.Context(), "robot", time.Hour); return err == nil && wait > 0 }},
		"the next in turn is asked for": {1, func(s *store.Store) error {
			_, err := s.Rotate(t.Context(), seed.Shanghai)
			return err
		}, func() bool { n, err := b.Rotate(t.Context(), seed.Shanghai); return err == nil && n == 2 }},
		"search rows are begun": {1, func(s *store.Store) error {
			return finder.Directory{Finder: s.Finder, Read: pinyin.Read}.Index(t.Context(), l.Customer)
		}, func() bool { return b.Count(t, b.Tables.Records, "DIRECTORY#") > 0 }},
	} {
		f := &flight{Bench: b, t: t, nth: c.nth}
		err := c.do(b.OpenWatched(t, f.watch))
		b.Cloud.Around(nil)
		if err != nil || f.meets == 0 || !c.done() {
			t.Errorf("%s: met %d times, %v, or it is not so", name, f.meets, err)
		}
	}
}

// A row of the search is written, and one is removed, while a transaction holds it.
func TestSearchRowsMeetATransaction(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	l, err := storetest.Enquire(t, b, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	f := &flight{Bench: b, t: t, nth: 2} // the first write is the list of rows
	rows := finder.Directory{Finder: b.OpenWatched(t, f.watch).Finder, Read: pinyin.Read}
	if err := rows.Index(t.Context(), l.Customer); err != nil || f.meets != 1 {
		t.Errorf("met %d times, %v", f.meets, err)
	}
	b.Cloud.Around(nil)
	before := b.State()
	if err := rows.Index(t.Context(), l.Customer); err != nil || b.State() != before {
		t.Errorf("rows were missing: %v", err)
	}
}
