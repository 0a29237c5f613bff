package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/staff"
)

// spoil gives bodies that no route may take, each with its status, made from one that is right.
func spoil(t *testing.T, good fields) map[string]int {
	t.Helper()
	text := func(f fields) string {
		raw, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	with := func(name string, value any) string {
		f := maps.Clone(good)
		f[name] = value
		return text(f)
	}
	whole := text(good)
	out := map[string]int{
		"":                             http.StatusBadRequest,
		"null":                         http.StatusBadRequest,
		"[" + whole + "]":              http.StatusBadRequest,
		whole + whole:                  http.StatusBadRequest,
		whole + " x":                   http.StatusBadRequest,
		strings.TrimSuffix(whole, "}"): http.StatusBadRequest,
		strings.Replace(whole, "}", "\xff\"}", 1): http.StatusBadRequest,
		strings.Repeat(" ", 65<<10) + whole:       http.StatusRequestEntityTooLarge,
		with("surprise", 1):                       http.StatusBadRequest,
	}
	for _, owned := range []string{"id", "version", "created_at", "updated_at", "state", "customer", "round", "attached",
		"due_at", "by", "actions", "Branch",
		"pk", "sk", "ttl", "seq"} {
		if _, ours := good[owned]; !ours {
			out[with(owned, "x")] = http.StatusBadRequest
		}
	}
	for name, value := range good {
		raw, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		f := maps.Clone(good)
		delete(f, name)
		f[strings.ToUpper(name)] = value
		out[text(f)] = http.StatusBadRequest
		out[strings.Replace(whole, "{", fmt.Sprintf("{%q:%s,", name, raw), 1)] = http.StatusBadRequest
		out[with(name, []int{1})] = http.StatusUnprocessableEntity
		if _, isText := value.(string); isText {
			out[with(name, "\u202e")] = http.StatusUnprocessableEntity
			out[with(name, 7)] = http.StatusUnprocessableEntity
		}
	}
	return out
}

// optional lists what a route does take of the names that are elsewhere the server's own, and its trial leaves out.
var optional = map[string][]string{
	"POST /tasks":             {"customer", "due_at"},
	"PATCH /tasks/{id}":       {"due_at"},
	"POST /tasks/{id}/reopen": {"due_at"},
}

func TestWhatNoRouteTakes(t *testing.T) {
	t.Parallel()
	for _, route := range (&api.Server{}).Routes() {
		if route.Doc.Body == nil {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			t.Parallel()
			b, try, who := start(t), trials[route.Pattern], "sales"
			for _, other := range []string{"manager", "owner"} {
				if permission.Permit(staff.ActorOf(b.staff(who)), route.Action) != nil {
					who = other
				}
			}
			line := route.Pattern
			if owner := b.staff(who); try.record != nil {
				if try.whose == notItsOwners {
					owner = b.staff("sales-2")
				}
				line = placed(line, try.record(b, owner))
			}
			before := b.State()
			good := try.sent().(fields)
			bodies := spoil(t, good)
			asks := reflect.TypeOf(route.Doc.Body).NumField() > 0
			if !asks {
				delete(bodies, "")
			}
			for _, name := range optional[route.Pattern] {
				f := maps.Clone(good)
				f[name] = "x"
				bodies[encoded(t, f)] = http.StatusUnprocessableEntity
			}
			for _, body := range slices.Sorted(maps.Keys(bodies)) {
				if got := b.call(who, line, body, try.header...); got.Code != bodies[body] {
					t.Errorf("%d, want %d for %.200q: %s", got.Code, bodies[body], body, got.Body)
				}
			}
			for _, wrong := range [][]string{{"Content-Type", "text/plain"},
				{"Content-Type", "application/json; charset=latin1"}, {"Content-Encoding", "gzip"}} {
				b.call(who, line, good, append(slices.Clone(try.header), wrong...)...).want(http.StatusUnsupportedMediaType)
			}
			if b.State() != before {
				t.Error("something was written")
			}
			if !asks { // then an empty body is one, whatever its media type
				b.call(who, line, nil, try.header...).want(http.StatusOK)
			}
		})
	}
}

