package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/permission"
	"afterpress/shared/kernel/receipt"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// member is a working fake of the staff records.
type member map[string]staff.Actor

var errStore = errors.New("the table is away at 10.0.0.7")

func (s member) Actor(_ context.Context, subject string) (staff.Actor, error) {
	if subject == "store-away" {
		return staff.Actor{}, fault.Fail(fault.Unavailable, "请稍后再试。", "Try again in a moment.").Because(errStore)
	}
	actor, ok := s[subject]
	if !ok {
		return staff.Actor{}, fault.Missing("员工", "staff member")
	}
	return actor, nil
}

// receipts is a working fake of the kept answers.
type receipts struct {
	mu   sync.Mutex
	kept map[string]receipt.Replay
}

func (s *receipts) Find(_ context.Context, key string) (*receipt.Replay, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.kept[key]; ok {
		return &found, nil
	}
	return nil, nil
}

func (s *receipts) Save(_ context.Context, r receipt.Receipt, a receipt.SavedAnswer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, ok := s.kept[r.Key]; ok {
		return &found
	}
	s.kept[r.Key] = receipt.Replay{Hash: r.Hash, Answer: a}
	return nil
}

// commit is what a store does at the end of a transaction.
func (s *receipts) commit(ctx context.Context, result any) error {
	r := receipt.Of(ctx)
	if r == nil {
		return nil
	}
	a, err := r.Answer(result)
	if err != nil {
		return err
	}
	return s.Save(ctx, *r, a)
}

type job struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Tags    []string `json:"tags"`
}

func (j job) ETagVersion() int64 { return j.Version }

// shop is a door with a route for every convention, and what went through it.
type shop struct {
	httpapi.Door
	receipts *receipts
	log      *bytes.Buffer
	opened   int
	handled  int
}

func newShop() *shop {
	s := &shop{receipts: &receipts{kept: map[string]receipt.Replay{}}, log: &bytes.Buffer{}}
	clock := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	s.Door = httpapi.Door{
		Name: "test",
		Who: member{
			"ann":   {ID: "stf_ann", Roles: []staff.Role{staff.Sales}},
			"bob":   {ID: "stf_bob", Roles: []staff.Role{staff.Manager}},
			"prod":  {ID: "stf_prod", Roles: []staff.Role{staff.Production}},
			"blank": {},
		},
		Receipts: s.receipts,
		Log:      slog.New(slog.NewJSONHandler(s.log, nil)),
		Now: func() time.Time {
			clock = clock.Add(3 * time.Millisecond)
			return clock
		},
		MaxBody: 4096,
	}
	s.Routes = []httpapi.Route{
		{Pattern: "GET /health", Action: permission.Public, Handle: s.health},
		{Pattern: "GET /page", Action: permission.Public, Handle: s.page},
		{Pattern: "GET /leads/{id}", Action: permission.ReadLeads, Handle: s.read},
		{Pattern: "POST /leads", Action: permission.OpenLead, Handle: s.open},
		{Pattern: "POST /plain", Action: permission.OpenLead, Handle: s.openPlain},
		{Pattern: "POST /leads/{id}/lose", Action: permission.LoseLead, Handle: s.fail},
		{Pattern: "POST /leads/due", Action: permission.OpenLead, Handle: s.open},
	}
	return s
}

func (s *shop) health(*http.Request) (httpapi.Answer, error) {
	return httpapi.OK(map[string]string{"status": "ok"}), nil
}

func (s *shop) page(*http.Request) (httpapi.Answer, error) {
	return httpapi.Page(http.StatusOK, "text/html; charset=utf-8", []byte("<p>您好</p>")).Directive("form-action",
		"'self' https://pay.example"), nil
}

func (s *shop) read(r *http.Request) (httpapi.Answer, error) {
	s.handled++
	return httpapi.OK(job{ID: r.PathValue("id"), Version: 7}), nil
}

