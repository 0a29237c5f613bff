package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
)

// letters counts the letters of these tests: no two of them are alike.
var letters atomic.Int64

// aLetter is a letter in words of its own.
func aLetter() fields {
	own := strings.Map(func(r rune) rune { return 'a' + r - '0' }, fmt.Sprint(letters.Add(1)))
	return fields{"channel": "email", "subject": "Your cards", "text": "They are ready. " + own}
}

var writeTrials = map[string]trial{
	"POST /leads/{id}/messages":     {record: mailedLead, whose: itsOwners, body: aLetter},
	"POST /customers/{id}/messages": {record: had(mailedCustomer), body: aLetter},
	"POST /tasks/{id}/messages":     {record: mailedTask, body: aLetter},
}

// mailed is a lead whose person has an e-mail as well.
func (b *bench) mailed(state string, owner staff.Staff) lead.Lead {
	b.t.Helper()
	as := b.walkIn()
	as["email"] = fmt.Sprintf("reader%d@example.com", letters.Add(1))
	return b.entered(as, state, owner)
}

func mailedLead(b *bench, owner staff.Staff) string { return b.mailed(lead.StateAssigned, owner).ID }

func mailedCustomer(b *bench, owner staff.Staff) string {
	return b.mailed(lead.StateNew, owner).Customer
}

func mailedTask(b *bench, owner staff.Staff) string {
	return b.taskAbout(mailedCustomer(b, b.staff("sales")), task.StateOpen, b.staff("sales-2"),
		formerly(owner, staff.Sales)).ID
}

// wrote lists the letters that wait to be sent to a customer, by their events.
func (b *bench) wrote(cust string) (out []event.Event) {
	b.t.Helper()
	for _, e := range b.Events(b.t, cust) {
		if e.Type == event.CustomerWritten {
			out = append(out, e)
		}
	}
	return out
}

func TestALetterAboutALeadIsAContact(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.mailed(lead.StateAssigned, b.staff("sales"))
	line, body := "POST /leads/"+l.ID+"/messages", aLetter()
	first := b.call("sales", line, body, "Idempotency-Key", "letter").want(http.StatusCreated)
	again := b.call("sales", line, body, "Idempotency-Key", "letter").want(http.StatusCreated)
	if first.Body.String() != again.Body.String() {
		t.Errorf("a repeat is answered %s, at first %s", again.Body, first.Body)
	}
	touch := into[customer.Touch](first)
	if touch.Lead != l.ID || touch.Contact != l.ContactID || touch.Direction != customer.TouchOut ||
		touch.By != b.staff("sales").ID || touch.Text != body["text"] || touch.ID == "" {
		t.Errorf("%+v", touch)
	}
	next, err := b.Lead(t.Context(), l.ID)
	if err != nil || next.State != lead.StateContacted || next.LastContact.Outcome != customer.OutcomeWritten ||
		!next.Due.After(b.Clock.Now()) || next.Version != l.Version+1 {
		t.Errorf("%+v, %v", next, err)
	}
	waiting := b.wrote(l.Customer)
	if len(waiting) != 1 || waiting[0].Record != touch.ID || !waiting[0].Wakes || waiting[0].Data["lead"] != l.ID {
		t.Errorf("%+v", waiting)
	}
	if got := b.ids("sales", "/leads/"+l.ID+"/touches", "id", 5); len(got) != 1 || got[0] != touch.ID {
		t.Errorf("the lead's touches are %v", got)
	}
	c, err := b.Customer(t.Context(), l.Customer)
	if err != nil || len(c.LastTouches) == 0 || c.LastTouches[0].Direction != customer.TouchOut {
		t.Errorf("%+v, %v", c.LastTouches, err)
	}
	if got := b.call("sales", "GET /customers/"+l.Customer+"/timeline?kind=touch", nil); !strings.Contains(
		got.Body.String(), string(event.CustomerWritten)) {
		t.Errorf("the timeline has %s", got.Body)
	}
}

