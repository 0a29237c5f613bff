package api_test

import (
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"afterpress/functions/api"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/permission"
)

func TestACommandHonoursIfMatch(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	messages := doubtful(b, sales)
	for line, body := range map[string]fields{
		"POST /leads/" + b.lead(lead.StateNew, sales).ID + "/assign":        {"owner": sales.ID},
		"POST /leads/" + b.lead(lead.StatePooled, sales).ID + "/claim":      {},
		"POST /leads/" + b.lead(lead.StateAssigned, sales).ID + "/contact":  {"channel": "call", "outcome": "interested"},
		"POST /leads/" + b.lead(lead.StateContacted, sales).ID + "/qualify": {"need": "500 cards"},
		"POST /messages/" + messages + "/settle":                            {"outcome": "failed"},
	} {
		who := "sales"
		if strings.HasSuffix(line, "/assign") {
			who = "manager"
		}
		before := b.State()
		stale := into[struct {
			Record struct {
				Version int64 `json:"version"`
			} `json:"record"`
		}](b.call(who, line, body, "If-Match", `"99"`).want(http.StatusPreconditionFailed))
		b.call(who, line, body, "If-Match", "99").want(http.StatusBadRequest)
		b.call(who, line, body, "If-Match", `W/"1"`).want(http.StatusBadRequest)
		if b.State() != before || stale.Record.Version == 0 {
			t.Errorf("%s: a stale command changed something, or was not shown the record: %+v", line, stale)
		}
		done := b.call(who, line, body, "If-Match", quoted(stale.Record.Version)).want(http.StatusOK)
		if tag := done.Header().Get("ETag"); tag != quoted(stale.Record.Version+1) {
			t.Errorf("%s: ETag %s after version %d", line, tag, stale.Record.Version)
		}
	}
}

func TestARepeatIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	b := start(t)
	sales := b.staff("sales")
	for line, body := range map[string]any{
		"POST /leads": b.walkIn(),
		"POST /leads/" + b.lead(lead.StatePooled, sales).ID + "/claim":      fields{},
		"POST /leads/" + b.lead(lead.StateAssigned, sales).ID + "/lose":     fields{"reason": "price"},
		"POST /leads/" + b.lead(lead.StateContacted, sales).ID + "/recycle": fields{"reason": "absent"},
		"POST /messages/" + doubtful(b, sales) + "/settle":                  fields{"outcome": "sent"},
		"POST /calendars/shanghai/explain": fields{"start": "2026-11-24T10:00:00Z",
			"working_minutes": 5},
	} {
		first := b.call("sales", line, body, "Idempotency-Key", "k1")
		if first.Code >= 300 || first.Header().Get("Idempotent-Replayed") != "" {
			t.Fatalf("%s: %d %s", line, first.Code, first.Body)
		}
		after := b.State()
		again := b.call("sales", line, body, "Idempotency-Key", "k1").want(first.Code)
		for _, name := range []string{"Location", "ETag", "Content-Type"} {
			if again.Header().Get(name) != first.Header().Get(name) {
				t.Errorf("%s: %s %q, at first %q", line, name, again.Header().Get(name), first.Header().Get(name))
			}
		}
		if again.Body.String() != first.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
			t.Errorf("%s: answered %s, at first %s", line, again.Body, first.Body)
		}
		b.call("sales", line, strings.Replace(encoded(t, body), "}", " }", 1), "Idempotency-Key",
			"k1").want(http.StatusUnprocessableEntity)
		b.call("sales", line, body, "Idempotency-Key", "两").want(http.StatusBadRequest)
		b.call("sales", line, body, "Idempotency-Key", strings.Repeat("k", 256)).want(http.StatusBadRequest)
		if b.State() != after {
			t.Errorf("%s: the repeat changed something", line)
		}
	}
}

func TestAKeyBelongsToItsCallerAndRoute(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateAssigned, b.staff("sales"))
	body := fields{"channel": "call", "outcome": "unreachable"}
	b.call("sales", "POST /leads/"+l.ID+"/contact", body, "Idempotency-Key", "k").want(http.StatusOK)
	other := into[lead.Lead](b.call("manager", "POST /leads/"+l.ID+"/contact", body, "Idempotency-Key",
		"k").want(http.StatusOK))
	if other.Attempts != 2 {
		t.Errorf("%d attempts; somebody else's key is another key", other.Attempts)
	}
	b.call("sales", "POST /leads", b.walkIn(), "Idempotency-Key", "k").want(http.StatusCreated)
	b.Clock.Advance(72*time.Hour + time.Second)
	again := b.call("sales", "POST /leads/"+l.ID+"/contact", body, "Idempotency-Key", "k").want(http.StatusOK)
	if into[lead.Lead](again).Attempts != 3 || again.Header().Get("Idempotent-Replayed") != "" {
		t.Error("a key is kept for longer than 72 hours")
	}
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	t.Parallel()
	b := start(t)
	body := b.walkIn()
	body["phone"] = "12"
	b.call("sales", "POST /leads", body, "Idempotency-Key", "k").want(http.StatusUnprocessableEntity)
	b.call("sales", "POST /leads", b.walkIn(), "Idempotency-Key", "k").want(http.StatusCreated)
}

