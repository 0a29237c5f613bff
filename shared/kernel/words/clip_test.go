package words

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestClipCutsBetweenCharacters(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 3, ""}, {"cards", 5, "cards"}, {"business cards", 12, "business…"}, {"名片与卡片", 15, "名片与卡片"},
		{"名片与卡片", 14, "名片与…"}, {"名片与卡片", 3, "…"}, {"😀😀", 7, "😀…"},
	} {
		if got := Clip(c.text, c.most); got != c.want {
			t.Errorf("Clip(%q, %d) is %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

func TestClipKeepsToItsLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, most := rapid.String().Draw(t, "text"), rapid.IntRange(3, 60).Draw(t, "most")
		got := Clip(text, most)
		begin, cut := strings.CutSuffix(got, clipped)
		if len(got) > most || !utf8.ValidString(got) || !strings.HasPrefix(text, begin) || !cut && got != text {
			t.Errorf("Clip(%q, %d) is %q", text, most, got)
		}
	})
}
