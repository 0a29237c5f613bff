package page

import (
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/words"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	t.Parallel()
	for _, lang := range []words.Lang{words.Zh, words.En} {
		w := WordsIn(lang)
		for _, empty := range kerneltest.Unsaid(*w) {
			t.Errorf("%s: %s is empty", lang, empty)
		}
		if w.OtherLang == lang || WordsIn(w.OtherLang).OtherLang != lang {
			t.Errorf("the other language of %s is %s", lang, w.OtherLang)
		}
	}
}

func TestAFaultIsSaidOfItsField(t *testing.T) {
	t.Parallel()
	for want, got := range map[string]string{
		"Name: enter it": wordsEn.About("Name", "enter it"), "How many? Enter it.": wordsEn.About("How many?", "Enter it."),
		"姓名：请填写": wordsZh.About("姓名", "请填写"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
