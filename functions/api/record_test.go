package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"afterpress/shared/httpapi/openapi"
)

// record has the tests of this package note what the door took and answered. `go test ./functions/api -record` writes
// the examples anew; then `-run Document -update` puts them into the description.
var record = flag.Bool("record", false, "write testdata/examples.json anew, from all that the tests send")

const examplesFile = "testdata/examples.json"

var recorded = struct {
	sync.Mutex
	best map[string]openapi.Example // by the operation's id
}{best: map[string]openapi.Example{}}

// TestMain keeps what was recorded.
func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if *record {
		var out bytes.Buffer
		encoder := json.NewEncoder(&out)
		encoder.SetIndent("", " ")
		encoder.SetEscapeHTML(false)
		if encoder.Encode(recorded.best) != nil || os.WriteFile(examplesFile, out.Bytes(), 0o644) != nil {
			code = 1
		}
	}
	os.Exit(code)
}

// keptExamples are those that were recorded.
func keptExamples(t *testing.T) (out map[string]openapi.Example) {
	t.Helper()
	text, err := os.ReadFile(examplesFile)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// recordExample notes a call that succeeded, where it shows more than the call noted before it.
func recordExample(r *http.Request, w *httptest.ResponseRecorder, body any) {
	if !*record || w.Code >= http.StatusMultipleChoices || r.Header.Get("Content-Type") == "application/json-patch+json" {
		return
	}
	_, o, found := parsed().operationOf(r.Method, r.URL.Path)
	if !found || w.Header().Get("Content-Type") != "application/json" || r.URL.Path == "/openapi.json" {
		return
	}
	var seen openapi.Example
	var sent []byte
	switch body := body.(type) {
	case nil:
	case string:
		sent = []byte(body)
	default:
		sent, _ = json.Marshal(body)
	}
	if len(sent) > 0 && !json.Valid(sent) {
		return
	}
	seen.Sent, seen.Answer = sent, firstOfList(w.Body.Bytes())
	recorded.Lock()
	defer recorded.Unlock()
	if weightOf(seen, o) > weightOf(recorded.best[o.ID], o) {
		recorded.best[o.ID] = seen
	}
}

// firstOfList is the answer; of a page of a list, with its first record alone.
func firstOfList(answer []byte) []byte {
	var page map[string]json.RawMessage
	var items []json.RawMessage
	if json.Unmarshal(answer, &page) == nil && json.Unmarshal(page["items"], &items) == nil && len(items) > 1 {
		page["items"], _ = json.Marshal(items[:1])
		answer, _ = json.Marshal(page)
	}
	return bytes.TrimSpace(answer)
}

// numbered are texts that tests fill fields with.
var numbered = regexp.MustCompile(`寄样\d`)

// weightOf rates an example: many fields are good, long texts and strange letters are none.
func weightOf(seen openapi.Example, o operation) int {
	text := string(seen.Sent) + string(seen.Answer)
	if len(seen.Answer) == 0 || len(seen.Sent) > 1_000 || len(seen.Answer) > 100_000 || len(o.RequestBody.Content) > 0 &&
		len(seen.Sent) == 0 {
		return 0
	}
	odd := func(r rune) bool {
		return r > unicode.MaxLatin1 && !unicode.Is(unicode.Han, r) && !strings.ContainsRune("，。：；、？！（）“”·…—×–€￥", r)
	}
	if strings.Contains(text, "http://") || strings.ContainsFunc(text, odd) || strings.ContainsAny(text, `\<>`) ||
		numbered.MatchString(text) {
		return 0
	}
	if len(seen.Answer) > 3_000 {
		return 1 // better than none
	}
	return 2 + strings.Count(text, `":`)
}

// unseen are the operations whose example is still made up: what the tests sent or got has signs that weightOf
// refuses. The list only shrinks.
var unseen = []string{
	"agreeComplaint", "announceComplaintFile", "announceHoldFile", "approveComplaint", "carryComplaintOut",
	"checkComplaintEffect", "closeComplaint", "completeComplaint", "correctComplaint", "declineComplaint",
	"findComplaintCause", "getComplaintFile", "getDefects", "getDescription", "getHoldFile", "getLeadFile",
	"getLetter", "measureComplaint", "overruleComplaint", "proposeComplaint", "rejectComplaint",
	"reopenComplaint", "resumeComplaint", "verifyComplaint",
}

// TestEveryExampleWasSeen holds that each operation of this door has an example that the door took and answered. The
// example has the form that the description has today.
func TestEveryExampleWasSeen(t *testing.T) {
	t.Parallel()
	if *record {
		return // they are being written
	}
	all, r := keptExamples(t), parsed()
	for path, methods := range r.Paths {
		for method, o := range methods {
			example, has := all[o.ID]
			answer := o.answerSchema()
			if left := slices.Contains(unseen, o.ID); public(path) || answer == nil || left {
				if left && has {
					t.Errorf("%s has an example: take it out of unseen", o.ID)
				}
				continue
			}
			if !has {
				t.Errorf("%s %s: no example of %s; run the tests of this package with -record", method, path, o.ID)
				continue
			}
			var value any
			if err := json.Unmarshal(example.Answer, &value); err != nil {
				t.Errorf("%s: %v", o.ID, err)
			}
			for _, fault := range append(r.strangers(o.ID, *answer, value), r.missing(o.ID, *answer, value)...) {
				t.Error(fault)
			}
		}
	}
}

// public reports whether the path belongs to the other door.
func public(path string) bool {
	for _, prefix := range []string{"/forms/{form}", "/hooks", "/c/", "/u/", "/artwork", "/confirm", "/assets"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/"
}

// answerSchema is what a success is answered with, if it is JSON.
func (o operation) answerSchema() *schema {
	for status, answer := range o.Responses {
		if given, has := answer.Content["application/json"]; has && status != "default" {
			return &given.Schema
		}
	}
	return nil
}

// missing lists the fields that the description promises and the value has not, and those that it has beside them.
func (r read) missing(where string, s schema, value any) (out []string) {
	s = operation{schemas: r.Components.Schemas}.resolve(s)
	switch value := value.(type) {
	case map[string]any:
		for _, name := range s.Required {
			if _, has := value[name]; !has {
				out = append(out, where+" lacks "+name)
			}
		}
		for name, of := range value {
			property, known := s.Properties[name]
			if !known && len(s.Properties) > 0 {
				out = append(out, where+" has "+name)
			}
			out = append(out, r.missing(where+"/"+name, property, of)...)
		}
	case []any:
		for _, entry := range value {
			if s.Items != nil {
				out = append(out, r.missing(where, *s.Items, entry)...)
			}
		}
	}
	return out
}
