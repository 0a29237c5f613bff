package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
)

func TestTheSameKeyGetsTheSameAnswer(t *testing.T) {
	for _, path := range []string{"/leads", "/plain"} { // the receipt taken by the commit, and saved by the door
		s := newShop()
		first := s.ask("ann", "POST", path, `{"a":1}`, "Idempotency-Key", "k1")
		again := s.ask("ann", "POST", path, `{"a":1}`, "Idempotency-Key", "k1")
		if s.opened != 1 {
			t.Fatalf("%s: opened %d times", path, s.opened)
		}
		if again.Code != first.Code || again.Body.String() != first.Body.String() {
			t.Errorf("%s: first %d %s, again %d %s", path, first.Code, first.Body, again.Code, again.Body)
		}
		for _, name := range []string{"Location", "ETag", "Content-Type"} {
			if first.Header().Get(name) != again.Header().Get(name) {
				t.Errorf("%s: %s was %q, is %q", path, name, first.Header().Get(name), again.Header().Get(name))
			}
		}
		if first.Header().Get("Idempotent-Replayed") != "" || again.Header().Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: the repeat is not marked", path)
		}
		if line := s.lines(t)[1]; line["replayed"] != true {
			t.Errorf("%s: logged %v", path, line)
		}
	}
}

func TestAKeyIsBoundToCallerRouteAndBody(t *testing.T) {
	s := newShop()
	s.ask("ann", "POST", "/leads", `{"a":1}`, "Idempotency-Key", "k1")
	if w := s.ask("ann", "POST", "/leads", `{"a":2}`, "Idempotency-Key", "k1"); w.Code != 422 || s.opened != 1 {
		t.Errorf("another body: %d, opened %d", w.Code, s.opened)
	}
	if w := s.ask("prod", "POST", "/leads", `{"a":1}`, "Idempotency-Key", "k1"); w.Code != 403 {
		t.Errorf("a caller who may not: %d %s", w.Code, w.Body)
	}
	for i, c := range []struct{ subject, path, key string }{{"bob", "/leads", "k1"}, {"ann", "/plain", "k1"},
		{"ann", "/leads", "k2"}} {
		if w := s.ask(c.subject, "POST", c.path, `{"a":1}`, "Idempotency-Key",
			c.key); w.Header().Get("Idempotent-Replayed") != "" || s.opened != i+2 {
			t.Errorf("%+v: got somebody else's answer: %s", c, w.Body)
		}
	}
}

// The query is part of the request: the same key with another one is refused, in any order of its fields.
func TestAKeyIsBoundToTheQuery(t *testing.T) {
	s := newShop()
	s.ask("ann", "POST", "/leads?a=1&b=2", `{"a":1}`, "Idempotency-Key", "k1")
	if w := s.ask("ann", "POST", "/leads?b=2&a=1", `{"a":1}`, "Idempotency-Key", "k1"); s.opened != 1 ||
		w.Header().Get("Idempotent-Replayed") == "" {
		t.Errorf("the same query: %d, opened %d", w.Code, s.opened)
	}
	for _, path := range []string{"/leads", "/leads?a=1", "/leads?a=1&b=3"} {
		if w := s.ask("ann", "POST", path, `{"a":1}`, "Idempotency-Key", "k1"); w.Code != 422 || s.opened != 1 {
			t.Errorf("%s: %d, opened %d", path, w.Code, s.opened)
		}
	}
}

// Without a sign-in a key is everybody's: it finds the answer only in the network and under the path in which it was
// used.
func TestAPublicKeyIsBoundToPathAndNetwork(t *testing.T) {
	s := newShop()
	s.Routes = []httpapi.Route{{Pattern: "POST /forms/{form}", Action: permission.Public,
		Handle: func(*http.Request) (httpapi.Answer, error) {
			s.opened++
			return httpapi.Accepted(map[string]int{"n": s.opened}), nil
		}}}
	door := s.Handler()
	for i, c := range []struct {
		from, path string
		replayed   bool
	}{
		{"192.0.2.1:1", "/forms/quote", false}, {"192.0.2.1:2", "/forms/quote", true},
		{"192.0.2.2:1", "/forms/quote", false}, {"192.0.2.1:1", "/forms/contact", false},
		{"[2001:db8::1]:1", "/forms/quote", false}, {"[2001:db8::2]:1", "/forms/quote", true},
	} {
		r := httptest.NewRequest("POST", c.path, strings.NewReader("{}"))
		r.RemoteAddr = c.from
		r.Header.Set("Idempotency-Key", "k1")
		w := httptest.NewRecorder()
		door.ServeHTTP(w, r)
		if replayed := w.Header().Get("Idempotent-Replayed") != ""; w.Code != 202 || replayed != c.replayed {
			t.Errorf("%d, %+v: %d, replayed %t", i, c, w.Code, replayed)
		}
	}
}

