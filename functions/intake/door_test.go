package intake_test

import (
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"afterpress/functions/intake"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"

	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

const (
	formType = "application/x-www-form-urlencoded"
	jsonType = "application/json"
)

// door is the public door on a store of its own.
type door struct {
	*storetest.Bench
	intake.Server
	http.Handler
}

func open(t testing.TB) *door {
	t.Helper()
	b := storetest.New(t)
	facts := b.OpenAs(t, "intake")
	return hang(b, facts, facts)
}

// hang makes a door on a bench whose enquiries go through e.
func hang(b *storetest.Bench, facts *store.Store, e frontdesk.Enquiries) *door {
	tokens := token.NewTokens(storetest.Ring)
	d := &door{Bench: b, Server: intake.Server{
		Office: app.Office{Store: facts, Tokens: tokens, Now: b.Clock.Now}, Enquiries: e, Receipts: facts,
		Log: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}}
	d.Handler = d.Server.Handler()
	return d
}

// ask sends a request as a browser that prefers lang would; headers come in pairs.
func (d *door) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w
}

func (d *door) post(fields url.Values, headers ...string) *httptest.ResponseRecorder {
	return d.ask("POST", "/forms/quote?lang=en", fields.Encode(),
		append([]string{"Content-Type", formType}, headers...)...)
}

// patient asks again while the door says that it is busy, as people do. A crowd on a slow machine may use up the
// door's own repeats; nothing was done then.
func patient(asks func() *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	got := asks()
	for try := 0; got.Code == http.StatusServiceUnavailable && try < 50; try++ {
		got = asks()
	}
	return got
}

func (d *door) send(body string, headers ...string) *httptest.ResponseRecorder {
	return d.ask("POST", "/forms/quote", body, append([]string{"Content-Type", jsonType, "Accept", "*/*"}, headers...)...)
}

// lina is a form filled in as it should be.
func lina() url.Values {
	return url.Values{
		"name": {"李娜"}, "company": {""}, "phone": {"138 0013 8000"}, "email": {"Lina@Example.com"}, "product": {"cards"},
		"quantity":  {"500"},
		"needed_by": {"2026-12-01"}, "message": {"90 × 54 mm\r\n双面"}, "heard_from": {""}, "marketing_consent": {"on"},
	}
}

// foreignScript is a script element other than the one of ours that some pages load.
func foreignScript(n *html.Node) bool {
	return n.Data == "script" && (n.FirstChild != nil || !strings.HasPrefix(attr(n, "src"), "/assets/artwork."))
}

// parse reads a page and fails on anything that a strict reader would trip over.
func parse(t testing.TB, w *httptest.ResponseRecorder) *html.Node {
	t.Helper()
	if kind := w.Header().Get("Content-Type"); kind != "text/html; charset=utf-8" {
		t.Fatalf("content type %q: %s", kind, w.Body)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") {
		t.Fatalf("policy %q", policy)
	}
	page, err := html.Parse(strings.NewReader(w.Body.String()))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// find lists the elements for which match holds, in their order on the page.
func find(page *html.Node, match func(*html.Node) bool) []*html.Node {
	var out []*html.Node
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			out = append(out, n)
		}
	}
	return out
}

func byTag(tag string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Data == tag }
}

func byID(t testing.TB, page *html.Node, id string) *html.Node {
	t.Helper()
	found := find(page, func(n *html.Node) bool { return attr(n, "id") == id })
	if len(found) != 1 {
		t.Fatalf("%d elements have the id %q", len(found), id)
	}
	return found[0]
}

func attr(n *html.Node, name string) string {
	value, _ := attrOK(n, name)
	return value
}

func attrOK(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// visible is what a reader reads, one line for each piece of text.
func visible(n *html.Node) string {
	var lines []string
	for c := range n.Descendants() {
		if text := strings.TrimSpace(c.Data); c.Type == html.TextNode && text != "" {
			lines = append(lines, text)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; look, then run the test with -update\n%s", path, got)
	}
}

func decode[T any](t testing.TB, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return v
}

func (d *door) leads(t testing.TB) int     { return d.Count(t, d.Tables.Records, "LEAD#") }
func (d *door) customers(t testing.TB) int { return d.CountRecords(t, "CUSTOMER") }

// storePage is one page of a list, as long as any test needs.
var storePage = table.Paging{Limit: 50, Caller: "test"}
