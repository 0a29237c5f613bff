package console

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"
	"time"

	"afterpress/functions/console/screen"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Addresses of the sign-in.
const (
	signInPath    = "/console/sign-in"
	callbackPath  = "/console/callback"
	signedOutPath = "/console/signed-out"
)

// signInLife is how long a person may take at the issuer.
const signInLife = 10 * time.Minute

// Issuer is where staff sign in: an OpenID Connect issuer that knows the console as a client without a secret.
type Issuer struct {
	Name      string // as its tokens say
	Discovery string // where it describes itself; empty: at its name
	Client    string // what it calls the console; empty: nobody can sign in yet

	mu    sync.Mutex
	known *issuer
}

// issuer is an issuer that has described itself.
type issuer struct {
	*oidc.Provider
	leave string // where a person signs out there; empty where it has no such place
}

// ask reads the issuer's description, once.
func (i *Issuer) ask(ctx context.Context) (*issuer, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known != nil {
		return i.known, nil
	}
	if i.Client == "" {
		return nil, fault.Fail(fault.Unavailable, "登录尚未设置完成。请管理员按部署说明设置控制台的网址。",
			"Sign-in is not set up yet. Ask your administrator to set the address of the console, as DEPLOY.md says.")
	}
	at := i.Name
	if i.Discovery != "" {
		at, ctx = i.Discovery, oidc.InsecureIssuerURLContext(ctx, i.Name)
	}
	provider, err := oidc.NewProvider(ctx, at)
	if err != nil {
		return nil, away(err)
	}
	var more struct {
		Leave string `json:"end_session_endpoint"`
	}
	if err := provider.Claims(&more); err != nil {
		return nil, away(err)
	}
	i.known = &issuer{provider, more.Leave}
	return i.known, nil
}

func away(cause error) error {
	return fault.Fail(fault.Unavailable, "登录服务暂时没有应答。请过一会儿再试。",
		"The sign-in service does not answer. Try again in a moment.").Because(cause)
}

// signIn is a sign-in that has begun in this browser. A cookie holds it, sealed.
type signIn struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	To       string `json:"t"` // where the person wants to go
	Ends     int64  `json:"x"` // milliseconds
}

// config is how the issuer is spoken to.
func (s *Server) config(at *issuer, site string) oauth2.Config {
	return oauth2.Config{ClientID: s.Issuer.Client, Endpoint: at.Endpoint(), RedirectURL: site + callbackPath,
		Scopes: []string{oidc.ScopeOpenID}}
}

// local is an address of the console itself that somebody may be led to after the sign-in. Anything else is the desk.
func local(to string) string {
	const desk = "/console"
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" ||
		strings.ContainsAny(to, "\\\r\n\t") {
		return desk
	}
	inside := u.Path == desk || strings.HasPrefix(u.Path, desk+"/")
	if !inside || path.Clean(u.Path) != u.Path || u.EscapedPath() != u.Path {
		return desk
	}
	switch u.Path {
	case signInPath, callbackPath, signedOutPath:
		return desk
	}
	u.Fragment = ""
	return u.String()
}

// startSignIn sends the person to the issuer. What has to come back is kept in a cookie of this browser.
func (s *Server) startSignIn(r *http.Request) (httpapi.Answer, error) {
	at, err := s.Issuer.ask(r.Context())
	if err != nil {
		return httpapi.Answer{}, err
	}
	begun := signIn{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		To: local(r.URL.Query().Get("to")), Ends: s.Now().Add(signInLife).UnixMilli()}
	plain, err := json.Marshal(begun)
	if err != nil {
		return httpapi.Answer{}, err
	}
	site, config := s.site(r), s.config(at, s.site(r))
	to := config.AuthCodeURL(begun.State, oidc.Nonce(begun.Nonce), oauth2.S256ChallengeOption(begun.Verifier))
	return withCookies(httpapi.SeeOther(to),
		baked(site, signInCookie, s.cookies().signIns.Seal(plain), signInLife)), nil
}

// lost is why a sign-in that comes back is not taken: another browser began it, or nobody did, or long ago.
func lost(why string) error {
	return fault.Fail(fault.Forbidden, "这次登录不是在此浏览器中开始的，或已过期。请重新登录。",
		"This sign-in did not begin in this browser, or it has expired. Sign in again.").Because(errors.New(why))
}

