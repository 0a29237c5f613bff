package crmtest

import (
	"strings"
)

// Paths adds the paths of the fields of a decoded JSON answer, such as contacts[].may[].reason.
func Paths(prefix string, v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, field := range v {
			Paths(strings.TrimPrefix(prefix+"."+name, "."), field, into)
		}
	case []any:
		for _, one := range v {
			Paths(prefix+"[]", one, into)
		}
	default:
		into[prefix] = true
	}
}
