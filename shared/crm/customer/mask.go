package customer

import (
	"strings"
	"unicode/utf8"

	"afterpress/shared/kernel/identity"
)

// Masked is a phone number or an e-mail address so that its owner knows it and nobody else learns it: l***@example.com,
// +86138****8000. An extension is left out.
func Masked(value string) string {
	if name, _, mail := strings.Cut(value, "@"); mail {
		_, first := utf8.DecodeRuneInString(name)
		if len(name) == first {
			first = 0
		}
		_, domain, _ := strings.Cut(identity.EmailShown(value), "@")
		return name[:first] + "***@" + domain
	}
	number, _, _ := strings.Cut(value, ";")
	if len(number) < 11 {
		return "****" + number[max(0, len(number)-2):]
	}
	return number[:len(number)-8] + "****" + number[len(number)-4:]
}
