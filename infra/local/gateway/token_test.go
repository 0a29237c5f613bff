package gateway

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/sam"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

// What the route of these tests asks of a token.
const (
	trustedIssuer = "https://issuer.example"
	trustedClient = "staff"
	trustedScope  = "openid"
	trustedKey    = "one"
)

// object is a header or the claims of a token.
type object map[string]any

// with is the object with other values; a nil takes the member away.
func (o object) with(members object) object {
	out := maps.Clone(o)
	for name, value := range members {
		if out[name] = value; value == nil {
			delete(out, name)
		}
	}
	return out
}

// signing proves the text before the signature.
type signing func(text []byte) []byte

// forge writes a token by hand, as a library would refuse to; header and claims may be texts, which are taken as
// they are.
func forge(t *testing.T, header, claims any, sign signing) string {
	t.Helper()
	part := func(v any) string {
		text, ok := v.(string)
		if !ok {
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			text = string(raw)
		}
		return base64.RawURLEncoding.EncodeToString([]byte(text))
	}
	text := part(header) + "." + part(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(text)))
}

func unsigned([]byte) []byte { return nil }

func digest(h crypto.Hash, text []byte) []byte {
	sum := h.New()
	sum.Write(text)
	return sum.Sum(nil)
}

func byRSA(t *testing.T, key *rsa.PrivateKey, h crypto.Hash, padding crypto.SignerOpts) signing {
	return func(text []byte) []byte {
		t.Helper()
		signature, err := key.Sign(rand.Reader, digest(h, text), padding)
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
}

func byHMAC(h crypto.Hash, key []byte) signing {
	return func(text []byte) []byte {
		sum := hmac.New(h.New, key)
		sum.Write(text)
		return sum.Sum(nil)
	}
}

// counted is a function that counts its invocations.
type counted struct{ calls int }

func (c *counted) Invoke(context.Context, []byte) ([]byte, error) {
	c.calls++
	return []byte(`{"statusCode":200}`), nil
}

// guard is a gateway with one guarded route, and the key whose tokens it takes.
type guard struct {
	*Gateway
	behind counted
	key    *rsa.PrivateKey
	header object
	claims object
}

func guarded(t *testing.T) *guard {
	t.Helper()
	private, keys := newKey(t, trustedKey)
	g := &guard{key: new(rsa.PrivateKey)}
	if err := jwk.Export(private, g.key); err != nil {
		t.Fatal(err)
	}
	g.Gateway = &Gateway{
		Routes: []sam.Route{{Method: "ANY", Path: "/leads", Function: "Api",
			JWT: &sam.JWT{Issuer: trustedIssuer, Audience: []string{trustedClient}, Scopes: []string{trustedScope}}}},
		Functions: map[string]Invoker{"Api": &g.behind},
		Keys:      map[string]jwk.Set{trustedIssuer: keys},
		Log:       slog.New(slog.DiscardHandler),
	}
	now := time.Now().Unix()
	g.header = object{"alg": "RS256", "kid": trustedKey}
	g.claims = object{"iss": trustedIssuer, "sub": "stf_1", "client_id": trustedClient, "token_use": "access",
		"scope": "email " + trustedScope, "iat": now, "exp": now + 3600}
	return g
}

// truly signs as the issuer does.
func (g *guard) truly(t *testing.T) signing { return byRSA(t, g.key, crypto.SHA256, crypto.SHA256) }

// ask sends the header as it is, so that even one that no client would send arrives.
func (g *guard) ask(authorization ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/leads", nil)
	r.Header["Authorization"] = authorization
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

func TestBadTokensNeverReachTheFunction(t *testing.T) {
	g := guarded(t)
	if w := g.ask("Bearer " + forge(t, g.header, g.claims, g.truly(t))); w.Code != 200 || g.behind.calls != 1 {
		t.Fatalf("the token that all others spoil: %d %s", w.Code, w.Body)
	}
	g.behind.calls = 0
	bad := map[string]string{}
	for about, claims := range badClaims(g.claims) {
		bad["claims: "+about] = "Bearer " + forge(t, g.header, claims, g.truly(t))
	}
	for about, token := range badSignatures(t, g) {
		bad["signature: "+about] = "Bearer " + token
	}
	for about, header := range badHeaders(forge(t, g.header, g.claims, g.truly(t))) {
		bad["header: "+about] = header
	}
	if len(bad) < 60 {
		t.Errorf("only %d bad tokens", len(bad))
	}
	for about, header := range bad {
		w := g.ask(header)
		if w.Code != http.StatusUnauthorized || w.Body.String() != `{"message":"Unauthorized"}` ||
			w.Header().Get("Www-Authenticate") == "" {
			t.Errorf("%s: %d %v %s", about, w.Code, w.Header(), w.Body)
		}
	}
	if g.behind.calls != 0 {
		t.Errorf("the function was invoked %d times", g.behind.calls)
	}
}

// ours is a door of Afterpress behind the gateway, which takes an id token of its own client as AWS does.
type ours struct{ opened int }

func (d *ours) Actor(context.Context, string) (staff.Actor, error) {
	return staff.Actor{ID: "stf_1", Roles: []staff.Role{staff.Owner}}, nil
}

func (d *ours) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, err
	}
	answer, err := httpapi.Proxy(httpapi.Door{
		Routes: []httpapi.Route{{Pattern: "GET /leads", Action: permission.ReadLeads,
			Handle: func(*http.Request) (httpapi.Answer, error) {
				d.opened++
				return httpapi.OK("leads"), nil
			}}},
		Who: d, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}.Handler())(ctx, e)
	if err != nil {
		return nil, err
	}
	return json.Marshal(answer)
}

