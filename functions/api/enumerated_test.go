package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
)

// read is the document as programs read it.
type read struct {
	Paths      map[string]map[string]operation `json:"paths"`
	Components struct {
		Schemas map[string]schema `json:"schemas"`
	} `json:"components"`
}

// parsed reads the description that lies beside the door.
var parsed = sync.OnceValue(func() (out read) {
	text, err := os.ReadFile("openapi.json")
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		panic(err)
	}
	return out
})

// unnamed are fields called as those of closed lists, which have none.
var unnamed = []string{
	// a state of one of several kinds of records
	"RungRule.state", "RungRuleSent.state", "OverviewOpen.state", "TimelineEntry.state",
	// what a word may be is said beside it, or it is another list's
	"Problem.state", "HookReceived.state", "ArtworkResult.state", "ComplaintDeadline.kind", "ChosenRemedy.kind",
	"AskedCode.kind", "DeskLine.kind", "TimelineEntry.kind",
	// the ledger has the channels of customers and of staff's chat; a gate is asked for a call as well
	"Message.channel", "Reachable.channel",
}

// TestClosedListsAreWrittenOut reads every answer: a field called as fields of closed lists are has its words.
func TestClosedListsAreWrittenOut(t *testing.T) {
	t.Parallel()
	called := []string{"state", "kind", "channel", "outcome", "priority", "direction", "lang", "roles", "purpose"}
	for name, s := range parsed().Components.Schemas {
		for field, property := range s.Properties {
			if property.Items != nil {
				property = *property.Items
			}
			where := name + "." + field
			if slices.Contains(called, field) && strings.Contains(fmt.Sprint(property.Type), "string") {
				if left := slices.Contains(unnamed, where); (len(property.Enum) == 0) != left {
					t.Errorf("%s: enum %v; give the field a tag `of` with its list", where, property.Enum)
				}
			}
		}
	}
}

// operationOf finds the operation of a request.
func (r read) operationOf(method, path string) (string, operation, bool) {
	path, _, _ = strings.Cut(path, "?")
	asked := strings.Split(path, "/")
	best, found, most := operation{}, "", -1
	for pattern, operations := range r.Paths {
		o, has := operations[strings.ToLower(method)]
		parts := strings.Split(pattern, "/")
		if !has || len(parts) != len(asked) {
			continue
		}
		same := 0
		for i, part := range parts {
			if part == asked[i] {
				same++
			} else if !strings.HasPrefix(part, "{") {
				same = -len(parts) - 1
				break
			}
		}
		if same > most {
			best, found, most = o, pattern, same
		}
	}
	return found, best, most >= 0
}

// strangers lists what stands in the value and in no list of its schema.
func (r read) strangers(where string, s schema, value any) (out []string) {
	words := s.Enum
	s = operation{schemas: r.Components.Schemas}.resolve(s)
	switch value := value.(type) {
	case map[string]any:
		for name, of := range value {
			out = append(out, r.strangers(where+"/"+name, s.Properties[name], of)...)
		}
	case []any:
		for _, entry := range value {
			if s.Items != nil {
				out = append(out, r.strangers(where, *s.Items, entry)...)
			}
		}
	case string:
		if len(words) > 0 && !slices.Contains(words, any(value)) {
			out = append(out, fmt.Sprintf("%s: %q is none of %v", where, value, words))
		}
	}
	return out
}

// checkWords fails where an answer has a word that the description does not know.
func checkWords(t testing.TB, method, path string, status int, body []byte) {
	t.Helper()
	r := parsed()
	pattern, o, found := r.operationOf(method, path)
	if !found || status >= http.StatusMultipleChoices {
		return
	}
	given := o.Responses[fmt.Sprint(status)].Content["application/json"]
	var value any
	if json.Unmarshal(body, &value) != nil {
		return
	}
	for _, fault := range r.strangers(method+" "+pattern, given.Schema, value) {
		t.Error(fault)
	}
}
