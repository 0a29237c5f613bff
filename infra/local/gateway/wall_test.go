package gateway

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"afterpress/infra/local/sam"
)

// named is a function that answers with its own name.
type named string

func (n named) Invoke(context.Context, []byte) ([]byte, error) {
	return json.Marshal(events.APIGatewayV2HTTPResponse{StatusCode: http.StatusOK, Body: string(n)})
}

// The gateway of the template lets a caller without a token to what is public, and to nothing else. What staff use and
// paths that are not there are refused, whatever they look like.
func TestTheTemplatesWallWithoutAToken(t *testing.T) {
	t.Parallel()
	template, err := sam.Load(filepath.Join("..", "..", "..", "template.yaml"),
		map[string]string{"TemporalAddress": "temporal:7233", "SenderAddress": "shop@shop.example"})
	if err != nil {
		t.Fatal(err)
	}
	g := &Gateway{Routes: template.Routes, Log: slog.New(slog.DiscardHandler),
		Functions: map[string]Invoker{"Api": named("Api"), "Intake": named("Intake")}}
	const refused = ""
	for path, function := range map[string]string{
		"/forms/quote": "Intake", "/forms/quote/embed.js": "Intake", "/forms/quote/": "Intake", "/confirm/x": "Intake",
		"/u/x": "Intake", "/c/x": "Intake", "/c/x/y": "Intake", "/artwork/x": "Intake", "/hooks/leads": "Intake",
		"/hooks/ses": "Intake", "/assets/x.css": "Intake", "/openapi.json": "Api", "/docs": "Api", "/docs/x": "Api",
		"/health": "Api", "/": "Intake", "/favicon.ico": "Intake", "/robots.txt": "Intake",

		"/forms": refused, "/forms/quote/definition": refused, "/leads": refused, "/leads/lead_1": refused,
		"/operations/stuck": refused, "/operations/stuck/stk_1/retry": refused, "/me": refused, "/desk": refused,
		"/customers/cus_1/360": refused, "/nothing": refused, "/nothing/at/all": refused, "/.env": refused,
		"/Forms/quote": refused, "//leads": refused, "/leads/../forms/quote": refused, "/openapi.json/x": refused,
		"/healthz": refused, "/hooks": refused, "/favicon.ico/x": refused, "/docsx": refused,
		"/index.html": refused, "/robots.txt.bak": refused, "/FAVICON.ICO": refused, "/assets": refused,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodOptions} {
			r := httptest.NewRequest(method, "https://shop.example/", nil)
			r.URL.Path = path
			w := httptest.NewRecorder()
			g.ServeHTTP(w, r)
			want := http.StatusOK
			if function == refused {
				want = http.StatusUnauthorized
			}
			if w.Code != want || function != refused && w.Body.String() != function {
				t.Errorf("%s %s: %d %q, want %d %q", method, path, w.Code, w.Body, want, function)
			}
		}
	}
}