// TestWhatNoObjectInABodyTakes looks into the objects of each body, those in lists as well: none takes a name that
// is not its own, in another case or twice.
func TestWhatNoObjectInABodyTakes(t *testing.T) {
	t.Parallel()
	for _, route := range (&api.Server{}).Routes() {
		if route.Doc.Body == nil {
			continue
		}
		t.Run(route.Pattern, func(t *testing.T) {
			t.Parallel()
			b := start(t)
			a := &assault{bench: b, t: t, route: route, trial: trials[route.Pattern], body: bodyType(route),
				who: b.asker(route)}
			a.renew()
			before := b.State()
			for _, at := range spots(a.body) {
				last := len(at.path) - 1
				if last == 0 || at.path[last] == "0" {
					continue
				}
				own := at.path[last]
				inner := spot{path: append(slices.Clone(at.path[:last]), here)}
				whole := a.around(at)
				for _, wrong := range []string{"surprise", own, strings.ToUpper(own), "id", "version", "created_at", "pk", "ttl"} {
					body, _ := bear(a.body, "", whole, at.path, usual(at.kind, "")).(map[string]any)
					object := body
					for _, key := range inner.path[:last] {
						object = enter(object, key)
					}
					if _, ours := object[wrong]; ours && wrong != own {
						continue
					}
					object[here] = 1
					raw := strings.Replace(encoded(t, body), strconv.Quote(here)+":1", strconv.Quote(wrong)+":1", 1)
					if w := a.send(raw); w.Code != http.StatusBadRequest ||
						!strings.Contains(w.Body.String(), inner.pointer()[:strings.LastIndex(inner.pointer(), "/")]+"/"+wrong) {
						t.Errorf("%s beside %s: %d %s", wrong, at.pointer(), w.Code, w.Body)
					}
				}
			}
			if b.State() != before {
				t.Error("something was written")
			}
		})
	}
}

// enter goes one key further, and in a list to its first entry.
func enter(object map[string]any, key string) map[string]any {
	switch v := object[key].(type) {
	case map[string]any:
		return v
	case []any:
		return map[string]any{"0": v[0]}
	}
	return nil
}

// TestNoListTakesAnotherLimit asks every list that is paged for numbers of entries that no page has.
func TestNoListTakesAnotherLimit(t *testing.T) {
	t.Parallel()
	b := start(t)
	for _, route := range (&api.Server{}).Routes() {
		if route.Doc.Query == nil {
			continue
		}
		if _, paged := members(reflect.TypeOf(route.Doc.Query))["limit"]; !paged {
			continue
		}
		who, line, try := b.asker(route), route.Pattern, trials[route.Pattern]
		if try.record != nil {
			line = placed(line, try.record(b, b.staff("sales")))
		}
		before := b.State()
		b.call(who, line+"?limit=100", nil).want(http.StatusOK)
		for _, limit := range []string{"-1", "0", "101", "2147483648", "9223372036854775808", "%D9%A1%D9%A2", "", "1e1",
			"+1", "01", "1.0", "%201", "0x1", "null"} {
			p := into[httpapi.Problem](b.call(who, line+"?limit="+limit, nil).want(http.StatusUnprocessableEntity))
			if len(p.Errors) != 1 || p.Errors[0].Pointer != "?limit" || p.Errors[0].Detail == "" {
				t.Errorf("%s?limit=%s: %+v", route.Pattern, limit, p)
			}
		}
		b.call(who, line+"?limit=1&limit=2", nil).want(http.StatusBadRequest)
		b.call(who, line+"?Limit=1", nil).want(http.StatusBadRequest)
		b.call(who, line+"?cursor=x", nil).want(http.StatusBadRequest)
		if b.State() != before {
			t.Errorf("%s: something was written", route.Pattern)
		}
	}
}

