// Package gateway is the local HTTP API: it does what API Gateway does for the routes of template.yaml. A request is
// matched to a route, its token is checked, it becomes a payload of format 2.0, and the function's answer becomes the
// response. Limits and error bodies are API Gateway's.
package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v3/jwk"

	"afterpress/infra/local/lambda"
	"afterpress/infra/local/sam"
)

// Limits of HTTP APIs and of Lambda.
const (
	mostBody    = 10 << 20 // of a request, before it becomes a payload
	mostPayload = 6 << 20  // of what a function takes or answers, encoding included
	mostHeaders = 10240
	longest     = 30 * time.Second
)

// Invoker is implemented by *lambda.Function.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Gateway answers requests.
type Gateway struct {
	Routes    []sam.Route
	Functions map[string]Invoker // by logical id
	Keys      map[string]jwk.Set // by issuer
	Log       *slog.Logger       // one line per request
}

// Server is the HTTP server for the gateway. It reads more of a request's head than the gateway takes, so that the
// gateway itself answers what is too long.
func (g *Gateway) Server() *http.Server {
	return &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if head(r) > mostHeaders {
			headTooLarge.answer().write(w)
			return
		}
		g.ServeHTTP(w, r)
	}), MaxHeaderBytes: 1 << 20, ReadHeaderTimeout: 10 * time.Second}
}

// head is how many bytes the request line and the headers have.
func head(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	return size
}

// refusal is an answer that the gateway itself gives.
type refusal struct {
	status  int
	message string
	cause   error // for the log
	header  string
}

var (
	notFound     = &refusal{status: http.StatusNotFound, message: "Not Found"}
	tooLarge     = &refusal{status: http.StatusRequestEntityTooLarge, message: "Request Entity Too Large"}
	headTooLarge = &refusal{status: http.StatusRequestHeaderFieldsTooLarge, message: "Request Header Fields Too Large"}
	unreadable   = &refusal{status: http.StatusBadRequest, message: "Bad Request"}
	unavailable  = "Service Unavailable"
	broken       = "Internal Server Error"
)

// ServeHTTP carries one request through its route's function.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began, id := time.Now(), uuid.NewString()
	w.Header().Set("Apigw-Requestid", id)
	m, found := match(g.Routes, r.Method, r.URL.Path)
	var a answer
	no := notFound
	if found {
		a, no = g.serve(r, m, id)
	}
	line := []any{"request_id", id, "method", r.Method, "route", m.key} // no path: it holds ids and tokens
	if no != nil {
		a = no.answer()
		if no.cause != nil {
			line = append(line, "error", no.cause.Error())
		}
	}
	a.write(w)
	g.Log.InfoContext(r.Context(), "request", append(line, "status", a.status, "ms", time.Since(began).Milliseconds())...)
}

func (g *Gateway) serve(r *http.Request, m matched, id string) (answer, *refusal) {
	claims, no := g.authorize(r, m.route.JWT)
	if no != nil {
		return answer{}, no
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
	switch {
	case err != nil:
		return answer{}, unreadable
	case len(body) > mostBody:
		return answer{}, tooLarge
	}
	payload, err := json.Marshal(event(r, m, id, body, claims))
	if err != nil {
		return answer{}, &refusal{status: http.StatusInternalServerError, message: broken, cause: err}
	}
	if len(payload) > mostPayload {
		return answer{}, tooLarge
	}
	return g.invoke(r.Context(), m.route.Function, payload)
}

// invoke answers 500 for whatever goes wrong in the function, its timeout included, and 503 where there is no answer
// within 30 seconds.
func (g *Gateway) invoke(ctx context.Context, function string, payload []byte) (answer, *refusal) {
	f, ok := g.Functions[function]
	if !ok {
		return answer{}, &refusal{status: http.StatusServiceUnavailable, message: unavailable,
			cause: errors.New("no function " + function)}
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	result, err := f.Invoke(ctx, payload)
	var failed *lambda.Error
	switch {
	case errors.As(err, &failed):
		return answer{}, &refusal{status: http.StatusInternalServerError, message: broken, cause: err}
	case err != nil:
		return answer{}, &refusal{status: http.StatusServiceUnavailable, message: unavailable, cause: err}
	case len(result) > mostPayload:
		return answer{}, &refusal{status: http.StatusInternalServerError, message: broken,
			cause: errors.New("the function's answer is over 6 MB")}
	}
	a, err := decodeAnswer(result)
	if err != nil {
		return answer{}, &refusal{status: http.StatusInternalServerError, message: broken, cause: err}
	}
	return a, nil
}
