package httpapi

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Limits of what a body may look like; nothing that the API takes comes near them.
const (
	maxDepth  = 8
	maxFields = 64
)

// Decode reads the request's JSON object into a T and checks it by its validate tags. A body of another media type
// is Unsupported; one that is not exactly one JSON object of the fields of T, each at most once and in its own
// spelling, is Unreadable; values of the wrong type or outside their limits are Invalid, each with its pointer.
// A T without fields asks for nothing: an empty body is one, whatever its media type.
func Decode[T any](r *http.Request) (T, error) {
	if reflect.TypeFor[T]().NumField() == 0 && empty(r) {
		return *new(T), nil
	}
	return decoded[T](r)
}

// DecodeTyped is Decode for what another system passes on of people's words. Faults of fields that theirs says a person
// typed come back beside the input, which holds what was typed: it is kept, and no sender can mend it. Other faults are
// the sender's, and the error.
func DecodeTyped[T any](r *http.Request, theirs func(fault.Field) bool) (in T, typed []fault.Field, err error) {
	body, err := bodyOf(r, typeJSON)
	if err != nil {
		return in, nil, err
	}
	if in, err = filled[T](body); err != nil {
		return in, nil, err
	}
	var sender []fault.Field
	for _, f := range Checker(r).Faults(&in) {
		if theirs(f) && said(body, f.Pointer) {
			typed = append(typed, f)
		} else {
			sender = append(sender, f)
		}
	}
	if len(sender) > 0 {
		return in, nil, fault.Faulty(sender...)
	}
	return in, typed, nil
}

