package form

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"afterpress/shared/app"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/httpapi/posted"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// alike is how long the same enquiry of the same person counts as one. It may be a double click, a reload, or a second
// try after a lost answer.
const alike = 10 * time.Minute

// Received is how an enquiry in JSON is answered. It says nothing of who the person is.
type Received struct {
	Submission string `json:"submission_id"`
	Status     string `json:"status"`
	Reference  string `json:"reference"` // as letters and staff name it
	// where to go on to, when the form allows the address that was asked for
	Redirect string `json:"redirect,omitempty"`
	// path at which files may be handed in for 24 hours, when the form takes any
	Artwork string `json:"artwork,omitempty"`
}

// submit takes an enquiry, from the page or in JSON.
func (p Pages) submit(r *http.Request) (httpapi.Answer, error) {
	v, err := p.arrived(r)
	if posted.JSON(r.Header.Get("Content-Type")) {
		return p.submitJSON(r, v, err)
	}
	return p.submitPage(r, v, err)
}

func (p Pages) submitJSON(r *http.Request, v frontdesk.Visit, broken error) (httpapi.Answer, error) {
	if broken != nil {
		return httpapi.Answer{}, broken
	}
	in, err := httpapi.Decode[frontdesk.Enquiry](r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	v = p.Frontdesk.Understood(v, in, p.Front.Source(r))
	next, _ := v.Form.Lands(r.URL.Query().Get("next"))
	received := Received{Submission: v.Submission.ID, Status: "received", Redirect: next,
		Reference: words.Reference(v.Submission.ID)}
	if token := p.Frontdesk.InviteFiles(v); token != "" {
		received.Artwork = "/artwork/" + token
	}
	answer := httpapi.Accepted(received)
	v.Once = once(r, "", answer)
	return answer, p.Frontdesk.Visit(r.Context(), v)
}

// submitPage answers a browser with pages. What was typed stays in r.PostForm and stands on the next page when
// something is wrong, with the input or with us.
func (p Pages) submitPage(r *http.Request, v frontdesk.Visit, broken error) (httpapi.Answer, error) {
	in, err := httpapi.DecodeForm[frontdesk.Enquiry](r)
	if broken == nil && switched(r) {
		return p.formPage(r, v.Form, v.Shop, nil)
	}
	if err = errors.Join(broken, err); err != nil && fault.KindOf(err) != fault.Invalid {
		return httpapi.Answer{}, err
	}
	v = p.Frontdesk.Understood(v, in, p.Front.Source(r))
	if err != nil { // the rules have their say too, so that everything is put right in one go
		return p.formPage(r, v.Form, v.Shop, append(fault.Blamed(err), p.Frontdesk.Faults(v)...))
	}
	to := thanksPath(v.Form.ID, v.Submission.Lang, v.Submission.ID, p.Frontdesk.Receipt(v.Form, v.Submission.ID),
		p.Frontdesk.InviteFiles(v))
	if next, ok := v.Form.Lands(r.URL.Query().Get("next")); ok {
		to = next
	}
	answer := httpapi.SeeOther(to)
	v.Once = once(r, to[:1], answer)
	if err = p.Frontdesk.Visit(r.Context(), v); fault.KindOf(err) == fault.Invalid {
		return p.formPage(r, v.Form, v.Shop, fault.Blamed(err))
	}
	return answer, err
}

// arrived finds the form and puts down what was sent, as it was sent. The body can be read again.
func (p Pages) arrived(r *http.Request) (frontdesk.Visit, error) {
	f, shop, err := p.inUse(r)
	if err != nil {
		return frontdesk.Visit{}, err
	}
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		return frontdesk.Visit{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(raw))
	return p.Frontdesk.Arrived(f, shop, form.Submission{Lang: httpapi.PageLang(r, f.Lang()),
		Type: r.Header.Get("Content-Type"), Body: string(raw)}), nil
}

// once makes a repeat of the enquiry find the answer of the first: by the caller's Idempotency-Key, else by form,
// person and content. way tells pages from JSON.
func once(r *http.Request, way string, answer httpapi.Answer) app.Once {
	return func(ctx context.Context, content string) context.Context {
		return httpapi.AnsweringAlike(r.WithContext(ctx), way+" "+content, alike,
			func(any) httpapi.Answer { return answer })
	}
}