// begun is the sign-in that this browser began and the request ends.
func (s *Server) begun(r *http.Request) (b signIn, err error) {
	cookie, err := r.Cookie(cookieName(s.site(r), signInCookie))
	if err != nil {
		return b, lost("no cookie")
	}
	plain, ok := s.cookies().signIns.Open(cookie.Value)
	switch state := r.URL.Query().Get("state"); {
	case !ok || json.Unmarshal(plain, &b) != nil:
		return b, lost("not our cookie")
	case s.Now().UnixMilli() >= b.Ends:
		return b, lost("it took too long")
	case b.State == "" || subtle.ConstantTimeCompare([]byte(state), []byte(b.State)) != 1:
		return b, lost("another state")
	}
	return b, nil
}

// callback is where the issuer sends the person back. A session begins, always a new one, for somebody who works here.
func (s *Server) callback(r *http.Request) (httpapi.Answer, error) {
	b, err := s.begun(r)
	if err != nil {
		return httpapi.Answer{}, err
	}
	subject, err := s.redeem(r, b)
	if err != nil {
		return httpapi.Answer{}, err
	}
	fresh, site := s.cookies().begin(subject), s.site(r)
	if _, err := s.People.Session(r.Context(), subject, time.UnixMilli(fresh.Began)); err != nil {
		if fault.KindOf(err) != fault.Unauthenticated {
			return httpapi.Answer{}, err
		}
		return s.Screens.Stranger(r)
	}
	return withCookies(httpapi.SeeOther(local(b.To)),
		baked(site, sessionCookie, s.cookies().seal(fresh), sessionLife), baked(site, signInCookie, "", 0)), nil
}

// redeem exchanges the code for a token, and gives the subject for whom the issuer signed it.
func (s *Server) redeem(r *http.Request, b signIn) (subject string, err error) {
	at, err := s.Issuer.ask(r.Context())
	if err != nil {
		return "", err
	}
	code := r.URL.Query().Get("code")
	if code == "" {
		return "", lost(cmp.Or(r.URL.Query().Get("error"), "no code"))
	}
	config := s.config(at, s.site(r))
	tokens, err := config.Exchange(r.Context(), code, oauth2.VerifierOption(b.Verifier))
	var refused *oauth2.RetrieveError
	switch {
	case errors.As(err, &refused) && refused.Response.StatusCode < http.StatusInternalServerError:
		return "", lost("the issuer refuses the code")
	case err != nil:
		return "", away(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	verifier := at.VerifierContext(r.Context(), &oidc.Config{ClientID: s.Issuer.Client})
	id, err := verifier.Verify(r.Context(), raw)
	if err != nil {
		return "", lost("its token does not hold: " + err.Error())
	}
	if id.Nonce == "" || subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(b.Nonce)) != 1 {
		return "", lost("another nonce")
	}
	return id.Subject, nil
}

// signOut ends the session in this browser. The page that follows leads on to the issuer, which has a session too.
func (s *Server) signOut(r *http.Request) (httpapi.Answer, error) {
	return withCookies(httpapi.SeeOther(signedOutPath+"?at=issuer"), baked(s.site(r), sessionCookie, "", 0)), nil
}

// signOutEverywhere ends every session of the person, in this browser and in all others.
func (s *Server) signOutEverywhere(r *http.Request) (httpapi.Answer, error) {
	if err := s.backoffice().EndSessions(r.Context(), screen.Caller(r)); err != nil {
		return httpapi.Answer{}, err
	}
	return s.signOut(r)
}

// signedOut says so. A form may not lead to another site under our policy, so this page leads on to the issuer.
func (s *Server) signedOut(r *http.Request) (httpapi.Answer, error) {
	answer, err := s.Screens.SignedOut(r)
	if r.URL.Query().Get("at") != "issuer" {
		return answer, err
	}
	at, failed := s.Issuer.ask(r.Context())
	if failed != nil || at.leave == "" {
		return answer, err
	}
	back := s.site(r) + signedOutPath
	query := url.Values{"client_id": {s.Issuer.Client}, "logout_uri": {back}, "post_logout_redirect_uri": {back}}
	return answer.With("Refresh", "0; url="+at.leave+"?"+query.Encode()), err
}

// withCookies sets cookies with an answer.
func withCookies(a httpapi.Answer, all ...*http.Cookie) httpapi.Answer {
	a.Header = a.Header.Clone()
	if a.Header == nil {
		a.Header = http.Header{}
	}
	for _, c := range all {
		a.Header.Add("Set-Cookie", c.String())
	}
	return a
}
