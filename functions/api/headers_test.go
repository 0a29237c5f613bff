package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/functions/intake"
	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// failing is a store whose forms cannot be read.
type failing struct {
	frontdesk.Enquiries
	cause error
}

func (f failing) Form(context.Context, string) (form.Form, setup.Shop, error) {
	return form.Form{}, setup.Shop{}, f.cause
}

// uploadOrigin is where some pages send files: the only foreign address that any of them names.
const uploadOrigin = "https://bucket.example"

// publicDoor is the other door on the same store; a cause makes its forms unreadable.
func (b *bench) publicDoor(cause error) *intake.Server {
	b.t.Helper()
	tokens := token.NewTokens(storetest.Ring)
	s := &intake.Server{Office: app.Office{Store: b.Store, Now: b.Clock.Now, Tokens: tokens}, Enquiries: b.Store,
		Hook: hook.Server{Now: b.Clock.Now}, UploadOrigin: uploadOrigin, Receipts: b.Store, Log: quiet}
	if cause != nil {
		s.Enquiries = failing{b.Store, cause}
	}
	return s
}

// addresses are those of a pattern: something that is there, and something that is not.
func addresses(pattern string) []string {
	_, path, _ := strings.Cut(pattern, " ")
	known := strings.NewReplacer("{form}", seed.Quote, "{file}", "form.css", "{source}", hook.SourceLeads)
	unknown := strings.NewReplacer("{form}", "none", "{file}", "none", "{source}", "none", "{token}", "none",
		"{artwork}", "none", "{id}", "none", "{preference}", "none")
	both := []string{unknown.Replace(known.Replace(path)), unknown.Replace(path)}
	return slices.Compact(both)
}

// requests are what a browser might send to a pattern, well and badly.
func requests(pattern string) []*http.Request {
	const f = "application/x-www-form-urlencoded"
	var out []*http.Request
	for _, path := range append(addresses(pattern), "/nowhere", "/forms//quote") {
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"} {
			for _, sent := range []struct{ kind, body string }{
				{"", ""}, {f, "name=a"}, {f, "name=a&name=b"}, {f, "%zz"}, {"text/plain", "a"}, {"application/json", "{"},
				{f, "message=" + strings.Repeat("a", 300<<10)},
			} {
				r := httptest.NewRequest(method, path+"?lang=en", strings.NewReader(sent.body))
				r.Header.Set("Accept", "text/html,*/*;q=0.8")
				r.Header.Set("Content-Type", sent.kind)
				out = append(out, r)
			}
		}
	}
	return out
}

// entrance is one route of a door.
type entrance struct {
	httpapi.Route
	door    string
	handler http.Handler
}

func behind(door string, handler http.Handler, routes []httpapi.Route) []entrance {
	var out []entrance
	for _, route := range routes {
		out = append(out, entrance{route, door, handler})
	}
	return out
}

func TestEveryPageIsClosedToOtherPeoplesCode(t *testing.T) {
	t.Parallel()
	b := start(t)
	away := fault.Fail(fault.Unavailable, "系统暂时繁忙。", "Busy for a moment.")
	flooded := fault.Fail(fault.TooMany, "请稍后再试。", "Try again later.")
	staff := &api.Server{Office: app.Office{Store: b.Store, Now: b.Clock.Now}, Log: quiet, Version: "test"}
	routes := behind("api", b.handler, staff.Routes())
	for name, cause := range map[string]error{"intake": nil, "store away": away, "flooded": flooded,
		"broken": errors.New("broken")} {
		s := b.publicDoor(cause)
		routes = append(routes, behind(name, s.Handler(), s.Routes())...)
	}
	drawn, statuses := map[string]bool{}, map[int]bool{}
	for _, one := range routes {
		for _, r := range requests(one.Pattern) {
			what := one.door + ": " + r.Method + " " + r.URL.Path
			w := httptest.NewRecorder()
			one.handler.ServeHTTP(w, r)
			if w.Header().Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: %d may be sniffed", what, w.Code)
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			statuses[w.Code] = true
			drawn[r.Method+" "+r.URL.Path] = true
			closed(t, what, w)
		}
	}
	for _, one := range routes {
		if path := addresses(one.Pattern)[0]; strings.HasPrefix(one.Doc.Type, "text/html") && !drawn["GET "+path] {
			t.Errorf("%s was never drawn", one.Pattern)
		}
	}
	for _, status := range []int{200, 400, 404, 405, 413, 415, 422, 429, 500, 503} {
		if !statuses[status] {
			t.Errorf("no page with the status %d was drawn", status)
		}
	}
}

// closed fails unless the page's headers keep foreign code, frames and sniffing away, and the page has nothing that
// they would block.
func closed(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	h := w.Header()
	policy := map[string]string{}
	for directive := range strings.SplitSeq(h.Get("Content-Security-Policy"), "; ") {
		name, sources, _ := strings.Cut(directive, " ")
		policy[name] = sources
	}
	for name, sources := range map[string]string{"default-src": "'none'", "frame-ancestors": "'none'",
		"base-uri": "'none'", "form-action": "'self'"} {
		if policy[name] != sources {
			t.Errorf("%s: %s is %q", what, name, policy[name])
		}
	}
	for name, sources := range policy {
		for source := range strings.FieldsSeq(sources) {
			if source != "'none'" && source != "'self'" && !(name == "connect-src" && source == uploadOrigin) {
				t.Errorf("%s: %s lets %s in", what, name, source)
			}
		}
	}
	if !slices.Contains([]string{"no-referrer", "strict-origin-when-cross-origin"}, h.Get("Referrer-Policy")) ||
		h.Get("Strict-Transport-Security") == "" || h.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%s: headers %v", what, h)
	}
	page, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	for n := range page.Descendants() {
		if n.Type == html.ElementNode && !ourScript(n) &&
			slices.Contains([]string{"script", "style", "iframe", "object", "embed", "base"}, n.Data) {
			t.Errorf("%s: the page has a %s", what, n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: the page has %s=%q", what, a.Key, a.Val)
			}
		}
	}
}

// ourScript reports whether the element loads the one script that some pages have.
func ourScript(n *html.Node) bool {
	return n.Data == "script" && n.FirstChild == nil &&
		slices.ContainsFunc(n.Attr,
			func(a html.Attribute) bool { return a.Key == "src" && strings.HasPrefix(a.Val, "/assets/artwork.") })
}
