package form

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
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

var maxTag = regexp.MustCompile(`max=(\d+)`)

// What a field lets a person type is what the door takes.
func TestFieldsTakeWhatTheDoorTakes(t *testing.T) {
	t.Parallel()
	wire := reflect.TypeFor[frontdesk.Enquiry]()
	for i := range wire.NumField() {
		f := wire.Field(i)
		switch name := f.Tag.Get("json"); name {
		case form.FieldTrap, form.FieldOpened: // not for persons
			continue
		case "answers": // by questionInputs, within what the rules take
			if most := f.Tag.Get("validate"); !strings.Contains(most, fmt.Sprintf("max=%d,text",
				form.Question{Kind: form.QuestionLong}.Longest())) {
				t.Errorf("the door takes answers of %s", most)
			}
			continue
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
	if len(inputs) != wire.NumField()-3 {
		t.Errorf("%d inputs for %d fields", len(inputs), wire.NumField())
	}
}
