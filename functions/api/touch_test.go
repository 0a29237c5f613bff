package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/httpapi"
)

var touchTrials = map[string]trial{
	"GET /customers/{id}/activities": {record: had(anyCustomer)},
	"POST /customers/{id}/activities": {record: had(anyCustomer),
		body: fields{"channel": "call", "direction": "in", "summary": "asks for 500 cards"}},
}

// met records a touch and returns it.
func (b *bench) met(who, c string, body fields) customer.Touch {
	b.t.Helper()
	return into[customer.Touch](b.call(who, "POST /customers/"+c+"/activities", body).want(http.StatusCreated))
}

func TestATouchStandsOnTheCardAndMakesATask(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateNew, b.staff("sales"))
	before, err := b.Customer(t.Context(), l.Customer)
	if err != nil {
		t.Fatal(err)
	}
	due := b.Clock.Now().Add(48 * time.Hour)
	body := fields{"channel": "visit", "direction": "out", "length_s": 1800, "contact": l.ContactID,
		"outcome": "quote-requested", "summary": "<b>3 colours</b>\n报价",
		"next_step": fields{"title": "Send the quotation", "due_at": due, "owner": b.staff("sales-2").ID}}
	line := "POST /customers/" + l.Customer + "/activities"
	first := b.call("service", line, body, "Idempotency-Key", "k").want(http.StatusCreated)
	again := b.call("service", line, body, "Idempotency-Key", "k").want(http.StatusCreated)
	touch := into[customer.Touch](first)
	if first.Body.String() != again.Body.String() || first.Header().Get("ETag") != "" &&
		first.Header().Get("Location") == "" {
		t.Errorf("a repeat is answered %s, at first %s", again.Body, first.Body)
	}
	if touch.Summary != body["summary"] || touch.By != b.staff("service").ID || touch.Branch != seed.Shanghai ||
		touch.Contact != l.ContactID || touch.Next.Task == "" {
		t.Errorf("%+v", touch)
	}
	task, err := b.Task(t.Context(), touch.Next.Task)
	if err != nil || task.Owner != b.staff("sales-2").ID || task.About != touch.ID || task.Customer != l.Customer ||
		task.Title != "Send the quotation" || !task.Due.Equal(due) {
		t.Errorf("task %+v, %v", task, err)
	}
	if got := b.ids("sales-2", "/desk", "id", 5); !slices.Contains(got, task.ID) {
		t.Errorf("desk %v", got)
	}
	after, err := b.Customer(t.Context(), l.Customer)
	if err != nil || after.Version != before.Version || after.Seq != before.Seq+1 || len(after.LastTouches) != 1 ||
		after.LastTouches[0].ID != touch.ID || !after.History.LastTouchAt.Equal(touch.At) {
		t.Errorf("customer %+v, %v", after, err)
	}
	if n := b.Count(t, b.Tables.Records, "TASK#"); n == 0 ||
		len(b.ids("sales", "/customers/"+l.Customer+"/activities", "id", 5)) != 1 {
		t.Errorf("%d task items", n)
	}
}

func TestTouchesAreListedByWhenTheyHappened(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateNew, b.staff("sales"))
	now := b.Clock.Now()
	for i, channel := range []string{"fax", "call", "wechat", "call", "counter", "call"} {
		b.met("sales", l.Customer,
			fields{"channel": channel, "direction": "in", "at": now.Add(-time.Duration(i*7%6) * time.Hour),
				"summary": fmt.Sprint(i * 7 % 6)})
	}
	if err := b.Reply(t.Context(), l.ID, message.Reporter("mail"),
		customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, From: "lina@example.com",
			Summary: "mail"}); err != nil {
		t.Fatal(err)
	}
	path := "/customers/" + l.Customer + "/activities"
	for _, limit := range []int{1, 2, 100} {
		if got := b.ids("marketing", path, "summary", limit); !slices.Equal(got,
			[]string{"mail", "0", "1", "2", "3", "4", "5"}) {
			t.Errorf("by %d: %v", limit, got)
		}
		if got := b.ids("marketing", path+"?channel=call", "summary", limit); !slices.Equal(got, []string{"1", "3", "5"}) {
			t.Errorf("calls by %d: %v", limit, got)
		}
	}
	if got := b.ids("marketing", path+"?channel=e-mail", "summary", 5); !slices.Equal(got, []string{"mail"}) {
		t.Errorf("mails: %v", got)
	}
	c, err := b.Customer(t.Context(), l.Customer)
	if err != nil || len(c.LastTouches) != 5 || c.LastTouches[0].Channel != customer.TouchMail ||
		c.LastTouches[0].Direction != customer.TouchIn {
		t.Errorf("card %+v, %v", c.LastTouches, err)
	}
}

