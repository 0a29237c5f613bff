package words

import (
	"strings"
	"testing"
)

func TestSeen(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, " \u3000\t": false, "\u200b": false, "\u3164": false, "\u2800": false, "\ufeff": false, "\u115f": false,
		"\u00ad": false, "\ufe0f": false, "\u0301": false, "\u202a\u202c": false, "\U000e0100": false, "\uffff": false,
		"\u034f\u17b4": false, "\uffa0": false, "\U0001d159": false, "\U00013442": false, "\u061c\u180e": false, "\a": false,
		"李": true, "\u200b李": true, "e\u0301": true, ".": true, "\ue000": true, "が": true, "한": true, "1\ufe0f\u20e3": true,
		"👩\u200d🔧": true, "\u0915\u094d\u200d": true,
	} {
		if Seen(text) != want {
			t.Errorf("%+q is said to be seen: %v", text, !want)
		}
	}
}

func TestUnmarked(t *testing.T) {
	for text, want := range map[string]string{
		"\u202a138\u200b0013\u2060 8000\u202c": "13800138000"[:7] + " 8000", "\ufeffli@example.com\u00ad": "li@example.com",
		"⻓\ufe00": "⻓", " 李 ": " 李 ", "e\u0301": "e\u0301", "\U000e0101": "", "": "",
	} {
		if got := Unmarked(text); got != want || strings.ContainsRune(got, '\u200b') {
			t.Errorf("%+q became %+q, want %+q", text, got, want)
		}
	}
}
