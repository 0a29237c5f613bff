package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

var consentTrials = map[string]trial{
	"GET /contacts/{id}/consents":  {record: had(contact)},
	"POST /contacts/{id}/consents": {record: had(contact), body: agreed},
	"POST /contacts/{id}/channels/open": {record: had(unreached),
		body: fields{"channel": "email", "reason": "spoken"}},
}

// unreached is a contact to whom a message came back.
func unreached(b *bench, owner staff.Staff) string {
	b.t.Helper()
	id := contact(b, owner)
	c, err := b.Contact(b.t.Context(), id)
	if err == nil {
		err = b.ChangeGate(b.t.Context(), c, nil, func(g gate.Gate) (gate.Gate, []event.Event, error) {
			next, _ := g.Heed(message.Report{Fate: message.FateBounced, At: b.Clock.Now()}, message.ChannelEmail)
			return next, nil, nil
		})
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return id
}

// agreed is a yes on paper, given the day before the tests begin.
func agreed() fields {
	return fields{"purpose": "marketing", "channel": "email", "yes": true,
		"at": storetest.Began.AddDate(0, 0, -1).Format(time.RFC3339), "text": "我同意接收优惠信息。",
		"place": "柜台", "source": "2026 展会名单", "proof": "纸质表单，档案柜 3"}
}

func answered(with fields) fields {
	body := agreed()
	for name, value := range with {
		body[name] = value
	}
	return body
}

func TestTheNewestWordCounts(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := contact(b, b.staff("sales"))
	say := func(with fields) gate.ConsentEntry {
		t.Helper()
		return into[gate.ConsentEntry](b.call("marketing", "POST /contacts/"+id+"/consents",
			answered(with)).want(http.StatusCreated))
	}
	at := func(h int) string { return storetest.Began.Add(time.Duration(h) * time.Hour).Format(time.RFC3339) }
	may := func() bool {
		t.Helper()
		p, err := b.Preferences(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		_, ok := p.Gate.Permits(message.PurposeMarketing, message.ChannelEmail)
		return ok
	}
	for _, c := range []struct {
		yes    bool
		at     string
		counts bool
		may    bool
	}{
		{true, at(-24), true, true}, {false, at(-48), false, true}, {false, at(-10), true, false},
		{true, at(-11), false, false}, {true, at(-10), false, false},
		{false, at(-10), true, false}, {true, at(-9), true, true}, {false, at(-9), true, false},
	} {
		entry := say(fields{"yes": c.yes, "at": c.at})
		if entry.Counts != c.counts || may() != c.may || entry.By != b.staff("marketing").ID || entry.Place != "柜台" ||
			entry.ID == "" {
			t.Errorf("%+v: %+v, may be written to %t", c, entry, may())
		}
	}
	page := into[table.Page[gate.ConsentEntry]](b.call("sales", "GET /contacts/"+id+"/consents?limit=3",
		nil).want(http.StatusOK))
	rest := into[table.Page[gate.ConsentEntry]](b.call("sales", "GET /contacts/"+id+"/consents?limit=100&cursor="+
		*page.Next, nil).want(http.StatusOK))
	if len(page.Items) != 3 || len(rest.Items) != 5 || rest.Next != nil || page.Items[0].Yes || !rest.Items[4].Yes ||
		rest.Items[4].Text != "我同意接收优惠信息。" {
		t.Errorf("%+v %+v", page, rest)
	}
	b.call("sales-2", "GET /contacts/"+id+"/consents?limit=100&cursor="+*page.Next, nil).want(http.StatusBadRequest)
}

// A no is suppressed at the address; a later yes lifts that, which its role must allow, or the yes is 503 for ever.
func TestAYesAfterANoLiftsTheSuppression(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := into[customer.Contact](b.add(b.lead(lead.StateNew, b.staff("sales")).Customer,
		buyer()).want(http.StatusCreated)).ID
	line := "POST /contacts/" + id + "/consents"
	at := func(h int) string { return storetest.Began.Add(time.Duration(h) * time.Hour).Format(time.RFC3339) }
	for i, yes := range []bool{false, true, false} {
		b.call("marketing", line, answered(fields{"yes": yes, "at": at(i - 10)})).want(http.StatusCreated)
		want := 1
		if yes {
			want = 0
		}
		if n := b.Count(t, b.Tables.Messages, "SUPPRESSED#"); n != want {
			t.Errorf("after answer %d, a yes: %t, %d addresses are suppressed", i+1, yes, n)
		}
	}
}

func TestAYesNeedsItsWordsAndItsProof(t *testing.T) {
	t.Parallel()
	b := start(t)
	line := "POST /contacts/" + contact(b, b.staff("sales")) + "/consents"
	before := b.State()
	for _, c := range []struct {
		with    fields
		pointer string
	}{
		{fields{"text": ""}, "/text"}, {fields{"text": " \u3000"}, "/text"}, {fields{"proof": ""}, "/proof"},
		{fields{"source": ""}, "/source"},
		{fields{"at": storetest.Began.Add(time.Hour).Format(time.RFC3339)}, "/at"},
		{fields{"at": "1999-12-31T23:59:59Z"}, "/at"}, {fields{"at": "yesterday"}, "/at"},
		{fields{"at": "9999-12-31T23:59:59Z", "yes": false}, "/at"}, {fields{"purpose": "service"}, "/purpose"},
		{fields{"channel": "fax"}, "/channel"}, {fields{"yes": nil}, "/yes"},
		{fields{"yes": "true"}, "/yes"}, {fields{"text": strings.Repeat("长", 2001)}, "/text"},
		{fields{"proof": "a\nb"}, "/proof"},
	} {
		p := into[httpapi.Problem](b.call("sales", line, answered(c.with)).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer {
			t.Errorf("%v: %+v", c.with, p.Errors)
		}
	}
	if b.State() != before {
		t.Error("a refused answer changed something")
	}
	b.call("sales", line, fields{"purpose": "survey", "channel": "sms", "yes": false,
		"at": storetest.Began.Format(time.RFC3339), "source": "phone call"}).want(http.StatusCreated)
}

func TestWhoHasLeftMaySayNoAndNotYes(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := contact(b, b.staff("sales"))
	b.call("sales", "DELETE /contacts/"+id, nil, "If-Match", quoted(1)).want(http.StatusNoContent)
	before := b.State()
	b.call("sales", "POST /contacts/"+id+"/consents", agreed()).want(http.StatusConflict)
	if b.State() != before {
		t.Error("a yes of somebody who has left was kept")
	}
	b.call("sales", "POST /contacts/"+id+"/consents", answered(fields{"yes": false})).want(http.StatusCreated)
}

func TestARecordedConsentIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	line := "POST /contacts/" + contact(b, b.staff("sales")) + "/consents"
	first := b.call("sales", line, agreed(), "Idempotency-Key", "k").want(http.StatusCreated)
	before := b.State()
	again := b.call("sales", line, agreed(), "Idempotency-Key", "k").want(http.StatusCreated)
	if again.Body.String() != first.Body.String() || b.State() != before {
		t.Error("the repeat added a line")
	}
}
