package openapi

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"afterpress/shared/kernel/valid"

	"github.com/swaggest/jsonschema-go"
	"github.com/swaggest/openapi-go"
	"github.com/swaggest/openapi-go/openapi31"
)

func newDescriber(info Info, lists valid.Lists) describer {
	r := openapi31.NewReflector()
	r.DefaultOptions = append(r.DefaultOptions,
		jsonschema.InterceptDefName(typeName),
		jsonschema.InterceptProp(property(lists, info)),
		jsonschema.InterceptSchema(closed),
		jsonschema.InterceptNullability(present),
	)
	return describer{r, info, lists, new([]*openapi31.Operation)}
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

// property adds what the validate tag says of what is sent to us. A field of an answer is always there unless it
// may be left out.
func property(lists valid.Lists, info Info) jsonschema.InterceptPropFunc {
	return func(p jsonschema.InterceptPropParams) error {
		if !p.Processed {
			return nil
		}
		if words := info.Glossary[p.Name]; words != "" && p.PropertySchema.Description == nil {
			p.PropertySchema.WithDescription(words)
		}
		if isAnswer(p.Context) {
			if !strings.Contains(p.Field.Tag.Get("json"), ",omit") {
				p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
			}
			return enumerate(p, lists, info.Types)
		}
		return describe(p, lists)
	}
}

// enumerate writes out the closed list that a field of an answer is of. The field's own tag `of` names the list, or
// its type does. A list that is not there is an error.
func enumerate(p jsonschema.InterceptPropParams, lists valid.Lists, types map[reflect.Type]string) error {
	t, s := p.Field.Type, p.PropertySchema
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	name := cmp.Or(p.Field.Tag.Get("of"), types[t])
	if name == "" {
		return nil
	}
	list, known := lists[name]
	if !known {
		return fmt.Errorf("%s: no list is called %s", p.Name, name)
	}
	if s.Items != nil && s.Items.SchemaOrBool != nil {
		s = s.Items.SchemaOrBool.TypeObject
	}
	s.Enum = nil
	for _, word := range list {
		s.Enum = append(s.Enum, word)
	}
	return nil
}

func describe(p jsonschema.InterceptPropParams, lists valid.Lists) error {
	own, entries, dives := strings.Cut(p.Field.Tag.Get("validate"), ",dive")
	s := p.PropertySchema
	rules, err := ruled(own, lists)
	if err != nil {
		return err
	}
	constrain(s, rules)
	of, err := ruled(strings.TrimPrefix(entries, ","), lists)
	if err != nil {
		return err
	}
	if dives && s.Items != nil && s.Items.SchemaOrBool != nil {
		constrain(s.Items.SchemaOrBool.TypeObject, of)
	}
	if slices.Contains(rules, "required") || needed(p.Field.Type) {
		p.ParentSchema.Required = append(p.ParentSchema.Required, p.Name)
		s.RemoveType(jsonschema.Null)
	} else {
		allowNull(s)
	}
	return nil
}

// ruled are the rules of a tag. A list is written out, as oneof has it. A list that is not there is an error.
func ruled(tag string, lists valid.Lists) ([]string, error) {
	rules := strings.Split(tag, ",")
	for i, rule := range rules {
		if name, named := strings.CutPrefix(rule, "one="); named {
			list, known := lists[name]
			if !known {
				return nil, fmt.Errorf("no list is called %s", name)
			}
			rules[i] = "oneof=" + strings.Join(list, " ")
		}
	}
	return rules, nil
}

// allowNull says that null stands for an absent value.
func allowNull(s *jsonschema.Schema) {
	if s.Ref != nil {
		named, null := jsonschema.Schema{Ref: s.Ref}, jsonschema.Schema{}
		s.Ref = nil
		s.AnyOf = []jsonschema.SchemaOrBool{named.ToSchemaOrBool(), null.WithType(jsonschema.Null.Type()).ToSchemaOrBool()}
		return
	}
	s.AddType(jsonschema.Null)
	if len(s.Enum) > 0 {
		s.Enum = append(s.Enum, nil)
	}
}

// needed reports whether an object has to be there because something in it has to: the validator looks into every
// struct that is not a pointer.
func needed(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for field := range t.Fields() {
		own, _, _ := strings.Cut(field.Tag.Get("validate"), ",dive")
		if slices.Contains(strings.Split(own, ","), "required") || needed(field.Type) {
			return true
		}
	}
	return false
}

// Patterns of crm's own tags. Rules that JSON Schema cannot say are left to the server's own words.
const (
	idPattern   = "_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
	slugPattern = "^[a-z][a-z0-9-]*$"
	day         = "2006-01-02"
	month       = "2006-01"

	// Members of a class of characters: what breaks a line or turns its direction, and what cannot be
	// seen. A text of marks alone is left to the server.
	breaking = `\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069`
	unseen   = `\u0020\u00a0\u00ad\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u180e\u2000-\u200d\u202f\u205f-\u206f` +
		`\u2800\u3000\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff`
)

// breakingText is breaking without line feed and tab.
var breakingText = strings.Replace(breaking, `\u0000-\u001f`, `\u0000-\u0008\u000b-\u001f`, 1)

// constrain writes validate rules as JSON Schema.
func constrain(s *jsonschema.Schema, rules []string) {
	if s.Ref != nil {
		return
	}
	for _, rule := range rules {
		name, param, _ := strings.Cut(rule, "=")
		constrainBy(s, name, param)
	}
	refused := ""
	switch {
	case slices.Contains(rules, "oneline"):
		refused = breaking
	case slices.Contains(rules, "text"):
		refused = breakingText
	}
	switch {
	case refused != "" && slices.Contains(rules, "shown"):
		s.WithPattern("^[^" + refused + "]*[^" + breaking + unseen + "][^" + refused + "]*$")
	case refused != "" && s.Pattern == nil:
		s.WithPattern("^[^" + refused + "]*$")
	}
	if s.HasType(jsonschema.String) &&
		(slices.Contains(rules, "omitempty") || slices.Contains(rules, "shown") && !slices.Contains(rules, "required")) {
		allowEmpty(s)
	}
}

// allowEmpty says that an empty text stands for an absent one.
func allowEmpty(s *jsonschema.Schema) {
	s.MinLength = 0
	if len(s.Enum) > 0 {
		s.Enum = append(s.Enum, "")
	}
	if s.Pattern != nil {
		s.WithPattern("^$|" + *s.Pattern)
	}
}

func constrainBy(s *jsonschema.Schema, rule, param string) {
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
	case "unique":
		if param == "" {
			s.WithUniqueItems(true)
		}
	case "lang":
		s.WithEnum("zh", "en")
	case "region", "iso3166_1_alpha2":
		s.WithPattern("^[A-Z]{2}$")
	case "iso4217":
		s.WithPattern("^[A-Z]{3}$")
	case "slug":
		s.WithPattern(slugPattern)
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
		switch param {
		case day:
			s.WithFormat("date")
		case month:
			s.WithPattern("^[0-9]{4}-(0[1-9]|1[0-2])$")
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