func TestSixtyFourPostsWithOneKeyAreOneLead(t *testing.T) {
	t.Parallel()
	b := start(t)
	body, before := b.walkIn(), b.Count(t, b.Tables.Records, "LEAD#")
	answers := make([]string, 64)
	b.Crowd(t)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			answers[i] = b.patient("sales", "POST /leads", body, "Idempotency-Key",
				"k").want(http.StatusCreated).Body.String()
		})
	}
	all.Wait()
	for _, answer := range answers {
		if answer != answers[0] {
			t.Fatalf("two answers:\n%s\n%s", answer, answers[0])
		}
	}
	if n := b.Count(t, b.Tables.Records, "LEAD#") - before; n != 1 {
		t.Errorf("%d leads", n)
	}
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#"); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestProblemsAreReadInBothLanguages(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateLost, b.staff("sales"))
	const lostZh = "线索已流失，不再变动。客户再次询价时，请录入新线索（老板、经理、销售、客服、系统接口）。"
	const lostEn = "The lead is lost and stays as it is. " +
		"When the person asks again, enter a new lead (the shop's owner, manager, sales, service, integration)."
	for _, c := range []struct{ accept, lang, title, detail, refusal string }{
		{"zh-CN,zh;q=0.9,en;q=0.5", "zh", "当前状态不允许", lostZh, lostZh},
		{"fr, en;q=0.8", "en", "Not possible in this state", lostEn, lostEn},
		{"", "en", "Not possible in this state", lostEn, lostEn},
	} {
		got := b.call("manager", "POST /leads/"+l.ID+"/recycle", fields{"reason": "absent"}, "Accept-Language",
			c.accept).want(http.StatusConflict)
		p := into[httpapi.Problem](got)
		if got.Header().Get("Content-Type") != "application/problem+json" ||
			got.Header().Get("Content-Language") != c.lang || p.Title != c.title || p.Detail != c.detail {
			t.Errorf("%q: %v %+v", c.accept, got.Header(), p)
		}
		if p.State != lead.StateLost || len(p.Allowed) != 0 || p.Record == nil ||
			!strings.HasSuffix(p.Instance, got.Header().Get("X-Request-Id")) {
			t.Errorf("%+v", p)
		}
		shown := into[struct{ Actions []permission.Permitted }](b.call("manager", "GET /leads/"+l.ID, nil,
			"Accept-Language", c.accept).want(http.StatusOK))
		if len(shown.Actions) != 6 || shown.Actions[0].Refusal != c.refusal {
			t.Errorf("actions %+v", shown.Actions)
		}
	}
}

// TestARepeatBesideItsRequestIsAnsweredAlike sends one claim sixteen times at once: the first takes the lead, and
// the others are that claim again, not a claim of a lead that is taken.
func TestARepeatBesideItsRequestIsAnsweredAlike(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StatePooled, b.staff("sales"))
	b.Crowd(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if got := b.patient("sales", "POST /leads/"+l.ID+"/claim", fields{}, "Idempotency-Key",
				"k"); got.Code != http.StatusOK {
				t.Errorf("%d %s", got.Code, got.Body)
			}
		})
	}
	all.Wait()
	if after, err := b.Lead(t.Context(), l.ID); err != nil || after.Version != l.Version+1 {
		t.Errorf("version %d after %d, %v", after.Version, l.Version, err)
	}
}

// TestWhatIsReadMayBeSentBack reads the record of each PATCH and sends back whatever of it a patch has: nobody has to
// leave out what was shown.
func TestWhatIsReadMayBeSentBack(t *testing.T) {
	t.Parallel()
	b := start(t)
	records := map[string][]string{"PATCH /forms/{id}/definition": {seed.Quote, seed.Contact},
		"PATCH /policies/{id}": {"standard"}, "PATCH /calendars/{id}": {seed.Shanghai}}
	for _, route := range (&api.Server{}).Routes() {
		if !strings.HasPrefix(route.Pattern, "PATCH ") {
			continue
		}
		for _, record := range append(records[route.Pattern], trials[route.Pattern].record(b, b.staff("owner"))) {
			place := strings.TrimPrefix(placed(route.Pattern, record), "PATCH ")
			read := b.call("owner", "GET "+place, nil).want(http.StatusOK)
			shown, takes := into[fields](read), members(reflect.TypeOf(route.Doc.Body))
			sent := fields{}
			for name, value := range shown {
				if _, takes := takes[name]; takes && route.Pattern+" "+name != otherShape {
					sent[name] = value
				}
			}
			if len(sent) == 0 {
				t.Errorf("%s: nothing of %v may be sent back", route.Pattern, shown)
			}
			w := b.call("owner", "PATCH "+place, sent, "If-Match", read.Header().Get("ETag"), "Content-Type", mergePatch)
			if w.Code != http.StatusOK {
				t.Errorf("%s: %s was answered %d: %s", route.Pattern, encoded(t, sent), w.Code, w.Body)
				continue
			}
			for name, value := range into[fields](w) {
				if _, takes := takes[name]; takes && encoded(t, value) != encoded(t, shown[name]) {
					t.Errorf("%s: %s was %s and became %s", route.Pattern, name, encoded(t, shown[name]), encoded(t, value))
				}
			}
		}
	}
}
