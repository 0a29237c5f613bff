package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app/casework"
	"afterpress/shared/app/worklist"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/overview"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store"
	"afterpress/shared/store/history"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

var holdTrials = map[string]trial{
	"GET /holds": {},
	"POST /holds": {record: askable, ownerless: true, body: question,
		elsewhere: http.StatusUnprocessableEntity, shared: http.StatusCreated},
	"GET /holds/{id}": {record: holdIn(hold.StateAsked)},
	"POST /holds/{id}/answer": {record: holdIn(hold.StateAsked),
		body: fields{"choice": 1, "channel": "phone", "public_text": "请继续"}},
	"POST /holds/{id}/withdraw": {record: holdIn(hold.StateEscalated), body: fields{}},
}

// The customer who is asked has these ids in every store.
const (
	askedCustomer = "cus_019b0000-0000-7000-8000-0000000000a1"
	askedContact  = "con_019b0000-0000-7000-8000-0000000000a1"
	onePhoto      = "art_019b0000-0000-7000-8000-0000000000a1"
)

// question is a body that is right where the customer of askable is.
var question = fields{"job": "J-2026-118", "customer": askedCustomer, "contact": askedContact,
	"public_question": "内页纸张比签样偏黄，继续印吗？", "choices": []string{"继续", "换纸"}, "photos": []string{onePhoto}}

// askable makes a customer of Shanghai whom a sales person has, with somebody who has an e-mail address, once in a
// store.
func askable(b *bench, _ staff.Staff) string {
	b.t.Helper()
	if _, err := b.Customer(b.t.Context(), askedCustomer); err == nil {
		return ""
	}
	ids := map[string]string{"cus": askedCustomer, "con": askedContact}
	s, err := store.New(table.Config{DB: b.DB, Tables: b.Tables, Ring: storetest.Ring, Now: b.Clock.Now,
		NewID: func(prefix string) string {
			if id, fixed := ids[prefix]; fixed {
				return id
			}
			return storetest.NewID(prefix)
		}})
	if err == nil {
		entered := customer.Customer{Kind: customer.Company, Name: "晨光出版社", Lang: words.Zh, Branch: seed.Shanghai,
			Owner: b.staff("sales").ID, Source: "phone"}
		who := &customer.Contact{Name: "王芳", Roles: []string{"proofs"}, Lang: words.Zh,
			Emails: []customer.Reach{{Value: "fang@customer.example"}}}
		_, err = s.OpenCustomer(b.t.Context(), entered, who, staff.ActorOf(b.staff("manager")))
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return ""
}

// holdIn asks a question and brings it into a state.
func holdIn(state string) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string { return b.holdOf(owner, state).ID }
}

// hold is a question that sales sees to, or the manager once it is escalated.
func (b *bench) hold(state string) hold.Hold {
	b.t.Helper()
	if state == hold.StateEscalated {
		return b.holdOf(b.staff("manager"), state)
	}
	return b.holdOf(b.staff("sales"), state)
}

