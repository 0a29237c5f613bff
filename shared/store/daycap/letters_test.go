package daycap_test

import (
	"testing"

	"afterpress/shared/store/daycap"
)

func TestRegistered(t *testing.T) {
	t.Parallel()
	for domain, want := range map[string]string{
		"print.example":          "print.example",
		"mail.print.com.cn":      "print.com.cn",
		"x1.x2.x3.print.co.uk":   "print.co.uk",
		"cs.tsinghua.edu.cn":     "tsinghua.edu.cn",
		"shop.github.io":         "shop.github.io", // each has an owner of its own
		"github.io":              "github.io",
		"xn--55qx5d.cn":          "xn--55qx5d.cn",
		"victim-0001.victim.com": "victim.com",
		"localhost":              "localhost",
		"mail.print.example.":    "mail.print.example.",
		".":                      ".",
		"":                       "",
	} {
		if got := daycap.Registered(domain); got != want {
			t.Errorf("%q is of %q, want %q", domain, got, want)
		}
	}
}
