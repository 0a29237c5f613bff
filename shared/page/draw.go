package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"

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
	a := httpapi.Page(status, HTML, out.Bytes()).With("Content-Language", string(lang))
	return sized(r, a, func() []byte { return zipped(out.Bytes()) }), nil
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

// sized sends the gzipped form of an answer to who reads it; API Gateway does not compress.
func sized(r *http.Request, a httpapi.Answer, small func() []byte) httpapi.Answer {
	if strings.Contains(strings.Join(r.Header.Values("Accept-Encoding"), ","), "gzip") {
		a.Bytes = small()
		a = a.With("Content-Encoding", "gzip")
	}
	return a.With("Vary", "Accept-Encoding, Accept-Language")
}

func zipped(plain []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(plain) // into memory
	_ = w.Close()
	return out.Bytes()
}
