package words

import (
	"strings"
	"unicode/utf8"
)

// clipped marks a text of which the end is left out.
const clipped = "…"

// Clip is the text in at most so many bytes. A longer one is cut between two characters, and marked. most is at least
// as long as the mark.
func Clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most - len(clipped)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + clipped
}
