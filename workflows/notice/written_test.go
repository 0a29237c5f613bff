package notice

import (
	"context"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/words"
)

// desk has one letter that a colleague wrote, what became of it, and the tasks that follow.
type desk struct {
	touch customer.Touch
	rows  []message.Message
	calls []customer.Call
}

func (d *desk) Touch(context.Context, string, string, time.Time) (customer.Touch, error) {
	return d.touch, nil
}

func (d *desk) Lead(context.Context, string) (lead.Lead, error) { return lead.Lead{}, nil }

func (d *desk) Addressee(context.Context, string, string) (customer.Addressee, error) {
	c := customer.Contact{ID: "con_1", Customer: "cus_1", Name: "Li Na", Lang: words.En,
		Emails: customer.Reaches("li@example.com", true)}
	return c.Addressee(customer.Customer{}), nil
}

func (d *desk) Messages(context.Context, []message.Message) ([]message.Message, error) {
	return d.rows, nil
}

func (d *desk) AskToCall(_ context.Context, _ string, call customer.Call) error {
	d.calls = append(d.calls, call)
	return nil
}

// TestALetterThatGoesToNobodyIsTold: the colleague who wrote gets a task where it is decided that the letter is not
// sent. There is none where it went out, or where nobody knows yet.
func TestALetterThatGoesToNobodyIsTold(t *testing.T) {
	for _, c := range []struct {
		state, reason, told string
	}{
		{message.StateSent, "", ""}, {message.StateUnknown, "", ""},
		{message.StateSuppressed, message.ReasonBlocked, message.ReasonBlocked},
		{message.StateFailed, "", message.StateFailed},
	} {
		o := newOffice()
		d := &desk{touch: customer.Touch{ID: "tch_1", Customer: "cus_1", Contact: "con_1", Branch: "shanghai", By: "stf_s",
			At: crmtest.Tuesday, Channel: customer.TouchMail, Subject: "Cards", Text: "They are ready."},
			rows: []message.Message{{State: c.state, Reason: c.reason}}}
		work := &Work{Store: o, Wrote: d, Post: o, Now: func() time.Time { return o.now }}
		e := event.Event{ID: "evt_1", Type: event.CustomerWritten, V: event.Layout, Customer: "cus_1", Record: "tch_1",
			At: crmtest.Tuesday, Branch: "shanghai"}
		if _, err := work.Tell(t.Context(), Step{Event: e}); err != nil || len(o.sent) != 1 {
			t.Fatalf("%v, %q", err, o.sent)
		}
		switch {
		case c.told == "" && len(d.calls) > 0:
			t.Errorf("%s: %+v", c.state, d.calls)
		case c.told != "" && (len(d.calls) != 1 || d.calls[0].Unsent != c.told || d.calls[0].Owner != "stf_s"):
			t.Errorf("%s: %+v", c.state, d.calls)
		}
		for _, call := range d.calls {
			terms, err := o.shop.Terms("shanghai")
			if err != nil {
				t.Fatal(err)
			}
			task, _, ok := call.Task(o.shop.Roster, terms.Task(), o.now.Add(time.Hour), o.now)
			if !ok || task.Owner != "stf_s" || task.Title == "" || task.Text == "" {
				t.Errorf("%+v", task)
			}
		}
	}
}
