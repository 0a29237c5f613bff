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
