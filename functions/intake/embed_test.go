package intake_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/staff"
)

const shopSite, landing = "https://shop.example", "https://shop.example/thanks?x=1"

// embeddable is a door whose form "shared" may stand on the shop's own website.
func embeddable(t testing.TB) *door {
	t.Helper()
	d := open(t)
	f, _ := d.Shop.Form("quote")
	f.Origins, f.Redirects, f.Closed = []string{shopSite}, []string{landing}, false
	f, event := form.Form{ID: "shared"}.Reshape(f, staff.Visitor, d.Clock.Now())
	if err := d.SaveForm(t.Context(), f, event); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestScriptHoldsTheForm(t *testing.T) {
	d := embeddable(t)
	w := d.ask("GET", "/forms/shared/embed.js?lang=zh&next="+url.QueryEscape(landing), "")
	if w.Code != 200 || w.Header().Get("Content-Type") != "text/javascript; charset=utf-8" ||
		w.Header().Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	code := w.Body.String()
	for _, banned := range []string{"eval(", "Function(", "innerHTML", "document.write", ".style", "cssText",
		"document.cookie", "localStorage"} {
		if strings.Contains(code, banned) {
			t.Errorf("the script uses %s", banned)
		}
	}
	_, call, found := strings.Cut(code, "\n})(")
	var f struct {
		Action, Opened, Lang, Sheet, Phone, Written string
		Origins                                     []string
		Fields                                      []struct {
			Name, Label, Hint, Type, Min string
			Optional                     bool
		}
	}
	if err := json.Unmarshal([]byte(strings.TrimSuffix(call, ");\n")), &f); err != nil || !found {
		t.Fatal(err)
	}
	if f.Action != "/forms/shared?lang=zh&next="+url.QueryEscape(landing) || f.Lang != "zh-Hans" ||
		len(f.Fields) != 10 || f.Fields[0].Label != "姓名" || f.Opened == "" {
		t.Errorf("%+v", f)
	}
	if branch := d.Shop.Sign("shanghai"); f.Phone != branch.Phone || !strings.HasPrefix(f.Written, "021-") {
		t.Errorf("who is turned away may call %q, written %q", f.Phone, f.Written)
	}
	if phone, date := f.Fields[2], f.Fields[6]; phone.Hint == "" || phone.Optional || !f.Fields[1].Optional ||
		date.Min == "" || !slices.Equal(f.Origins, []string{shopSite}) {
		t.Errorf("the site's visitors see less than ours: %+v", f)
	}
	sheet := d.ask("GET", f.Sheet, "", "Accept", "*/*")
	if sheet.Code != 200 || sheet.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the style sheet: %d %v", sheet.Code, sheet.Header())
	}
	// whatever the site says about its own pages comes first
	for line := range strings.SplitSeq(sheet.Body.String(), "\n") {
		if selector, found := strings.CutSuffix(strings.TrimSpace(line), " {"); found &&
			!strings.HasPrefix(selector, ":where(") && !strings.HasPrefix(selector, "@media") {
			t.Errorf("%s weighs something", selector)
		}
	}
}

func TestAFormForNoWebsiteNamesNone(t *testing.T) {
	d := open(t)
	if w := d.ask("GET", "/forms/quote/embed.js", ""); !strings.Contains(w.Body.String(), `"origins":[]`) {
		t.Errorf("the script would fail: %s", w.Body)
	}
}

func TestOnlyNamedWebsitesMayReadTheAnswer(t *testing.T) {
	d := embeddable(t)
	send := func(method, target, origin, body string) *httptest.ResponseRecorder {
		return d.ask(method, target, body, "Origin", origin, "Content-Type", jsonType, "Accept", "*/*")
	}
	const good, bad = `{"name":"Tom","email":"tom@example.com","product":"book"}`, `{"name":"Tom","product":"book"}`
	for _, w := range []*httptest.ResponseRecorder{
		send("OPTIONS", "/forms/shared", shopSite, ""), send("POST", "/forms/shared", shopSite, good),
		send("POST", "/forms/shared", shopSite, bad),
	} {
		h := w.Header()
		if h.Get("Access-Control-Allow-Origin") != shopSite || h.Get("Access-Control-Allow-Credentials") != "" ||
			!strings.Contains(h.Get("Vary"), "Origin") {
			t.Errorf("%d %v", w.Code, h)
		}
	}
	for _, origin := range []string{"https://evil.example", "null", "https://shop.example.evil.example",
		"http://shop.example", "https://shop.example:8443", "https://SHOP.example", "https://shop.example/", "*", ""} {
		for _, method := range []string{"OPTIONS", "POST"} {
			if w := send(method, "/forms/shared", origin, good); w.Header().Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s by %q: %v", method, origin, w.Header())
			}
		}
	}
	for _, target := range []string{"/forms/quote", "/forms/none"} {
		if w := send("OPTIONS", target, shopSite, ""); w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s: %v", target, w.Header())
		}
	}
}

