package openapi_test

import (
	"regexp"
	"testing"
	"unicode"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/valid"

	"pgregory.net/rapid"
)

type worded struct {
	Line  string `json:"line" validate:"oneline"`
	Text  string `json:"text" validate:"text"`
	Shown string `json:"shown" validate:"oneline,shown"`
	Told  string `json:"told" validate:"required,text,shown"`
	Slug  string `json:"slug" validate:"omitempty,slug"`
	Month string `json:"month" validate:"omitempty,datetime=2006-01"`
}

// TestPatternsSayWhatTheTagsRefuse compares each tag's pattern with the tag, over the characters of the first
// plane, which are what the patterns name. Marks are left to the server.
func TestPatternsSayWhatTheTagsRefuse(t *testing.T) {
	doc := document(t, httpapi.Route{Pattern: "POST /words", Action: permission.OpenLead,
		Doc: httpapi.Doc{Summary: "Words", Body: worded{}}})
	patterns, short := map[string]*regexp.Regexp{}, regexp.MustCompile(`\\u([0-9a-f]{4})`)
	for _, name := range []string{"line", "text", "shown", "told", "slug", "month"} {
		pattern := at(t, doc, "components", "schemas", "Worded", "properties", name, "pattern").(string)
		patterns[name] = regexp.MustCompile(short.ReplaceAllString(pattern, `\x{$1}`))
	}
	odd := []rune("\x00\t\n\r \u007f\u0085\u00a0\u00ad\u061c\u180e\u200b\u200e\u115f\u2028\u202e\u2060" +
		"\u2800\u3000\u3164\ue000\ufdd0\ufeff\uffffa-0印")
	named := func(r rune) bool { return r < 0x10000 && !unicode.Is(unicode.M, r) }
	letters := rapid.OneOf(rapid.SampledFrom(odd), rapid.Rune().Filter(named))
	texts := rapid.OneOf(rapid.StringOfN(letters, 0, 4, -1), rapid.StringMatching(`[0-9]{4}-[0-9]{2}|[a-z0-9-]{0,5}`))
	rapid.Check(t, func(t *rapid.T) {
		text := texts.Draw(t, "text")
		refused := map[string]bool{}
		for _, f := range valid.Validate(worded{text, text, text, text, text, text}) {
			refused[f.Pointer[1:]] = true
		}
		for name, pattern := range patterns {
			if pattern.MatchString(text) == refused[name] {
				t.Errorf("%s of %q: refused %v, by %s", name, text, refused[name], pattern)
			}
		}
	})
}