func TestKeysThatCannotBeRead(t *testing.T) {
	for _, key := range []string{"", " ", "a b", "键", strings.Repeat("k", 256), "a\x7f"} {
		s := newShop()
		if w := s.ask("ann", "POST", "/leads", "{}", "Idempotency-Key", key); w.Code != 400 || s.opened != 0 {
			t.Errorf("%q: %d", key, w.Code)
		}
	}
	s := newShop()
	s.ask("ann", "POST", "/leads", "{}", "Idempotency-Key", strings.Repeat("k", 255))
	s.ask("ann", "POST", "/leads", "{}", "Idempotency-Key", "a", "Idempotency-Key", "b") // "a,b", split by the adapter
	s.ask("ann", "POST", "/leads", "{}", "Idempotency-Key", "a", "Idempotency-Key", "c")
	if w := s.ask("ann", "POST", "/leads", "{}", "Idempotency-Key", "a,b"); s.opened != 3 ||
		w.Header().Get("Idempotent-Replayed") == "" {
		t.Errorf("opened %d", s.opened)
	}
}

func TestAFailureIsNotKept(t *testing.T) {
	s := newShop()
	for range 2 {
		if w := s.ask("ann", "POST", "/leads/1/lose", "", "Fail", "refused", "Idempotency-Key", "k1"); w.Code != 409 ||
			w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	if len(s.receipts.kept) != 0 {
		t.Errorf("kept %v", s.receipts.kept)
	}
}

// A request that loses a race finds the winner's receipt only inside its own transaction.
func TestTheLoserOfARaceGetsTheWinnersAnswer(t *testing.T) {
	for _, path := range []string{"/leads", "/plain"} {
		s := newShop()
		winner := newShop()
		winner.receipts, winner.Receipts = s.receipts, s.receipts
		var won string
		for i, route := range s.Routes {
			if route.Pattern != "POST "+path {
				continue
			}
			s.Routes[i].Handle = func(r *http.Request) (httpapi.Answer, error) {
				won = winner.ask("ann", "POST", path, `{"a":1}`, "Idempotency-Key", "k1").Body.String()
				return route.Handle(r)
			}
		}
		w := s.ask("ann", "POST", path, `{"a":1}`, "Idempotency-Key", "k1")
		if won == "" || w.Body.String() != won || w.Header().Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: the winner got %q, the loser %d %q", path, won, w.Code, w.Body)
		}
	}
}

func TestAlikeRequestsWithoutAKeyAreOne(t *testing.T) {
	s := newShop()
	s.Routes = []httpapi.Route{{Pattern: "POST /forms/{form}", Action: permission.Public,
		Handle: func(r *http.Request) (httpapi.Answer, error) {
			thanks := func(any) httpapi.Answer { return httpapi.SeeOther("/forms/quote/thanks") }
			ctx := httpapi.AnsweringAlike(r, r.Header.Get("Person"), 10*time.Minute, thanks)
			if keep := receipt.Of(ctx).Keep; keep != 10*time.Minute && r.Header.Get("Idempotency-Key") == "" {
				t.Errorf("kept for %v", keep)
			}
			if err := s.receipts.commit(ctx, nil); err != nil {
				return httpapi.Answer{}, err
			}
			s.opened++
			return thanks(nil), nil
		}}}
	for _, c := range []struct {
		path, person string
		opened       int
	}{{"/forms/quote", "wang", 1}, {"/forms/quote", "wang", 1}, {"/forms/quote", "li", 2}, {"/forms/other", "wang", 3}} {
		w := s.ask("", "POST", c.path, "", "Person", c.person)
		if w.Code != 303 || w.Header().Get("Location") != "/forms/quote/thanks" || w.Body.Len() != 0 ||
			s.opened != c.opened {
			t.Errorf("%+v: %d %s, opened %d", c, w.Code, w.Body, s.opened)
		}
	}
	s.ask("", "POST", "/forms/quote", "", "Person", "wang", "Idempotency-Key", "k1")
	if s.opened != 4 {
		t.Error("a request with a key of its own was taken for another")
	}
}

func TestAPageIsNotKept(t *testing.T) {
	s := newShop()
	s.Routes[4].Handle = s.page
	for range 2 {
		if w := s.ask("ann", "POST", "/plain", "", "Idempotency-Key", "k1"); w.Code != 200 ||
			w.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
