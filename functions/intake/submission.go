package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/setup"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// alike is how long the same enquiry of the same person counts as one: a double click, a reload, a second try after
// a lost answer.
const alike = 10 * time.Minute

// Received is how an enquiry in JSON is answered. It says nothing of who the person is.
type Received struct {
	Submission string `json:"submission_id"`
	Status     string `json:"status"`
	// where to go on to, when the form allows the address that was asked for
	Redirect string `json:"redirect,omitempty"`
	// path at which files may be handed in for 24 hours, when the form takes any
	Artwork string `json:"artwork,omitempty"`
}

// entry is one enquiry on its way into the store.
type entry struct {
	form    form.Form
	shop    setup.Shop
	enquiry form.Enquiry
	arrival form.Arrival
	sub     form.Submission
	source  string         // where the form is only what it was put into; empty: the form's own
	answer  httpapi.Answer // when it is stored, whatever became of it
}

// submit takes an enquiry, from the page or in JSON.
func (s *Server) submit(r *http.Request) (httpapi.Answer, error) {
	if posted.JSON(r.Header.Get("Content-Type")) {
		return s.submitJSON(r)
	}
	return s.submitPage(r)
}

func (s *Server) submitJSON(r *http.Request) (httpapi.Answer, error) {
	p, err := s.arrive(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	in, err := httpapi.Decode[frontdesk.Enquiry](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	s.understand(r, &p, in)
	next, _ := p.form.Lands(r.URL.Query().Get("next"))
	received := Received{Submission: p.sub.ID, Status: "received", Redirect: next}
	if token := s.invitation(p.form, p.sub); token != "" {
		received.Artwork = "/artwork/" + token
	}
	p.answer = httpapi.Accepted(received)
	return p.answer, s.keep(r, p)
}

// submitPage answers a browser with pages. What was typed stays in r.PostForm and stands on the next page when
// something is wrong, with the input or with us.
func (s *Server) submitPage(r *http.Request) (httpapi.Answer, error) {
	p, broken := s.arrive(r)
	in, err := httpapi.DecodeForm[frontdesk.Enquiry](r)
	if err = errors.Join(broken, err); err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	s.understand(r, &p, in)
	p.answer = httpapi.SeeOther(thanksPath(p.form.ID, p.sub.Lang, p.sub.ID, s.invitation(p.form, p.sub)))
	if next, ok := p.form.Lands(r.URL.Query().Get("next")); ok {
		p.answer = httpapi.SeeOther(next)
	}
	if err != nil { // the rules have their say too, so that everything is put right in one go
		_, more := frontdesk.ReadEnquiry(p.enquiry, p.form, s.Now())
		return s.formPage(r, p.form, p.shop, append(faultsOf(err), faultsOf(more)...))
	}
	if err = s.keep(r, p); fault.KindOf(err) == fault.Invalid {
		return s.formPage(r, p.form, p.shop, faultsOf(err))
	}
	return p.answer, err
}

// arrive finds the form and puts down what was sent, as it was sent.
func (s *Server) arrive(r *http.Request) (entry, error) {
	f, shop, err := s.inUse(r)
	if err != nil {
		return entry{}, err
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return entry{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	now := s.Now()
	return entry{form: f, shop: shop, sub: form.Submission{
		ID: s.NewID("sub"), Version: 1, CreatedAt: now, UpdatedAt: now, Form: f.ID, Branch: f.Branch,
		Lang: httpapi.PageLang(r, f.Lang()),
		Type: r.Header.Get("Content-Type"), Body: string(raw),
	}}, nil
}

// understand puts what was sent into the terms of the rules.
func (s *Server) understand(r *http.Request, p *entry, in frontdesk.Enquiry) {
	p.enquiry = in.Said(p.sub.Lang)
	p.arrival = in.Arrival(s.Tokens, p.form.ID, httpapi.Source(r), p.sub.CreatedAt)
	if in.Consent {
		p.sub.ConsentText = p.form.Consent.In(p.sub.Lang)
	}
}

// keep stores an enquiry whose form was right. Its errors are those of Visit.
func (s *Server) keep(r *http.Request, p entry) error {
	v := frontdesk.Visit{Form: p.form, Shop: p.shop, Enquiry: p.enquiry, Arrival: p.arrival, Submission: p.sub,
		Source: p.source}
	return s.desk().Visit(s.once(r, p, v), v)
}

// desk is where enquiries are taken in.
func (s *Server) desk() frontdesk.Desk {
	return frontdesk.Desk{Office: app.Office{Now: s.Now, Tokens: s.Tokens}, Log: s.Log, Enquiries: s.Enquiries}
}

// once makes a repeat of the enquiry find the answer of the first: by the caller's Idempotency-Key, else by form,
// person and content.
func (s *Server) once(r *http.Request, p entry, v frontdesk.Visit) context.Context {
	content := p.answer.Location[:min(1, len(p.answer.Location))] + " " + v.Content(s.Now())
	return httpapi.AnsweringAlike(r, content, alike, func(any) httpapi.Answer { return p.answer })
}

func faultsOf(err error) []fault.Field {
	var e *fault.Error
	if !errors.As(err, &e) {
		return nil
	}
	return e.Fields
}

// thanksPath is the page after an enquiry; token invites to hand in files, if it is there.
func thanksPath(f string, lang words.Lang, submission, token string) string {
	path := "/forms/" + url.PathEscape(f) + "/thanks?lang=" + string(lang) + "&ref=" + submission
	if token != "" {
		path += "&artwork=" + token
	}
	return path
}
