package app_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"afterpress/shared/app"
	"afterpress/shared/kernel/words"
)

// Every file that came and was not kept is counted and named, however many there are and whatever they are called.
func TestEveryFileIsNamed(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 50, 51, 200} {
		for _, long := range []int{5, 60, 400} {
			l := app.Letter{Text: strings.Repeat("字", 30_000)}
			for i := range n {
				l.Files = append(l.Files, fmt.Sprintf("%03d%s%03d", i, strings.Repeat("文", long), i))
			}
			text, shortened := l.Said(20_000, words.Text{Zh: "请索取", En: "please ask"})
			if !shortened || utf8.RuneCountInString(text) > 20_000 || strings.Count(text, "字") < 12_000 ||
				!strings.Contains(text, fmt.Sprintf("[%d 个附件", n)) {
				t.Errorf("%d of %d: %d characters, %q", n, long, utf8.RuneCountInString(text), text[len(text)-300:])
			}
			for i := range n {
				begins, ends := fmt.Sprintf("\n%03d文", i), fmt.Sprintf("文%03d", i)
				if !strings.Contains(text, begins) || !strings.Contains(text, ends) {
					t.Fatalf("%d of %d: file %d is not named", n, long, i)
				}
			}
		}
	}
}
