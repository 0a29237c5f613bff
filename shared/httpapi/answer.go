package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"afterpress/shared/kernel/receipt"

	"github.com/go-json-experiment/json"
)

const (
	typeJSON    = "application/json"
	typeProblem = "application/problem+json"
	typeForm    = "application/x-www-form-urlencoded"
)

// Answer is what a handler says. Body is encoded as JSON; Bytes with Type go out as they are.
type Answer struct {
	Status   int
	Body     any
	Location string
	Header   http.Header // wins over what the door sets by itself
	Type     string
	Bytes    []byte
}

// versioned is a record; its version becomes the ETag.
type versioned interface{ ETagVersion() int64 }

// OK answers with v.
func OK(v any) Answer { return Answer{Status: http.StatusOK, Body: v} }

// Created answers that the record v now stands at location.
func Created(location string, v any) Answer {
	return Answer{Status: http.StatusCreated, Location: location, Body: v}
}

// Accepted answers that v was taken in.
func Accepted(v any) Answer { return Answer{Status: http.StatusAccepted, Body: v} }

// SeeOther sends a browser on to location after a form was taken.
func SeeOther(location string) Answer { return Answer{Status: http.StatusSeeOther, Location: location} }

// NoContent answers without a body.
func NoContent() Answer { return Answer{Status: http.StatusNoContent} }

// Page answers with b as it is. A page of HTML gets a policy under which it can load its own styles and pictures,
// post to its own door, and nothing else; Directive changes one line of it.
func Page(status int, contentType string, b []byte) Answer {
	a := Answer{Status: status, Type: contentType, Bytes: b, Header: http.Header{}}
	if strings.HasPrefix(contentType, "text/html") {
		a.Header.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		a.Header.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	}
	return a
}

// Directive sets one directive of the page's content security policy, such as ("script-src", "'self'").
func (a Answer) Directive(name, sources string) Answer {
	var policy []string
	for line := range strings.SplitSeq(a.Header.Get("Content-Security-Policy"), "; ") {
		if other, _, _ := strings.Cut(line, " "); other != name && line != "" {
			policy = append(policy, line)
		}
	}
	a.Header = a.Header.Clone()
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set("Content-Security-Policy", strings.Join(append(policy, name+" "+sources), "; "))
	return a
}

// With sets a header of the answer.
func (a Answer) With(name, value string) Answer {
	a.Header = a.Header.Clone()
	if a.Header == nil {
		a.Header = http.Header{}
	}
	a.Header.Set(name, value)
	return a
}

// encoded is the answer with its body as bytes, so that nothing is written before everything is known to be writable.
func (a Answer) encoded() (Answer, error) {
	if a.Body == nil {
		return a, nil
	}
	var buf bytes.Buffer
	if err := json.MarshalWrite(&buf, a.Body, json.Deterministic(true)); err != nil {
		return Answer{}, fmt.Errorf("encode the answer: %w", err)
	}
	if v, ok := a.Body.(versioned); ok && a.Header.Get("ETag") == "" {
		a = a.With("ETag", strconv.Quote(strconv.FormatInt(v.ETagVersion(), 10)))
	}
	if a.Type == "" {
		a.Type = typeJSON
	}
	a.Body, a.Bytes = nil, buf.Bytes()
	return a, nil
}

// saved is the answer as a receipt keeps it. Only JSON and answers without a body are kept.
func (a Answer) saved() (receipt.SavedAnswer, error) {
	a, err := a.encoded()
	if err != nil {
		return receipt.SavedAnswer{}, err
	}
	if len(a.Bytes) > 0 && a.Type != typeJSON {
		return receipt.SavedAnswer{}, fmt.Errorf("an answer of type %s cannot be kept for a repeat", a.Type)
	}
	return receipt.SavedAnswer{Status: a.Status, Location: a.Location, ETag: a.Header.Get("ETag"),
		Body: string(a.Bytes)}, nil
}

// replayed is a kept answer, given again.
func replayed(s receipt.SavedAnswer) Answer {
	a := Answer{Status: s.Status, Location: s.Location, Header: http.Header{"Idempotent-Replayed": {"true"}}}
	if s.ETag != "" {
		a.Header.Set("ETag", s.ETag)
	}
	if s.Body != "" {
		a.Type, a.Bytes = typeJSON, []byte(s.Body)
	}
	return a
}

// write sends an encoded answer. HEAD gets the headers of GET.
func write(w http.ResponseWriter, r *http.Request, id string, a Answer) {
	h := w.Header()
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("Cache-Control", "no-store")
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	for name, values := range a.Header {
		h[http.CanonicalHeaderKey(name)] = values
	}
	if r.Method == http.MethodHead {
		h.Set("Content-Length", strconv.Itoa(len(a.Bytes)))
		w.WriteHeader(a.Status)
		return
	}
	w.WriteHeader(a.Status)
	if len(a.Bytes) > 0 {
		_, _ = w.Write(a.Bytes) // the caller is gone; there is nobody left to tell
	}
}
