package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"
)

// bench is a staff API, under its role, on a store of its own.
type bench struct {
	*storetest.Bench
	t       testing.TB
	handler http.Handler
	people  atomic.Int64 // who came in so far
}

func start(t testing.TB) *bench {
	t.Helper()
	return serve(t, storetest.New(t))
}

func serve(t testing.TB, in *storetest.Bench) *bench {
	t.Helper()
	b := &bench{Bench: in, t: t}
	b.handler = b.door()
	return b
}

// door is the API as another process of it would be: with a cache of its own.
func (b *bench) door() http.Handler {
	server := &api.Server{Log: quiet, Version: "test", Office: app.Office{Store: b.OpenAs(b.t, "api"), Now: b.Clock.Now,
		Tokens: b.tokens(), PublicURL: shopURL}}
	return server.Door().Handler()
}

// shopURL is where customers reach the shop of these tests.
const shopURL = "https://shop.example"

// tokens signs as the public door does, which opens what it signs.
func (b *bench) tokens() token.Tokens {
	b.t.Helper()
	tokens := token.NewTokens(storetest.Ring)
	return tokens
}

var made atomic.Int64

// another is a number that no record of these tests was called by before.
func another() int64 { return made.Add(1) }

var quiet = slog.New(slog.DiscardHandler)

func fixed() time.Time { return storetest.Began }

type response struct {
	*httptest.ResponseRecorder
	t testing.TB
}

// call sends a request: "GET /me" by a seeded subject without "local|", or by nobody. A body that is text is sent
// as it is; header holds names and values in turn.
func (b *bench) call(who, line string, body any, header ...string) response {
	b.t.Helper()
	method, path, _ := strings.Cut(line, " ")
	var sent io.Reader
	switch v := body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(v)
	default:
		raw, err := json.Marshal(v)
		if err != nil {
			b.t.Fatal(err)
		}
		sent = strings.NewReader(string(raw))
	}
	r := httptest.NewRequestWithContext(b.t.Context(), method, path, sent)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	if who != "" {
		r = r.WithContext(httpapi.WithSubject(r.Context(), seed.Subject(who)))
	}
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	checkWords(b.t, method, path, w.Code, w.Body.Bytes())
	recordExample(r, w, body)
	return response{w, b.t}
}

// patient sends a request again while the door says that it is busy, as its callers do. A crowd on a slow machine may
// use up a door's own repeats; nothing was done then.
func (b *bench) patient(who, line string, body any, header ...string) response {
	b.t.Helper()
	got := b.call(who, line, body, header...)
	for try := 0; got.Code == http.StatusServiceUnavailable && try < 50; try++ {
		got = b.call(who, line, body, header...)
	}
	return got
}

// want fails the test when the status is another one.
func (r response) want(status int) response {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("status %d, want %d: %s", r.Code, status, r.Body)
	}
	return r
}

// into reads the JSON of an answer.
func into[T any](r response) T {
	r.t.Helper()
	var v T
	if err := json.Unmarshal(r.Body.Bytes(), &v); err != nil {
		r.t.Fatalf("%v in %s", err, r.Body)
	}
	return v
}

// fields is a JSON object.
type fields map[string]any

// walkIn is the body of a lead by a person whom nobody knows yet.
func (b *bench) walkIn() fields {
	return fields{"source": "walk-in", "name": "李娜", "phone": fmt.Sprintf("1381380%04d", b.people.Add(1)),
		"product": "cards", "lang": "zh"}
}

// formerly is the person in the role from when something was given to them.
func formerly(p staff.Staff, role staff.Role) staff.Staff {
	p.Roles = append([]staff.Role{role}, p.Roles...)
	return p
}

// lead enters a lead in Shanghai and brings it into a state by way of one owner.
func (b *bench) lead(state string, owner staff.Staff) lead.Lead {
	b.t.Helper()
	return b.entered(b.walkIn(), state, owner)
}

// entered is a lead in a state, as the manager entered it.
func (b *bench) entered(as fields, state string, owner staff.Staff) lead.Lead {
	b.t.Helper()
	led := into[lead.Lead](b.call("manager", "POST /leads", as).want(http.StatusCreated))
	terms, err := b.Shop.Terms(led.Branch)
	if err != nil {
		b.t.Fatal(err)
	}
	by, now := staff.Process("test"), b.Clock.Now
	assign := func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Assign(by, formerly(owner, staff.Sales), terms.Lead(), now())
	}
	speak := func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Speak(by, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, now().AddDate(0, 0, 1),
			terms.Lead(), now())
	}
	steps := map[string][]func(lead.Lead) (lead.Lead, event.Event, error){
		lead.StateAssigned:  {assign},
		lead.StateContacted: {assign, speak},
		lead.StatePooled: {assign,
			func(l lead.Lead) (lead.Lead, event.Event, error) { return l.Recycle(by, "absent", terms.Lead(), now()) }},
		lead.StateQualified: {assign, speak, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Qualify(by, lead.Qualification{Need: "500 cards"}, terms.Lead(), now())
		}},
		lead.StateWon: {assign, speak, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Won(by, lead.Win{Order: "J-118"}, terms.Lead(), now())
		}},
		lead.StateLost: {assign, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Lose(by, lead.Loss{Reason: "price"}, terms.Lead(), now())
		}},
	}[state]
	for _, step := range steps {
		if led, err = b.ChangeLead(b.t.Context(), led.ID, step); err != nil {
			b.t.Fatal(err)
		}
	}
	return led
}

// staff finds a seeded person.
func (b *bench) staff(who string) staff.Staff {
	b.t.Helper()
	person, found := b.Shop.Subject(seed.Subject(who), b.Clock.Now())
	if !found {
		b.t.Fatalf("nobody is called %s", who)
	}
	return person
}

func quoted(version int64) string { return strconv.Quote(strconv.FormatInt(version, 10)) }

func encoded(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
