package httpapi

import (
	"net/http"
	"strings"

	"afterpress/shared/kernel/words"

	"golang.org/x/text/language"
)

// Lang is the language in which the caller reads, by Accept-Language: the first of the accepted languages that is
// Chinese or English, else English.
func Lang(r *http.Request) words.Lang { return preferred(r, words.En) }

// PageLang is Lang, unless the page's address asks for a language itself: ?lang=zh. A browser that names no
// language at all gets the house's.
func PageLang(r *http.Request, house words.Lang) words.Lang {
	switch asked := words.Lang(r.URL.Query().Get("lang")); asked {
	case words.Zh, words.En:
		return asked
	}
	return preferred(r, house)
}

// preferred is the first language of Accept-Language that is Chinese or English: English when it names only others,
// silent when it is not there.
func preferred(r *http.Request, silent words.Lang) words.Lang {
	// API Gateway's adapter splits a header at its commas; together the values are the header again.
	wanted, _, err := language.ParseAcceptLanguage(strings.Join(r.Header.Values("Accept-Language"), ","))
	if err != nil {
		return words.En
	}
	if len(wanted) == 0 {
		return silent
	}
	for _, tag := range wanted {
		switch base, _ := tag.Base(); base.String() {
		case "zh", "cdo", "cjy", "cmn", "cnp", "cpx", "csp", "czh", "czo", "gan", "hak", "hnm", "hsn", "luh", "lzh", "mnp",
			"nan", "sjc", "wuu", "yue": // members of the macrolanguage (ISO 639-3)
			return words.Zh
		case "en":
			return words.En
		}
	}
	return words.En
}
