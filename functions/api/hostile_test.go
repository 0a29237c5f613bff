package api_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
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
	"afterpress/infra/checks/turn"
	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"golang.org/x/text/unicode/norm"
)

var everyField = flag.Bool("everyfield", false,
	"put every hostile string into every field of every route; else a share of them takes turns in the fields")

// shares is how many runs it takes until every string has met every route. In each run every string meets some routes,
// and every route some strings.
var shares = flag.Int("shares", 24, "put one of so many shares of the hostile strings into the fields")

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
		return spots(t.Elem(), append(slices.Clone(path), "mon")...) // of all maps only the week of a calendar is written to
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
			if needed := f.Tag.Get("validate"); strings.HasPrefix(needed, "required") ||
				f.Type == reflect.TypeFor[words.Text]() ||
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
	for rule, value := range map[string]string{"lang": "zh", "region": "CN", "slug": "commercial", "iso4217": "CNY",
		"timezone": "Asia/Shanghai"} {
		if _, has := rules[rule]; has {
			return value
		}
	}
	if list, has := rules["one"]; has {
		return app.Forms.Lists()[list][0]
	}
	switch rules["len"] {
	case "10": // a day
		return "2027-10-01"
	case "5": // a time of day
		return "18:00"
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
	line  string         // of the record that is tried; empty: the next one needs a new one
	match string         // its version
	stood map[string]any // that record, as it was read in that version; nil: it was not
	lost  []string       // bodies that were refused, and may have changed something for all that is known

	kept, refused int // bodies
	plains        int // texts so far that nobody refuses
}

// asker is somebody who may ask the route.
func (b *bench) asker(route httpapi.Route) string {
	for _, who := range []string{"sales", "manager", "marketing"} {
		if permission.Permit(staff.ActorOf(b.staff(who)), route.Action) == nil &&
			(who == "manager" || trials[route.Pattern].whose != itsManagers) {
			return who
		}
	}
	return "owner"
}

