package intake_test

import (
	"compress/gzip"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"golang.org/x/net/html"
)

func TestPagesReadWell(t *testing.T) {
	d := open(t)
	empty := url.Values{"name": {""}, "phone": {"12345"}, "email": {"lina(at)example.com"}, "product": {"gold"},
		"quantity": {"many"}, "message": {"<b>90 × 54</b>"}, "needed_by": {"2020-01-01"}}
	for _, lang := range []string{"zh", "en"} {
		golden(t, "form_"+lang+".txt", visible(parse(t, d.ask("GET", "/forms/quote?lang="+lang, ""))))
		golden(t, "faults_"+lang+".txt",
			visible(parse(t, d.ask("POST", "/forms/quote?lang="+lang, empty.Encode(), "Content-Type", formType))))
		golden(t, "thanks_"+lang+".txt",
			visible(parse(t, d.ask("GET", thanked(d, "quote", "sub_019b0000-0000-7000-8000-000000000001")+"&lang="+lang, ""))))
		missing := d.ask("GET", "/forms/none?lang="+lang, "")
		golden(t, "missing_"+lang+".txt",
			strings.ReplaceAll(visible(parse(t, missing)), missing.Header().Get("X-Request-Id"), "ID"))
	}
}

func TestLanguageFollowsAddressThenBrowserThenForm(t *testing.T) {
	d := open(t)
	abroad, _ := d.Shop.Form("quote")
	abroad.Region = "DE"
	abroad, event := form.Form{ID: "abroad"}.Reshape(abroad, staff.Visitor, d.Clock.Now())
	if err := d.SaveForm(t.Context(), abroad, event); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ target, accepts, want string }{
		{"/forms/quote", "zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"},
		{"/forms/quote", "de,en;q=0.5", "en"},
		{"/forms/quote?lang=en", "zh-CN", "en"},
		{"/forms/quote?lang=zh", "en-GB", "zh-Hans"},
		{"/forms/quote?lang=fr&utm_source=wechat", "zh-CN", "zh-Hans"},
		{"/forms/quote", "", "zh-Hans"}, // the form is made for China
		{"/forms/quote/thanks", "", "zh-Hans"},
		{"/forms/quote?lang=en", "", "en"},
		{"/forms/abroad", "", "en"},
	} {
		page := parse(t, d.ask("GET", c.target, "", "Accept-Language", c.accepts))
		if got := attr(find(page, byTag("html"))[0], "lang"); got != c.want {
			t.Errorf("%s for %q: lang %q, want %q", c.target, c.accepts, got, c.want)
		}
		other := find(page, func(n *html.Node) bool { return attr(n, "class") == "switch" })
		if len(other) != 1 || attr(other[0], "lang") == c.want {
			t.Errorf("%s: no way to the other language", c.target)
		}
	}
}

func TestFieldsAreEasyToFillIn(t *testing.T) {
	d := open(t)
	page := parse(t, d.ask("GET", "/forms/quote?lang=zh", ""))
	for id, want := range map[string]map[string]string{
		"name":       {"autocomplete": "name", "required": "", "maxlength": "100"},
		"phone":      {"type": "tel", "inputmode": "tel", "autocomplete": "tel", "aria-describedby": "phone-hint"},
		"email":      {"type": "email", "inputmode": "email", "autocomplete": "email"},
		"quantity":   {"inputmode": "numeric"},
		"needed_by":  {"type": "date", "min": "2026-11-23"},
		"product":    {"required": ""},
		"message":    {"maxlength": "2000"},
		"heard_from": {},
	} {
		field := byID(t, page, id)
		for name, value := range want {
			if got, ok := attrOK(field, name); !ok || got != value {
				t.Errorf("%s: %s is %q, want %q", id, name, got, value)
			}
		}
		labels := find(page, func(n *html.Node) bool { return n.Data == "label" && attr(n, "for") == id })
		if len(labels) != 1 || attr(field, "name") != id {
			t.Errorf("%s: %d labels, name %q", id, len(labels), attr(field, "name"))
		}
	}
	consent := byID(t, page, "marketing_consent")
	if _, ticked := attrOK(consent, "checked"); ticked {
		t.Error("the consent is ticked beforehand")
	}
	if text := strings.TrimSpace(visible(consent.Parent)); text != d.Shop.Forms[0].Consent.Zh {
		t.Errorf("the consent reads %q", text)
	}
	if scripts := find(page, foreignScript); len(scripts) > 0 {
		t.Error("the page has a script")
	}
}

