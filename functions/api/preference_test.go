package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/lead"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

var ifFirst = []string{"If-Match", quoted(1)}

var preferenceTrials = map[string]trial{
	"GET /customers/{id}/preferences": {record: had(anyCustomer)},
	"POST /customers/{id}/preferences": {record: had(anyCustomer),
		body: fields{"kind": "paper", "value": "157 g matt", "source": "staff"}},
	"GET /customers/{id}/preferences/{preference}": {record: had(liking)},
	"PATCH /customers/{id}/preferences/{preference}": {record: had(liking), body: fields{"value": "200 g gloss"},
		header: append([]string{"Content-Type", mergePatch}, ifFirst...)},
	"DELETE /customers/{id}/preferences/{preference}":       {record: had(liking), header: ifFirst},
	"POST /customers/{id}/preferences/{preference}/confirm": {record: had(liking), body: fields{"source": "staff"}},
}

// liking makes a customer with a preference, and gives both ids.
func liking(b *bench, owner staff.Staff) string {
	b.t.Helper()
	id := anyCustomer(b, owner)
	return id + " " + b.prefers(id, fields{}).ID
}

func (b *bench) prefers(c string, more fields) customer.Preference {
	b.t.Helper()
	body := fields{"kind": "packing", "value": "shrink-wrapped in 50s", "requirement": true, "source": "staff"}
	maps.Copy(body, more)
	return into[customer.Preference](b.call("manager", "POST /customers/"+c+"/preferences",
		body).want(http.StatusCreated))
}

func TestPreferencesAreSetChangedConfirmedAndRemoved(t *testing.T) {
	t.Parallel()
	b := start(t)
	l := b.lead(lead.StateNew, b.staff("sales"))
	path := "/customers/" + l.Customer + "/preferences"
	made := b.call("production", "POST "+path,
		fields{"kind": "ink", "value": "Pantone 185 C", "source": "contact", "source_id": l.ContactID,
			"products": []string{"cards", "名片"}}).want(http.StatusCreated)
	place := made.Header().Get("Location")
	got := into[fields](b.call("production", "GET "+place, nil, "Accept-Language", "en").want(http.StatusOK))
	if made.Header().Get("ETag") != quoted(1) || got["stale"] != false || got["kind_text"] != "Ink" ||
		got["value"] != "Pantone 185 C" || len(got["products"].([]any)) != 2 {
		t.Errorf("%v", got)
	}
	need := b.prefers(l.Customer, fields{})
	b.prefers(l.Customer, fields{"kind": "paper", "requirement": false, "value": "157 g"})
	if values := b.values(path); !slices.Equal(values, []string{"shrink-wrapped in 50s", "157 g", "Pantone 185 C"}) {
		t.Errorf("%v", values)
	}
	b.Clock.Advance(customer.TouchReach) // more than a year: nobody confirmed any
	b.handler = b.door()
	for _, p := range into[table.Page[struct{ Stale bool }]](b.call("marketing", "GET "+path,
		nil).want(http.StatusOK)).Items {
		if !p.Stale {
			t.Error("a preference of last year is fresh")
		}
	}
	before := b.State()
	b.call("production", "GET "+place, nil).want(http.StatusOK)
	b.call("production", "PATCH "+place, fields{"value": "x"}, "Content-Type",
		mergePatch).want(http.StatusPreconditionRequired)
	b.call("production", "PATCH "+place, fields{"value": "x"}, "Content-Type", mergePatch, "If-Match",
		quoted(2)).want(http.StatusPreconditionFailed)
	b.call("production", "DELETE "+place, nil).want(http.StatusPreconditionRequired)
	b.call("sales-hangzhou", "GET "+path, nil).want(http.StatusNotFound)
	b.call("production", "GET "+path+"/prf_none", nil).want(http.StatusNotFound)
	b.call("production", "GET "+path+"/"+strings.Repeat("p", 70), nil).want(http.StatusNotFound)
	if b.State() != before {
		t.Error("marking what is stale, or a refusal, wrote something")
	}
	changed := into[fields](b.call("production", "PATCH "+place, fields{"value": "Pantone 186 C", "products": nil},
		"Content-Type", mergePatch, "If-Match", quoted(1)).want(http.StatusOK))
	if changed["stale"] != false || changed["value"] != "Pantone 186 C" || changed["products"] != nil ||
		changed["kind"] != "ink" || changed["version"] != 2.0 {
		t.Errorf("%v", changed)
	}
	confirm := "POST " + path + "/" + need.ID + "/confirm"
	b.call("sales", confirm, fields{"source": "staff"}, "If-Match", quoted(9)).want(http.StatusPreconditionFailed)
	confirmed := into[fields](b.call("sales", confirm,
		fields{"source": "contact", "source_id": l.ContactID}).want(http.StatusOK))
	if confirmed["stale"] != false || confirmed["version"] != 2.0 || confirmed["confirmed_by"] != b.staff("sales").ID ||
		confirmed["set_by"] != b.staff("manager").ID {
		t.Errorf("%v", confirmed)
	}
	b.call("sales", "DELETE "+place, nil, "If-Match", quoted(2)).want(http.StatusNoContent)
	b.call("sales", "GET "+place, nil).want(http.StatusNotFound)
	// the enquiry, three made, one changed, one confirmed, one removed
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#"+l.Customer); n != 7 {
		t.Errorf("%d events", n)
	}
}

