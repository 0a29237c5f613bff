package link

import (
	"testing"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/kerneltest"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	t.Parallel()
	for lang, w := range map[string]wording{"zh": wordsZh, "en": wordsEn} {
		for _, empty := range kerneltest.Unsaid(w) {
			t.Errorf("%s: %s is empty", lang, empty)
		}
	}
	for lang, w := range map[string]caseWords{"zh": caseWordsZh, "en": caseWordsEn} {
		for _, empty := range kerneltest.Unsaid(w, "].Hint") {
			t.Errorf("%s: %s is empty", lang, empty)
		}
	}
}

// What the catalogues have, both languages have words for, and for nothing else.
func TestBothLanguagesNameTheCatalogues(t *testing.T) {
	t.Parallel()
	for lang, w := range map[string]caseWords{"zh": caseWordsZh, "en": caseWordsEn} {
		for _, d := range defect.Defects() {
			if w.Defects[d.Kind] == "" || w.Groups[d.Group] == "" {
				t.Errorf("%s: no words for %s of %s", lang, d.Kind, d.Group)
			}
		}
		for _, kind := range remedy.Kinds {
			if w.Wanted[kind] == "" {
				t.Errorf("%s: no words for %s", lang, kind)
			}
		}
		if len(w.Defects) != len(defect.Defects()) || len(w.Wanted) != len(remedy.Kinds) ||
			len(w.Groups) != len(defectGroups) {
			t.Errorf("%s: words for what no catalogue has", lang)
		}
	}
}
