package intake_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"

	"golang.org/x/net/html"
)

// curious is a door with a form that asks questions of the shop's own.
func curious(t *testing.T) *door {
	t.Helper()
	d := open(t)
	f, _ := d.Shop.Form("quote")
	f.Questions = []form.Question{
		{ID: "binding", Kind: form.QuestionChoice, Label: words.Text{Zh: "装订方式", En: "Binding"}, Required: true,
			Options: []form.Option{{Value: "saddle", Label: words.Text{Zh: "骑马订", En: "Saddle stitch"}},
				{Value: "perfect", Label: words.Text{Zh: "胶装", En: "Perfect binding"}}}},
		{ID: "recommend", Kind: form.QuestionScale, Label: words.Text{Zh: "您会推荐我们吗？", En: "Would you recommend us?"},
			Max: 10},
		{ID: "occasion", Kind: form.QuestionText, Label: words.Text{Zh: "用途", En: "Occasion"},
			Hint: words.Text{Zh: "例如年会", En: "Such as a fair"}},
	}
	f.Origins = []string{shopSite}
	next, event := form.Form{ID: "curious"}.Reshape(f, staff.Visitor, d.Clock.Now())
	if err := d.SaveForm(t.Context(), next, event); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *door) leadOfLast(t *testing.T, w interface{ Result() *http.Response }) lead.Lead {
	t.Helper()
	var got struct {
		Submission string `json:"submission_id"`
	}
	res := w.Result()
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil || res.StatusCode != http.StatusAccepted {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	l, err := d.Lead(t.Context(), d.leadOf(t, got.Submission))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestAFormAsksTheShopsOwnQuestions: a visitor answers them on the page, an embedded form in JSON. The lead has the
// answers, and what is wrong stands beside its question with all that was typed.
func TestAFormAsksTheShopsOwnQuestions(t *testing.T) {
	d := curious(t)
	const at = "/forms/curious?lang=en"
	page := parse(t, d.ask("GET", at, ""))
	if step := byID(t, page, "answers.recommend-10"); attr(step, "value") != "10" ||
		attr(step, "type") != "radio" || attr(step, "name") != "answers.recommend" {
		t.Errorf("the scale ends at %v", step.Attr)
	}
	if line := byID(t, page, "answers.occasion"); attr(line, "maxlength") != "500" ||
		attr(line, "aria-describedby") != "answers.occasion-hint" {
		t.Errorf("%v", line.Attr)
	}
	filled := lina()
	filled.Set("answers.occasion", "Spring fair")
	filled.Set("answers.recommend", "11")
	w := d.ask("POST", at, filled.Encode(), "Content-Type", formType)
	page = parse(t, w)
	text := visible(page)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(text, "Please choose “Binding”.") ||
		!strings.Contains(text, "Would you recommend us?") ||
		attr(byID(t, page, "answers.occasion"), "value") != "Spring fair" ||
		len(find(page, func(n *html.Node) bool { return attr(n, "href") == "#answers.binding" })) != 1 {
		t.Errorf("%d\n%s", w.Code, text)
	}
	filled.Set("answers.recommend", "9")
	filled.Set("answers.binding", "perfect")
	if w := d.ask("POST", at, filled.Encode(), "Content-Type", formType); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := d.ask("POST", at, filled.Encode(), "Content-Type", formType); w.Code != http.StatusSeeOther {
		t.Fatalf("a double click: %d %s", w.Code, w.Body)
	}
	if leads := d.leads(t); leads != 1 {
		t.Fatalf("%d leads of one enquiry that was sent twice", leads)
	}

	l := d.leadOfLast(t, d.ask("POST", at, `{"name":"Wang Fang","email":"wang@example.com","product":"cards",`+
		`"answers":{"binding":"saddle","recommend":10}}`, "Content-Type", jsonType, "Accept", "*/*"))
	if len(l.Answers) != 2 || l.Answers[0].Said(words.Zh) != "骑马订" || l.Answers[1].Value != "10" ||
		!strings.Contains(l.Details("", words.En), "Binding: Saddle stitch\nWould you recommend us?: 10") {
		t.Errorf("%+v", l.Answers)
	}
	for body, pointer := range map[string]string{
		`"answers":{"binding":"glue"}`:                       "/answers/binding",
		`"answers":{"recommend":3}`:                          "/answers/binding",
		`"answers":{"binding":"saddle","colour":"red"}`:      "/answers/colour",
		`"answers":{"binding":"saddle","occasion":["a"]}`:    "/answers/occasion",
		`"answers":{"binding":"saddle","occasion":"\u202e"}`: "/answers/occasion",
	} {
		w := d.ask("POST", at, `{"name":"Wang Fang","email":"wang@example.com","product":"cards",`+body+`}`,
			"Content-Type", jsonType, "Accept", "*/*")
		if w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest ||
			!strings.Contains(w.Body.String(), `"pointer":"`+pointer+`"`) {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	if w := d.ask("POST", "/forms/quote?lang=en", url.Values{"answers.binding": {"saddle"}, "name": {"Li"},
		"email": {"li@example.com"}, "product": {"cards"}}.Encode(), "Content-Type", formType); w.Code !=
		http.StatusUnprocessableEntity {
		t.Errorf("a form without questions takes an answer: %d", w.Code)
	}
	if w := d.ask("POST", at, "answers=x", "Content-Type", formType); w.Code != http.StatusBadRequest {
		t.Errorf("answers without a question: %d", w.Code)
	}
	script := d.ask("GET", "/forms/curious/embed.js?lang=zh", "").Body.String()
	if !strings.Contains(script, `"name":"answers.binding","label":"装订方式"`) {
		t.Error("the embedded form does not ask")
	}
}
