package issuer

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

const site = "http://127.0.0.1:1"

// opened is the page of sign-in, for a shop of one person.
func opened(t *testing.T) *httptest.Server {
	t.Helper()
	keys, err := Open(filepath.Join(t.TempDir(), "issuer.pem"))
	if err != nil {
		t.Fatal(err)
	}
	s := &SignIn{Issuer: keys, Sites: []string{site}, People: func(context.Context) ([]Person, error) {
		return []Person{{"local|sales", "陈立 <b>", "sales"}}, nil
	}}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	s.URL = server.URL
	return server
}

// asking is a request to sign in that is right, but for what changes say.
func asking(changes ...string) string {
	q := url.Values{"client_id": {Console}, "redirect_uri": {site + "/console/callback"}, "response_type": {"code"},
		"scope": {"openid"}, "state": {"s"}, "nonce": {"n"}, "code_challenge_method": {"S256"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}} // of the verifier below (RFC 7636, appendix B)
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
	}
	return "/authorize?" + q.Encode()
}

const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

var still = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func posted(t *testing.T, to string, form url.Values) *http.Response {
	t.Helper()
	answer, err := still.PostForm(to, form)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

// A code is redeemed once, by the client with the verifier.
func TestACodeIsRedeemedOnce(t *testing.T) {
	t.Parallel()
	server := opened(t)
	redeem := func(changes ...string) int {
		back := posted(t, server.URL+asking(), url.Values{"subject": {"local|sales"}}).Header.Get("Location")
		u, err := url.Parse(back)
		if err != nil || !strings.HasPrefix(back, site+"/console/callback?") || u.Query().Get("state") != "s" {
			t.Fatalf("sent back to %s, %v", back, err)
		}
		form := url.Values{"grant_type": {"authorization_code"}, "code": {u.Query().Get("code")}, "client_id": {Console},
			"redirect_uri": {site + "/console/callback"}, "code_verifier": {verifier}}
		for i := 0; i+1 < len(changes); i += 2 {
			form.Set(changes[i], changes[i+1])
		}
		status := posted(t, server.URL+"/token", form).StatusCode
		if again := posted(t, server.URL+"/token", form).StatusCode; again != http.StatusBadRequest {
			t.Errorf("a second time: %d", again)
		}
		return status
	}
	if got := redeem(); got != http.StatusOK {
		t.Errorf("%d", got)
	}
	for _, wrong := range [][]string{{"code_verifier", "another"}, {"client_id", "another"}, {"code", "another"},
		{"redirect_uri", site + "/console"}, {"grant_type", "password"}} {
		if got := redeem(wrong...); got != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, got)
		}
	}
}

// Only the console of this stack is led back to.
func TestOnlyTheConsoleIsLedBackTo(t *testing.T) {
	t.Parallel()
	server := opened(t)
	for _, wrong := range [][]string{{"client_id", Client}, {"redirect_uri", "http://evil.example/console/callback"},
		{"response_type", "token"}, {"scope", "email"}, {"state", ""}, {"nonce", ""}, {"code_challenge_method", "plain"},
		{"code_challenge", ""}} {
		if got := posted(t, server.URL+asking(wrong...), url.Values{"subject": {"local|sales"}}); got.StatusCode !=
			http.StatusBadRequest {
			t.Errorf("%v: %s", wrong, got.Status)
		}
	}
	for to, want := range map[string]int{site + "/console/signed-out": http.StatusSeeOther,
		"http://evil.example/console/signed-out": http.StatusBadRequest} {
		answer, err := still.Get(server.URL + "/logout?" + url.Values{"logout_uri": {to}}.Encode())
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s", to, answer.Status)
		}
	}
}
