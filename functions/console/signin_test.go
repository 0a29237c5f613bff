package console_test

import (
	"encoding/base64"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"afterpress/shared/kernel/staff"
)

// A colleague who follows a link signs in and comes to the page that it names.
func TestSignInLeadsToThePageThatWasAskedFor(t *testing.T) {
	t.Parallel()
	b := start(t)
	w := b.browser()
	asked := w.get("/console/leads?state=new").want(http.StatusSeeOther).to()
	if asked != "/console/sign-in?to=%2Fconsole%2Fleads%3Fstate%3Dnew" {
		t.Fatalf("sent to %s", asked)
	}
	back := w.callback("sales", "/console/leads?state=new")
	got := w.get(back).want(http.StatusSeeOther)
	if got.to() != "/console/leads?state=new" {
		t.Errorf("came to %s", got.to())
	}
	for _, c := range got.Result().Cookies() {
		if c.Name == session && (!c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" ||
			c.Domain != "" || c.MaxAge != int((12*time.Hour).Seconds())) {
			t.Errorf("the session's cookie is %s", c)
		}
	}
	if w.jar[session] == "" || w.jar["__Host-sign-in"] != "" {
		t.Errorf("the browser keeps %v", w.jar)
	}
	page := w.get("/console/leads?state=new").want(http.StatusOK)
	if text := visible(page.page()); !strings.Contains(text, b.staff("sales").Name) {
		t.Errorf("the page does not say who it is:\n%s", text)
	}
	w.get(back).want(http.StatusForbidden) // a code and its cookie are good for once
}

// On one machine, without TLS, the cookies have no prefix and still work.
func TestCookiesFollowTheSchemeOfTheSite(t *testing.T) {
	t.Parallel()
	b := start(t)
	for name := range b.as("sales").jar {
		if !strings.HasPrefix(name, "__Host-") {
			t.Errorf("%s has no prefix", name)
		}
	}
	b.door = b.openAt("http://127.0.0.1:8080")
	for _, c := range b.browser().get("/console/sign-in?lang=zh").want(http.StatusSeeOther).Result().Cookies() {
		if strings.HasPrefix(c.Name, "__") || c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("without TLS the browser is given %s", c)
		}
	}
}

// Login CSRF: a sign-in that somebody else began does not sign the victim in as them.
func TestLoginCSRF(t *testing.T) {
	t.Parallel()
	b := start(t)
	attacker, victim := b.browser(), b.browser()
	theirs := attacker.callback("manager", "/console")
	victim.get(theirs).want(http.StatusForbidden)
	own := victim.callback("sales", "/console") // the victim has begun a sign-in of their own
	victim.get(theirs).want(http.StatusForbidden)
	code, _, _ := strings.Cut(own, "&state=") // not even with the right code
	victim.get(code + "&state=another").want(http.StatusForbidden)
	if victim.jar[session] != "" || !victim.refused() {
		t.Error("the victim has a session")
	}
}

// Open redirect: wherever the sign-in is asked to lead, it leads into the console.
func TestNoOpenRedirectAtTheCallback(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, to := range []string{"https://evil.example/console", "//evil.example/console", "/\\evil.example/console",
		"/console@evil.example", "/consolevil", "/console/../leads", "/console/%2e%2e/leads", "javascript:alert(1)", "/leads",
		"/console/\r\nSet-Cookie: a=b", "\\\\evil.example", "/console\\..\\..", "http:/console", "/console/callback", "",
		"/console/sign-in?to=/console", "/console//evil.example", "https:/console"} {
		w := b.browser()
		if got := w.get(w.callback("sales", to)).want(http.StatusSeeOther).to(); got != "/console" {
			t.Errorf("%q leads to %q", to, got)
		}
	}
	w := b.browser()
	const inside = "/console/leads?owner=me&state=new"
	if got := w.get(w.callback("sales", inside)).to(); got != inside {
		t.Errorf("%q leads to %q", inside, got)
	}
}

// Session fixation: a session that was there before the sign-in is not the one after it.
func TestSessionFixation(t *testing.T) {
	t.Parallel()
	b := start(t)
	planted := b.as("manager").jar[session]
	w := b.browser()
	w.jar[session] = planted
	w.get(w.callback("sales", "/console")).want(http.StatusSeeOther)
	if w.jar[session] == planted {
		t.Fatal("the planted session stays")
	}
	if text := visible(w.get("/console").page()); !strings.Contains(text, b.staff("sales").Name) {
		t.Errorf("somebody else is signed in:\n%s", text)
	}
}

// Ten thousand cookies that nobody was given: changed, cut, of another use, under other keys, out of date.
func TestForgedCookiesOpenNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	good := b.as("manager")
	mine := good.jar[session]
	other := b.browser()
	_ = other.callback("manager", "/console")
	foreign, err := token.NewRing(kerneltest.Key("another"))
	if err != nil {
		t.Fatal(err)
	}
	const plain = `{"s":"local|manager","b":1,"a":1}`
	forge := rand.New(rand.NewPCG(1, 2))
	made := []string{other.jar["__Host-sign-in"], token.NewSeals(foreign, "console session").Seal([]byte(plain)),
		base64.RawURLEncoding.EncodeToString([]byte(plain)), "", mine + mine, strings.Repeat("A", 5000)}
	for len(made) < 10_000 {
		raw := []byte(mine)
		for range 1 + forge.IntN(4) {
			raw[forge.IntN(len(raw))] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[forge.IntN(64)]
		}
		if forge.IntN(3) == 0 {
			raw = raw[:forge.IntN(len(raw))]
		}
		if string(raw) != mine {
			made = append(made, string(raw))
		}
	}
	accepted := 0
	for _, cookie := range made {
		w := b.browser()
		if w.jar[session] = cookie; !w.refused() {
			accepted++
		}
	}
	if accepted != 0 || good.refused() {
		t.Errorf("%d of %d were accepted", accepted, len(made))
	}
}

