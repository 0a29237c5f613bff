package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"afterpress/shared/httpapi"
)

// plain is a text that nobody refuses, another one each time: some may be there only once.
func (a *assault) plain() string {
	a.plains++
	return fmt.Sprint("寄样", a.plains)
}

// put sends a right body with texts in places.
func (a *assault) put(places []spot, texts []string) (raw string, w response) {
	a.t.Helper()
	if a.kept > 0 && a.kept%longest == 0 && a.line == "" {
		a.bench = start(a.t)
	}
	if a.line == "" {
		a.renew()
	}
	var body any = a.around(places...)
	mark := func(i int) string { return fmt.Sprint(here, i) }
	for i, at := range places {
		body = bear(a.body, "", body, at.path, mark(i))
	}
	raw = encoded(a.t, body)
	for i, text := range texts {
		raw = strings.Replace(raw, strconv.Quote(mark(i)), spell(text), 1)
	}
	return raw, a.send(raw)
}

// sorted finds the places that take an ordinary text, all in one body: there each may have a hostile string of its
// own. The others take only what is an id, a choice, a day or a number, or not beside each other; they are tried
// alone.
func (a *assault) sorted(places []spot) (free, tight []spot) {
	a.t.Helper()
	free = places
	for len(free) > 0 {
		texts := make([]string, len(free))
		for i := range free {
			texts[i] = a.plain()
		}
		_, w := a.put(free, texts)
		var bad []spot
		if w.Code < 300 {
			seen := a.sight(w)
			for i, at := range free {
				if !seen.has(at, texts[i]) {
					bad = append(bad, at)
				}
			}
			a.line = ""
			if len(bad) == 0 {
				return free, tight
			}
		} else if bad = blames(w, free); len(bad) == 0 {
			bad = free // it does not say which
		}
		tight = append(tight, bad...)
		free = slices.DeleteFunc(slices.Clone(free), func(at spot) bool { return slices.ContainsFunc(bad, at.is) })
	}
	return nil, tight
}

func (s spot) is(other spot) bool { return s.pointer() == other.pointer() }

// blames are the places that a refusal names.
func blames(w response, places []spot) []spot {
	if w.Header().Get("Content-Type") != "application/problem+json" {
		return nil
	}
	var out []spot
	for _, e := range into[httpapi.Problem](w).Errors {
		if i := slices.IndexFunc(places, func(at spot) bool { return at.pointer() == e.Pointer }); i >= 0 && e.Detail != "" {
			out = append(out, places[i])
		}
	}
	return out
}

// volley puts a string into each place of one body, in each another one. In as many rounds as there are strings, each
// meets each place. Those that a refusal names have had their answer and make room for an ordinary text; the rest must
// be taken, and stand there.
func (a *assault) volley(places []spot, all []string, round int) {
	a.t.Helper()
	if len(places) == 0 {
		return
	}
	texts := make([]string, len(places))
	hostile := make([]bool, len(places))
	for i, at := range places {
		text := all[(round+i*step)%len(all)]
		if hostile[i] = utf8.ValidString(text); !hostile[i] { // such a body is refused whole
			a.strike(at, text)
			text = a.plain()
		}
		texts[i] = text
	}
	for range len(places) + 1 {
		raw, w := a.put(places, texts)
		if w.Code < 300 {
			a.found(w, places, texts)
			return
		}
		bad := blames(w, places)
		if w.Code >= 500 || len(bad) == 0 {
			a.t.Errorf("%q were answered %d without a place: %s", texts, w.Code, w.Body)
			return
		}
		if w.Code != http.StatusUnprocessableEntity {
			a.t.Errorf("%v: %q were answered %d: %s", bad, texts, w.Code, w.Body)
		}
		a.refuse(raw)
		for i, at := range places {
			if !slices.ContainsFunc(bad, at.is) {
				continue
			}
			if !hostile[i] {
				a.t.Errorf("%s: %q was refused beside %q: %s", at.pointer(), texts[i], texts, w.Body)
				return
			}
			texts[i], hostile[i] = a.plain(), false
		}
	}
	a.t.Errorf("%q were refused however many were left out", texts)
}

// step parts the strings of one body, so that the long ones, which stand together, do not meet in one and make it
// too large.
const step = 37
