package httpapi

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"afterpress/shared/kernel/fault"
)

// The examples of RFC 7396, appendix A.
func TestMergedAsTheRFCSays(t *testing.T) {
	for _, c := range [][3]string{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`}, {`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`}, {`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`}, {`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`}, {`{"a":"b"}`, `["c"]`, `["c"]`}, {`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`}, {`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		var target, patch any
		if err := json.Unmarshal([]byte(c[0]), &target); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(c[1]), &patch); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(merged(target, patch)); err != nil || string(got) != c[2] {
			t.Errorf("%s + %s = %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestPatchIsReadStrictly(t *testing.T) {
	type record struct {
		Name  string `json:"name" validate:"required"`
		Count int64  `json:"count,omitempty"`
	}
	for body, want := range map[string]fault.Kind{
		`{"count":2}`: "", `{"count":null}`: "", `{"name":null}`: fault.Invalid, `{"Name":"x"}`: fault.Unreadable,
		`{"name":"a","name":"b"}`: fault.Unreadable,
		`[]`:                      fault.Unreadable, `{"count":"2"}`: fault.Invalid, `{"count":2}{}`: fault.Unreadable,
		`{"more":1}`: fault.Unreadable,
	} {
		r := httptest.NewRequest("PATCH", "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", typePatch)
		got, err := Patch(r, record{"a", 9007199254740993})
		if (err == nil) != (want == "") || err != nil && fault.KindOf(err) != want || err == nil && got.Name != "a" {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	r := httptest.NewRequest("PATCH", "/x", strings.NewReader(`{}`))
	r.Header.Set("Content-Type", "application/json")
	if _, err := Patch(r, record{}); fault.KindOf(err) != fault.Unsupported {
		t.Errorf("another type: %v", err)
	}
}

// TestAPatchIsNotBlamedForWhatItLeaves has a record that today's limits would not take: what the patch leaves of it
// may stay, what it touches may not.
func TestAPatchIsNotBlamedForWhatItLeaves(t *testing.T) {
	type line struct {
		Text string `json:"text" validate:"max=3"`
	}
	type record struct {
		Name  string `json:"name" validate:"required,max=5"`
		Kind  string `json:"kind" validate:"oneof=a b"`
		Lines []line `json:"lines,omitempty" validate:"dive"`
		Count int64  `json:"count,omitempty" validate:"max=9"`
	}
	was := record{Name: "", Kind: "other", Lines: []line{{"long one"}}}
	for body, want := range map[string]string{
		`{"count":2}`: "", `{}`: "", `{"name":"x"}`: "", `{"kind":"a"}`: "", `{"kind":"other"}`: "", `{"lines":[]}`: "",
		`{"lines":[{"text":"long one"}]}`: "",
		`{"count":10}`:                    "/count", `{"name":"longer"}`: "/name", `{"name":null}`: "/name", `{"kind":"c"}`: "/kind",
		`{"kind":null}`:                  "/kind",
		`{"lines":[{"text":"another"}]}`: "/lines/0/text", `{"lines":[{"text":"a"},{"text":"long one"}]}`: "/lines/1/text",
	} {
		r := httptest.NewRequest("PATCH", "/x", strings.NewReader(body))
		r.Header.Set("Content-Type", typePatch)
		_, err := Patch(r, was)
		var refused *fault.Error
		got := ""
		if errors.As(err, &refused) {
			got = refused.Fields[0].Pointer
		}
		if got != want {
			t.Errorf("%s: blamed %q, %v", body, got, err)
		}
	}
}
