package token_test

import (
	"slices"
	"strings"
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
)

func ring(t *testing.T, text string) *token.Ring {
	t.Helper()
	r, err := token.NewRing(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheTextOfARing(t *testing.T) {
	short, bad := "c2hvcnQ=", kerneltest.Key("a")+"!"
	for text, ok := range map[string]bool{
		kerneltest.Key("a"):                      true,
		kerneltest.Keys("a", "a"):                true,
		kerneltest.Keys("a", "b", "a"):           true,
		kerneltest.Keys("a", "b"):                true, // the first seal key has left
		" \n" + kerneltest.Keys("a", "b"):        true,
		"":                                       false,
		short:                                    false,
		bad:                                      false,
		"{}":                                     false,
		`{"hash":"` + kerneltest.Key("a") + `"}`: false,
		`{"seal":["` + kerneltest.Key("a") + `"]}`:                                       false,
		`{"hash":"` + kerneltest.Key("a") + `","seal":[]}`:                               false,
		`{"hash":"` + kerneltest.Key("a") + `","seal":["` + short + `"]}`:                false,
		`{"hash":"` + short + `","seal":["` + kerneltest.Key("a") + `"]}`:                false,
		`{"hash":"` + kerneltest.Key("a") + `","seals":["` + kerneltest.Key("a") + `"]}`: false,
	} {
		_, err := token.NewRing(text)
		if (err == nil) != ok {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && text != "" && (strings.Contains(err.Error(), short) || strings.Contains(err.Error(), bad)) {
			t.Errorf("the error names a key: %v", err)
		}
	}
}

func TestARingTurnsWhileOthersSeal(t *testing.T) {
	r := ring(t, kerneltest.Key("a"))
	texts := []string{kerneltest.Keys("a", "b", "a"), kerneltest.Keys("a", "a", "b")}
	tokens := token.NewTokens(r)
	done := make(chan error)
	go func() {
		for i := range 100 {
			if err := r.Turn(texts[i%2]); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for range 100 {
		if got, ok := tokens.Open(token.UseForm, tokens.Sign(token.UseForm, "x")); !ok || got != "x" {
			t.Errorf("%q, %v", got, ok)
		}
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestARingTurnsAndItsHashKeyStays(t *testing.T) {
	r := ring(t, kerneltest.Key("a"))
	hash, first := r.Hashing("x"), r.Sealing("x")
	if err := r.Turn(kerneltest.Keys("a", "b", "a")); err != nil {
		t.Fatal(err)
	}
	turned := r.Sealing("x")
	if len(turned) != 2 || !slices.Equal(turned[1], first[0]) || slices.Equal(turned[0], first[0]) {
		t.Errorf("%d seal keys", len(turned))
	}
	if !slices.Equal(r.Hashing("x"), hash) || slices.Equal(r.Hashing("y"), hash) {
		t.Error("the hash key moved, or serves two purposes")
	}
	for _, text := range []string{kerneltest.Key("b"), kerneltest.Keys("b", "b", "a"), "", "{"} {
		if err := r.Turn(text); err == nil || !slices.EqualFunc(r.Sealing("x"), turned, slices.Equal) ||
			!slices.Equal(r.Hashing("x"), hash) {
			t.Errorf("the ring turned to %q: %v", text, err)
		}
	}
}
