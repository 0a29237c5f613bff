package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Posted is one field of what was posted, as people read it.
type Posted struct {
	Name  string `json:"name"`  // as it was sent
	Label string `json:"label"` // what the form calls it; the name where the form has no such field
	Value string `json:"value"` // of a file, its name and size
}

// sentBeside are the words for what a form sends beside its own fields.
var sentBeside = map[string]words.Text{
	"marketing_consent": {Zh: "同意接收营销信息", En: "Agrees to marketing"},
	"answers":           {Zh: "对表单问题的回答", En: "Answers to the form's questions"},
	FieldTrap:           {Zh: "陷阱字段（访客看不到，程序会填写）", En: "Trap (no visitor sees it, programs fill it in)"},
	FieldOpened:         {Zh: "打开表单的时间（签名）", En: "When the form was opened (signed)"},
}

// Posted reads what was posted, field by field and in the order in which it was sent. The labels are those of the
// form in the language. ok is false for a body of another type, or one that is not as its type says: people read that
// as it came.
func (s Submission) Posted(f Form, lang words.Lang) (fields []Posted, ok bool) {
	kind, parameters, err := mime.ParseMediaType(s.Type)
	if err != nil {
		return nil, false
	}
	switch kind {
	case "application/json":
		fields, err = objectFields(s.Body)
	case "application/x-www-form-urlencoded":
		fields, err = urlFields(s.Body)
	case "multipart/form-data":
		fields, err = partFields(s.Body, parameters["boundary"])
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	for i, field := range fields {
		fields[i] = Posted{strings.ToValidUTF8(field.Name, "\uFFFD"), "", strings.ToValidUTF8(field.Value, "\uFFFD")}
		fields[i].Label = f.labelOf(fields[i].Name, lang)
	}
	return fields, true
}

func (f Form) labelOf(name string, lang words.Lang) string {
	if field, found := f.Field(FieldName(name)); found {
		return field.Label.In(lang)
	}
	if known, found := sentBeside[name]; found {
		return known.In(lang)
	}
	if q, found := lo.Find(f.Questions, func(q Question) bool { return AnswerField(q.ID) == name }); found {
		return q.Label.In(lang)
	}
	return name
}

var errNoObject = errors.New("form: the body is no object")

// objectFields reads a JSON object. What is no text stands as JSON. A name that comes twice stands there twice.
func objectFields(body string) (fields []Posted, err error) {
	in := json.NewDecoder(strings.NewReader(body))
	if begins, err := in.Token(); err != nil || begins != json.Delim('{') {
		return nil, errNoObject
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return nil, err
		}
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return nil, err
		}
		var text string
		if raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
			var compact bytes.Buffer
			if err := json.Compact(&compact, raw); err != nil {
				return nil, err
			}
			text = compact.String()
		}
		fields = append(fields, Posted{Name: fmt.Sprint(name), Value: text})
	}
	if _, err := in.Token(); err != nil { // the end of the object
		return nil, err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errNoObject
	}
	return fields, nil
}

func urlFields(body string) (fields []Posted, err error) {
	for pair := range strings.SplitSeq(body, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		if name, err = url.QueryUnescape(name); err != nil {
			return nil, err
		}
		if value, err = url.QueryUnescape(value); err != nil {
			return nil, err
		}
		fields = append(fields, Posted{Name: name, Value: value})
	}
	return fields, nil
}

func partFields(body, boundary string) (fields []Posted, err error) {
	parts := multipart.NewReader(strings.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) && len(fields) > 0 {
			return fields, nil // without a part the boundary is another one
		}
		if err != nil {
			return nil, err
		}
		value, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		field := Posted{Name: part.FormName(), Value: string(value)}
		if file := part.FileName(); file != "" {
			field.Value = fmt.Sprintf("%s (%d B)", file, len(value))
		}
		fields = append(fields, field)
	}
}