func (b *bench) values(path string) []string {
	b.t.Helper()
	var out []string
	for _, p := range into[page](b.call("sales", "GET "+path, nil).want(http.StatusOK)).Items {
		out = append(out, p["value"].(string))
	}
	return out
}

func TestPreferencesThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t)
	l, other := b.lead(lead.StateNew, b.staff("sales")), b.lead(lead.StateNew, b.staff("sales"))
	path := "POST /customers/" + l.Customer + "/preferences"
	before := b.State()
	for _, c := range []struct {
		body    fields
		pointer string
	}{
		{fields{"kind": "mood"}, "/kind"}, {fields{"value": ""}, "/value"}, {fields{"value": "\u200b"}, "/value"},
		{fields{"value": strings.Repeat("长", 10_000)}, "/value"},
		{fields{"source": "gossip"}, "/source"}, {fields{"source_id": b.staff("sales-2").ID + "0"}, "/source_id"},
		{fields{"source": "contact", "source_id": other.ContactID}, "/source_id"},
		{fields{"products": []string{"a", "a"}}, "/products"}, {fields{"products": []string{""}}, "/products/0"},
		{fields{"requirement": "yes"}, "/requirement"},
	} {
		body := fields{"kind": "paper", "value": "157 g", "source": "staff"}
		maps.Copy(body, c.body)
		p := into[httpapi.Problem](b.call("sales", path, body).want(http.StatusUnprocessableEntity))
		if len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer {
			t.Errorf("%.100v: %+v", c.body, p.Errors)
		}
	}
	if b.State() != before {
		t.Error("something was written")
	}
	for _, hostile := range []string{strings.Repeat("长", 500), "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
		"🖨️ 四色+专色\n一行"} {
		if got := b.prefers(l.Customer, fields{"value": hostile}); got.Value != hostile {
			t.Errorf("%q came back as %q", hostile, got.Value)
		}
	}
}

// TestAnArchivedFileStaysAsItIs refuses preferences, touches and contacts of an archived customer alike; what is
// wrong can still be taken out.
func TestAnArchivedFileStaysAsItIs(t *testing.T) {
	b := start(t)
	id := anyCustomer(b, b.staff("sales"))
	path, liked := "/customers/"+id, b.prefers(id, fields{})
	c, err := b.Customer(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	b.call("manager", "DELETE "+path, nil, "If-Match", quoted(c.Version)).want(http.StatusNoContent)
	place, before := path+"/preferences/"+liked.ID, b.State()
	b.call("sales", "POST "+path+"/contacts", fields{"name": "李娜"}).want(http.StatusConflict)
	b.call("sales", "POST "+path+"/preferences",
		fields{"kind": "paper", "value": "157 g", "source": "staff"}).want(http.StatusConflict)
	b.call("sales", "PATCH "+place, fields{"value": "x"}, "Content-Type", mergePatch, "If-Match",
		quoted(1)).want(http.StatusConflict)
	b.call("sales", "POST "+place+"/confirm", fields{"source": "staff"}).want(http.StatusConflict)
	b.call("sales", "POST "+path+"/activities", fields{"channel": "call", "direction": "in"}).want(http.StatusConflict)
	if b.State() != before {
		t.Error("something was written")
	}
	b.call("sales", "DELETE "+place, nil, "If-Match", quoted(1)).want(http.StatusNoContent)
}

func TestACustomerHasAtMostAHundredPreferences(t *testing.T) {
	t.Parallel()
	b := start(t)
	id := anyCustomer(b, b.staff("sales"))
	for i := range customer.MaxPreferences - 1 {
		b.prefers(id, fields{"value": fmt.Sprint(i)})
	}
	b.Crowd(t)
	answers := make(chan int, 4)
	for range cap(answers) {
		go func() {
			answers <- b.call("manager", "POST /customers/"+id+"/preferences",
				fields{"kind": "other", "value": "last", "source": "staff"}).Code
		}()
	}
	made := 0
	for range cap(answers) {
		if <-answers == http.StatusCreated {
			made++
		}
	}
	if n := len(b.values("/customers/" + id + "/preferences")); made != 1 || n != customer.MaxPreferences {
		t.Errorf("%d made at once, %d in all", made, n)
	}
}
