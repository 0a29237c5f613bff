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

	"golang.org/x/net/html"

	"afterpress/shared/crm"
)

// Page is a form as a browser has it: where it is posted to, and what stands in its fields.
type Page struct {
	URL    *url.URL
	Fields url.Values
}

// Open gets a form's page and reads it as a browser does, hidden fields and all.
func (h House) Open(ctx context.Context, form string, lang crm.Lang) (Page, error) {
	address := fmt.Sprintf("%s/forms/%s?lang=%s", h.API, url.PathEscape(form), lang)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Page{}, err
	}
	_, body, err := call(r, http.StatusOK)
	if err != nil {
		return Page{}, err
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return Page{}, err
	}
	for node := range doc.Descendants() {
		if node.Data == "form" && strings.EqualFold(attribute(node, "method"), http.MethodPost) {
			target, err := r.URL.Parse(attribute(node, "action"))
			return Page{URL: target, Fields: controls(node)}, err
		}
	}
	return Page{}, errors.New("the page has no form that is posted")
}

// controls are the fields of a form with what stands in them when the page is opened.
func controls(form *html.Node) url.Values {
	fields := url.Values{}
	for node := range form.Descendants() {
		name := attribute(node, "name")
		if name == "" || node.Type != html.ElementNode {
			continue
		}
		switch kind := attribute(node, "type"); {
		case kind == "checkbox" || kind == "radio": // not ticked until somebody does
		case node.Data == "textarea", node.Data == "select":
			fields.Set(name, "")
		case node.Data == "input":
			fields.Set(name, attribute(node, "value"))
		}
	}
	return fields
}

func attribute(node *html.Node, name string) string {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// Send fills in the page's form, posts it, and follows to the thank-you page. It returns the id of the submission, which stands in that
// page's address.
func (h House) Send(ctx context.Context, p Page, typed map[string]string) (submission string, err error) {
	fields := maps.Clone(p.Fields)
	for name, value := range typed {
		fields.Set(name, value)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL.String(), strings.NewReader(fields.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, _, err := call(r, http.StatusSeeOther)
	if err != nil {
		return "", err
	}
	thanks, err := response.Location()
	if err != nil {
		return "", err
	}
	if r, err = http.NewRequestWithContext(ctx, http.MethodGet, thanks.String(), nil); err != nil {
		return "", err
	}
	_, _, err = call(r, http.StatusOK)
	return thanks.Query().Get("ref"), err
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