func TestFaultsStandBesideTheirFields(t *testing.T) {
	d := open(t)
	before := d.State()
	typed := lina()
	typed.Set("name", "")
	typed.Set("email", `lina"example.com`)
	typed.Set("quantity", "many")
	typed.Set("product", "book")
	w := d.post(typed)
	if w.Code != 422 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	page := parse(t, w)
	summary := byID(t, page, "errors")
	if _, focused := attrOK(summary, "autofocus"); !focused || attr(summary, "tabindex") != "-1" {
		t.Error("the summary does not take the focus")
	}
	var blamed []string
	for _, link := range find(summary, byTag("a")) {
		id := strings.TrimPrefix(attr(link, "href"), "#")
		blamed = append(blamed, id)
		field := byID(t, page, id)
		if attr(field, "aria-invalid") != "true" {
			t.Errorf("%s is not marked as wrong", id)
		}
		for _, about := range strings.Fields(attr(field, "aria-describedby")) {
			byID(t, page, about)
		}
		if text := strings.TrimSpace(visible(byID(t, page, id+
			"-error"))); !strings.HasSuffix(strings.TrimSpace(visible(link)), text) {
			t.Errorf("%s: the summary says another thing than the field, %q", id, text)
		}
	}
	slices.Sort(blamed)
	if !slices.Equal(blamed, []string{"email", "name", "quantity"}) {
		t.Errorf("blamed %v", blamed)
	}
	for _, id := range []string{"phone", "email", "quantity", "needed_by"} {
		if got := attr(byID(t, page, id), "value"); got != typed.Get(id) {
			t.Errorf("%s: %q was typed, %q is kept", id, typed.Get(id), got)
		}
	}
	if got := byID(t, page, "message").FirstChild.Data; got != "90 × 54 mm\n双面" {
		t.Errorf("message %q", got)
	}
	chosen := find(byID(t, page, "product"), func(n *html.Node) bool { _, ok := attrOK(n, "selected"); return ok })
	if len(chosen) != 1 || attr(chosen[0], "value") != "book" {
		t.Error("the choice is lost")
	}
	if _, ticked := attrOK(byID(t, page, "marketing_consent"), "checked"); !ticked {
		t.Error("the tick is lost")
	}
	if d.State() != before {
		t.Error("a refused enquiry changed the tables")
	}
}

// hostile is what somebody types who would rather write the page himself.
var hostile = []string{
	`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, `</textarea><script>alert(1)</script>`,
	`</option></select><svg onload=alert(1)>`,
	`javascript:alert(1)`, `" autofocus onfocus="alert(1)`, `<!--`, `]]>`, `{{7*7}}${7*7}`, `&lt;b&gt;`, "\u202egnp.exe",
	`</title><base href=//evil.example>`,
	`<style>*{display:none}</style>`, strings.Repeat("<", 90),
}

func TestHostileTextStaysText(t *testing.T) {
	d := open(t)
	fields := []string{"name", "company", "phone", "email", "product", "quantity", "needed_by", "message", "heard_from"}
	for _, text := range hostile {
		typed := url.Values{"marketing_consent": {"on"}}
		for _, f := range fields {
			typed.Set(f, text)
		}
		w := d.post(typed)
		page := parse(t, w)
		if w.Code != 422 {
			t.Errorf("%q: status %d", text, w.Code)
		}
		for n := range page.Descendants() {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || (a.Key == "href" && strings.Contains(a.Val, "script")) {
					t.Errorf("%q became %s=%q", text, a.Key, a.Val)
				}
			}
		}
		if made := find(page, func(n *html.Node) bool {
			return foreignScript(n) || slices.Contains([]string{"svg", "base", "style", "iframe", "b"}, n.Data)
		}); len(made) > 0 || len(find(page, byTag("img"))) != 1 {
			t.Errorf("%q became an element", text)
		}
		if got := attr(byID(t, page, "company"), "value"); got != text {
			t.Errorf("%q is kept as %q", text, got)
		}
	}
	for _, text := range hostile {
		page := parse(t, d.ask("GET", "/forms/quote/thanks?lang=en&ref="+url.QueryEscape(text), ""))
		if strings.Contains(visible(page), text) || len(find(page, byTag("code"))) > 0 {
			t.Errorf("%q is shown as a reference", text)
		}
	}
}

