package console_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/functions/console"
	"afterpress/infra/local/issuer"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// site is where browsers reach the console of these tests.
const site = "https://shop.example"

// bench is a console under its role, on a store of its own, with the local issuer.
type bench struct {
	*storetest.Bench
	t      testing.TB
	door   http.Handler
	issuer *httptest.Server
}

// signing is the issuer of all tests: its key takes a while to make.
var signing = sync.OnceValues(func() (*issuer.Issuer, error) {
	dir, err := os.MkdirTemp("", "afterpress-issuer-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	return issuer.Open(filepath.Join(dir, "issuer.pem"))
})

func start(t testing.TB) *bench {
	t.Helper()
	return serve(t, storetest.New(t))
}

func serve(t testing.TB, in *storetest.Bench) *bench {
	t.Helper()
	b := &bench{Bench: in, t: t}
	keys, err := signing()
	if err != nil {
		t.Fatal(err)
	}
	sign := &issuer.SignIn{Issuer: keys, Sites: []string{site},
		People: func(context.Context) ([]issuer.Person, error) { return nil, nil }}
	b.issuer = httptest.NewServer(sign.Handler())
	t.Cleanup(b.issuer.Close)
	sign.URL = b.issuer.URL
	b.door = b.open()
	return b
}

// open is the console as another process of it would be.
func (b *bench) open() http.Handler { return b.openAt(site) }

// openAt is the console as it is reached at an address.
func (b *bench) openAt(address string) http.Handler {
	kept := b.OpenAs(b.t, "console")
	office := app.Office{Store: kept, Now: b.Clock.Now, Tokens: token.NewTokens(storetest.Ring), PublicURL: address}
	at := &console.Issuer{Name: issuer.Name, Discovery: b.issuer.URL, Client: issuer.Console}
	return console.New(office, kept, at, storetest.Ring, slog.New(slog.DiscardHandler)).Handler()
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

// browser is one browser: it keeps cookies, and says where a form stood.
type browser struct {
	*bench
	jar map[string]string
}

func (b *bench) browser() *browser { return &browser{b, map[string]string{}} }

// response is what a browser got.
type response struct {
	*httptest.ResponseRecorder
	t testing.TB
}

func (w *browser) ask(method, to string, form url.Values, header ...string) response {
	w.t.Helper()
	path, body := strings.TrimPrefix(to, site), strings.NewReader(form.Encode())
	r := httptest.NewRequestWithContext(w.t.Context(), method, path, body)
	r.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", site)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i+1] == "" {
			r.Header.Del(header[i])
		}
	}
	for name, value := range w.jar {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	got := httptest.NewRecorder()
	w.door.ServeHTTP(got, r)
	for _, c := range got.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(w.jar, c.Name)
		} else {
			w.jar[c.Name] = c.Value
		}
	}
	return response{got, w.t}
}

func (w *browser) get(to string, header ...string) response {
	w.t.Helper()
	return w.ask(http.MethodGet, to, nil, header...)
}

func (w *browser) post(to string, form url.Values, header ...string) response {
	w.t.Helper()
	return w.ask(http.MethodPost, to, form, header...)
}

// want fails the test when the status is another one.
func (r response) want(status int) response {
	r.t.Helper()
	if r.Code != status {
		r.t.Fatalf("status %d, want %d: %s", r.Code, status, visible(r.page()))
	}
	return r
}

// to is where the browser is sent.
func (r response) to() string { return r.Header().Get("Location") }

func (r response) page() *html.Node {
	r.t.Helper()
	root, err := html.Parse(strings.NewReader(r.Body.String()))
	if err != nil {
		r.t.Fatal(err)
	}
	return root
}

// callback is the address to which the issuer sends the browser back, once the person has said who they are.
func (w *browser) callback(who, to string) string {
	w.t.Helper()
	ask := w.get("/console/sign-in?" + url.Values{"to": {to}}.Encode()).want(http.StatusSeeOther).to()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(ask, url.Values{"subject": {seed.Subject(who)}})
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusSeeOther {
		w.t.Fatalf("the issuer answers %s", answer.Status)
	}
	return answer.Header.Get("Location")
}

