package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
	"afterpress/shared/store"
	"afterpress/shared/store/history"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"
)

var timelineTrials = map[string]trial{"GET /customers/{id}/timeline": {record: had(anyCustomer)}}

// counted opens the door again, on a store whose calls of the tables are counted.
func (b *bench) counted() *atomic.Int64 {
	b.t.Helper()
	var calls atomic.Int64
	db := dynamodb.New(b.DB.Options(), func(o *dynamodb.Options) {
		o.APIOptions = append(slices.Clone(o.APIOptions), func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count",
				func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
					middleware.InitializeOutput, middleware.Metadata, error) {
					calls.Add(1)
					return next.HandleInitialize(ctx, in)
				}), middleware.Before)
		})
	})
	s, err := store.New(table.Config{DB: db, Tables: b.Tables, Ring: storetest.Ring, NewID: storetest.NewID,
		Now: b.Clock.Now})
	if err != nil {
		b.t.Fatal(err)
	}
	b.handler = (&api.Server{Office: app.Office{Store: s, Now: b.Clock.Now}, Log: quiet, Version: "test"}).Door().Handler()
	b.call("sales", "GET /me", nil).want(http.StatusOK) // later requests read the stamp of the set-up alone
	calls.Store(0)
	return &calls
}

func TestTheTimelineTellsEverythingByKind(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	path := "/customers/" + l.Customer + "/timeline"
	b.call("sales", "POST /leads/"+l.ID+"/contact", fields{"channel": "call", "outcome": "call-back"}).want(http.StatusOK)
	b.met("service", l.Customer,
		fields{"channel": "wechat", "direction": "in",
			"next_step": fields{"title": "Quote", "due_at": b.Clock.Now().Add(time.Hour), "owner": b.staff("sales-2").ID}})
	b.prefers(l.Customer, fields{})
	if err := b.SuppressMessage(t.Context(),
		message.Message{Person: l.ContactID, Customer: l.Customer, About: "lead/" + l.ID + "/1", Step: "x",
			Channel: message.ChannelSMS, Branch: l.Branch}, message.ReasonNoMobile); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string][]string{
		"": {"message", "preference.set", "task.opened", "customer.touched", "lead.contacted", "lead.assigned",
			"lead.captured"},
		"lead":       {"lead.contacted", "lead.assigned", "lead.captured"},
		"touch":      {"customer.touched", "lead.contacted"},
		"message":    {"message"},
		"preference": {"preference.set"},
		"task":       {"task.opened"},
		"customer":   nil, "contact": nil, "consent": nil, "hold": nil,
	} {
		query := path
		if kind != "" {
			query += "?kind=" + kind
		}
		for _, limit := range []int{1, 2, 100} {
			got := b.ids("sales", query, "kind", limit)
			if kind == "" { // the touch and its task are of one moment
				slices.Sort(got)
				want = slices.Sorted(slices.Values(want))
			}
			if !slices.Equal(got, want) {
				t.Errorf("kind %q by %d: %v", kind, limit, got)
			}
		}
	}
	for lang, want := range map[string][]string{
		"zh": {"与客户有一次接触", "沈静", "微信", "客户主动", "Emily Zhou"},
		"en": {"A touch with the customer", "沈静", "WeChat", "The customer began it", "Emily Zhou"},
	} {
		p := into[table.Page[history.TimelineEntry]](b.call("sales", "GET "+path+"?kind=touch&limit=1", nil,
			"Accept-Language", lang).want(http.StatusOK))
		e := p.Items[0]
		if got := []string{e.Text, e.By, e.Words["channel"], e.Words["direction"], e.Words["owner"]}; !slices.Equal(got,
			want) {
			t.Errorf("%s: %q", lang, got)
		}
	}
	first := into[page](b.call("sales", "GET "+path+"?limit=1", nil).want(http.StatusOK))
	b.call("sales", "GET "+path+"?kind=lead&cursor="+*first.Next, nil).want(http.StatusBadRequest)
	p := into[httpapi.Problem](b.call("sales", "GET "+path+"?kind=money", nil).want(http.StatusUnprocessableEntity))
	if p.Errors[0].Pointer != "?kind" {
		t.Errorf("%+v", p.Errors)
	}
}

// TestAPageOfALongTimelineCostsItsOwnLength reads a page near the end of a long timeline, of several contacts'
// messages and many events.
func TestAPageOfALongTimelineCostsItsOwnLength(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateNew, b.staff("sales"))
	for i := range 300 {
		m := message.Message{Person: fmt.Sprintf("con_%d", i%3), Customer: l.Customer,
			About: fmt.Sprintf("lead/lead_%d/1", i), Step: "x", Channel: message.ChannelEmail, Branch: l.Branch}
		if err := b.SuppressMessage(t.Context(), m, message.ReasonNoAddress); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			b.met("sales", l.Customer,
				fields{"channel": "call", "direction": "in", "outcome": customer.OutcomeAnswered})
		}
	}
	calls := b.counted()
	cursor, seen := "", map[string]bool{}
	for pages := 1; ; pages++ {
		calls.Store(0)
		p := into[page](b.call("sales", "GET /customers/"+l.Customer+"/timeline?limit=25"+cursor, nil).want(http.StatusOK))
		for _, e := range p.Items {
			if seen[e["id"].(string)] {
				t.Errorf("%v twice", e["id"])
			}
			seen[e["id"].(string)] = true
		}
		if n := calls.Load(); n > 5 { // the stamp of the set-up, the customer, events, message keys, messages
			t.Errorf("page %d took %d calls", pages, n)
		}
		if p.Next == nil {
			break
		}
		cursor = "&cursor=" + strings.ReplaceAll(*p.Next, "+", "%2B")
	}
	if len(seen) != 300+30+1 {
		t.Errorf("%d lines", len(seen))
	}
}
