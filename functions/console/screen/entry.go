package screen

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/calendar"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
)

// Hidden fields of every form. Unwrap takes them out before the form is decoded.
const (
	VersionField = "_version"
	KeyField     = "_key"
	zoneField    = "_zone" // of the times that people type
)

// Kinds of entries, by what they are in the input.
const (
	Text   = "text"
	Moment = "moment" // a day and a time, as a browser types them in the zone of the form
)

// Entry is one field of a form: its name in the form, and in the input. That is "next_step_at", or "estimate.minor" for
// one inside another.
type Entry struct{ Field, Name, Kind string }

// Unwrap makes of a posted form what the door reads: its version and its key become headers, and all else stays. What
// is no form stays as it is, and the door refuses it.
func Unwrap(r *http.Request, most int64) {
	if r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), typeForm) {
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, most+1))
	values, bad := url.ParseQuery(string(body))
	if err != nil || bad != nil || int64(len(body)) > most {
		r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
		return
	}
	r.Header.Del("If-Match")
	r.Header.Del("Idempotency-Key")
	if version := values.Get(VersionField); version != "" {
		r.Header.Set("If-Match", `"`+version+`"`)
	}
	if key := values.Get(KeyField); key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	values.Del(VersionField)
	values.Del(KeyField)
	put(r, []byte(values.Encode()))
}

const typeForm = "application/x-www-form-urlencoded"

func put(r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
}

// Decode reads a posted form into the input of a use case, as the API reads the same input from JSON. So a field error
// has the same pointer and words. What was typed stays in r.PostForm. An empty field is not there.
func Decode[In any](r *http.Request, entries []Entry) (In, error) {
	var none In
	body, err := httpapi.Raw(r, typeForm)
	if err != nil {
		return none, err
	}
	typed, err := url.ParseQuery(string(body))
	if err != nil {
		return none, fault.Fail(fault.Unreadable, "无法读取表单。请返回页面重新提交。",
			"The form cannot be read. Go back to the page and send it again.")
	}
	r.PostForm = typed
	object, err := objectOf(typed, entries)
	if err != nil {
		return none, err
	}
	raw, err := json.Marshal(object)
	if err != nil {
		return none, err
	}
	r.Header.Set("Content-Type", "application/json")
	put(r, raw)
	return httpapi.Decode[In](r)
}

// objectOf is the JSON object that a form means.
func objectOf(typed url.Values, entries []Entry) (map[string]any, error) {
	object, zone := map[string]any{}, typed.Get(zoneField)
	for _, e := range entries {
		text := strings.ReplaceAll(typed.Get(e.Field), "\r\n", "\n")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if e.Kind == Moment {
			at, ok := moment(text, zone)
			if !ok {
				return nil, fault.Faulty(fault.Field{Pointer: "/" + strings.ReplaceAll(e.Name, ".", "/"), Text: words.Text{
					Zh: "请填写日期和时间，例如 2026-12-01 10:30。", En: "Enter a day and a time, such as 2026-12-01 10:30."}})
			}
			text = at.UTC().Format(time.RFC3339)
		}
		lay(object, strings.Split(e.Name, "."), text)
	}
	return object, nil
}

func lay(object map[string]any, path []string, text string) {
	for _, name := range path[:len(path)-1] {
		inner, ok := object[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			object[name] = inner
		}
		object = inner
	}
	object[path[len(path)-1]] = text
}

// moment reads a day and a time of the zone. A browser writes a T between them, people a space.
func moment(text, zone string) (time.Time, bool) {
	in, err := calendar.Zone(zone)
	if err != nil {
		in = time.UTC
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", strings.Replace(strings.TrimSpace(text), "T", " ", 1), in)
	return at, err == nil
}