// detours are two hundred and more spellings by which a redirect may try to leave the addresses that the form allows.
func detours() []string {
	var out []string
	hosts := []string{"evil.example", "shop.example.evil.example", "shop.example@evil.example",
		"shop.example%40evil.example", "evil.example#shop.example", "evil.example\\shop.example",
		"xn--shp-hna.example", "shop。example", "shop.example%2eevil.example", "[::1]", "0x7f.1", "evil.example:443",
		"evil.example?shop.example"}
	for _, host := range hosts {
		for _, lead := range []string{"https://", "http://", "//", "///", "////", "\\\\", "/\\", "https:", "https:/",
			"https:\\\\", "\thttps://", " https://", "\nhttps://", "ht\ntps://", "HTTPS://", "https://shop.example@",
			"javascript://"} {
			out = append(out, lead+host+"/thanks?x=1")
		}
	}
	for _, bend := range []string{"%s/", "%s#", "%s&y=2", " %s", "%s ", "%s\x00", "%s%%00",
		"%s\r\nLocation: https://evil.example", "%s/../..", "/%s", "HTTPS%s", "%s%%0d%%0a", "\ufeff%s"} {
		out = append(out, fmt.Sprintf(bend, landing))
	}
	return append(out, "", "/", "javascript:alert(1)", "data:text/html,x", "https://shop.example/thanks",
		"https://shop.example/Thanks?x=1", "http://shop.example/thanks?x=1")
}

func TestNobodyIsSentElsewhere(t *testing.T) {
	d := embeddable(t)
	if len(detours()) < 200 {
		t.Fatalf("%d spellings", len(detours()))
	}
	post := func(i int, next string) (page, program *httptest.ResponseRecorder) {
		typed := lina()
		typed.Set("message", fmt.Sprint(i))
		target := "/forms/shared?lang=en&next=" + url.QueryEscape(next)
		return d.ask("POST", target, typed.Encode(), "Content-Type", formType),
			d.ask("POST", target, fmt.Sprintf(`{"name":"Tom","email":"t@example.com","product":"book","message":"%d"}`, i),
				"Content-Type", jsonType)
	}
	for i, next := range detours() {
		page, program := post(i, next)
		if to := page.Header().Get("Location"); page.Code != http.StatusSeeOther ||
			!strings.HasPrefix(to, "/forms/shared/thanks?") {
			t.Errorf("%q leads to %q (%d)", next, to, page.Code)
		}
		if program.Code != http.StatusAccepted || strings.Contains(program.Body.String(), "redirect") {
			t.Errorf("%q: %s", next, program.Body)
		}
	}
	page, program := post(1000, landing)
	if page.Header().Get("Location") != landing || !strings.Contains(program.Body.String(), `"redirect":"`+landing+`"`) {
		t.Errorf("the address that is allowed: %q, %s", page.Header().Get("Location"), program.Body)
	}
}

// TestTheFormsPolicyLetsItSendOn holds the header's exact value: Chromium drops the redirect that answers a post where
// the policy does not name its target.
func TestTheFormsPolicyLetsItSendOn(t *testing.T) {
	t.Parallel()
	d := embeddable(t)
	const own = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; " +
		"frame-ancestors 'none'"
	const files = "; script-src 'self'; connect-src 'self' " // of a form that takes them on its next page
	const sent = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; " +
		"form-action 'self' https://shop.example"
	for what, c := range map[string]struct{ method, next, want string }{
		"nowhere": {"GET", "", own + files}, "where the form allows": {"GET", landing, sent},
		"with faults": {"POST", landing, sent}, "elsewhere": {"GET", "https://evil.example/", own + files},
		"another page of the site": {"GET", shopSite + "/other", own + files},
		"with faults, elsewhere":   {"POST", shopSite, own + files},
	} {
		target := "/forms/shared?lang=en&next=" + url.QueryEscape(c.next)
		w := d.ask(c.method, target, "name=", "Content-Type", formType)
		if got := w.Header().Get("Content-Security-Policy"); got != c.want {
			t.Errorf("%s: %d %q", what, w.Code, got)
		}
	}
	f, _ := d.Shop.Form("shared")
	odd := "https://a;script-src.example/thanks" // no browser goes there, and nothing of it may stand in a policy
	f, event := form.Form{ID: "odd"}.Reshape(form.Form{Branch: f.Branch, Fields: f.Fields, Title: f.Title,
		Redirects: []string{odd}}, staff.Visitor, d.Clock.Now())
	if err := d.SaveForm(t.Context(), f, event); err != nil {
		t.Fatal(err)
	}
	w := d.ask("GET", "/forms/odd?lang=en&next="+url.QueryEscape(odd), "")
	if got := w.Header().Get("Content-Security-Policy"); w.Code != http.StatusOK || got != own {
		t.Errorf("%d %q", w.Code, got)
	}
}