func TestAContactWithALeadStandsOnTheCard(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	before, err := b.Customer(t.Context(), l.Customer)
	if err != nil {
		t.Fatal(err)
	}
	contact := func(outcome string) customer.Customer {
		b.call("sales", "POST /leads/"+l.ID+"/contact", fields{"channel": "call", "outcome": outcome}).want(http.StatusOK)
		c, err := b.Customer(t.Context(), l.Customer)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	missed := contact(customer.OutcomeUnreachable)
	if len(missed.LastTouches) != 1 || !missed.History.LastTouchAt.Equal(*before.History.LastTouchAt) ||
		missed.Owner != "" || missed.Version != before.Version {
		t.Errorf("an attempt: %+v", missed)
	}
	reached := contact(customer.OutcomeInterested)
	if len(reached.LastTouches) != 2 || reached.LastTouches[0].ID != l.ID ||
		!reached.History.LastTouchAt.After(*before.History.LastTouchAt) || reached.Owner != b.staff("sales").ID {
		t.Errorf("a contact: %+v", reached)
	}
	if err := b.Reply(t.Context(), l.ID, message.Reporter("mail"),
		customer.Touch{Channel: customer.TouchMail, Kind: message.MailAutomatic, Text: "away"}); err != nil {
		t.Fatal(err)
	}
	if c, err := b.Customer(t.Context(), l.Customer); err != nil || len(c.LastTouches) != 2 {
		t.Errorf("an automatic answer: %+v, %v", c.LastTouches, err)
	}
}

func TestTouchesThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t)
	cust := b.lead(lead.StateNew, b.staff("sales")).Customer
	other := b.lead(lead.StateNew, b.staff("sales"))
	now := b.Clock.Now()
	step := func(f fields) fields {
		out := fields{"title": "x", "due_at": now.Add(time.Hour)}
		maps.Copy(out, f)
		return fields{"next_step": out}
	}
	before := b.State()
	for _, c := range []struct {
		body    fields
		pointer string
	}{
		{fields{"channel": "pigeon"}, "/channel"}, {fields{"direction": "up"}, "/direction"},
		{fields{"at": now.Add(time.Hour)}, "/at"},
		{fields{"at": now.AddDate(-2, 0, 0)}, "/at"}, {fields{"at": "yesterday"}, "/at"},
		{fields{"length_s": -1}, "/length_s"}, {fields{"length_s": 1 << 31}, "/length_s"},
		{fields{"summary": strings.Repeat("长", 10_000)}, "/summary"}, {fields{"summary": " \u3000"}, "/summary"},
		{fields{"summary": "a\x00"}, "/summary"},
		{fields{"contact": "lina"}, "/contact"}, {fields{"contact": other.ContactID}, "/contact"},
		{fields{"outcome": "good"}, "/outcome"},
		{step(fields{"title": ""}), "/next_step/title"}, {step(fields{"due_at": now.Add(-time.Hour)}), "/next_step/due_at"},
		{step(fields{"due_at": now.AddDate(2, 0, 0)}), "/next_step/due_at"},
		{step(fields{"owner": seed.StaffID(99)}), "/next_step/owner"},
		{step(fields{"owner": b.staff("sales-hangzhou").ID}), "/next_step/owner"},
		{step(fields{"owner": b.staff("integration").ID}), "/next_step/owner"},
	} {
		body := fields{"channel": "call", "direction": "in"}
		maps.Copy(body, c.body)
		p := into[httpapi.Problem](b.call("sales", "POST /customers/"+cust+"/activities",
			body).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer {
			t.Errorf("%.100v: %+v", c.body, p.Errors)
		}
	}
	b.call("sales", "POST /customers/cus_none/activities",
		fields{"channel": "call", "direction": "in"}).want(http.StatusNotFound)
	b.call("sales", "GET /customers/"+cust+"/activities?channel=email", nil).want(http.StatusUnprocessableEntity)
	if b.State() != before {
		t.Error("something was written")
	}
	long := strings.Repeat("长", 4000)
	if got := b.met("sales", cust, fields{"channel": "call", "direction": "in", "summary": long}); got.Summary != long {
		t.Error("a long summary was not kept whole")
	}
}

