package main

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"afterpress/functions/intake/form"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/words"
)

// ownQuestions opens a form with questions of the shop's own, as marketing does. A visitor answers them, and the lead
// has the answers as they were asked.
func ownQuestions(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	marketing, err := p.Token(seed.Subject("marketing"))
	if err != nil {
		t.Fatal(err)
	}
	both := func(zh, en string) map[string]string { return map[string]string{"zh": zh, "en": en} }
	said[map[string]any](t, ctx, "POST", p.API+"/forms", marketing, map[string]any{
		"id": "fair", "branch": seed.Shanghai, "region": "CN", "source": "exhibition", "title": both("展会", "Fair"),
		"thanks": both("谢谢", "Thank you"),
		"fields": []any{map[string]any{"name": "email", "label": both("邮箱", "E-mail"), "required": true}},
		"limits": map[string]any{"min_fill_s": 0, "window_s": 3600, "per_address": 100, "refuse_per_address": 200,
			"per_person": 10, "per_form": 1000},
		"questions": []any{
			map[string]any{"id": "stand", "kind": "choice", "label": both("您在哪个展台看到我们？", "Where did you meet us?"),
				"required": true, "options": []any{map[string]any{"value": "a", "label": both("一号馆", "Hall 1")},
					map[string]any{"value": "b", "label": both("二号馆", "Hall 2")}}},
			map[string]any{"id": "recommend", "kind": "scale", "label": both("推荐", "Would you recommend us?"), "max": 10}},
	})
	enquiry := map[string]any{"email": "fair@visitor.example"}
	if status, answer := asked(t, ctx, "POST", p.API+"/forms/fair", "", enquiry); status !=
		http.StatusUnprocessableEntity || !strings.Contains(string(answer), "/answers/stand") {
		t.Fatalf("without an answer: %d %s", status, answer)
	}
	enquiry["answers"] = map[string]any{"stand": "b", "recommend": 9}
	received := said[form.Received](t, ctx, "POST", p.API+"/forms/fair", "", enquiry)
	manager, err := p.Token(seed.Subject("manager"))
	if err != nil {
		t.Fatal(err)
	}
	l := said[lead.Lead](t, ctx, "GET", p.API+"/leads/lead"+strings.TrimPrefix(received.Submission, "sub"), manager, nil)
	if len(l.Answers) != 2 || l.Answers[0].Said(words.Zh) != "二号馆" || l.Answers[0].Label.En != "Where did you meet us?" ||
		l.Answers[1].Value != "9" || l.Source != "exhibition" {
		t.Errorf("%+v", l)
	}
}
