package intake_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// TestTheFrontPageLeadsToEverything reads the page in both languages, and follows each of its links that this door
// answers.
func TestTheFrontPageLeadsToEverything(t *testing.T) {
	t.Parallel()
	d := embeddable(t)
	for _, lang := range []string{"zh", "en"} {
		w := d.ask("GET", "/?lang="+lang, "")
		page := parse(t, w)
		golden(t, "front_"+lang+".txt", visible(page))
		var ways []string
		for _, link := range find(page, func(n *html.Node) bool { return n.Data == "a" && attr(n, "class") != "switch" }) {
			ways = append(ways, attr(link, "href"))
		}
		other := map[string]string{"zh": "en", "en": "zh"}[lang]
		want := "/forms/quote?lang=" + lang + " /forms/quote?lang=" + other + " /forms/contact?lang=" + lang +
			" /forms/contact?lang=" + other + " /docs tel:+862150801188"
		if got := strings.Join(ways, " "); got != want {
			t.Errorf("%s:\n%s\n%s", lang, got, want)
		}
		for _, way := range ways[:4] {
			if got := d.ask("GET", way, ""); got.Code != http.StatusOK {
				t.Errorf("%s: %d", way, got.Code)
			}
		}
	}
	odd := d.ask("GET", "/?lang=en&x=<b>", "")
	if odd.Code != http.StatusOK || strings.Contains(odd.Body.String(), "<b>") {
		t.Errorf("%d", odd.Code)
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if got := d.ask(method, "/", "", "Content-Type", formType); got.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, got.Code)
		}
	}
}

func TestBrowsersAndRobotsFindWhatTheyLookFor(t *testing.T) {
	t.Parallel()
	d := open(t)
	for path, kind := range map[string]string{"/favicon.ico": "image/x-icon", "/robots.txt": "text/plain; charset=utf-8"} {
		w := d.ask("GET", path, "", "Accept", "*/*")
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != kind || w.Body.Len() == 0 ||
			!strings.HasPrefix(w.Header().Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
		if w := d.ask("HEAD", path, "", "Accept", "*/*"); w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("HEAD %s: %d", path, w.Code)
		}
	}
	robots := d.ask("GET", "/robots.txt", "", "Accept", "*/*").Body.String()
	if !strings.HasSuffix(robots, "\nDisallow: /\n") || strings.Contains(robots, "/u/") {
		t.Errorf("links of customers are for nobody else: %s", robots)
	}
}

// TestTheOtherLanguageKeepsWhatWasTyped presses the button of a form: it is drawn again, sends nothing and counts
// nowhere.
func TestTheOtherLanguageKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	d := embeddable(t)
	empty := parse(t, d.ask("GET", "/forms/shared?lang=zh&next="+landing, ""))
	button := find(empty, func(n *html.Node) bool { return attr(n, "class") == "switch" })[0]
	first := find(empty, func(n *html.Node) bool { return n.Data == "button" })[0]
	if button.Data != "button" || attr(button, "name") != "lang" || attr(button, "value") != "en" ||
		attr(button, "form") != "enquiry" || attr(first, "class") != "aloud" || attr(first, "form") != "enquiry" ||
		attr(first, "name") != "" {
		t.Fatalf("%v, and Enter presses %v", button.Attr, first.Attr)
	}
	opened := attr(find(empty, func(n *html.Node) bool { return attr(n, "name") == "opened" })[0], "value")
	before := d.State()
	typed := lina()
	typed.Set("lang", "en")
	typed.Set("email", "half typed")
	typed.Set("opened", opened)
	w := d.ask("POST", "/forms/shared"+attr(button, "formaction"), typed.Encode(), "Content-Type", formType)
	page := parse(t, w)
	if w.Code != http.StatusOK || attr(find(page, byTag("html"))[0], "lang") != "en" {
		t.Fatalf("%d", w.Code)
	}
	for name, want := range map[string]string{"name": "李娜", "email": "half typed", "quantity": "500", "opened": opened} {
		field := find(page, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == name })[0]
		if got := attr(field, "value"); got != want {
			t.Errorf("%s became %q", name, got)
		}
	}
	chosen := find(page, func(n *html.Node) bool { _, is := attrOK(n, "selected"); return n.Data == "option" && is })
	box := byID(t, page, "marketing_consent")
	_, ticked := attrOK(box, "checked")
	if len(chosen) != 1 || attr(chosen[0], "value") != "cards" || !ticked || !strings.Contains(visible(page), "双面") {
		t.Errorf("a choice, a tick or the message is lost: %v", chosen)
	}
	if len(find(page, func(n *html.Node) bool { return attr(n, "id") == "errors" })) > 0 {
		t.Error("what is not sent yet is blamed")
	}
	action := attr(find(page, byTag("form"))[0], "action")
	if !strings.HasPrefix(action, "/forms/shared?lang=en&next=") || d.State() != before {
		t.Errorf("it goes on at %s, or something was written", action)
	}
	if w := d.ask("POST", "/forms/none?lang=en", "lang=en", "Content-Type", formType); w.Code != http.StatusNotFound {
		t.Errorf("a form that is not there: %d", w.Code)
	}
}
