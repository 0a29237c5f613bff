package frontdesk_test

import (
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/store/storetest"
)

func TestActivities(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	c, contact := b.Customer()
	due := b.Clock.Now().Add(48 * time.Hour)
	in := frontdesk.RecordActivity{Channel: "visit", Direction: "out", Contact: contact.ID, Summary: "3 colours",
		NextStep: &frontdesk.NextStep{Title: "Send the quotation", Due: due}}
	q := frontdesk.ListActivities{Paging: page}
	refuse(t, b, at(c.ID),
		trial{"the touches with a customer", does(d.Activities, q), "production", "sales-hangzhou", ""},
		trial{"a touch", does(d.RecordActivity, in), "marketing", "sales-hangzhou", ""})
	b.Refuses(fault.Invalid, "a next step for somebody unknown", func() error {
		_, err := d.RecordActivity(t.Context(), b.Caller("sales"), at(c.ID), frontdesk.RecordActivity{Channel: "call",
			Direction: "in", NextStep: &frontdesk.NextStep{Title: "x", Due: due, Owner: seed.StaffID(99)}})
		return err
	})
	sales := b.Caller("sales")
	touch := done[customer.Touch](t, does(d.RecordActivity, in), sales, at(c.ID))
	task, err := b.Task(t.Context(), touch.Next.Task)
	if err != nil || task.Owner != sales.ID || task.About != touch.ID || !task.Due.Equal(due) || touch.By != sales.ID {
		t.Errorf("%+v, its task %+v, %v", touch, task, err)
	}
	earlier := b.Clock.Now().Add(-time.Hour)
	if _, err := d.RecordActivity(t.Context(), sales, at(c.ID),
		frontdesk.RecordActivity{Channel: "call", Direction: "in", At: &earlier}); err != nil {
		t.Fatal(err)
	}
	for channel, want := range map[string]int{"": 2, "call": 1, "fax": 0} {
		q.Channel = channel
		list, err := d.Activities(t.Context(), b.Caller("marketing"), at(c.ID), q)
		if err != nil || len(list.Items) != want || want == 2 && list.Items[0].ID != touch.ID {
			t.Errorf("%q: %+v, %v", channel, list, err)
		}
	}
}

func TestTouchesOfALead(t *testing.T) {
	t.Parallel()
	b, d := reception(t)
	sales := b.Caller("sales")
	l, err := storetest.Enquire(t, b.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	refuse(t, b, at(l.ID),
		trial{"what was written about a lead", does(d.LeadTouches, page), "finance", "sales-hangzhou", ""})
	mail := customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, Text: "Yes, please."}
	if err := b.Reply(t.Context(), l.ID, message.Reporter("mail"), mail); err != nil {
		t.Fatal(err)
	}
	if _, err := d.RecordActivity(t.Context(), sales, at(l.Customer),
		frontdesk.RecordActivity{Channel: "call", Direction: "in"}); err != nil {
		t.Fatal(err)
	}
	if list, err := d.LeadTouches(t.Context(), sales, at(l.ID), page); err != nil || len(list.Items) != 1 ||
		list.Items[0].Text != mail.Text {
		t.Errorf("%+v, %v", list, err)
	}
}
