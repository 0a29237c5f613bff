package hook_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/functions/intake/hook"
	"afterpress/infra/checks/corpus"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"

	"github.com/aws/aws-lambda-go/events"
)

const tom = `{"form":"quote","source":"ad-platform","lang":"en","name":"Tom Baker","email":"TOM@example.com","product":"book","quantity":200}`

func TestAHandedLeadIsKeptAsTheFormKeepsIt(t *testing.T) {
	d := hooked(t)
	taken(t, d.called(t, hook.SourceLeads, "call_1", tom))
	page, err := d.Submissions(t.Context(), form.OutcomeCreated, []string{seed.Shanghai}, storePage)
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	sub, err := d.Submission(t.Context(), page.Items[0].ID)
	if err != nil || sub.Body != tom || sub.Form != "quote" || !strings.HasPrefix(sub.Via, "leads/") {
		t.Fatalf("submission %+v, %v", sub, err)
	}
	lead, err := d.Lead(t.Context(), sub.Lead)
	if err != nil || lead.Source != "ad-platform" || lead.Person.Email != "tom@example.com" ||
		lead.Person.Lang != words.En || lead.Quantity != 200 {
		t.Errorf("lead %+v, %v", lead, err)
	}
}

func TestWhatAPersonTypedWrongIsQuarantined(t *testing.T) {
	d := hooked(t)
	const body = `{"form":"quote","name":"Tom","phone":"12","product":"book"}`
	taken(t, d.called(t, hook.SourceLeads, "call_1", body))
	taken(t, d.called(t, hook.SourceLeads, "call_1", body))
	kept := d.quarantined(t)
	if len(kept) != 1 || kept[0].Branch != seed.Shanghai || d.leads(t) != 0 {
		t.Fatalf("%+v, %d leads", kept, d.leads(t))
	}
	sub, err := d.Submission(t.Context(), kept[0].ID)
	if err != nil || sub.Body != body || sub.Difficulty != "invalid /phone" {
		t.Errorf("submission %+v, %v", sub, err)
	}
}