func (b *bench) holdOf(owner staff.Staff, state string) hold.Hold {
	b.t.Helper()
	askable(b, staff.Staff{})
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	in := hold.Question{Job: "J-1", Question: "继续吗？", Choices: []string{"继续", "换纸"}}
	h, e, err := hold.Ask(in, b.NewHoldID(), askedCustomer, askedContact, owner.ID, staff.ActorOf(b.staff("production")),
		terms.Hold(), b.Clock.Now())
	if err == nil {
		h, err = b.OpenHold(b.t.Context(), h, e)
	}
	if err == nil && state == hold.StateEscalated {
		h, err = b.ChangeHold(b.t.Context(), h.ID,
			func(h hold.Hold) (hold.Hold, event.Event, error) { return h.Escalate(owner.ID, terms.Hold(), h.Due) })
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return h
}

// One question from the press to the answer, as those who have to do with it see it.
func TestAQuestionFromThePressToTheAnswer(t *testing.T) {
	t.Parallel()
	b := start(t)
	askable(b, staff.Staff{})
	created := b.call("production", "POST /holds", question).want(http.StatusCreated)
	h := into[casework.Hold](created)
	if h.Owner != b.staff("sales").ID || h.AskedBy != b.staff("production").ID || h.Contact != askedContact ||
		h.State != hold.StateAsked || h.Branch != seed.Shanghai ||
		!slices.Equal(h.Photos, []string{onePhoto}) || created.Header().Get("Location") != "/holds/"+h.ID ||
		created.Header().Get("ETag") != quoted(1) {
		t.Fatalf("%+v %v", h, created.Header())
	}
	path := "/holds/" + h.ID
	for who, want := range map[string]string{"production": "[hold.withdraw]", "sales": "[hold.answer]",
		"manager": "[hold.answer hold.withdraw]"} {
		var names []string
		for _, a := range into[casework.Hold](b.call(who, "GET "+path, nil).want(http.StatusOK)).Actions {
			if a.Allowed {
				names = append(names, a.Name)
			}
		}
		if fmt.Sprint(names) != want {
			t.Errorf("%s may %v, want %s", who, names, want)
		}
	}
	for _, l := range into[table.Page[worklist.DeskLine]](b.call("sales", "GET /desk", nil).want(http.StatusOK)).Items {
		if l.Title != "J-2026-118 · 内页纸张比签样偏黄，继续印吗？" || l.Link != path || l.Kind != "hold" || l.Overdue {
			t.Errorf("%+v", l)
		}
	}
	o := into[overview.Overview](b.call("sales", "GET /customers/"+askedCustomer+"/360", nil).want(http.StatusOK))
	if len(o.Open) != 1 || o.Open[0].Kind != "hold" || o.Open[0].Title == "" ||
		o.Open[0].HeldBy.Name != b.staff("sales").Name {
		t.Errorf("the 360 shows %+v", o.Open)
	}
	if o := into[overview.Overview](b.call("finance", "GET /customers/"+askedCustomer+"/360",
		nil).want(http.StatusOK)); len(o.Open) != 0 {
		t.Errorf("finance sees %+v", o.Open)
	}

	done := into[casework.Hold](b.call("sales", "POST "+path+"/answer",
		fields{"choice": 2, "channel": "phone", "public_text": "尽快"}, "If-Match", quoted(1)).want(http.StatusOK))
	if done.State != hold.StateAnswered || done.Answer.By != b.staff("sales").ID || done.Answer.Choice != 2 ||
		done.Answer.Text != "尽快" || done.Version != 2 {
		t.Errorf("%+v", done)
	}
	for line, body := range map[string]fields{"/answer": {"choice": 1, "channel": "phone"}, "/withdraw": {}} {
		late := into[httpapi.Problem](b.call("manager", "POST "+path+line, body, "Accept-Language",
			"en").want(http.StatusConflict))
		if record, _ := late.Record.(map[string]any); late.State != hold.StateAnswered || len(late.Allowed) != 0 ||
			record["id"] != h.ID || !strings.Contains(late.Detail, "answered") {
			t.Errorf("%s afterwards: %+v", line, late)
		}
	}
	if got := b.ids("sales", "/customers/"+askedCustomer+"/timeline?kind=hold", "kind", 10); !slices.Equal(got,
		[]string{"hold.answered", "hold.opened"}) {
		t.Errorf("timeline %v", got)
	}
	e := into[table.Page[history.TimelineEntry]](b.call("sales", "GET /customers/"+askedCustomer+
		"/timeline?kind=hold&limit=1", nil, "Accept-Language", "en").want(http.StatusOK)).Items[0]
	if e.Words["channel"] != "Phone" || e.State != hold.StateAnswered || e.By != b.staff("sales").Name {
		t.Errorf("%+v", e)
	}
}

// Who sees to it, and who is asked, where the body does not say.
func TestWhomAQuestionGoesTo(t *testing.T) {
	t.Parallel()
	b := start(t)
	askable(b, staff.Staff{})
	unnamed := with(question, nil)
	delete(unnamed, "contact")
	if h := into[casework.Hold](b.call("production", "POST /holds",
		unnamed).want(http.StatusCreated)); h.Contact != askedContact {
		t.Errorf("asked is %s", h.Contact)
	}
	// A customer without an owner, whose people have a mobile and nothing: who asks sees to it, and the one with the
	// mobile is asked.
	other := b.made(newCompany())
	people, err := b.Contacts(t.Context(), other.ID)
	if err != nil {
		t.Fatal(err)
	}
	h := into[casework.Hold](b.call("service", "POST /holds",
		with(unnamed, fields{"customer": other.ID})).want(http.StatusCreated))
	if h.Contact != people[0].ID || h.Owner != b.staff("service").ID ||
		slices.ContainsFunc(h.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell }) {
		t.Errorf("%+v", h)
	}
	// The owner is away.
	absent := fields{"absences": []fields{{"from": b.Clock.Now().Add(-time.Hour), "to": b.Clock.Now().Add(time.Hour),
		"reason": "leave"}}}
	b.call("manager", "PATCH /staff/"+b.staff("sales").ID, absent, "If-Match", quoted(1), "Content-Type",
		mergePatch).want(http.StatusOK)
	b.handler = b.door() // another process, which has not read the set-up
	if h := into[casework.Hold](b.call("production", "POST /holds",
		question).want(http.StatusCreated)); h.Owner != b.staff("service").ID ||
		!slices.ContainsFunc(h.Rungs, func(r ladder.Rung) bool { return r.Do == ladder.DoTell }) {
		t.Errorf("%s sees to it, by %+v", h.Owner, h.Rungs)
	}
}

func TestQuestionsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := start(t)
	h := b.hold(hold.StateAsked)
	path := "/holds/" + h.ID
	silent := b.made(with(newCompany(),
		fields{"contact": fields{"name": "李娜", "phones": []fields{{"value": "021-50801199"}}}}))
	people, err := b.Contacts(t.Context(), silent.ID)
	if err != nil {
		t.Fatal(err)
	}
	former := into[customer.Contact](b.call("sales", "POST /customers/"+askedCustomer+"/contacts",
		fields{"name": "旧人", "emails": []fields{{"value": "old@customer.example"}}}).want(http.StatusCreated))
	b.call("sales", "DELETE /contacts/"+former.ID, nil, "If-Match", quoted(1)).want(http.StatusNoContent)
	photos, choices := []string{}, []string{}
	for n := range 6 {
		photos = append(photos, fmt.Sprintf("art_019b0000-0000-7000-8000-0000000000b%d", n))
	}
	for n := range 7 {
		choices = append(choices, fmt.Sprint("choice ", n))
	}
	ask := func(more fields) fields { return with(question, more) }
	before := b.State()
	for _, c := range []struct {
		who, line string
		body      any
		header    []string
		status    int
		pointer   string
	}{
		{"production", "POST /holds", ask(fields{"choices": []string{"继续"}}), nil, 422, "/choices"},
		{"production", "POST /holds", ask(fields{"choices": choices}), nil, 422, "/choices"},
		{"production", "POST /holds", ask(fields{"choices": []string{"a", "a"}}), nil, 422, "/choices"},
		{"production", "POST /holds", ask(fields{"choices": []string{"a", " "}}), nil, 422, "/choices/1"},
		{"production", "POST /holds", ask(fields{"choices": []string{"a", "b\nc"}}), nil, 422, "/choices/1"},
		{"production", "POST /holds", ask(fields{"choices": nil}), nil, 422, "/choices"},
		{"production", "POST /holds", ask(fields{"photos": photos}), nil, 422, "/photos"},
		{"production", "POST /holds", ask(fields{"photos": []string{"../../etc/passwd"}}), nil, 422, "/photos/0"},
		{"production", "POST /holds", ask(fields{"photos": []string{onePhoto, onePhoto}}), nil, 422, "/photos"},
		{"production", "POST /holds", ask(fields{"job": "J\r\nBcc: x@y.z"}), nil, 422, "/job"},
		{"production", "POST /holds", ask(fields{"job": strings.Repeat("9", 65)}), nil, 422, "/job"},
		{"production", "POST /holds", ask(fields{"public_question": "a\x00b"}), nil, 422, "/public_question"},
		{"production", "POST /holds", ask(fields{"public_question": "\u202egnp.exe"}), nil, 422, "/public_question"},
		{"production", "POST /holds", ask(fields{"public_question": " \n"}), nil, 422, "/public_question"},
		{"production", "POST /holds", ask(fields{"public_question": strings.Repeat("印", 2001)}), nil, 422,
			"/public_question"},
		{"production", "POST /holds", ask(fields{"customer": "cus_019b0000-0000-7000-8000-000000000000"}), nil, 422,
			"/customer"},
		{"production", "POST /holds", ask(fields{"customer": "9"}), nil, 422, "/customer"},
		{"manager-hangzhou", "POST /holds", question, nil, 422, "/customer"},
		{"production", "POST /holds", ask(fields{"contact": people[0].ID}), nil, 422, "/contact"},
		{"production", "POST /holds", ask(fields{"contact": former.ID}), nil, 422, "/contact"},
		{"production", "POST /holds", ask(fields{"customer": silent.ID, "contact": people[0].ID}), nil, 422, "/contact"},
		{"production", "POST /holds", ask(fields{"customer": silent.ID, "contact": nil}), nil, 422, "/contact"},
		{"production", "POST /holds", ask(fields{"branch": seed.Hangzhou}), nil, 422, "/branch"},
		{"production", "POST /holds", ask(fields{"owner": seed.StaffID(3)}), nil, 400, ""},
		{"production", "POST /holds", ask(fields{"question": "x"}), nil, 400, ""},
		{"sales", "POST /holds", question, nil, 403, ""},
		{"production", "POST " + path + "/answer", fields{"choice": 1, "channel": "phone"}, nil, 403, ""},
		{"sales", "POST " + path + "/withdraw", fields{}, nil, 403, ""},
		{"sales-hangzhou", "POST " + path + "/answer", fields{"choice": 1, "channel": "phone"}, nil, 404, ""},
		{"sales", "POST " + path + "/answer", fields{"choice": 3, "channel": "phone"}, nil, 422, "/choice"},
		{"sales", "POST " + path + "/answer", fields{"choice": -1, "channel": "phone"}, nil, 422, "/choice"},
		{"sales", "POST " + path + "/answer", fields{"choice": 1.5, "channel": "phone"}, nil, 422, "/choice"},
		{"sales", "POST " + path + "/answer", fields{"channel": "phone"}, nil, 422, "/public_text"},
		{"sales", "POST " + path + "/answer", fields{"choice": 1, "channel": "link"}, nil, 422, "/channel"},
		{"sales", "POST " + path + "/answer", fields{"choice": 1}, nil, 422, "/channel"},
		{"sales", "POST " + path + "/answer", fields{"choice": 1, "channel": "phone", "by": "visitor"}, nil, 400, ""},
		{"sales", "POST " + path + "/answer", fields{"choice": 1, "channel": "phone"}, []string{"If-Match", quoted(2)}, 412,
			""},
		{"manager", "POST " + path + "/withdraw", fields{"reason": "x"}, nil, 400, ""},
		{"sales", "POST /holds/" + strings.Repeat("x", 70) + "/answer", fields{"choice": 1, "channel": "phone"}, nil, 404,
			""},
		{"sales", "GET /holds?state=open", nil, nil, 422, "?state"},
		{"sales", "GET /holds?owner=nobody", nil, nil, 422, "?owner"},
		{"sales", "GET /holds?month=2026-11", nil, nil, 422, "?month"},
		{"sales", "GET /holds?branch=hangzhou", nil, nil, 404, ""},
	} {
		got := b.call(c.who, c.line, c.body, c.header...)
		problem := into[httpapi.Problem](got)
		if got.Code != c.status || c.pointer != "" &&
			(len(problem.Errors) != 1 || problem.Errors[0].Pointer != c.pointer || problem.Errors[0].Detail == "") {
			t.Errorf("%s %s %v: %d %+v", c.who, c.line, c.body, got.Code, problem)
		}
	}
	if b.State() != before {
		t.Error("something was changed")
	}
}

