package alarm

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/functions/worker"
	"afterpress/infra/local/engine/enginetest"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/notify"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/workflows"
	"afterpress/workflows/dial"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"go.temporal.io/sdk/client"
)

// An evening of the shop, on the real tables and the real server: what the worker logged while all went well, and then
// while nothing did. It is played once, for all alarms on the worker's log.
var evening struct {
	sync.Once
	well, ill []byte
}

func working(t *testing.T) []byte {
	evening.Do(func() { play(t) })
	return evening.well
}

func broken(t *testing.T) []byte {
	evening.Do(func() { play(t) })
	return evening.ill
}

func play(t *testing.T) {
	b := storetest.New(t)
	b.Clock.Set(time.Now()) // Temporal's clock is the machine's
	server := enginetest.Temporal(t)

	evening.well = night{b, server, provider{}, slog.LevelDebug}.serve(t, func(_ client.Client, log *lines) {
		log.wait(t, "a step is tried again") // the first reading of a lead met a store that was busy
		log.wait(t, "a message was sent")
		log.wait(t, "sms_percent")
	}, form.Enquiry{Email: "li@customer.example"}, form.Enquiry{Phone: "+8613800138000"})

	oneSMSADay(t, b)
	mute := provider{err: &notify.Error{Kind: notify.Unknown, Code: "timeout"}}
	evening.ill = night{b, server, mute, slog.LevelError}.serve(t, func(c client.Client, log *lines) {
		// what a release leaves behind that takes a workflow away
		options := client.StartWorkflowOptions{ID: "lost", TaskQueue: workflows.Queues()[0]}
		if _, err := c.ExecuteWorkflow(t.Context(), options, "RemindOfYesterday"); err != nil {
			t.Fatal(err)
		}
		log.wait(t, "failed_workflow_tasks")
		log.wait(t, "unknown_message")
		log.wait(t, "sms_percent")
	}, form.Enquiry{Email: "wang@customer.example"}, form.Enquiry{Phone: "+8613900139000"})
}

// night is a worker on the tables, with what its providers answer.
type night struct {
	*storetest.Bench
	temporal string
	provider provider
	level    slog.Level
}

// serve runs a worker, as its main does, while the enquiries come in and until done returns. It gives what was logged.
func (n night) serve(t *testing.T, done func(client.Client, *lines), enquiries ...form.Enquiry) []byte {
	t.Helper()
	log := newLines()
	writes := logger(log, n.level)
	at := dial.Server{Address: n.temporal, Namespace: enginetest.Namespace, Plain: true}
	c, err := dial.Connect(at, writes)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	facts := n.OpenAs(t, "worker")
	mail := &worker.Mail{Sender: n.provider, Texts: texter{n.provider}, From: notify.Address{Email: "shop@shop.example"},
		Log: writes}
	work := workflows.Work{Lead: &workflows.LeadWork{Leads: &busyOnce{Store: facts}, Ledger: facts, Mail: mail, SMS: true,
		Now: n.Clock.Now, URL: "https://shop.example/leads/"}, Task: &workflows.TaskWork{},
		Shop: &workflows.ShopWork{Records: facts, Now: n.Clock.Now}}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- worker.Run(ctx, c, work) }()
	for _, e := range enquiries {
		e.Name, e.Product, e.Lang = "李娜", "cards", words.Zh
		if _, err := storetest.Enquire(t, n.Bench, e); err != nil {
			t.Fatal(err)
		}
	}
	hands := workflows.NewClient(c)
	pending, err := n.Pending(t.Context(), time.Now().Add(time.Hour), 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range pending {
		if e.Wakes {
			if err := hands.Hand(t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		if err := n.Handed(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	done(c, log)
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	said := log.all()
	for _, text := range []string{"customer.example", "李娜", "138001", "139001"} {
		if bytes.Contains(said, []byte(text)) {
			t.Errorf("the log says who it was: %s", text)
		}
	}
	return said
}

// oneSMSADay is a policy by which the company sends one SMS a day.
func oneSMSADay(t *testing.T, b *storetest.Bench) {
	t.Helper()
	caps, err := attributevalue.MarshalMap(map[string]any{":sms": map[string]int64{"company_day": 1}})
	if err != nil {
		t.Fatal(err)
	}
	key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "SHOP"},
		"sk": &types.AttributeValueMemberS{Value: "POLICY#standard"}}
	if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: &b.Tables.Records, Key: key,
		UpdateExpression: aws.String("SET sms = :sms"), ExpressionAttributeValues: caps}); err != nil {
		t.Fatal(err)
	}
}

// busyOnce are facts that are busy when a lead is read for the first time.
type busyOnce struct {
	*store.Store
	asked atomic.Bool
}

func (b *busyOnce) Lead(ctx context.Context, id string) (lead.Lead, error) {
	if !b.asked.Swap(true) {
		return lead.Lead{}, fault.Fail(fault.Unavailable, "忙", "busy")
	}
	return b.Store.Lead(ctx, id)
}

// provider takes every message, or answers each with the error.
type provider struct{ err error }

func (p provider) Send(context.Context, notify.Message) (string, error) { return "provider-1", p.err }

type texter struct{ provider }

func (p texter) Send(context.Context, notify.Text) (string, error) { return "provider-2", p.err }

// lines are a log that a test can wait for.
type lines struct {
	mu   sync.Mutex
	more *sync.Cond
	text bytes.Buffer
}

func newLines() *lines {
	l := &lines{}
	l.more = sync.NewCond(&l.mu)
	return l
}

func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.more.Broadcast()
	return l.text.Write(line)
}

func (l *lines) all() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	return bytes.Clone(l.text.Bytes())
}

// wait returns once a line has the text.
func (l *lines) wait(t *testing.T, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.more.Broadcast()
	})()
	l.mu.Lock()
	defer l.mu.Unlock()
	for !bytes.Contains(l.text.Bytes(), []byte(text)) {
		if ctx.Err() != nil {
			t.Errorf("nobody logged %s:\n%s", text, l.text.Bytes())
			return
		}
		l.more.Wait()
	}
}
