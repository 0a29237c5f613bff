package kerneltest

import (
	"reflect"
	"slices"
	"strings"
)

// Unsaid lists what a table of words leaves empty: texts, functions, and whatever else it has. A name that ends in one
// of mayBe may be empty.
func Unsaid(table any, mayBe ...string) []string { return unsaid(reflect.ValueOf(table), "", mayBe) }

func unsaid(v reflect.Value, name string, mayBe []string) []string {
	var out []string
	switch {
	case v.IsZero() && !slices.ContainsFunc(mayBe, func(end string) bool { return strings.HasSuffix(name, end) }):
		return []string{name}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			out = append(out, unsaid(v.Field(i), name+"."+v.Type().Field(i).Name, mayBe)...)
		}
	case v.Kind() == reflect.Map:
		for _, key := range v.MapKeys() {
			out = append(out, unsaid(v.MapIndex(key), name+"["+key.String()+"]", mayBe)...)
		}
	}
	return out
}
