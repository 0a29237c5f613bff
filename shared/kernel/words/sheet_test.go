package words_test

import (
	"strings"
	"testing"

	"afterpress/shared/kernel/words"
)

func TestASheetSaysWhatIsKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang                              words.Lang
		name, company, phone, email, said string
		want                              string
	}{
		{words.Zh, "周兰", "长城印务", "138 0013 8000", "z@x.example", "收到\n\n谢谢",
			"客户：周兰（长城印务）\n电话：138 0013 8000\n邮箱：z@x.example\n客户写道：收到 谢谢"},
		{words.En, "Zhou Lan", "", "", "z@x.example", "", "Customer: Zhou Lan\nE-mail: z@x.example"},
		{words.En, "", "Great Wall", "", "", "\u202e \x00", "Customer: Great Wall"},
		{words.Zh, "周兰", "周兰", "", "", "", "客户：周兰"},
		{words.En, "", "", "", "", "", ""},
	} {
		s := words.Sheet{Lang: c.lang}
		s.Who(c.name, c.company)
		s.Reach(c.phone, c.email)
		s.Said(c.said)
		if got := s.String(); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
	s := words.Sheet{Lang: words.En}
	if s.Said(strings.Repeat("字", 5000)); len([]rune(s.String())) != len([]rune("The customer wrote: "))+200 {
		t.Errorf("%d characters", len([]rune(s.String())))
	}
}