// TestFaultsNameTheirField gives each rule of the input a value that breaks it.
func TestFaultsNameTheirField(t *testing.T) {
	t.Parallel()
	b := start(t)
	long := strings.Repeat("长", 5000)
	l := "/leads/" + b.lead(lead.StateContacted, b.staff("sales")).ID
	at := func(day string) string { return day + "T10:00:00+08:00" }
	for _, c := range []struct {
		line    string
		body    fields
		pointer string
	}{
		{"POST /leads", fields{"source": "web-form"}, "/source"},
		{"POST /leads", fields{"name": ""}, "/name"},
		{"POST /leads", fields{"name": "Li\nNa"}, "/name"},
		{"POST /leads", fields{"name": " \u3000"}, "/name"},
		{"POST /leads", fields{"name": "\u200b"}, "/name"},
		{"POST /leads", fields{"company": "\ufeff"}, "/company"},
		{"POST /leads", fields{"phone": ""}, "/phone"},
		{"POST /leads", fields{"phone": "12"}, "/phone"},
		{"POST /leads", fields{"email": "a@b@c"}, "/email"},
		{"POST /leads", fields{"email": "a@b.cn\r\nBcc: x@y.cn"}, "/email"},
		{"POST /leads", fields{"quantity": -1}, "/quantity"},
		{"POST /leads", fields{"quantity": 1 << 40}, "/quantity"},
		{"POST /leads", fields{"needed_by": "2026-02-30"}, "/needed_by"},
		{"POST /leads", fields{"needed_by": "2020-01-01"}, "/needed_by"},
		{"POST /leads", fields{"message": long}, "/message"},
		{"POST /leads", fields{"lang": "fr"}, "/lang"},
		{"POST /leads", fields{"branch": seed.Hangzhou}, "/branch"},
		{"POST /leads", fields{"branch": "nowhere"}, "/branch"},
		{"POST /leads", fields{"spoken": fields{"channel": "pigeon", "outcome": "interested"}}, "/spoken/channel"},
		{"POST /leads", fields{"spoken": fields{"channel": "call", "outcome": "unreachable"}}, "/spoken/outcome"},
		{"POST " + l + "/assign", fields{"owner": "sales"}, "/owner"},
		{"POST " + l + "/assign", fields{"owner": seed.StaffID(99)}, "/owner"},
		{"POST " + l + "/assign", fields{"owner": seed.StaffID(6)}, "/owner"},
		{"POST " + l + "/assign", fields{"owner": seed.StaffID(12)}, "/owner"},
		{"POST " + l + "/contact", fields{"channel": "call", "outcome": "good"}, "/outcome"},
		{"POST " + l + "/contact", fields{"channel": "call", "outcome": "call-back", "next_step_at": at("2026-11-23")},
			"/next_step_at"},
		{"POST " + l + "/contact", fields{"channel": "call", "outcome": "call-back", "next_step_at": at("2028-11-23")},
			"/next_step_at"},
		{"POST " + l + "/contact", fields{"channel": "call", "outcome": "call-back", "next_step_at": "tomorrow"},
			"/next_step_at"},
		{"POST " + l + "/contact", fields{"channel": "call", "outcome": "unreachable", "next_step_at": at("2026-11-25")},
			"/next_step_at"},
		{"POST " + l + "/qualify", fields{"need": " \n "}, "/need"},
		{"POST " + l + "/qualify", fields{"need": ""}, "/need"},
		{"POST " + l + "/qualify", fields{"need": "x", "estimate": fields{"minor": -1, "currency": "CNY"}},
			"/estimate/minor"},
		{"POST " + l + "/qualify", fields{"need": "x", "estimate": fields{"minor": 1.5, "currency": "CNY"}},
			"/estimate/minor"},
		{"POST " + l + "/qualify", fields{"need": "x", "estimate": fields{"minor": 1, "currency": "yuan"}},
			"/estimate/currency"},
		{"POST " + l + "/lose", fields{"reason": "other"}, "/reason"},
		{"POST " + l + "/lose", fields{"reason": "competitor", "competitor": long}, "/competitor"},
		{"POST " + l + "/recycle", fields{"reason": "price"}, "/reason"},
		{"POST /calendars/shanghai/explain", fields{"start": at("2026-11-24"), "working_minutes": 0}, "/working_minutes"},
		{"POST /calendars/shanghai/explain", fields{"start": at("2026-11-24"), "working_minutes": 576000},
			"/working_minutes"},
		{"POST /calendars/shanghai/explain", fields{"start": at("9999-12-31"), "working_minutes": 1}, "/start"},
		{"GET /leads?state=open", nil, "?state"},
		{"GET /leads?owner=someone", nil, "?owner"},
		{"GET /leads?month=2026-11", nil, "?month"},
		{"GET /leads?state=lost&month=2026-13", nil, "?month"},
		{"GET /submissions?outcome=lost", nil, "?outcome"},
		{"GET /desk?limit=0", nil, "?limit"},
		{"GET /desk?limit=-1", nil, "?limit"},
		{"GET /desk?limit=101", nil, "?limit"},
		{"GET /leads?limit=2147483648", nil, "?limit"},
		{"GET /leads?limit=1e1", nil, "?limit"},
		{"GET /leads?limit=%D9%A1%D9%A2", nil, "?limit"},
		{"GET /leads?limit=", nil, "?limit"},
	} {
		var body any
		if c.body != nil {
			whole := fields{}
			if c.line == "POST /leads" {
				whole = b.walkIn()
			}
			maps.Copy(whole, c.body)
			body = whole
		}
		who := "manager"
		before := b.State()
		p := into[httpapi.Problem](b.call(who, c.line, body).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer || p.Errors[0].Detail == "" {
			t.Errorf("%s %v: %+v", c.line, c.body, p.Errors)
		}
		if b.State() != before {
			t.Errorf("%s %v changed something", c.line, c.body)
		}
	}
}

func TestQueriesTakeOnlyWhatTheyKnow(t *testing.T) {
	t.Parallel()
	b := start(t)
	for line, status := range map[string]int{
		"GET /leads?State=new":                         http.StatusBadRequest,
		"GET /leads?state=new&state=lost":              http.StatusBadRequest,
		"GET /desk?owner=me":                           http.StatusBadRequest,
		"GET /leads?branch=hangzhou":                   http.StatusNotFound,
		"GET /leads?branch=nowhere":                    http.StatusNotFound,
		"GET /submissions?branch=hangzhou":             http.StatusNotFound,
		"GET /leads/lead_" + strings.Repeat("9", 3000): http.StatusNotFound,
		"GET /customers/%FF":                           http.StatusNotFound,
		"GET /calendars/shanghai/explain":              http.StatusMethodNotAllowed,
		"PATCH /leads":                                 http.StatusMethodNotAllowed,
		"GET /lead":                                    http.StatusNotFound,
	} {
		b.call("manager", line, nil).want(status)
	}
}
