package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
)

// TestAPatchOfNothingChangesNothing sends an empty patch to every record that takes one: the answer is the record
// as it is, and nothing is written.
func TestAPatchOfNothingChangesNothing(t *testing.T) {
	b := start(t)
	n := 0
	for line, try := range trials {
		if !strings.HasPrefix(line, "PATCH ") {
			continue
		}
		n++
		ids := try.record(b, b.staff("owner"))
		b.Clock.Advance(time.Hour)
		before := b.State()
		w := b.call("owner", placed(line, ids), fields{}, try.header...)
		if w.Code != http.StatusOK ||
			!strings.Contains(encoded(t, try.header), strings.Trim(w.Header().Get("ETag"), `"`)) || b.State() != before {
			t.Errorf("%s: %d, ETag %s, changed %v: %s", line, w.Code, w.Header().Get("ETag"), b.State() != before, w.Body)
		}
	}
	if n < 10 {
		t.Errorf("%d routes take a patch", n)
	}
}

// TestWhatConfirmsAPreference edits one: another value confirms it, another source does not.
func TestWhatConfirmsAPreference(t *testing.T) {
	b := start(t)
	c := b.lead(lead.StateNew, b.staff("sales")).Customer
	p := b.prefers(c, fields{"source": "staff"})
	patch := func(patch fields) customer.Preference {
		t.Helper()
		b.Clock.Advance(time.Hour)
		return into[customer.Preference](b.call("service", "PATCH /customers/"+c+"/preferences/"+p.ID, patch, "If-Match",
			quoted(p.Version), "Content-Type", mergePatch).want(http.StatusOK))
	}
	p = patch(fields{"source_id": b.staff("sales-2").ID})
	if p.Version != 2 || p.SourceID != b.staff("sales-2").ID || p.ConfirmedBy != b.staff("manager").ID ||
		!p.ConfirmedAt.Equal(p.CreatedAt) {
		t.Errorf("another source: %+v", p)
	}
	if same := patch(fields{"value": p.Value}); same.Version != 2 || !same.ConfirmedAt.Equal(p.ConfirmedAt) {
		t.Errorf("the same value: %+v", same)
	}
	if p = patch(fields{"value": "matt"}); p.Version != 3 || p.ConfirmedBy != b.staff("service").ID ||
		!p.ConfirmedAt.After(p.CreatedAt) {
		t.Errorf("another value: %+v", p)
	}
}