// A session ends two hours after the last request, and twelve hours after it began. A copy of its cookie does too.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	b := start(t)
	idle := b.as("sales")
	copied := idle.jar[session]
	b.Clock.Advance(2*time.Hour - time.Minute)
	if idle.refused() {
		t.Error("a session is over before two hours")
	}
	b.Clock.Advance(2 * time.Minute)
	replayed := b.browser()
	if replayed.jar[session] = copied; !replayed.refused() {
		t.Error("an old copy of the cookie opens after two hours")
	}
	for range 9 {
		if idle.refused() {
			t.Fatal("a session that is used is over")
		}
		b.Clock.Advance(time.Hour + 10*time.Minute)
	}
	if !idle.refused() {
		t.Error("a session is not over after twelve hours")
	}
}

// Who has left is out at the next request, and does not come in again.
func TestWhoLeftIsOut(t *testing.T) {
	t.Parallel()
	b := start(t)
	w := b.as("sales")
	office := backoffice.Desk{Office: app.Office{Store: b.Open(t), Now: b.Clock.Now}}
	owner := app.Caller{Actor: staff.ActorOf(b.staff("owner")), Lang: words.En}
	at := b.Clock.Now()
	if _, err := office.ChangeStaff(t.Context(), owner, app.At(seed.StaffID(3), "", 1),
		func(in backoffice.StaffDetails) (backoffice.StaffDetails, error) {
			in.LeavesAt = &at
			return in, nil
		}); err != nil {
		t.Fatal(err)
	}
	b.Clock.Advance(30 * time.Second)
	if !w.refused() {
		t.Error("a colleague who has left is still in")
	}
	got := w.get(w.callback("sales", "/console")).want(http.StatusForbidden)
	if got.Header().Get("Set-Cookie") != "" || !strings.Contains(visible(got.page()), "No colleague stands behind") {
		t.Errorf("who has left reads\n%s", visible(got.page()))
	}
}

// Signing out ends the session of this browser; signing out everywhere ends all that began before.
func TestSignOut(t *testing.T) {
	t.Parallel()
	b := start(t)
	here, there := b.as("sales"), b.as("sales")
	colleague := b.as("sales-2")
	if to := here.post("/console/sign-out", nil).want(http.StatusSeeOther).to(); to != "/console/signed-out?at=issuer" {
		t.Errorf("sent to %s", to)
	}
	left := here.get("/console/signed-out?at=issuer").want(http.StatusOK)
	if onward := left.Header().Get("Refresh"); !strings.HasPrefix(onward, "0; url="+b.issuer.URL+"/logout?") {
		t.Errorf("the page leads to %q", onward)
	}
	if !here.refused() || there.refused() {
		t.Error("signing out ends another session than this browser's")
	}
	again := b.as("sales")
	kept := there.jar[session]
	again.post("/console/sign-out-everywhere", nil).want(http.StatusSeeOther)
	there.jar[session] = kept
	b.Clock.Advance(30 * time.Second)
	if !again.refused() || !there.refused() || colleague.refused() {
		t.Error("signing out everywhere ends other sessions than the colleague's own")
	}
	if b.as("sales").refused() {
		t.Error("a session that began later is over")
	}
}

// A form of another site, and one of which the browser does not say where it stood, does nothing.
func TestFormsOfOtherSitesDoNothing(t *testing.T) {
	t.Parallel()
	b := start(t)
	w, led := b.as("sales"), b.lead(1, lead.StateAssigned, b.staff("sales"))
	before := b.State()
	for name, header := range map[string][]string{
		"another site":       {"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
		"a neighbour":        {"Sec-Fetch-Site", "same-site", "Origin", "https://other.shop.example"},
		"an old browser":     {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
		"an unnamed site":    {"Sec-Fetch-Site", "", "Origin", "null"},
		"no word of a site":  {"Sec-Fetch-Site", "", "Origin", ""},
		"a site in disguise": {"Sec-Fetch-Site", "", "Origin", "http://shop.example"},
	} {
		kept := w.jar[session]
		w.post("/console/sign-out-everywhere", url.Values{}, header...).want(http.StatusForbidden)
		// neither with the session nor without it, as with a cookie that other sites do not send, is it offered again
		for _, victim := range []*browser{w, b.browser()} {
			form := url.Values{"contact.channel": {"call"}, "contact.note": {"planted"}, "_version": {"2"}, "_key": {"k"}}
			got := victim.post("/console/leads/"+led.ID+"/contact", form, header...).want(http.StatusForbidden)
			if strings.Contains(got.Body.String(), "planted") {
				t.Errorf("%s: the page holds what the other site filled in", name)
			}
		}
		if b.State() != before || w.jar[session] != kept {
			t.Errorf("%s: the form did something", name)
		}
	}
}

// The issuer that is away is said to be away.
func TestAnIssuerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.issuer.Close()
	got := b.browser().get("/console/sign-in").want(http.StatusServiceUnavailable)
	if !strings.Contains(visible(got.page()), "does not answer") {
		t.Errorf("the page says\n%s", visible(got.page()))
	}
}
