package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/shared/app/backoffice"
	"afterpress/shared/crm/draw"
)

// prizeDraw opens a form with a prize draw, as marketing does. Two visitors enter, one of them twice. After the close
// the winner is drawn and told once, and list and seed can be read.
func prizeDraw(t *testing.T, p *premises.Premises) {
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	marketing, err := p.Token(seed.Subject("marketing"))
	if err != nil {
		t.Fatal(err)
	}
	both := func(zh, en string) map[string]string { return map[string]string{"zh": zh, "en": en} }
	said[map[string]any](t, ctx, "POST", p.API+"/forms", marketing, map[string]any{
		"id": "gift", "branch": seed.Shanghai, "region": "CN", "source": "exhibition",
		"title": both("新年抽奖", "New Year draw"), "thanks": both("谢谢", "Thank you"),
		"fields": []any{map[string]any{"name": "email", "label": both("邮箱", "E-mail"), "required": true}},
		"limits": map[string]any{"min_fill_s": 0, "window_s": 3600, "per_address": 100, "refuse_per_address": 200,
			"per_person": 10, "per_form": 1000},
		"draw": map[string]any{"closes_at": time.Now().Add(8 * time.Second).UTC().Format(time.RFC3339), "winners": 1,
			"prize": both("名片一盒", "A box of cards")},
	})
	address := func(n int) string { return fmt.Sprintf("gift.%d@visitor.example", n) }
	for _, n := range []int{1, 2, 1} {
		if status, answer := asked(t, ctx, "POST", p.API+"/forms/gift", "",
			map[string]any{"email": address(n)}); status != http.StatusAccepted {
			t.Fatalf("%d %s", status, answer)
		}
	}
	var held backoffice.Draw
	if err := people.Await(ctx, "winner of the draw", func() (bool, error) {
		held = said[backoffice.Draw](t, ctx, "GET", p.API+"/draws/gift", marketing, nil)
		return held.Stage == draw.StageDrawn, nil
	}); err != nil {
		t.Fatal(err)
	}
	if held.Entries != 2 || len(held.Won) != 1 || held.Hash != draw.Hash(held.Numbers) || held.Seed == "" {
		t.Fatalf("%+v", held)
	}
	told := 0
	if err := people.Await(ctx, "letter to the winner", func() (bool, error) {
		told = 0
		for _, n := range []int{1, 2} {
			mails, err := p.Mails(ctx, address(n))
			if err != nil {
				return false, err
			}
			for _, m := range mails {
				if strings.Contains(m.Text, draw.Written(held.Won[0].Number)) && strings.Contains(m.Text, held.Seed) {
					told++
				}
			}
		}
		return told > 0, nil
	}); err != nil || told != 1 {
		t.Fatalf("%d letters, %v", told, err)
	}
}
