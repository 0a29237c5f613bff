package centre

import (
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	t.Parallel()
	for _, lang := range []words.Lang{words.Zh, words.En} {
		w := wordsIn(lang)
		for _, empty := range kerneltest.Unsaid(*w) {
			t.Errorf("%s: %s is empty", lang, empty)
		}
	}
}
