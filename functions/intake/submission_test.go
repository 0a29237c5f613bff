package intake_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	pages "afterpress/functions/intake/form"
	"afterpress/shared/app/frontdesk"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"golang.org/x/net/html"
)

// received is the id of the submission that a page or a JSON answer names.
func received(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code == 303 {
		to, err := url.Parse(w.Header().Get("Location"))
		if err != nil || to.Path != "/forms/quote/thanks" || to.Query().Get("lang") != "en" {
			t.Fatalf("location %q, %v", w.Header().Get("Location"), err)
		}
		return to.Query().Get("ref")
	}
	got := decode[pages.Received](t, w)
	if w.Code != 202 || got.Status != "received" {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	return got.Submission
}

func TestPageMakesALead(t *testing.T) {
	d := open(t)
	w := d.post(lina())
	id := received(t, w)
	sub, err := d.Submission(t.Context(), id)
	if err != nil || sub.Outcome != form.OutcomeCreated || sub.Body != lina().Encode() || sub.Type != formType ||
		sub.Form != "quote" {
		t.Fatalf("submission %+v, %v", sub, err)
	}
	l, err := d.Lead(t.Context(), sub.Lead)
	if err != nil {
		t.Fatal(err)
	}
	want := lead.Person{Name: "李娜", Phone: "+8613800138000", Email: "lina@example.com", Lang: words.En}
	if l.Person != want || l.Product != "cards" || l.Quantity != 500 || l.NeededBy != "2026-12-01" ||
		l.Message != "90 × 54 mm\n双面" ||
		l.Source != form.SourceWeb || l.Consent != gate.ConsentAwaiting || l.Submission != id {
		t.Errorf("lead %+v", l)
	}
	thanks := d.ask("GET", w.Header().Get("Location"), "")
	if text := visible(parse(t, thanks)); thanks.Code != 200 || !strings.Contains(text, words.Reference(sub.Lead)) {
		t.Errorf("thanks: %d %s", thanks.Code, text)
	}
}

func TestJSONMakesALead(t *testing.T) {
	d := open(t)
	body := `{"name":"Tom Baker","email":"TOM@example.com","product":"book","quantity":200,"message":"A5"}`
	w := d.send(body, "Accept-Language", "en")
	var fields map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &fields); err != nil || len(fields) != 4 ||
		fields["reference"] != words.Reference(fields["submission_id"]) ||
		!strings.HasPrefix(fields["artwork"], "/artwork/") {
		t.Fatalf("answer %s, %v", w.Body, err)
	}
	sub, err := d.Submission(t.Context(), received(t, w))
	if err != nil || sub.Body != body {
		t.Fatalf("submission %+v, %v", sub, err)
	}
	l, err := d.Lead(t.Context(), sub.Lead)
	if err != nil || l.Person.Email != "tom@example.com" || l.Person.Lang != words.En || l.Consent != "" {
		t.Errorf("lead %+v, %v", l, err)
	}
}

// A known person is answered in the very same way, and gets a lead too.
func TestAnswerDoesNotTellWhoIsKnown(t *testing.T) {
	d := open(t)
	first := d.post(lina())
	again := lina()
	again.Set("message", "another job")
	again.Set("name", "Somebody Else")
	second := d.post(again)
	for _, w := range []*httptest.ResponseRecorder{first, second} {
		w.Header().Del("X-Request-Id")
		invitation := regexp.MustCompile("(artwork|receipt)=[^&]+").ReplaceAllString(w.Header().Get("Location"), "$1=TOKEN")
		w.Header().Set("Location", strings.ReplaceAll(invitation, received(t, w), "REF"))
	}
	if first.Body.String() != second.Body.String() || fmt.Sprint(first.Header()) != fmt.Sprint(second.Header()) {
		t.Errorf("first %v %s\nsecond %v %s", first.Header(), first.Body, second.Header(), second.Body)
	}
	if d.leads(t) != 2 || d.customers(t) != 1 {
		t.Errorf("%d leads of %d customers", d.leads(t), d.customers(t))
	}
}

