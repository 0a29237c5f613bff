package identity

import (
	"regexp"
	"strings"
	"unicode"

	"afterpress/shared/kernel/words"
)

// ReferenceLength is how many characters of a reference people see (words.Reference), and how few find a record.
const ReferenceLength = 8

// longestJob is how long the number of a job may be.
const longestJob = 64

var (
	idPrefix = regexp.MustCompile(`^[A-Z]{3,4}_`)
	label    = regexp.MustCompile(`^(受理)?编号|^(REFERENCE|REF|NO)\b\.?|^#`)
	hexSigns = regexp.MustCompile(`^[0-9A-F]{8,32}$`)
)

// Reference brings what a person typed or pasted as a reference to the one form in which references are compared. It is
// the end of an id, from 8 to all 32 signs, in capitals and without hyphens. Full-width forms are folded. Spaces,
// hyphens, the beginning of an id ("lead_") and a label before it ("受理编号：", "Reference:", "No.", "#") are cut. ok is
// false for anything else.
func Reference(raw string) (reference string, ok bool) {
	text := strings.ToUpper(foldWidth(words.Unmarked(raw)))
	text = strings.TrimSpace(label.ReplaceAllString(text, ""))
	text = strings.TrimSpace(strings.TrimLeft(text, ":#"))
	text = joined(idPrefix.ReplaceAllString(text, ""))
	return text, hexSigns.MatchString(text)
}

// ReferenceOf is an id as Reference gives it: all its signs behind its prefix. ok is false for an id of another form.
func ReferenceOf(id string) (reference string, ok bool) {
	_, rest, found := strings.Cut(id, "_")
	rest = strings.ToUpper(strings.ReplaceAll(rest, "-", ""))
	return rest, found && hexSigns.MatchString(rest) && len(rest) == 32
}

// JobNumber brings the number of a job to the one form in which such numbers are compared. Full-width forms are folded,
// letters are capitals, and spaces, hyphens and "#" are cut. It is empty where nothing is left, and for what is too
// long.
func JobNumber(raw string) string {
	text := raw
	for range 4 { // letters that come together once a space between them is cut may join
		text = strings.ReplaceAll(joined(strings.ToUpper(foldWidth(words.Unmarked(text)))), "#", "")
	}
	if len([]rune(text)) > longestJob {
		return ""
	}
	return text
}

// joined is text without spaces and without hyphens of any kind.
func joined(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || r == '\u2212' {
			return -1
		}
		return r
	}, text)
}
