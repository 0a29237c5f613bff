package words

import (
	"strings"
	"unicode"
)

// Unmarked is text without the marks that nobody sees: of width zero, of direction, soft hyphens, byte order marks and
// variation selectors. People paste them with an address or a number, and they are no part of it.
func Unmarked(text string) string {
	return strings.Map(func(r rune) rune {
		if unmarked(r) {
			return -1
		}
		return r
	}, text)
}

// Seen reports whether text shows anything. Spaces, marks without a sign to stand on, fillers and blank patterns such
// as U+3164 and U+2800 show nothing.
func Seen(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return !unmarked(r) && !strings.ContainsRune(blank, r) &&
			!unicode.In(r, unicode.White_Space, unicode.M, unicode.Cc, unicode.Noncharacter_Code_Point)
	})
}

// blank are signs with a name and a width that draw nothing: the empty Braille pattern, the null note head, and the
// blanks of hieroglyphs.
const blank = "\u2800\U0001d159\U00013441\U00013442"

// unmarked reports whether Unicode says of a sign that a reader draws nothing for it.
func unmarked(r rune) bool {
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}