func TestTouchesAreReadNewestFirst(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateContacted, b.staff("sales"))
	other := b.lead(lead.StateNew, b.staff("sales"))
	var want []string
	for _, text := range []string{"one", "<script>two</script>", "three", "four", "five"} {
		if err := b.Reply(t.Context(), l.ID, message.Reporter("mail"),
			customer.Touch{Channel: customer.TouchMail, Kind: message.MailPerson, From: "lina@example.com",
				Text: text}); err != nil {
			t.Fatal(err)
		}
		want = append(want, text)
	}
	slices.Reverse(want)
	for _, limit := range []int{1, 2, 5} {
		if got := b.ids("sales", "/leads/"+l.ID+"/touches", "text", limit); !slices.Equal(got, want) {
			t.Errorf("by %d: %q", limit, got)
		}
	}
	if got := b.ids("sales", "/leads/"+other.ID+"/touches", "text", 5); len(got) != 0 {
		t.Errorf("another lead's: %q", got)
	}
	first := into[page](b.call("sales", "GET /leads/"+l.ID+"/touches?limit=2", nil).want(http.StatusOK))
	b.call("sales", "GET /leads/"+other.ID+"/touches?cursor="+*first.Next, nil).want(http.StatusBadRequest)
	b.call("manager", "GET /leads/"+l.ID+"/touches?cursor="+*first.Next, nil).want(http.StatusBadRequest)
	b.call("sales", "GET /leads/lead_none/touches", nil).want(http.StatusNotFound)

	read := into[fields](b.call("sales", "GET /leads/"+l.ID, nil).want(http.StatusOK))
	if read["unanswered_replies"] != 5.0 || read["state"] != lead.StateContacted {
		t.Errorf("lead %v", read)
	}
	b.call("sales", "POST /leads/"+l.ID+"/contact",
		fields{"channel": "call", "outcome": "interested"}).want(http.StatusOK)
	if read := into[fields](b.call("sales", "GET /leads/"+l.ID,
		nil).want(http.StatusOK)); read["unanswered_replies"] != 0.0 || read["replies"] != 5.0 {
		t.Errorf("after speaking with the customer: %v", read)
	}
}

// TestTheTaskOfANextStepCanBeChanged has the longest title that a next step takes: the task that it becomes takes
// it as well.
func TestTheTaskOfANextStepCanBeChanged(t *testing.T) {
	b := start(t)
	c := b.lead(lead.StateNew, b.staff("sales")).Customer
	met := func(title string) response {
		return b.call("sales", "POST /customers/"+c+"/activities", fields{"channel": "call", "direction": "in",
			"next_step": fields{"title": title, "due_at": b.Clock.Now().Add(time.Hour)}})
	}
	touch := into[customer.Touch](met(strings.Repeat("印", 150)).want(http.StatusCreated))
	b.call("sales", "PATCH /tasks/"+touch.Next.Task, fields{"priority": "high"}, "If-Match", quoted(1), "Content-Type",
		mergePatch).want(http.StatusOK)
	p := into[httpapi.Problem](met(strings.Repeat("印", 151)).want(http.StatusUnprocessableEntity))
	if p.Errors[0].Pointer != "/next_step/title" {
		t.Errorf("%+v", p.Errors)
	}
}
