package issuer

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwt"
)

// Console is what the issuer calls the console: the value of the template's parameter ConsoleClient on this machine.
const Console = "afterpress-console"

// codeLife is how long a code can be redeemed. It can be once.
const codeLife = time.Minute

// Person is somebody who may sign in.
type Person struct{ Subject, Name, Roles string }

// SignIn is the part of the issuer that a browser sees: a page where one picks who one is, in place of a password. It
// is for trial and development alone.
type SignIn struct {
	Issuer *Issuer
	URL    string   // where it answers
	Sites  []string // whose callback and signed-out pages may be led to
	People func(context.Context) ([]Person, error)

	mu    sync.Mutex
	codes map[string]granted
}

// granted is what a code stands for.
type granted struct {
	subject, nonce, challenge, callback string
	ends                                time.Time
}

// Handler answers the endpoints of OpenID Connect that the console needs.
func (s *SignIn) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", s.describe)
	mux.HandleFunc("GET /keys", s.keys)
	mux.HandleFunc("GET /authorize", s.ask)
	mux.HandleFunc("POST /authorize", s.grant)
	mux.HandleFunc("POST /token", s.redeem)
	mux.HandleFunc("GET /logout", s.leave)
	return mux
}

func (s *SignIn) describe(w http.ResponseWriter, _ *http.Request) {
	tell(w, http.StatusOK, map[string]any{
		"issuer": Name, "authorization_endpoint": s.URL + "/authorize", "token_endpoint": s.URL + "/token",
		"jwks_uri": s.URL + "/keys", "end_session_endpoint": s.URL + "/logout",
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256"}, "scopes_supported": []string{"openid"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"none"},
	})
}

func (s *SignIn) keys(w http.ResponseWriter, _ *http.Request) {
	keys, err := s.Issuer.Keys()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	tell(w, http.StatusOK, keys)
}

func tell(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the caller is gone
}

// asked reports whether a request to sign in is one that the issuer takes; why says what is wrong with it.
func (s *SignIn) asked(q url.Values) (why string) {
	callback := q.Get("redirect_uri")
	switch {
	case q.Get("client_id") != Console:
		return "no such client"
	case !slices.ContainsFunc(s.Sites, func(site string) bool { return callback == site+"/console/callback" }):
		return "this callback is not known"
	case q.Get("response_type") != "code" || !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		return "only code for openid"
	case q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43:
		return "PKCE with S256 is needed"
	case q.Get("state") == "" || q.Get("nonce") == "":
		return "state and nonce are needed"
	}
	return ""
}

var chooser = template.Must(template.New("chooser").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Who are you? · 您是哪位？</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}
button{font:inherit;display:block;width:100%;min-height:48px;margin:0 0 8px;text-align:start;padding:8px 16px}</style>
</head><body><main><h1>Who are you? · <span lang="zh-Hans">您是哪位？</span></h1>
<p>This page stands for the shop's sign-in on this machine.</p>
<form method="post">{{range .}}<button name="subject" value="{{.Subject}}">{{.Name}} · {{.Roles}}</button>{{end}}</form>
</main></body></html>`))

// ask shows who may sign in.
func (s *SignIn) ask(w http.ResponseWriter, r *http.Request) {
	if why := s.asked(r.URL.Query()); why != "" {
		http.Error(w, why, http.StatusBadRequest)
		return
	}
	people, err := s.People(r.Context())
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = chooser.Execute(w, people) // the caller is gone
}

// grant sends the person back with a code.
func (s *SignIn) grant(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if why := s.asked(q); why != "" {
		http.Error(w, why, http.StatusBadRequest)
		return
	}
	code := rand.Text()
	s.mu.Lock()
	if s.codes == nil {
		s.codes = map[string]granted{}
	}
	s.codes[code] = granted{r.PostFormValue("subject"), q.Get("nonce"), q.Get("code_challenge"), q.Get("redirect_uri"),
		time.Now().Add(codeLife)}
	s.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

// redeem gives the token for a code: once, to the client that has the verifier.
func (s *SignIn) redeem(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	g, known := s.codes[r.PostFormValue("code")]
	delete(s.codes, r.PostFormValue("code"))
	s.mu.Unlock()
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	proof := base64.RawURLEncoding.EncodeToString(sum[:])
	client, _, basic := r.BasicAuth()
	if !basic {
		client = r.PostFormValue("client_id")
	}
	if !known || time.Now().After(g.ends) || r.PostFormValue("grant_type") != "authorization_code" || client != Console ||
		r.PostFormValue("redirect_uri") != g.callback || subtle.ConstantTimeCompare([]byte(proof), []byte(g.challenge)) != 1 {
		tell(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	id, err := s.Issuer.identify(g.subject, g.nonce)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	tell(w, http.StatusOK, map[string]any{"id_token": id, "access_token": rand.Text(), "token_type": "Bearer",
		"expires_in": int(codeLife.Seconds())})
}

// identify signs an ID token for the console.
func (i *Issuer) identify(subject, nonce string) (string, error) {
	now := time.Now()
	return i.sign(jwt.NewBuilder().Issuer(Name).Subject(subject).Audience([]string{Console}).IssuedAt(now).
		Expiration(now.Add(codeLife)).Claim("nonce", nonce).Claim("token_use", "id"))
}

// leave leads back to the console. The issuer keeps no session of its own.
func (s *SignIn) leave(w http.ResponseWriter, r *http.Request) {
	back := r.URL.Query().Get("logout_uri")
	if !slices.ContainsFunc(s.Sites, func(site string) bool { return back == site+"/console/signed-out" }) {
		http.Error(w, "this address is not known", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}
