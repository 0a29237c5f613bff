package hook_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/intake/hook"
	"afterpress/infra/checks/corpus"
)

// places are where another system may write something, each with a mark of its own that no log may show.
var places = []string{
	"name", "company", "phone", "email", "product", "quantity", "needed_by", "message", "heard_from", "homepage",
	"opened", "source", "form", "lang",
}

// spoiled is a good enquiry with the text in the place.
func spoiled(t *testing.T, text, place string) string {
	t.Helper()
	typed := map[string]string{"form": "quote", "name": "Tom", "email": "tom@example.com", "product": "book"}
	typed[place] = text + mark(place)
	body, err := json.Marshal(typed)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// Whatever another system writes, and wherever: it is taken or refused, in one line of the log that repeats nothing
// of it.
func TestFiveHundredHostileStringsHandedOver(t *testing.T) {
	b := besiege(t)
	all := corpus.Hostile()
	if len(all) < 500 || len(places) < 12 {
		t.Fatalf("%d strings, %d places", len(all), len(places))
	}
	for i, text := range all {
		for n, place := range places {
			what := fmt.Sprintf("%q as %s", text, place)
			w := b.called(t, hook.SourceLeads, fmt.Sprintf("call_%d", i*len(places)+n), spoiled(t, text, place))
			if !slices.Contains([]int{202, 400, 422}, w.Code) ||
				strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				t.Errorf("%s: status %d", what, w.Code)
			}
			b.logged(t, what)
		}
	}
}
