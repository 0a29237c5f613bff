package notify

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/checks/corpus"
)

// In every place of a message at once: the subject stays one line, the page keeps its elements, and the built mail
// its headers and its one recipient.
func TestFiveHundredHostileStringsChangeNoMessage(t *testing.T) {
	all := corpus.Hostile()
	if len(all) < 500 {
		t.Fatalf("only %d strings", len(all))
	}
	sent, _ := write(t, enquiry())
	untouched := reread(t, sent).header
	headers, ours := slices.Sorted(maps.Keys(untouched)), untouched["To"]
	refused, most := 0, len(placeholders)*len(all)/4
	for name, list := range placeholders {
		for turn, lang := range languages { // a string stands in each message, in one of its languages
			_, _, plain, err := Render(name, lang, worded(name, lang))
			if err != nil {
				t.Fatal(err)
			}
			want := skeleton(t, plain)
			for i, bad := range all {
				if i%len(languages) != turn {
					continue
				}
				values := map[string]string{}
				for _, p := range slices.Concat(list, shopPlaces[name]) {
					values[p] = "x" + bad
				}
				if slices.Contains(list, linkPlaceholder) {
					values[linkPlaceholder] = "https://crm.example.com/" + bad
				}
				subject, text, page, err := Render(name, lang, values)
				if err != nil {
					t.Fatalf("%s.%s %q: %v", name, lang, bad, err)
				}
				m := enquiry()
				m.Subject, m.Text, m.HTML = subject, text, page
				if _, _, err := email(m); err != nil {
					refused++ // a subject that no header may hold is not sent at all
					if got := skeleton(t, page); !slices.Equal(got, want) {
						t.Errorf("%s.%s %q: page is %v, want %v", name, lang, bad, got, want)
					}
					continue
				}
				raw, _ := write(t, m)
				got := reread(t, raw)
				if names := slices.Sorted(maps.Keys(got.header)); !slices.Equal(names, headers) ||
					!slices.Equal(got.header["To"], ours) {
					t.Errorf("%s.%s %q: headers %v, to %v", name, lang, bad, names, got.header["To"])
				}
				if !slices.Equal(strings.Fields(got.subject), strings.Fields(subject)) ||
					strings.ContainsFunc(got.subject, breaksLine) || !slices.Equal(skeleton(t, got.html), want) {
					t.Errorf("%s.%s %q: subject %q, page %s", name, lang, bad, got.subject, got.html)
				}
			}
		}
	}
	if refused > most {
		t.Errorf("%d messages were refused, more than %d", refused, most)
	}
}
