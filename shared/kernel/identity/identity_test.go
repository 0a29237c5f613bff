package identity

import (
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
		{"lina@exämple.com", ""},
		{strings.Repeat("a", 300) + "@example.com", ""},
	} {
		got, err := Email(tc.raw)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("Email(%.40q) = %q, %v; want %q", tc.raw, got, err, tc.want)
		}
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"lina@example.com", "LINA＠Example.com", "a@b\r\nBcc: c@d.e", "<a@b.cd>",
		"mailto:mailto:a@b.cd"} {
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
	})
}