func TestWhatTheDoorRefuses(t *testing.T) {
	d := open(t)
	before := d.State()
	const good = `{"name":"Tom","email":"tom@example.com","product":"book"}`
	for _, c := range []struct {
		what, kind, body string
		status           int
		points           string // at the first fault
	}{
		{"no type", "", good, 415, ""},
		{"another type", "text/plain", good, 415, ""},
		{"files", "multipart/form-data; boundary=x", good, 415, ""},
		{"two types", "application/json, application/x-www-form-urlencoded", good, 415, ""},
		{"another charset", "application/json; charset=gbk", good, 415, ""},
		{"JSON that is a form", formType, good, 400, "/" + good},
		{"a form that is JSON", jsonType, "name=Tom", 400, ""},
		{"too much", jsonType, `{"message":"` + strings.Repeat("x", 96<<10) + `"}`, 413, ""},
		{"an unknown field", jsonType, `{"name":"Tom","owner":"stf_1"}`, 400, "/owner"},
		{"another case", jsonType, `{"Name":"Tom"}`, 400, "/Name"},
		{"a field twice", jsonType, `{"name":"Tom","name":"Tim"}`, 400, "/name"},
		{"two objects", jsonType, good + good, 400, ""},
		{"a quantity that is none", jsonType, `{"name":"Tom","quantity":true}`, 422, "/quantity"},
		{"a quantity without a figure", jsonType,
			`{"name":"Tom","email":"tom@example.com","product":"book","quantity":"many"}`, 422, "/quantity"},
		{"a quantity below nothing", jsonType, `{"name":"Tom","email":"tom@example.com","product":"book","quantity":"-5"}`,
			422, "/quantity"},
		{"a line break in a name", jsonType, `{"name":"Tom\nBcc: x","email":"tom@example.com","product":"book"}`, 422,
			"/name"},
		{"too long a message", jsonType, `{"name":"Tom","email":"tom@example.com","product":"book","message":"` +
			strings.Repeat("x", 2001) + `"}`, 422, "/message"},
		{"nobody to answer", jsonType, `{"name":"Tom","product":"book"}`, 422, "/phone"},
		{"no such choice", jsonType, `{"name":"Tom","email":"tom@example.com","product":"gold"}`, 422, "/product"},
		{"nothing", jsonType, `{}`, 422, "/name"},
	} {
		w := d.send(c.body, "Content-Type", c.kind)
		problem := decode[struct {
			Status int
			Errors []struct{ Pointer, Detail string }
		}](t, w)
		if w.Code != c.status || problem.Status != c.status || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: status %d, want %d: %s", c.what, w.Code, c.status, w.Body)
		}
		if c.points != "" && (len(problem.Errors) == 0 || problem.Errors[0].Pointer != c.points) {
			t.Errorf("%s: points at %v, want %s", c.what, problem.Errors, c.points)
		}
	}
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"POST", "/forms/none", 404}, {"GET", "/forms", 404}, {"PUT", "/forms/quote", 405},
		{"POST", "/forms/quote/thanks", 405}, {"GET", "/forms/quote/edit", 404},
	} {
		if w := d.ask(c.method, c.target, good, "Content-Type", jsonType, "Accept", "*/*"); w.Code != c.status {
			t.Errorf("%s %s: status %d, want %d", c.method, c.target, w.Code, c.status)
		}
	}
	if d.State() != before {
		t.Error("a refused request changed the tables")
	}
}

func TestBrowserGetsPagesForWhatIsRefused(t *testing.T) {
	d := open(t)
	long := lina()
	long.Set("message", strings.Repeat("长", 12_000))
	for want, w := range map[int]*httptest.ResponseRecorder{
		404: d.ask("POST", "/forms/none", lina().Encode(), "Content-Type", formType),
		405: d.ask("DELETE", "/forms/quote", ""),
		413: d.post(long),
		415: d.post(lina(), "Content-Type", "text/plain"),
		400: d.ask("POST", "/forms/quote", "name=a&name=b", "Content-Type", formType),
	} {
		page := parse(t, w)
		if w.Code != want || len(find(page, byTag("h1"))) != 1 {
			t.Errorf("status %d, want %d: %s", w.Code, want, visible(page))
		}
	}
}

