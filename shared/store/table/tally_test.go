package table_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// opened are the events of so many new complaints, each of another customer.
func opened(t *testing.T, b *storetest.Bench, many int) []event.Event {
	t.Helper()
	for n := range many {
		storetest.OpenComplaint(t, b, fmt.Sprint("cus_", n))
	}
	all, err := b.Pending(t.Context(), b.Clock.Now().Add(time.Hour), many+1)
	if err != nil || len(all) != many || !all[0].Uncounted || len(all[0].Counts) == 0 {
		t.Fatalf("%d are pending, %v", len(all), err)
	}
	return all
}

func added(t *testing.T, s *store.Store, events []event.Event) {
	t.Helper()
	for i, err := range s.AddUp(t.Context(), events) {
		if err != nil {
			t.Errorf("event %d of %d is not counted: %v", i, len(events), err)
		}
	}
}

func agree(t *testing.T, b *storetest.Bench) {
	t.Helper()
	if stand, log := b.Books(t); !maps.Equal(stand, log) || len(log) == 0 {
		t.Errorf("the counters are\n%v\nand the log says\n%v", stand, log)
	}
}

// Under the role of the stream: events are added up by tens, by the first run. Each keeps the mark of what it
// still waits for.
func TestEventsAreAddedUpOnce(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	all := opened(t, b, 120)
	if stand, _ := b.Books(t); len(stand) != 0 {
		t.Fatalf("opening a complaint writes counters: %v", stand)
	}
	added(t, b.OpenAs(t, "stream"), all[:10])
	b.Crowd(t)
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() { added(t, b.OpenAs(t, "stream"), all) })
	}
	both.Wait()
	b.Cloud.Conflict(0)
	agree(t, b)
	now, err := b.Queued(t.Context(), all[:1])
	if err != nil || !now[0].Pending || now[0].Uncounted {
		t.Errorf("a counted event that its process has not heard: %+v, %v", now, err)
	}
}

// The answer to the transaction is lost; its repeat finds the marks gone.
func TestALostAnswerCountsNothingTwice(t *testing.T) {
	b := storetest.New(t)
	all := opened(t, b, 3)
	faulty(t, b, func(n int64, done bool) error {
		if done && n == 1 {
			return &types.TransactionInProgressException{}
		}
		return nil
	})
	added(t, b.Store, all)
	agree(t, b)
}

// A counter that cannot take a figure keeps only its own event from being counted.
func TestWhatCanNeverBeCountedStaysAlone(t *testing.T) {
	b := storetest.New(t)
	all := opened(t, b, 60)
	poison := all[41]
	place, _ := event.Parts(poison.Counts[0].At[0], 4)
	var values []string
	for _, at := range poison.Counts[0].At {
		parts, _ := event.Parts(at, 3)
		values = append(values, parts[2])
	}
	slices.Sort(values)
	spoiled := table.TallyGroupKey(place[0], place[1], values)
	spoiled["n_opened"] = &types.AttributeValueMemberS{Value: "many"}
	if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(b.Tables.Records),
		Item: spoiled}); err != nil {
		t.Fatal(err)
	}
	for i, err := range b.Store.AddUp(t.Context(), all) {
		if i == 41 && (err == nil || fault.KindOf(err) != fault.Impossible) || i != 41 && err != nil {
			t.Errorf("event %d: %v", i, err)
		}
	}
	now, err := b.Queued(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range now {
		if e.Uncounted != (i == 41) {
			t.Errorf("event %d is counted: %t", i, !e.Uncounted)
		}
	}
	if _, err := b.DB.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(b.Tables.Records),
		Key: table.TallyGroupKey(place[0], place[1], values)}); err != nil {
		t.Fatal(err)
	}
	if err := b.LeaveOut(t.Context(), poison.Customer, poison.ID); err != nil {
		t.Fatal(err)
	}
	agree(t, b) // a person leaves out its process, not its complaint
	if now, err := b.Queued(t.Context(), all[41:42]); err != nil || now[0].Pending || now[0].Uncounted {
		t.Errorf("left out: %+v, %v", now, err)
	}
}

// Tables that do not answer are asked once, and every event waits.
func TestNothingIsCountedWhileTheTablesAreAway(t *testing.T) {
	b := storetest.New(t)
	all := opened(t, b, 60)
	asked := 0
	away := b.OpenWatched(t, func(input any) error {
		if _, ok := input.(*dynamodb.TransactWriteItemsInput); ok {
			asked++
			return errors.New("connection refused")
		}
		return nil
	})
	for i, err := range away.AddUp(t.Context(), all) {
		if err == nil || fault.KindOf(err) != fault.Unavailable {
			t.Errorf("event %d: %v", i, err)
		}
	}
	if asked > 2 {
		t.Errorf("asked %d times", asked)
	}
}