func TestBehindTheGatewayOnlyAnAccessTokenOpensTheDoor(t *testing.T) {
	g, d := guarded(t), &ours{}
	g.Functions["Api"] = d
	id := g.claims.with(object{"client_id": nil, "aud": trustedClient, "token_use": "id", "scope": nil})
	for about, c := range map[string]struct {
		claims object
		status int
	}{
		"access token":                  {g.claims, 200},
		"an issuer without token_use":   {g.claims.with(object{"token_use": nil}), 200},
		"id token of the own client":    {id, 403},
		"id token of a silent issuer":   {id.with(object{"token_use": nil}), 403},
		"id token that has the scope":   {id.with(object{"scope": trustedScope}), 401},
		"another scope":                 {g.claims.with(object{"scope": "openidx email"}), 403},
		"a scope with a sign behind it": {g.claims.with(object{"scope": trustedScope + ","}), 403},
		"an empty scope":                {g.claims.with(object{"scope": ""}), 403},
		"a scope in scp":                {g.claims.with(object{"scope": nil, "scp": "a " + trustedScope}), 200},
		"a scope in a list":             {g.claims.with(object{"scope": nil, "scp": []string{"a", trustedScope}}), 200},
		"a scope that is a number":      {g.claims.with(object{"scope": 1}), 403},
		"id token with a client":        {g.claims.with(object{"token_use": "id"}), 401},
		"id token with roles":           {id.with(object{"cognito:groups": []string{"owner"}, "role": "owner"}), 403},
		"token_use capitals":            {g.claims.with(object{"token_use": "ACCESS"}), 401},
		"token_use a list":              {g.claims.with(object{"token_use": []string{"access"}}), 401},
		"token_use a number":            {g.claims.with(object{"token_use": 1}), 401},
		"an access token of nobody":     {g.claims.with(object{"sub": nil}), 401},
		"groups make no access token":   {id.with(object{"scope": "openid"}), 401},
		"aud beside a client, for both": {g.claims.with(object{"aud": trustedClient}), 200},
	} {
		d.opened = 0
		w := g.ask("Bearer " + forge(t, g.header, c.claims, g.truly(t)))
		if w.Code != c.status || (d.opened == 1) != (c.status == 200) {
			t.Errorf("%s: %d %s, opened %d times", about, w.Code, w.Body, d.opened)
		}
	}
}

