package httpapi

import (
	"net/http"
	"strings"

	"afterpress/shared/crm"

	"golang.org/x/text/language"
)

// Lang is the language in which the caller reads, by Accept-Language: the first of his languages that is Chinese or English, else English.
func Lang(r *http.Request) crm.Lang {
	// API Gateway's adapter splits a header at its commas; together the values are the header again.
	wanted, _, err := language.ParseAcceptLanguage(strings.Join(r.Header.Values("Accept-Language"), ","))
	if err != nil {
		return crm.En
	}
	for _, tag := range wanted {
		switch base, _ := tag.Base(); base.String() {
		case "zh":
			return crm.Zh
		case "en":
			return crm.En
		}
	}
	return crm.En
}

// PageLang is Lang, unless the page's address asks for a language itself: ?lang=zh.
func PageLang(r *http.Request) crm.Lang {
	switch asked := crm.Lang(r.URL.Query().Get("lang")); asked {
	case crm.Zh, crm.En:
		return asked
	}
	return Lang(r)
}
