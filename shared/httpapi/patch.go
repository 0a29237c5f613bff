package httpapi

import (
	"bytes"
	stdjson "encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"afterpress/shared/kernel/fault"

	"github.com/go-json-experiment/json/jsontext"
)

const typePatch = "application/merge-patch+json"

// Patch reads the request's patch, applies it to the record as the API writes it, and reads the result as Decode reads
// a body. The patch is one of two:
//   - A merge patch (RFC 7396) is an object. What it does not name stays, null takes a field away, lists are replaced
//     whole.
//   - A JSON patch (RFC 6902) is a list of operations. It adds to a list or removes from it, and leaves the rest.
//
// Patch does not blame what did not change. A record may hold values that came by a form or under other limits, and
// a change of another field need not mend them.
func Patch[T any](r *http.Request, record T) (T, error) {
	var none T
	before, err := stdjson.Marshal(record)
	if err != nil {
		return none, err
	}
	change := mergePatched
	if mediaType(r) == typeOperations {
		change = operated
	}
	after, err := change(r, before)
	if err != nil {
		return none, err
	}
	next, err := filled[T](after)
	if err != nil {
		return none, err
	}
	check := Checker(r)
	if faults := made(check.Faults(&next), check.Faults(&record), before, after); len(faults) > 0 {
		return none, fault.Faulty(faults...)
	}
	return next, nil
}

// mergePatched is the record after the request's merge patch.
func mergePatched(r *http.Request, before []byte) ([]byte, error) {
	patch, err := bodyOf(r, typePatch)
	if err != nil {
		return nil, err
	}
	if err := shapely(patch, '{', maxDepth); err != nil {
		return nil, err
	}
	if !stdjson.Valid(patch) {
		return nil, fault.Fail(fault.Unreadable, "请求正文须为一个 JSON 对象，之后不要有其他内容。",
			"The body must be one JSON object and nothing after it.")
	}
	var target, change any
	for _, step := range []struct {
		raw  []byte
		into *any
	}{{before, &target}, {patch, &change}} {
		dec := stdjson.NewDecoder(bytes.NewReader(step.raw))
		dec.UseNumber()
		if err := dec.Decode(step.into); err != nil {
			return nil, fault.Fail(fault.Unreadable, "请求正文不是正确的 JSON。", "The body is not JSON.").Because(err)
		}
	}
	return stdjson.Marshal(merged(target, change))
}

// made are the faults that the patch made: not those that the record had before, of values that are as they were.
func made(faults, had []fault.Field, before, after []byte) []fault.Field {
	if len(had) == 0 {
		return faults
	}
	return slices.DeleteFunc(faults, func(f fault.Field) bool {
		return slices.Contains(had, f) && reflect.DeepEqual(valueAt(before, f.Pointer), valueAt(after, f.Pointer))
	})
}

// valueAt is what stands in a document at a pointer (RFC 6901); nil where nothing does.
func valueAt(document []byte, pointer string) any {
	var value any
	if stdjson.Unmarshal(document, &value) != nil {
		return nil
	}
	for token := range jsontext.Pointer(pointer).Tokens() {
		switch in := value.(type) {
		case map[string]any:
			value = in[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(in) {
				return nil
			}
			value = in[i]
		default:
			return nil
		}
	}
	return value
}

// merged is MergePatch of RFC 7396, section 2.
func merged(target, patch any) any {
	change, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	out, ok := target.(map[string]any)
	if !ok {
		out = map[string]any{}
	}
	for name, value := range change {
		if value == nil {
			delete(out, name)
		} else {
			out[name] = merged(out[name], value)
		}
	}
	return out
}