func (s *shop) open(r *http.Request) (httpapi.Answer, error) {
	s.handled++
	s.opened++
	j := job{ID: fmt.Sprintf("job_%d", s.opened), Version: 1}
	created := func(result any) httpapi.Answer {
		return httpapi.Created("/leads/"+result.(job).ID, result)
	}
	if err := s.receipts.commit(httpapi.Answering(r, created), j); err != nil {
		s.opened--
		return httpapi.Answer{}, err
	}
	return created(j), nil
}

func (s *shop) openPlain(*http.Request) (httpapi.Answer, error) {
	s.opened++
	return httpapi.Accepted(map[string]int{"n": s.opened}), nil
}

// fail answers with the error that the header Fail asks for.
func (s *shop) fail(r *http.Request) (httpapi.Answer, error) {
	switch kind := fault.Kind(r.Header.Get("Fail")); kind {
	case "panic":
		panic("secret of the inside")
	case "panic of an error":
		panic(fmt.Errorf("secret of %s", "the inside"))
	case "panic of go":
		return httpapi.Answer{}, []error{}[len(r.Header["Fail"])]
	case "quote":
		_, err := strconv.Atoi("secret of\n\"the inside\"")
		return httpapi.Answer{}, fmt.Errorf("read: %w", err)
	case "plain":
		return httpapi.Answer{}, errors.New("secret of the inside")
	case "deadline":
		return httpapi.Answer{}, fmt.Errorf("query: %w", context.DeadlineExceeded)
	case "encode":
		return httpapi.OK(func() {}), nil
	case fault.Invalid:
		return httpapi.Answer{}, fault.Faulty(fault.Field{Pointer: "/reason",
			Text: words.Text{Zh: "请填写原因。", En: "Enter a reason."}})
	default:
		e := fault.Fail(kind, "请这样做。", "Do this.").Because(errors.New("secret of the inside"))
		e.State, e.Allowed, e.Record, e.RetryAfter = "lost", []string{"recycle"}, job{ID: "job_1", Version: 3},
			1500*time.Millisecond
		if kind == fault.Internal || kind == "unheard-of" {
			e.Record = nil
		}
		return httpapi.Answer{}, e
	}
}

// ask sends one request as subject ("" is nobody). headers are pairs.
func (s *shop) ask(subject, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	if subject != "" {
		r = r.WithContext(httpapi.WithSubject(r.Context(), subject))
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w
}

// lines are the log lines so far; each is one JSON object.
func (s *shop) lines(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for text := range strings.Lines(s.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("not one JSON object on a line: %q", text)
		}
		out = append(out, line)
	}
	return out
}

func problemOf(t *testing.T, w *httptest.ResponseRecorder) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("not a problem document: %q: %v", w.Body, err)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	if p.Status != w.Code || p.Title == "" || p.Detail == "" || p.Instance != "urn:afterpress:request:"+
		w.Header().Get("X-Request-Id") {
		t.Errorf("status line %d, document %+v", w.Code, p)
	}
	return p
}

func TestWhoMayPass(t *testing.T) {
	for _, c := range []struct {
		what, subject, method, path string
		status                      int
		kind                        string
	}{
		{"a public route asks nobody", "", "GET", "/health", 200, ""},
		{"a staff member with the role", "ann", "GET", "/leads/1", 200, ""},
		{"HEAD is GET without the body", "ann", "HEAD", "/leads/1", 200, ""},
		{"no token", "", "GET", "/leads/1", 401, "unauthenticated"},
		{"a token without a person", "eve", "GET", "/leads/1", 401, "unauthenticated"},
		{"a person without an id", "blank", "GET", "/leads/1", 401, "unauthenticated"},
		{"the store is away", "store-away", "GET", "/leads/1", 503, "unavailable"},
		{"a role that was not granted it", "prod", "GET", "/leads/1", 403, "forbidden"},
		{"a role that may do other things", "ann", "POST", "/leads/1/assign", 404, "not-found"},
		{"an unknown path", "ann", "GET", "/nothing", 404, "not-found"},
		{"a path with a slash too many", "ann", "GET", "//leads/1", 404, "not-found"},
		{"a path that climbs", "ann", "GET", "/leads/../health", 404, "not-found"},
		{"a slash at the end", "ann", "GET", "/leads/", 404, "not-found"},
		{"a wrong method", "ann", "DELETE", "/leads/1", 405, "method-not-allowed"},
		{"a wrong method, asked by nobody", "", "PUT", "/health", 405, "method-not-allowed"},
	} {
		t.Run(c.what, func(t *testing.T) {
			s := newShop()
			w := s.ask(c.subject, c.method, c.path, "")
			if w.Code != c.status {
				t.Fatalf("status %d, want %d: %s", w.Code, c.status, w.Body)
			}
			if c.kind != "" {
				if p := problemOf(t, w); p.Type != "urn:afterpress:problem:"+c.kind {
					t.Errorf("type %s", p.Type)
				}
				if s.handled != 0 {
					t.Error("the handler ran")
				}
			}
			if c.method == "HEAD" && (w.Body.Len() != 0 || w.Header().Get("Content-Length") == "0" ||
				w.Header().Get("ETag") != `"7"`) {
				t.Errorf("HEAD answered %q with %v", w.Body, w.Header())
			}
		})
	}
}

