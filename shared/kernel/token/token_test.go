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