func TestDoubleClickMakesOneLead(t *testing.T) {
	d := open(t)
	d.Crowd(t)
	var answers [8]*httptest.ResponseRecorder
	var clicks sync.WaitGroup
	for i := range answers {
		clicks.Go(func() {
			answers[i] = patient(func() *httptest.ResponseRecorder { return d.post(lina()) })
		})
	}
	clicks.Wait()
	first := received(t, answers[0])
	replayed := 0
	for _, w := range answers {
		if received(t, w) != first {
			t.Errorf("answers %s and %s", first, received(t, w))
		}
		if w.Header().Get("Idempotent-Replayed") == "true" {
			replayed++
		}
	}
	if d.leads(t) != 1 || replayed != len(answers)-1 {
		t.Errorf("%d leads, %d answers replayed", d.leads(t), replayed)
	}
	spelt := lina()
	spelt.Set("phone", "+86-138-0013-8000")
	if received(t, d.post(spelt)) != first {
		t.Error("another spelling of the same number within ten minutes made another lead")
	}
	d.Clock.Advance(11 * time.Minute)
	if received(t, d.post(lina())) == first || d.leads(t) != 2 {
		t.Errorf("after ten minutes it is a new enquiry; %d leads", d.leads(t))
	}
}

func TestIdempotencyKeyMakesOneLead(t *testing.T) {
	d := open(t)
	const body, other = `{"name":"Tom","email":"tom@example.com","product":"book"}`,
		`{"name":"Tom","email":"tom@example.com","product":"label"}`
	first := received(t, d.send(body, "Idempotency-Key", "k1"))
	d.Clock.Advance(71 * time.Hour)
	again := d.send(body, "Idempotency-Key", "k1")
	if received(t, again) != first || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("a repeat got %s", again.Body)
	}
	if w := d.send(other, "Idempotency-Key", "k1"); w.Code != 422 {
		t.Errorf("another body with the same key: %d", w.Code)
	}
	if received(t, d.send(body, "Idempotency-Key", "k2")) == first {
		t.Error("another key is another enquiry")
	}
	if d.leads(t) != 2 {
		t.Errorf("%d leads", d.leads(t))
	}
}

func TestOnePersonInEightSpellings(t *testing.T) {
	d := open(t)
	d.Crowd(t)
	spellings := [8][2]string{
		{"13800138000", "lina@example.com"}, {"138 0013 8000", " LINA@example.com"}, {"138-0013-8000", "Lina@Example.COM"},
		{"+86 138 0013 8000", ""},
		{"0086 13800138000", "lina@example.com "}, {"１３８００１３８０００", "ｌｉｎａ@example.com"},
		{"+86(138)00138000", "lina@EXAMPLE.com"}, {"86 138 0013 8000", ""},
	}
	var posts sync.WaitGroup
	for i := range 64 {
		posts.Go(func() {
			typed := lina()
			typed.Set("phone", spellings[i%8][0])
			typed.Set("email", spellings[i%8][1])
			typed.Set("message", fmt.Sprint("job ", i))
			if w := patient(func() *httptest.ResponseRecorder { return d.post(typed) }); w.Code != 303 {
				t.Errorf("%q: status %d: %s", spellings[i%8], w.Code, visible(parse(t, w)))
			}
		})
	}
	posts.Wait()
	if d.customers(t) != 1 || d.leads(t) != 64 {
		t.Errorf("%d leads of %d customers", d.leads(t), d.customers(t))
	}
}

// broken makes a rule fail where a lead is captured; everything else is the real store.
type broken struct {
	frontdesk.Enquiries
	capture func() error
}

// Admit leaves the limits to other tests.
func (b broken) Admit(context.Context, form.Form, form.Arrival) (string, error) {
	return "", nil
}

