package notify

import (
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"afterpress/shared/kernel/words"
)

// MaxSegments is the most that one SMS may be cut into; each is paid for.
const MaxSegments = 6

// TextTimeout bounds one Send of a Texter.
const TextTimeout = 10 * time.Second

// Text is one SMS to one number.
type Text struct {
	Key      string // as of a Message
	To       string // E.164
	Template string // the name under which the shop has registered its words with the provider: "lead-acknowledged"
	Lang     words.Lang
	Body     string  // the words, where the provider takes any
	Values   []Value // what stands in the words' places, in their order, where the provider has the words
}

// Value is what a placeholder stands for.
type Value struct{ Name, Text string }

// Texter is one provider of SMS. Send returns the id under which the provider knows the message, or an *Error.
type Texter interface {
	Send(ctx context.Context, t Text) (providerID string, err error)
}

var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// check refuses what cannot be an SMS, with the field's name as code. sign is what the provider puts before the words.
func (t Text) check(sign string) error {
	field := ""
	switch {
	case t.Key == "":
		field = "key"
	case !e164.MatchString(t.To):
		field = "to"
	case !smsLine(t.Body):
		field = "text"
	case Segments(sign+t.Body) > MaxSegments:
		field = "segments"
	}
	for _, v := range t.Values {
		if field == "" && !smsLine(v.Text) {
			field = v.Name
		}
	}
	if field == "" {
		return nil
	}
	return &Error{Kind: Rejected, Code: field}
}

func smsLine(s string) bool {
	return strings.TrimSpace(s) != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, breaksLine)
}

// The 7-bit alphabet of GSM 03.38, and its signs that take two places.
const (
	gsmOnce  = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmTwice = "^{}\\[~]|€\f"
)

// Segments is how many messages an SMS of these words is cut into: 160 places in the GSM alphabet, 70 in UCS-2, 153
// or 67 each where it is more than one.
func Segments(s string) int {
	places, alone, each := 0, 160, 153
	for _, r := range s {
		switch {
		case strings.ContainsRune(gsmOnce, r):
			places++
		case strings.ContainsRune(gsmTwice, r):
			places += 2
		default:
			return cut(len(utf16.Encode([]rune(s))), 70, 67)
		}
	}
	return cut(places, alone, each)
}

func cut(places, alone, each int) int {
	if places <= alone {
		return 1
	}
	return (places + each - 1) / each
}
