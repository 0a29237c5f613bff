package token_test

import (
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
)

func TestSealsOpenForTheirUseAndKeysAlone(t *testing.T) {
	t.Parallel()
	before, now := ring(t, kerneltest.Keys("a", "a")), ring(t, kerneltest.Keys("a", "b", "a"))
	gone, other := ring(t, kerneltest.Keys("a", "c")), token.NewSeals(now, "other")
	seals := token.NewSeals(before, "session")
	sealed := seals.Seal([]byte("local|sales"))
	if sealed == seals.Seal([]byte("local|sales")) {
		t.Error("two seals of one text are the same")
	}
	for name, s := range map[string]token.Seals{"the same key": seals, "the second key": token.NewSeals(now, "session")} {
		if plain, ok := s.Open(sealed); !ok || string(plain) != "local|sales" {
			t.Errorf("%s: %q %t", name, plain, ok)
		}
	}
	left := token.NewSeals(gone, "session")
	for name, s := range map[string]token.Seals{"another use": other, "a key that has left": left} {
		if plain, ok := s.Open(sealed); ok {
			t.Errorf("%s opens %q", name, plain)
		}
	}
	for i := range sealed {
		flipped := []byte(sealed)
		if flipped[i]++; flipped[i] == 'z'+1 {
			flipped[i] = 'A'
		}
		if _, ok := seals.Open(string(flipped)); ok {
			t.Errorf("a change at %d is not noticed", i)
		}
		if _, ok := seals.Open(sealed[:i]); ok {
			t.Errorf("the first %d signs open", i)
		}
	}
}
