package api_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/functions/api"
	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm"
	"afterpress/shared/httpapi"
)

var (
	everyField = flag.Bool("everyfield", false, "put every hostile string into every field of every route; else a share of them takes turns in the fields")
	turn       = flag.Int("turn", 0, "which share of the hostile strings, from 0; -1: by chance")
)

// bodyType is the struct that a route's body fills.
func bodyType(route httpapi.Route) reflect.Type { return reflect.TypeOf(route.Doc.Body) }

// spot is one place of a body that takes text: the keys and, for the first entry of a list, "0" on the way to it.
type spot struct {
	path []string
	kind reflect.Type
}

func (s spot) pointer() string { return "/" + strings.Join(s.path, "/") }

// name is how the field is called; an entry of a list is called as the list.
func (s spot) name() string {
	last := s.path[len(s.path)-1]
	if last == "0" {
		last = s.path[len(s.path)-2]
	}
	return last
}

// spots lists every place of a type that takes text, in objects and lists as well.
func spots(t reflect.Type, path ...string) []spot {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.String, t == reflect.TypeFor[time.Time]():
		return []spot{{slices.Clone(path), t}}
	case t.Kind() == reflect.Slice:
		return spots(t.Elem(), append(slices.Clone(path), "0")...)
	case t.Kind() == reflect.Map && t.Elem().Kind() != reflect.Interface:
		return spots(t.Elem(), append(slices.Clone(path), "x")...)
	case t.Kind() != reflect.Struct:
		return nil
	}
	var out []spot
	for name, f := range members(t) {
		out = append(out, spots(f.Type, append(slices.Clone(path), name)...)...)
	}
	slices.SortFunc(out, func(a, b spot) int { return cmp.Compare(a.pointer(), b.pointer()) })
	return out
}

// members are the fields of a struct by their names in JSON, those of embedded structs among them.
func members(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" && f.IsExported() {
			out[name] = f
		}
	}
	return out
}

// usual makes a value that the tags of a field take, for what a body needs around the field that is tried.
func usual(t reflect.Type, tag string) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	rules := map[string]string{}
	for rule := range strings.SplitSeq(tag, ",") {
		name, value, _ := strings.Cut(rule, "=")
		rules[name] = value
	}
	_, dives := rules["dive"]
	switch {
	case t == reflect.TypeFor[time.Time]():
		return fixed().Add(time.Hour)
	case t.Kind() == reflect.Slice && dives:
		_, inner, _ := strings.Cut(tag, "dive,")
		return []any{usual(t.Elem(), inner)}
	case t.Kind() == reflect.Slice:
		return []any{usual(t.Elem(), "")}
	case t.Kind() == reflect.Struct:
		out := map[string]any{}
		for name, f := range members(t) {
			if needed := f.Tag.Get("validate"); strings.HasPrefix(needed, "required") || f.Type == reflect.TypeFor[crm.Text]() ||
				f.Type.Kind() >= reflect.Int && f.Type.Kind() <= reflect.Int64 && strings.Contains(needed, "min=1") {
				out[name] = usual(f.Type, needed)
			}
		}
		return out
	case t.Kind() == reflect.Bool:
		return true
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64:
		n, err := strconv.Atoi(rules["min"])
		return max(n, 0) + map[bool]int{true: 0, false: 1}[err == nil]
	}
	for rule, value := range map[string]string{"lang": "zh", "region": "CN", "slug": "commercial", "iso4217": "CNY", "timezone": "Asia/Shanghai"} {
		if _, has := rules[rule]; has {
			return value
		}
	}
	if choices, has := rules["oneof"]; has {
		return strings.Fields(choices)[0]
	}
	if rules["len"] == "10" { // a day
		return "2027-10-01"
	}
	if rules["id"] == "stf" {
		return seed.StaffID(3)
	}
	return "寄样"
}

// bear gives the body a value at a place, and makes what lies on the way.
func bear(of reflect.Type, tag string, at any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch of.Kind() {
	case reflect.Slice:
		list, _ := at.([]any)
		if len(list) == 0 {
			list = []any{usual(of.Elem(), "")}
		}
		list = slices.Clone(list)
		list[0] = bear(of.Elem(), "", list[0], path[1:], value)
		return list
	case reflect.Map:
		return map[string]any{path[0]: bear(of.Elem(), "", nil, path[1:], value)}
	}
	object, _ := at.(map[string]any)
	if object == nil {
		object, _ = usual(of, tag).(map[string]any)
	}
	out := map[string]any{}
	for k, v := range object {
		out[k] = v
	}
	f := members(of)[path[0]]
	out[path[0]] = bear(f.Type, f.Tag.Get("validate"), out[path[0]], path[1:], value)
	return out
}