// bounced has a letter come back from the contact's e-mail on a day.
func (b *bench) bounced(contact, day string) {
	b.t.Helper()
	c, err := b.Contact(b.t.Context(), contact)
	if err == nil {
		err = b.ChangeGate(b.t.Context(), c, nil, func(g gate.Gate) (gate.Gate, []event.Event, error) {
			next, _ := g.Heed(message.Report{Fate: message.FateBounced, Day: day, At: b.Clock.Now()}, message.ChannelEmail)
			return next, nil, nil
		})
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestALetterThatIsRefusedChangesNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.mailed(lead.StateAssigned, b.staff("sales"))
	stranger := b.mailed(lead.StateAssigned, b.staff("sales")).ContactID
	lost := b.mailed(lead.StateLost, b.staff("sales"))
	ownerless := b.task(task.StateOpen, b.staff("sales"), b.staff("sales"))
	dead := b.mailed(lead.StateAssigned, b.staff("sales"))
	for _, day := range []string{"2026-11-29", "2026-11-30"} {
		b.bounced(dead.ContactID, day)
	}
	with := func(name string, value any) fields {
		out := aLetter()
		out[name] = value
		return out
	}
	for _, c := range []struct {
		about, line string
		body        fields
		want        int
	}{
		{"another customer's contact", "/leads/" + l.ID, with("contact_id", stranger), http.StatusUnprocessableEntity},
		{"the same of a customer", "/customers/" + l.Customer, with("contact_id", stranger),
			http.StatusUnprocessableEntity},
		{"nobody", "/customers/" + l.Customer, with("contact_id", "con_019b0000-0000-7000-8000-000000000000"),
			http.StatusUnprocessableEntity},
		{"a link", "/leads/" + l.ID, with("text", "see https://evil.example"), http.StatusUnprocessableEntity},
		{"no subject", "/leads/" + l.ID, with("subject", ""), http.StatusUnprocessableEntity},
		{"a text too long", "/leads/" + l.ID, with("text", strings.Repeat("字", 4001)), http.StatusUnprocessableEntity},
		{"an SMS with words", "/leads/" + l.ID, with("channel", "sms"), http.StatusUnprocessableEntity},
		{"a fax", "/leads/" + l.ID, with("channel", "fax"), http.StatusUnprocessableEntity},
		{"a lead that ended", "/leads/" + lost.ID, aLetter(), http.StatusConflict},
		{"a task about nobody", "/tasks/" + ownerless.ID, aLetter(), http.StatusConflict},
		{"an address that returned two letters", "/leads/" + dead.ID, aLetter(), http.StatusUnprocessableEntity},
		{"the same of a customer", "/customers/" + dead.Customer, aLetter(), http.StatusUnprocessableEntity},
	} {
		before := b.State()
		if got := b.call("sales", "POST "+c.line+"/messages", c.body); got.Code != c.want {
			t.Errorf("%s: %d %s", c.about, got.Code, got.Body)
		}
		if b.State() != before {
			t.Errorf("%s: something changed", c.about)
		}
	}
}

// A colleague clicks twice: one message goes out, and both clicks get the same answer. After ten minutes the same words
// are another message.
func TestADoubleClickSendsOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.mailed(lead.StateAssigned, b.staff("sales"))
	for _, line := range []string{"POST /leads/" + l.ID + "/messages", "POST /customers/" + l.Customer + "/messages",
		"POST /tasks/" + b.taskAbout(l.Customer, task.StateOpen, b.staff("sales"), b.staff("sales")).ID + "/messages"} {
		said := aLetter()
		before := len(b.wrote(l.Customer))
		first := into[customer.Touch](b.call("sales", line, said).want(http.StatusCreated))
		again := into[customer.Touch](b.call("sales", line, said).want(http.StatusCreated))
		if sent := len(b.wrote(l.Customer)) - before; first.ID == "" || again.ID != first.ID || sent != 1 {
			t.Errorf("%s: %s, then %s, sent %d times", line, first.ID, again.ID, sent)
		}
		b.Clock.Advance(11 * time.Minute)
		if later := into[customer.Touch](b.call("sales", line, said).want(http.StatusCreated)); later.ID == first.ID {
			t.Errorf("%s: the same words later are not sent", line)
		}
	}
}

func TestTheTwentyFirstAlikeIsACampaign(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.mailed(lead.StateAssigned, b.staff("sales"))
	line := "POST /customers/" + l.Customer + "/messages"
	for i := range message.MostAlike {
		b.call("sales", line, fields{"channel": "email", "subject": "Spring", "text": fmt.Sprint("Save ", i, " %")}).
			want(http.StatusCreated)
	}
	before := b.State()
	spring := fields{"channel": "email", "subject": "spring!", "text": "SAVE 99 %"}
	got := b.call("service", line, spring).want(http.StatusTooManyRequests)
	if b.State() != before || got.Header().Get("Retry-After") == "" || !strings.Contains(got.Body.String(), "campaign") {
		t.Errorf("%v %s", got.Header(), got.Body)
	}
	b.call("sales", line, aLetter()).want(http.StatusCreated)
	b.Clock.Advance(time.Hour)
	b.call("service", line, spring).want(http.StatusCreated)
}

func TestALetterFromATaskBelongsToItsRecord(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	l := b.mailed(lead.StateAssigned, sales)
	about := func(id string) task.Task {
		terms, err := b.Shop.Terms(l.Branch)
		if err != nil {
			t.Fatal(err)
		}
		made, e, err := task.New(staff.ActorOf(sales), task.Draft{ID: b.NewTaskID(), Customer: l.Customer, About: id,
			Title: "Write"}, sales, terms.Task(), b.Clock.Now())
		if err == nil {
			made, err = b.OpenTask(t.Context(), made, e)
		}
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	send := func(tsk task.Task) customer.Touch {
		return into[customer.Touch](b.call("sales", "POST /tasks/"+tsk.ID+"/messages", aLetter()).want(http.StatusCreated))
	}
	if got := send(about(l.ID)); got.Lead != l.ID {
		t.Errorf("%+v", got)
	}
	if next, err := b.Lead(t.Context(), l.ID); err != nil || next.State != lead.StateContacted {
		t.Errorf("%+v, %v", next, err)
	}
	colleague := into[customer.Contact](b.add(l.Customer, fields{"name": "王芳",
		"emails": []fields{{"value": "colleague@example.com"}}}).want(http.StatusCreated)).ID
	theirs := storetest.OpenComplaintOf(t, b.Bench, l.Customer, colleague).ID
	if got := send(about(theirs)); got.About != theirs || got.Contact != colleague {
		t.Errorf("of a complaint: %+v", got)
	}
	if got := send(about("")); got.Lead != "" || got.About != "" || got.Customer != l.Customer {
		t.Errorf("%+v", got)
	}
}