// A repeated request asks the customer once and writes one answer down.
func TestAQuestionIsAskedOnce(t *testing.T) {
	t.Parallel()
	b := start(t)
	askable(b, staff.Staff{})
	key := []string{"Idempotency-Key", "one"}
	first := b.call("production", "POST /holds", question, key...).want(http.StatusCreated)
	again := b.call("production", "POST /holds", question, key...).want(http.StatusCreated)
	h := into[casework.Hold](first)
	answer := "POST /holds/" + h.ID + "/answer"
	for range 2 {
		b.call("sales", answer, fields{"choice": 1, "channel": "phone"}, key...).want(http.StatusOK)
	}
	if first.Body.String() != again.Body.String() || b.CountRecords(t, "HOLD") != 1 {
		t.Errorf("%d questions; %s, at first %s", b.CountRecords(t, "HOLD"), again.Body, first.Body)
	}
}

func TestHoldLists(t *testing.T) {
	t.Parallel()
	b := start(t)
	var asked, up, done []string
	for range 3 {
		asked = append(asked, b.hold(hold.StateAsked).ID)
		up = append(up, b.hold(hold.StateEscalated).ID)
		h := b.hold(hold.StateAsked)
		b.call("manager", "POST /holds/"+h.ID+"/withdraw", fields{}).want(http.StatusOK)
		done = append(done, h.ID)
	}
	open := append(slices.Clone(asked), up...) // an escalated one has its manager's time, which ends later
	newest := slices.Clone(done)
	slices.Reverse(newest)
	for path, want := range map[string][]string{
		"/holds": open, "/holds?branch=shanghai": open, "/holds?state=asked": asked, "/holds?state=escalated": up,
		"/holds?owner=" + b.staff("sales").ID: asked,
		"/holds?owner=me":                     up, "/holds?customer=" + askedCustomer: open, "/holds?customer=cus_none": nil,
		"/holds?state=withdrawn": newest, "/holds?state=withdrawn&month=2026-10": nil,
		"/holds?state=answered": nil, "/holds?state=withdrawn&customer=" + askedCustomer: newest,
	} {
		for _, limit := range []int{2, 100} {
			if got := b.ids("manager", path, "id", limit); !slices.Equal(got, want) {
				t.Errorf("%s by %d: %v, want %v", path, limit, got, want)
			}
		}
	}
	if got := b.ids("manager-hangzhou", "/holds", "id", 10); len(got) != 0 {
		t.Errorf("another branch sees %v", got)
	}
	p := into[page](b.call("manager", "GET /holds?limit=1", nil).want(http.StatusOK))
	b.call("manager", "GET /holds?state=asked&limit=1&cursor="+*p.Next, nil).want(http.StatusBadRequest)
}