// longest is after how many records the tables begin anew: lists that are read whole would grow.
const longest = 40

// here stands in a body where the string comes.
const here = "⟦here⟧"

// spell writes a string in JSON byte by byte, those that are not UTF-8 as well: an encoder would mend them.
func spell(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, b := range []byte(s) {
		switch {
		case b == '"' || b == '\\':
			out.WriteByte('\\')
			out.WriteByte(b)
		case b < 0x20:
			fmt.Fprintf(&out, `\u%04x`, b)
		default:
			out.WriteByte(b)
		}
	}
	out.WriteByte('"')
	return out.String()
}

// assault puts hostile strings into the bodies of one route.
type assault struct {
	*bench
	t     *testing.T
	route httpapi.Route
	trial trial
	body  reflect.Type
	who   string
	line  string // of the record that is tried; empty: the next one needs a new one
	match string // its version
	kept  int
	lost  []string // bodies that were refused
}

// asker is somebody who may ask the route.
func (b *bench) asker(route httpapi.Route) string {
	for _, who := range []string{"sales", "manager", "marketing"} {
		if crm.Permit(crm.ActorOf(b.staff(who)), route.Action) == nil {
			return who
		}
	}
	return "owner"
}

func (a *assault) renew() {
	a.asking, a.line, a.match = a.who, a.route.Pattern, quoted(1)
	if a.trial.record != nil {
		a.line = placed(a.line, a.trial.record(a.bench, a.staff("sales")))
	}
}

func (a *assault) send(body string) response {
	a.bench.t.Helper()
	header := slices.Clone(a.trial.header)
	if i := slices.Index(header, "If-Match"); i >= 0 {
		header[i+1] = a.match
	}
	return a.call(a.who, a.line, body, header...)
}

// around is a right body; a patch of an object or a list has all that stands there now, since it replaces the list whole.
func (a *assault) around(at spot) map[string]any {
	a.t.Helper()
	var good map[string]any
	if err := json.Unmarshal([]byte(encoded(a.t, a.trial.sent())), &good); err != nil {
		a.t.Fatal(err)
	}
	field := at.path[0]
	if _, sent := good[field]; sent || len(at.path) == 1 || !strings.HasPrefix(a.line, "PATCH ") {
		return good
	}
	stands := said(into[map[string]any](a.call("owner", strings.Replace(a.line, "PATCH ", "GET ", 1), nil).want(http.StatusOK))[field])
	dec := json.NewDecoder(strings.NewReader(encoded(a.t, stands)))
	dec.DisallowUnknownFields()
	if dec.Decode(reflect.New(members(a.body)[field].Type).Interface()) == nil { // a record may show a field in another shape than it takes it
		good[field] = stands
	}
	return good
}

// said leaves out the texts that nobody has written: a record shows them empty, and a body may not have them so.
func said(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = said(v[i])
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, e := range v {
			if text, ok := e.(map[string]any); !ok || text["zh"] != "" || text["en"] != "" {
				out[name] = said(e)
			}
		}
		return out
	}
	return v
}

// strike tries one string in one place.
func (a *assault) strike(at spot, text string) {
	a.t.Helper()
	if a.kept > 0 && a.kept%longest == 0 && a.line == "" {
		a.bench = start(a.t)
	}
	if a.line == "" {
		a.renew()
	}
	raw := encoded(a.t, bear(a.body, "", a.around(at), at.path, here))
	raw = strings.Replace(raw, strconv.Quote(here), spell(text), 1)
	w := a.send(raw)
	switch {
	case w.Code < 300:
		a.kept++
		if read, there := a.find(w, at, text); !there {
			a.t.Errorf("%s: %q was taken and is not there as it was: %.2000s", at.pointer(), text, encoded(a.t, read))
		}
		if a.match = w.Header().Get("ETag"); a.match == "" || !strings.HasPrefix(a.line, "PATCH ") {
			a.line = ""
		}
	case w.Code >= 500 || w.Header().Get("Content-Type") != "application/problem+json":
		a.t.Errorf("%s: %q was answered %d: %s", at.pointer(), text, w.Code, w.Body)
	default:
		a.lost = append(a.lost, raw)
		a.blamed(at, text, w)
	}
}

// blamed sees that the refusal names the place of the string and says what to do; what is not UTF-8 at all has no place.
func (a *assault) blamed(at spot, text string, w response) {
	a.t.Helper()
	p := into[httpapi.Problem](w)
	if !utf8.ValidString(text) {
		if w.Code != http.StatusBadRequest {
			a.t.Errorf("%s: bytes that are no text were answered %d: %s", at.pointer(), w.Code, w.Body)
		}
		return
	}
	for _, e := range p.Errors {
		if e.Detail != "" && e.Pointer == at.pointer() {
			return
		}
	}
	a.t.Errorf("%s: %q was refused by %d without its place: %s", at.pointer(), text, w.Code, w.Body)
}

