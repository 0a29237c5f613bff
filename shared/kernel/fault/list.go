package fault

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"afterpress/shared/kernel/words"
)

// Escaped is name as a part of a JSON pointer (RFC 6901): "~" becomes "~0", and "/" becomes "~1".
func Escaped(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// NotNegative is the text for a figure below 0.
var NotNegative = words.Text{Zh: "请填写 0 或更大的整数。", En: "Enter a whole number of 0 or more."}

// List gathers the faults of one record of the set-up: staff, branches, calendars, policies. The rules report
// every fault at once, each with its place in the body.
type List []Field

// Add notes a fault at the JSON pointer, with what to do in Chinese and English.
func (f *List) Add(pointer, zh, en string) {
	*f = append(*f, Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
}

// Within notes a figure that is not in [low, high].
func (f *List) Within(pointer string, n, low, high int64) {
	if n < low || n > high {
		f.Add(pointer, fmt.Sprintf("请填写 %d 至 %d。", low, high), fmt.Sprintf("Enter %d to %d.", low, high))
	}
}

// Sound reports whether a part of a policy has no fault.
func Sound(part interface{ Check(*List, string) }) bool {
	var f List
	part.Check(&f, "")
	return len(f) == 0
}

// Invalid is the error of kind Invalid for the faults. It is nil where there are none.
func (f List) Invalid() error {
	if len(f) == 0 {
		return nil
	}
	return Faulty(f...)
}

// Listed writes the English texts of faults on one line, for operators: "/week/mon/0/from: …; /zone: …".
func Listed(faults []Field) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Pointer+": "+f.Text.En)
	}
	return strings.Join(out, "; ")
}

// Differing lists the fields in which two records of one type differ, by their JSON names, sorted. The fields
// that every change sets are left out: version, created_at and updated_at.
func Differing(before, next any) []string {
	a, b := FieldsOf(before), FieldsOf(next)
	all := maps.Clone(a)
	maps.Copy(all, b)
	var out []string
	for name := range all {
		if name != "version" && name != "updated_at" && name != "created_at" && !reflect.DeepEqual(a[name], b[name]) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Same reports whether two records differ in no field that Differing looks at.
func Same(before, next any) bool { return len(Differing(before, next)) == 0 }

// FieldsOf is v as a map of its JSON fields. Empty lists are left out. It panics when v is not a JSON object.
func FieldsOf(v any) map[string]any {
	raw, err := json.Marshal(v)
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("fault: a %T is not a JSON object: %v", v, err)) // a mistake in the code, not in the input
	}
	for name, value := range out { // no list and an empty one say the same
		if list, ok := value.([]any); ok && len(list) == 0 {
			delete(out, name)
		}
	}
	return out
}
