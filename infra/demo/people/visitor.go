package people

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"afterpress/shared/kernel/words"
)

// Open gets a form's page and reads it as a browser does, hidden fields and all.
func (h House) Open(ctx context.Context, form string, lang words.Lang) (Page, error) {
	view, err := h.Visit(ctx, fmt.Sprintf("%s/forms/%s?lang=%s", h.API, url.PathEscape(form), lang))
	if err != nil {
		return Page{}, err
	}
	if len(view.Forms) == 0 {
		return Page{}, errors.New("the page has no form that is posted")
	}
	return view.Forms[0], nil
}

// Send fills in the page's form, posts it, and follows to the thank-you page. It returns the id of the submission,
// which stands in that page's address.
func (h House) Send(ctx context.Context, p Page, typed map[string]string) (submission string, err error) {
	thanks, err := h.Submit(ctx, p, typed)
	if err != nil {
		return "", err
	}
	return thanks.URL.Query().Get("ref"), nil
}

// Submit fills in a form, posts it, and reads the page to which the answer leads.
func (h House) Submit(ctx context.Context, p Page, typed map[string]string) (View, error) {
	fields := maps.Clone(p.Fields)
	for name, value := range typed {
		fields.Set(name, value)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		return View{}, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, _, err := call(r, http.StatusSeeOther)
	if err != nil {
		return View{}, err
	}
	next, err := response.Location()
	if err != nil {
		return View{}, err
	}
	return h.Visit(ctx, next.String())
}

// Post sends an enquiry as a program does, in JSON.
func (h House) Post(ctx context.Context, form string, enquiry any) (submission string, err error) {
	body, err := json.Marshal(enquiry)
	if err != nil {
		return "", err
	}
	address := h.API + "/forms/" + url.PathEscape(form)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/json")
	_, answer, err := call(r, http.StatusAccepted)
	if err != nil {
		return "", err
	}
	var received struct {
		Submission string `json:"submission_id"`
	}
	err = json.Unmarshal(answer, &received)
	return received.Submission, err
}