// normal are the texts that may come back: the very same, or the documented normal form of a phone, an address or a tax number.
func normal(at spot, text string) []string {
	out := []string{text}
	pointer := at.pointer()
	if strings.Contains(pointer, "phone") {
		if n, err := crm.Phone(text, "CN"); err == nil {
			out = append(out, n)
		}
	}
	if strings.Contains(pointer, "email") {
		if n, err := crm.Email(text); err == nil {
			out = append(out, n)
		}
	}
	if strings.Contains(pointer, "tax_number") {
		if n, err := crm.TaxNumber(text); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// find looks for the text in all that the API shows of the record after the request: the record, and every list under it.
func (a *assault) find(w response, at spot, text string) (read []any, there bool) {
	a.t.Helper()
	place := w.Header().Get("Location")
	if place == "" {
		_, place, _ = strings.Cut(a.line, " ")
		if parts := strings.SplitN(place, "/", 4); !strings.HasSuffix(a.route.Pattern, "/definition") {
			place = strings.Join(parts[:min(len(parts), 3)], "/")
		}
	}
	parts := strings.Split(place, "/")
	parts = parts[:min(len(parts), 4)] // what stands under a record is read in its list
	for _, route := range (&api.Server{}).Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		like := strings.Split(pattern, "/")
		if method != http.MethodGet || len(like) < len(parts) || like[1] != parts[1] || strings.Contains(strings.Join(like[min(3, len(like)):], "/"), "{") ||
			len(like) > 2 && like[2] != "{id}" || len(parts) > 3 && like[3] != parts[3] {
			continue
		}
		path := "/" + strings.Join(append(parts[1:3:3], like[3:]...), "/")
		got := a.call("owner", "GET "+path, nil)
		if got.Code != http.StatusOK {
			continue
		}
		read = append(read, into[any](got))
		if slices.ContainsFunc(normal(at, text), func(form string) bool { return holds(read[len(read)-1], at.name(), form) }) {
			return read, true
		}
	}
	return read, false
}

// holds reports whether a text stands in what was read under the name of the field, or of the fields that show it.
func holds(read any, name, text string) bool {
	names := append([]string{name}, shows[name]...)
	var look func(v any, under string) bool
	look = func(v any, under string) bool {
		switch v := v.(type) {
		case string:
			return v == text && slices.Contains(names, under)
		case []any:
			return slices.ContainsFunc(v, func(e any) bool { return look(e, under) })
		case map[string]any:
			for k, e := range v {
				if look(e, k) {
					return true
				}
			}
		}
		return false
	}
	return look(read, "")
}

// shows says under which other name a record shows what a field brought.
var shows = map[string][]string{
	"reason":    {"text"}, // a task's command leaves a note
	"checklist": {"text"},
}

// shares is how many runs it takes until every string has met every route; in each run every string meets some routes, and every route some strings.
const shares = 6

// TestHostileStringsThroughEveryField puts the corpus into the text fields of every route. Each comes back as it was, or is refused with its place, and then
// nothing in the tables has changed.
func TestHostileStringsThroughEveryField(t *testing.T) {
	texts := append(corpus.Hostile(), corpus.Long()...)
	share := *turn
	if share < 0 {
		share = rand.IntN(len(texts))
	}
	t.Logf("-turn %d", share)
	for n, route := range (&api.Server{}).Routes() {
		if route.Doc.Body == nil {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			b := start(t)
			a := &assault{bench: b, t: t, route: route, trial: trials[route.Pattern], body: bodyType(route), who: b.asker(route)}
			places := spots(a.body)
			if len(places) == 0 {
				return
			}
			for i, text := range texts {
				switch {
				case *everyField:
					for _, at := range places {
						a.strike(at, text)
					}
				case (i+n)%shares == share%shares:
					a.strike(places[(i/shares+share/shares)%len(places)], text)
				}
			}
			a.unmoved()
			t.Logf("%d places, %d kept, %d refused", len(places), a.kept, len(a.lost))
		})
	}
}

// unmoved sends all that was refused again, to a record that is new, and compares the whole tables before and after.
func (a *assault) unmoved() {
	a.t.Helper()
	a.renew()
	before := a.Hash(a.t)
	for _, raw := range a.lost {
		if w := a.send(raw); w.Code < 400 || w.Code >= 500 {
			a.t.Errorf("refused before, and now %d: %.300s", w.Code, raw)
		}
	}
	if a.Hash(a.t) != before {
		a.t.Error("what was refused changed something")
	}
}