// What a person typed is kept as it came, with its reason, where it breaks a limit of ours. What the sender wrote down
// wrong, or left out, is the sender's to mend.
func TestWhatAPersonTypedBeyondALimitIsKept(t *testing.T) {
	d := hooked(t)
	lead := func(field, value string) string {
		out := map[string]string{"form": "quote", "name": "Tom", "email": "tom@example.com", "product": "book", field: value}
		body, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	complaint := func(field, value string) string {
		out := map[string]any{"email": "tom@example.com", "words": "scratched", "defects": []string{"scratch"}, field: value}
		body, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	for i, c := range []struct{ source, body, why string }{
		{hook.SourceLeads, lead("message", strings.Repeat("长", 2001)), "invalid /message"},
		{hook.SourceLeads, lead("name", strings.Repeat("x", 101)), "invalid /name"},
		{hook.SourceLeads, lead("message", "\u202aabc\u202c"), "invalid /message"},
		{hook.SourceLeads, lead("message", "a\rb"), "invalid /message"},
		{hook.SourceLeads, lead("phone", strings.Repeat("1", 41)), "invalid /phone"},
		{hook.SourceComplaints, complaint("words", strings.Repeat("x", 4001)), form.Unplaced},
		{hook.SourceLeads, lead("form", strings.Repeat("x", 65)), ""},
		{hook.SourceLeads, lead("source", "a\nb"), ""},
		{hook.SourceComplaints, complaint("words", ""), ""},
		{hook.SourceComplaints, complaint("lang", "fr"), ""},
	} {
		w := d.called(t, c.source, fmt.Sprintf("call_%d", i), c.body)
		if c.why == "" {
			if w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%.60s: status %d: %s", c.body, w.Code, w.Body)
			}
			continue
		}
		var got hook.HookReceived
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusAccepted {
			t.Errorf("%.60s: status %d: %s", c.body, w.Code, w.Body)
			continue
		}
		sub, err := d.Submission(t.Context(), got.ID)
		if err != nil || got.State != form.OutcomeQuarantined || sub.Difficulty != c.why || sub.Body != c.body {
			t.Errorf("%.60s: %+v, kept for %q, %v", c.body, got, sub.Difficulty, err)
		}
	}
	if d.leads(t) != 0 {
		t.Errorf("%d leads", d.leads(t))
	}
}

// A call is answered with what was made of it, a repeat alike. Its id with another body is another call's mistake.
func TestACallSaysWhatItMade(t *testing.T) {
	d := hooked(t)
	ask := func(source, id, body string) hook.HookReceived {
		t.Helper()
		w := d.called(t, source, id, body)
		taken(t, w)
		var got hook.HookReceived
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := ask(hook.SourceLeads, "call_1", tom)
	made, err := d.Lead(t.Context(), first.ID)
	if err != nil || first.State != made.State || made.Person.Email != "tom@example.com" {
		t.Errorf("%+v, %+v, %v", first, made, err)
	}
	if again := ask(hook.SourceLeads, "call_1", tom); again != first {
		t.Errorf("a repeat is answered %+v", again)
	}
	broken := `{"email":"tom@example.com","words":"scratched","defects":["scratch"]}`
	opened := ask(hook.SourceComplaints, "call_2", broken)
	if c, err := d.Complaint(t.Context(), opened.ID); err != nil || opened.State != string(c.State) {
		t.Errorf("%+v, %+v, %v", opened, c, err)
	}
	before := d.State()
	for source, body := range map[string]string{hook.SourceLeads: strings.Replace(tom, "200", "300", 1),
		hook.SourceComplaints: strings.Replace(broken, "scratched", "torn", 1)} {
		id := map[string]string{hook.SourceLeads: "call_1", hook.SourceComplaints: "call_2"}[source]
		if w := d.called(t, source, id, body); w.Code != http.StatusUnprocessableEntity || d.State() != before {
			t.Errorf("%s: status %d: %s", source, w.Code, w.Body)
		}
	}
}

// A call is taken once, however often it comes; one that is too old or too early is not taken at all.
func TestReplay(t *testing.T) {
	for _, c := range []struct {
		after  time.Duration
		status int
	}{
		{0, 202}, {299 * time.Second, 202}, {300 * time.Second, 202}, {301 * time.Second, 401}, {time.Hour, 401},
		{6 * 24 * time.Hour, 401},
		{-299 * time.Second, 202}, {-300 * time.Second, 202}, {-301 * time.Second, 401}, {-time.Hour, 401},
	} {
		t.Run(c.after.String(), func(t *testing.T) {
			d := hooked(t)
			headers := append(signed(t, oldKey, "call_1", storetest.Began, tom), "Content-Type", jsonType)
			if c.after >= 0 {
				taken(t, d.call(hook.SourceLeads, tom, headers...))
			}
			d.Clock.Set(storetest.Began.Add(c.after))
			if w := d.call(hook.SourceLeads, tom, headers...); w.Code != c.status {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			// A caller who replays a call cannot sign it anew under another key.
			if w := d.call(hook.SourceLeads, tom, append(headers, "Idempotency-Key", "mine")...); w.Code != c.status {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
			if want := min(1, max(c.status, 0)); c.after >= 0 && d.leads(t) != want {
				t.Errorf("%d leads", d.leads(t))
			}
		})
	}
}

// An id is remembered for a week, also when its call is signed anew by the sender's retry.
func TestARetryIsRemembered(t *testing.T) {
	d := hooked(t)
	for _, after := range []time.Duration{0, time.Hour, 76 * time.Hour, 7*24*time.Hour - time.Minute} {
		d.Clock.Set(storetest.Began.Add(after))
		taken(t, d.called(t, hook.SourceLeads, "call_1", tom))
	}
	if d.leads(t) != 1 {
		t.Errorf("%d leads", d.leads(t))
	}
	d.Clock.Set(storetest.Began.Add(7*24*time.Hour + time.Minute))
	taken(t, d.called(t, hook.SourceLeads, "call_1", tom))
	if d.leads(t) != 2 {
		t.Errorf("%d leads", d.leads(t))
	}
}

func TestRotation(t *testing.T) {
	d := hooked(t)
	try := func(key []byte, id string) int {
		return d.call(hook.SourceLeads, tom,
			append(signed(t, key, id, d.Clock.Now(), tom), "Content-Type", jsonType)...).Code
	}
	for i, c := range []struct {
		keys     [][]byte
		old, new int
	}{
		{[][]byte{oldKey}, 202, 401}, {[][]byte{newKey, oldKey}, 202, 202}, {[][]byte{newKey}, 401, 202}, {nil, 401, 401},
	} {
		d.Server.Secrets = always(hook.Secrets{hook.SourceLeads: c.keys})
		if o, n := try(oldKey, "old"+strconv.Itoa(i)), try(newKey, "new"+strconv.Itoa(i)); o != c.old || n != c.new {
			t.Errorf("%d keys: old %d, new %d", len(c.keys), o, n)
		}
	}
}

// Nobody learns from an answer whether a source is set up.
func TestAnUnknownSourceLooksLikeABadSignature(t *testing.T) {
	d := hooked(t)
	fewer := maps.Clone(d.Secrets())
	delete(fewer, hook.SourceComplaints) // one that we know, and that is not set up
	d.Secrets = always(fewer)
	before := d.State()
	answers := map[string]bool{}
	for _, source := range []string{hook.SourceLeads, hook.SourceMail, hook.SourceComplaints, "ses", "unknown", "LEADS"} {
		w := d.call(source, tom, append(signed(t, newKey, "call_1", d.Clock.Now(), tom), "Content-Type", jsonType)...)
		id := w.Header().Get("X-Request-Id")
		w.Header().Del("X-Request-Id")
		answers[strconv.Itoa(w.Code)+strings.ReplaceAll(w.Body.String(), id, "")+header(w)] = true
	}
	if len(answers) != 1 || d.State() != before {
		t.Errorf("%d different answers: %v", len(answers), answers)
	}
}

// sample is that many hostile strings, of all kinds.
func sample(n int) []string {
	all := corpus.Hostile()
	var out []string
	for i := range n {
		out = append(out, all[i*len(all)/n])
	}
	return out
}

func header(w *httptest.ResponseRecorder) string {
	var out strings.Builder
	if err := w.Header().Write(&out); err != nil {
		return err.Error()
	}
	return out.String()
}

func TestWhatAHookRefuses(t *testing.T) {
	d := hooked(t)
	before := d.State()
	const typed = "Content-Type"
	for _, c := range []struct {
		what, source, body string
		kind               []string
		status             int
	}{
		{"no type", "leads", tom, nil, 415},
		{"another type", "leads", tom, []string{typed, "text/plain"}, 415},
		{"two types", "leads", tom, []string{typed, "application/json, application/json"}, 415},
		{"another charset", "leads", tom, []string{typed, "application/json; charset=gbk"}, 415},
		{"compressed", "leads", tom, []string{typed, jsonType, "Content-Encoding", "gzip"}, 415},
		{"a form", "leads", "form=quote", []string{typed, "application/x-www-form-urlencoded"}, 415},
		{"no form", "leads", `{"name":"Tom"}`, []string{typed, jsonType}, 422},
		{"another form", "leads", `{"form":"none","name":"Tom"}`, []string{typed, jsonType}, 422},
		{"another field", "leads", `{"form":"quote","owner":"stf_1"}`, []string{typed, jsonType}, 400},
		{"a field twice", "leads", `{"form":"quote","form":"quote"}`, []string{typed, jsonType}, 400},
		{"nested", "leads", strings.Repeat(`{"name":`, 5000) + "1" + strings.Repeat("}", 5000), []string{typed, jsonType},
			400},
		{"an array", "leads", strings.Repeat("[", 100_000), []string{typed, jsonType}, 400},
		{"too much", "leads", `{"form":"` + strings.Repeat("x", 256<<10) + `"}`, []string{typed, jsonType}, 413},
		{"mail as JSON", "mail", tom, []string{typed, jsonType}, 400},
		{"no mail", "mail", "hello", []string{typed, mailType}, 400},
		{"nothing", "mail", "", []string{typed, mailType}, 400},
	} {
		t.Run(c.what, func(t *testing.T) {
			w := d.call(c.source, c.body, append(signed(t, oldKey, "call_1", d.Clock.Now(), c.body), c.kind...)...)
			if w.Code != c.status || !strings.HasPrefix(w.Header().Get(typed), "application/problem+json") {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
	if d.State() != before {
		t.Error("something was written")
	}
}

// API Gateway joins headers and its adapter cuts them at their commas; a mail travels as base64. What was signed is
// found again.
func TestThroughTheGateway(t *testing.T) {
	d := hooked(t)
	_, _, address := written(t, d)
	handle := httpapi.Proxy(d.Handler)
	mail := "From: lina@example.com\r\nTo: " + address +
		"\r\nContent-Type: text/plain; charset=gbk\r\n\r\n\xc4\xe3\xba\xc3"
	for _, c := range []struct {
		source, kind, body string
		coded              bool
		status             int
	}{
		{hook.SourceLeads, jsonType, tom, false, 202}, {hook.SourceLeads, jsonType, tom, true, 202},
		{hook.SourceMail, mailType, mail, true, 202},
		{hook.SourceMail, mailType, mail, true, 202},
		{hook.SourceLeads, jsonType + "," + jsonType, tom, false, 415},
	} {
		h := signed(t, oldKey, fmt.Sprintf("call_%s_%d", c.source, len(c.kind)), d.Clock.Now(), c.body)
		e := events.APIGatewayV2HTTPRequest{Version: "2.0", RawPath: "/hooks/" + c.source, Body: c.body,
			Headers: map[string]string{
				"content-type": c.kind, h[0]: h[1], h[2]: h[3], h[4]: "v1a,AAAA " + h[5] + " v1,BBBB",
			}}
		e.RequestContext.HTTP.Method = http.MethodPost
		if c.coded {
			e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte(c.body)), true
		}
		answer, err := handle(t.Context(), e)
		if err != nil || answer.StatusCode != c.status {
			t.Errorf("%s: status %d: %s, %v", c.source, answer.StatusCode, answer.Body, err)
		}
	}
	if d.leads(t) != 2 {
		t.Errorf("%d leads", d.leads(t))
	}
}

// However many copies of a call arrive at once, it is taken once, and each is answered alike.
func TestCopiesAtOnce(t *testing.T) {
	d := hooked(t)
	lead, _, address := written(t, d)
	mail := letter("hello", "From: lina@example.com", "To: "+address)
	d.Crowd(t)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			source, body := hook.SourceLeads, tom
			if i%2 == 0 {
				source, body = hook.SourceMail, mail
			}
			if w := d.called(t, source, "call_"+source, body); w.Code != 202 && w.Code != 503 && w.Code != 409 {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	for source, body := range map[string]string{hook.SourceLeads: tom, hook.SourceMail: mail} {
		taken(t, d.called(t, source, "call_"+source, body))
	}
	if d.leads(t) != 2 || len(d.touches(t, lead.ID)) != 1 {
		t.Errorf("%d leads, %d touches", d.leads(t), len(d.touches(t, lead.ID)))
	}
}

// Each call is one line of the log, valid and without a word of what was sent; what was sent makes nothing but text.
func TestNoWordOfACallIsLogged(t *testing.T) {
	d := hooked(t)
	lead, _, address := written(t, d)
	var log bytes.Buffer
	d.listen(d.Store, slog.New(slog.NewJSONHandler(&log, nil)))
	const canary = "canary-zq3x"
	calls := 0
	for i, text := range sample(24) {
		text = strings.NewReplacer("\r", "", "\n", "").Replace(text) + canary
		enquiry, err := json.Marshal(map[string]string{"form": "quote", "name": text, "email": "x@" + canary + ".example",
			"product": text, "message": text, "source": text})
		if err != nil {
			t.Fatal(err)
		}
		mail := letter(text, "From: "+text+" <"+canary+"@example.com>", "To: "+address, "Subject: "+text, "Message-ID: <"+
			canary+"@x>")
		for source, body := range map[string]string{hook.SourceLeads: string(enquiry), hook.SourceMail: mail} {
			w := d.called(t, source, fmt.Sprintf("%s_%d", canary, i), body)
			if calls++; w.Code >= 500 || strings.Contains(w.Body.String(), canary) {
				t.Errorf("status %d: %s", w.Code, w.Body)
			}
		}
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if strings.Contains(log.String(), canary) || len(lines) != calls {
		t.Errorf("%d calls, %d lines: %s", calls, len(lines), log.String())
	}
	for _, line := range lines {
		if !json.Valid([]byte(line)) {
			t.Errorf("not JSON: %s", line)
		}
	}
	for _, touch := range d.touches(t, lead.ID) {
		if strings.ContainsAny(touch.Subject+touch.From, "\r\n\x00") {
			t.Errorf("touch %+v", touch)
		}
	}
}