func TestAWrongMethodNamesTheRightOnes(t *testing.T) {
	for path, want := range map[string]string{"/leads/1": "GET, HEAD", "/leads/due": "POST"} { // "due" is no lead
		w := newShop().ask("ann", "PUT", path, "")
		if got := w.Header().Get("Allow"); got != want {
			t.Errorf("%s: Allow: %q", path, got)
		}
	}
	if w := newShop().ask("", "GET", "/leads/1", ""); w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("401 asks for %q", w.Header().Get("WWW-Authenticate"))
	}
}

func TestEveryKindHasItsAnswer(t *testing.T) {
	want := map[string]int{
		"unreadable": 400, "unauthenticated": 401, "unsigned": 401, "forbidden": 403, "not-found": 404, "refused": 409,
		"conflict": 409, "taken": 409, "stale": 412,
		"too-large": 413, "unsupported": 415, "invalid": 422, "unversioned": 428, "too-many": 429, "internal": 500,
		"unavailable": 503,
		"plain":       500, "panic": 500, "panic of an error": 500, "panic of go": 500, "quote": 500, "encode": 500,
		"deadline": 503, "unheard-of": 500,
	}
	for fail, status := range want {
		t.Run(fail, func(t *testing.T) {
			s := newShop()
			w := s.ask("ann", "POST", "/leads/1/lose", "", "Fail", fail, "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.1")
			p := problemOf(t, w)
			if w.Code != status || w.Header().Get("Content-Language") != "zh" {
				t.Errorf("status %d in %q", w.Code, w.Header().Get("Content-Language"))
			}
			if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), "Do this") {
				t.Errorf("tells the inside or the wrong language: %s", w.Body)
			}
			retry := w.Header().Get("Retry-After")
			if (status == 429 || status == 503) != (retry != "") || (fail == "too-many" && retry != "2") {
				t.Errorf("Retry-After %q", retry)
			}
			if fail == "refused" && (p.State != "lost" || !slices.Equal(p.Allowed, []string{"recycle"}) || p.Record == nil) {
				t.Errorf("refused without its state: %+v", p)
			}
			if fail == "invalid" && !slices.Equal(p.Errors, []httpapi.Fault{{Pointer: "/reason", Detail: "请填写原因。"}}) {
				t.Errorf("fields %+v", p.Errors)
			}
			line := s.lines(t)[0]
			if (strings.HasPrefix(fail, "panic") || fail == "quote") && strings.Contains(s.log.String(), "secret") {
				t.Errorf("the log repeats what a panic or an error quotes: %s", s.log)
			}
			if line["kind"] == nil || line["status"] != float64(status) {
				t.Errorf("logged %v", line)
			}
			if stack, _ := line["stack"].(string); strings.HasPrefix(fail, "panic") != strings.Contains(stack, "door_test.go") {
				t.Errorf("stack in the log: %q", stack)
			}
		})
	}
	if len(httpapi.Statuses()) != 18 {
		t.Errorf("the table has %d kinds", len(httpapi.Statuses()))
	}
}

