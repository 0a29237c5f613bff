package screen

import (
	"cmp"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"afterpress/shared/httpapi"
	"afterpress/shared/page"
)

// signInPath begins a sign-in, and leads back to the address in to.
const signInPath = "/console/sign-in"

// SignInFor is the address of the sign-in that leads back.
func SignInFor(to string) string { return signInPath + "?" + url.Values{"to": {to}}.Encode() }

// trouble is a problem as its own page shows it.
type trouble struct {
	text, request string
	errors        []httpapi.Fault
	signIn        string // where to sign in again; empty where that is not the matter
	again         string // where the form is sent again
	typed         []typedField
	way, label    string // where to go from here
}

type typedField struct{ name, value string }

// Problem is the page of a problem. What was typed stays in it where a second try may succeed.
func (o Office) Problem(r *http.Request, p httpapi.Problem) httpapi.Answer {
	own := WordsFor(r)
	title := cmp.Or(own.Titles[p.Status], own.Titles[http.StatusInternalServerError])
	t := trouble{text: p.Detail, errors: p.Errors, request: httpapi.RequestID(r), again: r.URL.EscapedPath(), way: Desk,
		label: own.ToDesk}
	if r.Pattern == "/" && p.Status == http.StatusNotFound {
		t.text = own.Nowhere
	}
	posted := r.Method == http.MethodPost
	switch {
	case p.Status == http.StatusUnauthorized:
		title, t.text, t.signIn = own.Expired.Title, own.Expired.Text, SignInFor(Desk)
		t.typed = typed(r)
	case strings.HasPrefix(r.URL.Path, "/console/callback"):
		t.way, t.label = signInPath, own.StartAgain
	case posted && (p.Status >= http.StatusInternalServerError || p.Status == http.StatusTooManyRequests):
		t.typed = typed(r)
	}
	f := o.frameOf(r, p.Status, title)
	answer, err := page.Drawn(r, p.Status, f.Lang, problemBody(f, t))
	if err != nil { // a page that cannot be drawn must not hide the problem
		return httpapi.Page(p.Status, "text/plain; charset=utf-8", []byte(title+"\n"+p.Detail))
	}
	return answer
}

// frameOf is the frame of a problem's page: with areas where the shop can be read and somebody has signed in.
func (o Office) frameOf(r *http.Request, status int, title string) Frame {
	if status < http.StatusInternalServerError && status != http.StatusUnauthorized {
		if f, err := o.Frame(r, "", title); err == nil {
			return f
		}
		if f, err := o.bare(r, title); err == nil {
			return f
		}
	}
	return blank(r, page.Sign{}, title)
}

// typed is what was posted, with the version and the key of the form.
func typed(r *http.Request) []typedField {
	values := typedValues(r)
	var out []typedField
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range values[name] {
			out = append(out, typedField{name, value})
		}
	}
	for name, header := range map[string]string{VersionField: "If-Match", KeyField: "Idempotency-Key"} {
		if value := strings.Trim(r.Header.Get(header), `"`); value != "" {
			out = append(out, typedField{name, value})
		}
	}
	return out
}

// typedValues is what was posted, whether the form was decoded or not.
func typedValues(r *http.Request) url.Values {
	if r.PostForm != nil || r.Body == nil {
		return r.PostForm
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return values
}

// Redrawn answers a refused form with the page that it stands on. Its status says what became of the form; a version
// that is over is a conflict.
func Redrawn(r *http.Request, route Route, p httpapi.Problem) (httpapi.Answer, bool) {
	if route.Redraw == nil || r.Method != http.MethodPost {
		return httpapi.Answer{}, false
	}
	own := WordsFor(r)
	switch p.Status {
	case http.StatusPreconditionFailed:
		p.Status, p.Detail = http.StatusConflict, own.Stale
	case http.StatusUnprocessableEntity:
		if len(p.Errors) == 0 {
			p.Detail = own.SentBefore
		}
	case http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests:
	default:
		return httpapi.Answer{}, false
	}
	r.PostForm = typedValues(r)
	answer, err := route.Redraw(r, p)
	if err != nil {
		return httpapi.Answer{}, false
	}
	answer.Status = p.Status
	return answer, true
}

// Stranger is for somebody who has signed in and does not work here.
func (o Office) Stranger(r *http.Request) (httpapi.Answer, error) {
	own := WordsFor(r)
	return o.notice(r, http.StatusForbidden, own.Stranger, "/console/signed-out?at=issuer", own.SignOut)
}

// SignedOut says that the session has ended.
func (o Office) SignedOut(r *http.Request) (httpapi.Answer, error) {
	own := WordsFor(r)
	return o.notice(r, http.StatusOK, own.SignedOut, Desk, own.SignIn)
}

func (o Office) notice(r *http.Request, status int, n page.Notice, way, label string) (httpapi.Answer, error) {
	f, err := o.bare(r, n.Title)
	if err != nil {
		return httpapi.Answer{}, err
	}
	return page.Drawn(r, status, f.Lang, noticeBody(f, n, way, label))
}
