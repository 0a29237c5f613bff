package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/form"
	"afterpress/shared/httpapi"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/table"
)

const mergePatch = "application/merge-patch+json"

// leaflets is the definition of a form, under an id of its own each time it is asked for.
func leaflets() fields {
	both := func(zh, en string) fields { return fields{"zh": zh, "en": en} }
	return fields{
		"id": fmt.Sprint("leaflets-", another()), "branch": seed.Shanghai, "region": "CN", "source": "web-form",
		"title":  both("传单", "Leaflets"),
		"thanks": both("谢谢", "Thank you"), "consent": both("我同意", "I agree"), "origins": []string{"https://shop.example"},
		"redirects": []string{"https://shop.example/thanks"}, "fields": []fields{
			{"name": "name", "label": both("姓名", "Name"), "required": true}, {"name": "email", "label": both("邮箱", "E-mail")},
			{"name": "product", "label": both("产品", "Product"),
				"options": []fields{{"value": "a5", "label": both("A5", "A5")}}},
			{"name": "marketing_consent", "label": both("资讯", "News")},
		},
		"questions": []fields{
			{"id": "binding", "kind": "choice", "label": both("装订", "Binding"), "hint": both("可选", "As you like"),
				"options": []fields{{"value": "saddle", "label": both("骑马订", "Saddle stitch")},
					{"value": "perfect", "label": both("胶装", "Perfect binding")}}},
			{"id": "recommend", "kind": "scale", "label": both("推荐", "Would you recommend us?"), "max": 10},
		},
	}
}

func TestFormIsMadeChangedAndClosed(t *testing.T) {
	t.Parallel()
	b := start(t)
	in := leaflets()
	w := b.call("marketing", "POST /forms", in).want(http.StatusCreated)
	place := w.Header().Get("Location")
	if place != fmt.Sprintf("/forms/%s/definition", in["id"]) || w.Header().Get("ETag") != quoted(1) {
		t.Fatalf("%v", w.Header())
	}
	b.call("marketing", "POST /forms", in).want(http.StatusUnprocessableEntity) // the id is taken
	list := into[table.Page[form.Form]](b.call("manager", "GET /forms", nil).want(http.StatusOK))
	if len(list.Items) != len(b.Shop.Forms)+1 {
		t.Errorf("%d forms", len(list.Items))
	}
	patch := func(version int64, body any) response {
		return b.call("marketing", "PATCH "+place, body, "If-Match", quoted(version), "Content-Type", mergePatch)
	}
	b.call("marketing", "PATCH "+place, fields{"region": "DE"}, "Content-Type",
		mergePatch).want(http.StatusPreconditionRequired)
	b.call("marketing", "PATCH "+place, fields{"region": "DE"}, "If-Match",
		quoted(1)).want(http.StatusUnsupportedMediaType)
	got := into[form.Form](patch(1,
		fields{"region": "DE", "intro": fields{"zh": "您好", "en": "Hello"}, "redirects": nil}).want(http.StatusOK))
	if got.Version != 2 || got.Region != "DE" || got.Intro.En != "Hello" || got.Title.En != "Leaflets" ||
		len(got.Fields) != 4 || len(got.Questions) != 2 || got.Questions[0].Options[1].Label.En != "Perfect binding" ||
		got.Questions[1].Max != 10 || got.Redirects != nil || len(got.Origins) != 1 {
		t.Errorf("%+v", got)
	}
	stale := into[httpapi.Problem](patch(1, fields{"region": "FR"}).want(http.StatusPreconditionFailed))
	if stale.Record == nil {
		t.Error("the answer does not show the form as it is")
	}
	b.call("marketing", "DELETE "+place, nil, "If-Match", quoted(2)).want(http.StatusNoContent)
	b.call("marketing", "GET "+place, nil).want(http.StatusNotFound)
	b.call("marketing", "POST /forms", in).want(http.StatusUnprocessableEntity) // submissions may still name it
	if n := b.Count(t, b.Tables.Events, "CUSTOMER#form/"); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestFormsThatCannotWork(t *testing.T) {
	t.Parallel()
	b := start(t)
	place := "PATCH /forms/" + formOf(b, staff.Staff{}) + "/definition"
	before := b.State()
	text := fields{"zh": "姓名", "en": "Name"}
	for _, c := range []struct {
		patch  fields
		points string
	}{
		{fields{"branch": "hangzhou"}, "/branch"}, {fields{"branch": nil}, "/branch"}, {fields{"consent": nil}, "/consent"},
		{fields{"title": fields{"zh": ""}}, "/title/zh"}, {fields{"owner": seed.StaffID(7)}, "/owner"},
		{fields{"region": "China"}, "/region"},
		{fields{"fields": []fields{{"name": "name", "label": text}}}, "/fields"}, {fields{"fields": []fields{}}, "/fields"},
		{fields{"fields": []fields{{"name": "password", "label": text}}}, "/fields/0/name"},
		{fields{"fields": []fields{{"name": "email", "label": text}, {"name": "email", "label": text}}}, "/fields"},
		{fields{"limits": fields{"min_fill_s": 3, "window_s": 3600, "per_address": 9, "refuse_per_address": 8,
			"per_person": 1, "per_form": 1}}, "/limits"},
		{fields{"questions": []fields{{"id": "a-1", "kind": "choice", "label": text}}}, "/questions/0/options"},
		{fields{"questions": []fields{{"id": "a-1", "kind": "riddle", "label": text}}}, "/questions/0/kind"},
		{fields{"questions": []fields{{"id": "A 1", "kind": "text", "label": text}}}, "/questions/0/id"},
		{fields{"questions": []fields{{"id": "a-1", "kind": "text"}}}, "/questions/0/label/zh"},
		{fields{"version": 9}, "/version"}, {fields{"Region": "DE"}, "/Region"},
	} {
		w := b.call("marketing", place, c.patch, "If-Match", quoted(1), "Content-Type", mergePatch)
		problem := into[httpapi.Problem](w)
		if w.Code != 422 && w.Code != 400 || len(problem.Errors) == 0 || problem.Errors[0].Pointer != c.points {
			t.Errorf("%v: %d %+v", c.patch, w.Code, problem.Errors)
		}
	}
	for list, spellings := range map[string][]string{
		"origins": {"http://shop.example", "https://shop.example/", "https://shop.example/path", "https://*.example",
			"null", "*", "https://Shop.example",
			"https://user@shop.example", "https://shop.example?x", "https://", "//shop.example", "https://商店.example",
			"https://shop.example "},
		"redirects": {"http://shop.example/", "//shop.example/", "/thanks", "javascript:alert(1)", "data:text/html,x",
			"https://a@shop.example/", "https://shop.example/#x",
			"https://shop.example\\@evil.example/", "https:shop.example", "https://shop.example/\n", "https:///evil.example"},
	} {
		for _, s := range spellings {
			if list == "origins" && strings.Contains(s, "*.") {
				continue // a name that no browser sends: it allows nobody
			}
			b.call("marketing", place, fields{list: []string{s}}, "If-Match", quoted(1), "Content-Type",
				mergePatch).want(http.StatusUnprocessableEntity)
		}
	}
	if b.State() != before {
		t.Error("a refused change changed the tables")
	}
}
