package message_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"afterpress/shared/crm/message"
)

// What is too long is cut in what it quotes: a person's words stand above, between and below it.
func TestShorten(t *testing.T) {
	t.Parallel()
	quoted := func(n int) string { return strings.Repeat("> 我们已收到您的投诉，正在处理。\n", n) }
	for _, c := range []struct {
		what, text string
		limit      int
		keeps      []string
		shortened  bool
	}{
		{"short enough", "Yes.\n> No?", 100, []string{"Yes.\n> No?"}, false},
		{"just enough", strings.Repeat("长", 100), 100, []string{strings.Repeat("长", 100)}, false},
		{"below the quote", quoted(80) + "\n全部重印。", 200, []string{"> 我们已收到", "> […]\n\n全部重印。"}, true},
		{"above the quote", "全部重印。\n" + quoted(80), 200, []string{"全部重印。\n> 我们", "\n> […]"}, true},
		{"between two quotes", "甲\n" + quoted(40) + "乙\n" + quoted(90) + "丙", 120, []string{"甲\n", "\n乙\n", "\n丙"}, true},
		{"indented", "甲\n" + strings.Repeat("  >> quoted more than once\n", 40) + "乙", 150, []string{"甲\n", "\n乙"}, true},
		{"words alone", "begin" + strings.Repeat("长", 400) + "end", 120, []string{"begin长", "\n[…]\n", "长end"}, true},
		{"more words than fit", "begin\n" + quoted(60) + strings.Repeat("长", 400) + "end", 120,
			[]string{"begin\n", "[…]", "长end"}, true},
	} {
		got, shortened := message.Shorten(c.text, c.limit)
		if shortened != c.shortened || utf8.RuneCountInString(got) > max(c.limit, 100) {
			t.Errorf("%s: %d characters, shortened %v", c.what, utf8.RuneCountInString(got), shortened)
		}
		for _, kept := range c.keeps {
			if !strings.Contains(got, kept) {
				t.Errorf("%s: %q is not in %q", c.what, kept, got)
			}
		}
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("a\n> b\n> c\nd", 3)
	f.Add(strings.Repeat("> 长\n", 200)+"end", 20)
	f.Fuzz(func(t *testing.T, text string, more int) {
		limit := 100 + max(0, more)%1000
		got, shortened := message.Shorten(text, limit)
		if n := utf8.RuneCountInString(got); n > limit || !shortened && got != text {
			t.Fatalf("%d characters of %d, shortened %v", n, limit, shortened)
		}
	})
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{"Re: x": true, "RE[2]: x": true, "回复：投诉": true, "答复: x": true,
		"Fwd: x": true,
		"转发： x":  true, "AW: x": true, "": false, "I accept": false, "Red cards: 500": false, "回复很慢": false,
		"Reprint: all": false} {
		if message.Answers(subject) != want {
			t.Errorf("%q: %v", subject, !want)
		}
	}
}
