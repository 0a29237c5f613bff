package workflows

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

// broken is a house whose records answer with an error.
type broken struct {
	*house
	err error
}

func (b broken) Lead(context.Context, string) (lead.Lead, error) { return lead.Lead{}, b.err }

// What goes to Temporal is a kind and whether to try again; the cause may hold anything and stays here.
func TestErrorsOfActivities(t *testing.T) {
	secret := errors.New("wang@customer.example")
	for _, c := range []struct {
		err   error
		kind  fault.Kind
		again bool
	}{
		{fault.Fail(fault.Unavailable, "忙", "busy").Because(secret), fault.Unavailable, true},
		{fault.Fail(fault.Conflict, "冲突", "conflict").Because(secret), fault.Conflict, true},
		{secret, fault.Internal, true},
		{fault.Fail(fault.Refused, "不行", "no").Because(secret), fault.Refused, false},
		{fault.Fail(fault.Invalid, "不对", "wrong").Because(secret), fault.Invalid, false},
	} {
		h := newHouse()
		work := h.work()
		work.Leads = broken{h, c.err}
		var suite testsuite.WorkflowTestSuite
		env := suite.NewTestActivityEnvironment()
		env.SetTestTimeout(time.Minute)
		registerActivities(env, Work{Lead: work, Task: &TaskWork{}, Shop: &ShopWork{}})
		for _, call := range []struct {
			name string
			in   any
		}{{leadSteps.climbs, Climb{ID: leadID}}, {leadSteps.looks, Look{ID: leadID}}} {
			_, err := env.ExecuteActivity(call.name, call.in)
			var got *temporal.ApplicationError
			if !errors.As(err, &got) || got.Type() != string(c.kind) || got.NonRetryable() == c.again ||
				strings.Contains(err.Error(), "customer") {
				t.Errorf("%s with %v: %v", call.name, c.err, err)
			}
		}
	}
}

func TestTheLastWordOfAStoppedWorker(t *testing.T) {
	h := newHouse()
	work := h.work()
	ctx, cancel := context.WithCancel(t.Context())
	h.server = func(message.Message) Delivery {
		cancel() // the worker is told to stop while the message is on its way
		return Delivery{State: message.StateSent}
	}
	work.Ledger = impatient{h}
	m := message.Message{Person: "stf_bob", About: "lead/x/1", Step: "1/tell", Channel: message.ChannelEmail}
	if _, err := send(ctx, work.Ledger, work.Mail, m, Recipient{Email: "bob@shop.example"}, nil); err != nil {
		t.Fatal(err)
	}
	same(t, "ledger", h.states(), []string{"stf_bob 1/tell sent"})
}

// impatient is a ledger that writes nothing for a caller who was cancelled.
type impatient struct{ *house }

func (i impatient) SettleMessage(ctx context.Context, m message.Message, state, provider, reason string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return i.house.SettleMessage(ctx, m, state, provider, reason)
}
