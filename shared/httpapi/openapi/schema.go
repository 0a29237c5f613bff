package openapi

import (
	"context"
	"reflect"
	"strconv"
	"strings"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

func newDescriber() describer {
	r := openapi31.NewReflector()
	r.DefaultOptions = append(r.DefaultOptions,
		jsonschema.InterceptDefName(typeName),
		jsonschema.InterceptProp(property),
		jsonschema.InterceptSchema(closed),
		jsonschema.InterceptNullability(present),
	)
	return describer{r}
}

type answeringKey struct{}

// answering marks what is described as a part of an answer, where the library does not know it.
func answering(ctx context.Context) context.Context {
	return context.WithValue(ctx, answeringKey{}, true)
}

func isAnswer(rc *jsonschema.ReflectContext) bool {
	if rc.Value(answeringKey{}) != nil {
		return true
	}
	oc, ok := openapi.OperationCtx(rc)
	return ok && oc.IsProcessingResponse()
}

// closed says of what is sent to us that it holds no other fields: Decode refuses them.
func closed(p jsonschema.InterceptSchemaParams) (bool, error) {
	t := p.Value.Type()
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if p.Processed && t.Kind() == reflect.Struct && p.Schema.HasType(jsonschema.Object) && !isAnswer(p.Context) {
		no := false
		p.Schema.WithAdditionalProperties(jsonschema.SchemaOrBool{TypeBoolean: &no})
	}
	return false, nil
}

// present says that lists and maps are never null: they are answered as [] and {}.
func present(p jsonschema.InterceptNullabilityParams) {
	if kind := p.Type.Kind(); p.NullAdded && (kind == reflect.Slice || kind == reflect.Map) {
		p.Schema.RemoveType(jsonschema.Null)
	}
}

// property adds what the validate tag says. A field of an answer is always there unless it may be left out.
func property(p jsonschema.InterceptPropParams) error {
	if !p.Processed {
		return nil
	}
	rules := strings.Split(p.Field.Tag.Get("validate"), ",")
	required := isAnswer(p.Context) && !strings.Contains(p.Field.Tag.Get("json"), ",omit")
	s := p.PropertySchema
	for _, rule := range rules {
		name, param, _ := strings.Cut(rule, "=")
		if name == "dive" {
			break // what follows is about the entries, not about the list
		}
		if name == "required" {
			required = true
		}
		if s.Ref == nil {
			constrain(s, name, param)
		}
	}
	if required {
		p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
	}
	return nil
}

// idPattern is crm's `id` tag.
const idPattern = "_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"

// constrain writes one validate rule as JSON Schema. Rules that it cannot say are left to the server's own words.
func constrain(s *jsonschema.Schema, rule, param string) {
	switch rule {
	case "required":
		if s.HasType(jsonschema.String) && s.MinLength == 0 && s.Format == nil {
			s.WithMinLength(1)
		}
	case "min", "gte", "max", "lte", "len":
		if n, err := strconv.ParseInt(param, 10, 64); err == nil {
			bound(s, rule, n)
		}
	case "oneof":
		for value := range strings.FieldsSeq(param) {
			s.Enum = append(s.Enum, value)
		}
	case "lang":
		s.WithEnum("zh", "en")
	case "region":
		s.WithPattern("^[A-Z]{2}$")
	case "id":
		if param == "" {
			param = "[a-z]+"
		}
		s.WithPattern("^" + param + idPattern)
	case "email":
		s.WithFormat("email")
	case "url", "http_url", "https_url":
		s.WithFormat("uri")
	case "datetime":
		if param == "2006-01-02" {
			s.WithFormat("date")
		}
	}
}

// bound limits a number, the characters of a text or the entries of a list.
func bound(s *jsonschema.Schema, rule string, n int64) {
	low, high := rule != "max" && rule != "lte", rule != "min" && rule != "gte"
	switch {
	case s.HasType(jsonschema.String):
		if low {
			s.WithMinLength(n)
		}
		if high {
			s.WithMaxLength(n)
		}
	case s.HasType(jsonschema.Array):
		if low {
			s.WithMinItems(n)
		}
		if high {
			s.WithMaxItems(n)
		}
	default:
		if low {
			s.WithMinimum(float64(n))
		}
		if high {
			s.WithMaximum(float64(n))
		}
	}
}
