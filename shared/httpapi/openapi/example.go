package openapi

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/swaggest/openapi-go/openapi31"
)

// said are examples by the name of a field: what a person would enter there, and what comes back.
var said = map[string]any{
	"name": "李娜", "email": "lina@example.com", "phone": "+8613800138000", "company": "晨光文化",
	"message": "90 × 54 mm，双面", "product": "cards", "quantity": 500, "job": "20261201-07", "zh": "名片",
	"en": "Business cards", "zone": "Asia/Shanghai", "url": "https://shop.example/", "currency": "CNY",
	"origins": []any{"https://shop.example"}, "from": "09:00", "to": "18:00", "source": "exhibition", "form": "quote",
	"branch": "shanghai", "branches": []any{"shanghai"}, "policy": "standard@1", "calendar": "shanghai",
	"words": "第 3 页套印不准。", "note": "已电话说明。", "reason": "客户要求。", "text": "您好，样品今天寄出。",
	"subject":  "staff-7",
	"customer": exampleID("cus"), "customer_id": exampleID("cus"), "contact": exampleID("con"),
	"contact_id": exampleID("con"), "owner": exampleID("stf"), "by": exampleID("stf"), "lead": exampleID("lead"),
	"title": "寄样品", "lang": "zh", "defects": []any{"register"}, "roles": []any{"sales"},
	"id": "019b0000-0000-7000-8000-000000000001",
}

// parts are examples of objects whose fields make sense together alone, by the name of their field.
var parts = map[string]any{
	"lead": map[string]any{"first_contact_s": 1800, "pool_s": 57600, "next_step_s": 144000, "max_owners": 3,
		"claims_per_day": 10},
	"week": map[string]any{"mon": []any{map[string]any{"from": "09:00", "to": "18:00"}}},
}

// idForm is a pattern of ids, with their prefix.
var idForm = regexp.MustCompile(`^\^([a-z]+)_\[0-9a-f\]`)

// exampleID is an id as the store makes them.
func exampleID(prefix string) string { return prefix + "_019b0000-0000-7000-8000-000000000001" }

// Example is what was really sent and answered. Either may be absent.
type Example struct {
	Sent   json.RawMessage `json:"sent,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"`
}

// examples puts an example beside the body and the answer of the operation: those of Info.Examples, or one that follows
// from the schema.
func (d describer) examples(op *openapi31.Operation) {
	if op.RequestBody != nil && op.RequestBody.RequestBody != nil {
		d.exemplify(op.RequestBody.RequestBody.Content, true)
	}
	for _, response := range op.ResponsesEns().MapOfResponseOrReferenceValues {
		if response.Response != nil {
			d.exemplify(response.Response.Content, false)
		}
	}
	given := d.info.Examples[*op.ID]
	if op.RequestBody != nil && op.RequestBody.RequestBody != nil {
		replace(op.RequestBody.RequestBody.Content, given.Sent)
	}
	for status, response := range op.ResponsesEns().MapOfResponseOrReferenceValues {
		if response.Response != nil && status != "default" {
			replace(response.Response.Content, given.Answer)
		}
	}
}

// replace puts what was seen in the place of what was made up.
func replace(content map[string]openapi31.MediaType, seen json.RawMessage) {
	for kind, media := range content {
		if len(seen) > 0 && strings.HasSuffix(kind, "json") && kind != typeOperations {
			content[kind] = *media.WithExample(seen)
		}
	}
}

func (d describer) exemplify(content map[string]openapi31.MediaType, sent bool) {
	for kind, media := range content {
		if !strings.HasSuffix(kind, "json") || media.Schema == nil {
			continue
		}
		example := d.example("", media.Schema, 0)
		if kind == typeOperations {
			example = []any{map[string]any{"op": "replace", "path": "/name", "value": "李娜"}}
		}
		if sent && kind == typePatch {
			example = d.few(media.Schema)
		}
		if example != nil {
			content[kind] = *media.WithExample(example)
		}
	}
}

// few is an object with one field. As a merge patch it changes just that.
func (d describer) few(schema map[string]any) any {
	properties, _ := schema["properties"].(map[string]any)
	for _, name := range slices.Sorted(keys(properties)) {
		if property := properties[name].(map[string]any); kindOf(property) != "object" && kindOf(property) != "" {
			return map[string]any{name: d.example(name, property, 1)}
		}
	}
	return map[string]any{}
}

