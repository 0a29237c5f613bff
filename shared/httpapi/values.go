package httpapi

import (
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"afterpress/shared/kernel/fault"
)

// Query reads the request's query into a T, by the names in its json tags; a `default` tag fills a parameter that
// is absent. A parameter that T does not have, or that stands there twice, is Unreadable; a value of the wrong type
// or outside its limits is Invalid, with the pointer "?name".
func Query[T any](r *http.Request) (T, error) {
	var in, none T
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || !utf8.ValidString(r.URL.RawQuery) {
		return none, fault.Fail(fault.Unreadable, "无法读取查询参数。请按网址编码规则编写。",
			"The query cannot be read. Write it in URL encoding.")
	}
	faults, err := fill(&in, values, "?")
	if err != nil {
		return none, err
	}
	return in, checked(r, &in, faults, "?")
}

// DecodeForm reads the fields of an HTML form as Decode reads JSON: the same strictness, checks and pointers. It
// leaves what was typed in r.PostForm. It returns what it could read even with an Invalid error, so that a page can
// show both again. An empty number is 0; a box is true by "on" or "true"; boxes of one name are a []string; line
// breaks arrive as "\n". A name such as answers.paper is the entry paper of the map answers.
func DecodeForm[T any](r *http.Request) (T, error) {
	var in, none T
	body, err := bodyOf(r, typeForm)
	if err != nil {
		return none, err
	}
	values, err := url.ParseQuery(string(body))
	if err != nil {
		return none, fault.Fail(fault.Unreadable, "无法读取表单。请返回页面重新提交。",
			"The form cannot be read. Go back to the page and send it again.")
	}
	r.PostForm = values
	faults, err := fill(&in, values, "/")
	if err != nil {
		return none, err
	}
	return in, checked(r, &in, faults, "/")
}

// checked adds what the validate tags find to the faults of reading; a field that could not be read is not blamed
// twice.
func checked(r *http.Request, in any, faults []fault.Field, mark string) error {
	for _, f := range Checker(r).Faults(in) {
		f.Pointer = mark + strings.TrimPrefix(f.Pointer, "/")
		if !slices.ContainsFunc(faults, func(known fault.Field) bool { return known.Pointer == f.Pointer }) {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		return fault.Faulty(faults...)
	}
	return nil
}

// fill writes values into the fields of the struct that into points to. mark begins every pointer: "/" for a form,
// "?" for a query.
func fill(into any, values url.Values, mark string) ([]fault.Field, error) {
	target := reflect.ValueOf(into).Elem()
	fields := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(target.Type()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			fields[name] = f
			if value, ok := f.Tag.Lookup("default"); ok {
				set(target.FieldByIndex(f.Index), value, false)
			}
		}
	}
	var faults []fault.Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		field, known := fields[name]
		if of, entry, nested := strings.Cut(name, "."); nested && !known {
			if field, known = fields[of]; known && field.Type.Kind() == reflect.Map && len(values[name]) == 1 &&
				utf8.ValidString(values[name][0]) && utf8.ValidString(entry) {
				put(target.FieldByIndex(field.Index), entry, values[name][0])
				continue
			}
			known = false
		}
		switch text := values[name]; {
		case !known, field.Type.Kind() == reflect.Map: // entries of a map have names such as answers.paper
			return nil, unreadableAt(mark+strings.ToValidUTF8(name, "\ufffd"), "没有这个参数。请核对拼写与大小写。",
				"There is no such parameter. Check its spelling and its case.")
		case field.Type == reflect.TypeFor[[]string]() &&
			!slices.ContainsFunc(text, func(s string) bool { return !utf8.ValidString(s) }):
			target.FieldByIndex(field.Index).Set(reflect.ValueOf(text)) // boxes of one name
		case len(text) != 1:
			return nil, unreadableAt(mark+name, "这个参数出现了多次。请只保留一次。", "This parameter stands there more than once. Keep one.")
		case !utf8.ValidString(text[0]):
			return nil, unreadableAt(mark+name, "这个参数不是有效的 UTF-8。", "This parameter is not valid UTF-8.")
		case !set(target.FieldByIndex(field.Index), text[0], mark == "/"):
			faults = append(faults, fault.Field{Pointer: mark + name, Text: wanted(field.Type)})
		}
	}
	return faults, nil
}

// put adds a text to a map of texts.
func put(into reflect.Value, entry, text string) {
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	value := reflect.New(into.Type().Elem()).Elem()
	set(value, text, true)
	into.SetMapIndex(reflect.ValueOf(entry), value)
}

// set reads text into a string, a number, a box or a pointer to one; typed says that a person typed it. Numbers
// have one spelling.
func set(field reflect.Value, text string, typed bool) bool {
	switch field.Kind() {
	case reflect.Pointer:
		if typed && text == "" {
			return true
		}
		field.Set(reflect.New(field.Type().Elem()))
		return set(field.Elem(), text, typed)
	case reflect.String:
		if typed {
			text = strings.ReplaceAll(text, "\r\n", "\n")
		}
		field.SetString(text)
		return true
	case reflect.Int, reflect.Int64:
		if typed && text == "" {
			return true
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != text || field.OverflowInt(n) {
			return false
		}
		field.SetInt(n)
		return true
	case reflect.Bool:
		field.SetBool(text == "true" || (typed && text == "on"))
		return text == "true" || text == "false" || (typed && (text == "on" || text == ""))
	}
	panic("httpapi: a form or query cannot fill a " + field.Type().String())
}
