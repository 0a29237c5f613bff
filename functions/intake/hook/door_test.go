package hook_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/service"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const (
	jsonType = "application/json"
	mailType = "message/rfc822"
)

var (
	oldKey = []byte("the old key of a source, 32 bytes")
	newKey = []byte("the new key of a source, 32 bytes")
)

// storePage is one page of a list, as long as any test needs.
var storePage = table.Paging{Limit: 50, Caller: "test"}

// everywhere are the branches of the shop; what is known of nobody is the first one's.
var everywhere = []string{seed.Shanghai, seed.Hangzhou}

// door is the door for signed calls, on a store of its own.
type door struct {
	*storetest.Bench
	hook.Server
	http.Handler
}

// hooked is a door that takes signed calls.
func hooked(t testing.TB) *door {
	t.Helper()
	b := storetest.New(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts)
	d.listen(facts, slog.New(slog.NewJSONHandler(io.Discard, nil)))
	return d
}

// hang makes a door on a bench whose desks have the store.
func hang(b *storetest.Bench, facts *store.Store) *door {
	replies := token.NewReplyAddresses(storetest.Ring)
	office := app.Office{Store: facts, Now: b.Clock.Now}
	cases := casework.Desk{Office: office}
	return &door{Bench: b, Server: hook.Server{
		Frontdesk: frontdesk.Desk{Office: office, Replies: replies, Cases: cases, ReplyDomain: "reply.shop.example"},
		Casework:  cases, Now: b.Clock.Now,
		Secrets: always(hook.Secrets{hook.SourceLeads: {oldKey}, hook.SourceMail: {oldKey}, hook.SourceComplaints: {oldKey}}),
	}}
}

// listen opens the door with what the server has by now.
func (d *door) listen(receipts httpapi.Receipts, log *slog.Logger) {
	d.Frontdesk.Log = log
	d.Handler = httpapi.Door{Name: "hook", Routes: d.Server.Routes(), Receipts: receipts, Log: log,
		Now: d.Clock.Now}.Handler()
}

// signed are the headers of a call, in pairs.
func signed(t testing.TB, key []byte, id string, at time.Time, body string) []string {
	t.Helper()
	w, err := webhooks.NewWebhookRaw(key)
	if err != nil {
		t.Fatal(err)
	}
	sign, err := w.Sign(id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return []string{webhooks.HeaderWebhookID, id, webhooks.HeaderWebhookTimestamp, strconv.FormatInt(at.Unix(), 10),
		webhooks.HeaderWebhookSignature, sign}
}

// called hands a body to a source as somebody would who has the old key.
func (d *door) called(t testing.TB, source, id, body string) *httptest.ResponseRecorder {
	t.Helper()
	kind := jsonType
	if source == hook.SourceMail {
		kind = mailType
	}
	return d.call(source, body, append(signed(t, oldKey, id, d.Clock.Now(), body), "Content-Type", kind)...)
}

// call sends a body to a source; headers come in pairs.
func (d *door) call(source, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/hooks/"+source, strings.NewReader(body))
	r.Header.Set("Accept", "*/*")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

// taken fails unless the call was taken.
func taken(t testing.TB, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code != http.StatusAccepted || !strings.HasPrefix(w.Body.String(), `{"status":"received"`) {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
}

// enquired is a lead of Lina, made on the form's page, with a yes that was confirmed.
func (d *door) enquired(t testing.TB, email string) lead.Lead {
	t.Helper()
	return storetest.Agreeing(t, d.Bench, form.Enquiry{Name: "李娜", Email: email, Product: "cards", Quantity: 500,
		Lang: words.En})
}

// customer is somebody whom the shop knows.
func (d *door) customer(t testing.TB) customer.Contact {
	t.Helper()
	contact, err := d.Contact(t.Context(), d.enquired(t, strings.ToLower(storetest.NewID("c"))+"@example.com").ContactID)
	if err != nil {
		t.Fatal(err)
	}
	return contact
}

// opened is a complaint of a customer.
func (d *door) opened(t testing.TB) complaint.Complaint {
	t.Helper()
	contact := d.customer(t)
	taken(t, d.called(t, hook.SourceComplaints, storetest.NewID("call"), handed(contact.Emails[0].Value)))
	page, err := d.Bench.Complaints(t.Context(),
		service.ComplaintQuery{Branches: everywhere, Customer: contact.Customer, Paging: storePage})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v %v", page.Items, err)
	}
	c, err := d.Complaint(t.Context(), page.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// question is one from production to a customer.
func (d *door) question(t testing.TB, of, contact string) hold.Hold {
	t.Helper()
	boss := storetest.Person(t, d.Bench, 8)
	h, e, err := hold.Ask(hold.Question{Job: "J-5", Question: "纸张比签样偏黄，继续印还是停机？",
		Choices: []string{"继续印", "停机换纸"}}, storetest.NewID("hld"), of, contact, boss.ID, staff.ActorOf(boss),
		storetest.Terms(t, d.Bench, seed.Shanghai).Hold(), d.Clock.Now())
	if err == nil {
		h, err = d.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (d *door) leads(t testing.TB) int      { return d.Count(t, d.Tables.Records, "LEAD#") }
func (d *door) complaints(t testing.TB) int { return d.CountRecords(t, "COMPLAINT") }

func (d *door) replies(t testing.TB, c string) []complaint.Reply {
	t.Helper()
	page, err := d.ComplaintReplies(t.Context(), c, storePage)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// quarantined are the cards of what lies in quarantine in all branches.
func (d *door) quarantined(t testing.TB) []form.SubmissionCard {
	t.Helper()
	page, err := d.Submissions(t.Context(), form.OutcomeQuarantined, everywhere, storePage)
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// always gives the same secrets.
func always(s hook.Secrets) func() map[string][][]byte {
	return func() map[string][][]byte { return s }
}
