package api_test

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"afterpress/shared/app"
	"afterpress/shared/httpapi/openapi"
)

// exampled is an operation with the example of its body.
type exampled struct {
	RequestBody struct {
		Content map[string]struct {
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	} `json:"requestBody"`
	Responses map[string]struct {
		Content map[string]struct {
			Example json.RawMessage `json:"example"`
		} `json:"content"`
	} `json:"responses"`
}

// TestExamplesAreTaken reads the example of every body as the door reads the body: its form passes every rule of the
// tags. Each operation that takes or gives JSON has an example.
func TestExamplesAreTaken(t *testing.T) {
	t.Parallel()
	var document struct {
		Paths map[string]map[string]exampled `json:"paths"`
	}
	if err := json.Unmarshal(describe(t), &document); err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, route := range described() {
		method, paths := openapi.Paths(route)
		for i, path := range paths {
			body, o := route.Doc.Body, document.Paths[path][strings.ToLower(method)]
			if len(route.Doc.Sources) > 0 {
				body = route.Doc.Sources[i].Body
			}
			for kind, sent := range o.RequestBody.Content {
				if body == nil || !strings.HasSuffix(kind, "json") {
					continue
				}
				if shown++; len(sent.Example) == 0 {
					t.Errorf("%s %s has no example", method, path)
				}
				if method != http.MethodPatch {
					taken(t, method+" "+path, sent.Example, body)
				}
			}
			for status, answer := range o.Responses {
				if got := answer.Content["application/json"]; route.Doc.Answer != nil && status != "default" &&
					len(got.Example) == 0 && len(answer.Content) > 0 {
					t.Errorf("%s %s: the answer %s has no example", method, path, status)
				}
			}
		}
	}
	if shown < 100 {
		t.Errorf("%d examples", shown)
	}
}

// taken fails where the body's type does not take the example.
func taken(t *testing.T, what string, example []byte, body any) {
	t.Helper()
	in := reflect.New(reflect.TypeOf(body))
	decoder := json.NewDecoder(strings.NewReader(string(example)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(in.Interface()); err != nil {
		t.Errorf("%s: %v: %s", what, err, example)
		return
	}
	for _, wrong := range app.Forms.Faults(in.Interface()) {
		t.Errorf("%s: %s: %s\n%s", what, wrong.Pointer, wrong.Text.En, example)
	}
}
