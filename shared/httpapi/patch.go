package httpapi

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"net/http"

	"afterpress/shared/crm"
)

const typePatch = "application/merge-patch+json"

// Patch reads the request's merge patch (RFC 7396), applies it to the record as the API writes it, and reads the result as Decode reads a body: what
// the patch does not name stays, null takes a field away, lists are replaced whole.
func Patch[T any](r *http.Request, record T) (T, error) {
	var none T
	patch, err := bodyOf(r, typePatch)
	if err != nil {
		return none, err
	}
	if err := shapely(patch, maxDepth); err != nil {
		return none, err
	}
	if !stdjson.Valid(patch) {
		return none, crm.Fail(crm.Unreadable, "请求正文须为一个 JSON 对象，之后不要有其他内容。", "The body must be one JSON object and nothing after it.")
	}
	before, err := stdjson.Marshal(record)
	if err != nil {
		return none, err
	}
	var target, change any
	for _, step := range []struct {
		raw  []byte
		into *any
	}{{before, &target}, {patch, &change}} {
		dec := stdjson.NewDecoder(bytes.NewReader(step.raw))
		dec.UseNumber()
		if err := dec.Decode(step.into); err != nil {
			return none, crm.Fail(crm.Unreadable, "请求正文不是正确的 JSON。", "The body is not JSON.").Because(err)
		}
	}
	after, err := stdjson.Marshal(merged(target, change))
	if err != nil {
		return none, err
	}
	whole := r.Clone(r.Context())
	whole.Header.Set("Content-Type", typeJSON)
	whole.Body = io.NopCloser(bytes.NewReader(after))
	return Decode[T](whole)
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