func keys(of map[string]any) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for name := range of {
			if !yield(name) {
				return
			}
		}
	}
}

// kindOf is the first type of a schema that is not null.
func kindOf(schema map[string]any) string {
	kinds, list := schema["type"].([]any)
	if !list {
		kind, _ := schema["type"].(string)
		return kind
	}
	for _, kind := range kinds {
		if kind != "null" {
			return kind.(string)
		}
	}
	return ""
}

// deepest is how deep an example is nested: what lies below adds length and no sense.
const deepest = 5

// example is a value of the schema for the field of the name. What need not be there is left out.
func (d describer) example(name string, schema map[string]any, depth int) any {
	if ref, is := schema["$ref"].(string); is {
		schema = d.Spec.ComponentsEns().Schemas[ref[strings.LastIndex(ref, "/")+1:]]
	}
	for _, choice := range []string{"anyOf", "oneOf", "allOf"} {
		if of, is := schema[choice].([]any); is && len(of) > 0 {
			return d.example(name, of[0].(map[string]any), depth)
		}
	}
	for _, value := range entries(schema["enum"]) {
		if value != nil && value != "" {
			return value
		}
	}
	switch kindOf(schema) {
	case "object":
		if given, known := parts[name]; known {
			return given
		}
		return d.exampleObject(schema, depth)
	case "array":
		if given, known := said[name].([]any); known {
			return given
		}
		of, _ := schema["items"].(map[string]any)
		if of == nil || depth >= deepest {
			return []any{}
		}
		return d.exampleList(schema, of, depth+1)
	case "string":
		return exampleText(name, schema)
	case "integer", "number":
		if given, known := said[name].(int); known {
			return given
		}
		return exampleNumber(schema)
	case "boolean":
		return true
	}
	return nil
}

// exampleList has an entry, or as many as there have to be.
func (d describer) exampleList(schema, of map[string]any, depth int) any {
	out := []any{d.example("", of, depth)}
	least, _ := schema["minItems"].(float64)
	for n := 2; n <= int(least); n++ {
		out = append(out, fmt.Sprintf("text %d", n))
	}
	return out
}

func (d describer) exampleObject(schema map[string]any, depth int) any {
	out := map[string]any{}
	properties, _ := schema["properties"].(map[string]any)
	needed := entries(schema["required"])
	for _, name := range slices.Sorted(keys(properties)) {
		_, told := said[name].(string)
		property, known := properties[name].(map[string]any)
		if wanted := slices.Contains(needed, any(name)) || told && depth == 0; known && wanted && depth < deepest {
			out[name] = d.example(name, property, depth+1)
		}
	}
	if few, is := d.few(schema).(map[string]any); is && len(out) == 0 && depth > 0 {
		return few // a part without a field would be none
	}
	return out
}

// entries are those of a list, whatever its type in Go.
func entries(list any) (out []any) {
	switch list := list.(type) {
	case []any:
		return list
	case []string:
		for _, entry := range list {
			out = append(out, entry)
		}
	}
	return out
}

func exampleText(name string, schema map[string]any) any {
	if name == "id" && schema["pattern"] == nil {
		return said[name]
	}
	pattern, _ := schema["pattern"].(string)
	pattern = strings.TrimPrefix(pattern, "^$|")
	if prefix := idForm.FindStringSubmatch(pattern); prefix != nil {
		return exampleID(prefix[1])
	}
	switch schema["format"] {
	case "date-time":
		return "2026-12-01T02:00:00Z"
	case "date":
		return "2026-12-10"
	case "uri":
		return "https://shop.example/"
	case "email":
		return "lina@example.com"
	}
	switch pattern {
	case "^[A-Z]{2}$":
		return "CN"
	case "^[A-Z]{3}$":
		return "CNY"
	case slugPattern:
		if name == "id" {
			return "shanghai"
		}
	}
	if given, known := said[name].(string); known {
		return given
	}
	return "text"
}

func exampleNumber(schema map[string]any) any {
	switch low := schema["minimum"].(type) {
	case float64:
		return max(low, 1)
	case int64:
		return max(low, 1)
	}
	return 1
}
