package intake_test

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/shared/store/storetest"
)

// asksForCode opens the page for complaints, fills it in and follows the answer.
func (d *door) asksForCode(t *testing.T, reach string) (answer, page *httptest.ResponseRecorder) {
	t.Helper()
	stamp := ""
	for _, in := range find(parse(t, d.ask("GET", "/c/complain?lang=en", "")), byTag("input")) {
		if attr(in, "name") == "opened" {
			stamp = attr(in, "value")
		}
	}
	if stamp == "" {
		t.Fatal("the page does not say when it was drawn")
	}
	d.Clock.Advance(10 * time.Second)
	answer = d.ask("POST", "/c/complain?lang=en", url.Values{"reach": {reach}, "job": {"J-1"}, "opened": {stamp}}.Encode(),
		"Content-Type", formType)
	return answer, d.ask("GET", answer.Header().Get("Location"), "")
}

// TestTheDoorTellsNobodyWhoIsKnown: a value on file, an unknown one, and one that has had its codes of the day get the
// same answer and the same page. The known and the unknown one take the same calls of the engine. That holds when a
// code is asked for and when a wrong one is entered.
func TestTheDoorTellsNobodyWhoIsKnown(t *testing.T) {
	var mu sync.Mutex
	var calls []string
	b := storetest.New(t)
	facts := b.OpenWatched(t, func(in any) error {
		mu.Lock()
		defer mu.Unlock()
		calls = append(calls, fmt.Sprintf("%T", in))
		return nil
	})
	d := hang(b, facts, facts)
	if w := d.post(lina()); w.Code != 303 {
		t.Fatal(w.Code, w.Body)
	}
	seen := func(reach string) (string, []string) {
		d.Clock.Advance(10 * time.Minute) // what the process keeps of the shop is read anew each time
		calls = nil
		answer, page := d.asksForCode(t, reach)
		to := answer.Header().Get("Location")
		wrong := d.ask("POST", to, url.Values{"code": {"000000"}}.Encode(), "Content-Type", formType)
		path, _, _ := strings.Cut(to, "?")
		same := strings.NewReplacer(path, "TICKET")
		return fmt.Sprint(answer.Code, same.Replace(to), page.Code, same.Replace(page.Body.String()), wrong.Code,
			same.Replace(wrong.Body.String())), slices.Clone(calls)
	}
	known, knownCalls := seen("lina@example.com")
	unknown, unknownCalls := seen("nobody@example.com")
	if !strings.HasPrefix(known, "303") || known != unknown {
		t.Errorf("known:\n%s\nunknown:\n%s", known, unknown)
	}
	if !slices.Equal(knownCalls, unknownCalls) {
		t.Errorf("known %v, unknown %v", knownCalls, unknownCalls)
	}
	for range 3 {
		if again, _ := seen("lina@example.com"); again != unknown {
			t.Errorf("after more codes: %s", again)
		}
		d.Clock.Advance(2 * time.Minute)
	}
}