// as is a browser in which the person has signed in.
func (b *bench) as(who string) *browser {
	b.t.Helper()
	w := b.browser()
	w.get(w.callback(who, "/console")).want(http.StatusSeeOther)
	return w
}

// session is the cookie that says who it is.
const session = "__Host-session"

// refused reports whether the console asks the browser to sign in.
func (w *browser) refused() bool {
	got := w.get("/console")
	return got.Code == http.StatusSeeOther && strings.HasPrefix(got.to(), "/console/sign-in")
}

// lead is a lead in a state, of the owner. n is in the person's phone and e-mail.
func (b *bench) lead(n int, state string, owner staff.Staff) lead.Lead {
	b.t.Helper()
	led, err := storetest.Enquire(b.t, b.Bench, storetest.Li(n))
	if err != nil {
		b.t.Fatal(err)
	}
	terms, by, now := storetest.Terms(b.t, b.Bench, led.Branch).Lead(), staff.Process("test"), b.Clock.Now
	type step = func(lead.Lead) (lead.Lead, event.Event, error)
	assign := func(l lead.Lead) (lead.Lead, event.Event, error) { return l.Assign(by, owner, terms, now()) }
	speak := func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Speak(by, lead.Conversation{Channel: "call", Outcome: customer.OutcomeInterested}, now().Add(24*time.Hour),
			terms, now())
	}
	for _, one := range map[string][]step{
		lead.StateAssigned:  {assign},
		lead.StateContacted: {assign, speak},
		lead.StatePooled: {assign,
			func(l lead.Lead) (lead.Lead, event.Event, error) { return l.Recycle(by, "absent", terms, now()) }},
		lead.StateQualified: {assign, speak, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Qualify(by, lead.Qualification{Need: "500 cards"}, terms, now())
		}},
		lead.StateWon: {assign, speak, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Won(by, lead.Win{Order: "J-118"}, terms, now())
		}},
		lead.StateLost: {assign, func(l lead.Lead) (lead.Lead, event.Event, error) {
			return l.Lose(by, lead.Loss{Reason: "price"}, terms, now())
		}},
	}[state] {
		if led, err = b.ChangeLead(b.t.Context(), led.ID, one); err != nil {
			b.t.Fatal(err)
		}
	}
	return led
}

// form is a form as it is drawn: where it goes and what it carries already.
type form struct {
	action string
	values url.Values
	names  []string
}

// forms are the forms of a page that post, by the last part of their address.
func forms(root *html.Node) map[string]form {
	out := map[string]form{}
	walk(root, func(n *html.Node) {
		if n.Data != "form" || attr(n, "method") != "post" {
			return
		}
		f := form{action: attr(n, "action"), values: url.Values{}}
		walk(n, func(n *html.Node) {
			name := attr(n, "name")
			switch {
			case name == "":
			case n.Data == "input":
				f.values.Set(name, attr(n, "value"))
			case n.Data == "textarea":
				f.values.Set(name, strings.TrimPrefix(text(n), "\n"))
			case n.Data == "select":
				walk(n, func(o *html.Node) {
					if o.Data == "option" && has(o, "selected") {
						f.values.Set(name, attr(o, "value"))
					}
				})
			}
			if name != "" {
				f.names = append(f.names, name)
			}
		})
		out[f.action[strings.LastIndex(f.action, "/")+1:]] = f
	})
	return out
}

func walk(n *html.Node, do func(*html.Node)) {
	if n.Type == html.ElementNode {
		do(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, do)
	}
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var out strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		out.WriteString(text(c))
	}
	return out.String()
}

// visible is what people read on a page, a line for each piece of text.
func visible(root *html.Node) string {
	var lines []string
	for n := range root.Descendants() {
		if said := strings.TrimSpace(n.Data); n.Type == html.TextNode && said != "" {
			lines = append(lines, said)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