// badClaims are signed as they should be and say what they should not.
func badClaims(good object) map[string]any {
	now := time.Now().Unix()
	other := func(name string, value any) object { return good.with(object{name: value}) }
	audience := func(value any) object { return good.with(object{"aud": value, "client_id": nil}) }
	return map[string]any{
		"issuer: none":                other("iss", nil),
		"issuer: another":             other("iss", "https://other.example"),
		"issuer: empty":               other("iss", ""),
		"issuer: with a slash":        other("iss", trustedIssuer+"/"),
		"issuer: continued":           other("iss", trustedIssuer+".evil.example"),
		"issuer: capitals":            other("iss", strings.ToUpper(trustedIssuer)),
		"issuer: number":              other("iss", 1),
		"issuer: list":                other("iss", []string{trustedIssuer}),
		"end: none":                   other("exp", nil),
		"end: now":                    other("exp", now),
		"end: a second ago":           other("exp", now-1),
		"end: zero":                   other("exp", 0),
		"end: before 1970":            other("exp", -1),
		"end: words":                  other("exp", "tomorrow"),
		"end: yes":                    other("exp", true),
		"end: list":                   other("exp", []int64{now + 3600}),
		"begin: in a minute":          other("nbf", now+60),
		"begin: words":                other("nbf", "now"),
		"issued: in a minute":         other("iat", now+60),
		"issued: words":               other("iat", "now"),
		"client: none":                other("client_id", nil),
		"client: another":             other("client_id", "other"),
		"client: empty":               other("client_id", ""),
		"client: capitals":            other("client_id", "STAFF"),
		"client: with a space":        other("client_id", "staff "),
		"client: list":                other("client_id", []string{trustedClient}),
		"client: number":              other("client_id", 1),
		"audience: another":           audience("other"),
		"audience: empty":             audience(""),
		"audience: nobody":            audience([]string{}),
		"audience: others":            audience([]string{"other", "another"}),
		"audience: object":            audience(object{trustedClient: true}),
		"audience: right client only": other("aud", "other"),
		"id token of another client":  audience("other").with(object{"token_use": "id"}),
		"no object":                   `[]`,
		"text":                        `"stf_1"`,
		"null":                        `null`,
		"nothing":                     ``,
		"cut off":                     `{"iss":"` + trustedIssuer,
	}
}

// badSignatures say what they should, and nobody whom the route trusts has signed it.
func badSignatures(t *testing.T, g *guard) map[string]string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&g.key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	published, err := json.Marshal(g.Keys[trustedIssuer])
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	foreign := byRSA(t, stranger, crypto.SHA256, crypto.SHA256)
	token := func(header object, sign signing) string { return forge(t, g.header.with(header), g.claims, sign) }
	good := token(nil, g.truly(t))
	parts := strings.Split(good, ".")
	later := strings.Split(forge(t, g.header, g.claims.with(object{"sub": "stf_2"}), g.truly(t)), ".")
	out := map[string]string{
		"alg none":                     token(object{"alg": "none"}, unsigned),
		"alg None":                     token(object{"alg": "None"}, unsigned),
		"alg NONE with a signature":    token(object{"alg": "NONE"}, g.truly(t)),
		"alg none without a key id":    token(object{"alg": "none", "kid": nil}, unsigned),
		"alg empty":                    token(object{"alg": ""}, unsigned),
		"alg missing":                  token(object{"alg": nil}, g.truly(t)),
		"alg unknown":                  token(object{"alg": "RS257"}, g.truly(t)),
		"alg a number":                 token(object{"alg": 256}, g.truly(t)),
		"HS256 by the public key, PEM": token(object{"alg": "HS256"}, byHMAC(crypto.SHA256, public)),
		"HS256 by the public key, DER": token(object{"alg": "HS256"}, byHMAC(crypto.SHA256, der)),
		"HS256 by the modulus":         token(object{"alg": "HS256"}, byHMAC(crypto.SHA256, g.key.N.Bytes())),
		"HS256 by the published keys":  token(object{"alg": "HS256"}, byHMAC(crypto.SHA256, published)),
		"HS256 by nothing":             token(object{"alg": "HS256"}, byHMAC(crypto.SHA256, nil)),
		"HS512 by the public key":      token(object{"alg": "HS512"}, byHMAC(crypto.SHA512, public)),
		"RS384 by the right key":       token(object{"alg": "RS384"}, byRSA(t, g.key, crypto.SHA384, crypto.SHA384)),
		"PS256 by the right key": token(object{"alg": "PS256"},
			byRSA(t, g.key, crypto.SHA256, &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256})),
		"RS256 said, PS256 done": token(nil,
			byRSA(t, g.key, crypto.SHA256, &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256})),
		"another key":                  token(nil, foreign),
		"another key under its own id": token(object{"kid": "two"}, foreign),
		"another key, brought along": token(object{"jwk": object{"kty": "RSA", "n": stranger.N.Bytes(), "e": "AQAB"}},
			foreign),
		"another key, to be fetched": token(object{"jku": "https://evil.example/keys",
			"x5u": "https://evil.example/cert"}, foreign),
		"key id missing": token(object{"kid": nil}, g.truly(t)),
		"key id empty":   token(object{"kid": ""}, g.truly(t)),
		"key id unknown": token(object{"kid": "two"}, g.truly(t)),
		"key id a path": token(object{"alg": "HS256", "kid": "../../../../dev/null"},
			byHMAC(crypto.SHA256, nil)),
		"key id a query":                token(object{"kid": "one' OR '1'='1"}, foreign),
		"key id a number":               token(object{"kid": 1}, g.truly(t)),
		"an extension that must be met": token(object{"crit": []string{"else"}, "else": true}, g.truly(t)),
		"signature empty":               parts[0] + "." + parts[1] + ".",
		"signature cut":                 good[:len(good)-8],
		"signature of another token":    parts[0] + "." + parts[1] + "." + later[2],
		"claims of another token":       parts[0] + "." + later[1] + "." + parts[2],
		"signature by nothing":          token(nil, unsigned),
		"signature of zeros":            token(nil, func([]byte) []byte { return make([]byte, 256) }),
	}
	maps.Copy(out, otherFamilies(t, token))
	return out
}

