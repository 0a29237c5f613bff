package intake

import (
	"afterpress/shared/app/frontdesk"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/words"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	for lang, w := range map[words.Lang]wording{words.Zh: wordsZh, words.En: wordsEn} {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			for _, empty := range unsaid(v.Field(i), v.Type().Field(i).Name) {
				t.Errorf("%s: %s is empty", lang, empty)
			}
		}
	}
}

// unsaid lists the texts in v that are empty. The hint of a field may be.
func unsaid(v reflect.Value, name string) []string {
	var out []string
	switch {
	case v.IsZero() && !strings.HasSuffix(name, "].Hint"):
		return []string{name}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			out = append(out, unsaid(v.Field(i), name+"."+v.Type().Field(i).Name)...)
		}
	case v.Kind() == reflect.Map:
		for _, key := range v.MapKeys() {
			out = append(out, unsaid(v.MapIndex(key), name+"["+key.String()+"]")...)
		}
	}
	return out
}

// What the catalogues have, both languages have words for, and for nothing else.
func TestBothLanguagesNameTheCatalogues(t *testing.T) {
	for lang, w := range map[words.Lang]caseWords{words.Zh: caseWordsZh, words.En: caseWordsEn} {
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
		for e := range defect.EvidenceWords {
			if w.Evidence[e] == "" {
				t.Errorf("%s: no words for %s", lang, e)
			}
		}
		if len(w.Defects) != len(defect.Defects()) || len(w.Wanted) != len(remedy.Kinds) ||
			len(w.Evidence) != len(defect.EvidenceWords) || len(w.Groups) != len(defectGroups) {
			t.Errorf("%s: words for what no catalogue has", lang)
		}
	}
}

var maxTag = regexp.MustCompile(`max=(\d+)`)

// What a field lets a person type is what the door takes.
func TestFieldsTakeWhatTheDoorTakes(t *testing.T) {
	wire := reflect.TypeFor[frontdesk.Enquiry]()
	for i := range wire.NumField() {
		f := wire.Field(i)
		if name := f.Tag.Get("json"); name == form.FieldTrap || name == form.FieldOpened {
			continue // not for persons
		}
		in, known := inputs[form.FieldName(f.Tag.Get("json"))]
		if !known {
			t.Errorf("%s has no input", f.Name)
		}
		if found := maxTag.FindStringSubmatch(f.Tag.Get("validate")); found != nil && in.Type != "date" &&
			found[1] != strconv.Itoa(in.Max) {
			t.Errorf("%s: the page takes %d characters, the door %s", f.Name, in.Max, found[1])
		}
	}
	if len(inputs) != wire.NumField()-2 {
		t.Errorf("%d inputs for %d fields", len(inputs), wire.NumField())
	}
}
