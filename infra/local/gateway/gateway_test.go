package gateway

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"afterpress/infra/local/issuer"
	"afterpress/infra/local/lambda"
	"afterpress/infra/local/lambda/lambdatest"
	"afterpress/infra/local/sam"
)

var probe string

func TestMain(m *testing.M) { lambdatest.Main(m, &probe) }

// door is a gateway with one real function behind it.
type door struct {
	*httptest.Server
	tokens *issuer.Issuer
}

// open has a function with all the time that a busy machine needs.
func open(t *testing.T) door { return openFor(t, time.Minute) }

func openFor(t *testing.T, timeout time.Duration) door {
	t.Helper()
	f, err := lambda.Start(t.Context(), lambda.Spec{Name: "probe", Binary: probe, Timeout: timeout, Processes: 2,
		Log: filepath.Join(t.TempDir(), "log")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Stop)
	tokens, err := issuer.Open(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	keys, err := tokens.Keys()
	if err != nil {
		t.Fatal(err)
	}
	staff := &sam.JWT{Issuer: issuer.Name, Audience: []string{issuer.Client}, Scopes: []string{"openid"}}
	g := &Gateway{
		Routes: []sam.Route{
			{Method: "ANY", Path: "/leads", Function: "Probe", JWT: staff},
			{Method: "ANY", Path: "/leads/{proxy+}", Function: "Probe", JWT: staff},
			{Method: "ANY", Path: "/open/{proxy+}", Function: "Probe"},
			{Method: "ANY", Path: "/absent", Function: "Absent"},
		},
		Functions: map[string]Invoker{"Probe": f},
		Keys:      map[string]jwk.Set{issuer.Name: keys},
		Log:       slog.New(slog.DiscardHandler),
	}
	server := httptest.NewUnstartedServer(g)
	server.Config = g.Server()
	server.Start()
	t.Cleanup(server.Close)
	return door{server, tokens}
}

func (d door) send(t *testing.T, method, path string, body []byte, headers ...string) (*http.Response, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, d.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, text
}

func (d door) echo(t *testing.T, method, path string, body []byte, headers ...string) events.APIGatewayV2HTTPRequest {
	t.Helper()
	response, text := d.send(t, method, path, body, headers...)
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(text, &e); err != nil || response.StatusCode != 200 {
		t.Fatalf("%d %s", response.StatusCode, text)
	}
	return e
}

func TestPayload(t *testing.T) {
	d := open(t)
	token, err := d.tokens.Mint("stf_1", "manager", "sales")
	if err != nil {
		t.Fatal(err)
	}
	e := d.echo(t, "POST", "/leads/a%20b/c?x=1&x=2&y=%20", []byte(`{"a":1}`), "Authorization", "Bearer "+token,
		"Content-Type", "application/json", "X-Two", "1", "X-Two", "2", "Cookie", "a=1; b=2", "User-Agent", "test")

	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "ANY /leads/{proxy+}", RawPath: "/leads/a b/c", RawQueryString: "x=1&x=2&y=%20",
		Cookies: []string{"a=1", "b=2"}, Body: `{"a":1}`, Headers: e.Headers, RequestContext: e.RequestContext,
		QueryStringParameters: map[string]string{"x": "1,2", "y": " "}, PathParameters: map[string]string{"proxy": "a b/c"},
	}
	if !reflect.DeepEqual(e, want) {
		t.Errorf("got  %+v\nwant %+v", e, want)
	}
	for name, value := range map[string]string{"x-two": "1,2", "content-type": "application/json",
		"x-forwarded-for": "127.0.0.1", "cookie": ""} {
		if e.Headers[name] != value {
			t.Errorf("header %s is %q", name, e.Headers[name])
		}
	}
	c := e.RequestContext
	if c.HTTP.Method != "POST" || c.HTTP.Path != "/leads/a b/c" || c.HTTP.SourceIP != "127.0.0.1" ||
		c.HTTP.UserAgent != "test" ||
		c.Stage != "$default" || c.RequestID == "" || time.Since(time.UnixMilli(c.TimeEpoch)) > time.Minute {
		t.Errorf("context %+v", c)
	}
	claims := c.Authorizer.JWT.Claims
	if claims["sub"] != "stf_1" || claims["cognito:groups"] != "[manager sales]" || len(claims["exp"]) != 10 {
		t.Errorf("claims %v", claims)
	}
}

func TestBodiesThatAreNotTextTravelAsBase64(t *testing.T) {
	d := open(t)
	for kind, want := range map[string]string{
		"application/x-www-form-urlencoded": "bmFtZT1h",
		"application/octet-stream":          "bmFtZT1h",
		"":                                  "bmFtZT1h",
		"text/plain; charset=utf-8":         "name=a",
	} {
		e := d.echo(t, "POST", "/open/echo", []byte("name=a"), "Content-Type", kind)
		if e.Body != want || e.IsBase64Encoded != (want != "name=a") {
			t.Errorf("%s: %q, %v", kind, e.Body, e.IsBase64Encoded)
		}
	}
	if response, body := d.send(t, "GET", "/open/binary", nil); !bytes.Equal(body, []byte{0, 1, 2, 255}) ||
		response.Header.Get("Content-Type") != "application/octet-stream" {
		t.Errorf("%v %v", response.Header, body)
	}
}

func TestCookiesAndHead(t *testing.T) {
	d := open(t)
	response, _ := d.send(t, "POST", "/open/cookies", nil)
	if got := response.Header.Values("Set-Cookie"); response.StatusCode != 303 ||
		!reflect.DeepEqual(got, []string{"a=1; Path=/", "b=2"}) {
		t.Errorf("%d, cookies %v", response.StatusCode, got)
	}
	if response, body := d.send(t, "HEAD", "/open/binary", nil); response.StatusCode != 200 || len(body) != 0 ||
		response.ContentLength != 4 {
		t.Errorf("HEAD: %d, %d bytes, length %d", response.StatusCode, len(body), response.ContentLength)
	}
}

func TestTokens(t *testing.T) {
	d := open(t)
	good, err := d.tokens.Mint("stf_1")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := d.tokens.Keys()
	if err != nil {
		t.Fatal(err)
	}
	real, _ := keys.Key(0)
	id, _ := real.KeyID()
	stranger, _ := newKey(t, id)
	forged := sign(t, stranger,
		jwt.NewBuilder().Issuer(issuer.Name).Claim("client_id", issuer.Client).Expiration(time.Now().Add(time.Hour)))
	unsigned := "eyJhbGciOiJub25lIn0." + strings.Split(good, ".")[1] + "."
	for name, test := range map[string]struct {
		header string
		want   int
	}{
		"good":         {"Bearer " + good, 200},
		"bare":         {good, 200},
		"none":         {"", 401},
		"other key":    {"Bearer " + forged, 401},
		"changed":      {"Bearer " + good[:len(good)-4] + "AAAA", 401},
		"unsigned":     {"Bearer " + unsigned, 401},
		"not a token":  {"Bearer x", 401},
		"other scheme": {"Basic " + good, 401},
	} {
		response, body := d.send(t, "GET", "/leads", nil, "Authorization", test.header)
		if response.StatusCode != test.want {
			t.Errorf("%s: %d", name, response.StatusCode)
		}
		if test.want == 401 && (string(body) != `{"message":"Unauthorized"}` ||
			response.Header.Get("Www-Authenticate") == "") {
			t.Errorf("%s: %v %s", name, response.Header, body)
		}
	}
}

func TestTokensForOthersOrOutOfTime(t *testing.T) {
	now := time.Now()
	want := &sam.JWT{Issuer: "https://a", Audience: []string{"staff"}}
	private, keys := newKey(t, "one")
	base := func() *jwt.Builder {
		return jwt.NewBuilder().Issuer("https://a").Audience([]string{"other", "staff"}).Expiration(now.Add(time.Hour))
	}
	for name, test := range map[string]struct {
		b    *jwt.Builder
		good bool
	}{
		"good":                 {base(), true},
		"late":                 {base().Expiration(now.Add(-time.Second)), false},
		"early":                {base().NotBefore(now.Add(time.Hour)), false},
		"other issuer":         {base().Issuer("https://b"), false},
		"other audience":       {base().Audience([]string{"other"}), false},
		"client_id beside aud": {base().Audience([]string{"other"}).Claim("client_id", "staff"), false},
		"no audience":          {jwt.NewBuilder().Issuer("https://a").Expiration(now.Add(time.Hour)), false},
		"without end":          {jwt.NewBuilder().Issuer("https://a").Audience([]string{"staff"}), false},
		"client_id instead of an aud": {jwt.NewBuilder().Issuer("https://a").Claim("client_id",
			"staff").Expiration(now.Add(time.Hour)), true},
	} {
		if _, err := verify(sign(t, private, test.b), want, keys); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// newKey makes a key with the id, and the set of its public half.
func newKey(t *testing.T, id string) (jwk.Key, jwk.Set) {
	t.Helper()
	raw, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private, err := jwk.Import(raw)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{jwk.KeyIDKey: id, jwk.AlgorithmKey: jwa.RS256()} {
		if err := private.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	public, err := private.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	keys := jwk.NewSet()
	if err := keys.AddKey(public); err != nil {
		t.Fatal(err)
	}
	return private, keys
}

func sign(t *testing.T, key jwk.Key, b *jwt.Builder) string {
	t.Helper()
	token, err := b.Build()
	if err != nil {
		t.Fatal(err)
	}
	text, err := jwt.Sign(token, jwt.WithKey(jwa.RS256(), key))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWhatGoesWrong(t *testing.T) {
	d := open(t)
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/nowhere":        {404, `{"message":"Not Found"}`},
		"/leadsandmore":   {404, `{"message":"Not Found"}`},
		"/open/":          {404, `{"message":"Not Found"}`},
		"/open/fail":      {500, `{"message":"Internal Server Error"}`},
		"/open/panic":     {500, `{"message":"Internal Server Error"}`},
		"/open/exit":      {500, `{"message":"Internal Server Error"}`},
		"/open/malformed": {500, `{"message":"Internal Server Error"}`},
		"/open/large":     {500, `{"message":"Internal Server Error"}`},
		"/absent":         {503, `{"message":"Service Unavailable"}`},
	} {
		response, body := d.send(t, "GET", path, nil)
		if response.StatusCode != want.status || string(body) != want.body || response.Header.Get("Apigw-Requestid") == "" {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	d.echo(t, "GET", "/open/echo", nil) // and it still answers
	slow := openFor(t, time.Second)
	if response, body := slow.send(t, "GET", "/open/hang", nil); response.StatusCode != 500 ||
		string(body) != `{"message":"Internal Server Error"}` {
		t.Errorf("what hangs: %d %s", response.StatusCode, body)
	}
}

func TestHeadLimit(t *testing.T) {
	d := open(t)
	response, body := d.send(t, "GET", "/open/echo?q="+strings.Repeat("a", 10240), nil)
	if response.StatusCode != 431 || string(body) != `{"message":"Request Header Fields Too Large"}` ||
		response.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %s", response.StatusCode, response.Header, body)
	}
	d.echo(t, "GET", "/open/echo?q="+strings.Repeat("a", 9000), nil)
}

func TestBodyLimit(t *testing.T) {
	d := open(t)
	text := bytes.Repeat([]byte("x"), 6<<20)
	for name, test := range map[string]struct {
		body []byte
		kind string
		want int
	}{
		"text under 6 MB":             {text[:5<<20], "text/plain", 200},
		"text of 6 MB":                {text, "text/plain", 413},
		"binary that base64 makes so": {text[:5<<20], "application/octet-stream", 413},
		"over 10 MB":                  {bytes.Repeat(text, 2), "text/plain", 413},
	} {
		if response, body := d.send(t, "POST", "/open/echo", test.body, "Content-Type",
			test.kind); response.StatusCode != test.want {
			t.Errorf("%s: %d %.100s", name, response.StatusCode, body)
		}
	}
}

// stuck never answers.
type stuck struct{}

func (stuck) Invoke(ctx context.Context, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestNoAnswerIs503(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	g := &Gateway{Functions: map[string]Invoker{"Stuck": stuck{}}}
	if _, no := g.invoke(ctx, "Stuck", nil); no == nil || no.status != 503 {
		t.Errorf("%+v", no)
	}
}

func TestMostSpecificRouteWins(t *testing.T) {
	routes := []sam.Route{
		{Method: "ANY", Path: "/{proxy+}"}, {Method: "ANY", Path: "/a/{proxy+}"}, {Method: "ANY", Path: "/a/{id}"},
		{Method: "GET", Path: "/a/{id}"}, {Method: "ANY", Path: "/a/b"}, {Method: "POST", Path: "/a"},
	}
	for request, want := range map[string]string{
		"GET /a/b":   "ANY /a/b",
		"GET /a/c":   "GET /a/{id}",
		"PUT /a/c":   "ANY /a/{id}",
		"GET /a/b/c": "ANY /a/{proxy+}",
		"POST /a":    "POST /a",
		"GET /a":     "ANY /{proxy+}",
		"GET /x/y":   "ANY /{proxy+}",
		"GET /":      "",
	} {
		method, path, _ := strings.Cut(request, " ")
		m, _ := match(routes, method, path)
		if m.key != want {
			t.Errorf("%s goes to %q, not %q", request, m.key, want)
		}
	}
}