// thanked is the page after the enquiry of a submission by the form.
func thanked(d *door, of, submission string) string {
	return "/forms/" + of + "/thanks?ref=" + submission + "&receipt=" +
		d.Office.Tokens.Sign(token.UseThanks, of+" "+submission)
}

// TestThanksShowWhatWeSigned makes up addresses of the page after an enquiry. None shows a reference that we did not
// give, and the page of a real one shows it in both languages.
func TestThanksShowWhatWeSigned(t *testing.T) {
	d := open(t)
	const mine, other = "sub_019b0000-0000-7000-8000-000000000001", "sub_019b0000-0000-7000-8000-000000000002"
	real := thanked(d, "quote", mine)
	signed := strings.TrimPrefix(real, "/forms/quote/thanks?ref="+mine)
	stamp := "&receipt=" + frontdesk.Stamp(d.Office.Tokens, "quote", d.Clock.Now())
	for what, address := range map[string]string{
		"without a receipt": "/forms/quote/thanks?ref=" + mine, "another's": "/forms/quote/thanks?ref=" + other + signed,
		"no reference": "/forms/quote/thanks?" + signed[1:], "another form's": "/forms/contact/thanks?ref=" + mine + signed,
		"a stamp": "/forms/quote/thanks?ref=" + mine + stamp, "cut off": real[:len(real)-1],
	} {
		page := parse(t, d.ask("GET", address+"&lang=en", ""))
		if len(find(page, byTag("code"))) > 0 || strings.Contains(visible(page), words.Reference(mine)) {
			t.Errorf("%s: %s", what, visible(page))
		}
	}
	for _, lang := range []string{"zh", "en"} {
		if page := visible(parse(t, d.ask("GET", real+"&lang="+lang, ""))); !strings.Contains(page, words.Reference(mine)) {
			t.Errorf("%s: %s", lang, page)
		}
	}
}

func TestAssetsMayBeKeptForEver(t *testing.T) {
	d := open(t)
	const page = "/forms/quote/thanks" // the form itself is another one each time: it says when it was drawn
	w := d.ask("GET", page, "", "Accept-Encoding", "gzip, br")
	if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
		t.Fatalf("headers %v", w.Header())
	}
	plain := d.ask("GET", page, "").Body.String()
	unzipped, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(unzipped); err != nil || string(text) != plain {
		t.Fatalf("gzipped page differs, %v", err)
	}
	links := find(parse(t, d.ask("GET", "/forms/quote", "")), byTag("link"))
	if len(links) != 2 {
		t.Fatalf("%d links", len(links))
	}
	for _, link := range links {
		w := d.ask("GET", attr(link, "href"), "", "Accept-Encoding", "gzip")
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" ||
			w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: %d %v", attr(link, "href"), w.Code, w.Header())
		}
	}
	if w := d.ask("GET", "/assets/form.css", "", "Accept", "*/*"); w.Code != 404 {
		t.Errorf("a name without its hash: %d", w.Code)
	}
}

func TestHeadIsGetWithoutTheBody(t *testing.T) {
	d := open(t)
	for _, target := range []string{"/forms/quote?lang=zh", "/forms/quote/thanks", "/forms/none"} {
		get, head := d.ask("GET", target, ""), d.ask("HEAD", target, "")
		if head.Code != get.Code || head.Body.Len() > 0 || !reflect.DeepEqual(except(get.Header()), except(head.Header())) {
			t.Errorf("%s: GET %d %v, HEAD %d %v", target, get.Code, get.Header(), head.Code, head.Header())
		}
	}
}

// except leaves out what differs between any two requests.
func except(h map[string][]string) map[string][]string {
	delete(h, "X-Request-Id")
	delete(h, "Content-Length")
	return h
}