// said reports whether the body has a value where the pointer points to, or above: what is missing nobody typed.
func said(body []byte, pointer string) bool {
	var fields map[string]jsontext.Value
	if json.Unmarshal(body, &fields) != nil {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	value, there := fields[name]
	var text string
	return there && value.Kind() != 'n' && (json.Unmarshal(value, &text) != nil || strings.TrimSpace(text) != "")
}

// empty reports whether the request has no body. What was read of it can be read again.
func empty(r *http.Request) bool {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && len(body) == 0
}

func decoded[T any](r *http.Request) (T, error) {
	var none T
	body, err := bodyOf(r, typeJSON)
	if err != nil {
		return none, err
	}
	in, err := filled[T](body)
	if err != nil {
		return none, err
	}
	if faults := Checker(r).Faults(&in); len(faults) > 0 {
		return none, fault.Faulty(faults...)
	}
	return in, nil
}

// filled is a T of a body, not yet checked by its tags.
func filled[T any](body []byte) (T, error) {
	var in, none T
	if err := shapely(body, '{', maxDepth); err != nil {
		return none, err
	}
	if err := json.Unmarshal(body, &in, json.RejectUnknownMembers(true)); err != nil {
		return none, misread(err)
	}
	return in, nil
}

// deepForeign is how deep the JSON of somebody else's format may be nested.
const deepForeign = 16

// DecodeForeign reads a JSON object of a format that is not ours: what T does not name is passed over. Its errors
// are those of Decode.
func DecodeForeign[T any](body []byte) (T, error) {
	var in, none T
	if err := shapely(body, '{', deepForeign); err != nil {
		return none, err
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return none, misread(err)
	}
	return in, nil
}

// bodyOf reads the body if it is of the media type, in plain UTF-8.
func bodyOf(r *http.Request, want string) ([]byte, error) {
	body, err := Raw(r, want)
	if err != nil {
		return nil, err
	}
	if !utf8.Valid(body) {
		return nil, fault.Fail(fault.Unreadable, "请求正文不是有效的 UTF-8。请用 UTF-8 编码发送。",
			"The body is not valid UTF-8. Send it in UTF-8.")
	}
	return body, nil
}

// Raw reads the body if it is of exactly this media type and not compressed. Whether it is UTF-8 is for the caller
// to ask.
func Raw(r *http.Request, want string) ([]byte, error) {
	kind, params, err := mime.ParseMediaType(strings.Join(r.Header.Values("Content-Type"), ","))
	charset, rest := params["charset"], len(params)
	if charset != "" {
		rest--
	}
	encoding := strings.Join(r.Header.Values("Content-Encoding"), ",")
	if err != nil || kind != want || rest > 0 || (charset != "" && !strings.EqualFold(charset, "utf-8")) ||
		(encoding != "" && encoding != "identity") {
		return nil, fault.Fail(fault.Unsupported,
			"请以 Content-Type: "+want+"（UTF-8，不压缩）发送。",
			"Send this as Content-Type: "+want+", in UTF-8 and not compressed.")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, unread(err)
	}
	return body, nil
}

// unread says why a body could not be read to its end.
func unread(err error) error {
	var limit *http.MaxBytesError
	if errors.As(err, &limit) {
		size := strconv.FormatInt(limit.Limit, 10)
		return fault.Fail(fault.TooLarge,
			"请求正文超过 "+size+" 字节。请缩短后再发送。",
			"The body is larger than "+size+" bytes. Send a shorter one.")
	}
	return fault.Fail(fault.Unreadable, "请求正文没有传完。请重新发送。", "The body broke off. Send it again.").Because(err)
}

// unreadableAt is an Unreadable error about one place of the input.
func unreadableAt(pointer, zh, en string) error {
	e := fault.Fail(fault.Unreadable, zh, en)
	e.Fields = []fault.Field{{Pointer: capped(pointer), Text: e.Text}}
	return e
}

// shapely walks the JSON once before anything is filled, so that what fills is small and flat. begins is the sign
// with which the body begins: { for an object, [ for a list.
func shapely(body []byte, begins jsontext.Kind, deepest int) error {
	dec := jsontext.NewDecoder(bytes.NewBuffer(body))
	if dec.PeekKind() != begins {
		if begins == '[' {
			return unreadableAt("", "请求正文须为一个 JSON 数组，以 [ 开头。", "The body must be one JSON list; it begins with [.")
		}
		return unreadableAt("", "请求正文须为一个 JSON 对象，以 { 开头。", "The body must be one JSON object; it begins with {.")
	}
	for {
		if _, err := dec.ReadToken(); err != nil {
			return misread(err)
		}
		depth := dec.StackDepth()
		if depth == 0 {
			return nil
		}
		if depth > deepest {
			n := strconv.Itoa(deepest)
			return unreadableAt(string(dec.StackPointer()), "嵌套超过 "+n+" 层。请减少嵌套。", "This is nested more than "+n+
				" levels deep. Nest less.")
		}
		if kind, tokens := dec.StackIndex(depth); kind == '{' && tokens > 2*maxFields {
			return unreadableAt(string(dec.StackPointer().Parent()), "一个对象中的字段超过 64 个。请减少字段。",
				"This object has more than 64 fields. Send fewer.")
		}
	}
}

// misread words an error of the JSON reader.
func misread(err error) error {
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.As(err, &meaning) && errors.Is(err, json.ErrUnknownName):
		return unreadableAt(string(meaning.JSONPointer), "没有这个字段。请对照接口说明核对拼写与大小写。",
			"There is no such field. Check its spelling and its case against the API description.")
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return unreadableAt(string(syntax.JSONPointer), "这个字段出现了两次。请只保留一次。", "This field stands there twice. Keep one.")
	case errors.As(err, &meaning):
		return fault.Faulty(fault.Field{Pointer: string(meaning.JSONPointer), Text: wanted(meaning.GoType)})
	case errors.As(err, &syntax):
		at := strconv.FormatInt(syntax.ByteOffset, 10)
		return unreadableAt(string(syntax.JSONPointer),
			"请求正文在第 "+at+" 字节处不是正确的 JSON。请检查引号、逗号和括号，且对象之后不要有其他内容。",
			"The body stops being JSON at byte "+at+". Check quotes, commas and brackets, and send nothing after the object.")
	}
	return fault.Fail(fault.Unreadable, "请求正文不完整。请发送完整的 JSON 对象。",
		"The body ends too early. Send a whole JSON object.").Because(err)
}

// wanted says which kind of value a field of type t takes.
func wanted(t reflect.Type) words.Text {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return words.Text{Zh: "值的类型不对。请对照接口说明核对。",
			En: "The value is of the wrong type. Check it against the API description."}
	}
	if t == reflect.TypeFor[time.Time]() {
		return words.Text{Zh: "请填写 RFC 3339 时间，例如 2026-11-30T09:00:00Z。",
			En: "Enter a time as in RFC 3339, such as 2026-11-30T09:00:00Z."}
	}
	switch t.Kind() {
	case reflect.String:
		return words.Text{Zh: "请填写文字。", En: "Enter text."}
	case reflect.Bool:
		return words.Text{Zh: "请填写 true 或 false。", En: "Enter true or false."}
	case reflect.Int, reflect.Int64, reflect.Int32:
		return words.Text{Zh: "请填写整数，用数字 0 到 9。", En: "Enter a whole number in the digits 0 to 9."}
	case reflect.Slice, reflect.Array:
		return words.Text{Zh: "请填写列表。", En: "Give a list."}
	case reflect.Struct, reflect.Map:
		return words.Text{Zh: "请填写对象。", En: "Give an object."}
	}
	return wanted(nil)
}
