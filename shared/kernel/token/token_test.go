package token_test

import (
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	old, both := token.NewTokens(kerneltest.Ring("1")), token.NewTokens(ring(t, kerneltest.Keys("1", "2", "1")))
	tok := old.Sign(token.UseConfirm, "lead_1 x")
	for what, signer := range map[string]token.Tokens{"its own key": old, "after a rotation": both} {
		if payload, ok := signer.Open(token.UseConfirm, tok); !ok || payload != "lead_1 x" {
			t.Errorf("%s: %q %v", what, payload, ok)
		}
	}
	if _, ok := old.Open(token.UseConfirm, both.Sign(token.UseConfirm, "lead_1 x")); ok {
		t.Error("a key that is not known verifies")
	}
	if _, ok := old.Open(token.UseForm, tok); ok {
		t.Error("a token of one use opens another")
	}
	for i := range tok { // every single character counts
		for _, c := range "Aa0._-" {
			forged := tok[:i] + string(c) + tok[i+1:]
			if _, ok := old.Open(token.UseConfirm, forged); ok && forged != tok {
				t.Errorf("%q opens", forged)
			}
		}
	}
	for _, bad := range []string{"", ".", "..", "...", tok + ".", tok + "=", " " + tok, strings.Repeat("a", 1000),
		tok[:len(tok)-1], strings.ToUpper(tok)} {
		if _, ok := old.Open(token.UseConfirm, bad); ok {
			t.Errorf("%q opens", bad)
		}
	}
}

// A new seal key comes first. What was marked under the one before is still known.
func TestMarks(t *testing.T) {
	const mail = "wang@customer.example"
	old, both := token.NewTokens(kerneltest.Ring("1")), token.NewTokens(ring(t, kerneltest.Keys("1", "2", "1")))
	mark, fresh := old.Mark(mail), both.Mark(mail)
	for _, c := range []struct {
		name        string
		by          token.Tokens
		mark, value string
		want        bool
	}{
		{"its own key", old, mark, mail, true}, {"after a rotation", both, mark, mail, true},
		{"the new key", both, fresh, mail, true}, {"a key that is not known", old, fresh, mail, false},
		{"another value", old, mark, "wang@customer.exampl", false}, {"no mark", old, "", mail, false},
		{"half a mark", old, mark[:4], mail, false}, {"a longer mark", old, mark + "A", mail, false},
	} {
		if got := c.by.Marks(c.mark, c.value); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if len(mark) != 8 || mark == fresh || strings.Contains(old.Sign(token.UseConfirm, mail), mark) {
		t.Errorf("%s, %s", mark, fresh)
	}
}
