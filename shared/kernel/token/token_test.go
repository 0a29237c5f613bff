package token

import (
	"bytes"
	"strings"
	"testing"
)

func TestTokens(t *testing.T) {
	old, err := NewTokens(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	both, err := NewTokens(bytes.Repeat([]byte{2}, 32), bytes.Repeat([]byte{1}, 32))
	if err != nil {
		t.Fatal(err)
	}
	token := old.Sign(UseConfirm, "lead_1 x")
	for what, signer := range map[string]Tokens{"its own key": old, "after a rotation": both} {
		if payload, ok := signer.Open(UseConfirm, token); !ok || payload != "lead_1 x" {
			t.Errorf("%s: %q %v", what, payload, ok)
		}
	}
	if _, ok := old.Open(UseConfirm, both.Sign(UseConfirm, "lead_1 x")); ok {
		t.Error("a key that is not known verifies")
	}
	if _, ok := old.Open(UseForm, token); ok {
		t.Error("a token of one use opens another")
	}
	for i := range token { // every single character counts
		for _, c := range "Aa0._-" {
			forged := token[:i] + string(c) + token[i+1:]
			if _, ok := old.Open(UseConfirm, forged); ok && forged != token {
				t.Errorf("%q opens", forged)
			}
		}
	}
	for _, bad := range []string{"", ".", "..", "...", token + ".", token + "=", " " + token, strings.Repeat("a", 1000),
		token[:len(token)-1], strings.ToUpper(token)} {
		if _, ok := old.Open(UseConfirm, bad); ok {
			t.Errorf("%q opens", bad)
		}
	}
	if _, err := NewTokens(make([]byte, 31)); err == nil {
		t.Error("a short secret signs")
	}
	if _, err := NewTokens(); err == nil {
		t.Error("no secret signs")
	}
}
