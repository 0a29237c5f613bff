package file

import (
	"testing"

	"afterpress/shared/kernel/kerneltest"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	t.Parallel()
	for lang, w := range map[string]wording{"zh": wordsZh, "en": wordsEn} {
		for _, empty := range kerneltest.Unsaid(w) {
			t.Errorf("%s: %s is empty", lang, empty)
		}
	}
}