func TestOneLineSaysWhatHappenedAndNothingPersonal(t *testing.T) {
	s := newShop()
	w := s.ask("ann", "POST", "/leads/wang%40shop.cn/lose?phone=13800138000", `{"name":"王小明"}`, "Fail", "plain",
		"User-Agent", "wang@shop.cn\u2028\x1b[31m")
	lines := s.lines(t)
	if len(lines) != 1 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, personal := range []string{"wang", "13800138000", "王小明"} {
		if strings.Contains(s.log.String(), personal) {
			t.Errorf("the log tells %q: %s", personal, s.log)
		}
	}
	want := map[string]any{
		"request_id": w.Header().Get("X-Request-Id"), "route": "POST /leads/{id}/lose", "method": "POST", "status": 500.0,
		"kind": "internal",
		"ms":   3.0, "actor": "stf_ann", "bytes": float64(w.Body.Len()), "door": "test", "cause": "secret of the inside",
		"level": "ERROR",
	}
	for name, value := range want {
		if lines[0][name] != value {
			t.Errorf("%s is %v, want %v", name, lines[0][name], value)
		}
	}
}

// found is a page of a list.
type found []job

func (f found) Hits() int { return len(f) }

func TestTheLogSaysWhoReadWhomAndHowMany(t *testing.T) {
	const id = "lead_01890a5d-ac96-774b-bcce-b302099a8057"
	s := newShop()
	s.Routes = append(s.Routes, httpapi.Route{Pattern: "GET /leads", Action: permission.ReadLeads,
		Handle: func(*http.Request) (httpapi.Answer, error) { return httpapi.OK(found{{}, {}}), nil }})
	for _, ask := range []struct {
		who, path    string
		record, hits any
	}{
		{"ann", "/leads/" + id, id, nil},
		{"prod", "/leads/" + id, id, nil}, // refused, and still worth knowing
		{"ann", "/leads/13800138000", nil, nil},
		{"ann", "/leads", nil, 2.0},
		{"", "/leads", nil, nil},
	} {
		s.log.Reset()
		s.ask(ask.who, "GET", ask.path, "")
		if line := s.lines(t)[0]; line["record"] != ask.record || line["hits"] != ask.hits {
			t.Errorf("%s asked for %s: %v", ask.who, ask.path, line)
		}
	}
}

func TestCausesAreCapped(t *testing.T) {
	s := newShop()
	s.Routes[0].Handle = func(*http.Request) (httpapi.Answer, error) {
		return httpapi.Answer{}, errors.New(strings.Repeat("错", 1000))
	}
	s.ask("", "GET", "/health", "")
	if cause := s.lines(t)[0]["cause"].(string); len(cause) > 256 || strings.ContainsRune(cause, '\ufffd') {
		t.Errorf("cause of %d bytes", len(cause))
	}
}

func TestABodyOverTheLimitIsRefusedFirst(t *testing.T) {
	s := newShop()
	w := s.ask("", "POST", "/leads", strings.Repeat("x", 4097))
	if p := problemOf(t, w); w.Code != 413 || !strings.Contains(p.Detail, "4096") {
		t.Errorf("%d %s", w.Code, p.Detail)
	}
	if w := s.ask("ann", "POST", "/leads", strings.Repeat("x", 4096)); w.Code != 201 {
		t.Errorf("at the limit: %d", w.Code)
	}
}

func TestEveryAnswerIsGuarded(t *testing.T) {
	s := newShop()
	for _, path := range []string{"/health", "/page", "/nothing"} {
		h := s.ask("", "GET", path, "").Header()
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Strict-Transport-Security") == "" ||
			h.Get("Cache-Control") != "no-store" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
	h := s.ask("", "GET", "/page", "").Header()
	want := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https://pay.example"
	if h.Get("Content-Security-Policy") != want || h.Get("Referrer-Policy") == "" {
		t.Errorf("page: %v", h)
	}
}

func TestAnswersAreJSONWithTheVersionAsETag(t *testing.T) {
	w := newShop().ask("ann", "GET", "/leads/1", "")
	if got := w.Body.String(); got != `{"id":"1","version":7,"tags":[]}` {
		t.Errorf("body %s", got)
	}
	if w.Header().Get("ETag") != `"7"` || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", w.Header())
	}
}

