package hook

import (
	"strings"
	"testing"
)

// What came in place of a letter is shown as far as it is text, also where the cut goes through a character.
func TestWhatIsNoLetterIsShown(t *testing.T) {
	t.Parallel()
	for n, raw := range []string{"", "a", "ab"} {
		long := raw + strings.Repeat("印", letterShown)
		l := noLetter([]byte(long))
		if !strings.HasPrefix(long, l.Text) || len(l.Text) <= letterShown-3 || len(l.Text) > letterShown {
			t.Errorf("%d: %d bytes are shown", n, len(l.Text))
		}
	}
	for raw, want := range map[string]string{
		"short": "short", "\xff\xfe\x00": "?", strings.Repeat("\xff", letterShown+9): "?",
	} {
		if l := noLetter([]byte(raw)); l.Text != want {
			t.Errorf("%.9q is shown as %.9q", raw, l.Text)
		}
	}
}
