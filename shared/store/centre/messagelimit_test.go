package centre_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// capped is a store whose policy has these caps.
func capped(t *testing.T, number, company int64) *storetest.Bench {
	t.Helper()
	b := storetest.New(t)
	caps, err := attributevalue.MarshalMap(map[string]any{":sms": map[string]int64{"number_day": number,
		"company_day": company}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.DB.UpdateItem(t.Context(),
		&dynamodb.UpdateItemInput{TableName: &b.Tables.Records, UpdateExpression: aws.String("SET sms = :sms"),
			Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "SHOP"},
				"sk": &types.AttributeValueMemberS{Value: "POLICY#standard"}},
			ExpressionAttributeValues: caps,
		})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func sms(lead, person, number string) message.Message {
	m := thanks(person)
	m.About, m.Channel, m.Number = "lead/"+lead+"/1", message.ChannelSMS, number
	return m
}

func claimed(t *testing.T, b *storetest.Bench, m message.Message) message.Message {
	t.Helper()
	got, err := b.ClaimMessage(t.Context(), m, message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

const mobile = "+8613800138000"

// One number gets so many SMS a day and no more, be it a customer's or a colleague's.
func TestANumberTakesThreeSMSADay(t *testing.T) {
	b := storetest.New(t) // the standard
	for i, person := range []string{"cus_1", "cus_2", seed.StaffID(3), "cus_3", seed.StaffID(4), "cus_1"} {
		m := claimed(t, b, sms(fmt.Sprintf("lead_%d", i), person, mobile))
		want, reason := message.StateClaimed, ""
		if i > 2 {
			want, reason = message.StateSuppressed, message.ReasonNumberCap
		}
		if m.State != want || m.Reason != reason || m.Words().En == "" {
			t.Errorf("SMS %d: %+v", i+1, m)
		}
	}
	if other := claimed(t, b, sms("lead_9", "cus_9", "+8613900139000")); other.State != message.StateClaimed {
		t.Errorf("another number: %+v", other)
	}
	email := thanks("cus_1")
	if m := claimed(t, b, email); m.State != message.StateClaimed {
		t.Errorf("an e-mail counts: %+v", m)
	}
	b.Clock.Set(time.Date(2026, 11, 24, 15, 59, 59, 0, time.UTC)) // a second before midnight in Shanghai
	if m := claimed(t, b, sms("lead_10", "cus_1", mobile)); m.Reason != message.ReasonNumberCap {
		t.Errorf("late in the evening: %+v", m)
	}
	b.Clock.Advance(time.Second)
	if m := claimed(t, b, sms("lead_11", "cus_1", mobile)); m.State != message.StateClaimed {
		t.Errorf("the next day: %+v", m)
	}
	if again := claimed(t, b, sms("lead_10", "cus_1", mobile)); again.State != message.StateSuppressed {
		t.Errorf("what was not sent is sent a day later: %+v", again)
	}
}

// The day's SMS are told with the cap that holds in the branch; a new day (UTC) begins with none.
func TestTheDaysSMSAreTold(t *testing.T) {
	b := capped(t, 10, 4)
	told := func(used int64) {
		t.Helper()
		got, most, err := b.OpenAs(t, "worker").SMSToday(t.Context(), seed.Shanghai)
		if err != nil || got != used || most != 4 {
			t.Errorf("%d of %d SMS, %v; want %d of 4", got, most, err, used)
		}
	}
	told(0)
	for i := range 3 {
		claimed(t, b, sms(fmt.Sprintf("lead_%d", i), "cus_1", mobile))
	}
	told(3)
	b.Clock.Set(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	told(0)
}

// A message that was surely not sent is claimed again, and counts once.
func TestARepeatedSMSCountsOnce(t *testing.T) {
	b := capped(t, 1, 1)
	for attempt := 1; attempt <= 5; attempt++ {
		m := claimed(t, b, sms("lead_1", "cus_1", mobile))
		if m.State != message.StateClaimed || m.Attempt != attempt {
			t.Fatalf("attempt %d: %+v", attempt, m)
		}
		if err := b.SettleMessage(t.Context(), m, message.StateQueued, "", "connection"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheCompanySendsSoManySMSADay(t *testing.T) {
	b := capped(t, 3, 4)
	stack := func(i int) message.Message {
		m := sms(fmt.Sprintf("lead_%d", i), fmt.Sprintf("cus_%d", i), fmt.Sprintf("+86138%08d", i))
		if i%2 == 1 {
			m.Branch = seed.Hangzhou // one count for all branches
		}
		return m
	}
	for i := range 6 {
		if m := claimed(t, b, stack(i)); (m.State == message.StateClaimed) != (i < 4) || i >= 4 &&
			m.Reason != message.ReasonSMSCap {
			t.Errorf("SMS %d: %+v", i+1, m)
		}
	}
	if m := claimed(t, b, sms("lead_7", "cus_7", "")); m.State != message.StateSuppressed ||
		m.Reason != message.ReasonNoAddress {
		t.Errorf("an SMS that counts against no number: %+v", m)
	}
	b.Clock.Set(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))
	if m := claimed(t, b, stack(8)); m.State != message.StateClaimed {
		t.Errorf("the next day: %+v", m)
	}
}

// Many at once take what is left and no more, and no key tells the number.
func TestCapsHoldForManyAtOnce(t *testing.T) {
	b := capped(t, 2, 100)
	b.Crowd(t)
	var wg sync.WaitGroup
	var sent, barred atomic.Int64
	for i := range 8 {
		wg.Go(func() {
			m, err := b.ClaimMessage(t.Context(), sms(fmt.Sprintf("lead_%d", i), fmt.Sprintf("cus_%d", i), mobile),
				message.PurposeService)
			switch {
			case err != nil:
				t.Error(err)
			case m.State == message.StateClaimed:
				sent.Add(1)
			case m.Reason == message.ReasonNumberCap:
				barred.Add(1)
			}
		})
	}
	wg.Wait()
	if sent.Load() != 2 || barred.Load() != 6 {
		t.Errorf("%d sent, %d barred", sent.Load(), barred.Load())
	}
	if n := b.Count(t, b.Tables.Messages, "COUNTER#sms#"); n != 2 {
		t.Errorf("%d counters", n)
	}
	if n := b.Count(t, b.Tables.Messages, "COUNTER#sms#"+strings.TrimPrefix(mobile, "+")) +
		b.Count(t, b.Tables.Messages, "COUNTER#sms#"+mobile); n != 0 {
		t.Error("a key names the number")
	}
}

// Of many workers one has the robot's turn; the others hear when there is another.
func TestOneTurnForAllWorkers(t *testing.T) {
	const window = 4 * time.Second
	b := storetest.New(t)
	b.Clock.Set(time.Date(2026, 11, 24, 2, 0, 1, 0, time.UTC))
	b.Crowd(t)
	var wg sync.WaitGroup
	var took atomic.Int64
	for range 8 {
		worker := b.Open(t)
		wg.Go(func() {
			wait, err := worker.TakeTurn(t.Context(), "wecom/pudong", window)
			if err != nil || wait < 0 || wait > 3*time.Second {
				t.Errorf("wait %v, %v", wait, err)
			}
			if wait == 0 {
				took.Add(1)
			}
		})
	}
	wg.Wait()
	if took.Load() != 1 {
		t.Errorf("%d have the turn", took.Load())
	}
	if wait, err := b.TakeTurn(t.Context(), "wecom/minhang", window); wait != 0 || err != nil {
		t.Errorf("another robot: %v %v", wait, err)
	}
	b.Clock.Set(time.Date(2026, 11, 24, 2, 0, 4, 0, time.UTC))
	if wait, err := b.TakeTurn(t.Context(), "wecom/pudong", window); wait != 0 || err != nil {
		t.Errorf("the next window: %v %v", wait, err)
	}
}