func TestABrowserGetsTheDoorsOwnErrorPage(t *testing.T) {
	s := newShop()
	s.ErrorPage = func(_ *http.Request, p httpapi.Problem) httpapi.Answer {
		return httpapi.Page(http.StatusOK, "text/html; charset=utf-8", []byte("<h1>"+p.Title+"</h1>"))
	}
	w := s.ask("", "GET", "/nothing", "", "Accept", "text/html,application/xhtml+xml", "Accept-Language", "zh")
	if w.Code != 404 || w.Body.String() != "<h1>未找到</h1>" || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := s.ask("", "GET", "/nothing", "", "Accept",
		"*/*"); w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a program got %s", w.Body)
	}
}

func TestLanguages(t *testing.T) {
	for header, want := range map[string]words.Lang{
		"": words.En, "zh-CN,zh;q=0.9,en;q=0.8": words.Zh, "en;q=0.5, zh": words.Zh, "zh-TW": words.Zh,
		"zh-Hant-HK,en;q=0.7": words.Zh, "en-GB": words.En,
		"cmn-Hans-CN": words.Zh, "yue-HK,en;q=0.7": words.Zh, "zh-yue": words.Zh, "wuu": words.Zh, "nan-TW": words.Zh,
		"cjy-CN": words.Zh, "lzh": words.Zh,
		"zha":         words.En, // Zhuang is no Chinese
		"fr,zh;q=0.5": words.Zh, "fr": words.En, "zh;q=0,en": words.En, "*": words.En, ";;;": words.En,
		strings.Repeat("zh-", 5000): words.En,
	} {
		r := httptest.NewRequest("GET", "/?lang=en", nil)
		r.Header.Set("Accept-Language", header)
		if got := httpapi.Lang(r); got != want {
			t.Errorf("%.40q reads %s, want %s", header, got, want)
		}
		if got := httpapi.PageLang(r, words.Zh); got != words.En {
			t.Errorf("?lang=en with %.40q draws %s", header, got)
		}
		r.URL.RawQuery = "lang=fr"
		if got := httpapi.PageLang(r, words.Zh); got != want && header != "" {
			t.Errorf("a Chinese house draws %s for %.40q, not %s", got, header, want)
		}
	}
	for _, house := range []words.Lang{words.Zh, words.En} {
		if got := httpapi.PageLang(httptest.NewRequest("GET", "/", nil), house); got != house {
			t.Errorf("a house of %s draws %s for a browser that names no language", house, got)
		}
	}
	split := httptest.NewRequest("GET", "/?lang=fr", nil) // as API Gateway's adapter hands it over
	split.Header["Accept-Language"] = []string{"en;q=0.5", "zh"}
	if got := httpapi.PageLang(split, words.En); got != words.Zh {
		t.Errorf("a split header draws %s", got)
	}
}

func TestVersions(t *testing.T) {
	for header, want := range map[string]int64{
		`"7"`: 7, `"900000000000000000"`: 900000000000000000, `7`: -1, `W/"7"`: -1, `*`: -1, `"07"`: -1, `"0"`: -1,
		`"-1"`: -1, `"7","8"`: -1, `""`: -1,
		`"9223372036854775808"`: -1, "": -1,
	} {
		r := httptest.NewRequest("PATCH", "/", nil)
		r.Header.Set("If-Match", header)
		version, named, err := httpapi.Version(r)
		if want < 0 {
			if fault.KindOf(err) != fault.Unreadable || named {
				t.Errorf("%q reads %d: %v", header, version, err)
			}
			continue
		}
		if version != want || !named || err != nil {
			t.Errorf("%q reads %d: %v", header, version, err)
		}
	}
	r := httptest.NewRequest("PATCH", "/", nil)
	if _, named, err := httpapi.Version(r); named || err != nil {
		t.Errorf("without a header: %v", err)
	}
	if _, err := httpapi.MustVersion(r); fault.KindOf(err) != fault.Unversioned {
		t.Errorf("without a header, where one is needed: %v", err)
	}
}
