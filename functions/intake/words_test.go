package intake

import (
	"reflect"
	"regexp"
	"strconv"
	"testing"

	"afterpress/shared/crm"
	"afterpress/shared/httpapi/posted"
)

func TestBothLanguagesSayEverything(t *testing.T) {
	for lang, w := range map[crm.Lang]words{crm.Zh: wordsZh, crm.En: wordsEn} {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			if field := v.Field(i); field.IsZero() || (field.Kind() == reflect.Struct && (field.Field(0).IsZero() || field.Field(1).IsZero())) {
				t.Errorf("%s: %s is empty", lang, v.Type().Field(i).Name)
			}
		}
	}
}

var maxTag = regexp.MustCompile(`max=(\d+)`)

// What a field lets a person type is what the door takes.
func TestFieldsTakeWhatTheDoorTakes(t *testing.T) {
	wire := reflect.TypeFor[posted.Enquiry]()
	for i := range wire.NumField() {
		f := wire.Field(i)
		if name := f.Tag.Get("json"); name == crm.FieldTrap || name == crm.FieldOpened {
			continue // not for persons
		}
		in, known := inputs[crm.FieldName(f.Tag.Get("json"))]
		if !known {
			t.Errorf("%s has no input", f.Name)
		}
		if found := maxTag.FindStringSubmatch(f.Tag.Get("validate")); found != nil && in.Type != "date" && found[1] != strconv.Itoa(in.Max) {
			t.Errorf("%s: the page takes %d characters, the door %s", f.Name, in.Max, found[1])
		}
	}
	if len(inputs) != wire.NumField()-2 {
		t.Errorf("%d inputs for %d fields", len(inputs), wire.NumField())
	}
}
