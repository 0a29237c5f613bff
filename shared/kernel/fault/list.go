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

// Escaped is a name as a JSON pointer writes it.
func Escaped(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

var NotNegative = words.Text{Zh: "请填写 0 或更大的整数。", En: "Enter a whole number of 0 or more."}

// What a shop sets up (staff, branches, calendars, policies) is checked by rules that gather every fault, each with
// its place in the body.

// List are the faults of one record of the set-up.
type List []Field

func (f *List) Add(pointer, zh, en string) {
	*f = append(*f, Field{Pointer: pointer, Text: words.Text{Zh: zh, En: en}})
}

// Within notes a figure that is not in [low, high].
func (f *List) Within(pointer string, n, low, high int64) {
	if n < low || n > high {
		f.Add(pointer, fmt.Sprintf("请填写 %d 至 %d。", low, high), fmt.Sprintf("Enter %d to %d.", low, high))
	}
}

// Sound reports whether nothing is wrong with a part of a policy.
func Sound(part interface{ Check(*List, string) }) bool {
	var f List
	part.Check(&f, "")
	return len(f) == 0
}

// Invalid is the error of the faults; nil where there are none.
func (f List) Invalid() error {
	if len(f) == 0 {
		return nil
	}
	return Faulty(f...)
}

// Listed writes faults on one line, for whoever runs a command: "/week/mon/0/from: …; /zone: …".
func Listed(faults []Field) string {
	var out []string
	for _, f := range faults {
		out = append(out, f.Pointer+": "+f.Text.En)
	}
	return strings.Join(out, "; ")
}

// Differing lists the fields of two records of one type that differ, by their JSON names, without those that every
// change changes.
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

// Same reports whether nothing but what every change changes differs.
func Same(before, next any) bool { return len(Differing(before, next)) == 0 }

func FieldsOf(v any) map[string]any {
	raw, err := json.Marshal(v)
	out := map[string]any{}
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		panic(fmt.Sprintf("crm: a %T is not a JSON object: %v", v, err)) // a mistake in the code, not in the input
	}
	for name, value := range out { // no list and an empty one say the same
		if list, ok := value.([]any); ok && len(list) == 0 {
			delete(out, name)
		}
	}
	return out
}
