package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"

	"github.com/aws/aws-lambda-go/events"
)

// event is what API Gateway sends, in the parts that the doors read.
func event(method, path, subject string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: path,
		Headers: map[string]string{"accept-language": "fr,zh;q=0.5"}}
	e.RequestContext.RequestID = "gw-id="
	e.RequestContext.DomainName = "api.shop.example"
	e.RequestContext.HTTP.Method = method
	e.RequestContext.HTTP.Path = path
	if subject != "" {
		e.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{
			JWT: &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: map[string]string{"sub": subject}},
		}
	}
	return e
}

func TestTheGatewaysTokenSaysWhoAsks(t *testing.T) {
	serve := httpapi.Proxy(newShop().Handler())
	for subject, status := range map[string]int{"ann": 200, "eve": 401, "": 401} {
		answer, err := serve(t.Context(), event("GET", "/leads/1", subject))
		if err != nil || answer.StatusCode != status || answer.Headers["X-Request-Id"] != "gw-id=" {
			t.Errorf("%q: %d %v %v", subject, answer.StatusCode, answer.Headers, err)
		}
		if status == 401 && answer.Headers["Content-Language"] != "zh" {
			t.Errorf("in %q", answer.Headers["Content-Language"])
		}
	}
	other := event("GET", "/leads/1", "")
	other.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: map[string]any{"sub": "ann"}}
	if answer, err := serve(t.Context(), other); err != nil || answer.StatusCode != 401 {
		t.Errorf("another authorizer: %d %v", answer.StatusCode, err)
	}
}

// Cognito's id token is signed by the same key for the same client, so that the gateway lets it through.
func TestOnlyATokenForAccessOpens(t *testing.T) {
	s := newShop()
	serve := httpapi.Proxy(s.Handler())
	for use, status := range map[string]int{"access": 200, "id": 401, "refresh": 401, "ACCESS": 401, "access ": 401,
		"[access]": 401} {
		e := event("GET", "/leads/1", "ann")
		e.RequestContext.Authorizer.JWT.Claims["token_use"] = use
		s.handled = 0
		answer, err := serve(t.Context(), e)
		if err != nil || answer.StatusCode != status || (s.handled == 1) != (status == 200) {
			t.Errorf("%q: %d %s %v, handled %d times", use, answer.StatusCode, answer.Body, err, s.handled)
		}
		e.RawPath, e.RequestContext.HTTP.Path = "/health", "/health"
		if answer, err := serve(t.Context(), e); err != nil || answer.StatusCode != 200 {
			t.Errorf("%q on a public route: %d %v", use, answer.StatusCode, err)
		}
	}
}

func TestABase64BodyIsTheSameBody(t *testing.T) {
	s := newShop()
	serve := httpapi.Proxy(s.Handler())
	plain := event("POST", "/leads", "ann")
	plain.Headers["idempotency-key"] = "a,b"
	plain.Body = `{"name":"王"}`
	coded := plain
	coded.Body, coded.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(plain.Body)), true
	first, err := serve(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	again, err := serve(t.Context(), coded)
	if err != nil || again.Body != first.Body || again.StatusCode != 201 ||
		again.Headers["Idempotent-Replayed"] != "true" || s.opened != 1 {
		t.Errorf("first %+v, again %+v, %v", first, again, err)
	}
}

// API Gateway hands the path over decoded. What was encoded in it stays in it, and begins no query.
func TestAQuestionMarkInAPathStaysThere(t *testing.T) {
	for path, want := range map[string]string{"/leads/a?lang=en": "a?lang=en", "/leads/a#x": "a#x", "/leads/a b": "a b"} {
		s, got := newShop(), ""
		s.Routes = []httpapi.Route{{Pattern: "GET /leads/{id}", Action: permission.Public,
			Handle: func(r *http.Request) (httpapi.Answer, error) {
				got = r.PathValue("id") + r.URL.RawQuery
				return httpapi.OK(map[string]string{}), nil
			}}}
		answer, err := httpapi.Proxy(s.Handler())(t.Context(), event("GET", path, "ann"))
		if err != nil || answer.StatusCode != 200 || got != want {
			t.Errorf("%q: %d, %q, %v", path, answer.StatusCode, got, err)
		}
	}
}

func TestAnAddressThatCannotBeReadIsAnswered(t *testing.T) {
	s := newShop()
	serve := httpapi.Proxy(s.Handler())
	for path, status := range map[string]int{"/leads/%zz": 400, "/leads/\x01": 400, "leads": 400, "/leads/a b": 200,
		"/leads/%E7%8E%8B": 200, "/leads/a?b": 200} {
		answer, err := serve(t.Context(), event("GET", path, "ann"))
		if err != nil || answer.StatusCode != status {
			t.Errorf("%q: %d %s %v", path, answer.StatusCode, answer.Body, err)
		}
		var p httpapi.Problem
		if status == 400 && (json.Unmarshal([]byte(answer.Body), &p) != nil || p.Status != 400 ||
			answer.Headers["Content-Type"] != "application/problem+json") {
			t.Errorf("%q: %v %s", path, answer.Headers, answer.Body)
		}
	}
}

func TestARequestThatWaitsTooLongIsToldToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShop()
		s.Routes[0].Handle = func(r *http.Request) (httpapi.Answer, error) {
			<-r.Context().Done() // tables that do not answer
			return httpapi.Answer{}, r.Context().Err()
		}
		began := time.Now()
		answer, err := httpapi.Proxy(s.Handler())(t.Context(), event("GET", "/health", ""))
		if took := time.Since(began); err != nil || took > 3*time.Second {
			t.Errorf("after %v: %v", took, err)
		}
		if answer.StatusCode != http.StatusServiceUnavailable || answer.Headers["Retry-After"] != "2" {
			t.Errorf("%d %v", answer.StatusCode, answer.Headers)
		}
	})
}
