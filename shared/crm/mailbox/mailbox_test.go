package mailbox_test

import (
	"strings"
	"testing"

	"afterpress/shared/crm/mailbox"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"li.na@gmail.com":           "lina@gmail.com",
		"l.i.n.a+print@gmail.com":   "lina@gmail.com",
		"lina@googlemail.com":       "lina@gmail.com",
		"li.na@example.com":         "li.na@example.com", // another person's there
		"li.na+cards@example.com":   "li.na@example.com",
		"lina+a+b@outlook.com":      "lina@outlook.com",
		"li.na+1@qq.com":            "li.na@qq.com",
		"li_na-x.y@protonmail.com":  "linaxy@proton.me",
		"lina@pm.me":                "lina@proton.me",
		"li.na@me.com":              "li.na@icloud.com",
		"+print@gmail.com":          "+print@gmail.com", // nothing stands before the tag
		"...@gmail.com":             "...@gmail.com",
		"lina@mail.gmail.com":       "lina@mail.gmail.com",
		"\"a@b\"+c@example.com":     "\"a@b\"@example.com",
		"张三+询价@xn--fiqs8s.example":  "张三@xn--fiqs8s.example",
		"nobody":                    "nobody",
		"@gmail.com":                "@gmail.com",
		"lina@":                     "lina@",
		"":                          "",
		"lina+print@mac.com":        "lina@icloud.com",
		"lina@icloud.com.evil.test": "lina@icloud.com.evil.test",
	} {
		if got := mailbox.Of(address); got != want {
			t.Errorf("%q reaches %q, want %q", address, got, want)
		}
	}
}

func TestDomain(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{"a@print.example": "print.example", "a@b@mail.print.cn": "mail.print.cn",
		"a@": "", "nobody": "", "": "", "@": "", "a@.": "."} {
		if got := mailbox.Domain(address); got != want {
			t.Errorf("%q is of %q, want %q", address, got, want)
		}
	}
}

func TestPublic(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]bool{
		"qq.com": true, "foxmail.com": true, "vip.qq.com": true, "163.com": true, "vip.163.com": true, "126.com": true,
		"yeah.net": true, "sina.com": true, "vip.sina.com": true, "sohu.com": true, "139.com": true, "189.cn": true,
		"wo.cn": true, "aliyun.com": true, "21cn.com": true, "gmail.com": true, "outlook.com": true, "icloud.com": true,
		"yahoo.co.jp": true, "gmx.de": true, "web.de": true, "mail.ru": true, "naver.com": true, "proton.me": true,
		"example.com": false, "print.com.cn": false, "tsinghua.edu.cn": false, "huawei.com": false,
		"qq.com.evil.com": false, "notqq.com": false, "com": false, "com.cn": false, "": false, "#": false, ".": false,
		"mail.vip.163.com": true,
	} {
		if got := mailbox.Public(domain); got != want {
			t.Errorf("%s is public: %v, want %v", domain, got, want)
		}
	}
}

// Whatever stands in an address, its mailbox has one spelling, at a domain as long as the address has one.
func FuzzOf(f *testing.F) {
	for _, address := range []string{"li.na+x@googlemail.com", "a+b", "+@me.com", "..@gmail.com", "@", "a@b@pm.me",
		"\xe1\xe1@pm.me"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		once := mailbox.Of(address)
		if again := mailbox.Of(once); again != once {
			t.Errorf("%q reaches %q, and that %q", address, once, again)
		}
		if strings.Contains(address, "@") != strings.Contains(once, "@") || len(once) > len(address)+len("icloud") {
			t.Errorf("%q reaches %q", address, once)
		}
		if d := mailbox.Domain(address); !strings.HasSuffix(address, d) {
			t.Errorf("%q is of %q", address, d)
		}
		mailbox.Public(mailbox.Domain(address))
	})
}