func (b broken) Capture(context.Context, lead.Capture, *form.Submission) (lead.Lead, error) {
	return lead.Lead{}, b.capture()
}

func TestWhatNoRuleCanReadIsKept(t *testing.T) {
	var nothing map[string]int
	for what, fail := range map[string]func() error{
		"panic":    func() error { nothing["x"] = 1; return nil },
		"mistake":  func() error { return fmt.Errorf("no such calendar") },
		"conflict": func() error { return fault.Fail(fault.Conflict, "冲突", "conflict") },
		"invalid":  func() error { return fault.Fail(fault.Invalid, "日历", "calendar") },
	} {
		t.Run(what, func(t *testing.T) {
			b := storetest.New(t)
			facts := b.OpenAs(t, "intake")
			d := hang(b, facts, broken{facts, fail})
			first, repeat := received(t, d.post(lina())), received(t, d.post(lina()))
			if first != repeat {
				t.Errorf("a repeat was kept twice")
			}
			sub, err := d.Submission(t.Context(), first)
			if err != nil || sub.Outcome != form.OutcomeQuarantined || sub.Body != lina().Encode() || sub.Difficulty == "" ||
				strings.Contains(sub.Difficulty, " ") {
				t.Fatalf("submission %+v, %v", sub, err)
			}
			if received(t, d.send(`{"name":"Tom","email":"tom@example.com","product":"book"}`)) == "" || d.leads(t) != 0 {
				t.Errorf("%d leads", d.leads(t))
			}
		})
	}
}

func TestStoreThatDoesNotAnswerLosesNothingTyped(t *testing.T) {
	b := storetest.New(t)
	away := fault.Fail(fault.Unavailable, "系统暂时繁忙。", "Busy for a moment.")
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts, broken{facts, func() error { return away }})
	before := d.State()
	typed := lina()
	typed.Set("name", `<b>"李娜"`)
	w := d.post(typed)
	page := parse(t, w)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Fatalf("status %d %v", w.Code, w.Header())
	}
	kept := url.Values{}
	for _, in := range find(page, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") != "opened" }) {
		kept.Add(attr(in, "name"), attr(in, "value"))
	}
	typed.Set("message", strings.ReplaceAll(typed.Get("message"), "\r\n", "\n")) // a browser makes it CR LF again
	kept.Set("message", strings.ReplaceAll(kept.Get("message"), "\r\n", "\n"))
	if kept.Encode() != typed.Encode() {
		t.Errorf("typed %v, kept %v", typed, kept)
	}
	if forms := find(page, byTag("form")); len(forms) != 1 || attr(forms[0], "action") != "?lang=en" ||
		attr(forms[0], "method") != "post" {
		t.Errorf("no way to send it again: %d forms, action %q", len(forms), attr(forms[0], "action"))
	}
	if w := d.send(`{"name":"Tom","email":"tom@example.com","product":"book"}`); w.Code != 503 ||
		w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("JSON: %d %v", w.Code, w.Header())
	}
	if d.State() != before {
		t.Error("an enquiry that could not be stored changed the tables")
	}
}

func TestConsentCountsOnlyWhereItWasAsked(t *testing.T) {
	b := storetest.New(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts, unasked{facts})
	w := d.send(`{"name":"Tom","email":"tom@example.com","product":"book","marketing_consent":true}`)
	if w.Code != 422 || !strings.Contains(w.Body.String(), "/marketing_consent") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if w := d.send(`{"name":"Tom","email":"tom@example.com","product":"book","marketing_consent":false}`); w.Code != 202 {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
}

// unasked is the store with forms that ask for no consent.
type unasked struct{ frontdesk.Enquiries }

func (u unasked) Form(ctx context.Context, id string) (form.Form, setup.Shop, error) {
	frm, shop, err := u.Enquiries.Form(ctx, id)
	fields := frm.Fields
	frm.Fields = nil
	for _, f := range fields {
		if f.Name != form.FieldConsent {
			frm.Fields = append(frm.Fields, f)
		}
	}
	return frm, shop, err
}
