package token_test

import (
	"fmt"
	"regexp"
	"testing"

	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
)

func TestPasscodesAreSixDigitsOfTheirOwn(t *testing.T) {
	t.Parallel()
	codes, others := token.NewTokens(kerneltest.Ring("one")), token.NewTokens(kerneltest.Ring("two"))
	six, seen, alike := regexp.MustCompile(`^[0-9]{6}$`), map[string]bool{}, 0
	for i := range 1000 {
		id := fmt.Sprint("cod_", i)
		digits := codes.Passcode(id)
		if !six.MatchString(digits) || codes.Passcode(id) != digits || !codes.IsPasscode(id, digits) {
			t.Fatalf("%s has %q", id, digits)
		}
		if others.Passcode(id) == digits {
			alike++
		}
		seen[digits] = true
		for _, wrong := range []string{"", digits[1:], digits + "0", " " + digits} {
			if codes.IsPasscode(id, wrong) {
				t.Fatalf("%q passes for %q", wrong, digits)
			}
		}
	}
	if len(seen) < 990 || alike > 10 {
		t.Errorf("%d different codes of 1000, %d the same under another key", len(seen), alike)
	}
}
