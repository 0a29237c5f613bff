package identity

import (
	"errors"
	"strings"
	"testing"
)

func TestEmail(t *testing.T) {
	for _, tc := range []struct{ raw, want string }{
		{"lina@example.com", "lina@example.com"},
		{" LiNa@Example.COM ", "lina@example.com"},
		{"ｌｉｎａ＠example.com", "lina@example.com"},
		{"mailto:lina@example.com", "lina@example.com"},
		{"li.na+print@example.com", "li.na+print@example.com"},
		{"lina@example", ""},
		{"lina", ""},
		{"a@b@example.com", ""},
		{`"li na"@example.com`, ""},
		{"Li Na <lina@example.com>", ""},
		{"lina@example.com, b@example.com", ""},
		{"lina@example.com\r\nBcc: evil@example.com", ""},
		{"lina@exämple.com", "lina@xn--exmple-cua.com"},
		{"wang@例子.中国", "wang@xn--fsqu00a.xn--fiqs8s"},
		{"wang@例子。中国", "wang@xn--fsqu00a.xn--fiqs8s"},
		{"wang@xn--fsqu00a.xn--fiqs8s", "wang@xn--fsqu00a.xn--fiqs8s"},
		{"Wang@MÜNCHEN.example", "wang@xn--mnchen-3ya.example"},
		{"wang@mu\u0308nchen.example", "wang@xn--mnchen-3ya.example"},
		{"wang@faß.example", "wang@xn--fa-hia.example"},
		{"\u202alina@example.com\u202c", "lina@example.com"},
		{"\ufefflina\u200b@exam\u00adple.com\u2060", "lina@example.com"},
		{"王@example.com", ""},
		{"lina@exa mple.中国", ""},
		{"lina@-例子.中国", ""},
		{"lina@例子", ""},
		{"lina@\u200b", ""},
		{"a@b@例子.中国", ""},
		{strings.Repeat("a", 300) + "@example.com", ""},
	} {
		got, err := Email(tc.raw)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("Email(%.40q) = %q, %v; want %q", tc.raw, got, err, tc.want)
		}
	}
}

func TestTaxNumber(t *testing.T) {
	for raw, want := range map[string]string{
		"91310000ma1fl0000n": "91310000MA1FL0000N", " ９1310000-MA1FL 0000N": "91310000MA1FL0000N",
		"\u200b914403001922038216\ufeff": "914403001922038216",
		// of Tencent, Alibaba and Huawei, as on their licences
		"9144030071526726XG": "9144030071526726XG", "91330100799655058B": "91330100799655058B",
		"914403001922038216": "914403001922038216",
		"DE 123456789":       "DE123456789", "440300715267263": "440300715267263",
		"91310000MA1FL00O0NX": "91310000MA1FL00O0NX",
		"12345":               "", "税号123456": "", "": "", "0123456789012345678901234": "", "12_3456": "",
	} {
		if got, err := TaxNumber(raw); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"9144030071526726XF", "91440300715267262G", "9144O30071526726XG", "914403007152672IXG",
		"9144030071526726SG", "914403001922038261", "91310000MA1FL0000X"} {
		if got, err := TaxNumber(raw); got != raw || !errors.Is(err, ErrCreditCode) {
			t.Errorf("%q is %q, %v", raw, got, err)
		}
	}
}

// FuzzTaxNumber holds a number that was read to one form, and a credit code to what its check sign is there for: no
// wrong sign and no two that changed places go through.
func FuzzTaxNumber(f *testing.F) {
	for _, s := range []string{"9144030071526726XG", "91330100799655058B", "DE 123456789", "９1310000-MA1FL 0000N", "税号"} {
		f.Add(s, byte(3), byte(7))
	}
	f.Fuzz(func(t *testing.T, raw string, at, by byte) {
		once, err := TaxNumber(raw)
		if err != nil {
			return
		}
		if twice, err := TaxNumber(once); err != nil || twice != once || strings.ToUpper(once) != once {
			t.Errorf("%q, then %q, %v", once, twice, err)
		}
		if len(once) != creditLength {
			return
		}
		i, wrong := int(at)%(creditLength-1), []byte(once)
		wrong[i] = creditSigns[int(by)%len(creditSigns)]
		if _, err := TaxNumber(string(wrong)); (err == nil) != (string(wrong) == once) {
			t.Errorf("%q for %q: %v", wrong, once, err)
		}
		swapped, j := []byte(once), i+1
		swapped[i], swapped[j] = swapped[j], swapped[i]
		if _, err := TaxNumber(string(swapped)); (err == nil) != (string(swapped) == once) {
			t.Errorf("%q for %q: %v", swapped, once, err)
		}
	})
}

func TestEmailShown(t *testing.T) {
	for email, want := range map[string]string{
		"lina@example.com": "lina@example.com", "wang@xn--fsqu00a.xn--fiqs8s": "wang@例子.中国",
		"wang@mail.xn--mnchen-3ya.example": "wang@mail.münchen.example", "xn--a@example.com": "xn--a@example.com",
		"wang@xn--a.example": "wang@xn--a.example", "": "", "xn--": "xn--",
	} {
		if got := EmailShown(email); got != want {
			t.Errorf("%q is shown as %q, want %q", email, got, want)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"lina@example.com", "LINA＠Example.com", "a@b\r\nBcc: c@d.e", "<a@b.cd>",
		"mailto:mailto:a@b.cd", "wang@例子。中国", "a@xn--a.example", "\u202aa@ex\u00adä.de"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := Email(raw)
		if err != nil {
			return
		}
		if strings.Count(once, "@") != 1 || strings.ContainsAny(once, "\r\n <>,;") {
			t.Errorf("%q became %q", raw, once)
		}
		if twice, err := Email(once); err != nil || twice != once {
			t.Errorf("%q, then %q, %v", once, twice, err)
		}
		if again, err := Email(EmailShown(once)); err != nil || again != once {
			t.Errorf("%q is shown as %q, which is %q, %v", once, EmailShown(once), again, err)
		}
	})
}
