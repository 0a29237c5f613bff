package identity

import (
	"strings"
	"testing"
)

func TestPhone(t *testing.T) {
	for _, tc := range []struct{ raw, region, want string }{
		{"13800138000", "CN", "+8613800138000"},
		{"+86 138 0013 8000", "CN", "+8613800138000"},
		{"0086-138-0013-8000", "CN", "+8613800138000"},
		{"（138）0013 8000", "CN", "+8613800138000"},
		{"１３８００１３８０００", "CN", "+8613800138000"},
		{"021-5080 1188", "CN", "+862150801188"},
		{"020 7946 0958", "GB", "+442079460958"},
		{"+44 20 7946 0958", "CN", "+442079460958"},
		{"12345", "CN", ""},
		{"", "CN", ""},
		{"+", "CN", ""},
		{"13800138000\r\nBcc: x", "CN", ""},
		{strings.Repeat("1", 10_000), "CN", ""},
	} {
		got, err := Phone(tc.raw, tc.region)
		if got != tc.want || (err == nil) != (tc.want != "") {
			t.Errorf("Phone(%.40q, %s) = %q, %v; want %q", tc.raw, tc.region, got, err, tc.want)
		}
	}
}

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

// What was normalised is normalised: a claim made of it finds itself.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"13800138000", "+86 138 0013 8000", "0086-138", "＋８６", "tel:+1-212-555-0101;ext=1",
		"\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := Phone(raw, "CN")
		if err != nil {
			return
		}
		if strings.TrimLeft(once, "+0123456789") != "" || len(once) > 16 {
			t.Errorf("%q became %q", raw, once)
		}
		if twice, err := Phone(once, "US"); err != nil || twice != once {
			t.Errorf("%q, then %q, %v", once, twice, err)
		}
	})
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
