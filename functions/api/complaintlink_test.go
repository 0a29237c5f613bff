package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"afterpress/functions/intake"
	"afterpress/shared/app"
	"afterpress/shared/app/casework"
	"afterpress/shared/crm/caselink"
)

const complaintLink = "/complaint-link"

// linked is what the link of an answer is about.
func (b *bench) linked(w response) caselink.Link {
	b.t.Helper()
	path, ours := strings.CutPrefix(into[casework.ComplaintLink](w).URL, shopURL+"/c/")
	token, lang, _ := strings.Cut(path, "?lang=")
	link, signed := caselink.Open(b.tokens(), token)
	if !ours || !signed || lang != "zh" {
		b.t.Errorf("the link %s", w.Body)
	}
	return link
}

func TestTheLinkAtWhichAContactComplains(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := contact(b, b.staff("sales"))
	line := "POST /contacts/" + id + complaintLink
	before := b.State()
	for job, body := range map[string]fields{"": {}, "J-7 内页": {"job": "J-7 内页"},
		strings.Repeat("纸", 64): {"job": strings.Repeat("纸", 64)}} {
		w := b.call("service", line, body).want(http.StatusOK)
		if link := b.linked(w); link != (caselink.Link{About: id, Job: job}) ||
			w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%+v, %v", link, w.Header())
		}
		door := intake.Server{Office: app.Office{Store: b.Store, Tokens: b.tokens(), Now: b.Clock.Now}, Log: quiet}
		page := httptest.NewRecorder()
		path := strings.TrimPrefix(into[casework.ComplaintLink](w).URL, shopURL)
		door.Handler().ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if page.Code != http.StatusOK || !strings.Contains(page.Body.String(), job) ||
			!strings.Contains(page.Body.String(), `name="defects"`) {
			t.Errorf("of %q the public door shows %d: %.300s", job, page.Code, page.Body)
		}
	}
	for _, job := range []string{strings.Repeat("纸", 65), "J\n7", " "} {
		b.call("service", line, fields{"job": job}).want(http.StatusUnprocessableEntity)
	}
	if b.State() != before {
		t.Error("a link changed something")
	}
	old := strings.TrimPrefix(into[casework.ComplaintLink](b.call("service", line, fields{})).URL, shopURL)
	b.call("manager", "POST /contacts/"+id+"/links/end", fields{}).want(http.StatusOK)
	fresh := strings.TrimPrefix(into[casework.ComplaintLink](b.call("service", line, fields{})).URL, shopURL)
	door := intake.Server{Office: app.Office{Store: b.Store, Tokens: b.tokens(), Now: b.Clock.Now}, Log: quiet}
	for path, status := range map[string]int{old: http.StatusNotFound, fresh: http.StatusOK} {
		page := httptest.NewRecorder()
		door.Handler().ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if page.Code != status {
			t.Errorf("after the links were ended: %d, not %d", page.Code, status)
		}
	}
	b.call("sales", "DELETE /contacts/"+id, nil, "If-Match", quoted(2)).want(http.StatusNoContent)
	b.call("service", line, fields{}).want(http.StatusConflict)
}
