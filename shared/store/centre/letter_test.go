package centre_test

import (
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/message"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// lettered is a store whose policy has these caps of automatic letters a day.
func lettered(t *testing.T, domain, network, company int64) *storetest.Bench {
	t.Helper()
	b := storetest.New(t)
	caps, err := attributevalue.MarshalMap(map[string]any{":letters": map[string]int64{"domain_day": domain,
		"network_day": network, "company_day": company}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = b.DB.UpdateItem(t.Context(),
		&dynamodb.UpdateItemInput{TableName: &b.Tables.Records, UpdateExpression: aws.String("SET letters = :letters"),
			Key: map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "SHOP"},
				"sk": &types.AttributeValueMemberS{Value: "POLICY#standard"}},
			ExpressionAttributeValues: caps})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// reply is the automatic reply to the nth enquiry, which names the address.
func reply(n int, address string) message.Message {
	m := thanks(fmt.Sprintf("con_%d", n))
	m.About, m.Customer, m.Replies = fmt.Sprintf("lead/lead_%d/1", n), fmt.Sprintf("cus_%d", n), address
	return m
}

// replies claims each reply once and says why it was not sent; empty where it was.
func replies(t *testing.T, s *store.Store, m message.Message) string {
	t.Helper()
	got, err := s.ClaimMessage(t.Context(), m, message.PurposeService)
	if err != nil {
		t.Fatal(err)
	}
	if (got.State == message.StateClaimed) != (got.Reason == "") || got.Words().En == "" {
		t.Errorf("%s: %+v", m.Replies, got)
	}
	return got.Reason
}

// One mailbox gets one reply in 24 hours, whichever of its addresses was typed.
func TestAMailboxGetsOneReply(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	worker := b.OpenAs(t, "worker")
	for n, c := range []struct{ address, reason string }{
		{"li.na@gmail.com", ""}, {"lina+print@gmail.com", message.ReasonAnswered},
		{"l.ina@googlemail.com", message.ReasonAnswered}, {"lina@example.com", ""}, {"li.na@example.com", ""},
		{"lina+cards@example.com", message.ReasonAnswered}, {"li.nb@gmail.com", ""},
	} {
		if reason := replies(t, worker, reply(n, c.address)); reason != c.reason {
			t.Errorf("%s: %q, want %q", c.address, reason, c.reason)
		}
	}
	b.Clock.Advance(message.ReplyPause + time.Second)
	if reason := replies(t, worker, reply(20, "lina+print@gmail.com")); reason != "" {
		t.Errorf("a day later: %q", reason)
	}
}

// TestASecondEnquiryOfTheDayIsAnswered sends several enquiries of one mailbox. Those that come on their own are
// thanked for, three at most; those of a flood are not, nor is the one that ends it.
func TestASecondEnquiryOfTheDayIsAnswered(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	worker := b.OpenAs(t, "worker")
	n := 0
	ask := func(address string, after time.Duration) string {
		b.Clock.Advance(after)
		n++
		m := reply(n, address)
		m.Asked = b.Clock.Now()
		return replies(t, worker, m)
	}
	for i, c := range []struct {
		after  time.Duration
		reason string
	}{
		{0, ""}, {message.ReplyGap / 2, message.ReasonAnswered}, {message.ReplyGap / 2, message.ReasonAnswered},
		{message.ReplyGap, ""}, {time.Hour, ""}, {time.Hour, message.ReasonAnswered},
		{message.ReplyPause, ""},
	} {
		if reason := ask("lina+"+strconv.Itoa(i)+"@gmail.com", c.after); reason != c.reason {
			t.Errorf("enquiry %d: %q, want %q", i, reason, c.reason)
		}
	}
	first := reply(100, "wei@example.com")
	first.Asked = b.Clock.Now()
	if reason := replies(t, worker, first); reason != "" {
		t.Fatal(reason)
	}
	late := reply(101, "wei@example.com") // of an enquiry before that one, whose process was late
	late.Asked = first.Asked.Add(-time.Hour)
	if reason := replies(t, worker, late); reason != message.ReasonAnswered {
		t.Errorf("an earlier enquiry: %q", reason)
	}
}

// TestTwoSecondEnquiriesAtOnce: of several that may follow the first reply, one is answered.
func TestTwoSecondEnquiriesAtOnce(t *testing.T) {
	t.Parallel()
	b := storetest.New(t)
	worker := b.OpenAs(t, "worker")
	send := func(n int) string {
		m := reply(n, "lina@gmail.com")
		m.Asked = b.Clock.Now()
		got, err := worker.ClaimMessage(t.Context(), m, message.PurposeService)
		if err != nil {
			t.Error(err)
		}
		return got.Reason
	}
	if reason := send(0); reason != "" {
		t.Fatal(reason)
	}
	b.Clock.Advance(time.Hour)
	b.Crowd(t)
	var group sync.WaitGroup
	var answered atomic.Int64
	for n := range 8 {
		group.Go(func() {
			if send(n+1) == "" {
				answered.Add(1)
			}
		})
	}
	group.Wait()
	b.Settle(t)
	if answered.Load() != 1 {
		t.Errorf("%d of eight at once are answered", answered.Load())
	}
}

// A company's domain gets so many letters a day, whatever stands before its name; public providers are none.
func TestADomainGetsSoManyReplies(t *testing.T) {
	t.Parallel()
	b := lettered(t, 3, 100, 1000)
	worker := b.OpenAs(t, "worker")
	for n, c := range []struct{ address, reason string }{
		{"a@print.com.cn", ""}, {"b@mail.print.com.cn", ""},
		{"b+x@mail.print.com.cn", message.ReasonAnswered}, // counts for nobody
		{"c@x1.print.com.cn", ""}, {"d@print.com.cn", message.ReasonDomainCap},
		{"e@x2.print.com.cn", message.ReasonDomainCap}, {"a@press.com.cn", ""},
		{"a@qq.com", ""}, {"b@qq.com", ""}, {"c@qq.com", ""}, {"d@qq.com", ""}, {"e@vip.163.com", ""},
	} {
		if reason := replies(t, worker, reply(n, c.address)); reason != c.reason {
			t.Errorf("%s: %q, want %q", c.address, reason, c.reason)
		}
	}
	other := thanks("con_x") // answers nobody by itself
	if reason := replies(t, worker, other); reason != "" {
		t.Errorf("what is no automatic reply: %q", reason)
	}
	b.Clock.Set(storetest.Began.Truncate(24 * time.Hour).Add(24 * time.Hour))
	if reason := replies(t, worker, reply(30, "f@print.com.cn")); reason != "" {
		t.Errorf("the next day: %q", reason)
	}
}

// A network's enquiries get so many replies a day, by mail and by SMS.
func TestANetworkGetsSoManyReplies(t *testing.T) {
	t.Parallel()
	b := lettered(t, 100, 3, 1000)
	worker := b.OpenAs(t, "worker")
	of := func(n int, network string) message.Message {
		m := reply(n, fmt.Sprintf("n%d@qq.com", n))
		m.Network = network
		return m
	}
	text := of(2, "hash-a")
	text.Channel, text.Replies, text.Number = message.ChannelSMS, mobile, mobile
	for n, m := range []message.Message{of(0, "hash-a"), of(1, "hash-a"), text, of(3, "hash-b"), of(4, ""), of(5, "")} {
		if reason := replies(t, worker, m); reason != "" {
			t.Errorf("reply %d: %q", n, reason)
		}
	}
	text = of(6, "hash-a")
	text.Channel, text.Replies, text.Number = message.ChannelSMS, "+8613900139000", "+8613900139000"
	for _, m := range []message.Message{of(7, "hash-a"), text} {
		if reason := replies(t, worker, m); reason != message.ReasonNetworkCap {
			t.Errorf("beyond the limit, by %s: %q", m.Channel, reason)
		}
	}
	if sent := texts(t, b.Store, 100, 1, false); sent != 1 {
		t.Error("an SMS that a colleague sends counts against no network")
	}
}

// A reply that surely was not sent is claimed again, and counts once.
func TestARepeatedReplyCountsOnce(t *testing.T) {
	t.Parallel()
	b := lettered(t, 1, 1, 1)
	m := reply(1, "a@print.com.cn")
	m.Network = "hash-a"
	for attempt := 1; attempt <= 3; attempt++ {
		got, err := b.ClaimMessage(t.Context(), m, message.PurposeService)
		if err != nil || got.State != message.StateClaimed || got.Attempt != attempt {
			t.Fatalf("attempt %d: %+v, %v", attempt, got, err)
		}
		if err := b.SettleMessage(t.Context(), got, message.StateQueued, "", "connection"); err != nil {
			t.Fatal(err)
		}
	}
	if reason := replies(t, b.Store, reply(2, "a@qq.com")); reason != message.ReasonLetterCap {
		t.Errorf("the company's cap: %q", reason)
	}
}

// Many workers reply at once while their transactions meet. Neither a domain nor the company gets beyond its cap, and
// what a worker reserved and gives back others use to the last one.
func TestACrowdOfRepliesKeepsTheCaps(t *testing.T) {
	t.Parallel()
	b := lettered(t, 5, 1000, 40)
	b.Cloud.Conflict(12 * time.Millisecond)
	var all sync.WaitGroup
	var domain, sent atomic.Int64
	workers := []*store.Store{b.OpenAs(t, "worker"), b.OpenAs(t, "worker")}
	for w := range 8 {
		all.Go(func() {
			for i := range 10 {
				n, at := w*10+i, "qq.com"
				if i%2 == 0 {
					at = "print.com.cn"
				}
				got, err := workers[w%2].ClaimMessage(t.Context(), reply(n, fmt.Sprintf("n%d@%s", n, at)), message.PurposeService)
				switch {
				case err != nil:
					t.Error(err)
				case got.State == message.StateClaimed && at != "qq.com":
					domain.Add(1)
					fallthrough
				case got.State == message.StateClaimed:
					sent.Add(1)
				case got.Reason != message.ReasonDomainCap && got.Reason != message.ReasonLetterCap:
					t.Errorf("reply %d: %+v", n, got)
				}
			}
		})
	}
	all.Wait()
	b.Cloud.Conflict(0)
	for _, w := range workers {
		if err := w.ReturnReserved(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if domain.Load() > 5 || sent.Load() > 40 {
		t.Errorf("%d to the domain, %d in all", domain.Load(), sent.Load())
	}
	for n := 100; n < 120; n++ {
		if replies(t, workers[0], reply(n, fmt.Sprintf("n%d@qq.com", n))) == "" {
			sent.Add(1)
		}
	}
	if sent.Load() != 40 {
		t.Errorf("%d of 40 letters were sent", sent.Load())
	}
}

// What a claim took of the company's letters comes back where it was surely not written.
func TestALetterThatIsNotSentComesBack(t *testing.T) {
	t.Parallel()
	b := lettered(t, 100, 100, 1)
	engine, err := table.New(table.Config{DB: b.DB, Tables: b.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	const blamed = "blamed@qq.com" // its reader reported a letter of ours as unwanted
	it := table.SuppressionKey(message.ChannelEmail, engine.Hashed(blamed))
	it["block"] = table.Text(message.FateComplained)
	if _, err := b.DB.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &b.Tables.Messages, Item: it}); err != nil {
		t.Fatal(err)
	}
	unwanted := reply(9, blamed)
	unwanted.Address = blamed
	if reason := replies(t, b.Store, unwanted); reason != message.ReasonBlocked {
		t.Errorf("an unwanted letter: %q", reason)
	}
	staff := reply(1, "")
	staff.Person = seed.StaffID(3)
	if reason := replies(t, b.Store, reply(2, "a@qq.com")); reason != "" {
		t.Fatal(reason)
	}
	if reason := replies(t, b.Store, staff); reason != "" {
		t.Errorf("a colleague is told: %q", reason)
	}
	if reason := replies(t, b.Store, reply(3, "a+b@qq.com")); reason != message.ReasonAnswered {
		t.Errorf("the same mailbox: %q", reason)
	}
	if reason := replies(t, b.Store, reply(4, "b@qq.com")); reason != message.ReasonLetterCap {
		t.Errorf("the last letter is sent twice: %q", reason)
	}
}