func (a *assault) renew() {
	a.line, a.match, a.stood = a.route.Pattern, quoted(1), nil
	if a.trial.record != nil {
		owner := a.staff(a.who)
		if a.trial.whose == notItsOwners {
			owner = a.staff("sales-2")
		}
		a.line = placed(a.line, a.trial.record(a.bench, owner))
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

// around is a right body; a patch of an object or a list has all that stands there now, since it replaces the list
// whole.
func (a *assault) around(places ...spot) map[string]any {
	a.t.Helper()
	var good map[string]any
	if err := json.Unmarshal([]byte(encoded(a.t, a.trial.sent())), &good); err != nil {
		a.t.Fatal(err)
	}
	for _, at := range places {
		a.surround(good, at)
	}
	return good
}

// otherShape is what a record shows as objects and takes as their texts: an item of a checklist whose text stays
// keeps its mark.
const otherShape = "PATCH /tasks/{id} checklist"

func (a *assault) surround(good map[string]any, at spot) {
	a.t.Helper()
	field := at.path[0]
	if _, sent := good[field]; sent || len(at.path) == 1 || !strings.HasPrefix(a.line, "PATCH ") {
		return
	}
	if a.stood == nil {
		a.stood = into[map[string]any](a.call("owner", strings.Replace(a.line, "PATCH ", "GET ", 1),
			nil).want(http.StatusOK))
	}
	if stands, there := a.stood[field]; there && a.route.Pattern+" "+field != otherShape {
		good[field] = stands
	}
}

// strike tries one string in one place.
func (a *assault) strike(at spot, text string) {
	a.t.Helper()
	raw, w := a.put([]spot{at}, []string{text})
	switch {
	case w.Code < 300:
		a.found(w, []spot{at}, []string{text})
	case w.Code >= 500 || w.Header().Get("Content-Type") != "application/problem+json":
		a.t.Errorf("%s: %q was answered %d: %s", at.pointer(), text, w.Code, w.Body)
	default:
		a.refuse(raw)
		a.blamed(at, text, w)
	}
}

func (a *assault) refuse(raw string) { a.lost, a.refused = append(a.lost, raw), a.refused+1 }

// blamed sees that the refusal names the place of the string and says what to do; what is not UTF-8 at all has no
// place.
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

// normal are the texts that may come back: the very same, or the documented normal form of a phone, an address, a
// tax number or a shop's words to customers.
func normal(at spot, text string) []string {
	out := []string{text}
	pointer := at.pointer()
	if strings.HasPrefix(pointer, "/texts/") {
		out = append(out, strings.TrimSpace(norm.NFC.String(text)))
	}
	if strings.Contains(pointer, "phone") {
		if n, err := identity.Phone(text, "CN"); err == nil {
			out = append(out, n)
		}
	}
	if strings.Contains(pointer, "email") {
		if n, err := identity.Email(text); err == nil {
			out = append(out, n)
		}
	}
	if strings.Contains(pointer, "tax_number") {
		if n, err := identity.TaxNumber(text); err == nil {
			out = append(out, n)
		}
	}
	return out
}

// found holds that each text stands in its place after a request that was taken, and leaves the record unless it
// can take more.
func (a *assault) found(w response, places []spot, texts []string) {
	a.t.Helper()
	a.kept++
	seen := a.sight(w)
	for i, at := range places {
		if !seen.has(at, texts[i]) {
			a.t.Errorf("%s: %q was taken and is not there as it was: %.2000s", at.pointer(), texts[i], encoded(a.t, seen.read))
		}
	}
	a.stood = nil
	if a.match = w.Header().Get("ETag"); a.match == "" || !strings.HasPrefix(a.line, "PATCH ") {
		a.line = ""
	}
}

// sight is all that the API shows of a record: the record, and every list under it. It is read as far as somebody
// looks.
type sight struct {
	of   *assault
	left []string // addresses that were not read yet
	read []any
}

// sight finds out where the record of a request shows.
func (a *assault) sight(w response) *sight {
	place := w.Header().Get("Location")
	if below, ok := strings.CutPrefix(a.route.Pattern, "POST /operations/stuck/{id}"); ok {
		_, place, _ = strings.Cut(a.line, " ")
		return &sight{of: a, left: []string{strings.TrimSuffix(place, below)}}
	}
	if place == "" {
		_, place, _ = strings.Cut(a.line, " ")
		if parts := strings.SplitN(place, "/", 4); !strings.HasSuffix(a.route.Pattern, "/definition") {
			place = strings.Join(parts[:min(len(parts), 3)], "/")
		}
	}
	parts := strings.Split(place, "/")
	parts = parts[:min(len(parts), 4)] // what stands under a record is read in its list
	out := &sight{of: a}
	if strings.HasSuffix(a.route.Pattern, complaintLink) { // nothing is kept: the link bears all
		out.read = append(out.read, map[string]any{"job": a.linked(w).Job})
	}
	for _, route := range (&api.Server{}).Routes() {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		like := strings.Split(pattern, "/")
		if method != http.MethodGet || len(like) < len(parts) || like[1] != parts[1] ||
			strings.Contains(strings.Join(like[min(3, len(like)):], "/"), "{") ||
			len(like) > 2 && like[2] != "{id}" || len(parts) > 3 && like[3] != parts[3] {
			continue
		}
		out.left = append(out.left, "/"+strings.Join(append(parts[1:3:3], like[3:]...), "/"))
	}
	return out
}

// has looks for a text, first in what was read already.
func (s *sight) has(at spot, text string) bool {
	forms := normal(at, text)
	shown := func(read any) bool {
		return slices.ContainsFunc(forms, func(form string) bool { return holds(read, at.name(), form) })
	}
	if slices.ContainsFunc(s.read, shown) {
		return true
	}
	for len(s.left) > 0 {
		got := s.of.call("owner", "GET "+s.left[0], nil)
		if s.left = s.left[1:]; got.Code != http.StatusOK {
			continue
		}
		if s.read = append(s.read, into[any](got)); shown(s.read[len(s.read)-1]) {
			return true
		}
	}
	return false
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
	"reason":    {"text"},           // a task's command leaves a note
	"quantity":  {"quantity_typed"}, // what is no plain number stays as it was typed
	"checklist": {"text"},
}

// today is which share of the strings is tried.
func today(t *testing.T) int {
	n, err := turn.Now()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("TURN=%d tries the same strings again", n)
	return n
}

// TestHostileStringsThroughEveryField puts the corpus into the text fields of every route. Each comes back as it
// was, or is refused with its place, and then nothing in the tables has changed.
func TestHostileStringsThroughEveryField(t *testing.T) {
	t.Parallel()
	texts := append(corpus.Hostile(), corpus.Long()...)
	share := today(t)
	for n, route := range (&api.Server{}).Routes() {
		// a file is called by the part of its name that can be shown: tests of its own
		if route.Doc.Body == nil || strings.HasSuffix(route.Pattern, "/artwork") {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			a := &assault{bench: b, t: t, route: route, trial: trials[route.Pattern], body: bodyType(route),
				who: b.asker(route)}
			free, tight := a.sorted(spots(a.body))
			for i, text := range texts {
				switch {
				case *everyField:
					a.volley(free, texts, i)
				case (i+n)%*shares == share%*shares:
					round := i / *shares + share / *shares
					if len(tight) == 0 || len(free) > 0 && round%2 == 0 {
						a.volley(free, texts, i)
					} else {
						a.strike(tight[round/2%len(tight)], text)
					}
				}
			}
			if *everyField {
				for _, at := range tight {
					a.siege(at, texts)
				}
			}
			a.unmoved()
			t.Logf("%d places in one body and %d each alone, %d bodies kept, %d refused", len(free), len(tight), a.kept,
				a.refused)
		})
	}
}

// siege tries every string in one place. Where all are refused, as in most of the places that take no ordinary
// text, the tables show at once that nothing changed.
func (a *assault) siege(at spot, texts []string) {
	a.t.Helper()
	if a.line == "" {
		a.renew()
	}
	a.around(at)
	before, kept, lost := a.State(), a.kept, len(a.lost)
	for _, text := range texts {
		a.strike(at, text)
	}
	if a.kept > kept {
		return // unmoved tells what was refused from what was kept
	}
	if a.State() != before {
		a.t.Errorf("%s: what was refused changed something", at.pointer())
	}
	a.lost = a.lost[:lost]
}

// unmoved sends all that was refused again, to a record that is new, and compares the whole tables before and after.
func (a *assault) unmoved() {
	a.t.Helper()
	a.renew()
	before := a.State()
	for _, raw := range a.lost {
		if w := a.send(raw); w.Code < 400 || w.Code >= 500 {
			a.t.Errorf("refused before, and now %d: %.300s", w.Code, raw)
		}
	}
	if a.State() != before {
		a.t.Error("what was refused changed something")
	}
}
