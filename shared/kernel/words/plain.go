package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is text as it may stand in a record: valid UTF-8, in lines, at most limit characters long. Control
// characters and marks that turn the direction of text are gone, but for line breaks and tabs. shortened
// reports that some of it was left out.
func Plain(text string, limit int) (plain string, shortened bool) {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\r\n", "\n")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) || r == '\r':
			return '\n'
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text))
	if utf8.RuneCountInString(text) <= limit {
		return text, false
	}
	return string([]rune(text)[:limit]), true
}

// Printable reports whether s holds nothing that can break a line of a log, a mail header or a page. It
// refuses control characters other than those in except, the two Unicode line separators, and marks that turn
// the direction of text. It refuses text that is not UTF-8, too.
func Printable(s, except string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if strings.ContainsRune(except, r) {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) ||
			unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
	}
	return true
}
