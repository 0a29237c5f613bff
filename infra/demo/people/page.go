package people

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// Page is a form as a browser has it: where it is posted to, and what stands in its fields.
type Page struct {
	URL    *url.URL
	Fields url.Values
}

// View is a page as a browser without JavaScript has it: what a person reads there, a line for each part, and the
// forms that can be posted.
type View struct {
	URL   *url.URL
	Lines []string
	Forms []Page
}

// Visit opens the page at an address.
func (h House) Visit(ctx context.Context, address string) (View, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return View{}, err
	}
	_, body, err := call(r, http.StatusOK)
	if err != nil {
		return View{}, err
	}
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return View{}, err
	}
	view := View{URL: r.URL}
	for node := range doc.Descendants() {
		switch {
		case node.Data == "main":
			view.Lines = lines(node)
		case node.Data == "form" && strings.EqualFold(attribute(node, "method"), http.MethodPost):
			target, err := r.URL.Parse(attribute(node, "action"))
			if err != nil {
				return View{}, err
			}
			view.Forms = append(view.Forms, Page{URL: target, Fields: controls(node)})
		}
	}
	return view, nil
}

// Form is the form of the page that sends the value in the field, as one of several buttons does.
func (v View) Form(field, value string) (Page, error) {
	i := slices.IndexFunc(v.Forms, func(p Page) bool { return p.Fields.Get(field) == value })
	if i < 0 {
		return Page{}, fmt.Errorf("the page has no form with %s=%s, and reads: %s", field, value,
			strings.Join(v.Lines, " / "))
	}
	return v.Forms[i], nil
}

// running are the elements that run on in their line; any other begins one.
var running = []string{"a", "b", "code", "em", "span", "strong", "time"}

// unread are the elements of which nobody reads a word.
var unread = []string{"noscript", "option", "script", "style", "template"}

// lines is what stands on a part of a page.
func lines(part *html.Node) []string {
	var out []string
	var line strings.Builder
	end := func() {
		if text := strings.Join(strings.Fields(line.String()), " "); text != "" {
			out = append(out, text)
		}
		line.Reset()
	}
	var read func(*html.Node)
	read = func(node *html.Node) {
		if node.Type == html.ElementNode && slices.Contains(unread, node.Data) {
			return
		}
		if node.Type == html.TextNode {
			line.WriteString(node.Data)
		}
		own := node.Type == html.ElementNode && !slices.Contains(running, node.Data)
		if own {
			end()
		}
		for child := range node.ChildNodes() {
			read(child)
		}
		if own {
			end()
		}
	}
	read(part)
	return out
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
