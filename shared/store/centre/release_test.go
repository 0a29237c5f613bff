package centre_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/infra/operator"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/centre"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// readers are one who agreed to marketing, and one who did not.
func readers(t *testing.T, b *storetest.Bench) (yes, no string) {
	t.Helper()
	agreed := storetest.Agreeing(t, b, storetest.Li(1))
	silent, err := storetest.Enquire(t, b, storetest.Li(2))
	if err != nil {
		t.Fatal(err)
	}
	return agreed.ContactID, silent.ContactID
}

func offer(person string) message.Message {
	m := thanks(person)
	m.Step = "offer"
	return m
}

// outcome is what a claim came to: the state of the message, or the kind of the error.
func outcome(t *testing.T, s *centre.Centre, m message.Message, purpose string) string {
	t.Helper()
	got, err := s.ClaimMessage(t.Context(), m, purpose)
	var busy *fault.Error
	if errors.As(err, &busy) {
		if busy.Kind == fault.TooMany && busy.RetryAfter != gate.ReleasePause {
			t.Errorf("it waits for %s", busy.RetryAfter)
		}
		return string(busy.Kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got.State
}

// While marketing is stopped a message of it waits: it is neither claimed nor dropped, and nothing is written or
// counted. What answers a customer, or goes to staff, goes.
func TestMarketingWaitsWhileItIsStopped(t *testing.T) {
	b := storetest.New(t)
	worker := b.OpenAs(t, "worker").Centre
	yes, no := readers(t, b)
	if err := b.SetRelease(t.Context(), false, operator.Actor); err != nil {
		t.Fatal(err)
	}
	before := b.State()
	for _, purpose := range []string{message.PurposeMarketing, message.PurposeSurvey, message.PurposeReferral} {
		for _, person := range []string{yes, no, seed.StaffID(3)} {
			if got := outcome(t, worker, offer(person), purpose); got != string(fault.TooMany) {
				t.Errorf("%s to %s: %s", purpose, person, got)
			}
		}
	}
	if b.State() != before {
		t.Error("something was written")
	}
	if got := outcome(t, worker, thanks(yes), message.PurposeService); got != message.StateClaimed {
		t.Errorf("an answer: %s", got)
	}
	if err := b.SetRelease(t.Context(), true, operator.Actor); err != nil {
		t.Fatal(err)
	}
	for person, want := range map[string]string{yes: message.StateClaimed, no: message.StateSuppressed} {
		if got := outcome(t, worker, offer(person), message.PurposeMarketing); got != want {
			t.Errorf("after it: %s, want %s", got, want)
		}
	}
}

// Tables under other names carry the release of those they are a copy of, and wait for one of their own.
func TestACopyOfTheTablesIsNotReleased(t *testing.T) {
	b, copied := storetest.New(t), storetest.Empty(t)
	for _, c := range []struct {
		bench *storetest.Bench
		want  bool
	}{{b, true}, {copied, false}} {
		if got, err := c.bench.Released(t.Context()); err != nil || got != c.want {
			t.Errorf("released %t, %v", got, err)
		}
	}
	item, err := b.DB.GetItem(t.Context(),
		&dynamodb.GetItemInput{TableName: &b.Tables.Messages, Key: table.MarketingKey()})
	if err != nil {
		t.Fatal(err)
	}
	put := &dynamodb.PutItemInput{TableName: &copied.Tables.Messages, Item: item.Item}
	if _, err := copied.DB.PutItem(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	if err := copied.Establish(t.Context(), b.Shop); err != nil { // what is there stays
		t.Fatal(err)
	}
	yes, _ := readers(t, copied)
	if got := outcome(t, copied.Centre, offer(yes), message.PurposeMarketing); got != string(fault.TooMany) {
		t.Errorf("out of a copy: %s", got)
	}
	if err := copied.SetRelease(t.Context(), true, operator.Actor); err != nil {
		t.Fatal(err)
	}
	if got := outcome(t, copied.Centre, offer(yes), message.PurposeMarketing); got != message.StateClaimed {
		t.Errorf("released: %s", got)
	}
	if got, err := b.Released(t.Context()); err != nil || !got {
		t.Errorf("the tables themselves: %t, %v", got, err)
	}
}

// Two operators at once: the later word holds, whatever was read first, and each word that changed something is an
// event.
func TestTwoWordsOnMarketingMeet(t *testing.T) {
	for _, first := range []bool{true, false} {
		b := storetest.New(t)
		if err := b.SetRelease(t.Context(), first, operator.Actor); err != nil {
			t.Fatal(err)
		}
		events := b.Count(t, b.Tables.Events, "CUSTOMER#marketing")
		var met atomic.Bool
		slow := b.OpenWatched(t, func(input any) error {
			if _, write := input.(*dynamodb.TransactWriteItemsInput); write && met.CompareAndSwap(false, true) {
				return b.SetRelease(t.Context(), !first, operator.Actor)
			}
			return nil
		})
		if err := slow.SetRelease(t.Context(), !first, operator.Actor); err != nil {
			t.Fatal(err)
		}
		if got, err := b.Released(t.Context()); err != nil || got == first || !met.Load() {
			t.Errorf("released %t, %v", got, err)
		}
		if got := b.Count(t, b.Tables.Events, "CUSTOMER#marketing"); got != events+1 {
			t.Errorf("%d events, there were %d", got, events)
		}
	}
}

// A word that could not be written left nothing behind.
func TestABrokenWordOnMarketingIsNone(t *testing.T) {
	b := storetest.New(t)
	before := b.State()
	if err := b.OpenBreaking(t, 0).SetRelease(t.Context(), false, operator.Actor); err == nil || b.State() != before {
		t.Errorf("it ended with %v", err)
	}
	if got, err := b.Released(t.Context()); err != nil || !got {
		t.Errorf("released %t, %v", got, err)
	}
}
