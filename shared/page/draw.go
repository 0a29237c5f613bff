package page

import (
	"bytes"
	"fmt"
	"net/http"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"

	"github.com/a-h/templ"
)

// HTML is the type of a page.
const HTML = "text/html; charset=utf-8"

// Drawn renders a page into an answer.
func Drawn(r *http.Request, status int, lang words.Lang, body templ.Component) (httpapi.Answer, error) {
	var out bytes.Buffer
	if err := body.Render(r.Context(), &out); err != nil {
		return httpapi.Answer{}, fmt.Errorf("draw the page: %w", err)
	}
	a := httpapi.Page(status, HTML, out.Bytes()).With("Content-Language", string(lang)).With("Vary",
		"Accept-Encoding, Accept-Language")
	if httpapi.TakesZipped(r) {
		a.Bytes = httpapi.Zip(a.Bytes)
		a = a.Zipped()
	}
	return a, nil
}

// Private keeps a page's address from other sites: it is as good as a signature. It takes what Drawn gives.
func Private(a httpapi.Answer, err error) (httpapi.Answer, error) {
	return a.With("Referrer-Policy", "no-referrer"), err
}

// Scripted lets a page run our own scripts, which may call this door and the other origin. Its address may be as good
// as a signature, so it stays private.
func Scripted(a httpapi.Answer, origin string) httpapi.Answer {
	return a.Directive("script-src", "'self'").Directive("connect-src", "'self' "+origin).With("Referrer-Policy",
		"no-referrer")
}