// otherFamilies are signed by keys of another kind.
func otherFamilies(t *testing.T, token func(object, signing) string) map[string]string {
	t.Helper()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"ES256": token(object{"alg": "ES256"}, func(text []byte) []byte {
			r, s, err := ecdsa.Sign(rand.Reader, curve, digest(crypto.SHA256, text))
			if err != nil {
				t.Fatal(err)
			}
			return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
		}),
		"ES256 of zeros": token(object{"alg": "ES256"}, func([]byte) []byte { return make([]byte, 64) }),
		"EdDSA":          token(object{"alg": "EdDSA"}, func(text []byte) []byte { return ed25519.Sign(edwards, text) }),
	}
}

// badHeaders carry a good token in a way that nobody takes, or something else.
func badHeaders(good string) map[string]string {
	parts := strings.Split(good, ".")
	flat := `{"protected":"` + parts[0] + `","payload":"` + parts[1] + `","signature":"` + parts[2] + `"}`
	return map[string]string{
		"nothing":                   "",
		"only the scheme":           "Bearer",
		"the scheme and a space":    "Bearer ",
		"the scheme twice":          "Bearer Bearer " + good,
		"another scheme":            "Basic " + good,
		"Token":                     "Token " + good,
		"a colon":                   "Bearer: " + good,
		"no space":                  "Bearer" + good,
		"quotes":                    `Bearer "` + good + `"`,
		"two tokens":                "Bearer " + good + ", Bearer " + good,
		"something behind":          "Bearer " + good + " x",
		"something before":          "Bearer x " + good,
		"a line break within":       "Bearer " + parts[0] + ".\r\n" + parts[1] + "." + parts[2],
		"a NUL behind":              "Bearer " + good + "\x00",
		"escapes":                   "Bearer " + strings.ReplaceAll(good, ".", "%2E"),
		"one part":                  "Bearer " + parts[0],
		"two parts":                 "Bearer " + parts[0] + "." + parts[1],
		"four parts":                "Bearer " + good + "." + parts[2],
		"five parts, as if sealed":  "Bearer " + good + "." + parts[1] + "." + parts[2],
		"without the header's part": "Bearer ." + parts[1] + "." + parts[2],
		"without the claims":        "Bearer " + parts[0] + ".." + parts[2],
		"JSON instead of dots":      "Bearer " + flat,
		"JSON with a list": `Bearer {"payload":"` + parts[1] + `","signatures":[{"protected":"` + parts[0] +
			`","signature":"` + parts[2] + `"}]}`,
		"claims in the clear": `Bearer {"iss":"` + trustedIssuer + `","client_id":"` + trustedClient +
			`","exp":4102444800}`,
		"null":                   "Bearer null",
		"undefined":              "Bearer undefined",
		"words":                  "Bearer 你好，请开门",
		"bytes that are no text": "Bearer \xff\xfe.\xff.\xff",
		"a million dots":         "Bearer " + strings.Repeat(".", 1_000_000),
		"a million brackets":     "Bearer " + strings.Repeat("[", 1_000_000),
		"a million letters":      "Bearer " + strings.Repeat("A", 1_000_000) + "." + parts[1] + "." + parts[2],
	}
}
