package worklist_test

import (
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/apptest"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/stuck"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Each kind of what is stuck is listed to those who manage its branch, with the messages in doubt, and to nobody else.
// What belongs to no known branch is the head office's.
func TestWhatIsStuck(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	d, page := worklist.Desk{Office: b.Office}, app.Paging{Limit: 9}
	step := stuck.Stuck{What: stuck.KindStep, Record: "lead_1", Step: "1/half", Process: "lead", Round: 1,
		Customer: "cus_1", Branch: seed.Shanghai, Cause: string(fault.Impossible)}
	far := stuck.Stuck{What: stuck.KindRecord, Record: "tsk_1", Step: "replan", Branch: seed.Hangzhou}
	lost := stuck.Stuck{What: stuck.KindEvent, Event: "evt_1", Record: "evt_1", Customer: "cus_2", Cause: stuck.Unknown}
	for _, seen := range []stuck.Stuck{step, far, lost} {
		if _, err := b.NoteStuck(t.Context(), seen, seen.What == stuck.KindStep); err != nil {
			t.Fatal(err)
		}
	}
	c, contact := b.Customer()
	doubt, err := b.ClaimMessage(t.Context(), message.Message{Person: contact.ID, Customer: c.ID, About: "lead/1",
		Step: "acknowledge", Channel: message.ChannelEmail, Template: "acknowledgement", Lang: words.Zh, Branch: c.Branch},
		message.PurposeService)
	if err == nil {
		err = b.Store.SettleMessage(t.Context(), doubt, message.StateUnknown, "", "")
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		who, branch, kind string
		ids               []string
	}{
		{"manager", "", "", []string{stuck.IDOf(step), doubt.ID}},
		{"manager", "", stuck.KindMessage, []string{doubt.ID}},
		{"manager", "", stuck.KindStep, []string{stuck.IDOf(step)}},
		{"manager-hangzhou", "", "", []string{stuck.IDOf(far)}},
		{"owner", "", "", []string{stuck.IDOf(step), stuck.IDOf(far), stuck.IDOf(lost), doubt.ID}},
		{"owner", seed.Hangzhou, "", []string{stuck.IDOf(far)}},
		{"owner", "", stuck.KindEvent, []string{stuck.IDOf(lost)}},
	} {
		got, err := d.AllStuck(t.Context(), b.Caller(tc.who),
			worklist.ReadStuck{Branch: tc.branch, What: tc.kind, Paging: page})
		ids := map[string]bool{}
		for _, l := range got.Items {
			ids[l.ID] = l.Title != "" && l.Link != "" && !l.Since.IsZero()
		}
		for _, id := range tc.ids {
			if !ids[id] {
				t.Errorf("%+v: %s is missing in %+v", tc, id, got.Items)
			}
		}
		if err != nil || len(got.Items) != len(tc.ids) {
			t.Errorf("%+v: %+v, %v", tc, got.Items, err)
		}
	}
	id := app.At(stuck.IDOf(step), "", 0)
	why := worklist.SkipStuck{Reason: "not needed"}
	for _, tc := range []struct {
		who  string
		kind fault.Kind
	}{{"sales", fault.Forbidden}, {"marketing", fault.Forbidden}, {"manager-hangzhou", fault.NotFound}} {
		by := b.Caller(tc.who)
		b.Refuses(tc.kind, tc.who+" reads it", func() error { return failed(d.Stuck(t.Context(), by, id)) })
		b.Refuses(tc.kind, tc.who+" retries it", func() error {
			return failed(d.RetryStuck(t.Context(), by, id, worklist.RetryStuck{}))
		})
		b.Refuses(tc.kind, tc.who+" skips it", func() error { return failed(d.SkipStuck(t.Context(), by, id, why)) })
	}
	b.Refuses(fault.Forbidden, "sales lists", func() error {
		return failed(d.AllStuck(t.Context(), b.Caller("sales"), worklist.ReadStuck{Paging: page}))
	})
	b.Refuses(fault.NotFound, "another branch is asked for", func() error {
		return failed(d.AllStuck(t.Context(), b.Caller("manager"),
			worklist.ReadStuck{Branch: seed.Hangzhou, Paging: page}))
	})
	b.Refuses(fault.Stale, "a version that is over", func() error {
		return failed(d.SkipStuck(t.Context(), b.Caller("manager"), app.At(id.ID, "", 99), why))
	})
	read, err := d.Stuck(t.Context(), b.Caller("manager"), id)
	if err != nil || read.State != stuck.StateParked || read.Text == "" || !read.Actions[0].Allowed {
		t.Errorf("%+v, %v", read, err)
	}
	retried, err := d.RetryStuck(t.Context(), b.Caller("manager"), id, worklist.RetryStuck{})
	if err != nil || retried.State != stuck.StateRetried {
		t.Errorf("%+v, %v", retried, err)
	}
	pending, err := b.Pending(t.Context(), b.Clock.Now().Add(1), 9)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range pending {
		if e.Type != event.StuckRetried {
			continue
		}
		if key, ok := e.OfStep(); !ok || key != "1/half" || e.Process() != "lead" || e.Customer != "cus_1" {
			t.Errorf("the process hears %+v", e)
		}
		return
	}
	t.Errorf("no process hears of it: %+v", pending)
}

// What cannot be read of the set-up is shown to the head office, once.
func TestASettingThatCannotBeRead(t *testing.T) {
	t.Parallel()
	b := apptest.New(t, storetest.New)
	if _, err := b.DB.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(b.Tables.Records), Key: table.ShopKey("form", seed.Quote),
		UpdateExpression:          aws.String("SET version = :v"),
		ExpressionAttributeValues: table.Item{":v": table.Text("a later release made a word of it")},
	}); err != nil {
		t.Fatal(err)
	}
	b.Office.Store = b.Open(t) // one that has not read the shop yet
	d := worklist.Desk{Office: b.Office}
	for who, lines := range map[string]int{"owner": 1, "manager": 0} {
		page, err := d.AllStuck(t.Context(), b.Caller(who), worklist.ReadStuck{Paging: app.Paging{Limit: 9}})
		if err != nil || len(page.Items) != lines || lines > 0 && page.Items[0].Record != "form "+seed.Quote {
			t.Errorf("%s: %+v, %v", who, page.Items, err)
		}
	}
}
